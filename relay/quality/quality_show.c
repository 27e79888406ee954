/**
 * @file quality_show.c  What was measured of RTP, for any thread
 */
#include <string.h>
#include "relay/quality/quality.h"
#include "relay/relay.h"


static uint32_t get32(const _Atomic uint32_t *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}


static uint64_t get64(const _Atomic uint64_t *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}


/**
 * Get the number of packets that did not come
 *
 * @param q Measurement
 *
 * @return Lost packets; one that comes late is taken off again
 *
 * RFC 3550 appendix A.3
 */
uint64_t quality_lost(const struct quality *q)
{
	return get64(&q->losses.lost);
}


/**
 * Does RTP come?
 *
 * @param q Measurement
 *
 * @return A number that grows as long as it does
 */
uint64_t quality_heard(const struct quality *q)
{
	const struct losses *l = &q->losses;

	return get64(&l->expected) + get64(&l->reordered) +
	       get64(&l->duplicates);
}


/**
 * Does RTCP come?
 *
 * @param q Measurement
 *
 * @return A number that grows as long as it does
 */
uint64_t quality_reports(const struct quality *q)
{
	return get64(&q->shown.reports);
}


/**
 * Get the packets that were sent, its sender says, and did not come
 *
 * @param q Measurement
 *
 * @return Packets between the last two reports of the sender
 */
uint32_t quality_astray(const struct quality *q)
{
	return get32(&q->shown.astray);
}


/**
 * Does its sender suppress silence?
 *
 * @param q Measurement
 *
 * @return True if it has sent comfort noise
 */
bool quality_noise(const struct quality *q)
{
	return atomic_load_explicit(&q->shown.noise, memory_order_relaxed);
}


/**
 * Does its receiver say that it gets nothing of it?
 *
 * @param q Measurement
 *
 * @return True if it says so
 */
bool quality_deaf(const struct quality *q)
{
	return atomic_load_explicit(&q->shown.deaf, memory_order_relaxed);
}


/**
 * Show what was measured, from any thread
 *
 * @param q    Measurement
 * @param show Filled, but for delay, MOS and how long ago it was
 */
void quality_show(const struct quality *q, struct relay_quality *show)
{
	const struct losses *l = &q->losses;
	const struct quality_shown *s = &q->shown;
	struct relay_codec codec;

	show->expected = get64(&l->expected);
	show->lost = get64(&l->lost);
	show->reordered = get64(&l->reordered);
	show->duplicates = get64(&l->duplicates);
	show->bursts = get64(&l->bursts);
	show->burst_lost = get64(&l->burst_lost);
	show->far_expected = get64(&s->far_expected);
	show->far_lost = get64(&s->far_lost);
	show->jitter_us = get32(&s->jitter_us);
	show->jitter_max_us = get32(&s->jitter_max_us);
	show->far_jitter_us = get32(&s->far_jitter_us);
	show->ptime_us = get32(&s->ptime_us);
	show->ssrc = get32(&s->ssrc);
	show->astray = quality_astray(q);
	show->noise = quality_noise(q);
	show->far_deaf = quality_deaf(q);
	codec_cell_get(&s->codec, &codec);
	show->pt = codec.pt;
	show->clock = codec.clock;
	memcpy(show->codec, codec.name, sizeof(show->codec));
}
