/**
 * @file flow_measure.h  What measuring needs to know, and knows, of a source
 *
 * For us and for the kernel's program alike.
 */
#ifndef RELAY_KERNEL_FLOW_MEASURE_H
#define RELAY_KERNEL_FLOW_MEASURE_H

#include <stdint.h>
#include "relay/quality/sequence.h"

enum { FLOW_FORMATS = 8 };

/** A payload type, as far as measuring needs it (quality.c) */
struct flow_format {
	uint8_t pt;
	uint8_t kind;       /* enum codec_kind */
	uint8_t sid, frame; /* octets; 0: it marks no silence */
	uint32_t scale;     /* us a tick, times 2^20; 0: unknown */
};

/** How a source comes in; handed over when the flow starts, and back */
struct flow_measure {
	struct sequence seq;
	uint32_t ssrc;
	uint32_t pt;    /* of the newest that is audio or video */
	uint32_t timed; /* bool: what follows is valid */
	uint32_t ts;
	uint64_t at_us;   /* CLOCK_MONOTONIC */
	uint32_t jitter;  /* us, times 16 */
	uint32_t step_us; /* between the last two packets in order */
	uint32_t jitter_us, jitter_max_us, ptime_us;
	uint32_t noise; /* bool: it has suppressed silence */
};

#endif
