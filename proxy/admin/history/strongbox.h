/**
 * @file strongbox.h  Where records are until all who write them have done so
 *
 * A kill of the server takes away what waits in its memory: what is in here
 * it does not, and the next one finds it. Each record is held by those who
 * have yet to write it. Where the box is full, or cannot be had, a record is
 * in memory alone.
 */
#ifndef PROXY_ADMIN_HISTORY_STRONGBOX_H
#define PROXY_ADMIN_HISTORY_STRONGBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/spool.h"

struct strongbox;

/** Where a record is in it */
struct deposit {
	uint64_t place; /* no other one ever has it; 0: it is not in there */
	uint32_t slot;
	bool again; /* a former server's: some may have written it */
};

/* its file is in that directory */
int strongbox_alloc(struct strongbox **bp, const char *dir);
enum spool_found strongbox_found(const struct strongbox *b);

/* on the loop; held once, for the caller. Else it is not in there: ENOSPC,
 * E2BIG, ENOENT: there is no box */
int strongbox_put(struct strongbox *b, uint32_t kind, uint64_t key,
		  const void *p, size_t len, struct deposit *d);

/* on the loop, before the first put: the next one of a former server, held
 * once, for the caller; ENOENT: that was the last one */
int strongbox_next(struct strongbox *b, struct spool_item *item,
		   struct deposit *d);

/* from any thread */
void strongbox_hold(struct strongbox *b, const struct deposit *d);
void strongbox_release(struct strongbox *b, const struct deposit *d);

/* from any thread: which box it is, 0: none; what is at places up to that one
 * is never seen again */
uint64_t strongbox_id(const struct strongbox *b);
uint64_t strongbox_done(const struct strongbox *b);

#endif
