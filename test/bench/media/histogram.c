/**
 * @file bench/media/histogram.c  Delays, to three parts in a hundred
 */
#include <stddef.h>
#include "test/bench/media/histogram.h"


/* below 32 each has its own; above, the five bits after the first one say */
static size_t place_of(uint64_t ns)
{
	size_t shift, at;

	if (ns < HISTOGRAM_STEPS)
		return (size_t)ns;

	shift = (size_t)(58 - __builtin_clzll(ns));
	at = (shift + 1) * HISTOGRAM_STEPS +
	     (size_t)((ns >> shift) & (HISTOGRAM_STEPS - 1));

	return at < HISTOGRAM_SIZE ? at : HISTOGRAM_SIZE - 1;
}


static double middle_of(size_t at)
{
	const size_t shift = at / HISTOGRAM_STEPS;
	const size_t low = at % HISTOGRAM_STEPS;

	if (!shift)
		return (double)low;

	return ((double)(low + HISTOGRAM_STEPS) + 0.5) *
	       (double)(1ULL << (shift - 1));
}


/**
 * Count a delay
 *
 * @param h  Histogram
 * @param ns Delay [ns]
 */
void histogram_add(struct histogram *h, uint64_t ns)
{
	++h->countv[place_of(ns)];
	++h->count;
	if (ns > h->max)
		h->max = ns;
}


/**
 * Add all that another one has counted
 *
 * @param h     Histogram
 * @param other Another one
 */
void histogram_merge(struct histogram *h, const struct histogram *other)
{
	for (size_t i = 0; i < HISTOGRAM_SIZE; i++)
		h->countv[i] += other->countv[i];
	h->count += other->count;
	if (other->max > h->max)
		h->max = other->max;
}


/**
 * The delay that a share of all did not exceed
 *
 * @param h     Histogram
 * @param share Share, 0 to 1
 *
 * @return Delay [us], 0 if nothing was counted
 */
double histogram_us(const struct histogram *h, double share)
{
	const double want = share * (double)h->count;
	uint64_t sum = 0;

	if (!h->count)
		return 0;
	if (share >= 1)
		return (double)h->max / 1e3;

	for (size_t i = 0; i < HISTOGRAM_SIZE; i++) {
		sum += h->countv[i];
		if ((double)sum >= want)
			return middle_of(i) / 1e3;
	}

	return (double)h->max / 1e3;
}
