/**
 * @file record_wav.h  A stereo WAV file that is good at each moment
 *
 * 16-bit, 8 kHz, side A on the left, side B on the right. The last second is
 * in memory, what comes later than that goes into the file where it belongs.
 */
#ifndef RELAY_RECORD_RECORD_WAV_H
#define RELAY_RECORD_RECORD_WAV_H

#include <stddef.h>
#include <stdint.h>

enum {
	WAV_HEADER = 44,
	WAV_FRAME = 4,     /* octets */
	WAV_WINDOW = 8192, /* frames in memory */
};

struct record_wav {
	int fd;          /* -1: closed */
	int64_t written; /* frames in the file; what is before is late */
	int16_t window[WAV_WINDOW][2];
};

/* an empty file's head; -1 stays in fd where it fails */
int record_wav_init(struct record_wav *w, int fd);

int record_wav_put(struct record_wav *w, unsigned side, int64_t pos,
		   const int16_t *pcm, size_t n);

/* everything before that frame */
int record_wav_write(struct record_wav *w, int64_t upto);

/* the header says what is there */
int record_wav_patch(const struct record_wav *w);

uint64_t record_wav_size(const struct record_wav *w);

/* of a file that somebody left: whole frames, and a header that knows them.
 * ENODATA: nothing is in it */
int record_wav_repair(int fd);

#endif
