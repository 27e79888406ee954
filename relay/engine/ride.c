/**
 * @file ride.c  A leg whose packets the kernel forwards, and when it does not
 */
#include "relay/engine/leg.h"
#include "relay/engine/path.h"
#include "relay/engine/ride.h"
#include "relay/engine/ride_trail.h"
#include "relay/kernel/flows.h"
#include "relay/latch/packet.h"

enum {
	SECOND_US = 1000000,
	STRIKES_MAX = 6, /* 64 s until it is tried again */
};


static struct ride *ride_of(const struct leg *leg)
{
	return atomic_load_explicit(&leg->ride, memory_order_relaxed);
}


/**
 * Note that it did not work: the more often, the later it is tried again
 *
 * @param r      Ride
 * @param why    Why
 * @param now_us Monotonic time [us]
 */
void ride_strike(struct ride *r, enum hindrance why, uint64_t now_us)
{
	r->why = why;
	r->again_us = now_us + ((uint64_t)SECOND_US << r->strikes);
	if (r->strikes < STRIKES_MAX)
		++r->strikes;
}


/**
 * Go on with what the kernel has measured, if it was not done yet
 *
 * @param leg Leg
 * @param r   Its ride, which the kernel has no more
 */
void ride_take_back(struct leg *leg, struct ride *r)
{
	if (r->lent)
		tally_measure(leg, &r->tally);
	r->lent = false;
	ride_trail_take(leg, r);
}


/**
 * Let the flow of a leg go, whatever it does
 *
 * @param leg Leg
 * @param r   Its ride
 */
void ride_drop(struct leg *leg, struct ride *r)
{
	struct flow *flow = r->tally.flow;

	ride_take_back(leg, r);
	r->kept = false;
	tally_end(leg, &r->tally);
	if (flow)
		flow_remove(flow);
	r->state = RIDE_WALKS;
}


/**
 * Let what comes to a leg come up from now on
 *
 * @param leg Leg
 * @param r   Its ride
 */
void ride_leave(struct leg *leg, struct ride *r)
{
	if (r->state == RIDE_ARMED) {
		ride_drop(leg, r);
	}
	else if (r->state == RIDE_RIDES) {
		flow_stop(r->tally.flow);
		(void)tally_take(leg, &r->tally, true);
		r->state = RIDE_LEAVES;
		r->since_us = 0;
	}
}


static void hear_armed(struct ride *r, const struct arrival *arr)
{
	++r->heard;
	if (arr->pkt.type != PACKET_RTP || arr->pkt.ssrc == r->ssrc)
		return;

	r->ssrc = arr->pkt.ssrc;
	++r->others;
}


/* what of its own comes up all the same is measured here */
static bool hear_riding(struct leg *leg, struct ride *r,
			const struct arrival *arr)
{
	if (arr->pkt.type != PACKET_RTP)
		return true;

	/* who came last is shown */
	if (arr->pkt.ssrc != r->ssrc) {
		tally_measure(leg, &r->tally);
		++r->others;
		return true;
	}

	if (arr->now_us < r->late_us) {
		leg_sent(leg->across, 0, 0, 1);
		return false;
	}

	ride_leave(leg, r);
	ride_take_back(leg, r);
	ride_strike(r, HINDRANCE_MISFIT, arr->now_us);

	return true;
}


/* RTCP is about both directions */
static void count_both(struct path *path)
{
	for (int side = 0; path && side < 2; side++) {
		struct leg *leg = &path->legv[side][RELAY_RTP];
		struct ride *r = ride_of(leg);

		if (!r || r->state < RIDE_RIDES)
			continue;

		(void)tally_take(leg, &r->tally, r->state == RIDE_RIDES);
		if (r->lent)
			tally_measure(leg, &r->tally);
	}
}


/**
 * Prepare for a datagram that has come up, and is to be judged
 *
 * @param leg Leg that it came to
 * @param arr Datagram, decoded
 *
 * @return False if it comes too late: those behind it have overtaken it
 */
bool ride_hear(struct leg *leg, const struct arrival *arr)
{
	struct ride *r = ride_of(leg);

	if (arr->pkt.type == PACKET_RTCP)
		count_both(leg->path);

	if (!r || r->state == RIDE_WALKS)
		return true;

	if (r->state == RIDE_RIDES) {
		(void)tally_take(leg, &r->tally, true);
		ride_trail_take(leg, r);
	}
	else if (r->state == RIDE_LEAVES) {
		ride_take_back(leg, r);
	}

	if (!sa_cmp(arr->src, &r->src, SA_ALL))
		return true;

	if (r->state == RIDE_RIDES)
		return hear_riding(leg, r, arr);

	if (r->state == RIDE_ARMED)
		hear_armed(r, arr);

	return true;
}


/**
 * Let all that comes to a path come up from now on
 *
 * @param path Path; NULL: a leg that is nobody's but a voice's
 */
void ride_halt(struct path *path)
{
	for (int side = 0; path && side < 2; side++) {
		struct leg *leg = &path->legv[side][RELAY_RTP];
		struct ride *r = ride_of(leg);

		if (!r)
			continue;

		ride_leave(leg, r);
		r->again_us = 0;
		r->why = HINDRANCE_UNKNOWN;
	}
}


/**
 * Leave no flow of a path
 *
 * @param path Path
 */
void ride_end(struct path *path)
{
	ride_halt(path);

	for (int side = 0; side < 2; side++) {
		struct leg *leg = &path->legv[side][RELAY_RTP];
		struct ride *r = ride_of(leg);

		if (r && r->tally.flow)
			ride_drop(leg, r);
	}
}
