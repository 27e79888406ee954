/**
 * @file history_age.c  When something is old: not because the clock was set
 */
#include "proxy/admin/history/history_age.h"

enum { HOUR_MS = 3600000, DAY_MS = 86400000 };


/**
 * Look at both clocks
 *
 * @param a         What was seen before
 * @param wall_ms   Unix milliseconds
 * @param steady_ms Milliseconds of a clock that is never set
 *
 * @return true if what is old by the date is old
 */
bool history_age_look(struct history_age *a, uint64_t wall_ms,
		      uint64_t steady_ms)
{
	const int64_t drift = (int64_t)(wall_ms - a->wall_ms) -
			      (int64_t)(steady_ms - a->steady_ms);

	if (a->known && (drift > HOUR_MS || drift < -HOUR_MS))
		a->hold_ms = steady_ms + DAY_MS;
	a->known = true;
	a->wall_ms = wall_ms;
	a->steady_ms = steady_ms;

	return steady_ms >= a->hold_ms;
}
