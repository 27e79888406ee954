/**
 * @file ride.h  A leg whose packets the kernel forwards, and when it does not
 *
 * Walks: all comes up to user space. Armed: it still does, and the kernel
 * counts it, until as much was handled as came up. Rides: the kernel forwards
 * what its source sends of one SSRC; what else comes to the port is judged
 * here, after what the kernel forwarded until then was counted, so that the
 * latch decides as if all had come up. Leaves: all comes up again, and what
 * the kernel had measured goes on here.
 *
 * Each direction of a stream by itself: of a side that is silent, or sends
 * from several sources, only what it sends is in user space.
 */
#ifndef RELAY_ENGINE_RIDE_H
#define RELAY_ENGINE_RIDE_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include "relay/engine/hindrance.h"
#include "relay/engine/tally.h"

struct arrival;
struct counter;
struct flows;
struct leg;
struct path;

enum ride_state { RIDE_WALKS = 0, RIDE_ARMED, RIDE_RIDES, RIDE_LEAVES };

/* of a leg of RTP that was to ride once; freed with it */
struct ride {
	struct tally tally;

	/* the worker's */
	enum ride_state state;
	enum hindrance why; /* it walks, or did when it was tried last */
	bool lent;          /* what was measured is to be taken back */
	bool kept;          /* the kernel keeps headers of its packets */
	struct sa src, dst; /* of the flow */
	uint32_t ssrc;
	uint32_t strikes;  /* rides that ended early, or did not begin */
	uint64_t since_us; /* of its state */
	uint64_t again_us; /* not before */
	uint64_t late_us;  /* until then its own may come up, too late */

	/* riding, since sources were looked at: packets of its own, of another
	 * SSRC; and for how many such times there were both */
	uint64_t sources_us;
	uint64_t own;
	uint32_t others, mixed;

	/* armed: packets of its source */
	uint64_t heard;
	int64_t ahead; /* more than the kernel saw: they had come before */
	uint32_t calm; /* looks in a row with all of them handled */
};

/* the worker's: a datagram has come up to a leg, and is to be judged; false:
 * its stream is ahead of it already */
bool ride_hear(struct leg *leg, const struct arrival *arr);

/* its packets come up from now on; something about it is new */
void ride_halt(struct path *path);

/* no flow of it is left */
void ride_end(struct path *path);

/* its steps: all comes up from now on; what was measured goes on here; its flow
 * is no more; it is tried again later */
void ride_leave(struct leg *leg, struct ride *r);
void ride_take_back(struct leg *leg, struct ride *r);
void ride_drop(struct leg *leg, struct ride *r);
void ride_strike(struct ride *r, enum hindrance why, uint64_t now_us);

/** Who looks */
struct ride_guide {
	struct flows *fs;          /* not owned */
	struct counter *forwarded; /* not owned, may be NULL */
	uint64_t now_us;           /* monotonic */
	uint32_t adds; /* flows that there is time to add, each some 10 us */
};

/* a look at a leg of RTP, some times a second; true: again soon */
bool ride_look(struct leg *leg, struct ride_guide *guide);

#endif
