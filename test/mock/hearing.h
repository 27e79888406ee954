/**
 * @file mock/hearing.h  What a WAV file sounds like
 */
#ifndef TEST_MOCK_HEARING_H
#define TEST_MOCK_HEARING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A stereo file of 16 bits at 8 kHz */
struct hearing {
	int16_t *pcm; /* interleaved */
	size_t frames;
	size_t promised; /* frames, by its header */
};

/* fails the test where it is no such file */
void hearing_open(struct hearing *l, const char *path);
void hearing_close(struct hearing *l);

/* share of a tone in what a side says there, 0 to 1 */
double hearing_tone(const struct hearing *l, unsigned side, size_t from,
		    size_t n, double hz);
bool hearing_is_silent(const struct hearing *l, unsigned side, size_t from,
		       size_t n);

/* RTP with so many samples of a tone; pt 0 or 8. Returns its length */
size_t hearing_packet(uint8_t *buf, uint8_t pt, uint16_t seq, uint32_t ts,
		      uint32_t ssrc, double hz, size_t n);

#endif
