/**
 * @file test/proxy/redirect/peer_auth.c  The peer whose secret we know
 */
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "proxy/redirect/peer_auth.h"
#include "proxy/user/digest.h"


enum { NOW = 1000 };

static struct guard g;
static const struct pl realm = PL("example.net");
static const struct hash_key key = {{7}};
static char challenge[PEER_AUTH_CHALLENGE_SIZE];


static struct message *request(const char *lines)
{
	struct message *m = NULL;
	char buf[2048];
	int n;

	n = snprintf(buf, sizeof(buf),
		     "REGISTER sip:192.0.2.9:5060 SIP/2.0\r\n"
		     "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\n"
		     "From: <sip:bob@example.net>;tag=1\r\n"
		     "To: <sip:bob@example.net>\r\n"
		     "Call-ID: 1\r\nCSeq: 1 REGISTER\r\n%s"
		     "Content-Length: 0\r\n\r\n",
		     lines);
	ck_assert_int_eq(
		message_decode(&m, &g, (const uint8_t *)buf, (size_t)n), 0);
	return m;
}


static int check(const char *lines, const char *secret, uint64_t now_s)
{
	struct config_peer peer = {.name = "proxy1"};
	struct message *m = request(lines);
	int err;

	str_ncpy(peer.secret, secret, sizeof(peer.secret));
	challenge[0] = '\0';
	err = peer_auth_check(m, &peer, &key, now_s, &realm, challenge);
	mem_deref(m);

	return err;
}


/* the answer to the n-th line of a challenge */
static const char *answer(const char *name, const char *secret,
			  const char *uri, int n)
{
	static char line[1024];
	struct digest_challenge ch;
	struct pl hval, met = PL("REGISTER"), u;
	const char *p = challenge;
	char value[900];

	while (n--)
		p = strstr(p, "\r\n") + 2;
	p = strchr(p, ':') + 2;
	hval.p = p;
	hval.l = (size_t)(strstr(p, "\r\n") - p);
	pl_set_str(&u, uri);
	ck_assert_int_eq(digest_challenge_decode(&ch, &hval), 0);
	ck_assert_int_eq(digest_authorize(value, sizeof(value), &ch, name,
					  secret, &met, &u, 1, "c0ffee"),
			 0);
	(void)snprintf(line, sizeof(line), "Authorization: %s\r\n", value);

	return line;
}


START_TEST(a_peer_without_a_secret_is_trusted_by_its_address)
{
	ck_assert_int_eq(check("", "", NOW), 0);
}
END_TEST


START_TEST(a_challenge_offers_both_algorithms_the_better_first)
{
	const char *md5, *sha;

	ck_assert_int_eq(check("", "s3cret", NOW), EACCES);
	md5 = strstr(challenge, "algorithm=MD5");
	sha = strstr(challenge, "algorithm=SHA-256");
	ck_assert_ptr_nonnull(md5);
	ck_assert_ptr_nonnull(sha);
	ck_assert_msg(sha < md5, "%s", challenge);
	ck_assert_ptr_null(strstr(challenge, "stale"));
}
END_TEST


static const struct {
	const char *name, *secret, *uri;
	int line;
	uint64_t now;
	int err;
	bool stale;
} answerv[] = {
	{"proxy1", "s3cret", "sip:192.0.2.9:5060", 0, NOW, 0, false},
	{"proxy1", "s3cret", "sip:192.0.2.9:5060", 1, NOW, 0, false},
	{"proxy1", "s3cret", "sip:192.0.2.9:5060", 1, NOW + 60, 0, false},
	{"proxy1", "wrong", "sip:192.0.2.9:5060", 0, NOW, EACCES, false},
	{"proxy2", "s3cret", "sip:192.0.2.9:5060", 0, NOW, EACCES, false},
	{"proxy1", "s3cret", "sip:192.0.2.8:5060", 0, NOW, EACCES, false},
	{"proxy1", "s3cret", "sip:192.0.2.9:5060", 0, NOW + 61, EACCES, true},
	{"proxy1", "wrong", "sip:192.0.2.9:5060", 0, NOW + 61, EACCES, false},
};


START_TEST(an_answer_is_taken_only_when_it_is_right)
{
	const char *line;

	ck_assert_int_eq(check("", "s3cret", NOW), EACCES);
	line = answer(answerv[_i].name, answerv[_i].secret, answerv[_i].uri,
		      answerv[_i].line);
	ck_assert_int_eq(check(line, "s3cret", answerv[_i].now),
			 answerv[_i].err);
	ck_assert_int_eq(strstr(challenge, "stale=true") != NULL,
			 answerv[_i].stale);
}
END_TEST


START_TEST(garbage_is_challenged)
{
	ck_assert_int_eq(check("Authorization: Basic Zm9v\r\n", "x", NOW),
			 EACCES);
	ck_assert_int_eq(check("Authorization: Digest\r\n", "x", NOW), EACCES);
	ck_assert_ptr_nonnull(strstr(challenge, "nonce="));
}
END_TEST


Suite *suite_peer_auth(void);
Suite *suite_peer_auth(void)
{
	Suite *s = suite_create("peer_auth");
	TCase *tc = tcase_create("peer_auth");

	tcase_add_test(tc, a_peer_without_a_secret_is_trusted_by_its_address);
	tcase_add_test(tc,
		       a_challenge_offers_both_algorithms_the_better_first);
	test_table(tc, an_answer_is_taken_only_when_it_is_right, answerv);
	tcase_add_test(tc, garbage_is_challenged);
	suite_add_tcase(s, tc);

	return s;
}
