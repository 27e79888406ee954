/**
 * @file job.h  One change on its way to the disk: it crosses threads
 *
 * Plain memory with one owner at a time: the loop makes it, the writer's
 * thread carries it out, the loop says what became of it.
 */
#ifndef COMMON_JOB_H
#define COMMON_JOB_H

#include "common/store.h"

enum { JOB_SIZE_MAX = 1 << 20, JOB_ITEMS_MAX = 1024 };

struct job {
	struct le le;
	size_t size;        /* octets that it takes */
	uint64_t queued_us; /* monotonic */
	int err;            /* what became of it */

	/* the loop's own */
	struct store_write *write; /* not owned; NULL: nobody waits */
	store_done_h *h;
	void *arg;

	const char *key;
	size_t itemc;
	struct store_item itemv[];
	/* then the texts */
};

/** The handle of who waits for a job */
struct store_write {
	struct job *job; /* not owned; NULL: it is done */
};

/* nobody waits any more */
void job_forget(struct job *job);

/* says what became of it, and frees it */
void job_done(struct job *job);

void job_move(struct list *to, struct list *from, size_t n);

/* the key and the items are copied; E2BIG */
int job_alloc(struct job **jp, const char *key, const struct store_item *itemv,
	      size_t itemc);

#endif
