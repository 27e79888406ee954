/**
 * @file mock/tone.h  Is that tone in these samples?
 */
#ifndef TEST_MOCK_TONE_H
#define TEST_MOCK_TONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* more than half of what is heard, at 8 kHz, is at that frequency */
bool tone_is(const int16_t *samplev, size_t n, unsigned hz);

/* the same of the payload of RTP, G.711 */
bool tone_in_rtp(const uint8_t *p, size_t len, unsigned hz);

/* a WAV file of whole seconds of a tone; srate and channels as they are said
 * to be, fmt: enum aufmt */
void tone_write(const char *path, unsigned hz, unsigned seconds,
		uint32_t srate, uint8_t channels, int fmt);

#endif
