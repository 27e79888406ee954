/**
 * @file histogram.c  How often something was how large
 */
#include <string.h>
#include <re.h>
#include "common/metrics_state.h"


/**
 * Count something that was measured
 *
 * @param h Histogram
 * @param n What was measured, in parts of the family's unit
 */
void histogram_observe(struct histogram *h, uint64_t n)
{
	size_t i = 0;

	if (!h)
		return;

	while (i < h->boundc && n > h->metric.family->boundv[i])
		++i;

	atomic_fetch_add_explicit(&h->countv[i], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&h->sum, n, memory_order_relaxed);
}


/**
 * Read all of it; whoever counts goes on meanwhile
 *
 * @param h Histogram, or NULL: all is 0
 * @param v What it has counted
 */
void histogram_read(const struct histogram *h, struct histogram_view *v)
{
	memset(v, 0, sizeof(*v));
	if (!h)
		return;

	v->sum = atomic_load_explicit(&h->sum, memory_order_relaxed);
	for (size_t i = 0; i <= h->boundc; i++) {
		v->countv[i] = atomic_load_explicit(&h->countv[i],
						    memory_order_relaxed);
		v->n += v->countv[i];
	}
}


/**
 * What so many of those that came between two readings did not exceed
 *
 * Between two bounds it is taken as even; above the last one, as that one.
 *
 * @param h        Histogram
 * @param before   First reading
 * @param now      Second reading
 * @param permille How many
 *
 * @return In parts of the family's unit; 0 where none came
 */
uint64_t histogram_quantile(const struct histogram *h,
			    const struct histogram_view *before,
			    const struct histogram_view *now,
			    unsigned permille)
{
	const uint64_t wanted = (now->n - before->n) * permille;
	uint64_t below = 0, low = 0;

	if (!h || now->n == before->n)
		return 0;

	for (size_t i = 0; i < h->boundc; i++) {
		const uint64_t high = h->metric.family->boundv[i];
		const uint64_t n = (now->countv[i] - before->countv[i]) * 1000;

		if (n && below + n >= wanted)
			return low + (high - low) * (wanted - below) / n;
		below += n;
		low = high;
	}

	return low;
}
