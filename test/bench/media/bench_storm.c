/**
 * @file bench/media/bench_storm.c  Overload for a while, and then as before
 */
#include <stdio.h>
#include "test/bench/media/bench.h"

static const double calm = 0.2, storm = 12, storm_s = 2, after_s = 1;


static void one(struct bench *b, const char *name)
{
	struct trial_terms terms = b->terms;
	const struct trial *r;
	struct contender c;
	const char *word;

	terms.rate *= calm;
	terms.seconds = after_s;
	if (!bench_begin(b, &c, name, terms.calls, NULL))
		return;

	(void)bench_trial(b, &c, BOOK_CALM, 0, &terms);
	terms.rate *= storm;
	terms.seconds = storm_s;
	terms.warm = 0.01;
	(void)bench_trial(b, &c, BOOK_STORM, 0, &terms);
	terms.rate /= storm;
	terms.seconds = after_s;
	/* what it may take, with the time in which the storm's end is heard */
	terms.warm = 0.4;
	r = bench_trial(b, &c, BOOK_AFTER, 0, &terms);
	bench_finish(b, &c, NULL);

	word = r->dead || trial_loss(r) > 0.001 ? "is not well" : "is well";
	(void)printf("  %-20s %s within a second: %u ends of %u are dead, "
		     "%.3f %% lost\n",
		     name, word, r->dead, 2 * terms.calls,
		     100 * trial_loss(r));
}


/**
 * See who is well again after overload
 *
 * @param b Bench
 */
void bench_storm(struct bench *b)
{
	(void)printf("overload: %.0f times %.0f packets/s for %.0f s\n", storm,
		     b->terms.rate * calm, storm_s);
	for (size_t i = 1; i < b->namec; i++)
		one(b, b->namev[i]);
	(void)printf("\n");
}
