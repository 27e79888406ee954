/**
 * @file lookout.c  Once a second: is there media, and from whom?
 *
 * Silence is measured by looking at the counters; packets carry no time of
 * the main thread's clock. Until both sides of each stream are anchored the
 * call rings and may be silent for as long as on hold: signalling has its own
 * timers.
 *
 * Anything that is accepted keeps a side alive, RTCP as well: it may be on
 * mute. Whether it is heard is another question (silence.h), and is asked only
 * where both sides' SDP lets both speak and hear: on hold some play music,
 * and some do not.
 */
#include "common/metrics.h"
#include "relay/engine/path.h"
#include "relay/relay_state.h"

enum { LOOK_MS = 1000 };


static uint64_t heard(const struct relay_session *s, enum relay_side side)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < s->streamc; i++) {
		if (s->streamv[i].path)
			n += path_received(s->streamv[i].path, side);
	}

	return n;
}


static bool is_anchored(const struct relay_stream *st)
{
	return st->path && st->anchored[RELAY_A] && st->anchored[RELAY_B];
}


static bool is_ringing(const struct relay_session *s)
{
	for (unsigned i = 0; i < s->streamc; i++) {
		if (s->streamv[i].path && !is_anchored(&s->streamv[i]))
			return true;
	}

	return false;
}


/* is a stream's side to speak, as far as anybody knows? */
static bool is_expected(const struct relay_stream *st)
{
	return is_anchored(st) && st->talks[RELAY_A] && st->talks[RELAY_B];
}


static uint32_t limit_ms(const struct relay_session *s)
{
	const struct relay_conf *conf = &s->relay->conf;

	return s->hold || is_ringing(s) ? conf->hold_timeout_ms
					: conf->timeout_ms;
}


/* of a side; who suppresses silence may listen for an hour */
static uint32_t side_limit_ms(const struct relay_session *s,
			      enum relay_side side)
{
	const struct relay_conf *conf = &s->relay->conf;
	bool expected = false;

	if (s->hold || !conf->oneway_timeout_ms)
		return 0;

	for (unsigned i = 0; i < s->streamc; i++) {
		const struct relay_stream *st = &s->streamv[i];

		if (!st->path)
			continue;
		if (quality_noise(&st->path->hearsayv[side].quality))
			return conf->hold_timeout_ms;
		expected = expected || is_expected(st);
	}

	return expected ? conf->oneway_timeout_ms : 0;
}


static bool look_stream(struct relay_session *s, unsigned n,
			enum relay_side side, uint64_t now)
{
	struct relay_stream *st = &s->streamv[n];
	const struct quality *q = &st->path->hearsayv[side].quality;
	const struct silence_facts f = {
		.expected = is_expected(st),
		.heard = quality_heard(q),
		.refused = path_refused(st->path, side),
		.reports = quality_reports(q),
		.noise = quality_noise(q),
		.astray = quality_astray(q),
	};
	struct relay_info info = {.stream = n, .side = side};
	enum silence_change change;

	change = silence_look(&st->silencev[side], &f, s->relay->conf.mute_ms,
			      now);
	if (change == SILENCE_SAME)
		return true;

	info.silent_ms = silence_ms(&st->silencev[side], now);

	return session_event(
		s, change == SILENCE_MUTE ? RELAY_MUTE : RELAY_HEARD, &info);
}


/* does a side say that it gets nothing of what the other one sends? */
static bool look_deaf(struct relay_session *s, unsigned n,
		      enum relay_side side)
{
	struct relay_stream *st = &s->streamv[n];
	const struct relay_info info = {.stream = n, .side = side};
	const bool deaf = is_expected(st) &&
			  quality_deaf(&st->path->hearsayv[!side].quality);

	if (deaf == st->deaf[side])
		return true;

	st->deaf[side] = deaf;

	return session_event(s, deaf ? RELAY_DEAF : RELAY_HEARS, &info);
}


static bool is_troubled(const struct relay_stream *st)
{
	return st->silencev[RELAY_A].mute || st->silencev[RELAY_B].mute ||
	       st->deaf[RELAY_A] || st->deaf[RELAY_B];
}


/* false: the session has ended meanwhile */
static bool look_streams(struct relay_session *s, uint64_t now)
{
	for (unsigned i = 0; i < 2 * s->streamc; i++) {
		struct path *path = s->streamv[i / 2].path;

		if (!path)
			continue;
		if (!(i & 1)) {
			path_look(path);
			atomic_store_explicit(&path->troubled,
					      is_troubled(&s->streamv[i / 2]),
					      memory_order_relaxed);
			reckoning_add(&s->relay->reckoning, path);
		}
		if (!look_stream(s, i / 2, (enum relay_side)(i & 1), now))
			return false;

		/* the handler may have closed it */
		if (s->streamv[i / 2].path &&
		    !look_deaf(s, i / 2, (enum relay_side)(i & 1)))
			return false;
	}

	return true;
}


static void look_sides(struct relay_session *s, uint64_t now)
{
	for (int side = 0; side < 2; side++) {
		const uint64_t n = heard(s, (enum relay_side)side);

		if (n != s->heard[side]) {
			s->heard[side] = n;
			s->heard_at[side] = now;
		}
	}
}


static bool look_one_side(struct relay_session *s, uint64_t now)
{
	for (int i = 0; i < 2; i++) {
		const struct relay_info info = {
			.side = (enum relay_side)i,
			.silent_ms = now - s->heard_at[i],
		};
		const uint32_t limit = side_limit_ms(s, info.side);

		if (!limit || info.silent_ms < limit ||
		    now - s->heard_at[!i] >= limit)
			continue;

		counter_inc(s->relay->count.timeouts);
		s->heard_at[i] = now;
		return session_event(s, RELAY_ONE_SIDE, &info);
	}

	return true;
}


static void look(void *arg)
{
	struct relay_session *s = arg;
	struct timers *timers = s->relay->timers;
	const uint64_t now = timers_now(timers);
	const uint32_t limit = limit_ms(s);
	uint64_t silent;

	look_sides(s, now);
	silent = now - max(s->heard_at[RELAY_A], s->heard_at[RELAY_B]);
	if (limit && silent >= limit) {
		counter_inc(s->relay->count.timeouts);
		session_alive(s);
		(void)session_event(s, RELAY_TIMEOUT, &(struct relay_info){0});
		return;
	}

	timer_start(timers, &s->tmr,
		    limit ? min((uint64_t)LOOK_MS, limit - silent) : LOOK_MS,
		    look, s);

	if (look_streams(s, now))
		(void)look_one_side(s, now);
}


/**
 * Begin the media timeouts anew
 *
 * @param s Session
 */
void session_alive(struct relay_session *s)
{
	for (int side = 0; side < 2; side++) {
		s->heard[side] = heard(s, (enum relay_side)side);
		s->heard_at[side] = timers_now(s->relay->timers);
	}
	timer_start(s->relay->timers, &s->tmr, LOOK_MS, look, s);
}
