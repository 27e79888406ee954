/**
 * @file repertoire.h  The sounds of a configuration's announcements
 */
#ifndef PROXY_VOICE_REPERTOIRE_H
#define PROXY_VOICE_REPERTOIRE_H

#include <stddef.h>
#include "common/config.h"
#include "common/sound.h"

struct repertoire {
	struct sound *v[CONFIG_ANNOUNCEMENT_MAX]; /* in the order of cfg's */
	size_t n;
};

/* reads files: in any thread. why: a sentence, set on error */
int repertoire_alloc(struct repertoire **rp, const struct config *cfg,
		     char *why, size_t size);

/* the longest of them, in ms */
uint32_t repertoire_longest_ms(const struct repertoire *r);

#endif
