/**
 * @file call_ladder.h  The last messages of each call, in bounded memory
 *
 * A call begins with an INVITE and is known by its Call-ID, which is the same
 * on both of its sides. It stays when it is over, until the memory is needed
 * for newer ones: of calls that nobody was let through with first. But for the
 * ones that were heard of lately a call's messages are pressed (bale.h).
 */
#ifndef PROXY_ADMIN_TRACE_CALL_LADDER_H
#define PROXY_ADMIN_TRACE_CALL_LADDER_H

#include "proxy/admin/trace/rung.h"

enum {
	LADDER_RUNGS = 64, /* of a call; above that ... */
	LADDER_FIRST = 16, /* ... the oldest behind these go */
	LADDER_CALLID_MAX = 255,
	LADDER_OPEN = 64, /* calls whose messages are not pressed */
};

struct call_ladder;
struct bale;

/** The messages of a call */
struct ladder_call {
	struct le he, le;
	struct le open_le;
	struct list rungl; /* struct rung, in their order */
	struct bale *bale; /* ... pressed: then rungl is empty; or NULL */
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
/* what is too much goes at once */
void call_ladder_limit(struct call_ladder *l, size_t bytes);

void call_ladder_note(struct call_ladder *l, const struct sighting *s);

/* a call that has ended had that number */
void call_ladder_number(struct call_ladder *l, const struct pl *callid,
			uint64_t number);

/* with its messages to be read. NULL: nothing is kept of it; valid until the
 * next message, and until the next one that is looked for */
const struct ladder_call *call_ladder_find(struct call_ladder *l,
					   const struct pl *callid);
const struct ladder_call *call_ladder_find_number(struct call_ladder *l,
						  uint64_t number);

uint32_t call_ladder_count(const struct call_ladder *l);
size_t call_ladder_bytes(const struct call_ladder *l);

#endif
