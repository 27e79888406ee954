/**
 * @file forecast.h  When something will be used up, if it goes on like this
 */
#ifndef PROXY_ADMIN_FORECAST_H
#define PROXY_ADMIN_FORECAST_H

#include <stdint.h>

/** Zeroed at first */
struct forecast {
	double rate;     /* a second, fewer */
	uint64_t before; /* what was left then ... */
	uint64_t at_ms;  /* ... 0: never looked */
};

#define FORECAST_NEVER UINT64_MAX

/* seconds until nothing is left */
uint64_t forecast_note(struct forecast *f, uint64_t left, uint64_t now_ms);

#endif
