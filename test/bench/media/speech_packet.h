/**
 * @file bench/media/speech_packet.h  What a packet of the bench says of itself
 *
 * 12 octets RTP, 160 octets that look like G.711: who sent it, when, and a
 * pattern that belongs to nobody else, so that a changed octet is seen.
 */
#ifndef TEST_BENCH_MEDIA_SPEECH_PACKET_H
#define TEST_BENCH_MEDIA_SPEECH_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SPEECH_LEN = 172 };

struct speech {
	uint64_t sent; /* CLOCK_REALTIME [ns] */
	uint32_t call;
	uint32_t seq;
	uint8_t side; /* who sent it */
	bool counted; /* it is measured, not for warming up */
};

void speech_encode(uint8_t *buf, const struct speech *s);
bool speech_decode(struct speech *s, const uint8_t *buf, size_t len);

#endif
