/**
 * @file tally.c  What the kernel has forwarded of a leg's packets
 */
#include "common/metrics.h"
#include "relay/engine/leg.h"
#include "relay/engine/tally.h"
#include "relay/kernel/flows.h"
#include "relay/quality/quality_loan.h"


static uint64_t get(const _Atomic uint64_t *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}


static void set(_Atomic uint64_t *c, uint64_t n)
{
	atomic_store_explicit(c, n, memory_order_relaxed);
}


static struct flow *flow_of(const struct tally *t)
{
	return atomic_load_explicit(&t->flow, memory_order_relaxed);
}


/* who sees anything that is written behind it sees the odd turn as well */
static void write_begin(struct tally *t)
{
	const uint32_t turn = atomic_load_explicit(&t->turn,
						   memory_order_relaxed);

	atomic_store_explicit(&t->turn, turn + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
}


static void write_end(struct tally *t)
{
	const uint32_t turn = atomic_load_explicit(&t->turn,
						   memory_order_relaxed);

	atomic_store_explicit(&t->turn, turn + 1, memory_order_release);
}


static void note_losses(struct losses *l, const struct losses *now)
{
	set(&l->expected, get(&now->expected));
	set(&l->lost, get(&now->lost));
	set(&l->reordered, get(&now->reordered));
	set(&l->duplicates, get(&now->duplicates));
	set(&l->bursts, get(&now->bursts));
	set(&l->burst_lost, get(&now->burst_lost));
	set(&l->runs, get(&now->runs));
	set(&l->run_lost, get(&now->run_lost));
}


/**
 * Begin to count what a flow does
 *
 * @param t    Tally, of a leg
 * @param flow New flow: it has done nothing
 */
void tally_begin(struct tally *t, struct flow *flow)
{
	static const struct losses none;

	write_begin(t);
	set(&t->packets, 0);
	set(&t->octets, 0);
	note_losses(&t->losses, &none);
	atomic_store_explicit(&t->flow, flow, memory_order_relaxed);
	write_end(t);
}


static void take(struct leg *leg, struct tally *t, const struct flow_counts *c,
		 bool heard)
{
	const uint64_t packets = c->packets - get(&t->packets);
	const uint64_t octets = c->octets - get(&t->octets);

	leg_rode(leg, packets, octets, heard);
	leg_sent(leg->across, packets, octets, 0);
	quality_grow(&leg->hearsay->quality, &c->losses, &t->losses);
	counter_add(t->forwarded, (int64_t)packets);

	set(&t->packets, c->packets);
	set(&t->octets, c->octets);
	note_losses(&t->losses, &c->losses);
}


/**
 * Take what a flow has done since the last time
 *
 * @param leg   Leg
 * @param t     Its tally
 * @param heard True if its packets were its source's, as the latch knows it
 *
 * @return Number of packets
 */
uint64_t tally_take(struct leg *leg, struct tally *t, bool heard)
{
	const struct flow *flow = flow_of(t);
	struct flow_counts c;
	uint64_t n;

	if (!flow)
		return 0;

	flow_counts(flow, &c);
	n = c.packets - get(&t->packets);
	if (!n)
		return 0;

	write_begin(t);
	take(leg, t, &c, heard);
	write_end(t);

	return n;
}


/**
 * Take what a flow has done, for the last time
 *
 * @param leg Leg
 * @param t   Its tally
 */
void tally_end(struct leg *leg, struct tally *t)
{
	const struct flow *flow = flow_of(t);
	struct flow_counts c;

	if (!flow)
		return;

	flow_counts(flow, &c);
	write_begin(t);
	take(leg, t, &c, false);
	atomic_store_explicit(&t->flow, NULL, memory_order_relaxed);
	write_end(t);
}


/**
 * Take what a flow has measured
 *
 * @param leg Leg
 * @param t   Its tally
 */
void tally_measure(struct leg *leg, struct tally *t)
{
	const struct flow *flow = flow_of(t);
	struct flow_measure m;

	if (!flow)
		return;

	flow_measured(flow, &m);
	quality_return(&leg->hearsay->quality,
		       &(struct quality_loan){
			       .seq = m.seq,
			       .ssrc = m.ssrc,
			       .pt = (uint8_t)m.pt,
			       .timed = m.timed,
			       .ts = m.ts,
			       .at_us = m.at_us,
			       .jitter = m.jitter,
			       .step_us = m.step_us,
			       .jitter_us = m.jitter_us,
			       .jitter_max_us = m.jitter_max_us,
			       .ptime_us = m.ptime_us,
			       .noise = m.noise,
		       });
}


/**
 * Begin to look, from any thread
 *
 * @param t Tally, NULL: there is none
 *
 * @return What tally_looked() wants to know
 */
uint32_t tally_look(const struct tally *t)
{
	uint32_t turn = 0;

	while (t) {
		turn = atomic_load_explicit(&t->turn, memory_order_acquire);
		if (!(turn & 1))
			break;
	}

	return turn;
}


/**
 * Has nobody written meanwhile?
 *
 * @param t    Tally, NULL: there is none
 * @param look What tally_look() said
 *
 * @return True if what was read is right
 */
bool tally_looked(const struct tally *t, uint32_t look)
{
	if (!t)
		return true;

	atomic_thread_fence(memory_order_acquire);

	return atomic_load_explicit(&t->turn, memory_order_relaxed) == look;
}


/**
 * Add what is under way to what came from a side
 *
 * @param t  Tally of its leg, NULL: there is none
 * @param st Statistics of the side
 */
void tally_add_rx(const struct tally *t, struct relay_stats *st)
{
	const struct flow *flow = t ? flow_of(t) : NULL;
	struct flow_counts c;

	if (!flow)
		return;

	flow_counts(flow, &c);
	st->rx_packets += c.packets - get(&t->packets);
	st->rx_octets += c.octets - get(&t->octets);
	quality_show_grow(&st->quality, &c.losses, &t->losses);
}


/**
 * Add what is under way to what was sent to a side
 *
 * @param t  Tally of the other side's leg, NULL: there is none
 * @param st Statistics of the side
 */
void tally_add_tx(const struct tally *t, struct relay_stats *st)
{
	const struct flow *flow = t ? flow_of(t) : NULL;
	struct flow_counts c;

	if (!flow)
		return;

	flow_counts(flow, &c);
	st->tx_packets += c.packets - get(&t->packets);
	st->tx_octets += c.octets - get(&t->octets);
}
