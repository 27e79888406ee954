/**
 * @file test/common/hash.c  SipHash against the paper and OpenSSL, the MACs
 */
#include <string.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include "test/test.h"
#include "common/hash.h"


/* the paper's key: 00 01 .. 0f; its message: 00 01 .. */
static struct hash_key paper_key(void)
{
	struct hash_key key;

	for (int i = 0; i < HASH_KEY_SIZE; i++)
		key.b[i] = (uint8_t)i;

	return key;
}


/* Appendix A of the paper, and the first of the reference's vectors.h */
static const struct {
	size_t len;
	uint64_t hash;
} paperv[] = {
	{0, 0x726fdb47dd0e0e31ULL},
	{1, 0x74f839c593dc67fdULL},
	{2, 0x0d6c8009d9a94f5aULL},
	{15, 0xa129ca6149be45e5ULL},
};

START_TEST(siphash_gives_the_values_of_the_paper)
{
	struct hash_key key = paper_key();
	uint8_t msg[64];

	for (size_t i = 0; i < sizeof(msg); i++)
		msg[i] = (uint8_t)i;

	ck_assert_uint_eq(hash_sip(&key, msg, paperv[_i].len),
			  paperv[_i].hash);
}
END_TEST


static uint64_t openssl_siphash(const struct hash_key *key, const uint8_t *p,
				size_t len)
{
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(mac);
	size_t size = 8, outlen = 0;
	OSSL_PARAM prm[] = {
		OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
		OSSL_PARAM_construct_end(),
	};
	uint8_t out[16];
	uint64_t h = 0;

	ck_assert_int_eq(EVP_MAC_init(ctx, key->b, sizeof(key->b), prm), 1);
	ck_assert_int_eq(EVP_MAC_update(ctx, p, len), 1);
	ck_assert_int_eq(EVP_MAC_final(ctx, out, &outlen, sizeof(out)), 1);
	ck_assert_uint_eq(outlen, 8);
	for (int i = 7; i >= 0; i--)
		h = h << 8 | out[i];
	EVP_MAC_CTX_free(ctx);
	EVP_MAC_free(mac);

	return h;
}


START_TEST(siphash_agrees_with_openssl_at_any_length)
{
	struct hash_key key;
	uint8_t msg[300];

	rand_bytes(msg, sizeof(msg));
	for (size_t len = 0; len < sizeof(msg); len++) {
		hash_key_random(&key);
		ck_assert_uint_eq(hash_sip(&key, msg, len),
				  openssl_siphash(&key, msg, len));
	}
}
END_TEST


START_TEST(case_counts_only_where_it_should)
{
	struct hash_key key = paper_key();
	struct pl a = PL("Alice@Example.NET"), b = PL("aLICE@eXAMPLE.net");
	struct pl at = PL("@[`{"), other = PL("`{@["), none = PL_INIT;

	ck_assert_uint_eq(hash_pl_ci(&key, &a), hash_pl_ci(&key, &b));
	ck_assert_uint_ne(hash_pl(&key, &a), hash_pl(&key, &b));
	/* only letters have a case */
	ck_assert_uint_ne(hash_pl_ci(&key, &at), hash_pl_ci(&key, &other));
	ck_assert_uint_eq(hash_pl_ci(&key, &at), hash_pl(&key, &at));
	ck_assert_uint_eq(hash_pl(&key, NULL), hash_pl(&key, &none));
}
END_TEST


START_TEST(another_key_gives_another_hash)
{
	struct hash_key a, b;
	struct pl pl = PL("call-id");

	hash_key_random(&a);
	hash_key_random(&b);
	ck_assert_mem_ne(&a, &b, sizeof(a));
	ck_assert_uint_ne(hash_sip(&a, pl.p, pl.l), hash_sip(&b, pl.p, pl.l));
}
END_TEST


START_TEST(an_address_hashes_with_its_port_where_asked)
{
	struct hash_key key = paper_key();
	struct sa a, b, mapped, v6;

	ck_assert_int_eq(sa_set_str(&a, "192.0.2.1", 5060), 0);
	ck_assert_int_eq(sa_set_str(&b, "192.0.2.1", 5061), 0);
	ck_assert_int_eq(sa_set_str(&mapped, "::ffff:192.0.2.1", 5060), 0);
	ck_assert_int_eq(sa_set_str(&v6, "2001:db8::1", 5060), 0);

	ck_assert_uint_eq(hash_sa(&key, &a, false), hash_sa(&key, &b, false));
	ck_assert_uint_ne(hash_sa(&key, &a, true), hash_sa(&key, &b, true));
	ck_assert_uint_eq(hash_sa(&key, &a, true),
			  hash_sa(&key, &mapped, true));
	ck_assert_uint_ne(hash_sa(&key, &v6, true), hash_sa(&key, &a, true));
	ck_assert_uint_ne(hash_sa(&key, &v6, true), hash_sa(&key, &v6, false));
}
END_TEST


START_TEST(the_mac_is_hmac_sha256)
{
	/* HMAC-SHA256(16 x 0x0b, "Hi There"), by openssl mac */
	static const uint8_t want[HASH_MAC_SIZE] = {
		0x49, 0x2c, 0xe0, 0x20, 0xfe, 0x25, 0x34, 0xa5,
		0x78, 0x9d, 0xc3, 0x84, 0x88, 0x06, 0xc7, 0x8f,
	};
	uint8_t mac[HASH_MAC_SIZE], other[HASH_MAC_SIZE];
	struct hash_key key;

	memset(&key, 0x0b, sizeof(key));
	hash_mac(mac, &key, "Hi There", 8);
	ck_assert_mem_eq(mac, want, sizeof(want));
	ck_assert(hash_equal(mac, want, sizeof(want)));

	hash_mac(other, &key, "Hi there", 8);
	ck_assert(!hash_equal(mac, other, sizeof(mac)));
}
END_TEST


START_TEST(each_purpose_has_a_key_of_its_own)
{
	uint8_t secret[HASH_SECRET_SIZE] = {1, 2, 3};
	struct hash_key a, again, b;

	hash_key_derive(&a, secret, sizeof(secret), "branch");
	hash_key_derive(&again, secret, sizeof(secret), "branch");
	hash_key_derive(&b, secret, sizeof(secret), "nonce");
	ck_assert_mem_eq(&a, &again, sizeof(a));
	ck_assert_mem_ne(&a, &b, sizeof(a));

	secret[31] ^= 1;
	hash_key_derive(&again, secret, sizeof(secret), "branch");
	ck_assert_mem_ne(&a, &again, sizeof(a));
}
END_TEST


Suite *suite_hash(void);
Suite *suite_hash(void)
{
	Suite *s = suite_create("hash");
	TCase *tc = tcase_create("hash");

	test_table(tc, siphash_gives_the_values_of_the_paper, paperv);
	tcase_add_test(tc, siphash_agrees_with_openssl_at_any_length);
	tcase_add_test(tc, case_counts_only_where_it_should);
	tcase_add_test(tc, another_key_gives_another_hash);
	tcase_add_test(tc, an_address_hashes_with_its_port_where_asked);
	tcase_add_test(tc, the_mac_is_hmac_sha256);
	tcase_add_test(tc, each_purpose_has_a_key_of_its_own);
	suite_add_tcase(s, tc);

	return s;
}
