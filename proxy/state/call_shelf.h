/**
 * @file call_shelf.h  Where calls lie that are to outlive a restart
 *
 * A database with a row for each call that is up. A thread of its own takes
 * what stands in the spool into it, many with one commit. It is a help for the
 * next start and nothing else: one that is broken is put aside, and what
 * cannot be written waits in the spool.
 */
#ifndef PROXY_STATE_CALL_SHELF_H
#define PROXY_STATE_CALL_SHELF_H

#include <stddef.h>
#include <stdint.h>

struct call_shelf;
struct log;
struct metrics;
struct spool;

/** What stands in the spool */
enum call_shelf_kind {
	CALL_SHELF_SAVED = 1, /* a call as text; key: its number */
	CALL_SHELF_OVER,      /* it is up no more */
};

/* opens the database in that directory, and takes what the spool has kept.
 * spool, log, metrics: not owned */
int call_shelf_alloc(struct call_shelf **sp, const char *dir,
		     struct spool *spool, struct log *log,
		     struct metrics *metrics);

/* before the thread runs: each call */
typedef void(call_shelf_h)(uint64_t id, const char *text, size_t len,
			   void *arg);
int call_shelf_each(struct call_shelf *s, call_shelf_h *h, void *arg);

/* from now on its thread writes; mem_deref() ends it when all is written that
 * can be */
int call_shelf_run(struct call_shelf *s);

#endif
