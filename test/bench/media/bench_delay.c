/**
 * @file bench/media/bench_delay.c  How late packets are, as the load grows
 */
#include <stdio.h>
#include "test/bench/media/bench.h"

/* of the terms' rate */
static const double loadv[] = {0.1, 0.25, 0.5, 0.75, 1, 1.5, 2};
static const double quick_loadv[] = {0.1, 0.75};

/* what is more than that is no load for it any more [%] */
static const double loss_max = 5;


static void one(struct bench *b, const char *name, const double *v, size_t n)
{
	struct trial_terms terms = b->terms;
	struct contender c;

	if (!bench_begin(b, &c, name, terms.calls, NULL))
		return;

	for (size_t i = 0; i < n; i++) {
		const struct trial *r;

		terms.rate = b->terms.rate * v[i];
		r = bench_trial(b, &c, BOOK_DELAY, 0, &terms);
		if (trial_loss(r) * 100 > loss_max)
			break;
		terms.warm = 0.5;
	}
	bench_finish(b, &c, NULL);
}


/**
 * Measure how late packets are, as the load grows
 *
 * @param b Bench
 */
void bench_delay(struct bench *b)
{
	(void)printf("delay against load: %u calls, evenly spaced\n",
		     b->terms.calls);
	for (size_t i = 0; i < b->namec; i++) {
		if (b->quick)
			one(b, b->namev[i], quick_loadv,
			    sizeof(quick_loadv) / sizeof(*quick_loadv));
		else
			one(b, b->namev[i], loadv,
			    sizeof(loadv) / sizeof(*loadv));
	}
	(void)printf("\n");
}
