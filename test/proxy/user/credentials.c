/**
 * @file test/proxy/user/credentials.c  What stands in Authorization headers
 */
#include <string.h>
#include "test/test.h"
#include "proxy/user/digest.h"

#define R32 "0123456789abcdef0123456789ABCDEF"
#define PARAMS                                                  \
	"username=\"a\",realm=\"r\",nonce=\"n\",uri=\"sip:r\"," \
	"response=\"" R32 "\""
#define BASE "Digest " PARAMS


static const struct {
	const char *val;
	int err;
} credv[] = {
	{BASE, 0},
	{BASE ", qop=auth, nc=00000001, cnonce=\"c\"", 0},
	{BASE ", qop=\"auth\", nc=00000001, cnonce=\"c\"", 0},
	{BASE ", algorithm=MD5", 0},
	{BASE ", algorithm=\"md5\"", 0},
	{BASE ", unknown=\"x, y=z\"", 0},
	{BASE ",", 0},
	{"  dIgEsT  " PARAMS, 0},
	{"Digest\r\n username = \"a\" ,\r\n realm=\"r\",nonce=n,uri=sip:r;x=y,"
	 "response=" R32,
	 0},
	{"Digest username=\"a\\\"b\",realm=\"\",nonce=\"n\",uri=\"u\","
	 "response=\"" R32 "\"",
	 0},
	/* another scheme, another algorithm: as if there were none */
	{"Basic YTpi", ENOTSUP},
	{"Digest", ENOTSUP},
	{"Digestusername=\"a\"", ENOTSUP},
	{"", ENOTSUP},
	{BASE ", algorithm=MD5-sess", ENOTSUP},
	{BASE ", algorithm=SHA-512-256", ENOTSUP},
	/* unusable */
	{"Digest ", EBADMSG},
	{"Digest a", EBADMSG},
	{"Digest =", EBADMSG},
	{"Digest a=\"", EBADMSG},
	{"Digest a=\"\\", EBADMSG},
	{"Digest a=\"\\\"", EBADMSG},
	{"Digest a=\"b\"c", EBADMSG},
	{"Digest a=b c=d", EBADMSG},
	{BASE ", realm=\"twice\"", EBADMSG},
	{BASE ", algorithm=SHA-256", EBADMSG}, /* 32 digits */
	{BASE ", qop=auth", EBADMSG},
	{BASE ", qop=auth, nc=1, cnonce=\"c\"", EBADMSG},
	{BASE ", qop=auth, nc=0000000g, cnonce=\"c\"", EBADMSG},
	{BASE ", qop=auth, nc=00000001, cnonce=\"\"", EBADMSG},
	{BASE ", qop=auth-int, nc=00000001, cnonce=\"c\"", EBADMSG},
	{"Digest realm=\"r\",nonce=\"n\",uri=\"u\",response=\"" R32 "\"",
	 EBADMSG},
	{"Digest username=\"a\",nonce=\"n\",uri=\"u\",response=\"" R32 "\"",
	 EBADMSG},
	{"Digest username=\"a\",realm=\"r\",uri=\"u\",response=\"" R32 "\"",
	 EBADMSG},
	{"Digest username=\"a\",realm=\"r\",nonce=\"n\",response=\"" R32 "\"",
	 EBADMSG},
	{"Digest username=\"a\",realm=\"r\",nonce=\"n\",uri=\"u\"", EBADMSG},
	{"Digest username=\"a\",realm=\"r\",nonce=\"n\",uri=\"u\","
	 "response=\"0123456789abcdef0123456789abcde!\"",
	 EBADMSG},
};


START_TEST(credentials_are_taken_or_refused)
{
	struct digest_cred c;
	struct pl val;

	pl_set_str(&val, credv[_i].val);
	ck_assert_msg(digest_cred_decode(&c, &val) == credv[_i].err, "%s",
		      credv[_i].val);
}
END_TEST


START_TEST(each_parameter_is_a_slice)
{
	const struct pl val = PL(
		"Digest username=\"alice\", realm=\"example.net\", "
		"nonce=\"abc=,\", uri=\"sip:example.net;a=b\", "
		"response=\"" R32 R32 "\", algorithm=SHA-256, "
		"cnonce=\"x\\\"y\", qop=auth, nc=0000000a, opaque=\"\"");
	struct digest_cred c;

	ck_assert_int_eq(digest_cred_decode(&c, &val), 0);
	ck_assert_int_eq(c.alg, DIGEST_SHA256);
	ck_assert_int_eq(pl_strcmp(&c.username, "alice"), 0);
	ck_assert_int_eq(pl_strcmp(&c.realm, "example.net"), 0);
	ck_assert_int_eq(pl_strcmp(&c.nonce, "abc=,"), 0);
	ck_assert_int_eq(pl_strcmp(&c.uri, "sip:example.net;a=b"), 0);
	ck_assert_int_eq(pl_strcmp(&c.response, R32 R32), 0);
	ck_assert_int_eq(pl_strcmp(&c.cnonce, "x\\\"y"), 0);
	ck_assert_int_eq(pl_strcmp(&c.qop, "auth"), 0);
	ck_assert_int_eq(pl_strcmp(&c.nc, "0000000a"), 0);
	ck_assert(c.opaque.p && !c.opaque.l);
}
END_TEST


static const struct {
	const char *val;
	int err;
	const char *qop;
	bool stale;
} chalv[] = {
	{"Digest realm=\"r\", nonce=\"n\"", 0, "", false},
	{"Digest realm=\"r\", nonce=\"n\", qop=\"auth\"", 0, "auth", false},
	{"Digest realm=\"r\", nonce=\"n\", qop=auth,stale=TRUE", 0, "auth",
	 true},
	{"Digest realm=\"r\", nonce=\"n\", qop=\"auth-int , auth\"", 0, "auth",
	 false},
	{"Digest realm=\"r\", nonce=\"n\", stale=false", 0, "", false},
	{"Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"", ENOTSUP, NULL,
	 false},
	{"Digest realm=\"r\", nonce=\"n\", qop=\"(\"", EBADMSG, NULL, false},
	{"Digest realm=\"r\", nonce=\"n\", algorithm=AKAv1-MD5", ENOTSUP, NULL,
	 false},
	{"Digest realm=\"r\"", EBADMSG, NULL, false},
	{"Digest nonce=\"n\"", EBADMSG, NULL, false},
	{"Negotiate", ENOTSUP, NULL, false},
};


START_TEST(challenges_are_taken_or_refused)
{
	struct digest_challenge c;
	struct pl val;

	pl_set_str(&val, chalv[_i].val);
	ck_assert_msg(digest_challenge_decode(&c, &val) == chalv[_i].err, "%s",
		      chalv[_i].val);
	if (chalv[_i].err)
		return;

	ck_assert_int_eq(pl_strcmp(&c.qop, chalv[_i].qop), 0);
	ck_assert_int_eq(c.stale, chalv[_i].stale);
}
END_TEST


START_TEST(null_is_refused)
{
	const struct pl val = PL(BASE), none = PL_INIT;
	struct digest_challenge ch;
	struct digest_cred c;

	ck_assert_int_eq(digest_cred_decode(NULL, &val), EINVAL);
	ck_assert_int_eq(digest_cred_decode(&c, NULL), EINVAL);
	ck_assert_int_eq(digest_cred_decode(&c, &none), EINVAL);
	ck_assert_int_eq(digest_challenge_decode(NULL, &val), EINVAL);
	ck_assert_int_eq(digest_challenge_decode(&ch, NULL), EINVAL);
	ck_assert_int_eq(digest_challenge_decode(&ch, &none), EINVAL);
}
END_TEST


/* exactly the bytes given, so that the sanitizer sees a step too far */
START_TEST(every_prefix_stays_in_bounds)
{
	const char *text = BASE ", qop=\"auth\", nc=00000001, cnonce=\"\\\"\"";

	for (size_t n = 1; n < strlen(text); n++) {
		struct mbuf *mb = mbuf_alloc(n);
		struct digest_challenge ch;
		struct digest_cred c;
		struct pl val;

		ck_assert_ptr_nonnull(mb);
		ck_assert_int_eq(mbuf_write_mem(mb, (const uint8_t *)text, n),
				 0);
		val.p = (const char *)mb->buf;
		val.l = n;
		(void)digest_cred_decode(&c, &val);
		(void)digest_challenge_decode(&ch, &val);
		mem_deref(mb);
	}
}
END_TEST


static const struct {
	const char *val;
	int err;
} realmv[] = {
	{"Digest realm=\"r\"", 0},
	{"digest nonce=x, REALM = r", 0},
	{"Digest realm=\"r\", algorithm=MD5-sess, qop=auth-int", 0},
	{"Basic realm=\"r\"", ENOTSUP},
	{"Digest nonce=\"n\"", EBADMSG},
	{"Digest realm=\"\"", EBADMSG},
	{"Digest realm=\"\\r\"", EBADMSG},
	{"Digest realm=\"x\", realm=\"r\"", EBADMSG},
};


START_TEST(a_realm_is_read_or_doubted)
{
	struct pl pl, realm = PL("none");

	pl_set_str(&pl, realmv[_i].val);
	ck_assert_msg(digest_realm(&realm, &pl) == realmv[_i].err, "%s",
		      realmv[_i].val);
	ck_assert(!pl_strcmp(&realm, realmv[_i].err ? "none" : "r"));
	ck_assert_int_eq(digest_realm(NULL, &pl), EINVAL);
	ck_assert_int_eq(digest_realm(&realm, NULL), EINVAL);
}
END_TEST


Suite *suite_credentials(void);
Suite *suite_credentials(void)
{
	Suite *s = suite_create("credentials");
	TCase *tc = tcase_create("decode");

	test_table(tc, credentials_are_taken_or_refused, credv);
	tcase_add_test(tc, each_parameter_is_a_slice);
	test_table(tc, challenges_are_taken_or_refused, chalv);
	test_table(tc, a_realm_is_read_or_doubted, realmv);
	tcase_add_test(tc, null_is_refused);
	tcase_add_test(tc, every_prefix_stays_in_bounds);
	suite_add_tcase(s, tc);

	return s;
}
