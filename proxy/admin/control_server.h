/**
 * @file control_server.h  What the control changes of the server as a whole
 */
#ifndef PROXY_ADMIN_CONTROL_SERVER_H
#define PROXY_ADMIN_CONTROL_SERVER_H

#include "proxy/admin/control.h"

struct proxy;

/* "log", "drain", "relays" */
int control_server_add(struct control *c, struct proxy *px);

#endif
