/**
 * @file voice_play.c  What a voice says, one after the other, 20 ms at a time
 */
#include <errno.h>
#include <string.h>
#include "common/sound.h"
#include "relay/voice/voice_play.h"

enum { SAMPLES_MS = SOUND_RATE / 1000 };


static struct voice_item *first(struct voice_play *p)
{
	return p->count ? &p->itemv[p->first] : NULL;
}


static void next(struct voice_play *p)
{
	p->first = (p->first + 1) % VOICE_ITEMS_MAX;
	p->said = 0;
	--p->count;
}


/* samples; 0: without an end */
static uint64_t length(const struct voice_item *item)
{
	if (item->ms)
		return (uint64_t)item->ms * SAMPLES_MS;

	return item->source == VOICE_SOUND ? item->sound->samplec : 0;
}


/**
 * Say something after all that is still to be said
 *
 * @param p    Player
 * @param item What to say
 *
 * @return 0 if success, ENOSPC if too much is to be said already, EINVAL for a
 *         sound without one
 */
int voice_play_add(struct voice_play *p, const struct voice_item *item)
{
	if (!p || !item ||
	    (item->source == VOICE_SOUND &&
	     (!item->sound || !item->sound->samplec)))
		return EINVAL;

	if (p->count >= VOICE_ITEMS_MAX)
		return ENOSPC;

	p->itemv[(p->first + p->count++) % VOICE_ITEMS_MAX] = *item;

	return 0;
}


/**
 * Say nothing more
 *
 * @param p Player
 */
void voice_play_clear(struct voice_play *p)
{
	if (p)
		p->count = p->said = 0;
}


/**
 * Is nothing to be said?
 *
 * @param p Player
 *
 * @return true if so
 */
bool voice_play_idle(const struct voice_play *p)
{
	return !p || !p->count;
}


/* n samples of the first item */
static void say(struct voice_play *p, const struct voice_item *item,
		const int16_t *echo, int16_t *out, size_t n)
{
	const struct sound *s = item->sound;

	if (item->source == VOICE_ECHO && echo) {
		memcpy(out, echo, n * sizeof(*out));
	}
	else if (item->source == VOICE_SOUND) {
		for (size_t i = 0; i < n; i++)
			out[i] = s->samplev[(p->said + i) % s->samplec];
	}
	p->said += n;
}


/**
 * Get the next 20 ms
 *
 * @param p    Player
 * @param echo What was heard, a frame, or NULL for nothing
 * @param out  The frame
 *
 * @return true if that was the end of all that was to be said
 */
bool voice_play_frame(struct voice_play *p, const int16_t *echo,
		      int16_t out[VOICE_FRAME])
{
	const struct voice_item *item;
	size_t n = 0;

	memset(out, 0, VOICE_FRAME * sizeof(*out));

	while (n < VOICE_FRAME && (item = first(p))) {
		const uint64_t len = length(item);
		size_t k = VOICE_FRAME - n;

		if (len && len - p->said < k)
			k = (size_t)(len - p->said);

		say(p, item, echo ? echo + n : NULL, out + n, k);
		n += k;
		if (len && p->said >= len) {
			next(p);
			if (!p->count)
				return true;
		}
	}

	return false;
}
