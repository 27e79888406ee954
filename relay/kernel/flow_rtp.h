/**
 * @file flow_rtp.h  What the kernel's program thinks of RTP
 *
 * For relay/kernel/flow.bpf.c. Judges as packet.c and measures as quality.c.
 */
#ifndef RELAY_KERNEL_FLOW_RTP_H
#define RELAY_KERNEL_FLOW_RTP_H

#include "relay/kernel/flow_map.h"
#include "relay/quality/sequence_step.h"
#include "relay/quality/timing.h"

enum {
	RTP_HEADER = 12,
	RTP_EXTENSION = 4,
};

/** RFC 3550 section 5.1 */
struct rtp_header {
	uint8_t first, second;
	uint16_t seq;
	uint32_t ts, ssrc;
};

/** What is needed of it, in our byte order */
struct rtp {
	uint32_t ts;
	uint32_t payload; /* octets behind the header */
	uint16_t seq;
	uint8_t pt;
	bool marker;
};


/* most are where we can look at them; a card may leave them elsewhere. p is a
 * constant: without CAP_PERFMON no other may be added to where packets are */
static __always_inline bool rtp_load(struct rtp_header *h,
				     struct __sk_buff *skb, uint32_t p,
				     uint32_t len)
{
	const void *at = (void *)(long)skb->data + p;

	if (len < sizeof(*h))
		return false;

	if (at + sizeof(*h) > (void *)(long)skb->data_end)
		return !bpf_skb_load_bytes(skb, p, h, sizeof(*h));

	__builtin_memcpy(h, at, sizeof(*h));

	return true;
}


/* RTP of the source that is measured? p: of the datagram's payload in skb */
static __always_inline bool rtp_read(struct rtp *rtp,
				     const struct rtp_header *h,
				     struct __sk_buff *skb, uint32_t p,
				     uint32_t len, uint32_t ssrc)
{
	uint32_t n;

	rtp->pt = h->second & 0x7f;
	if (h->first >> 6 != 2 || (rtp->pt >= 64 && rtp->pt <= 95) ||
	    bpf_ntohl(h->ssrc) != ssrc)
		return false;

	n = RTP_HEADER + 4 * (h->first & 0x0f);
	if (h->first & 0x10) {
		uint8_t ext[RTP_EXTENSION];

		if (len < n + RTP_EXTENSION ||
		    bpf_skb_load_bytes(skb, p + n, ext, sizeof(ext)))
			return false;
		n += RTP_EXTENSION + 4 * ((uint32_t)ext[2] << 8 | ext[3]);
	}
	if (len < n + !!(h->first & 0x20))
		return false;

	rtp->marker = h->second >> 7;
	rtp->seq = bpf_ntohs(h->seq);
	rtp->ts = bpf_ntohl(h->ts);
	rtp->payload = len - n;

	return true;
}


static __always_inline const struct flow_format *rtp_format(
	const struct flow_slot *f, uint8_t pt)
{
#pragma unroll
	for (uint32_t i = 0; i < FLOW_FORMATS; i++) {
		if (i < f->formatc && f->formatv[i].pt == pt)
			return &f->formatv[i];
	}

	return 0;
}


static __always_inline void rtp_step(struct flow_measure *m, int64_t us,
				     uint64_t gap_us, bool pause, bool next)
{
	if (!pause && !timing_is_leap(us, gap_us)) {
		m->jitter = timing_jitter(m->jitter, us, gap_us);
		m->jitter_us = m->jitter >> 4;
		if (m->jitter_us > m->jitter_max_us)
			m->jitter_max_us = m->jitter_us;
	}

	if (next && timing_is_step(us)) {
		if (m->step_us == (uint32_t)us)
			m->ptime_us = m->step_us;
		m->step_us = (uint32_t)us;
	}
}


static __always_inline void rtp_time(struct flow_measure *m,
				     const struct flow_format *fmt,
				     const struct rtp *rtp, bool next,
				     uint64_t now_us)
{
	const bool audio = fmt->kind == CODEC_AUDIO;

	if (!timing_is_clocked(fmt->kind, fmt->scale) ||
	    (m->timed && rtp->ts == m->ts))
		return;

	if (m->timed) {
		const int64_t us = timing_us(fmt->scale,
					     (int32_t)(rtp->ts - m->ts));
		const uint64_t gap_us = now_us - m->at_us;

		rtp_step(m, us, gap_us,
			 audio && timing_is_pause(rtp->marker, us, gap_us),
			 audio && next);
	}

	m->ts = rtp->ts;
	m->at_us = now_us;
	m->timed = true;
}


static __always_inline void rtp_measure(struct flow_slot *f,
					const struct rtp *rtp, uint64_t now_us)
{
	struct flow_measure *m = &f->measure;
	const int ahead = sequence_step(&m->seq, &f->losses, rtp->seq);
	const struct flow_format *fmt = rtp_format(f, rtp->pt);

	/* a tone, or silence, is no other codec */
	if (!fmt || (fmt->kind != CODEC_EVENT && fmt->kind != CODEC_NOISE))
		m->pt = rtp->pt;
	if (ahead == SEQUENCE_LATE)
		return;

	if (ahead == SEQUENCE_JUMP)
		m->timed = false;

	if (!fmt)
		return;

	if (timing_is_noise(fmt->kind, fmt->sid, fmt->frame, rtp->payload))
		m->noise = true;
	rtp_time(m, fmt, rtp, ahead == 1, now_us);
}

#endif
