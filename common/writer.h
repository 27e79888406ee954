/**
 * @file writer.h  The store's thread: writes, and reads what others changed
 *
 * Inside of common/ only. For the loop on which it was made.
 */
#ifndef COMMON_WRITER_H
#define COMMON_WRITER_H

#include "common/store.h"

struct writer;
struct job;
struct log;
struct metrics;

/* mem_deref() writes what waits, for 2 s at most */
int writer_alloc(struct writer **wp, const char *dir, struct log *log,
		 struct metrics *metrics);

/* the job is the writer's then; ENOSPC: too much waits */
int writer_push(struct writer *w, struct job *job);

/* the first view comes before this returns; h NULL: no more */
void writer_watch(struct writer *w, const struct store_view *v,
		  store_view_h *h, void *arg);

/* looks now; what it finds is handed out before this returns */
void writer_look(struct writer *w);

/* the thread frees it */
void writer_discard(struct writer *w, void *view);

#endif
