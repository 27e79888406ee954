/**
 * @file ride_trail.c  Headers of what the kernel forwards of a leg
 */
#include "relay/engine/leg.h"
#include "relay/engine/path.h"
#include "relay/engine/ride.h"
#include "relay/engine/ride_trail.h"
#include "relay/kernel/flows.h"
#include "relay/trail/trail.h"

/* what people hear: a loss of 2 %, or packets that come 50 ms too late */
enum { LOST_PERCENT = 2, JITTER_US = 50000, HEADERS = 32 };


static bool is_bad(const struct quality *q)
{
	const uint64_t expected = atomic_load_explicit(&q->losses.expected,
						       memory_order_relaxed);
	const uint64_t lost = atomic_load_explicit(&q->losses.lost,
						   memory_order_relaxed);

	return lost * 100 > expected * LOST_PERCENT ||
	       atomic_load_explicit(&q->shown.jitter_us,
				    memory_order_relaxed) > JITTER_US;
}


static bool is_in_trouble(const struct path *path)
{
	return atomic_load_explicit(&path->troubled, memory_order_relaxed) ||
	       is_bad(&path->hearsayv[RELAY_A].quality) ||
	       is_bad(&path->hearsayv[RELAY_B].quality);
}


/**
 * Take the headers that the kernel has kept of a leg's packets
 *
 * @param leg Leg
 * @param r   Its ride
 */
void ride_trail_take(struct leg *leg, struct ride *r)
{
	struct flow_header v[HEADERS];
	uint64_t missed = 0;
	size_t n;

	if (!r->kept)
		return;

	do {
		n = flow_headers(r->tally.flow, v, HEADERS, &missed);
		for (size_t i = 0; i < n; i++) {
			const struct trail_step s = {
				.kind = TRAIL_RTP,
				.side = leg->side,
				.comp = RELAY_RTP,
				.out = RELAY_RTP,
				.at_us = v[i].at_us,
				.src = &r->src,
				.dst = &r->dst,
				.p = v[i].rtp,
				.kept = sizeof(v[i].rtp),
				.wire = v[i].len,
			};

			trail_note(leg->path->trail, &s);
		}
	} while (n == HEADERS);

	trail_missed(leg->path->trail, missed);
}


/**
 * Decide whether headers of a leg's packets are kept, and take them
 *
 * @param leg Leg that rides, or soon will
 * @param r   Its ride
 * @param fs  Flows
 */
void ride_trail_look(struct leg *leg, struct ride *r, const struct flows *fs)
{
	const bool keep = leg->path->trail &&
			  (flows_count(fs) <= FLOWS_KEPT_MAX ||
			   is_in_trouble(leg->path));

	ride_trail_take(leg, r);
	if (keep != r->kept && !flow_keep(r->tally.flow, keep))
		r->kept = keep;
}
