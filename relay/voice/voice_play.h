/**
 * @file voice_play.h  What a voice says, one after the other, 20 ms at a time
 *
 * Pure.
 */
#ifndef RELAY_VOICE_VOICE_PLAY_H
#define RELAY_VOICE_VOICE_PLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "relay/voice/voice_item.h"

enum { VOICE_FRAME = 160 }; /* samples: 20 ms */

struct voice_play {
	struct voice_item itemv[VOICE_ITEMS_MAX];
	size_t first, count;
	uint64_t said; /* samples of the first one */
};

/* ENOSPC */
int voice_play_add(struct voice_play *p, const struct voice_item *item);
void voice_play_clear(struct voice_play *p);
bool voice_play_idle(const struct voice_play *p);

/* the next 20 ms; echo: what was heard in the last ones. true: the last item
 * ends with it */
bool voice_play_frame(struct voice_play *p, const int16_t *echo,
		      int16_t out[VOICE_FRAME]);

#endif
