/**
 * @file mapping.c  How long does a NAT remember a silent flow? The arithmetic
 */
#include "proxy/user/mapping.h"


enum {
	MARGIN_NUM = 2, /* of what it lives, two thirds are used */
	MARGIN_DEN = 3,
	STEP_MIN = 10, /* s: a smaller difference is not worth a trial */
};


static uint32_t at_least(uint32_t s, uint32_t least)
{
	return s < least ? least : s;
}


/**
 * The time between two keepalives
 *
 * @param m What is known
 * @param b Bounds
 *
 * @return Seconds
 */
uint32_t mapping_interval(const struct mapping *m,
			  const struct mapping_bounds *b)
{
	const uint32_t s = m->lived / MARGIN_DEN * MARGIN_NUM;

	if (b->max <= b->base || s <= b->base)
		return b->base;

	return s > b->max ? b->max : s;
}


/**
 * The silence to try next: half as much again, or half way to what failed
 *
 * @param m    What is known
 * @param b    Bounds
 * @param hint What others like it live, or 0
 *
 * @return Seconds, 0 where there is nothing more to learn
 */
uint32_t mapping_trial(const struct mapping *m, const struct mapping_bounds *b,
		       uint32_t hint)
{
	const uint32_t top = b->max / MARGIN_NUM * MARGIN_DEN;
	const uint32_t lived = at_least(m->lived, b->base);
	uint32_t s;

	if (b->max <= b->base || lived >= top)
		return 0;

	if (m->died)
		s = lived + (m->died > lived ? m->died - lived : 0) / 2;
	else if (hint > lived)
		s = hint;
	else
		s = lived + lived / 2;

	if (s > top)
		s = top;

	return s < lived + STEP_MIN ? 0 : s;
}


/**
 * It was there after so long a silence
 *
 * @param m Mapping
 * @param s Seconds
 */
void mapping_lived(struct mapping *m, uint32_t s)
{
	if (s > m->lived)
		m->lived = s;
	if (m->died && m->died <= s)
		m->died = 0;
}


/**
 * It was not
 *
 * @param m Mapping
 * @param s Seconds
 */
void mapping_died(struct mapping *m, uint32_t s)
{
	if (!m->died || s < m->died)
		m->died = s;
	if (m->lived >= s)
		m->lived = 0;
}
