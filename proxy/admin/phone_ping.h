/**
 * @file phone_ping.h  Asks a user's phones whether they answer
 */
#ifndef PROXY_ADMIN_PHONE_PING_H
#define PROXY_ADMIN_PHONE_PING_H

#include "proxy/admin/control.h"

struct agent;
struct proxy;

enum { PHONE_PING_MS = 5000 }; /* then it did not answer */

/* an OPTIONS to each of them: EINPROGRESS, and "phones" is in the answer */
int phone_ping(struct control_request *rq, struct proxy *px,
	       struct agent *agent, const struct list *bindings);

#endif
