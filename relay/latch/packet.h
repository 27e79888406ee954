/**
 * @file packet.h  What a datagram on a media port is
 *
 * Pure: octets in, a verdict out. The first octet tells the protocols apart
 * (RFC 7983 section 7), the second one RTP from RTCP (RFC 5761 section 4).
 */
#ifndef RELAY_LATCH_PACKET_H
#define RELAY_LATCH_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum packet_type {
	PACKET_INVALID = 0, /* claims to be RTP or RTCP and is not */
	PACKET_RTP,
	PACKET_RTCP,
	PACKET_STUN,
	PACKET_DTLS,
	PACKET_OTHER, /* ZRTP, TURN channels, T.38, anything else */
};

struct packet {
	enum packet_type type;
	bool proof;     /* good enough to learn its source from; of DTLS:
			   a handshake, good enough to answer it */
	bool encrypted; /* RTCP that is proof only if it is SRTCP */
	bool udptl;     /* it reads as a packet of T.38, whatever else it is */
	bool authentic; /* its SRTP tag is right: not said by packet_decode */
	uint16_t seq;   /* RTP */
	uint32_t ssrc;  /* RTP, RTCP */
	bool marker;    /* RTP, and all below */
	uint8_t pt;
	uint32_t ts;
	uint16_t payload; /* octets behind the header, with any padding */
};

void packet_decode(struct packet *pkt, const uint8_t *p, size_t len);

#endif
