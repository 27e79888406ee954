/**
 * @file voice_rtcp.c  What a voice says and hears by RTCP (RFC 3550)
 */
#include <string.h>
#include <re.h>
#include "common/octets.h"
#include "relay/voice/voice_rtcp.h"

enum {
	TYPE_SR = 200,
	TYPE_RR = 201,
	TYPE_SDES = 202,
	SDES_CNAME = 1,
	HEAD = 8,    /* common header and SSRC */
	SENDER = 20, /* of a sender report */
	BLOCK = 24,
	DROPOUT = 3000, /* numbers further ahead are a new beginning */
	LOST_MAX = 0x7fffff,
};


/* the middle 32 bits: seconds and their 65536ths */
static uint32_t middle(uint64_t ntp)
{
	return (uint32_t)(ntp >> 16);
}


static void source_begin(struct voice_source_state *s, uint32_t ssrc,
			 uint16_t seq)
{
	memset(s, 0, sizeof(*s));
	s->heard = true;
	s->ssrc = ssrc;
	s->seq = seq;
	s->base = seq;
}


/* RFC 3550 appendix A.8, in samples */
static void source_jitter(struct voice_source_state *s, uint32_t transit)
{
	int32_t d = (int32_t)(transit - s->transit);

	/* where it begins, or its clock has jumped, nothing can be said */
	if (s->received > 1 && d > -8000 && d < 8000) {
		if (d < 0)
			d = -d;
		s->jitter += (uint32_t)d - ((s->jitter + 8) >> 4);
	}
	s->transit = transit;
}


/**
 * Count a packet of RTP
 *
 * @param r       State
 * @param ssrc    Its source
 * @param seq     Its sequence number
 * @param ts      Its timestamp
 * @param arrival When it came, in samples
 *
 * RFC 3550 appendix A.1
 */
void voice_rtcp_heard(struct voice_rtcp *r, uint32_t ssrc, uint16_t seq,
		      uint32_t ts, uint32_t arrival)
{
	struct voice_source_state *s = &r->src;
	const uint16_t ahead = (uint16_t)(seq - s->seq);

	if (!s->heard || s->ssrc != ssrc ||
	    (ahead > DROPOUT && ahead < 65536 - DROPOUT)) {
		source_begin(s, ssrc, seq);
	}
	else if (ahead && ahead <= DROPOUT) {
		if (seq < s->seq)
			s->cycles += 65536;
		s->seq = seq;
	}

	++s->received;
	source_jitter(s, arrival - ts);
}


static uint32_t highest(const struct voice_source_state *s)
{
	return s->cycles + s->seq;
}


/* what it says of our stream */
static void take_block(struct voice_rtcp *r, const uint8_t *p, uint64_t ntp)
{
	const uint32_t lsr = octets_get32(p + 16), dlsr = octets_get32(p + 20);
	const uint32_t delay = middle(ntp) - lsr - dlsr;
	const uint32_t lost = octets_get32(p + 4) & 0xffffff;

	if (octets_get32(p) != r->ssrc)
		return;

	r->told = true;
	r->lost = lost > LOST_MAX ? 0 : lost; /* negative: duplicates */
	r->jitter = octets_get32(p + 12);

	/* more than 10 s is no delay but a wrong clock */
	if (lsr && delay < 10 * 65536)
		r->delay_us = (uint32_t)((uint64_t)delay * 1000000 >> 16);
}


static void take_report(struct voice_rtcp *r, const uint8_t *p, size_t len,
			uint64_t ntp)
{
	const size_t blockc = p[0] & 0x1f;
	size_t pos = HEAD;

	if (p[1] == TYPE_SR) {
		if (len < HEAD + SENDER)
			return;
		r->lsr = octets_get32(p + HEAD) << 16 |
			 octets_get32(p + HEAD + 4) >> 16;
		r->lsr_at = middle(ntp);
		pos += SENDER;
	}

	for (size_t i = 0; i < blockc && pos + BLOCK <= len; i++) {
		take_block(r, p + pos, ntp);
		pos += BLOCK;
	}
}


/**
 * Read a datagram of RTCP
 *
 * @param r   State
 * @param p   Datagram
 * @param len Its length
 * @param ntp Time of its arrival
 *
 * RFC 3550 section 6.4
 */
void voice_rtcp_decode(struct voice_rtcp *r, const uint8_t *p, size_t len,
		       uint64_t ntp)
{
	while (len >= HEAD && p[0] >> 6 == 2) {
		const size_t size = 4 * ((size_t)octets_get16(p + 2) + 1);

		if (size > len)
			return;

		if ((p[1] == TYPE_SR || p[1] == TYPE_RR) && size >= HEAD)
			take_report(r, p, size, ntp);

		p += size;
		len -= size;
	}
}


/* RFC 3550 appendix A.3 */
static void put_block(struct voice_rtcp *r, uint8_t *p, uint64_t ntp)
{
	struct voice_source_state *s = &r->src;
	const uint32_t expected = highest(s) - s->base + 1;
	const uint32_t lost = expected > s->received ? expected - s->received
						     : 0;
	const uint32_t exp = expected - s->expected_before;
	const uint32_t got = s->received - s->received_before;
	uint32_t fraction = 0;

	if (exp && exp > got)
		fraction = (uint32_t)(((uint64_t)(exp - got) << 8) / exp);
	s->expected_before = expected;
	s->received_before = s->received;

	octets_put32(p, s->ssrc);
	octets_put32(p + 4, (fraction > 255 ? 255 : fraction) << 24 |
				    (lost < LOST_MAX ? lost : LOST_MAX));
	octets_put32(p + 8, highest(s));
	octets_put32(p + 12, s->jitter >> 4);
	octets_put32(p + 16, r->lsr);
	octets_put32(p + 20, r->lsr ? middle(ntp) - r->lsr_at : 0);
}


static size_t put_cname(const struct voice_rtcp *r, uint8_t *p)
{
	char name[12];
	size_t n, size;

	(void)re_snprintf(name, sizeof(name), "v%08x", r->ssrc);
	n = strlen(name);
	size = (HEAD + 2 + n + 1 + 3) & ~(size_t)3;

	memset(p, 0, size);
	p[0] = 2 << 6 | 1;
	p[1] = TYPE_SDES;
	octets_put16(p + 2, (uint32_t)(size / 4 - 1));
	octets_put32(p + 4, r->ssrc);
	p[8] = SDES_CNAME;
	p[9] = (uint8_t)n;
	memcpy(p + 10, name, n);

	return size;
}


/**
 * Write a report of ours
 *
 * @param r   State
 * @param buf Buffer
 * @param ntp Time of now
 * @param ts  RTP timestamp of now
 *
 * @return Length
 *
 * RFC 3550 section 6.4
 */
size_t voice_rtcp_encode(struct voice_rtcp *r, uint8_t buf[VOICE_RTCP_MAX],
			 uint64_t ntp, uint32_t ts)
{
	const bool sender = r->packets > 0;
	size_t pos = HEAD;

	buf[0] = (uint8_t)(2 << 6 | (r->src.heard ? 1 : 0));
	buf[1] = sender ? TYPE_SR : TYPE_RR;
	octets_put32(buf + 4, r->ssrc);

	if (sender) {
		octets_put32(buf + pos, (uint32_t)(ntp >> 32));
		octets_put32(buf + pos + 4, (uint32_t)ntp);
		octets_put32(buf + pos + 8, ts);
		octets_put32(buf + pos + 12, r->packets);
		octets_put32(buf + pos + 16, r->octets);
		pos += SENDER;
	}
	if (r->src.heard) {
		put_block(r, buf + pos, ntp);
		pos += BLOCK;
	}
	octets_put16(buf + 2, (uint32_t)(pos / 4 - 1));

	return pos + put_cname(r, buf + pos);
}
