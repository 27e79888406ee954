/**
 * @file clock.h  The monotonic clock, which no change of the date disturbs, and
 * the date
 */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stdint.h>
#include <time.h>

/* microseconds */
static inline uint64_t clock_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}


/* microseconds since 1970: for people and files, not for how long it takes */
static inline uint64_t clock_wall_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);

	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}


/* milliseconds, as above */
static inline uint64_t clock_wall_ms(void)
{
	return clock_wall_us() / 1000;
}

#endif
