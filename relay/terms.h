/**
 * @file terms.h  What a side's SDP says of a stream beside its addresses
 *
 * Handed over with an anchor and then left as it is: the relay keeps a copy
 * of its own, because reference counts are no thread's business but one's.
 */
#ifndef RELAY_TERMS_H
#define RELAY_TERMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RELAY_CODECS_MAX = 32,
	RELAY_CODEC_NAME = 16,
	RELAY_LOGIN_TEXT = 257, /* RFC 8839 section 5.4: up to 256 */
	RELAY_KEY_MAX = 46,     /* AES-256 and salt */
	RELAY_KEYS_MAX = 8,
};

/** A payload type as rtpmap names it (RFC 8866 section 6.6, RFC 3551) */
struct relay_codec {
	uint8_t pt;
	char name[RELAY_CODEC_NAME]; /* "PCMA", "opus", "telephone-event" */
	uint32_t clock;              /* Hz */
	uint8_t channels;
};

/** SDES (RFC 4568): what a side's own packets are protected with */
enum relay_suite {
	RELAY_SUITE_AES128_SHA1_80 = 0,
	RELAY_SUITE_AES128_SHA1_32,
	RELAY_SUITE_AES256_SHA1_80,
	RELAY_SUITE_AES256_SHA1_32,
	RELAY_SUITE_AES128_GCM,
	RELAY_SUITE_AES256_GCM,
};
struct relay_key {
	enum relay_suite suite;
	uint8_t key[RELAY_KEY_MAX]; /* master key and salt */
	size_t len;
};

/** An ICE login (RFC 8839 section 5.4) */
struct relay_login {
	char ufrag[RELAY_LOGIN_TEXT];
	char pwd[RELAY_LOGIN_TEXT];
};

struct relay_terms {
	bool mux;   /* RTCP comes, and is wanted, on the RTP port (RFC 5761) */
	bool sends; /* it is to be heard: neither held nor recvonly */
	bool hears; /* it is to be spoken to: neither held nor sendonly */

	uint8_t codecc, keyc;
	uint16_t room; /* behind the struct [octets] */

	/* behind the struct: room for as many as there may be, in a copy and
	 * when they fit for those that there are */
	struct relay_codec *codecv;

	/* that it offers or has chosen; 0: none that we know */
	struct relay_key *keyv;

	struct relay_login *ice; /* its login; NULL: it speaks no ICE */
};

int relay_terms_alloc(struct relay_terms **tp);
struct relay_terms *relay_terms_fit(struct relay_terms *t);
int relay_terms_copy(struct relay_terms **tp, const struct relay_terms *t);
bool relay_terms_same(const struct relay_terms *a,
		      const struct relay_terms *b);

/* codec.c: what a payload type is without rtpmap, by RFC 3551 section 6;
 * ENOENT: nothing */
int relay_codec_static(struct relay_codec *c, uint8_t pt);

#endif
