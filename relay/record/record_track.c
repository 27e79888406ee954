/**
 * @file record_track.c  Where on the time line a side's audio belongs
 *
 * Clocks drift: what the smallest delay of some seconds says is followed in
 * small steps, so that a call of hours ends where it should and nobody hears
 * it.
 */
#include <string.h>
#include <re.h>
#include <rem.h>
#include "relay/record/record_track.h"

enum {
	JUMP = 2 * TRACK_RATE,      /* no clock, but a new beginning */
	AT_ONCE = TRACK_RATE / 5,   /* a shift that cannot wait */
	WORTH_IT = TRACK_RATE / 50, /* one that is followed at all */
	EPOCH = 4 * TRACK_RATE,
};


static struct track_slot *slot_at(struct track *t, size_t i)
{
	return &t->slotv[(t->first + i) % TRACK_SLOTS];
}


/* the smallest delay among those that wait and are of the same part */
static int64_t least_delay(struct track *t, uint32_t part)
{
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < t->count; i++) {
		const struct track_slot *s = slot_at(t, i);
		const int64_t delay = s->arrived - s->at;

		if (s->part == part && delay < least)
			least = delay;
	}

	return least;
}


static int64_t distance(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}


/* before the oldest slot is taken */
static void place(struct track *t, const struct track_slot *s)
{
	const int64_t least = least_delay(t, s->part);

	if (t->placed != s->part || distance(least, t->shift) > AT_ONCE) {
		t->placed = s->part;
		t->shift = least;
		t->least = least;
		t->epoch = s->arrived + EPOCH;
		return;
	}

	if (least < t->least)
		t->least = least;
	if (s->arrived < t->epoch)
		return;

	if (distance(t->least, t->shift) > WORTH_IT)
		t->shift = t->least;
	t->least = least;
	t->epoch = s->arrived + EPOCH;
}


static void decode(int16_t *pcm, const struct track_slot *s)
{
	for (size_t i = 0; i < s->n; i++)
		pcm[i] = s->kind == RECORD_PCMA ? g711_alaw2pcm(s->buf[i])
						: g711_ulaw2pcm(s->buf[i]);
}


static int take(struct track *t, track_h *h, void *arg)
{
	const struct track_slot *s = slot_at(t, 0);
	int16_t pcm[TRACK_SAMPLES];

	place(t, s);
	decode(pcm, s);
	t->first = (t->first + 1) % TRACK_SLOTS;
	--t->count;

	return h(s->at + t->shift, pcm, s->n, arg);
}


/* where the packet is by its source's clock */
static int64_t follow(struct track *t, uint32_t ssrc, uint32_t ts,
		      int64_t arrived)
{
	const int64_t at = t->at + (int32_t)(ts - t->ts);

	if (t->heard && ssrc == t->ssrc &&
	    distance(at - t->at, arrived - t->arrived) <= JUMP)
		return at;

	++t->part;

	return arrived;
}


/**
 * A packet of a side has come
 *
 * @param t       Track
 * @param ssrc    Its SSRC
 * @param ts      Its timestamp
 * @param arrived Frames since the recording began
 * @param kind    RECORD_PCMU or RECORD_PCMA
 * @param p       Its payload
 * @param len     Octets there
 * @param h       Handler for what must make room
 * @param arg     Handler argument
 *
 * @return 0 if success, otherwise what the handler says
 */
int track_push(struct track *t, uint32_t ssrc, uint32_t ts, int64_t arrived,
	       enum record_kind kind, const uint8_t *p, size_t len, track_h *h,
	       void *arg)
{
	int64_t at = follow(t, ssrc, ts, arrived);
	int err = 0;

	t->heard = true;
	t->ssrc = ssrc;
	t->ts = ts;
	t->at = at;
	t->arrived = arrived;

	while (len && !err) {
		const size_t n = min(len, (size_t)TRACK_SAMPLES);
		struct track_slot *s;

		if (t->count == TRACK_SLOTS)
			err = take(t, h, arg);

		s = slot_at(t, t->count++);
		s->part = t->part;
		s->arrived = arrived + (at - t->at);
		s->at = at;
		s->kind = (uint8_t)kind;
		s->n = (uint16_t)n;
		memcpy(s->buf, p, n);
		p += n;
		len -= n;
		at += (int64_t)n;
	}

	return err;
}


/**
 * Place what has waited long enough
 *
 * @param t   Track
 * @param now Frames since the recording began; INT64_MAX: place all
 * @param h   Handler
 * @param arg Handler argument
 *
 * @return 0 if success, otherwise what the handler says
 */
int track_release(struct track *t, int64_t now, track_h *h, void *arg)
{
	int err = 0;

	while (t->count && !err &&
	       (now == INT64_MAX ||
		slot_at(t, 0)->arrived + TRACK_HOLD <= now))
		err = take(t, h, arg);

	return err;
}
