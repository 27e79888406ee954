/**
 * @file timing.h  The arithmetic of time stamps, for the kernel as well
 *
 * Pure. One text for quality.c and for relay/kernel/flow.bpf.c.
 */
#ifndef RELAY_QUALITY_TIMING_H
#define RELAY_QUALITY_TIMING_H

#include <stdbool.h>
#include <stdint.h>
#include "relay/quality/codec_kind.h"

enum {
	TIMING_JITTER_MAX_US = 1000000, /* more is a new start of a clock */
	TIMING_PTIME_MAX_US = 200000,
	TIMING_SCALE = 20,
};


/* scale: us a tick, times 2^20 */
static inline int64_t timing_us(uint32_t scale, int32_t ticks)
{
	return ((int64_t)ticks * scale + (1 << (TIMING_SCALE - 1))) >>
	       TIMING_SCALE;
}


/* some phones begin their time stamps anew after it, some stop them; and some
 * mark each packet */
static inline bool timing_is_pause(bool marker, int64_t ts_us, uint64_t gap_us)
{
	return marker && (ts_us <= 0 || ts_us > TIMING_PTIME_MAX_US ||
			  gap_us > TIMING_PTIME_MAX_US);
}


static inline uint64_t timing_off_us(int64_t ts_us, uint64_t gap_us)
{
	const int64_t off = (int64_t)gap_us - ts_us;

	return (uint64_t)(off < 0 ? -off : off);
}


/* its clock, or ours, made a leap */
static inline bool timing_is_leap(int64_t ts_us, uint64_t gap_us)
{
	return timing_off_us(ts_us, gap_us) > TIMING_JITTER_MAX_US;
}


/* RFC 3550 appendix A.8, in microseconds instead of the codec's ticks, times
 * 16; of what is no leap */
static inline uint32_t timing_jitter(uint32_t jitter, int64_t ts_us,
				     uint64_t gap_us)
{
	return jitter + (uint32_t)timing_off_us(ts_us, gap_us) -
	       ((jitter + 8) >> 4);
}


/* can it be the time that a packet holds? */
static inline bool timing_is_step(int64_t ts_us)
{
	return ts_us > 0 && ts_us <= TIMING_PTIME_MAX_US;
}


/* is it measured by its time stamps? */
static inline bool timing_is_clocked(enum codec_kind kind, uint32_t scale)
{
	return scale && (kind == CODEC_AUDIO || kind == CODEC_VIDEO);
}


/* of comfort noise, by its kind or by frames that describe silence; sid 0:
 * there are none */
static inline bool timing_is_noise(enum codec_kind kind, uint32_t sid,
				   uint32_t frame, uint32_t payload)
{
	return kind == CODEC_NOISE ||
	       (sid && frame &&
		(frame == sid ? payload == sid : payload % frame == sid));
}

#endif
