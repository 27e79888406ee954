/**
 * @file clerk.h  What the store's thread does
 *
 * Inside of common/ only.
 */
#ifndef COMMON_CLERK_H
#define COMMON_CLERK_H

#include "common/hatch.h"
#include "common/journal.h"

struct counter;
struct histogram;
struct metrics;

/** It outlives the writer where the disk hangs */
struct clerk {
	struct hatch hatch;
	struct journal journal;
	struct metrics *metrics;                     /* holds the counters */
	struct counter *writes, *commits, *failures; /* not owned */
	struct histogram *latency;                   /* not owned */
	uint64_t look_us;                            /* the next look */

	const struct store_view *watch; /* of the last view: */
	bool seen;                      /* there is one */
	uint64_t opened;
	int64_t version;
	bool blind; /* it could not look */
};

int clerk_alloc(struct clerk **cp, const char *dir, struct metrics *metrics);

/* of the thread, to its end */
void *clerk_main(void *arg);

#endif
