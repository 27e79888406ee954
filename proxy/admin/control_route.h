/**
 * @file control_route.h  What the control says of routes and peers
 */
#ifndef PROXY_ADMIN_CONTROL_ROUTE_H
#define PROXY_ADMIN_CONTROL_ROUTE_H

#include "proxy/admin/control.h"
#include "proxy/core/proxy.h"

/* "route" and "peers" of a proxy, which outlives the control */
int control_route_add(struct control *c, const struct proxy *px);

#endif
