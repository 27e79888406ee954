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

/** RFC 3550 section 5.1; in packets only */
struct rtp_header {
	uint8_t first, second;
	uint16_t seq;
	uint32_t ts, ssrc;
};

/** What is needed of it, in our byte order */
struct rtp {
	uint64_t first, pt, marker;
	uint64_t seq, ts, ssrc;
	uint64_t payload; /* octets behind the header */
};


static __always_inline void rtp_take(struct rtp *rtp,
				     const struct rtp_header *h)
{
	rtp->first = h->first;
	rtp->pt = h->second & 0x7f;
	rtp->marker = h->second >> 7;
	rtp->seq = bpf_ntohs(h->seq);
	rtp->ts = bpf_ntohl(h->ts);
	rtp->ssrc = bpf_ntohl(h->ssrc);
}


/* most are where we can look at them; a card may leave them elsewhere. p is a
 * constant: without CAP_PERFMON no other may be added to where packets are */
static __always_inline bool rtp_load(struct rtp *rtp, struct __sk_buff *skb,
				     uint32_t p, uint64_t len)
{
	const struct rtp_header *at = (void *)(long)skb->data + p;
	struct rtp_header copy;

	if (len < sizeof(*at))
		return false;

	if ((const void *)(at + 1) <= (void *)(long)skb->data_end) {
		rtp_take(rtp, at);
		return true;
	}

	if (bpf_skb_load_bytes(skb, p, &copy, sizeof(copy)))
		return false;

	rtp_take(rtp, &copy);

	return true;
}


/* its first eight octets, as they came */
static __always_inline uint64_t rtp_begin(const struct rtp *rtp)
{
	return rtp->first | (rtp->marker << 7 | rtp->pt) << 8 |
	       (uint64_t)bpf_htons((uint16_t)rtp->seq) << 16 |
	       (uint64_t)bpf_htonl((uint32_t)rtp->ts) << 32;
}


/* RTP of the source that is measured? p: of the datagram's payload in skb */
static __always_inline bool rtp_read(struct rtp *rtp, struct __sk_buff *skb,
				     uint32_t p, uint64_t len, uint32_t ssrc)
{
	uint32_t n;

	if (rtp->first >> 6 != 2 || (rtp->pt >= 64 && rtp->pt <= 95) ||
	    rtp->ssrc != ssrc)
		return false;

	n = RTP_HEADER + 4 * (rtp->first & 0x0f);
	if (rtp->first & 0x10) {
		uint8_t ext[RTP_EXTENSION];

		if (len < n + RTP_EXTENSION ||
		    bpf_skb_load_bytes(skb, p + n, ext, sizeof(ext)))
			return false;
		n += RTP_EXTENSION + 4 * ((uint32_t)ext[2] << 8 | ext[3]);
	}
	if (len < n + !!(rtp->first & 0x20))
		return false;

	rtp->payload = len - n;

	return true;
}


/** What is known of a payload type (struct flow_format) */
struct rtp_format {
	uint64_t known, kind, sid, frame, scale;
};


/* the first is what most packets have; the others without a branch, for each
 * doubles the ways that a verifier walks. By value: of a choice between places
 * compilers make what old ones refuse without CAP_PERFMON. */
static __always_inline void rtp_format(struct rtp_format *fmt,
				       const struct flow_slot *f, uint64_t pt)
{
	const volatile uint64_t *v = (const volatile uint64_t *)f->formatv;
	uint64_t found = v[0], known = (found & 0xff) == pt;

	if (!known) {
		found = 0;
#pragma unroll
		for (uint32_t i = 1; i < FLOW_FORMATS; i++) {
			const uint64_t it = v[i];
			uint64_t same = (((it & 0xff) ^ pt) - 1) >> 63;

			barrier_var(same);
			same &= ~known;
			found |= it & -same;
			known |= same;
		}
	}

	fmt->known = known;
	fmt->kind = found >> 8 & 0xff;
	fmt->sid = found >> 16 & 0xff;
	fmt->frame = found >> 24 & 0xff;
	fmt->scale = found >> 32;
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
				     const struct rtp_format *fmt,
				     const struct rtp *rtp, bool next,
				     uint64_t now_us)
{
	const uint32_t scale = (uint32_t)fmt->scale;
	const bool audio = fmt->kind == CODEC_AUDIO;

	if (!timing_is_clocked((enum codec_kind)fmt->kind, scale) ||
	    (m->timed && rtp->ts == m->ts))
		return;

	if (m->timed) {
		const int64_t us = timing_us(
			fmt->scale, (int32_t)((uint32_t)rtp->ts - m->ts));
		const uint64_t gap_us = now_us - m->at_us;

		rtp_step(m, us, gap_us,
			 audio && timing_is_pause(rtp->marker, us, gap_us),
			 audio && next);
	}

	m->ts = (uint32_t)rtp->ts;
	m->at_us = now_us;
	m->timed = true;
}


static __always_inline void rtp_measure(struct flow_slot *f,
					const struct rtp *rtp, uint64_t now_us)
{
	struct flow_measure *m = &f->measure;
	const int ahead = sequence_step(&m->seq, &f->losses,
					(uint16_t)rtp->seq);
	struct rtp_format fmt = {0};

	rtp_format(&fmt, f, rtp->pt);

	/* a tone, or silence, is no other codec */
	if (!fmt.known || (fmt.kind != CODEC_EVENT && fmt.kind != CODEC_NOISE))
		m->pt = (uint32_t)rtp->pt;
	if (ahead == SEQUENCE_LATE)
		return;

	if (ahead == SEQUENCE_JUMP)
		m->timed = false;

	if (!fmt.known)
		return;

	if (timing_is_noise((enum codec_kind)fmt.kind, (uint32_t)fmt.sid,
			    (uint32_t)fmt.frame, (uint32_t)rtp->payload))
		m->noise = true;
	rtp_time(m, &fmt, rtp, ahead == 1, now_us);
}

#endif
