/**
 * @file sequence.c  What is missing from a source of RTP, by its numbers
 */
#include <string.h>
#include "relay/quality/sequence.h"

enum {
	MAX_DROPOUT = 3000, /* RFC 3550 appendix A.1 */
	MAX_MISORDER = 100,
	WINDOW = 64,
	PLAYOUT = 16, /* packets until a loss is judged */
	LEAP = 32,    /* a longer gap is judged as one */
	GMIN = 16,    /* RFC 3611 section 4.7.2 */
};


static uint64_t value(const _Atomic uint64_t *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}


/* one writer: no locked instruction is needed */
static void bump(_Atomic uint64_t *c, uint64_t n)
{
	atomic_store_explicit(c, value(c) + n, memory_order_relaxed);
}


static void come(struct sequence *s)
{
	s->gone = false;
	if (s->gap < GMIN)
		++s->gap;
}


/* n in a row are gone for good */
static void lose(struct sequence *s, struct losses *l, uint32_t n)
{
	const uint32_t before = s->gap < GMIN ? s->near : 0;

	if (!s->gone)
		bump(&l->runs, 1);
	bump(&l->run_lost, n);

	s->near = before + n;
	s->gap = 0;
	s->gone = true;

	/* a single one is no burst */
	if (s->near < 2)
		return;

	if (before < 2)
		bump(&l->bursts, 1);
	bump(&l->burst_lost, before == 1 ? n + 1 : n);
}


static void judge(struct sequence *s, struct losses *l, uint8_t keep)
{
	while (s->pending > keep) {
		--s->pending;
		if (s->seen >> s->pending & 1)
			come(s);
		else
			lose(s, l, 1);
	}
}


static void expect(struct sequence *s, struct losses *l, uint32_t n)
{
	s->expected += n;
	bump(&l->expected, n);
}


static void advance(struct sequence *s, struct losses *l, uint16_t n)
{
	++s->received;
	s->span += n;
	expect(s, l, n);
	if (n > 1)
		bump(&l->lost, n - 1U);

	if (n <= LEAP) {
		s->seen = s->seen << n | 1;
		s->pending = (uint8_t)(s->pending + n);
		judge(s, l, PLAYOUT);
		return;
	}

	judge(s, l, 0);
	lose(s, l, n - 1U);
	s->seen = n < WINDOW ? s->seen << n | 1 : 1;
	s->pending = 1;
}


/* late by n, or double */
static void fill(struct sequence *s, struct losses *l, uint16_t n)
{
	/* nobody knows any more whether it came before */
	if (n >= WINDOW) {
		bump(&l->reordered, 1);
		return;
	}

	if (s->seen >> n & 1) {
		bump(&l->duplicates, 1);
		return;
	}

	s->seen |= (uint64_t)1 << n;
	++s->received;
	bump(&l->reordered, 1);
	if (n < s->span)
		bump(&l->lost, (uint64_t)-1);
	else
		expect(s, l, 1);
}


static void restart(struct sequence *s, struct losses *l, uint16_t seq)
{
	s->seq = s->retry = seq;
	s->span = 1;
	s->seen = 1;
	s->pending = 1;
	s->gap = GMIN;
	s->gone = false;
	s->near = 0;
	++s->received;
	expect(s, l, 1);
}


/**
 * Begin with the first packet of a source
 *
 * @param s   Sequence
 * @param l   Counts of its leg
 * @param seq Sequence number
 */
void sequence_begin(struct sequence *s, struct losses *l, uint16_t seq)
{
	memset(s, 0, sizeof(*s));
	restart(s, l, seq);
}


/**
 * Add a packet of the source
 *
 * @param s   Sequence, begun
 * @param l   Counts of its leg
 * @param seq Sequence number
 *
 * @return How far it is ahead; SEQUENCE_LATE, SEQUENCE_JUMP
 *
 * RFC 3550 appendix A.1; RFC 3611 section 4.7.2
 */
int sequence_add(struct sequence *s, struct losses *l, uint16_t seq)
{
	const uint16_t ahead = (uint16_t)(seq - s->seq);
	const uint16_t late = (uint16_t)(s->seq - seq);

	if (ahead && ahead < MAX_DROPOUT) {
		s->seq = seq;
		advance(s, l, ahead);
		return ahead;
	}

	if (late < MAX_MISORDER) {
		fill(s, l, late);
		return SEQUENCE_LATE;
	}

	/* a jump is believed when the next one follows it */
	if (seq != s->retry) {
		s->retry = (uint16_t)(seq + 1);
		return SEQUENCE_LATE;
	}

	restart(s, l, seq);

	return SEQUENCE_JUMP;
}


/**
 * How much longer losses last than they would if they came at random
 *
 * @param l Counts
 *
 * @return Burst ratio in hundredths, 100 at least
 *
 * ITU-T G.107 section 7.3: mean length of losses in a row, over 1 / (1 - Ppl)
 * packets, which it is for random loss
 */
uint32_t losses_burst_ratio(const struct losses *l)
{
	const uint64_t runs = value(&l->runs), lost = value(&l->run_lost);
	const uint64_t expected = value(&l->expected);
	uint64_t ratio;

	if (!runs || lost >= expected)
		return 100;

	ratio = 100 * lost / runs * (expected - lost) / expected;

	return ratio > 100 ? (uint32_t)ratio : 100;
}
