/**
 * @file bench/media/bench_maximum.c  The highest rate without loss
 *
 * The phones are on the same cores. So beside the rate itself it is said how
 * many packets a second one core could relay, if it did nothing else: by what
 * a packet costs at that rate above what it does on the direct path.
 */
#include <stdio.h>
#include "test/bench/media/bench.h"

enum { STEPS = 5, DOUBLINGS = 6 };

static const double start_rate = 40000, loss_max = 0.001, seconds = 1;

/* once the ends are known */
static const double warm = 0.2;


/* the phones have to keep their pace */
static bool passes(const struct trial *r)
{
	return trial_loss(r) < loss_max && !r->buffer &&
	       (double)r->sent > 0.97 * r->terms.rate * r->time.wall;
}


/* twice as fast as long as that goes, then closer to where it does not */
static double search(struct bench *b, struct contender *c)
{
	struct trial_terms terms = b->terms;
	double low = 0, high = 0;

	terms.seconds = seconds;
	terms.rate = start_rate;
	for (int i = 0; i < DOUBLINGS && high <= 0; i++) {
		const struct trial *r = bench_trial(b, c, BOOK_SEARCH, 0,
						    &terms);

		if (passes(r))
			low = terms.rate;
		else
			high = terms.rate;
		terms.rate *= 2;
		terms.warm = warm;
	}
	for (int i = 0; i < STEPS && high > 0; i++) {
		const struct trial *r;

		terms.rate = (low + high) / 2;
		r = bench_trial(b, c, BOOK_SEARCH, 0, &terms);
		if (passes(r))
			low = terms.rate;
		else
			high = terms.rate;
	}

	return low;
}


static bool turn(struct bench *b, const char *name, struct trial_terms *terms,
		 bool find)
{
	struct contender c;

	if (!bench_begin(b, &c, name, terms->calls, NULL))
		return false;
	if (find)
		terms->rate = search(b, &c);
	if (terms->rate > 0)
		(void)bench_trial(b, &c, BOOK_MAXIMUM, 0, terms);
	bench_finish(b, &c, NULL);

	return terms->rate > 0;
}


/**
 * Find the highest rate without loss
 *
 * @param b Bench
 */
void bench_maximum(struct bench *b)
{
	(void)printf("highest rate with less than %.1f %% lost: %u calls\n",
		     100 * loss_max, b->terms.calls);
	for (size_t i = 0; i < b->namec; i++) {
		struct trial_terms terms = b->terms;
		double added;

		terms.seconds = seconds;
		if (!turn(b, b->namev[i], &terms, true))
			continue;
		if (i)
			(void)turn(b, b->namev[0], &terms, false);
		added = book_median(b->book, BOOK_MAXIMUM, b->namev[i], &terms,
				    book_added);
		(void)printf("  %-20s %7.0f packets/s on all cores with the "
			     "phones",
			     b->namev[i], terms.rate);
		if (i)
			(void)printf(", %.0f a core of its own", 1e6 / added);
		(void)printf("\n");
	}
	(void)printf("\n");
}
