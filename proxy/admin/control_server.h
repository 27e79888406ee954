/**
 * @file control_server.h  What the control changes of the server as a whole
 */
#ifndef PROXY_ADMIN_CONTROL_SERVER_H
#define PROXY_ADMIN_CONTROL_SERVER_H

#include "proxy/admin/control.h"
#include "proxy/core/drain.h"

/* "log", "drain", "relays" */
int control_server_add(struct control *c, struct proxy *px);

/* "draining", "calls", "stopping" and then "left_s" */
void control_server_put_drain(json_t *answer, const struct drain_view *v);

#endif
