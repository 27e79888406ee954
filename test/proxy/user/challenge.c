/**
 * @file test/proxy/user/challenge.c  Each phone gets what it can read
 */
#include <string.h>
#include "test/test.h"
#include "proxy/user/challenge.h"


static const struct {
	const char *agent;
	bool browser;
	size_t algc;
	enum digest_alg first;
} agentv[] = {
	{NULL, false, 2, DIGEST_MD5}, /* SIPp */
	{"", false, 2, DIGEST_MD5},
	{"Somephone 1.0", false, 2, DIGEST_MD5},
	{"b", false, 2, DIGEST_MD5},
	{"baresip v1.0.0 (x86_64/linux)", false, 1, DIGEST_MD5},
	{"baresip v4.1.0 (x86_64/Linux)", false, 2, DIGEST_SHA256},
	{"BARESIP V1.0.0", false, 1, DIGEST_MD5},
	{"Linphonec/5.1.65", false, 2, DIGEST_SHA256},
	{"LinphoneAndroid/5.0 (Pixel) LinphoneSDK/5.0", false, 2,
	 DIGEST_SHA256},
	{"Twinkle/1.10.2", false, 1, DIGEST_MD5},
	/* read the last line */
	{NULL, true, 2, DIGEST_SHA256},
	{"JsSIP 3.13.8", true, 2, DIGEST_SHA256},
	{"Our Own Page 1.0", true, 2, DIGEST_SHA256},
	{"IM-client/OMA1.0 sipML5-v1.2016.03.04", true, 1, DIGEST_MD5},
};


START_TEST(the_offer_follows_the_user_agent)
{
	enum digest_alg algv[CHALLENGE_MAX] = {DIGEST_MD5, DIGEST_MD5};
	struct pl ua = PL_INIT;

	if (agentv[_i].agent)
		pl_set_str(&ua, agentv[_i].agent);
	ck_assert_uint_eq(challenge_offer(algv, &ua, agentv[_i].browser),
			  agentv[_i].algc);
	ck_assert_int_eq(algv[0], agentv[_i].first);
	if (agentv[_i].algc == 2)
		ck_assert_int_ne(algv[0], algv[1]);
}
END_TEST


START_TEST(the_lines_are_whole_headers)
{
	const enum digest_alg algv[] = {DIGEST_SHA256, DIGEST_MD5};
	const struct pl realm = PL("example.net");
	char buf[512];

	ck_assert_int_eq(challenge_print(buf, sizeof(buf), true, &realm, "n",
					 false, algv, 2),
			 0);
	ck_assert_str_eq(buf,
			 "WWW-Authenticate: Digest realm=\"example.net\", "
			 "nonce=\"n\", algorithm=SHA-256, qop=\"auth\"\r\n"
			 "WWW-Authenticate: Digest realm=\"example.net\", "
			 "nonce=\"n\", algorithm=MD5, qop=\"auth\"\r\n");
	ck_assert_int_eq(challenge_print(buf, sizeof(buf), false, &realm, "n",
					 true, algv + 1, 1),
			 0);
	ck_assert_str_eq(buf, "Proxy-Authenticate: Digest "
			      "realm=\"example.net\", nonce=\"n\", "
			      "algorithm=MD5, qop=\"auth\", stale=true\r\n");
}
END_TEST


START_TEST(what_does_not_fit_is_said)
{
	const enum digest_alg algv[] = {DIGEST_SHA256, DIGEST_MD5};
	const struct pl realm = PL("example.net");
	char buf[512];

	for (size_t n = 1; n < 150; n++) {
		ck_assert_int_eq(challenge_print(buf, n, true, &realm, "n",
						 false, algv, 2),
				 EOVERFLOW);
	}
	ck_assert_int_eq(
		challenge_print(NULL, 1, true, &realm, "n", false, algv, 2),
		EINVAL);
	ck_assert_int_eq(challenge_print(buf, sizeof(buf), true, NULL, "n",
					 false, algv, 2),
			 EINVAL);
	ck_assert_int_eq(challenge_print(buf, sizeof(buf), true, &realm, NULL,
					 false, algv, 2),
			 EINVAL);
}
END_TEST


Suite *suite_challenge(void);
Suite *suite_challenge(void)
{
	Suite *s = suite_create("challenge");
	TCase *tc = tcase_create("challenge");

	test_table(tc, the_offer_follows_the_user_agent, agentv);
	tcase_add_test(tc, the_lines_are_whole_headers);
	tcase_add_test(tc, what_does_not_fit_is_said);
	suite_add_tcase(s, tc);

	return s;
}
