/**
 * @file control_status.h  How the server is: calls, ports, how packets move
 */
#ifndef PROXY_ADMIN_CONTROL_STATUS_H
#define PROXY_ADMIN_CONTROL_STATUS_H

#include "proxy/admin/control.h"

struct advice;
struct calls;
struct control_status;
struct proxy;
struct relay;

/* "status"; relay NULL: there is none here. All outlive it, it the control */
int control_status_alloc(struct control_status **sp, struct control *c,
			 const struct relay *relay, const struct calls *calls,
			 struct timers *timers);

/* and how the proxy is, and what its operator should change; both outlive it
 */
void control_status_add(struct control_status *s, const struct proxy *px,
			const struct advice *advice);

#endif
