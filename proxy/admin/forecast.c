/**
 * @file forecast.c  When something will be used up, if it goes on like this
 *
 * The trend is a mean that forgets: what is older than some minutes counts
 * little, so that one call more is no alarm and a busy hour is one soon.
 */
#include "proxy/admin/forecast.h"

enum { MEMORY_MS = 180000 };

/* slower than that is no trend: a whole thing less in three hours */
static const double still = 1.0 / 10800;


/**
 * Note how much is left, and say for how long
 *
 * @param f      Forecast
 * @param left   How much is left
 * @param now_ms Monotonic clock
 *
 * @return Seconds, FORECAST_NEVER where it does not become less
 */
uint64_t forecast_note(struct forecast *f, uint64_t left, uint64_t now_ms)
{
	const double ms = (double)(now_ms - f->at_ms);
	const double fewer = (double)f->before - (double)left;

	if (f->at_ms && now_ms > f->at_ms) {
		const double weight = ms / (ms + MEMORY_MS);

		f->rate += (fewer * 1000 / ms - f->rate) * weight;
	}

	if (!f->at_ms || now_ms > f->at_ms) {
		f->before = left;
		f->at_ms = now_ms;
	}

	return f->rate > still ? (uint64_t)((double)left / f->rate)
			       : FORECAST_NEVER;
}
