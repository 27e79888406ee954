/**
 * @file outgoing.h  A forwarded request as it leaves
 */
#ifndef PROXY_CORE_OUTGOING_H
#define PROXY_CORE_OUTGOING_H

#include "proxy/core/attempt.h"

/* what our cookie says of the dialog that an attempt may begin */
void outgoing_token(struct route_token *tok, const struct attempt *at);

bool outgoing_loops(const struct proxy *px, const struct message *req);
int outgoing_build(struct mbuf **mbp, const struct attempt *at,
		   const struct mbuf *body);

#endif
