/**
 * @file ride_look.c  Whether a leg's packets shall be forwarded by the kernel
 *
 * Looked at some times a second. Packets that waited at the port when it was
 * armed are handled, but were not counted by the kernel. So it is not enough
 * that as many were handled as came up: the difference has to be the largest
 * that was seen, some looks in a row.
 */
#include <errno.h>
#include "relay/engine/leg.h"
#include "relay/engine/path.h"
#include "relay/engine/ride.h"
#include "relay/kernel/flows.h"
#include "relay/quality/quality_format.h"
#include "relay/quality/quality_loan.h"
#include "relay/relay.h"

enum {
	CALM_LOOKS = 3,
	MIXED_LOOKS = 3,
	ARMED_US = 5000000, /* then it is too busy, or goes elsewhere */
	GRACE_US = 20000,   /* what is under way ends by itself */
	STEADY_US = 60000000,
};


static void enter(struct ride *r, enum ride_state state, uint64_t now_us)
{
	r->state = state;
	r->since_us = now_us;
}


static size_t set_formats(struct flow_format *fv, const struct quality *q)
{
	struct quality_format v[FLOW_FORMATS];
	const size_t n = quality_formats(v, FLOW_FORMATS, q);

	for (size_t i = 0; i < n; i++)
		fv[i] = (struct flow_format){
			.pt = v[i].pt,
			.kind = (uint8_t)v[i].kind,
			.sid = v[i].sid,
			.frame = v[i].frame,
			.scale = v[i].scale,
		};

	return n;
}


static int add_flow(const struct leg *leg, struct ride *r, struct flows *fs)
{
	const struct quality *q = &leg->hearsay->quality;
	struct flow_conf conf = {
		.src = leg->latch.src,
		.local = *leg->local,
		.out = *leg->across->local,
		.dst = leg->across->latch.src,
		.dscp = leg->latch.conf->dscp,
	};
	struct flow *flow;
	int err;

	conf.formatc = set_formats(conf.formatv, q);
	err = flow_add(&flow, fs, &conf);
	if (err)
		return err;

	tally_begin(&r->tally, flow);
	r->src = conf.src;
	r->dst = conf.dst;
	r->ssrc = quality_current(q)->ssrc;

	return 0;
}


/* whoever reads its counts may look at it as soon as it is there */
static struct ride *make(struct leg *leg, struct counter *forwarded)
{
	struct ride *r = mem_zalloc(sizeof(*r), NULL);

	if (!r)
		return NULL;

	r->tally.forwarded = forwarded;
	atomic_store_explicit(&leg->ride, r, memory_order_release);

	return r;
}


static void arm(struct leg *leg, struct ride *r, struct flows *fs,
		uint64_t now_us)
{
	int err;

	if (now_us < r->again_us)
		return;

	err = add_flow(leg, r, fs);
	if (err) {
		ride_strike(r, hindrance_error(err), now_us);
		return;
	}

	enter(r, RIDE_ARMED, now_us);
	r->heard = r->calm = r->others = 0;
	r->ahead = INT64_MIN;
}


static int start(const struct leg *leg, struct ride *r, uint64_t handled)
{
	struct quality_loan l;

	if (!quality_lend(&leg->hearsay->quality, r->ssrc, &l))
		return ENOENT;

	return flow_start(r->tally.flow, handled,
			  &(struct flow_measure){
				  .seq = l.seq,
				  .ssrc = l.ssrc,
				  .pt = l.pt,
				  .timed = l.timed,
				  .ts = l.ts,
				  .at_us = l.at_us,
				  .jitter = l.jitter,
				  .step_us = l.step_us,
				  .jitter_us = l.jitter_us,
				  .jitter_max_us = l.jitter_max_us,
				  .ptime_us = l.ptime_us,
				  .noise = l.noise,
			  });
}


/* is nothing of it on its way through user space? */
static bool is_calm(struct ride *r, uint64_t up)
{
	const int64_t ahead = (int64_t)(r->heard - up);

	if (ahead > r->ahead) {
		r->ahead = ahead;
		r->calm = 1;
	}
	else {
		r->calm = ahead == r->ahead ? r->calm + 1 : 0;
	}

	if (r->others) {
		r->others = 0;
		r->calm = 0;
	}

	return r->calm >= CALM_LOOKS;
}


static void look_armed(struct leg *leg, struct ride *r, uint64_t now_us)
{
	struct flow_counts c;

	flow_counts(r->tally.flow, &c);
	if (is_calm(r, c.up) && !start(leg, r, c.up)) {
		enter(r, RIDE_RIDES, now_us);
		r->lent = true;
		r->mixed = 0;
		r->why = HINDRANCE_UNKNOWN;
		return;
	}

	if (now_us - r->since_us < ARMED_US)
		return;

	ride_drop(leg, r);
	ride_strike(r, c.up ? HINDRANCE_BUSY : HINDRANCE_ELSEWHERE, now_us);
}


/* another one instead of it, or both at a time? */
static void look_sources(struct leg *leg, struct ride *r, uint64_t packets,
			 uint64_t now_us)
{
	r->mixed = r->others ? r->mixed + 1 : 0;
	if (r->others && (!packets || r->mixed >= MIXED_LOOKS)) {
		ride_leave(leg, r);
		ride_strike(r, HINDRANCE_SOURCES, now_us);
	}

	r->others = 0;
}


static bool has_moved(const struct leg *leg, const struct ride *r)
{
	return !sa_cmp(&leg->latch.src, &r->src, SA_ALL) ||
	       !sa_cmp(&leg->across->latch.src, &r->dst, SA_ALL);
}


static void look_riding(struct leg *leg, struct ride *r, uint64_t packets,
			uint64_t now_us)
{
	tally_measure(leg, &r->tally);
	look_sources(leg, r, packets, now_us);
	if (now_us - r->since_us >= STEADY_US)
		r->strikes = 0;
}


static void look_leaving(struct leg *leg, struct ride *r, uint64_t now_us)
{
	ride_take_back(leg, r);
	(void)tally_take(leg, &r->tally, false);

	if (!r->since_us)
		r->since_us = now_us;
	else if (now_us - r->since_us >= GRACE_US)
		ride_drop(leg, r);
}


static void advance(struct leg *leg, struct ride *r, struct flows *fs,
		    enum hindrance h, uint64_t packets, uint64_t now_us)
{
	if (r->state == RIDE_LEAVES)
		look_leaving(leg, r, now_us);
	else if (h != HINDRANCE_NONE)
		ride_leave(leg, r);
	else if (r->state == RIDE_WALKS)
		arm(leg, r, fs, now_us);
	else if (has_moved(leg, r))
		ride_leave(leg, r);
	else if (r->state == RIDE_ARMED)
		look_armed(leg, r, now_us);
	else
		look_riding(leg, r, packets, now_us);
}


static enum hindrance shown(const struct ride *r)
{
	if (r->state == RIDE_RIDES)
		return HINDRANCE_NONE;

	return r->why ? r->why : HINDRANCE_SOON;
}


/**
 * Look after a leg, some times a second
 *
 * @param leg       Leg of RTP, with a port
 * @param fs        Flows
 * @param forwarded Counter of packets that went on (optional)
 * @param now_us    Monotonic time [us]
 */
void ride_look(struct leg *leg, struct flows *fs, struct counter *forwarded,
	       uint64_t now_us)
{
	struct ride *r = atomic_load_explicit(&leg->ride,
					      memory_order_relaxed);
	uint64_t packets = 0;
	enum hindrance h;

	if (r && r->state == RIDE_RIDES)
		packets = tally_take(leg, &r->tally, true);

	h = hindrance_of(leg);
	if (!r && h == HINDRANCE_NONE) {
		r = make(leg, forwarded);
		if (!r)
			h = HINDRANCE_MEMORY;
	}

	if (r) {
		advance(leg, r, fs, h, packets, now_us);
		if (h == HINDRANCE_NONE)
			h = shown(r);
	}

	atomic_store_explicit(&leg->hindrance, (uint8_t)h,
			      memory_order_relaxed);
}
