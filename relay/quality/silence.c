/**
 * @file silence.c  Whether a side that should speak is heard
 *
 * A side that has not been heard yet, or whose RTCP has ended with its RTP,
 * is mute after mute_ms (plus RTCP's longest interval where it used to send
 * RTCP, RFC 3550 section 6.3.1). Quiet by its own will is who
 *
 *  - still sends RTCP: it lives, and so does the way to us, unless it says
 *    in its RTCP that it went on to send (RFC 3550 section 6.4.1), or
 *  - has sent comfort noise before (RFC 3389; G.729, G.723.1 annexes),
 *
 * and that may last PATIENT_MS. Opus in DTX sends each 400 ms (RFC 6716
 * section 2.1.9), AMR each 160 ms: no silence at all.
 */
#include "relay/quality/silence.h"

enum {
	REPORT_MS = 3000,   /* more than mute_ms until the next RTCP */
	AFTER_MS = 1000,    /* RTCP that late is not of the last words */
	PATIENT_MS = 60000, /* who suppresses silence says something by then */
	ASTRAY = 25,        /* packets: half a second of them */
};


static void note(struct silence *s, const struct silence_facts *f,
		 uint64_t now_ms)
{
	if (f->heard != s->heard) {
		s->heard = f->heard;
		s->heard_ms = now_ms;
		s->refused = f->refused;
	}
	if (f->reports != s->reports) {
		s->reports = f->reports;
		s->reports_ms = now_ms;
	}
	if (f->expected && !s->expected)
		s->since_ms = now_ms;
	s->expected = f->expected;
}


/* from: its last packet, or when it was to begin */
static uint64_t limit_ms(const struct silence *s,
			 const struct silence_facts *f, uint64_t from,
			 uint32_t mute_ms)
{
	if (!s->heard_ms)
		return mute_ms;

	if (s->reports_ms >= from + AFTER_MS)
		return f->astray >= ASTRAY ? mute_ms : PATIENT_MS;

	if (f->noise)
		return PATIENT_MS;

	return s->reports_ms ? (uint64_t)mute_ms + REPORT_MS : mute_ms;
}


/**
 * Look whether a side is heard
 *
 * @param s       Silence, zeroed at first
 * @param f       What is known now
 * @param mute_ms Limit, 0: for ever
 * @param now_ms  Monotonic time, never 0
 *
 * @return What has changed
 */
enum silence_change silence_look(struct silence *s,
				 const struct silence_facts *f,
				 uint32_t mute_ms, uint64_t now_ms)
{
	const uint64_t before = s->heard;
	uint64_t from;

	note(s, f, now_ms);

	if (s->mute && (s->heard != before || !s->expected)) {
		s->mute = false;
		return SILENCE_BROKE;
	}

	if (!mute_ms || !s->expected || s->mute)
		return SILENCE_SAME;

	from = s->heard_ms > s->since_ms ? s->heard_ms : s->since_ms;
	if (now_ms - from < limit_ms(s, f, from, mute_ms))
		return SILENCE_SAME;

	s->mute = true;

	return SILENCE_MUTE;
}


/**
 * For how long has a side been silent?
 *
 * @param s      Silence
 * @param now_ms Monotonic time
 *
 * @return Time in ms, UINT64_MAX if it was never heard
 */
uint64_t silence_ms(const struct silence *s, uint64_t now_ms)
{
	return s->heard_ms ? now_ms - s->heard_ms : UINT64_MAX;
}


/**
 * For how long has a side sent no RTCP?
 *
 * @param s      Silence
 * @param now_ms Monotonic time
 *
 * @return Time in ms, UINT64_MAX if it never has
 */
uint64_t silence_rtcp_ms(const struct silence *s, uint64_t now_ms)
{
	return s->reports_ms ? now_ms - s->reports_ms : UINT64_MAX;
}


/**
 * How many packets of others came since a side was heard last?
 *
 * @param s       Silence
 * @param refused Packets that were refused so far
 *
 * @return Number of packets
 */
uint64_t silence_strangers(const struct silence *s, uint64_t refused)
{
	return refused - s->refused;
}
