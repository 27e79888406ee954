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
#include "relay/engine/ride_trail.h"
#include "relay/kernel/flows.h"
#include "relay/quality/quality_format.h"
#include "relay/quality/quality_loan.h"
#include "relay/relay.h"

enum {
	CALM_LOOKS = 3,
	MIXED_TIMES = 3,
	SOURCES_US = 500000,
	ARMED_US =
		5000000,   /* then it has several sources, or goes elsewhere */
	LATE_US = 3000000, /* the longest that packets may wait for us */
	GRACE_US = 20000,  /* what is under way ends by itself */
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


static void arm(struct leg *leg, struct ride *r, struct ride_guide *guide)
{
	int err;

	if (guide->now_us < r->again_us || !guide->adds)
		return;

	--guide->adds;
	err = add_flow(leg, r, guide->fs);
	if (err) {
		ride_strike(r, hindrance_error(err), guide->now_us);
		return;
	}

	enter(r, RIDE_ARMED, guide->now_us);
	r->heard = r->calm = r->others = r->mixed = 0;
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

	if (r->others)
		r->calm = 0;
	r->mixed += r->others;
	r->others = 0;

	return r->calm >= CALM_LOOKS;
}


static void set_off(struct ride *r, uint64_t now_us)
{
	enter(r, RIDE_RIDES, now_us);
	r->lent = true;
	r->why = HINDRANCE_UNKNOWN;
	r->late_us = 0;
	r->sources_us = now_us;
	r->own = r->others = r->mixed = 0;
}


/*
 * Where packets wait for longer than until the next one comes, it is never
 * calm. Then it starts all the same, to be rid of that load; what waits is
 * dropped when it is read, as the port would have done if it was full.
 */
static void look_busy(struct leg *leg, struct ride *r, uint64_t up,
		      uint64_t now_us)
{
	const uint64_t us = now_us - r->since_us;

	if (us < ARMED_US / 5 || (us < ARMED_US && (!up || r->mixed)))
		return;

	if (up && !r->mixed && !start(leg, r, up)) {
		set_off(r, now_us);
		r->late_us = now_us + LATE_US;
		return;
	}

	if (us < ARMED_US)
		return;

	ride_drop(leg, r);
	ride_strike(r,
		    !up        ? HINDRANCE_ELSEWHERE
		    : r->mixed ? HINDRANCE_SOURCES
			       : HINDRANCE_BUSY,
		    now_us);
}


static void look_armed(struct leg *leg, struct ride *r,
		       const struct ride_guide *guide)
{
	const uint64_t now_us = guide->now_us;
	struct flow_counts c;

	ride_trail_look(leg, r, guide->fs);
	flow_counts(r->tally.flow, &c);
	if (is_calm(r, c.up) && !start(leg, r, c.up))
		set_off(r, now_us);
	else
		look_busy(leg, r, c.up, now_us);
}


/* another one instead of it, or both at a time? */
static void look_sources(struct leg *leg, struct ride *r, uint64_t now_us)
{
	if (now_us - r->sources_us < SOURCES_US)
		return;

	r->mixed = r->others ? r->mixed + 1 : 0;
	if (r->others && (!r->own || r->mixed >= MIXED_TIMES)) {
		ride_leave(leg, r);
		ride_strike(r, HINDRANCE_SOURCES, now_us);
	}

	r->sources_us = now_us;
	r->own = 0;
	r->others = 0;
}


static bool has_moved(const struct leg *leg, const struct ride *r)
{
	return !sa_cmp(&leg->latch.src, &r->src, SA_ALL) ||
	       !sa_cmp(&leg->across->latch.src, &r->dst, SA_ALL);
}


static void look_riding(struct leg *leg, struct ride *r,
			const struct ride_guide *guide)
{
	const uint64_t now_us = guide->now_us;

	tally_measure(leg, &r->tally);
	ride_trail_look(leg, r, guide->fs);
	look_sources(leg, r, now_us);
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


static void advance(struct leg *leg, struct ride *r, enum hindrance h,
		    struct ride_guide *guide)
{
	if (r->state == RIDE_LEAVES)
		look_leaving(leg, r, guide->now_us);
	else if (h != HINDRANCE_NONE)
		ride_leave(leg, r);
	else if (r->state == RIDE_WALKS)
		arm(leg, r, guide);
	else if (has_moved(leg, r))
		ride_leave(leg, r);
	else if (r->state == RIDE_ARMED)
		look_armed(leg, r, guide);
	else
		look_riding(leg, r, guide);
}


static enum hindrance shown(const struct ride *r)
{
	if (r->state == RIDE_RIDES)
		return HINDRANCE_NONE;

	return r->why ? r->why : HINDRANCE_SOON;
}


static void show(struct leg *leg, enum hindrance h)
{
	atomic_store_explicit(&leg->hindrance, (uint8_t)h,
			      memory_order_relaxed);
}


/**
 * Look after a leg, some times a second
 *
 * @param leg   Leg of RTP, with a port
 * @param guide Who looks
 *
 * @return True if it is on its way into the kernel, or out of it
 */
bool ride_look(struct leg *leg, struct ride_guide *guide)
{
	struct ride *r = atomic_load_explicit(&leg->ride,
					      memory_order_relaxed);
	enum hindrance h;

	if (r && r->state == RIDE_RIDES)
		r->own += tally_take(leg, &r->tally, true);

	h = hindrance_of(leg);
	if (!r && h == HINDRANCE_NONE) {
		r = make(leg, guide->forwarded);
		if (!r)
			h = HINDRANCE_MEMORY;
	}

	if (!r) {
		show(leg, h);
		return false;
	}

	advance(leg, r, h, guide);
	show(leg, h == HINDRANCE_NONE ? shown(r) : h);

	return r->state == RIDE_ARMED || r->state == RIDE_LEAVES;
}
