/**
 * @file latch_candidate.h  Sources that a port may be locked to
 *
 * Pure. A few of them, the best first, and for each a few streams by their
 * SSRC: video beside audio on one port takes turns with it, and each is
 * counted by itself. Whoever comes with a new SSRC in each packet, or from a
 * new port, never gets beyond one.
 */
#ifndef RELAY_LATCH_LATCH_CANDIDATE_H
#define RELAY_LATCH_LATCH_CANDIDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>
#include "relay/latch/anchor.h"

struct packet;

enum { LATCH_CANDIDATES = 4, LATCH_SSRCS = 4 };

/** Good packets of one SSRC in a row */
struct latch_run {
	uint32_t ssrc;
	uint16_t seq;
	uint32_t count;
};

struct latch_candidate {
	struct sa src;
	enum anchor_rank rank;
	struct latch_run runv[LATCH_SSRCS];
	size_t runc;
	bool greeted;    /* a handshake has come */
	uint32_t hellos; /* since the first one's last */
};

struct latch_candidates {
	struct latch_candidate v[LATCH_CANDIDATES]; /* best first */
	size_t c;
};

/* NULL: there is no room for it */
struct latch_candidate *latch_candidate_get(struct latch_candidates *l,
					    const struct sa *src,
					    enum anchor_rank rank);

/* how many there are of the packet's SSRC now */
uint32_t latch_candidate_count(struct latch_candidates *l,
			       struct latch_candidate *c, bool ordered,
			       const struct packet *pkt);

/* a handshake: true if it is the one that is spoken to */
bool latch_candidate_greet(struct latch_candidates *l,
			   struct latch_candidate *c, uint32_t need);

#endif
