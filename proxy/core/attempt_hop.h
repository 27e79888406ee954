/**
 * @file attempt_hop.h  From a target to the hop that the request is sent to
 */
#ifndef PROXY_CORE_ATTEMPT_HOP_H
#define PROXY_CORE_ATTEMPT_HOP_H

#include "proxy/core/attempt.h"

/* finds the target's hops, and tries the first */
void attempt_hops(struct attempt *at);

/* tries the one that is next */
void attempt_hop(struct attempt *at);

/* what is told of the hop that was tried */
void attempt_hop_failed(const struct attempt *at);
void attempt_hop_works(const struct attempt *at);

#endif
