/**
 * @file timer.h  Timers in numbers, on the monotonic or on a virtual clock
 *
 * A hierarchical wheel of intrusive timers: start and cancel are O(1) and
 * cannot fail. One timerfd (CLOCK_MONOTONIC) on libre's loop drives it; a
 * virtual one stands still until timers_advance(). All times are milliseconds.
 */
#ifndef COMMON_TIMER_H
#define COMMON_TIMER_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>

struct timers;

typedef void(timer_h)(void *arg);

/** Neighbours in a ring; inside the wheel */
struct timer_link {
	struct timer_link *next, *prev;
};

/** Embed it, zeroed; cancel it in the owner's destructor */
struct timer {
	struct timer_link link; /* first: a link is its timer */
	struct timers *wheel;   /* not owned; NULL while not running */
	uint64_t at;            /* monotonic ms */
	timer_h *h;
	void *arg;
};

int timers_alloc(struct timers **tp);
int timers_alloc_virtual(struct timers **tp, uint64_t now_ms);

/* fires what falls due, in order of time, each at its own "now" */
void timers_advance(struct timers *t, uint64_t ms);
uint64_t timers_now(const struct timers *t);
uint32_t timers_pending(const struct timers *t);

/* (re)starts; a handler may start, cancel and free any timer */
void timer_start(struct timers *t, struct timer *tm, uint64_t delay_ms,
		 timer_h *h, void *arg);
void timer_cancel(struct timer *tm);
bool timer_isrunning(const struct timer *tm);

#endif
