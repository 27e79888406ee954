/**
 * @file record_track.h  Where on the time line a side's audio belongs
 *
 * RTP timestamps say how packets follow each other, their arrival says when
 * that was. A source is placed by those of its packets that were delayed
 * least; packets wait here a quarter of a second, so that it is seen whether
 * a late one begins a burst (the network was slow) or not (the source had
 * paused). Pure.
 */
#ifndef RELAY_RECORD_RECORD_TRACK_H
#define RELAY_RECORD_RECORD_TRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "relay/record/record_kind.h"

enum {
	TRACK_RATE = 8000,
	TRACK_SLOTS = 128, /* that wait; with more the oldest is taken */
	TRACK_SAMPLES = 240,
	TRACK_HOLD = TRACK_RATE / 4, /* frames */
};

/** A piece of audio that was placed */
typedef int(track_h)(int64_t pos, const int16_t *pcm, size_t n, void *arg);

struct track_slot {
	uint32_t part;       /* of the source: since it was last placed anew */
	int64_t arrived, at; /* frames; by its clock, as if never delayed */
	uint8_t kind;
	uint16_t n;
	uint8_t buf[TRACK_SAMPLES]; /* encoded: a sample is an octet */
};

struct track {
	/* the source, as the last packet that was pushed shows it */
	bool heard;
	uint32_t ssrc, ts, part;
	int64_t arrived, at;

	/* how much later than by its clock it is placed */
	uint32_t placed; /* part that this is of; 0: none */
	int64_t shift;
	int64_t least, epoch; /* delay within an epoch, and its end */

	size_t first, count;
	struct track_slot slotv[TRACK_SLOTS];
};

/* what does not fit any more goes to h first; its error */
int track_push(struct track *t, uint32_t ssrc, uint32_t ts, int64_t arrived,
	       enum record_kind kind, const uint8_t *p, size_t len, track_h *h,
	       void *arg);

/* those that have waited at that time; INT64_MAX: all of them */
int track_release(struct track *t, int64_t now, track_h *h, void *arg);

#endif
