/**
 * @file voice_buffer.h  What was heard, in order and in time again
 *
 * Pure. A playout buffer of 8 kHz samples in the order of their RTP
 * timestamps (RFC 3550 section 5.1): what comes late, twice or not at all
 * makes silence, no shift. The delay is what the stream begins with; who
 * speaks faster or slower than we do is caught up with.
 */
#ifndef RELAY_VOICE_VOICE_BUFFER_H
#define RELAY_VOICE_VOICE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	VOICE_BUFFER_SIZE = 4096, /* samples, a power of 2: 512 ms */
	VOICE_BUFFER_DELAY = 480, /* 60 ms */
	VOICE_BUFFER_MAX = 2400,  /* 300 ms: more delay is cut */
};

struct voice_buffer {
	int16_t samplev[VOICE_BUFFER_SIZE];
	bool started;
	uint32_t ssrc;
	uint32_t play; /* timestamp of what is said next */
	uint32_t end;  /* behind the newest */
};

void voice_buffer_put(struct voice_buffer *b, uint32_t ssrc, uint32_t ts,
		      const int16_t *samplev, size_t n);

/* the next n samples; false: nothing but silence */
bool voice_buffer_get(struct voice_buffer *b, int16_t *samplev, size_t n);

#endif
