/**
 * @file sound.h  Sounds to be played: WAV files and tones, 8 kHz mono
 *
 * Read once and never written again: any thread may play it.
 */
#ifndef COMMON_SOUND_H
#define COMMON_SOUND_H

#include <stddef.h>
#include <stdint.h>

enum {
	SOUND_RATE = 8000, /* samples a second */
	SOUND_MAX_S = 300, /* of a file: it is held in memory */
	SOUND_WHY_SIZE = 128,
};

struct sound {
	int16_t *samplev;
	size_t samplec;
};

/* 16-bit or G.711 at 8 kHz, mono. EBADMSG and others: why says what is wrong */
int sound_load(struct sound **sp, const char *path, char *why, size_t size);

/* one second of one or two tones that can be repeated without a click: Hz, and
 * how loud in percent; f2 0: one tone */
int sound_tone(struct sound **sp, uint32_t f1, uint32_t f2, uint32_t level);

/* one second of a key: 0-9 * # A-D */
int sound_key(struct sound **sp, char key);

#endif
