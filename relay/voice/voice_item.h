/**
 * @file voice_item.h  Something that a voice says: a sound, an echo, nothing
 */
#ifndef RELAY_VOICE_VOICE_ITEM_H
#define RELAY_VOICE_VOICE_ITEM_H

#include <stdint.h>

struct sound;

enum { VOICE_ITEMS_MAX = 16 };

enum voice_source {
	VOICE_SILENCE = 0,
	VOICE_SOUND,
	VOICE_ECHO, /* what it hears */
};

struct voice_item {
	enum voice_source source;
	const struct sound *sound; /* outlives all voices */
	uint32_t ms; /* of a sound 0: once, more: as often as fits; of the
			others 0: until it is hushed */
};

#endif
