/**
 * @file control_ladder.h  What the control says of the messages of a call
 */
#ifndef PROXY_ADMIN_CONTROL_LADDER_H
#define PROXY_ADMIN_CONTROL_LADDER_H

#include "proxy/admin/control.h"

struct call_ladder;
struct control_ladder;
struct proxy;

/* "ladder"; all outlive it, it the control */
int control_ladder_alloc(struct control_ladder **lp, struct control *c,
			 const struct proxy *px, struct call_ladder *ladder);

#endif
