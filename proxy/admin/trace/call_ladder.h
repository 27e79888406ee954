/**
 * @file call_ladder.h  The last messages of each call, in bounded memory
 *
 * A call begins with an INVITE and is known by its Call-ID, which is the same
 * on both of its sides. It stays when it is over, until the memory is needed
 * for newer ones: of calls that nobody was let through with first.
 */
#ifndef PROXY_ADMIN_TRACE_CALL_LADDER_H
#define PROXY_ADMIN_TRACE_CALL_LADDER_H

#include "proxy/admin/trace/sighting.h"

enum {
	LADDER_RUNGS = 64,      /* of a call; above that ... */
	LADDER_FIRST = 16,      /* ... the oldest behind these go */
	LADDER_TEXT_MAX = 4096, /* of a message; a longer one is cut */
	LADDER_CALLID_MAX = 255,
};

struct call_ladder;

/** A message */
struct rung {
	struct le le;
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

/** The messages of a call */
struct ladder_call {
	struct le he, le;
	struct list rungl; /* struct rung, in their order */
	uint32_t rungs;
	uint32_t forgotten; /* messages */
	size_t bytes;
	bool let_in;     /* it went on, or was answered by us */
	uint64_t number; /* 0: not known */
	struct pl callid;
	char id[];
};

/* bytes 0: nothing is kept */
int call_ladder_alloc(struct call_ladder **lp, size_t bytes);

void call_ladder_note(struct call_ladder *l, const struct sighting *s);

/* a call that has ended had that number */
void call_ladder_number(struct call_ladder *l, const struct pl *callid,
			uint64_t number);

/* NULL: nothing is kept of it; valid until the next message */
const struct ladder_call *call_ladder_find(const struct call_ladder *l,
					   const struct pl *callid);
const struct ladder_call *call_ladder_find_number(const struct call_ladder *l,
						  uint64_t number);

uint32_t call_ladder_count(const struct call_ladder *l);
size_t call_ladder_bytes(const struct call_ladder *l);

#endif
