/**
 * @file test/proxy/media/sdp_crypto.c  The SRTP keys of a stream
 */
#include <errno.h>
#include <string.h>
#include "proxy/media/sdp_crypto.h"
#include "proxy/media/sdp_terms.h"
#include "test/mock/decoded.h"
#include "test/test.h"

#define HEAD                                         \
	"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n" \
	"c=IN IP4 192.0.2.1\r\nt=0 0\r\n"
#define SAVP  HEAD "m=audio 4000 RTP/SAVP 0\r\n"
#define SAVPF HEAD "m=audio 4000 RTP/SAVPF 0\r\n"
#define AVP   HEAD "m=audio 4000 RTP/AVP 0\r\n"

/* octets 0 to 29 and so on */
#define KEY_30 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd"
#define KEY_46 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLQ"
#define KEY_28 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw"
#define KEY_44 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKis"

#define CRYPTO(tag, suite, key) \
	"a=crypto:" #tag " " suite " inline:" key "\r\n"
#define C80 CRYPTO(1, "AES_CM_128_HMAC_SHA1_80", KEY_30)

static const struct {
	const char *sdp;
	size_t n;
	enum relay_suite suite; /* of the first */
	size_t len;
} keyv[] = {
	{SAVP, 0, 0, 0},
	{SAVP C80, 1, RELAY_SUITE_AES128_SHA1_80, 30},
	{SAVPF C80, 1, RELAY_SUITE_AES128_SHA1_80, 30},
	{SAVP CRYPTO(1, "AES_CM_128_HMAC_SHA1_32", KEY_30), 1,
	 RELAY_SUITE_AES128_SHA1_32, 30},
	{SAVP CRYPTO(1, "aes_cm_128_hmac_sha1_32", KEY_30), 1,
	 RELAY_SUITE_AES128_SHA1_32, 30},
	{SAVP CRYPTO(1, "AES_256_CM_HMAC_SHA1_80", KEY_46 "=="), 1,
	 RELAY_SUITE_AES256_SHA1_80, 46},
	{SAVP CRYPTO(1, "AES_256_CM_HMAC_SHA1_32", KEY_46), 1,
	 RELAY_SUITE_AES256_SHA1_32, 46},
	{SAVP CRYPTO(1, "AES_CM_256_HMAC_SHA1_80", KEY_46), 1,
	 RELAY_SUITE_AES256_SHA1_80, 46},
	{SAVP CRYPTO(1, "AEAD_AES_128_GCM", KEY_28 "=="), 1,
	 RELAY_SUITE_AES128_GCM, 28},
	{SAVP CRYPTO(1, "AEAD_AES_256_GCM", KEY_44 "="), 1,
	 RELAY_SUITE_AES256_GCM, 44},
	{SAVP CRYPTO(1, "F8_128_HMAC_SHA1_80", KEY_30), 1,
	 RELAY_SUITE_AES128_SHA1_80, 30},

	/* several are offered */
	{SAVP CRYPTO(1, "AEAD_AES_256_GCM", KEY_44)
		 C80 CRYPTO(3, "AES_CM_128_HMAC_SHA1_32", KEY_30),
	 3, RELAY_SUITE_AES256_GCM, 44},
	{SAVP C80 C80 C80 C80 C80 C80 C80 C80, 8, RELAY_SUITE_AES128_SHA1_80,
	 30},
	{SAVP C80 C80 C80 C80 C80 C80 C80 C80 C80, 0, 0, 0},

	/* lifetime, MKI, parameters */
	{SAVP CRYPTO(1, "AES_CM_128_HMAC_SHA1_80", KEY_30 "|2^20"), 1,
	 RELAY_SUITE_AES128_SHA1_80, 30},
	{SAVP CRYPTO(1, "AES_CM_128_HMAC_SHA1_80", KEY_30 "|1048576"), 1,
	 RELAY_SUITE_AES128_SHA1_80, 30},
	{SAVP CRYPTO(1, "AES_CM_128_HMAC_SHA1_80", KEY_30 "|2^20|1:4"), 0, 0,
	 0},
	{SAVP CRYPTO(1, "AES_CM_128_HMAC_SHA1_80", KEY_30 "|1:4"), 0, 0, 0},
	{SAVP C80 CRYPTO(2, "AES_CM_128_HMAC_SHA1_80", KEY_30 "|2^20|1:4"), 0,
	 0, 0},
	{SAVP CRYPTO(1, "AES_CM_128_HMAC_SHA1_80", KEY_30 ";inline:" KEY_30),
	 0, 0, 0},
	{SAVP CRYPTO(1, "AES_CM_128_HMAC_SHA1_80", KEY_30 " WSH=64"), 1,
	 RELAY_SUITE_AES128_SHA1_80, 30},
	{SAVP CRYPTO(1, "AES_CM_128_HMAC_SHA1_80",
		     KEY_30 " UNENCRYPTED_SRTCP"),
	 1, RELAY_SUITE_AES128_SHA1_80, 30},
	{SAVP CRYPTO(1, "AEAD_AES_128_GCM", KEY_28 " UNENCRYPTED_SRTP"), 0, 0,
	 0},
	{SAVP CRYPTO(1, "AES_CM_128_HMAC_SHA1_80",
		     KEY_30 " UNAUTHENTICATED_SRTP"),
	 0, 0, 0},
	{SAVP CRYPTO(1, "AES_CM_128_HMAC_SHA1_80", KEY_30 " KDR=1"), 0, 0, 0},
	{SAVP CRYPTO(1, "AES_CM_128_HMAC_SHA1_80", KEY_30 " -new"), 0, 0, 0},

	/* SRTP is not certain, or has other keys too */
	{AVP C80, 0, 0, 0},
	{SAVP C80 "a=fingerprint:SHA-256 AA:BB\r\n", 0, 0, 0},
	{HEAD "a=fingerprint:SHA-256 AA:BB\r\nm=audio 4000 RTP/SAVP 0\r\n" C80,
	 0, 0, 0},
	{SAVP C80 "a=key-mgmt:mikey AQAFgM0=\r\n", 0, 0, 0},
	{HEAD "m=audio 4000 UDP/TLS/RTP/SAVP 0\r\n" C80, 0, 0, 0},

	/* not understood */
	{SAVP CRYPTO(1, "AES_192_CM_HMAC_SHA1_80", KEY_46), 0, 0, 0},
	{SAVP C80 CRYPTO(2, "NEW_AND_BETTER", KEY_46), 0, 0, 0},
	{SAVP CRYPTO(1, "AES_CM_128_HMAC_SHA1_80", KEY_28), 0, 0, 0},
	{SAVP CRYPTO(1, "AES_CM_128_HMAC_SHA1_80", KEY_46), 0, 0, 0},
	{SAVP CRYPTO(1, "AES_CM_128_HMAC_SHA1_80", ""), 0, 0, 0},
	{SAVP CRYPTO(1, "AES_CM_128_HMAC_SHA1_80",
		     "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBka*xwd"),
	 0, 0, 0},
	{SAVP "a=crypto:1 AES_CM_128_HMAC_SHA1_80 uri:" KEY_30 "\r\n", 0, 0,
	 0},
	{SAVP "a=crypto:1 AES_CM_128_HMAC_SHA1_80\r\n", 0, 0, 0},
	{SAVP "a=crypto:1\r\n", 0, 0, 0},
	{SAVP "a=crypto\r\n", 0, 0, 0},
};


START_TEST(keys_are_read)
{
	struct sdp *sdp = decoded_sdp(keyv[_i].sdp);
	struct relay_terms *t = NULL;

	ck_assert_int_eq(sdp_terms(&t, sdp, 0), 0);
	ck_assert_msg(t->keyc == keyv[_i].n, "%s", keyv[_i].sdp);
	if (t->keyc) {
		ck_assert_int_eq(t->keyv[0].suite, keyv[_i].suite);
		ck_assert_uint_eq(t->keyv[0].len, keyv[_i].len);
		for (size_t i = 0; i < t->keyv[0].len; i++)
			ck_assert_uint_eq(t->keyv[0].key[i], i);
	}
	mem_deref(t);
	mem_deref(sdp);
}
END_TEST


START_TEST(keys_are_of_their_stream)
{
	struct sdp *sdp = decoded_sdp(SAVP C80 "m=video 4002 RTP/AVP 96\r\n");
	struct relay_terms *t = NULL;

	ck_assert_int_eq(relay_terms_alloc(&t), 0);
	ck_assert_int_eq(sdp_crypto_terms(t, sdp, 0), 0);
	ck_assert_uint_eq(t->keyc, 1);
	ck_assert_int_eq(sdp_crypto_terms(t, sdp, 1), 0);
	ck_assert_uint_eq(t->keyc, 0);
	ck_assert_int_eq(sdp_crypto_terms(t, sdp, 2), ENOENT);
	ck_assert_int_eq(sdp_crypto_terms(t, NULL, 0), ENOENT);
	ck_assert_int_eq(sdp_crypto_terms(NULL, sdp, 0), EINVAL);
	mem_deref(t);
	mem_deref(sdp);
}
END_TEST


Suite *suite_sdp_crypto(void);
Suite *suite_sdp_crypto(void)
{
	Suite *s = suite_create("sdp_crypto");
	TCase *tc = tcase_create("sdp_crypto");

	test_table(tc, keys_are_read, keyv);
	tcase_add_test(tc, keys_are_of_their_stream);
	suite_add_tcase(s, tc);

	return s;
}
