/**
 * @file leg_past.c  What a leg was before a restart
 */
#include <errno.h>
#include "relay/engine/leg.h"
#include "relay/engine/leg_past.h"
#include "relay/latch/reach.h"


static void set(_Atomic uint64_t *c, uint64_t n)
{
	atomic_store_explicit(c, n, memory_order_relaxed);
}


/* RTCP is counted with the RTP: a side shows both as one */
static void set_counts(struct leg *leg, const struct relay_stats *st)
{
	struct losses *l = &leg->hearsay->quality.losses;
	struct leg_counts *c = &leg->counts;

	set(&c->rx_packets, st->rx_packets);
	set(&c->rx_octets, st->rx_octets);
	set(&c->tx_packets, st->tx_packets);
	set(&c->tx_octets, st->tx_octets);
	set(&c->refused, st->refused);
	set(&c->invalid, st->invalid);
	set(&c->unsent, st->unsent);
	set(&l->expected, st->quality.expected);
	set(&l->lost, st->quality.lost);
	set(&l->reordered, st->quality.reordered);
	set(&l->duplicates, st->quality.duplicates);
	set(&l->bursts, st->quality.bursts);
	set(&l->burst_lost, st->quality.burst_lost);
}


/* what a port of its family cannot or must not send to is no source */
static bool is_source(const struct leg *leg, const struct sa *src)
{
	return sa_isset(src, SA_ALL) && sa_af(src) == leg->latch.af &&
	       reach_is_ok(leg->latch.conf, src);
}


/**
 * Let a leg go on from what it was
 *
 * @param leg  Leg with a port, which no worker has yet
 * @param past Its side's
 *
 * @return 0 if success, otherwise errorcode
 */
int leg_past_set(struct leg *leg, const struct relay_past_side *past)
{
	const struct sa *src = &past->stats.latched[leg->comp];

	leg->anchored = past->anchored;
	if (leg->comp == RELAY_RTP)
		set_counts(leg, &past->stats);
	if (!past->anchored || !is_source(leg, src))
		return 0;

	leg->past = mem_zalloc(sizeof(*leg->past), NULL);
	if (!leg->past)
		return ENOMEM;

	leg->past->src = *src;
	leg->past->ssrc = past->stats.quality.ssrc;

	return 0;
}


/**
 * Lock a leg to whom it was locked to
 *
 * @param leg Leg, anchored
 */
void leg_past_take(struct leg *leg)
{
	if (!leg->past)
		return;

	latch_resume(&leg->latch, &leg->past->src, leg->past->ssrc);
	leg->past = mem_deref(leg->past);
}
