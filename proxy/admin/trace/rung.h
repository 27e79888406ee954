/**
 * @file rung.h  A message of a call's ladder
 */
#ifndef PROXY_ADMIN_TRACE_RUNG_H
#define PROXY_ADMIN_TRACE_RUNG_H

#include "proxy/admin/trace/sighting.h"

enum {
	LADDER_TEXT_MAX = 4096, /* of a message; a longer one is cut */
};

struct rung {
	struct le le;     /* first: the rest is what a bale has of it */
	uint64_t wall_us; /* since 1970 */
	uint64_t at_us;   /* monotonic */
	struct sa local, peer;
	enum flow_proto proto;
	bool sent;
	bool again; /* octet by octet what was there before */
	size_t len; /* on the wire */
	size_t kept;
	char text[]; /* kept octets; with secrets */
};

/* in no list; NULL: no memory */
struct rung *rung_alloc(const struct sighting *s);
struct rung *rung_copy(const struct rung *head, const void *text);

/* the same message by the same way */
bool rung_is_same(const struct rung *a, const struct rung *b);

#endif
