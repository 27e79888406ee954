/**
 * @file bench/media/bench_cost.c  What a packet costs, by contender
 */
#include <math.h>
#include <stdio.h>
#include "test/bench/media/bench.h"


static void print_number(double v)
{
	if (isnan(v))
		(void)printf("%12s", "-");
	else
		(void)printf("%12.2f", v);
}


static void print_row(const struct bench *b, const char *name,
		      const struct trial_terms *terms)
{
	static book_h *const numberv[] = {book_added, book_to_rtpengine,
					  book_to_forward, book_relay};
	const struct book *book = b->book;

	(void)printf("%-20s", name);
	for (size_t i = 0; i < sizeof(numberv) / sizeof(*numberv); i++)
		print_number(
			book_median(book, BOOK_COST, name, terms, numberv[i]));
	(void)printf("%9.0f %8.0f %8.3f\n",
		     book_median(book, BOOK_COST, name, terms, book_p50),
		     book_median(book, BOOK_COST, name, terms, book_p99),
		     book_median(book, BOOK_COST, name, terms, book_loss));
}


/**
 * Measure what a packet costs
 *
 * @param b     Bench
 * @param burst All calls' packets at once?
 */
void bench_cost(struct bench *b, bool burst)
{
	struct trial_terms terms = b->terms;

	terms.burst = burst;
	(void)printf("cost of a packet: %u calls, %.0f packets/s %s, "
		     "%.0f s, %u rounds\n",
		     terms.calls, terms.rate,
		     burst ? "in bursts" : "evenly spaced", terms.seconds,
		     b->rounds);
	for (unsigned round = 0; round < b->rounds; round++) {
		for (size_t i = 0; i < b->namec; i++) {
			struct contender c;

			if (!bench_begin(b, &c, b->namev[i], terms.calls,
					 NULL))
				continue;
			(void)bench_trial(b, &c, BOOK_COST, round, &terms);
			bench_finish(b, &c, NULL);
		}
	}

	(void)printf("\n%-20s%12s%12s%12s%12s%9s %8s %8s\n", "", "added us",
		     "x rtpengine", "x forward", "process us", "p50 us",
		     "p99 us", "lost %");
	for (size_t i = 0; i < b->namec; i++)
		print_row(b, b->namev[i], &terms);
	(void)printf("\n");
}
