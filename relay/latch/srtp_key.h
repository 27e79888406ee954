/**
 * @file srtp_key.h  One SRTP key: is this packet made with it?
 *
 * Verifies and never decrypts for anybody, holds no replay list and no
 * rollover counter: the caller says which counter to try. By OpenSSL, which
 * is in the process for TLS: Debian's libsrtp2 comes with NSS, whose state
 * does not live through a fork, and its sessions keep counters of their own
 * that cannot be asked "what if".
 */
#ifndef RELAY_LATCH_SRTP_KEY_H
#define RELAY_LATCH_SRTP_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "relay/terms.h"

enum { SRTP_SALT = 12, SRTP_TAG_AEAD = 16 };

struct srtp_key {
	struct evp_mac_ctx_st *mac;     /* of the AES-CM suites */
	struct evp_cipher_ctx_st *aead; /* of the AEAD ones */
	uint8_t salt[SRTP_SALT];        /* of the AEAD ones */
	size_t tag;                     /* octets */
	size_t tag_other; /* of RTCP, that some have instead; 0: none */
	bool rtcp;
};

/* for RTP, or for RTCP; EINVAL: the key does not fit its suite */
int srtp_key_open(struct srtp_key *k, const struct relay_key *master,
		  bool rtcp);
void srtp_key_close(struct srtp_key *k);

bool srtp_key_rtp(struct srtp_key *k, const uint8_t *p, size_t len,
		  uint32_t roc);

/* the index that an SRTCP packet says of itself, once one was found good;
   false: too short for one */
bool srtp_key_index(const struct srtp_key *k, const uint8_t *p, size_t len,
		    uint32_t *index);
bool srtp_key_rtcp(struct srtp_key *k, const uint8_t *p, size_t len);

#endif
