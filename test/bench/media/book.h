/**
 * @file bench/media/book.h  All that was measured, and what follows from it
 */
#ifndef TEST_BENCH_MEDIA_BOOK_H
#define TEST_BENCH_MEDIA_BOOK_H

#include <stdio.h>
#include "test/bench/media/trial.h"

enum { BOOK_TRIALS = 4096, BOOK_ROUNDS = 64 };

/** Which run a trial belongs to */
enum book_run {
	BOOK_COST = 0, /* a packet, by contender */
	BOOK_DELAY,    /* against load */
	BOOK_SEARCH,   /* for the load without loss */
	BOOK_MAXIMUM,  /* that load */
	BOOK_GROWTH,   /* as calls grow */
	BOOK_CALM,     /* before overload */
	BOOK_STORM,    /* while it lasts */
	BOOK_AFTER,    /* after it */
	BOOK_PEACE,    /* before strangers come */
	BOOK_SPRAYED,  /* while they are there */
	BOOK_RUNS
};

struct book_page {
	enum book_run run;
	unsigned round;
	struct trial trial;
};

struct book {
	struct book_page pagev[BOOK_TRIALS];
	size_t pagec;
};

typedef double(book_h)(const struct book *b, const struct book_page *p);

struct trial *book_write(struct book *b, enum book_run run, unsigned round,
			 const struct trial *r);
const struct book_page *book_find(const struct book *b, enum book_run run,
				  unsigned round, const char *name,
				  const struct trial_terms *terms);
double book_median(const struct book *b, enum book_run run, const char *name,
		   const struct trial_terms *terms, book_h *h);

book_h book_added, book_relay, book_p50, book_p90, book_p99, book_loss;
book_h book_to_rtpengine, book_to_forward;

#endif
