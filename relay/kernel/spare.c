/**
 * @file spare.c  Numbers of slots that are free, the longest free first
 */
#include <errno.h>
#include <re.h>
#include "relay/kernel/spare.h"

enum { GRACE_US = 100000 };

struct spare {
	uint32_t max;
	uint32_t first, count;
	struct {
		uint32_t n;
		uint64_t at_us; /* since when it is free; 0: for ever */
	} * v;                  /* a ring */
};


static void destructor(void *data)
{
	struct spare *s = data;

	mem_deref(s->v);
}


/**
 * Allocate free numbers
 *
 * @param sp  Free numbers
 * @param max How many there are
 *
 * @return 0 if success, otherwise errorcode
 */
int spare_alloc(struct spare **sp, uint32_t max)
{
	struct spare *s;

	if (!sp || !max)
		return EINVAL;

	s = mem_zalloc(sizeof(*s), destructor);
	if (!s)
		return ENOMEM;

	s->v = mem_zalloc(max * sizeof(*s->v), NULL);
	if (!s->v) {
		mem_deref(s);
		return ENOMEM;
	}

	s->max = s->count = max;
	for (uint32_t i = 0; i < max; i++)
		s->v[i].n = i;

	*sp = s;

	return 0;
}


/**
 * Take the number that is free for the longest time
 *
 * @param s      Free numbers
 * @param n      The number
 * @param now_us Monotonic time
 *
 * @return 0 if success, ENOSPC if there is none
 */
int spare_take(struct spare *s, uint32_t *n, uint64_t now_us)
{
	const uint64_t at_us = s->v[s->first].at_us;

	if (!s->count || (at_us && now_us - at_us < GRACE_US))
		return ENOSPC;

	*n = s->v[s->first].n;
	s->first = (s->first + 1) % s->max;
	--s->count;

	return 0;
}


/**
 * Give a number back
 *
 * @param s      Free numbers
 * @param n      The number, taken
 * @param now_us Monotonic time
 */
void spare_give(struct spare *s, uint32_t n, uint64_t now_us)
{
	const uint32_t i = (s->first + s->count) % s->max;

	s->v[i].n = n;
	s->v[i].at_us = now_us;
	++s->count;
}
