/**
 * @file bench/media/bench_cost.c  What a packet costs, by contender
 */
#include <math.h>
#include <stdio.h>
#include "test/bench/media/bench.h"


static void print_ratio(double ratio)
{
	if (isnan(ratio))
		(void)printf("%12s", "-");
	else
		(void)printf("%12.2f", ratio);
}


static void print_row(const struct bench *b, const char *name)
{
	const struct trial_terms *terms = &b->terms;
	const struct book *book = b->book;

	(void)printf("%-20s", name);
	print_ratio(book_median(book, BOOK_COST, name, terms, book_added));
	print_ratio(
		book_median(book, BOOK_COST, name, terms, book_to_rtpengine));
	print_ratio(
		book_median(book, BOOK_COST, name, terms, book_to_forward));
	print_ratio(book_median(book, BOOK_COST, name, terms, book_relay));
	(void)printf(" %7.0f %7.0f %8.3f\n",
		     book_median(book, BOOK_COST, name, terms, book_p50),
		     book_median(book, BOOK_COST, name, terms, book_p99),
		     book_median(book, BOOK_COST, name, terms, book_loss));
}


/**
 * Measure what a packet costs
 *
 * @param b Bench
 */
void bench_cost(struct bench *b)
{
	(void)printf("cost of a packet: %u calls, %.0f packets/s%s, "
		     "%.0f s, %u rounds\n",
		     b->terms.calls, b->terms.rate,
		     b->terms.burst ? " in bursts" : "", b->terms.seconds,
		     b->rounds);
	for (unsigned round = 0; round < b->rounds; round++) {
		for (size_t i = 0; i < b->namec; i++) {
			struct contender c;

			if (!bench_begin(b, &c, b->namev[i], b->terms.calls))
				continue;
			bench_trial(b, &c, BOOK_COST, round, &b->terms);
			bench_finish(b, &c);
		}
	}

	(void)printf("\n%-20s%12s%12s%12s%12s %7s %7s %8s\n", "", "added us",
		     "x rtpengine", "x forward", "relay us", "p50 us",
		     "p99 us", "lost %");
	for (size_t i = 0; i < b->namec; i++)
		print_row(b, b->namev[i]);
}
