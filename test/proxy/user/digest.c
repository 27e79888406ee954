/**
 * @file test/proxy/user/digest.c  The sums, against the RFC's own examples
 */
#include <string.h>
#include "test/test.h"
#include "proxy/user/digest.h"


/* RFC 7616 section 3.9.1 (and RFC 2617 section 3.5 without qop) */
static const struct {
	const char *name;
	enum digest_alg alg;
	const char *user, *realm, *password, *nonce, *nc, *cnonce, *qop;
	const char *response;
} sumv[] = {
	{"MD5 of RFC 7616", DIGEST_MD5, "Mufasa", "http-auth@example.org",
	 "Circle of Life", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
	 "00000001", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "auth",
	 "8ca523f5e9506fed4657c9700eebdbec"},
	{"SHA-256 of RFC 7616", DIGEST_SHA256, "Mufasa",
	 "http-auth@example.org", "Circle of Life",
	 "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "00000001",
	 "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "auth",
	 "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
	{"MD5 of RFC 2617", DIGEST_MD5, "Mufasa", "testrealm@host.com",
	 "Circle Of Life", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "00000001",
	 "0a4f113b", "auth", "6629fae49393a05397450978507c4ef1"},
	{"without qop", DIGEST_MD5, "Mufasa", "testrealm@host.com",
	 "Circle Of Life", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "", "", "",
	 "670fd8c2df070c60b045671b8b24ff02"},
};


static const struct pl get = PL("GET");


static void make_cred(struct digest_cred *c, char ha1[DIGEST_HEX_MAX], int i)
{
	struct pl user, realm, pw;

	memset(c, 0, sizeof(*c));
	pl_set_str(&user, sumv[i].user);
	pl_set_str(&realm, sumv[i].realm);
	pl_set_str(&pw, sumv[i].password);
	pl_set_str(&c->nonce, sumv[i].nonce);
	pl_set_str(&c->nc, sumv[i].nc);
	pl_set_str(&c->cnonce, sumv[i].cnonce);
	pl_set_str(&c->qop, sumv[i].qop);
	pl_set_str(&c->uri, "/dir/index.html");
	pl_set_str(&c->response, sumv[i].response);
	c->alg = sumv[i].alg;
	digest_ha1(ha1, c->alg, &user, &realm, &pw);
}


START_TEST(a_response_is_what_the_rfc_says)
{
	char ha1[DIGEST_HEX_MAX], hex[DIGEST_HEX_MAX];
	struct digest_cred c;

	make_cred(&c, ha1, _i);
	digest_response(hex, ha1, &c, &get);
	ck_assert_msg(!strcmp(hex, sumv[_i].response), "%s: %s", sumv[_i].name,
		      hex);
	ck_assert_int_eq(digest_verify(&c, ha1, &get), 0);
}
END_TEST


START_TEST(one_wrong_digit_is_refused)
{
	char ha1[DIGEST_HEX_MAX], wrong[DIGEST_HEX_MAX];
	struct digest_cred c;
	const struct pl put = PL("PUT");

	make_cred(&c, ha1, _i);
	ck_assert_int_eq(digest_verify(&c, ha1, &put), EACCES);
	for (size_t i = 0; i < strlen(sumv[_i].response); i++) {
		(void)re_snprintf(wrong, sizeof(wrong), "%s",
				  sumv[_i].response);
		wrong[i] = wrong[i] == '0' ? '1' : '0';
		pl_set_str(&c.response, wrong);
		ck_assert_int_eq(digest_verify(&c, ha1, &get), EACCES);
	}
}
END_TEST


START_TEST(verify_refuses_what_cannot_be)
{
	char ha1[DIGEST_HEX_MAX];
	struct digest_cred c;

	make_cred(&c, ha1, 0);
	ck_assert_int_eq(digest_verify(NULL, ha1, &get), EACCES);
	ck_assert_int_eq(digest_verify(&c, NULL, &get), EACCES);
	ck_assert_int_eq(digest_verify(&c, ha1, NULL), EACCES);
	ck_assert_int_eq(digest_verify(&c, "", &get), EACCES);
	--c.response.l;
	ck_assert_int_eq(digest_verify(&c, ha1, &get), EACCES);
	c.response.l = 0;
	ck_assert_int_eq(digest_verify(&c, ha1, &get), EACCES);
}
END_TEST


START_TEST(upper_case_digits_are_forgiven)
{
	char ha1[DIGEST_HEX_MAX];
	struct digest_cred c;

	make_cred(&c, ha1, 0);
	pl_set_str(&c.response, "8CA523F5E9506FED4657C9700EEBDBEC");
	ck_assert_int_eq(digest_verify(&c, ha1, &get), 0);
}
END_TEST


static const struct {
	const char *challenge;
	const char *cnonce;
	int err;
} answerv[] = {
	{"Digest realm=\"r\", nonce=\"n\", qop=\"auth\"", "abc", 0},
	{"Digest realm=\"r\", nonce=\"n\", qop=\"auth-int,auth\", "
	 "algorithm=SHA-256, opaque=\"o\"",
	 "abc", 0},
	{"Digest realm=\"r\", nonce=\"n\"", "abc", 0},
	{"Digest realm=\"r\", nonce=\"n\", qop=\"auth\"", "", 0},
	{"Digest realm=\"r\", nonce=\"n\", qop=\"auth\"", NULL, 0},
};


START_TEST(an_answer_of_ours_verifies)
{
	const struct pl met = PL("REGISTER"), uri = PL("sip:example.net");
	const struct pl user = PL("a"), realm = PL("r"), pw = PL("secret");
	struct digest_challenge chal;
	struct digest_cred c;
	char buf[512], ha1[DIGEST_HEX_MAX];
	struct pl val;

	pl_set_str(&val, answerv[_i].challenge);
	ck_assert_int_eq(digest_challenge_decode(&chal, &val), 0);
	ck_assert_int_eq(digest_authorize(buf, sizeof(buf), &chal, "a",
					  "secret", &met, &uri, 7,
					  answerv[_i].cnonce),
			 0);
	pl_set_str(&val, buf);
	ck_assert_msg(!digest_cred_decode(&c, &val), "%s", buf);
	ck_assert_int_eq(c.alg, chal.alg);
	ck_assert(!pl_cmp(&c.opaque, &chal.opaque));
	digest_ha1(ha1, c.alg, &user, &realm, &pw);
	ck_assert_msg(!digest_verify(&c, ha1, &met), "%s", buf);
	if (c.qop.l)
		ck_assert_int_eq(pl_strcmp(&c.nc, "00000007"), 0);
}
END_TEST


START_TEST(authorize_has_limits)
{
	const struct pl met = PL("REGISTER"), uri = PL("sip:example.net");
	struct digest_challenge chal = {.realm = PL("r"), .nonce = PL("n")};
	char buf[512];

	ck_assert_int_eq(
		digest_authorize(NULL, 0, &chal, "a", "b", &met, &uri, 1, "c"),
		EINVAL);
	ck_assert_int_eq(digest_authorize(buf, sizeof(buf), NULL, "a", "b",
					  &met, &uri, 1, "c"),
			 EINVAL);
	ck_assert_int_eq(digest_authorize(buf, sizeof(buf), &chal, "a\"", "b",
					  &met, &uri, 1, "c"),
			 EINVAL);
	ck_assert_int_eq(
		digest_authorize(buf, 20, &chal, "a", "b", &met, &uri, 1, "c"),
		EOVERFLOW);
}
END_TEST


Suite *suite_digest(void);
Suite *suite_digest(void)
{
	Suite *s = suite_create("digest");
	TCase *tc = tcase_create("sums");

	test_table(tc, a_response_is_what_the_rfc_says, sumv);
	test_table(tc, one_wrong_digit_is_refused, sumv);
	tcase_add_test(tc, verify_refuses_what_cannot_be);
	tcase_add_test(tc, upper_case_digits_are_forgiven);
	test_table(tc, an_answer_of_ours_verifies, answerv);
	tcase_add_test(tc, authorize_has_limits);
	suite_add_tcase(s, tc);

	return s;
}
