/**
 * @file resolve_rest.h  Hops that failed rest: others go first for a while
 */
#ifndef PROXY_SIP_RESOLVE_REST_H
#define PROXY_SIP_RESOLVE_REST_H

#include "proxy/sip/resolve_rules.h"

struct resolve_rest;

/* at most max of them: the oldest gives way */
int resolve_rest_alloc(struct resolve_rest **rp, uint32_t rest_ms,
		       uint32_t max);

/* for those that begin to rest from now on */
void resolve_rest_limit(struct resolve_rest *r, uint32_t rest_ms);

/* true: it did not rest before. Out of memory: it does not */
bool resolve_rest_add(struct resolve_rest *r, const struct hop *hop,
		      uint64_t now);
void resolve_rest_end(struct resolve_rest *r, const struct hop *hop);

/* those that rest go last, otherwise the order stays */
void resolve_rest_order(const struct resolve_rest *r, struct hops *hops,
			uint64_t now);

#endif
