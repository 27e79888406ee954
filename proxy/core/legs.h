/**
 * @file legs.h  What the two sides of a call are when it begins
 */
#ifndef PROXY_CORE_LEGS_H
#define PROXY_CORE_LEGS_H

#include "proxy/core/attempt.h"

int legs_call(struct call **cp, struct attempt *at);

/* the two sides of a call that nobody has begun: what is set for them, and
 * what the callee's registration has shown */
void legs_expect(struct call_leg *a, struct call_leg *b,
		 const struct forwarding *fw, const struct target *t);

#endif
