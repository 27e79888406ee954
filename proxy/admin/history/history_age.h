/**
 * @file history_age.h  When something is old: not because the clock was set
 *
 * Pure. A clock that jumps makes everything old at once; whoever removes what
 * is old waits a day then, in which somebody may set it right.
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_AGE_H
#define PROXY_ADMIN_HISTORY_HISTORY_AGE_H

#include <stdbool.h>
#include <stdint.h>

struct history_age {
	bool known;
	uint64_t wall_ms, steady_ms; /* of the last look */
	uint64_t hold_ms;            /* until then nothing is old */
};

/* may what is old be removed now? By the date, and by a clock that is never
 * set */
bool history_age_look(struct history_age *a, uint64_t wall_ms,
		      uint64_t steady_ms);

#endif
