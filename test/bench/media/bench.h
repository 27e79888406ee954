/**
 * @file bench/media/bench.h  What is compared, how, and the runs of it
 */
#ifndef TEST_BENCH_MEDIA_BENCH_H
#define TEST_BENCH_MEDIA_BENCH_H

#include "test/bench/media/book.h"

enum { BENCH_NAMES = 16, BENCH_SERIES = 24 };

struct bench {
	const char *namev[BENCH_NAMES]; /* contenders, "direct" is the first */
	size_t namec;
	const char *viaduct; /* the program */
	const char *dir;     /* for files of a while */
	const char *out;     /* for what was found, NULL: nowhere */
	const char *runs;    /* which, NULL: all */
	bool quick;
	unsigned rounds;
	struct trial_terms terms;
	struct talk *talk;
	struct idle idle;
	struct book *book;
};

bool bench_begin(struct bench *b, struct contender *c, const char *name,
		 uint32_t calls, struct footprint *foot);
void bench_finish(struct bench *b, struct contender *c,
		  struct footprint *foot);
struct trial *bench_trial(struct bench *b, struct contender *c,
			  enum book_run run, unsigned round,
			  const struct trial_terms *terms);

void bench_cost(struct bench *b, bool burst);
void bench_delay(struct bench *b);
void bench_maximum(struct bench *b);
void bench_growth(struct bench *b);
void bench_storm(struct bench *b);
void bench_strangers(struct bench *b);

#endif
