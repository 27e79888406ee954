/**
 * @file foreign.h  The strangers of a leg: who they are, how much they send
 *
 * A few sources with a count each (space saving: Metwally, Agrawal, El Abbadi
 * 2005): where all places are taken, a newcomer gets that of the smallest,
 * and its count, so that one who sends much is never lost among many who send
 * little. The worker counts, any thread reads: each place is a sequence lock
 * of its own.
 */
#ifndef RELAY_LATCH_FOREIGN_H
#define RELAY_LATCH_FOREIGN_H

#include <stdatomic.h>
#include <stdint.h>
#include <re.h>
#include "relay/latch/cell.h"
#include "relay/relay.h"

struct foreign_places {
	struct {
		struct cell src;
		_Atomic uint64_t packets;
	} placev[RELAY_FOREIGN_MAX];

	struct cell last; /* who was refused, though he may be no stranger */

	/* the worker's */
	struct relay_foreign v[RELAY_FOREIGN_MAX];
	size_t c;
};

/** Zeroed: nobody came yet, as it is with most */
struct foreign {
	_Atomic(struct foreign_places *) places;
};

/* nobody else may have it */
void foreign_close(struct foreign *f);

/* somebody was refused, who may have come too early only. The first one costs
 * memory, of which there is that of a few places only */
void foreign_note(struct foreign *f, const struct sa *src);

/* a stranger was */
void foreign_add(struct foreign *f, const struct sa *src);

/* the last one who was refused; af unset: nobody was */
void foreign_last(const struct foreign *f, struct sa *src);

/* into those of its side */
void foreign_stats(const struct foreign *f, struct relay_stats *st);

#endif
