/**
 * @file writer.h  The store's thread: writes, and reads what others changed
 *
 * Inside of common/ only. All but the thread's own part is for the loop on
 * which the writer was made.
 */
#ifndef COMMON_WRITER_H
#define COMMON_WRITER_H

#include <stddef.h>
#include "common/store.h"

struct writer;
struct job;
struct log;
struct metrics;

enum {
	WRITER_BATCH = 256,          /* jobs with one commit */
	WRITER_JOBS_MAX = 10000,     /* that wait */
	WRITER_BYTES_MAX = 64 << 20, /* what they take */
	WRITER_STOP_MS = 2000,       /* to write what waits at the end */
};

/* mem_deref() writes what waits */
int writer_alloc(struct writer **wp, const char *dir, struct log *log,
		 struct metrics *metrics);

/* the job is the writer's then; ENOSPC: too much waits */
int writer_push(struct writer *w, struct job *job);

/* jobs that wait or are being written */
size_t writer_depth(const struct writer *w);

#endif
