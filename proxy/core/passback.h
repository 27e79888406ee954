/**
 * @file passback.h  One response, passed back to whom it is for
 */
#ifndef PROXY_CORE_PASSBACK_H
#define PROXY_CORE_PASSBACK_H

#include "proxy/core/attempt.h"

/* body NULL: as it came; extra: whole lines, or NULL */
void passback(struct forwarding *fw, const struct attempt *at,
	      const struct message *msg, const struct mbuf *body,
	      const char *extra);

/* the failure of that attempt is the final answer */
void passback_failure(struct forwarding *fw, const struct attempt *at);

#endif
