/**
 * @file control_ban.h  What the control says of banned sources
 */
#ifndef PROXY_ADMIN_CONTROL_BAN_H
#define PROXY_ADMIN_CONTROL_BAN_H

#include "proxy/admin/control.h"

struct gate;

/* "bans", and "unban" of an address; the gate outlives the control */
int control_ban_add(struct control *c, struct gate *gate);

#endif
