/**
 * @file bench/media/speech_packet.c  What a packet of the bench says of itself
 */
#include <string.h>
#include <arpa/inet.h>
#include "test/bench/media/speech_packet.h"

enum {
	MAGIC = 0x76696164,
	PATTERN_AT = 40,
	PATTERN_LEN = SPEECH_LEN - PATTERN_AT,
	PATTERN_ROOM = 4096,
	SAMPLES = 160,
};

static uint8_t pattern[PATTERN_ROOM + PATTERN_LEN];


static void put32(uint8_t *p, uint32_t v)
{
	v = htonl(v);
	memcpy(p, &v, sizeof(v));
}


static uint32_t get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));

	return ntohl(v);
}


static const uint8_t *pattern_of(uint32_t call, uint32_t seq, uint8_t side)
{
	if (!pattern[0]) {
		uint32_t x = 1;

		for (size_t i = 0; i < sizeof(pattern); i++) {
			x = x * 1664525 + 1013904223;
			pattern[i] = (uint8_t)(x >> 24 | 1);
		}
	}

	return &pattern[(call * 61 + seq * 7 + side) % PATTERN_ROOM];
}


static void put_header(uint8_t *buf, const struct speech *s)
{
	buf[0] = 0x80;
	buf[1] = 8;
	buf[2] = (uint8_t)(s->seq >> 8);
	buf[3] = (uint8_t)s->seq;
	put32(buf + 4, s->seq * SAMPLES);
	put32(buf + 8, s->call * 2 + s->side + 1);
}


/**
 * Write a packet
 *
 * @param buf Room for SPEECH_LEN octets
 * @param s   What it says
 */
void speech_encode(uint8_t *buf, const struct speech *s)
{
	put_header(buf, s);
	put32(buf + 12, MAGIC);
	memcpy(buf + 16, &s->sent, sizeof(s->sent));
	put32(buf + 24, s->call);
	put32(buf + 28, s->seq);
	put32(buf + 32, s->side);
	put32(buf + 36, s->counted);
	memcpy(buf + PATTERN_AT, pattern_of(s->call, s->seq, s->side),
	       PATTERN_LEN);
}


/**
 * Read a packet
 *
 * @param s   Filled in
 * @param buf What came
 * @param len Its octets
 *
 * @return True if each octet is as it was sent
 */
bool speech_decode(struct speech *s, const uint8_t *buf, size_t len)
{
	uint8_t header[12];

	if (len != SPEECH_LEN || get32(buf + 12) != MAGIC)
		return false;

	memcpy(&s->sent, buf + 16, sizeof(s->sent));
	s->call = get32(buf + 24);
	s->seq = get32(buf + 28);
	s->side = (uint8_t)get32(buf + 32);
	s->counted = get32(buf + 36) & 1;
	put_header(header, s);

	return !memcmp(header, buf, sizeof(header)) &&
	       !memcmp(buf + PATTERN_AT, pattern_of(s->call, s->seq, s->side),
		       PATTERN_LEN);
}
