/**
 * @file mock/sealer.h  A phone that encrypts its media, by libre's SRTP
 */
#ifndef TEST_MOCK_SEALER_H
#define TEST_MOCK_SEALER_H

#include <stddef.h>
#include <stdint.h>
#include <re.h>
#include "relay/terms.h"

enum { SEALER_MAX = 512 };

struct sealer {
	struct srtp *srtp;
	uint32_t ssrc;
	uint16_t seq; /* of the next packet */
};

/* a key of that suite, all of its octets made from the number */
struct relay_key sealer_key(enum relay_suite suite, uint8_t number);

void sealer_open(struct sealer *s, const struct relay_key *key, uint32_t ssrc);
void sealer_close(struct sealer *s);

/* the next packet, of 20 ms of G.711; returns its length */
size_t sealer_rtp(struct sealer *s, uint8_t *p);

/* a receiver report and a BYE */
size_t sealer_rtcp(struct sealer *s, uint8_t *p);

/* so many packets that nobody sees */
void sealer_skip(struct sealer *s, unsigned n);

#endif
