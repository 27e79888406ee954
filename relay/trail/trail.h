/**
 * @file trail.h  The headers of a stream's packets, as many as there is room
 *
 * Of each side: of the RTP that was let through, of its RTCP, and of what was
 * not let through. What a call began with is kept, and the newest. Nothing of
 * what the packets carry is in it.
 *
 * While its path is up it is the worker's; sealed it belongs to one at a time.
 */
#ifndef RELAY_TRAIL_TRAIL_H
#define RELAY_TRAIL_TRAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>
#include "relay/relay.h"

struct trail_pool;

enum trail_kind { TRAIL_RTP = 0, TRAIL_RTCP, TRAIL_REFUSED, TRAIL_KINDS };

/* octets of a packet at most */
enum { TRAIL_KEPT_MAX = 64 };

/** Packets of one kind from one side */
struct trail_track {
	struct list pagel; /* struct trail_page, in the order of time */
	uint32_t pages;
};

struct trail {
	struct le le;            /* of a sheaf */
	struct trail_pool *pool; /* held */
	unsigned stream;
	bool sealed;
	struct sa localv[2][2]; /* our ports, by side and component */
	struct trail_track trackv[2][TRAIL_KINDS]; /* by side */
};

/** A packet */
struct trail_step {
	enum trail_kind kind;
	enum relay_side side; /* that it came from */
	enum relay_comp comp; /* our port there */
	enum relay_comp out;  /* our port on the other side */
	uint64_t at_us;       /* monotonic */
	const struct sa *src;
	const struct sa *dst; /* where it went; NULL: nowhere */
	const uint8_t *p;
	size_t kept; /* octets of it, at most TRAIL_KEPT_MAX */
	size_t wire; /* octets that it had */
};

int trail_alloc(struct trail **tp, struct trail_pool *pool, unsigned stream);

/* the worker's */
void trail_note(struct trail *t, const struct trail_step *s);

/* packets came and went, and nothing was noted of them */
void trail_missed(struct trail *t, uint64_t packets);

/* sealed: how much memory it takes; 0: there is no packet in it */
size_t trail_bytes(const struct trail *t);

/* the worker's, its last word: nothing of it is taken for others any more */
void trail_seal(struct trail *t);

#endif
