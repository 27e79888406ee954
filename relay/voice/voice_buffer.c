/**
 * @file voice_buffer.c  What was heard, in order and in time again
 */
#include <string.h>
#include "relay/voice/voice_buffer.h"

enum { MASK = VOICE_BUFFER_SIZE - 1 };


static void begin(struct voice_buffer *b, uint32_t ssrc, uint32_t ts)
{
	memset(b->samplev, 0, sizeof(b->samplev));
	b->started = true;
	b->ssrc = ssrc;
	b->play = ts - VOICE_BUFFER_DELAY;
	b->end = ts;
}


/* how far ahead of what is said; negative: it is too late */
static int32_t ahead(const struct voice_buffer *b, uint32_t ts)
{
	return (int32_t)(ts - b->play);
}


static void forget(struct voice_buffer *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		b->samplev[(b->play + i) & MASK] = 0;
	b->play += n;
}


/**
 * Take what a packet carries
 *
 * @param b       Buffer
 * @param ssrc    Its source
 * @param ts      Its timestamp
 * @param samplev Samples
 * @param n       How many, at most VOICE_BUFFER_MAX are taken
 */
void voice_buffer_put(struct voice_buffer *b, uint32_t ssrc, uint32_t ts,
		      const int16_t *samplev, size_t n)
{
	if (n > VOICE_BUFFER_MAX)
		n = VOICE_BUFFER_MAX;

	/* another one speaks, or after a long silence: a new beginning */
	if (!b->started || ssrc != b->ssrc ||
	    ahead(b, ts) > VOICE_BUFFER_SIZE - VOICE_BUFFER_MAX ||
	    ahead(b, ts) < -VOICE_BUFFER_SIZE)
		begin(b, ssrc, ts);

	/* it has run dry: wait again for as much as in the beginning */
	if (ahead(b, b->end) <= 0 && ahead(b, ts) < VOICE_BUFFER_DELAY &&
	    (int32_t)(ts - b->end) >= 0)
		b->play = ts - VOICE_BUFFER_DELAY;

	for (size_t i = 0; i < n; i++) {
		if (ahead(b, ts + (uint32_t)i) >= 0)
			b->samplev[(ts + (uint32_t)i) & MASK] = samplev[i];
	}

	if ((int32_t)(ts + (uint32_t)n - b->end) > 0)
		b->end = ts + (uint32_t)n;
	if (ahead(b, b->end) > VOICE_BUFFER_MAX)
		forget(b, (uint32_t)ahead(b, b->end) - VOICE_BUFFER_DELAY);
}


/**
 * Get what is said next
 *
 * @param b       Buffer
 * @param samplev Samples
 * @param n       How many
 *
 * @return false if there is nothing but silence
 */
bool voice_buffer_get(struct voice_buffer *b, int16_t *samplev, size_t n)
{
	const bool any = b->started && ahead(b, b->end) > 0;

	if (!any) {
		memset(samplev, 0, n * sizeof(*samplev));
		if (b->started)
			b->play += (uint32_t)n;
		return false;
	}

	for (size_t i = 0; i < n; i++) {
		int16_t *s = &b->samplev[b->play++ & MASK];

		samplev[i] = *s;
		*s = 0;
	}

	return true;
}
