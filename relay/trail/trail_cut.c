/**
 * @file trail_cut.c  How much of a packet is header, and may be kept
 */
#include "common/octets.h"
#include "relay/trail/trail_cut.h"

enum {
	RTP_HEADER = 12,
	RTCP_HEADER = 8, /* with the SSRC: SRTCP leaves it clear */
	RTCP_SR = 200,
	RTCP_RR = 201,
	REPORT = 52, /* a sender's, with what it says of one source */
	STUN_HEADER = 20,
	DTLS_HEADER = 13,
	OTHER = 4,
};


/* names and notes stand in the others */
static size_t report(const uint8_t *p)
{
	const size_t n = 4 * ((size_t)octets_get16(p + 2) + 1);

	if (p[1] != RTCP_SR && p[1] != RTCP_RR)
		return RTCP_HEADER;

	return n < REPORT ? n : REPORT;
}


static size_t header(const struct packet *pkt, bool secret, const uint8_t *p)
{
	switch (pkt->type) {
	case PACKET_RTP:
		return RTP_HEADER;

	case PACKET_RTCP:
		return secret || pkt->encrypted ? RTCP_HEADER : report(p);

	case PACKET_STUN:
		return STUN_HEADER;

	case PACKET_DTLS:
		return DTLS_HEADER;

	default:
		return OTHER;
	}
}


/**
 * How much of a packet may be kept?
 *
 * @param pkt    What it is
 * @param secret True if its media is SRTP
 * @param p      Its octets
 * @param len    How many
 *
 * @return Octets, no more than it has
 *
 * RFC 3550 sections 5.1 and 6.4, RFC 3711 section 3.4
 */
size_t trail_cut(const struct packet *pkt, bool secret, const uint8_t *p,
		 size_t len)
{
	size_t n;

	if (!len)
		return 0;

	n = header(pkt, secret, p);

	return n < len ? n : len;
}
