/**
 * @file series.h  The last hours' numbers, for plots
 *
 * A point each ten seconds, in memory that does not grow. What is counted
 * per second or minute is that of the ten seconds before.
 */
#ifndef PROXY_ADMIN_SERIES_H
#define PROXY_ADMIN_SERIES_H

#include <stddef.h>
#include <stdint.h>
#include "common/json.h"
#include "proxy/admin/sample_ring.h"

struct control;
struct metrics;
struct series;
struct timers;

enum {
	SERIES_STEP_MS = 10000,
	SERIES_POINTS = SAMPLE_RING_POINTS, /* of six hours */
	SERIES_ANSWER_MAX = 360, /* points for the control; it has the loop */
};

int series_alloc(struct series **sp, struct metrics *metrics,
		 struct timers *timers);

/* any thread: points after that moment (ms since 1970); where there are more
 * than limit, means of several. NULL: no memory */
json_t *series_json(struct series *s, uint64_t since_ms, size_t limit);

/* a control_h of any thread, with all points: (since_ms) {"step_ms",
 * "times_ms": [...], "series": {...}} */
int series_answer(json_t *answer, const json_t *question, void *arg);

/* "series": the same, with SERIES_ANSWER_MAX points */
int series_control(struct series *s, struct control *c);

#endif
