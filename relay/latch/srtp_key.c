/**
 * @file srtp_key.c  One SRTP key, derived from what SDP has
 */
#include <errno.h>
#include <string.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include "relay/latch/srtp_key.h"

enum {
	AUTH_KEY = 20, /* of HMAC-SHA1 */
	TAG_80 = 10,
	TAG_32 = 4,
};

/* RFC 3711 section 4.3.2 */
enum label { LABEL_KEY = 0, LABEL_AUTH = 1, LABEL_SALT = 2, LABEL_RTCP = 3 };

/** What a suite is made of */
struct suite {
	size_t key;  /* octets of the master key */
	size_t salt; /* of the master salt */
	size_t tag;  /* of RTP */
	bool aead;
};

/* RFC 4568 section 6.2, RFC 6188 section 4, RFC 7714 section 12 */
static const struct suite suitev[] = {
	[RELAY_SUITE_AES128_SHA1_80] = {16, 14, TAG_80, false},
	[RELAY_SUITE_AES128_SHA1_32] = {16, 14, TAG_32, false},
	[RELAY_SUITE_AES256_SHA1_80] = {32, 14, TAG_80, false},
	[RELAY_SUITE_AES256_SHA1_32] = {32, 14, TAG_32, false},
	[RELAY_SUITE_AES128_GCM] = {16, 12, SRTP_TAG_AEAD, true},
	[RELAY_SUITE_AES256_GCM] = {32, 12, SRTP_TAG_AEAD, true},
};


/* AES in counter mode over nothing (RFC 3711 section 4.3.3; the salt of AEAD
   is filled up with zeros: RFC 7714 section 11) */
static int derive(uint8_t *out, size_t n, const struct relay_key *master,
		  unsigned label)
{
	const struct suite *suite = &suitev[master->suite];
	static const uint8_t nothing[32];
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t iv[16] = {0};
	int len, ok;

	if (!ctx)
		return ENOMEM;

	memcpy(iv, master->key + suite->key, suite->salt);
	iv[7] ^= (uint8_t)label;

	ok = EVP_EncryptInit_ex(ctx,
				suite->key == 16 ? EVP_aes_128_ctr()
						 : EVP_aes_256_ctr(),
				NULL, master->key, iv) == 1 &&
	     EVP_EncryptUpdate(ctx, out, &len, nothing, (int)n) == 1;
	EVP_CIPHER_CTX_free(ctx);

	return ok ? 0 : ENOMEM;
}


static int open_mac(struct srtp_key *k, const uint8_t *key)
{
	char sha1[] = "SHA1";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, sha1,
						 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);

	k->mac = EVP_MAC_CTX_new(mac);
	EVP_MAC_free(mac);
	if (!k->mac || EVP_MAC_init(k->mac, key, AUTH_KEY, params) != 1)
		return ENOMEM;

	return 0;
}


static int open_aead(struct srtp_key *k, const uint8_t *key, size_t len)
{
	k->aead = EVP_CIPHER_CTX_new();
	if (!k->aead || EVP_DecryptInit_ex(k->aead,
					   len == 16 ? EVP_aes_128_gcm()
						     : EVP_aes_256_gcm(),
					   NULL, key, NULL) != 1)
		return ENOMEM;

	return 0;
}


static int open_suite(struct srtp_key *k, const struct relay_key *master,
		      unsigned label)
{
	const struct suite *suite = &suitev[master->suite];
	uint8_t key[32];
	int err;

	if (suite->aead) {
		err = derive(key, suite->key, master, label + LABEL_KEY);
		if (!err)
			err = derive(k->salt, SRTP_SALT, master,
				     label + LABEL_SALT);
		if (!err)
			err = open_aead(k, key, suite->key);
	}
	else {
		err = derive(key, AUTH_KEY, master, label + LABEL_AUTH);
		if (!err)
			err = open_mac(k, key);
	}
	OPENSSL_cleanse(key, sizeof(key));

	return err;
}


/**
 * Make a key ready
 *
 * @param k      Key, zeroed
 * @param master Master key and salt, as SDP has them
 * @param rtcp   For RTCP, not RTP
 *
 * @return 0 if success, EINVAL if the key is not of its suite's length,
 *         otherwise errorcode
 *
 * RFC 3711 section 4.3
 */
int srtp_key_open(struct srtp_key *k, const struct relay_key *master,
		  bool rtcp)
{
	const struct suite *suite;
	int err;

	if (!k || !master || (unsigned)master->suite > RELAY_SUITE_AES256_GCM)
		return EINVAL;

	suite = &suitev[master->suite];
	if (master->len != suite->key + suite->salt)
		return EINVAL;

	k->rtcp = rtcp;
	/* RFC 4568 section 6.2.2: SRTCP has the long one. Not all have. */
	k->tag = rtcp && !suite->aead ? TAG_80 : suite->tag;
	k->tag_other = suite->tag == k->tag ? 0 : suite->tag;
	err = open_suite(k, master, rtcp ? LABEL_RTCP : 0);
	if (err)
		srtp_key_close(k);

	return err;
}


/**
 * Forget a key
 *
 * @param k Key, opened with or without success
 */
void srtp_key_close(struct srtp_key *k)
{
	EVP_MAC_CTX_free(k->mac);
	EVP_CIPHER_CTX_free(k->aead);
	OPENSSL_cleanse(k, sizeof(*k));
}
