/**
 * @file history_keep.h  What is too old or too much goes, a little at a time
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_KEEP_H
#define PROXY_ADMIN_HISTORY_HISTORY_KEEP_H

#include "proxy/admin/history/history_age.h"
#include "proxy/admin/history/history_db.h"

enum { HISTORY_KEEP_SLICE = 500 };

struct history_keep {
	/* the loop may set them while the thread works */
	uint32_t days; /* 0: for ever */
	uint64_t size; /* octets of the database; 0: any */

	struct history_age age;
	uint64_t next_us; /* the next look, by clock_us() */
};

void history_keep_limit(struct history_keep *k, uint32_t days, uint64_t size);

/* removes a slice, if it is time; SQLite's codes */
int history_keep_step(struct history_keep *k, struct history_db *db,
		      uint64_t wall_ms, uint64_t now_us);

#endif
