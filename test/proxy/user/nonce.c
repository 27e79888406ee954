/**
 * @file test/proxy/user/nonce.c  Nonces that validate themselves
 */
#include <string.h>
#include "test/test.h"
#include "proxy/user/digest.h"


enum { NOW = 1000, LIFETIME = 300 };

static const struct pl realm = PL("example.net");


static struct pl make(char buf[DIGEST_NONCE_MAX], const struct hash_key *key)
{
	struct pl nonce;

	digest_nonce(buf, key, NOW, &realm);
	pl_set_str(&nonce, buf);

	return nonce;
}


static const struct {
	uint64_t now;
	int err;
} agev[] = {
	{NOW, 0},
	{NOW + 1, 0},
	{NOW + LIFETIME, 0},
	{NOW + LIFETIME + 1, ETIMEDOUT},
	{NOW - 1, ETIMEDOUT}, /* the clock started anew: ours, not fresh */
	{UINT64_MAX, ETIMEDOUT},
};


START_TEST(a_nonce_lives_so_long)
{
	const struct hash_key key = {{1, 2, 3}};
	char buf[DIGEST_NONCE_MAX];
	const struct pl nonce = make(buf, &key);

	ck_assert_int_eq(digest_nonce_check(&key, &nonce, agev[_i].now,
					    LIFETIME, &realm),
			 agev[_i].err);
}
END_TEST


START_TEST(each_octet_of_a_nonce_counts)
{
	const struct hash_key key = {{1, 2, 3}};
	char buf[DIGEST_NONCE_MAX];
	struct pl nonce = make(buf, &key);

	for (size_t i = 0; i < nonce.l; i++) {
		const char was = buf[i];

		buf[i] = was == '0' ? '1' : '0';
		ck_assert_int_eq(digest_nonce_check(&key, &nonce, NOW,
						    LIFETIME, &realm),
				 EACCES);
		buf[i] = was;
	}
	for (size_t n = 0; n < nonce.l; n++) {
		const struct pl cut = {buf, n};

		ck_assert_int_eq(
			digest_nonce_check(&key, &cut, NOW, LIFETIME, &realm),
			EACCES);
	}
}
END_TEST


START_TEST(a_nonce_is_good_for_one_key_and_realm)
{
	const struct hash_key key = {{1, 2, 3}}, other = {{3, 2, 1}};
	const struct pl elsewhere = PL("example.org");
	char buf[DIGEST_NONCE_MAX];
	const struct pl nonce = make(buf, &key);

	ck_assert_int_eq(
		digest_nonce_check(&other, &nonce, NOW, LIFETIME, &realm),
		EACCES);
	ck_assert_int_eq(
		digest_nonce_check(&key, &nonce, NOW, LIFETIME, &elsewhere),
		EACCES);
	ck_assert_int_eq(
		digest_nonce_check(NULL, &nonce, NOW, LIFETIME, &realm),
		EACCES);
	ck_assert_int_eq(digest_nonce_check(&key, NULL, NOW, LIFETIME, &realm),
			 EACCES);
	ck_assert_int_eq(digest_nonce_check(&key, &nonce, NOW, LIFETIME, NULL),
			 EACCES);
}
END_TEST


START_TEST(two_nonces_of_one_second_differ)
{
	const struct hash_key key = {{1, 2, 3}};
	char a[DIGEST_NONCE_MAX], b[DIGEST_NONCE_MAX];

	(void)make(a, &key);
	(void)make(b, &key);
	ck_assert_str_ne(a, b);
}
END_TEST


Suite *suite_nonce(void);
Suite *suite_nonce(void)
{
	Suite *s = suite_create("nonce");
	TCase *tc = tcase_create("nonce");

	test_table(tc, a_nonce_lives_so_long, agev);
	tcase_add_test(tc, each_octet_of_a_nonce_counts);
	tcase_add_test(tc, a_nonce_is_good_for_one_key_and_realm);
	tcase_add_test(tc, two_nonces_of_one_second_differ);
	suite_add_tcase(s, tc);

	return s;
}
