/**
 * @file packet.c  What a datagram on a media port is
 *
 * Media may be encrypted end to end, so only what SRTP and SRTCP leave clear
 * is judged: padding counts and reports behind the first one are not, unless
 * they are to prove something. What is merely odd is passed on, for the
 * phones to like or not; what lies about its own length is not.
 */
#include "common/octets.h"
#include "relay/latch/packet.h"

enum {
	RTP_HEADER = 12,
	RTP_EXTENSION = 4,
	RTCP_HEADER = 4,
	RTCP_MIN = 8, /* header and SSRC */
	RTCP_SR = 200,
	RTCP_RR = 201,
	RTCP_SDES = 202,
	RTCP_BYE = 203,
	RTCP_APP = 204,
	SRTCP_TRAILER = 14,    /* E and index, 80 bits of tag */
	SRTCP_GCM_TRAILER = 4, /* E and index, behind the tag */
	SRTCP_GCM_TAG = 16,
	UDPTL_HEADER = 2,
	UDPTL_FEC = 0x80,
	STUN_HEADER = 20,
	DTLS_HEADER = 13,
	DTLS_HANDSHAKE = 22,
	DTLS_MAJOR = 0xfe,
};


/* what the fixed part and the counted parts need (RFC 3550 section 6) */
static size_t report_min(unsigned pt, unsigned count)
{
	switch (pt) {
	case RTCP_SR:
		return 28 + 24 * count;

	case RTCP_RR:
		return 8 + 24 * count;

	case RTCP_SDES:
		return RTCP_HEADER + 8 * count;

	case RTCP_BYE:
		return RTCP_HEADER + 4 * count;

	case RTCP_APP:
		return 12;

	default:
		return RTCP_HEADER;
	}
}


/* the length of the report at p; 0 if it is none */
static size_t report_len(const uint8_t *p, size_t len)
{
	size_t n;

	if (len < RTCP_HEADER || p[0] >> 6 != 2 || p[1] < 192 || p[1] > 223)
		return 0;

	n = 4 * ((size_t)octets_get16(p + 2) + 1);
	if (n > len || n < report_min(p[1], p[0] & 0x1f))
		return 0;

	return n;
}


/* RFC 3550 section 6.1: reports to the very end */
static bool is_chain(const uint8_t *p, size_t len)
{
	while (len) {
		const size_t n = report_len(p, len);

		if (!n)
			return false;

		p += n;
		len -= n;
	}

	return true;
}


/* RFC 3711 section 3.4: the E flag stands before index and tag; RFC 7714
   section 9.2: the tag comes first */
static bool is_srtcp(const uint8_t *p, size_t len, size_t first)
{
	if (len - first < SRTCP_TRAILER)
		return false;

	return p[len - SRTCP_TRAILER] & 0x80 ||
	       (len - first >= SRTCP_GCM_TAG + SRTCP_GCM_TRAILER &&
		p[len - SRTCP_GCM_TRAILER] & 0x80);
}


static void decode_rtcp(struct packet *pkt, const uint8_t *p, size_t len)
{
	const size_t first = report_len(p, len);

	if (first < RTCP_MIN)
		return;

	pkt->type = PACKET_RTCP;
	pkt->ssrc = octets_get32(p + 4);

	/* reduced-size RTCP (RFC 5506) passes, but proves nothing */
	if (p[1] != RTCP_SR && p[1] != RTCP_RR)
		return;

	pkt->proof = is_chain(p, len);
	pkt->encrypted = !pkt->proof && is_srtcp(p, len, first);
}


/* it counts itself, and is not longer than what it is in; of SRTP it cannot
   be read, and then may seem a lie */
static bool is_padded_well(const uint8_t *p, size_t len, size_t n)
{
	return !(p[0] & 0x20) || (p[len - 1] && p[len - 1] <= len - n);
}


static void decode_rtp(struct packet *pkt, const uint8_t *p, size_t len)
{
	const unsigned pt = p[1] & 0x7f;
	size_t n = RTP_HEADER + 4 * (size_t)(p[0] & 0x0f);

	if (len < n)
		return;

	if (p[0] & 0x10) {
		if (len < n + RTP_EXTENSION)
			return;
		n += RTP_EXTENSION + 4 * (size_t)octets_get16(p + n + 2);
	}

	/* padding counts itself, so there is an octet of it */
	if (len < n + !!(p[0] & 0x20))
		return;

	pkt->type = PACKET_RTP;
	pkt->seq = octets_get16(p + 2);
	pkt->ts = octets_get32(p + 4);
	pkt->ssrc = octets_get32(p + 8);
	pkt->marker = p[1] >> 7;
	pkt->pt = (uint8_t)pt;
	pkt->payload = (uint16_t)(len - n);

	/* payload types that RTCP would be taken for (RFC 5761) */
	pkt->proof = (pt < 64 || pt > 95) && is_padded_well(p, len, n);
}


/* RFC 8489 section 5, and RFC 3489, which had no cookie */
static bool is_stun(const uint8_t *p, size_t len)
{
	return len >= STUN_HEADER && p[0] < 4 && !(p[3] & 3) &&
	       len == STUN_HEADER + (size_t)octets_get16(p + 2);
}


/* RFC 6347 section 4.1; the first record is there as a whole */
static bool is_dtls(const uint8_t *p, size_t len)
{
	return len >= DTLS_HEADER && p[0] >= 20 && p[0] <= 63 &&
	       len >= DTLS_HEADER + (size_t)octets_get16(p + 11);
}


/* ZRTP, DTLS 1.3, T.38 that came before its offer did. Text is none of it:
   a relay that forwards SIP lends its address to whoever wrote that. */
static bool is_other(uint8_t first)
{
	return first < 4 || (first >= 16 && first < 64);
}


/* an open type or a count (X.691 section 11.9): up to 16383 */
static bool udptl_length(size_t *n, const uint8_t **p, size_t *len)
{
	const size_t two = *len && (*p)[0] & 0x80;

	if (*len < 1 + two || (*p)[0] >= 0xc0)
		return false;

	*n = two ? octets_get16(*p) & 0x3fff : (*p)[0];
	*p += 1 + two;
	*len -= 1 + two;

	return true;
}


static bool udptl_skip(const uint8_t **p, size_t *len)
{
	size_t n;

	if (!udptl_length(&n, p, len) || n > *len)
		return false;

	*p += n;
	*len -= n;

	return true;
}


/* T.38 section 9.1: a number, the fax data, and what was sent before or a
   checksum of it, each with its length */
static bool is_udptl(const uint8_t *p, size_t len)
{
	bool fec;
	size_t n;

	if (len < UDPTL_HEADER + 3 || !p[UDPTL_HEADER])
		return false;

	p += UDPTL_HEADER;
	len -= UDPTL_HEADER;
	if (!udptl_skip(&p, &len) || !len)
		return false;

	/* of a checksum the number of packets comes first, an integer */
	fec = p[0] & UDPTL_FEC;
	++p;
	--len;
	if ((fec && !udptl_skip(&p, &len)) || !udptl_length(&n, &p, &len))
		return false;

	while (n--) {
		if (!udptl_skip(&p, &len))
			return false;
	}

	return true;
}


/**
 * Tell what a datagram is
 *
 * @param pkt  Verdict, always filled
 * @param p    The datagram
 * @param len  Its length
 *
 * RFC 7983 section 7, RFC 5761 section 4
 */
void packet_decode(struct packet *pkt, const uint8_t *p, size_t len)
{
	*pkt = (struct packet){.type = PACKET_INVALID};

	if (!len)
		return;

	pkt->udptl = is_udptl(p, len);
	if (p[0] >> 6 == 2) {
		if (len > 1 && p[1] >= 192 && p[1] <= 223)
			decode_rtcp(pkt, p, len);
		else if (len >= RTP_HEADER)
			decode_rtp(pkt, p, len);
	}
	else if (is_stun(p, len)) {
		pkt->type = PACKET_STUN;
	}
	else if (is_dtls(p, len)) {
		pkt->type = PACKET_DTLS;
		pkt->proof = p[0] == DTLS_HANDSHAKE && p[1] == DTLS_MAJOR;
	}
	else if (is_other(p[0])) {
		pkt->type = PACKET_OTHER;
	}
}
