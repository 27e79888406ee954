/**
 * @file test/proxy/core/login.c  How we answer the challenges of one server
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/login.h"
#include "test/mock/decoded.h"
#include "test/test.h"


static struct login login;
static char lines[LOGIN_LINES_MAX];
static const struct pl met = PL("INVITE"), uri = PL("sip:110@192.0.2.9");


static void setup(void)
{
	memset(&login, 0, sizeof(login));
}


static int learn(unsigned scode, const char *hdrs, uint64_t epoch,
		 const char *realm)
{
	struct message *m;
	char text[4096];
	int err;

	(void)re_snprintf(text, sizeof(text),
			  "SIP/2.0 %u Who\r\n"
			  "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
			  "From: <sip:a@example.net>;tag=1\r\n"
			  "To: <sip:b@example.net>;tag=2\r\n"
			  "Call-ID: c\r\nCSeq: 1 INVITE\r\n%s\r\n",
			  scode, hdrs);
	m = decoded(text);
	err = login_learn(&login, m, epoch, realm);
	mem_deref(m);

	return err;
}


static const char *print(void)
{
	ck_assert_int_eq(login_lines(lines, sizeof(lines), &login, "us",
				     "s3cret", &met, &uri),
			 0);

	return lines;
}


/* the n-th line, as their server would read it */
static void expect_right(const char *name, enum digest_alg alg, uint32_t nc)
{
	const char *line = strstr(lines, name);
	struct digest_cred c;
	struct pl val, user = PL("us"), pw = PL("s3cret");
	char ha1[DIGEST_HEX_MAX];

	ck_assert_ptr_nonnull(line);
	line += strlen(name);
	val.p = line;
	val.l = strcspn(line, "\r");
	ck_assert_int_eq(digest_cred_decode(&c, &val), 0);
	ck_assert_int_eq(c.alg, alg);
	digest_ha1(ha1, alg, &user, &c.realm, &pw);
	ck_assert_int_eq(digest_verify(&c, ha1, &met), 0);
	if (nc)
		ck_assert_uint_eq(pl_x32(&c.nc), nc);
}


#define P "Proxy-Authenticate: Digest realm=\"carrier.net\", "
#define W "WWW-Authenticate: Digest realm=\"carrier.net\", "


START_TEST(what_was_not_asked_is_not_answered)
{
	ck_assert_str_eq(print(), "");
	ck_assert_uint_eq(login_epoch(&login), 0);
}
END_TEST


START_TEST(rfc8760_sha256_is_preferred)
{
	ck_assert_int_eq(
		learn(407,
		      P "nonce=\"m\", qop=\"auth\"\r\n" P
			"nonce=\"s\", algorithm=SHA-256, qop=\"auth,auth-int\""
			", opaque=\"o\"\r\n",
		      0, ""),
		0);
	ck_assert_ptr_nonnull(strstr(print(), "opaque=\"o\""));
	expect_right("Proxy-Authorization: ", DIGEST_SHA256, 1);
	(void)print();
	expect_right("Proxy-Authorization: ", DIGEST_SHA256, 2);
}
END_TEST


START_TEST(an_old_server_without_qop_is_answered_as_well)
{
	ck_assert_int_eq(learn(401, W "nonce=\"m\"\r\n", 0, ""), 0);
	ck_assert_ptr_null(strstr(print(), "qop"));
	expect_right("Authorization: ", DIGEST_MD5, 0);
}
END_TEST


START_TEST(a_server_behind_a_proxy_both_are_answered)
{
	ck_assert_int_eq(learn(407, P "nonce=\"p\", qop=\"auth\"\r\n", 0, ""),
			 0);
	(void)print();
	ck_assert_int_eq(learn(401, W "nonce=\"w\", qop=\"auth\"\r\n",
			       login_epoch(&login), ""),
			 0);
	(void)print();
	expect_right("\nProxy-Authorization: ", DIGEST_MD5, 2);
	expect_right("Authorization: ", DIGEST_MD5, 1);
}
END_TEST


START_TEST(a_wrong_password_is_given_once)
{
	ck_assert_int_eq(learn(407, P "nonce=\"1\", qop=\"auth\"\r\n", 0, ""),
			 0);
	(void)print();
	ck_assert_int_eq(learn(407, P "nonce=\"2\", qop=\"auth\"\r\n",
			       login_epoch(&login), ""),
			 EACCES);
}
END_TEST


START_TEST(a_stale_nonce_is_replaced)
{
	ck_assert_int_eq(learn(407, P "nonce=\"1\", qop=\"auth\"\r\n", 0, ""),
			 0);
	(void)print();
	ck_assert_int_eq(learn(407,
			       P "nonce=\"2\", qop=\"auth\", stale=true\r\n",
			       login_epoch(&login), ""),
			 0);
	ck_assert_ptr_nonnull(strstr(print(), "nonce=\"2\""));
	expect_right("Proxy-Authorization: ", DIGEST_MD5, 1);
}
END_TEST


/* servers that say nothing of stale: what has worked before is tried anew */
START_TEST(a_nonce_that_was_good_once_may_have_aged)
{
	ck_assert_int_eq(learn(407, P "nonce=\"1\", qop=\"auth\"\r\n", 0, ""),
			 0);
	(void)print();
	(void)print();
	ck_assert_int_eq(learn(407, P "nonce=\"2\", qop=\"auth\"\r\n",
			       login_epoch(&login), ""),
			 0);
	(void)print();
	ck_assert_int_eq(learn(407, P "nonce=\"3\", qop=\"auth\"\r\n",
			       login_epoch(&login), ""),
			 EACCES);
}
END_TEST


START_TEST(a_request_without_an_answer_learns_what_is_known)
{
	ck_assert_int_eq(learn(407, P "nonce=\"1\", qop=\"auth\"\r\n", 0, ""),
			 0);
	(void)print();
	ck_assert_int_eq(learn(407, P "nonce=\"2\", qop=\"auth\"\r\n", 0, ""),
			 0);
}
END_TEST


START_TEST(another_realm_gets_no_digest)
{
	ck_assert_int_eq(
		learn(407, P "nonce=\"1\", qop=\"auth\"\r\n", 0, "other.net"),
		ENOENT);
	ck_assert_str_eq(print(), "");
	ck_assert_int_eq(learn(407, P "nonce=\"1\", qop=\"auth\"\r\n", 0,
			       "carrier.net"),
			 0);
}
END_TEST


static const char *const uselessv[] = {
	"",
	"Proxy-Authenticate: Basic realm=\"x\"\r\n",
	P "nonce=\"1\", algorithm=SHA-512-256\r\n",
	P "nonce=\"1\", qop=\"auth-int\"\r\n",
	P "qop=\"auth\"\r\n",
	"WWW-Authenticate: Digest realm=\"a\", nonce=\"b\"\r\n",
};


START_TEST(what_we_do_not_understand_is_no_challenge)
{
	ck_assert_int_eq(learn(407, uselessv[_i], 0, ""), ENOENT);
	ck_assert_str_eq(print(), "");
}
END_TEST


START_TEST(too_long_a_nonce_is_no_challenge)
{
	char big[LOGIN_NONCE_MAX + 1], hdr[LOGIN_NONCE_MAX + 100];

	memset(big, 'n', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	(void)re_snprintf(hdr, sizeof(hdr), P "nonce=\"%s\"\r\n", big);
	ck_assert_int_eq(learn(407, hdr, 0, ""), ENOENT);

	big[sizeof(big) - 2] = '\0';
	(void)re_snprintf(hdr, sizeof(hdr), P "nonce=\"%s\"\r\n", big);
	ck_assert_int_eq(learn(407, hdr, 0, ""), 0);
	(void)print();
	ck_assert_int_eq(
		login_lines(lines, 100, &login, "us", "x", &met, &uri),
		EOVERFLOW);
}
END_TEST


Suite *suite_login(void);
Suite *suite_login(void)
{
	Suite *s = suite_create("login");
	TCase *tc = tcase_create("login");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, what_was_not_asked_is_not_answered);
	tcase_add_test(tc, rfc8760_sha256_is_preferred);
	tcase_add_test(tc, an_old_server_without_qop_is_answered_as_well);
	tcase_add_test(tc, a_server_behind_a_proxy_both_are_answered);
	tcase_add_test(tc, a_wrong_password_is_given_once);
	tcase_add_test(tc, a_stale_nonce_is_replaced);
	tcase_add_test(tc, a_nonce_that_was_good_once_may_have_aged);
	tcase_add_test(tc, a_request_without_an_answer_learns_what_is_known);
	tcase_add_test(tc, another_realm_gets_no_digest);
	test_table(tc, what_we_do_not_understand_is_no_challenge, uselessv);
	tcase_add_test(tc, too_long_a_nonce_is_no_challenge);
	suite_add_tcase(s, tc);

	return s;
}
