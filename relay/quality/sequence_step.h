/**
 * @file sequence_step.h  How sequence.c counts, for the kernel as well
 *
 * One text, compiled for us and for relay/kernel/flow.bpf.c. There nobody
 * else writes at the same time, and words are read and written whole.
 */
#ifndef RELAY_QUALITY_SEQUENCE_STEP_H
#define RELAY_QUALITY_SEQUENCE_STEP_H

#include "relay/quality/sequence.h"

enum {
	SEQUENCE_MAX_DROPOUT = 3000, /* RFC 3550 appendix A.1 */
	SEQUENCE_MAX_MISORDER = 100,
	SEQUENCE_WINDOW = 64,
	SEQUENCE_PLAYOUT = 16, /* packets until a loss is judged */
	SEQUENCE_LEAP = 32,    /* a longer gap is judged as one */
	SEQUENCE_GMIN = 16,    /* RFC 3611 section 4.7.2 */
};


static inline uint64_t losses_value(const losses_count *c)
{
#ifdef __bpf__
	return *c;
#else
	return atomic_load_explicit(c, memory_order_relaxed);
#endif
}


/* one writer: no locked instruction is needed */
static inline void losses_bump(losses_count *c, uint64_t n)
{
#ifdef __bpf__
	*c += n;
#else
	atomic_store_explicit(c, losses_value(c) + n, memory_order_relaxed);
#endif
}


static inline void sequence_come(struct sequence *s)
{
	s->gone = false;
	if (s->gap < SEQUENCE_GMIN)
		++s->gap;
}


/* n in a row are gone for good */
static inline void sequence_lose(struct sequence *s, struct losses *l,
				 uint32_t n)
{
	const uint32_t before = s->gap < SEQUENCE_GMIN ? s->near : 0;

	if (!s->gone)
		losses_bump(&l->runs, 1);
	losses_bump(&l->run_lost, n);

	s->near = before + n;
	s->gap = 0;
	s->gone = true;

	/* a single one is no burst */
	if (s->near < 2)
		return;

	if (before < 2)
		losses_bump(&l->bursts, 1);
	losses_bump(&l->burst_lost, before == 1 ? n + 1 : n);
}


static inline void sequence_judge_one(struct sequence *s, struct losses *l)
{
	--s->pending;
	if (s->seen >> s->pending & 1)
		sequence_come(s);
	else
		sequence_lose(s, l, 1);
}


#ifdef __bpf__
/* the kernel's verifier walks each turn of a loop that it can see */
struct sequence_judging {
	struct sequence *s;
	struct losses *l;
	uint8_t keep;
};


static long sequence_judge_next(uint32_t i, struct sequence_judging *j)
{
	(void)i;
	if (j->s->pending <= j->keep)
		return 1;

	sequence_judge_one(j->s, j->l);

	return 0;
}


static inline void sequence_judge_all(struct sequence *s, struct losses *l,
				      uint8_t keep)
{
	struct sequence_judging j = {.s = s, .l = l, .keep = keep};

	(void)bpf_loop(SEQUENCE_WINDOW, sequence_judge_next, &j, 0);
}
#else
static inline void sequence_judge_all(struct sequence *s, struct losses *l,
				      uint8_t keep)
{
	while (s->pending > keep)
		sequence_judge_one(s, l);
}
#endif


/* of a stream that comes as it should it is one */
static inline void sequence_judge(struct sequence *s, struct losses *l,
				  uint8_t keep)
{
	if (s->pending > keep)
		sequence_judge_one(s, l);
	if (s->pending > keep)
		sequence_judge_all(s, l, keep);
}


static inline void sequence_expect(struct sequence *s, struct losses *l,
				   uint32_t n)
{
	s->expected += n;
	losses_bump(&l->expected, n);
}


static inline void sequence_advance(struct sequence *s, struct losses *l,
				    uint16_t n)
{
	++s->received;
	s->span += n;
	sequence_expect(s, l, n);
	if (n > 1)
		losses_bump(&l->lost, n - 1U);

	if (n <= SEQUENCE_LEAP) {
		s->seen = s->seen << n | 1;
		s->pending = (uint8_t)(s->pending + n);
		sequence_judge(s, l, SEQUENCE_PLAYOUT);
		return;
	}

	sequence_judge(s, l, 0);
	sequence_lose(s, l, n - 1U);
	s->seen = n < SEQUENCE_WINDOW ? s->seen << n | 1 : 1;
	s->pending = 1;
}


/* late by n, or double */
static inline void sequence_fill(struct sequence *s, struct losses *l,
				 uint16_t n)
{
	/* nobody knows any more whether it came before */
	if (n >= SEQUENCE_WINDOW) {
		losses_bump(&l->reordered, 1);
		return;
	}

	if (s->seen >> n & 1) {
		losses_bump(&l->duplicates, 1);
		return;
	}

	s->seen |= (uint64_t)1 << n;
	++s->received;
	losses_bump(&l->reordered, 1);
	if (n < s->span)
		losses_bump(&l->lost, (uint64_t)-1);
	else
		sequence_expect(s, l, 1);
}


static inline void sequence_restart(struct sequence *s, struct losses *l,
				    uint16_t seq)
{
	s->seq = s->retry = seq;
	s->span = 1;
	s->seen = 1;
	s->pending = 1;
	s->gap = SEQUENCE_GMIN;
	s->gone = false;
	s->near = 0;
	++s->received;
	sequence_expect(s, l, 1);
}


static inline int sequence_step(struct sequence *s, struct losses *l,
				uint16_t seq)
{
	const uint16_t ahead = (uint16_t)(seq - s->seq);
	const uint16_t late = (uint16_t)(s->seq - seq);

	if (ahead && ahead < SEQUENCE_MAX_DROPOUT) {
		s->seq = seq;
		sequence_advance(s, l, ahead);
		return ahead;
	}

	if (late < SEQUENCE_MAX_MISORDER) {
		sequence_fill(s, l, late);
		return SEQUENCE_LATE;
	}

	/* a jump is believed when the next one follows it */
	if (seq != s->retry) {
		s->retry = (uint16_t)(seq + 1);
		return SEQUENCE_LATE;
	}

	sequence_restart(s, l, seq);

	return SEQUENCE_JUMP;
}

#endif
