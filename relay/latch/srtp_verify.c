/**
 * @file srtp_verify.c  Is this packet made with that SRTP key?
 */
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include "common/octets.h"
#include "relay/latch/srtp_key.h"

enum {
	HMAC_SHA1 = 20,
	RTP_HEADER = 12,
	RTP_EXTENSION = 4,
	RTCP_HEADER = 8,
	INDEX = 4, /* E flag and index of SRTCP */
	CHUNK = 1024,
};


/* the tag is that of the len octets at p, and of what follows them */
static bool verify_mac(struct srtp_key *k, const uint8_t *p, size_t len,
		       const uint8_t *more, size_t morelen, const uint8_t *tag)
{
	uint8_t mac[HMAC_SHA1];
	size_t n;

	return EVP_MAC_init(k->mac, NULL, 0, NULL) == 1 &&
	       EVP_MAC_update(k->mac, p, len) == 1 &&
	       EVP_MAC_update(k->mac, more, morelen) == 1 &&
	       EVP_MAC_final(k->mac, mac, &n, sizeof(mac)) == 1 &&
	       !CRYPTO_memcmp(mac, tag, k->tag);
}


/** What is under the tag of AEAD */
struct sealed {
	uint8_t iv[SRTP_SALT];
	const uint8_t *aadv[2]; /* in the clear */
	size_t aadlenv[2];
	const uint8_t *text; /* encrypted */
	size_t textlen;
	const uint8_t *tag;
};


static bool decrypt_away(EVP_CIPHER_CTX *ctx, const uint8_t *p, size_t len)
{
	uint8_t out[CHUNK];
	int n;

	for (size_t i = 0; i < len; i += CHUNK) {
		const size_t some = len - i < CHUNK ? len - i : CHUNK;

		if (EVP_DecryptUpdate(ctx, out, &n, p + i, (int)some) != 1)
			return false;
	}

	return true;
}


static bool verify_aead(struct srtp_key *k, struct sealed *s)
{
	uint8_t tag[SRTP_TAG_AEAD];
	int n;

	for (size_t i = 0; i < SRTP_SALT; i++)
		s->iv[i] ^= k->salt[i];
	memcpy(tag, s->tag, sizeof(tag));

	if (EVP_DecryptInit_ex(k->aead, NULL, NULL, NULL, s->iv) != 1)
		return false;

	for (size_t i = 0; i < 2; i++) {
		if (s->aadlenv[i] &&
		    EVP_DecryptUpdate(k->aead, NULL, &n, s->aadv[i],
				      (int)s->aadlenv[i]) != 1)
			return false;
	}

	return decrypt_away(k->aead, s->text, s->textlen) &&
	       EVP_CIPHER_CTX_ctrl(k->aead, EVP_CTRL_GCM_SET_TAG,
				   SRTP_TAG_AEAD, tag) == 1 &&
	       EVP_DecryptFinal_ex(k->aead, tag, &n) == 1;
}


/* 0: it is longer than the packet */
static size_t header_len(const uint8_t *p, size_t len)
{
	size_t n = RTP_HEADER + 4 * (size_t)(p[0] & 0x0f);

	if (p[0] & 0x10) {
		if (len < n + RTP_EXTENSION)
			return 0;
		n += RTP_EXTENSION + 4 * ((size_t)p[n + 2] << 8 | p[n + 3]);
	}

	return n <= len ? n : 0;
}


/* RFC 7714 section 8 */
static bool verify_aead_rtp(struct srtp_key *k, const uint8_t *p, size_t len,
			    uint32_t roc)
{
	const size_t header = header_len(p, len - k->tag);
	struct sealed s = {
		.aadv = {p},
		.aadlenv = {header},
		.text = p + header,
		.textlen = len - k->tag - header,
		.tag = p + len - k->tag,
	};

	if (!header)
		return false;

	memcpy(&s.iv[2], p + 8, 4);
	octets_put32(&s.iv[6], roc);
	memcpy(&s.iv[10], p + 2, 2);

	return verify_aead(k, &s);
}


/**
 * Is an RTP packet made with this key?
 *
 * @param k   Key for RTP
 * @param p   Packet
 * @param len Its length
 * @param roc Rollover counter that it may have been made with
 *
 * @return True if its tag says so
 *
 * RFC 3711 section 4.2, RFC 7714 section 8
 */
bool srtp_key_rtp(struct srtp_key *k, const uint8_t *p, size_t len,
		  uint32_t roc)
{
	uint8_t counter[4];

	if (k->rtcp || len < RTP_HEADER + k->tag)
		return false;

	if (k->aead)
		return verify_aead_rtp(k, p, len, roc);

	octets_put32(counter, roc);

	return verify_mac(k, p, len - k->tag, counter, sizeof(counter),
			  p + len - k->tag);
}


/* RFC 7714 section 9: the index stands behind the tag */
static bool verify_aead_rtcp(struct srtp_key *k, const uint8_t *p, size_t len)
{
	const uint8_t *word = p + len - INDEX;
	const bool encrypted = word[0] & 0x80;
	const size_t body = len - INDEX - k->tag;
	struct sealed s = {
		.aadv = {p, word},
		.aadlenv = {encrypted ? RTCP_HEADER : body, INDEX},
		.text = p + RTCP_HEADER,
		.textlen = encrypted ? body - RTCP_HEADER : 0,
		.tag = word - k->tag,
	};

	memcpy(&s.iv[2], p + 4, 4);
	octets_put32(&s.iv[8], octets_get32(word) & 0x7fffffff);

	return verify_aead(k, &s);
}


/**
 * Read the index of an SRTCP packet, which stands in the clear
 *
 * @param k     Key for RTCP
 * @param p     Packet
 * @param len   Its length
 * @param index Index, set if there is one
 *
 * @return True if there is one
 *
 * RFC 3711 section 3.4
 */
bool srtp_key_index(const struct srtp_key *k, const uint8_t *p, size_t len,
		    uint32_t *index)
{
	if (!k->rtcp || len < RTCP_HEADER + INDEX + k->tag)
		return false;

	p += len - INDEX;
	*index = octets_get32(k->aead ? p : p - k->tag) & 0x7fffffff;

	return true;
}


static bool verify_rtcp(struct srtp_key *k, const uint8_t *p, size_t len)
{
	if (len < RTCP_HEADER + INDEX + k->tag)
		return false;

	if (k->aead)
		return verify_aead_rtcp(k, p, len);

	return verify_mac(k, p, len - k->tag, NULL, 0, p + len - k->tag);
}


static void swap_tags(struct srtp_key *k)
{
	const size_t tag = k->tag;

	k->tag = k->tag_other;
	k->tag_other = tag;
}


/**
 * Is an RTCP packet made with this key?
 *
 * @param k   Key for RTCP
 * @param p   Packet
 * @param len Its length
 *
 * @return True if its tag says so
 *
 * RFC 3711 section 4.2, RFC 7714 section 9
 */
bool srtp_key_rtcp(struct srtp_key *k, const uint8_t *p, size_t len)
{
	if (!k->rtcp)
		return false;

	if (verify_rtcp(k, p, len))
		return true;

	if (!k->tag_other)
		return false;

	swap_tags(k);
	if (verify_rtcp(k, p, len))
		return true;

	swap_tags(k);

	return false;
}
