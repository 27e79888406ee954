/**
 * @file sighting.h  A message that is passing, for all who keep or show it
 */
#ifndef PROXY_ADMIN_TRACE_SIGHTING_H
#define PROXY_ADMIN_TRACE_SIGHTING_H

#include "proxy/sip/flow.h"

/** Gone when the handler returns */
struct sighting {
	const struct flow *flow;
	bool sent;
	const char *p;
	size_t len;
	uint64_t wall_us; /* since 1970 */
	struct pl callid; /* empty: it has none */
};

#endif
