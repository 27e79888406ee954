/**
 * @file forwarder.c  From a datagram that came to where it goes on
 */
#include "common/metrics.h"
#include "relay/engine/forwarder.h"
#include "relay/engine/hops.h"
#include "relay/engine/path.h"
#include "relay/engine/port.h"
#include "relay/tap.h"
#include "relay/trail/trail.h"
#include "relay/trail/trail_cut.h"
#include "relay/trail/trail_pool.h"


/**
 * Initialise
 *
 * @param f       Forwarder of one worker
 * @param metrics Metrics (optional)
 * @param h       Event handler, called in the worker's thread
 * @param arg     Handler argument
 */
void forwarder_init(struct forwarder *f, struct metrics *metrics,
		    forwarder_event_h *h, void *arg)
{
	f->h = h;
	f->arg = arg;
	f->forwarded = metrics_counter(metrics, "relay_packets_total");
	f->answered = metrics_counter(metrics, "relay_checks_answered_total");
	f->dropped = metrics_counter(metrics, "relay_packets_dropped_total");
	f->unsent = metrics_counter(metrics, "relay_packets_unsent_total");
}


static void tell_tap(struct relay_tap *tap, const struct leg *leg,
		     const struct arrival *arr)
{
	const struct tap_packet pkt = {
		.stream = leg->path->stream,
		.side = leg->side,
		.comp = arr->pkt.type == PACKET_RTCP ? RELAY_RTCP : leg->comp,
		.src = arr->src,
		.local = leg->local,
		.p = arr->p,
		.len = arr->len,
		.now_us = arr->now_us,
	};

	tap->packeth(tap, &pkt);
}


/* fax may look like anything */
static size_t cut(const struct leg *leg, const struct arrival *arr)
{
	static const struct packet none = {.type = PACKET_OTHER};
	const bool secret = leg->terms && leg->terms->keyc;

	return trail_cut(leg->latch.anchor.any ? &none : &arr->pkt, secret,
			 arr->p, arr->len);
}


static void keep_header(struct trail_pool *pages, const struct leg *leg,
			const struct leg *out, const struct arrival *arr)
{
	struct trail *trail = path_trail(leg->path, pages);
	struct sa dst;
	const struct trail_step s = {
		.kind = !out                           ? TRAIL_REFUSED
			: arr->pkt.type == PACKET_RTCP ? TRAIL_RTCP
						       : TRAIL_RTP,
		.side = leg->side,
		.comp = leg->comp,
		.out = out ? out->comp : RELAY_RTP,
		.at_us = arr->now_us,
		.src = arr->src,
		.dst = out && latch_target(&out->latch, &dst) ? &dst : NULL,
		.p = arr->p,
		.kept = cut(leg, arr),
		.wire = arr->len,
	};

	if (trail)
		trail_note(trail, &s);
	else
		trail_pool_missed(pages, 1);
}


/**
 * Judge a datagram
 *
 * @param f    Forwarder
 * @param port Port that it came to, with somebody who listens
 * @param arr  The datagram; says what it is
 * @param v    What is to be done with it
 */
void forwarder_judge(struct forwarder *f, const struct port *port,
		     struct arrival *arr, struct forwarder_verdict *v)
{
	struct leg *leg = port_leg(port, arr->src, arr->p, arr->len);
	struct trail_pool *pages = atomic_load_explicit(&f->pages,
							memory_order_acquire);

	v->leg = leg;
	v->out = NULL;
	if (leg_hear(leg, arr)) {
		leg->hops = hops_learn(leg->hops, arr->hops);
		if (arr->hops != HOPS_LAST)
			v->out = leg_out(leg, arr);
		if (leg->path->tap)
			tell_tap(leg->path->tap, leg, arr);
	}
	if (pages)
		keep_header(pages, leg, v->out, arr);

	v->reply = arr->reply;
	if (v->reply)
		counter_inc(f->answered);
	else if (!v->out)
		counter_inc(f->dropped);

	if (arr->event >= 0)
		f->h(leg, (enum relay_event)arr->event, arr->src, f->arg);
}


/**
 * Count what was sent, and what could not be: a relay does not queue
 *
 * @param f       Forwarder
 * @param out     Leg that it left from
 * @param packets Packets sent
 * @param octets  Octets sent
 * @param of      Packets that were to be sent
 */
void forwarder_sent(struct forwarder *f, struct leg *out, uint64_t packets,
		    uint64_t octets, uint64_t of)
{
	leg_sent(out, packets, octets, of - packets);
	counter_add(f->forwarded, (int64_t)packets);
	if (packets < of)
		counter_add(f->unsent, (int64_t)(of - packets));
}
