/**
 * @file quality_loan.c  A source whose packets somebody else measures
 */
#include <re.h>
#include "relay/quality/quality_loan.h"
#include "relay/relay.h"

static uint32_t get32(const _Atomic uint32_t *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}


static void put32(_Atomic uint32_t *c, uint32_t n)
{
	atomic_store_explicit(c, n, memory_order_relaxed);
}


static uint64_t get64(const _Atomic uint64_t *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}


static const struct quality_source *find(const struct quality *q,
					 uint32_t ssrc)
{
	const struct quality_source *v = q->sourcev ? q->sourcev : &q->one;

	for (size_t i = 0; i < quality_sourcec(q); i++) {
		if (v[i].started && v[i].ssrc == ssrc)
			return &v[i];
	}

	return NULL;
}


/**
 * Give a source away
 *
 * @param q    Measurement
 * @param ssrc Source
 * @param loan Its state
 *
 * @return False if it was not heard
 */
bool quality_lend(const struct quality *q, uint32_t ssrc,
		  struct quality_loan *loan)
{
	const struct quality_source *s = find(q, ssrc);
	const struct quality_shown *shown = &q->shown;

	if (!s)
		return false;

	*loan = (struct quality_loan){
		.seq = s->seq,
		.ssrc = ssrc,
		.pt = q->pt,
		.timed = s->timed,
		.ts = s->ts,
		.at_us = s->at_us,
		.jitter = s->jitter,
		.step_us = s->step_us,
		.jitter_us = get32(&shown->jitter_us),
		.jitter_max_us = get32(&shown->jitter_max_us),
		.ptime_us = get32(&shown->ptime_us),
		.noise = atomic_load_explicit(&shown->noise,
					      memory_order_relaxed),
	};

	return true;
}


/* a sequence that began anew: what its sender has said until then says
   nothing of it */
static void put_source(struct quality_source *s,
		       const struct quality_loan *loan)
{
	if (loan->seq.span < s->seq.span)
		s->said = false;

	s->seq = loan->seq;
	s->timed = loan->timed;
	s->ts = loan->ts;
	s->at_us = loan->at_us;
	s->jitter = loan->jitter;
	s->step_us = loan->step_us;
}


/**
 * Take a source's state back, which may go on elsewhere all the same
 *
 * @param q    Measurement
 * @param loan State; of a source that had to give way nothing is kept
 */
void quality_return(struct quality *q, const struct quality_loan *loan)
{
	const struct quality_source *found = find(q, loan->ssrc);
	struct quality_source *s;
	const uint32_t jitter_max = get32(&q->shown.jitter_max_us);
	uint32_t more;

	if (!found)
		return;

	s = quality_sources(q) + (found - quality_sources(q));
	more = loan->seq.received - s->seq.received;
	put_source(s, loan);
	if (!more)
		return;

	q->turn += more;
	s->turn = q->turn;
	q->current = (uint32_t)(s - quality_sources(q));
	put32(&q->shown.ssrc, loan->ssrc);
	put32(&q->shown.jitter_us, loan->jitter_us);
	put32(&q->shown.jitter_max_us, max(jitter_max, loan->jitter_max_us));
	put32(&q->shown.ptime_us, loan->ptime_us);
	if (loan->noise)
		atomic_store_explicit(&q->shown.noise, true,
				      memory_order_relaxed);
	quality_newest(q, loan->pt);
}


static void grow(_Atomic uint64_t *c, const _Atomic uint64_t *now,
		 const _Atomic uint64_t *before)
{
	atomic_store_explicit(c, get64(c) + get64(now) - get64(before),
			      memory_order_relaxed);
}


/**
 * Count what somebody else has counted
 *
 * @param q      Measurement
 * @param now    His counts now
 * @param before ... and when they were counted last
 */
void quality_grow(struct quality *q, const struct losses *now,
		  const struct losses *before)
{
	struct losses *l = &q->losses;

	grow(&l->expected, &now->expected, &before->expected);
	grow(&l->lost, &now->lost, &before->lost);
	grow(&l->reordered, &now->reordered, &before->reordered);
	grow(&l->duplicates, &now->duplicates, &before->duplicates);
	grow(&l->bursts, &now->bursts, &before->bursts);
	grow(&l->burst_lost, &now->burst_lost, &before->burst_lost);
	grow(&l->runs, &now->runs, &before->runs);
	grow(&l->run_lost, &now->run_lost, &before->run_lost);
}


/**
 * Count it in a copy, from any thread
 *
 * @param show   What is shown
 * @param now    His counts now
 * @param before ... and when they were counted last
 */
void quality_show_grow(struct relay_quality *show, const struct losses *now,
		       const struct losses *before)
{
	show->expected += get64(&now->expected) - get64(&before->expected);
	show->lost += get64(&now->lost) - get64(&before->lost);
	show->reordered += get64(&now->reordered) - get64(&before->reordered);
	show->duplicates += get64(&now->duplicates) -
			    get64(&before->duplicates);
	show->bursts += get64(&now->bursts) - get64(&before->bursts);
	show->burst_lost += get64(&now->burst_lost) -
			    get64(&before->burst_lost);
}
