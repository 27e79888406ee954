/**
 * @file leg.c  One media port of a path: latch, counters
 */
#include "common/addr.h"
#include "relay/engine/leg.h"
#include "relay/engine/leg_ice.h"
#include "relay/engine/leg_past.h"
#include "relay/engine/port.h"
#include "relay/engine/ride.h"

/* looks without a packet until its source counts as silent; reports come
   every five seconds, and jitter */
enum { QUIET_RTP = 3, QUIET_RTCP = 15 };


/* one writer: no locked instruction is needed */
static void bump(_Atomic uint64_t *c, uint64_t n)
{
	atomic_store_explicit(
		c, atomic_load_explicit(c, memory_order_relaxed) + n,
		memory_order_relaxed);
}


static uint64_t value(const _Atomic uint64_t *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}


/**
 * Initialise a leg that has no port yet
 *
 * @param leg   Leg, zeroed, its constants set by the path
 * @param conf  Configuration
 * @param local Our address and port, not owned; NULL: none yet
 */
void leg_init(struct leg *leg, const struct relay_conf *conf,
	      const struct sa *local)
{
	leg->fd = -1;
	leg->local = local;
	latch_init(&leg->latch, conf, sa_af(local), leg->comp == RELAY_RTCP);
	srtp_proof_init(&leg->proof, leg->comp == RELAY_RTCP);
}


/**
 * Give a leg its port
 *
 * @param leg  Leg, initialised
 * @param port Open port
 */
void leg_attach(struct leg *leg, struct port *port)
{
	leg_init(leg, leg->latch.conf, &port->local);
	leg->fd = port->fd;
	leg->port = port;
}


/**
 * Let a leg hear what comes to its port; by the worker if others hear it
 *
 * @param leg Leg with a port
 */
void leg_listen(struct leg *leg)
{
	struct le *le;

	/* what comes there may be for either from now on */
	LIST_FOREACH(&leg->port->legl, le)
	{
		const struct leg *other = le->data;

		ride_halt(other->path);
	}

	list_append(&leg->port->legl, &leg->le, leg);
}


/**
 * Let a leg forget what it holds; no worker may have it
 *
 * @param leg Leg
 */
void leg_close(struct leg *leg)
{
	list_unlink(&leg->le);
	latch_close(&leg->latch);
	srtp_proof_close(&leg->proof);
	foreign_close(&leg->foreign);
	mem_deref(leg->past);
	mem_deref(leg->ride);
}


static void publish_latch(struct leg *leg)
{
	struct sa none;

	sa_init(&none, AF_UNSPEC);
	cell_set(&leg->latched, leg->latch.locked ? &leg->latch.src : &none);
}


/* the phone is told of a port with the first SDP of the other side: whoever
   came before that has found the port by himself */
static void forget_early(struct leg *leg)
{
	latch_reset(&leg->latch);
	publish_latch(leg);
}


static void tell_silent(struct leg *leg)
{
	uint32_t looks;

	if (!atomic_load_explicit(&leg->silent, memory_order_relaxed))
		return;

	looks = atomic_exchange_explicit(&leg->silent, 0,
					 memory_order_relaxed);
	for (uint32_t i = 0; i < min(looks, LATCH_PATIENCE); i++)
		latch_silent(&leg->latch);
}


/**
 * Apply new signalling
 *
 * @param leg   Leg
 * @param a     Anchor
 * @param terms Terms of its side, not owned; NULL: nothing is known
 */
void leg_anchor(struct leg *leg, const struct anchor *a,
		const struct relay_terms *terms)
{
	leg->terms = terms;
	tell_silent(leg);
	if (!leg->anchored && leg->across)
		forget_early(leg->across);
	leg->anchored = true;
	hearsay_terms(leg);

	srtp_proof_keys(&leg->proof, terms ? terms->keyv : NULL,
			terms ? terms->keyc : 0);
	latch_keyed(&leg->latch, leg->proof.keyc > 0);
	leg->latch.eager = terms && !terms->sends;
	if (latch_anchor(&leg->latch, a))
		leg->told = false;

	leg_past_take(leg);
	publish_latch(leg);
	leg_ice_update(leg);
}


/* RTCP that was learned from another host than the RTP now is, was wrong */
static void settle(struct leg *leg)
{
	struct leg *rtcp = leg->beside;

	publish_latch(leg);
	if (leg->comp == RELAY_RTP)
		ride_halt(leg->path);

	if (leg->comp != RELAY_RTP || !rtcp->latch.locked)
		return;

	/* what moved the one has moved the other */
	latch_silent(&rtcp->latch);

	if (!addr_same_host(&rtcp->latch.src, &leg->latch.src)) {
		latch_reset(&rtcp->latch);
		publish_latch(rtcp);
	}
}


static void accept_packet(struct leg *leg, const struct arrival *arr)
{
	bump(&leg->counts.rx_packets, 1);
	bump(&leg->counts.rx_octets, arr->len);

	srtp_proof_seen(&leg->proof, &arr->pkt, arr->p, arr->len);
	hearsay_take(leg, arr);
}


/* only what would change the latch is worth the work */
static void prove(struct leg *leg, struct arrival *arr)
{
	const enum latch_ask ask = latch_asks(&leg->latch, arr->src,
					      &arr->pkt);

	if (ask != LATCH_ASK_NONE)
		arr->pkt.authentic = srtp_proof_check(
			&leg->proof, &arr->pkt, arr->p, arr->len,
			ask == LATCH_ASK_STRANGER, arr->now_us);
}


static int refuse_packet(struct leg *leg, const struct sa *src)
{
	bump(&leg->counts.refused, 1);
	foreign_add(&leg->foreign, src);

	/* the first of a side, whichever port it came to */
	if (leg->told || leg->beside->told)
		return -1;

	leg->told = true;

	return RELAY_REFUSED;
}


static enum latch_verdict judge(struct leg *leg, struct arrival *arr)
{
	const struct latch *rtp = leg->comp == RELAY_RTCP ? &leg->beside->latch
							  : NULL;

	if (leg->latch.ice)
		return leg_ice_judge(leg, arr);

	prove(leg, arr);

	return latch_hear(&leg->latch, arr->src, &arr->pkt, rtp);
}


/**
 * Judge and count a datagram that came to this leg
 *
 * @param leg Leg
 * @param arr The datagram; says what it is and which event it makes
 *
 * @return True if it is to be forwarded
 */
bool leg_hear(struct leg *leg, struct arrival *arr)
{
	arr->event = -1;
	arr->reply = NULL;
	packet_decode(&arr->pkt, arr->p, arr->len);

	if (!ride_hear(leg, arr))
		return false;

	tell_silent(leg);
	if (arr->pkt.type == PACKET_STUN && leg_ice_ends(leg, arr))
		return false;

	switch (judge(leg, arr)) {
	case LATCH_LOCKED:
		settle(leg);
		arr->event = RELAY_LATCHED;
		/*@fallthrough@*/
	case LATCH_ACCEPTED:
		accept_packet(leg, arr);
		return true;

	case LATCH_DROPPED:
		bump(&leg->counts.invalid, 1);
		return false;

	case LATCH_WAITING:
		bump(&leg->counts.refused, 1);
		foreign_note(&leg->foreign, arr->src);
		return false;

	case LATCH_REFUSED:
	default:
		arr->event = refuse_packet(leg, arr->src);
		return false;
	}
}


/**
 * Choose from where a datagram leaves: RTCP where the other side wants it,
 * as far as that is known, all else from the same component
 *
 * @param leg Leg that heard it
 * @param arr The datagram, heard
 *
 * @return Leg of the other side
 *
 * RFC 5761 section 5.1.1
 */
struct leg *leg_out(const struct leg *leg, const struct arrival *arr)
{
	struct leg *out = leg->across;

	/* T.38 may look like anything */
	if (arr->pkt.type != PACKET_RTCP || leg->latch.anchor.any ||
	    !out->terms)
		return out;

	return out->terms->mux == (out->comp == RELAY_RTP) ? out : out->beside;
}


/**
 * Look whether the leg's source still is heard; once a second
 *
 * @param leg Leg
 */
void leg_look(struct leg *leg)
{
	const uint64_t n = value(&leg->counts.rx_packets);

	if (n != leg->looked) {
		leg->looked = n;
		leg->quiet = 0;
		return;
	}

	if (++leg->quiet >= (leg->comp == RELAY_RTCP ? QUIET_RTCP : QUIET_RTP))
		(void)atomic_fetch_add_explicit(&leg->silent, 1,
						memory_order_relaxed);
}


/**
 * Count what its source sent, and somebody else forwarded
 *
 * @param leg     Leg
 * @param packets Packets
 * @param octets  Their octets
 * @param heard   True if the latch is to know it
 */
void leg_rode(struct leg *leg, uint64_t packets, uint64_t octets, bool heard)
{
	bump(&leg->counts.rx_packets, packets);
	bump(&leg->counts.rx_octets, octets);

	if (heard) {
		tell_silent(leg);
		latch_heard(&leg->latch);
	}
}


/**
 * Count what was sent from this leg
 *
 * @param leg     Leg
 * @param packets Packets sent
 * @param octets  Octets sent
 * @param unsent  Packets that could not be sent
 */
void leg_sent(struct leg *leg, uint64_t packets, uint64_t octets,
	      uint64_t unsent)
{
	bump(&leg->counts.tx_packets, packets);
	bump(&leg->counts.tx_octets, octets);
	if (unsent)
		bump(&leg->counts.unsent, unsent);
}


/**
 * Add a leg's counters to its side's
 *
 * @param leg Leg
 * @param st  Statistics of the side
 */
void leg_stats(const struct leg *leg, struct relay_stats *st)
{
	const struct leg_counts *c = &leg->counts;
	struct sa refused;

	st->rx_packets += value(&c->rx_packets);
	st->rx_octets += value(&c->rx_octets);
	st->tx_packets += value(&c->tx_packets);
	st->tx_octets += value(&c->tx_octets);
	st->refused += value(&c->refused);
	st->invalid += value(&c->invalid);
	st->unsent += value(&c->unsent);

	cell_get(&leg->latched, &st->latched[leg->comp]);
	foreign_last(&leg->foreign, &refused);
	/* who only came too early is no stranger */
	if (sa_af(&refused) != AF_UNSPEC &&
	    !sa_cmp(&refused, &st->latched[leg->comp], SA_ALL))
		st->refused_src = refused;
	foreign_stats(&leg->foreign, st);
}
