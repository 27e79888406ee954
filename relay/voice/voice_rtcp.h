/**
 * @file voice_rtcp.h  What a voice says and hears by RTCP (RFC 3550)
 *
 * Pure. Counts what it hears, writes sender and receiver reports, and reads
 * the other end's: how far away it is, and what of ours it has lost.
 */
#ifndef RELAY_VOICE_VOICE_RTCP_H
#define RELAY_VOICE_VOICE_RTCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VOICE_RTCP_MAX = 128 };

/** Who speaks to us: RFC 3550 appendices A.1, A.3, A.8 */
struct voice_source_state {
	bool heard;
	uint32_t ssrc;
	uint16_t seq; /* highest */
	uint32_t cycles, base, received;
	uint32_t expected_before, received_before; /* the last report */
	uint32_t transit, jitter;                  /* jitter in 16ths */
};

struct voice_rtcp {
	uint32_t ssrc; /* ours */
	uint32_t packets, octets;
	struct voice_source_state src;
	uint32_t lsr, lsr_at; /* of its last sender report; middle of NTP */

	/* what it says of us */
	bool told;
	uint32_t delay_us; /* there and back; 0: unknown */
	uint32_t lost;
	uint32_t jitter; /* in samples */
};

/* a packet of its RTP; arrival in samples of our clock */
void voice_rtcp_heard(struct voice_rtcp *r, uint32_t ssrc, uint16_t seq,
		      uint32_t ts, uint32_t arrival);

/* a datagram of its RTCP; ntp: of now, 32.32 */
void voice_rtcp_decode(struct voice_rtcp *r, const uint8_t *p, size_t len,
		       uint64_t ntp);

/* a report of ours with CNAME; its length. ts: RTP timestamp of now */
size_t voice_rtcp_encode(struct voice_rtcp *r, uint8_t buf[VOICE_RTCP_MAX],
			 uint64_t ntp, uint32_t ts);

#endif
