/**
 * @file quality.c  How a stream of RTP comes in, packet by packet
 */
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include "relay/latch/packet.h"
#include "relay/quality/quality.h"
#include "relay/quality/quality_format.h"
#include "relay/quality/timing.h"

enum {
	SLACK = 32, /* packets on their way while a report is written */
	DEAF_PACKETS = 100, /* ... and that are too many for that */
	NEVER_PACKETS = 500,
	NEVER_REPORTS = 3,
};


static void put32(_Atomic uint32_t *c, uint32_t n)
{
	atomic_store_explicit(c, n, memory_order_relaxed);
}


static void put64(_Atomic uint64_t *c, uint64_t n)
{
	atomic_store_explicit(c, n, memory_order_relaxed);
}


static uint32_t get32(const _Atomic uint32_t *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}


static uint64_t get64(const _Atomic uint64_t *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}


/**
 * Let a measurement forget its sources
 *
 * @param q Measurement
 */
void quality_close(struct quality *q)
{
	q->sourcev = mem_deref(q->sourcev);
	q->current = 0;
}


/**
 * Say what the payload types are
 *
 * @param q    Measurement
 * @param from Terms of the side that sends, or NULL
 * @param to   Terms of the side that hears it, or NULL
 */
void quality_terms(struct quality *q, const struct relay_terms *from,
		   const struct relay_terms *to)
{
	q->from = from;
	q->to = to;
	q->known = false;
}


/**
 * Take the newest packet's payload type
 *
 * @param q  Measurement
 * @param pt Payload type
 */
void quality_newest(struct quality *q, uint8_t pt)
{
	struct quality_format f;
	struct relay_codec c;

	if (q->known && pt == q->pt)
		return;

	(void)quality_format(&f, &c, q, pt);
	q->known = true;
	q->pt = pt;
	q->kind = f.kind;
	q->scale = f.scale;
	q->sid = f.sid;
	q->frame = f.frame;

	/* a tone, or silence, is no other codec */
	if (q->kind != CODEC_EVENT && q->kind != CODEC_NOISE)
		codec_cell_set(&q->shown.codec, &c);
}


/* most sides have one source; without memory another one takes its place */
static void make_room(struct quality *q)
{
	if (q->sourcev || !q->one.started)
		return;

	q->sourcev = mem_zalloc(QUALITY_SOURCES * sizeof(*q->sourcev), NULL);
	if (q->sourcev)
		q->sourcev[0] = q->one;
}


static struct quality_source *begin(struct quality *q,
				    const struct packet *pkt)
{
	struct quality_source *s;

	make_room(q);
	s = quality_sources(q);
	for (size_t i = 1; i < quality_sourcec(q); i++) {
		struct quality_source *o = &q->sourcev[i];

		if (s->started &&
		    (!o->started || q->turn - o->turn > q->turn - s->turn))
			s = o;
	}

	memset(s, 0, sizeof(*s));
	s->started = true;
	s->ssrc = pkt->ssrc;
	sequence_begin(&s->seq, &q->losses, pkt->seq);

	return s;
}


static struct quality_source *find(struct quality *q, uint32_t ssrc)
{
	struct quality_source *v = quality_sources(q);

	if (v[q->current].ssrc == ssrc && v[q->current].started)
		return &v[q->current];

	for (size_t i = 0; i < quality_sourcec(q); i++) {
		if (v[i].ssrc == ssrc && v[i].started)
			return &v[i];
	}

	return NULL;
}


static void jitter(struct quality *q, struct quality_source *s, int64_t ts_us,
		   uint64_t now_us)
{
	uint32_t us;

	if (timing_is_leap(ts_us, now_us - s->at_us))
		return;

	s->jitter = timing_jitter(s->jitter, ts_us, now_us - s->at_us);
	us = s->jitter >> 4;
	put32(&q->shown.jitter_us, us);
	if (us > get32(&q->shown.jitter_max_us))
		put32(&q->shown.jitter_max_us, us);
}


/* two steps of the same length in a row, or it was a pause */
static void packet_time(struct quality *q, struct quality_source *s,
			int64_t ts_us)
{
	if (!timing_is_step(ts_us))
		return;

	if (s->step_us == (uint32_t)ts_us)
		put32(&q->shown.ptime_us, s->step_us);
	s->step_us = (uint32_t)ts_us;
}


/*
 * What says nothing of the network is left out: the first packet after a
 * pause; a tone, whose time stamp stands still; comfort noise, which comes
 * when it likes; the packets of one frame behind its first.
 */
static void measure_time(struct quality *q, struct quality_source *s,
			 const struct packet *pkt, bool next, uint64_t now_us)
{
	const bool audio = q->kind == CODEC_AUDIO;

	if (!timing_is_clocked(q->kind, q->scale))
		return;

	if (s->timed && pkt->ts == s->ts)
		return;

	if (s->timed) {
		const int64_t us = timing_us(q->scale,
					     (int32_t)(pkt->ts - s->ts));

		if (!audio ||
		    !timing_is_pause(pkt->marker, us, now_us - s->at_us))
			jitter(q, s, us, now_us);
		if (audio && next)
			packet_time(q, s, us);
	}

	s->ts = pkt->ts;
	s->at_us = now_us;
	s->timed = true;
}


/**
 * Measure an RTP packet
 *
 * @param q      Measurement
 * @param pkt    The packet
 * @param now_us When it came, monotonic, us
 *
 * RFC 3550 section 6.4.1, appendix A; RFC 3611 section 4.7.2
 */
void quality_add(struct quality *q, const struct packet *pkt, uint64_t now_us)
{
	struct quality_source *s = find(q, pkt->ssrc);
	int ahead = SEQUENCE_JUMP;

	++q->turn;
	quality_newest(q, pkt->pt);

	if (s)
		ahead = sequence_add(&s->seq, &q->losses, pkt->seq);
	else
		s = begin(q, pkt);

	s->turn = q->turn;
	if (ahead == SEQUENCE_LATE)
		return;

	if (ahead == SEQUENCE_JUMP)
		s->timed = s->said = false;

	q->current = (uint32_t)(s - quality_sources(q));
	put32(&q->shown.ssrc, s->ssrc);
	if (timing_is_noise(q->kind, q->sid, q->frame, pkt->payload))
		atomic_store_explicit(&q->shown.noise, true,
				      memory_order_relaxed);

	measure_time(q, s, pkt, ahead == 1, now_us);
}


/**
 * RTCP of its sender came, whatever is in it
 *
 * @param q Measurement
 */
void quality_reported(struct quality *q)
{
	put64(&q->shown.reports, get64(&q->shown.reports) + 1);
}


/**
 * Its sender says how many packets it has sent
 *
 * @param q       Measurement
 * @param ssrc    Source
 * @param packets Packets that it has sent so far
 *
 * RFC 3550 section 6.4.1: what it sent between two reports and did not come
 * is astray, also where nothing came at all
 */
void quality_sent(struct quality *q, uint32_t ssrc, uint32_t packets)
{
	struct quality_source *s = find(q, ssrc);
	uint32_t missing;
	int32_t more;

	if (!s)
		return;

	missing = packets - s->seq.received;
	more = (int32_t)(missing - s->missing);
	put32(&q->shown.astray, s->said && more > 0 ? (uint32_t)more : 0);
	s->missing = missing;
	s->said = true;
}


/**
 * Its receiver says what it missed
 *
 * @param q Measurement
 * @param r What it says of a source
 *
 * RFC 3550 section 6.4.1
 */
void quality_missed(struct quality *q, const struct quality_receipt *r)
{
	struct quality_source *s = find(q, r->ssrc);

	/* of whatever source: it gets something */
	if (!s || s->highest != r->highest)
		q->news = true;

	if (!s || s != quality_current(q))
		return;

	s->highest = r->highest;

	/* it cannot miss more than there was */
	if (r->lost > 0 && (uint32_t)r->lost > s->seq.expected + SLACK)
		return;

	put64(&q->shown.far_lost, r->lost > 0 ? (uint64_t)r->lost : 0);
	put64(&q->shown.far_expected, s->seq.expected);
	if (q->scale && r->jitter <= INT32_MAX) {
		const int64_t us = timing_us(q->scale, (int32_t)r->jitter);

		if (us <= TIMING_JITTER_MAX_US)
			put32(&q->shown.far_jitter_us, (uint32_t)us);
	}
}


/**
 * Its receiver has said what it had to say, in one report
 *
 * @param q Measurement
 *
 * RFC 3550 section 6.4: a source that was heard has its block. One that is
 * not mentioned any more, or where the numbers stand still while packets are
 * sent on, is not heard. Who has never mentioned any may not know how.
 */
void quality_told(struct quality *q)
{
	const uint64_t came = get64(&q->losses.expected) -
			      get64(&q->losses.lost);
	bool deaf = false;

	if (q->news) {
		q->got = true;
		q->reports = 0;
		q->told = came;
	}
	else {
		++q->reports;
		deaf = q->got ? came - q->told >= DEAF_PACKETS
			      : came >= NEVER_PACKETS &&
					q->reports >= NEVER_REPORTS;
	}

	q->news = false;
	atomic_store_explicit(&q->shown.deaf, deaf, memory_order_relaxed);
}
