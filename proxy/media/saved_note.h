/**
 * @file saved_note.h  What is noted of a call, as text and back
 */
#ifndef PROXY_MEDIA_SAVED_NOTE_H
#define PROXY_MEDIA_SAVED_NOTE_H

#include "common/json_in.h"
#include "common/json_out.h"
#include "proxy/media/call_note.h"

/* now: both clocks' */
struct saved_time {
	uint64_t wall_ms; /* since 1970 */
	uint64_t ms;      /* by the timers' clock */
};

/* a moment of the timers' clock, which begins anew with each start of the
 * machine, stands as one of the calendar's; one to come is past where the
 * calendar was set back meanwhile */
uint64_t saved_time_wall(const struct saved_time *now, uint64_t ms);
uint64_t saved_time_ms(const struct saved_time *now, uint64_t wall_ms);

void saved_note_put(struct json_out *o, const struct call_note *n);

/* *np NULL where there is none */
int saved_note_get(struct call_note **np, const json_t *o,
		   const struct saved_time *now);

#endif
