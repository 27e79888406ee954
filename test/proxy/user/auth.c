/**
 * @file test/proxy/user/auth.c  Who sent this request?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/cpu.h"
#include "test/mock/tempdir.h"
#include "common/store.h"
#include "common/timer.h"
#include "proxy/user/accounts.h"
#include "proxy/user/auth.h"
#include "proxy/user/digest.h"

#define REALM "example.net"


static char dir[TEMPDIR_SIZE];
static struct store *store;
static struct accounts *accounts;
static struct timers *timers;
static struct auth *auth;
static char challenge[1024];


static void setup(void)
{
	const struct hash_key key = {{7}};

	tempdir_make(dir);
	ck_assert_int_eq(store_open(&store, dir, NULL, 0), 0);
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000000), 0);
	ck_assert_int_eq(account_add(store, "alice@" REALM, "secret"), 0);
	ck_assert_int_eq(accounts_alloc(&accounts, store, NULL, NULL), 0);
	ck_assert_int_eq(auth_alloc(&auth, accounts, &key, timers, NULL, NULL),
			 0);
}


static void teardown(void)
{
	auth = mem_deref(auth);
	accounts = mem_deref(accounts);
	store = mem_deref(store);
	timers = mem_deref(timers);
	tempdir_remove(dir);
}


static struct message *request(const char *met, const char *lines)
{
	static struct guard g;
	struct message *m = NULL;
	char buf[4096];
	const int n = re_snprintf(
		buf, sizeof(buf),
		"%s sip:" REALM " SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
		"From: <sip:alice@" REALM ">;tag=1\r\n"
		"To: <sip:alice@" REALM ">\r\n"
		"Call-ID: c\r\nCSeq: 1 %s\r\n%sContent-Length: 0\r\n\r\n",
		met, met, lines);

	ck_assert_int_gt(n, 0);
	ck_assert_int_eq(message_decode(&m, &g, (uint8_t *)buf, (size_t)n), 0);

	return m;
}


static int check(const char *met, const char *lines, struct account *acc)
{
	const bool registrar = !strcmp(met, "REGISTER");
	const struct pl realm = PL(REALM);
	struct message *m = request(met, lines);
	const int err = auth_check(auth, m, registrar, &realm, acc, challenge,
				   sizeof(challenge));

	mem_deref(m);

	return err;
}


/* the answer of a phone to the challenge line of that algorithm */
static void answer(char *lines, size_t size, const char *met,
		   enum digest_alg alg, const char *user, const char *password,
		   uint32_t nc)
{
	const bool registrar = !strcmp(met, "REGISTER");
	const struct pl uri = PL("sip:" REALM);
	struct digest_challenge chal;
	struct pl val, m;
	char *p, buf[512];

	pl_set_str(&m, met);
	for (p = challenge; *p; p = strstr(p, "\r\n") + 2) {
		p = strstr(p, ": ") + 2;
		val.p = p;
		val.l = (size_t)(strstr(p, "\r\n") - p);
		ck_assert_int_eq(digest_challenge_decode(&chal, &val), 0);
		if (chal.alg == alg)
			break;
	}
	ck_assert(*p);
	ck_assert_int_eq(digest_authorize(buf, sizeof(buf), &chal, user,
					  password, &m, &uri, nc, "cn"),
			 0);
	(void)re_snprintf(lines, size, "%s: %s\r\n",
			  registrar ? "Authorization" : "Proxy-Authorization",
			  buf);
}


static bool stale(void)
{
	return strstr(challenge, "stale=true") != NULL;
}


static const struct {
	const char *met;
	enum digest_alg alg;
	const char *user, *password;
	int err;
} phonev[] = {
	{"REGISTER", DIGEST_MD5, "alice", "secret", 0},
	{"REGISTER", DIGEST_SHA256, "alice", "secret", 0},
	{"INVITE", DIGEST_MD5, "alice", "secret", 0},
	{"INVITE", DIGEST_SHA256, "alice", "secret", 0},
	{"REGISTER", DIGEST_MD5, "alice@" REALM, "secret", 0},
	{"REGISTER", DIGEST_SHA256, "alice@" REALM, "secret", 0},
	{"REGISTER", DIGEST_MD5, "alice", "Secret", EACCES},
	{"REGISTER", DIGEST_MD5, "Alice", "secret", EACCES},
	{"REGISTER", DIGEST_MD5, "bob", "secret", EACCES},
	{"REGISTER", DIGEST_MD5, "alice@example.org", "secret", EACCES},
	{"REGISTER", DIGEST_MD5, "@" REALM, "secret", EACCES},
};


START_TEST(a_phone_shows_who_it_is)
{
	const char *met = phonev[_i].met;
	struct account acc;
	char lines[1024];

	ck_assert_int_eq(check(met, "", &acc), EACCES);
	ck_assert(!stale());
	answer(lines, sizeof(lines), met, phonev[_i].alg, phonev[_i].user,
	       phonev[_i].password, 1);
	ck_assert_int_eq(check(met, lines, &acc), phonev[_i].err);
	if (!phonev[_i].err)
		ck_assert_str_eq(acc.aor, "alice@" REALM);
	else
		ck_assert(!stale());
}
END_TEST


START_TEST(a_nonce_serves_again_but_a_count_once)
{
	struct account acc;
	char one[1024], two[1024];

	ck_assert_int_eq(check("REGISTER", "", &acc), EACCES);
	answer(one, sizeof(one), "REGISTER", DIGEST_MD5, "alice", "secret", 1);
	answer(two, sizeof(two), "REGISTER", DIGEST_MD5, "alice", "secret", 2);
	ck_assert_int_eq(check("REGISTER", one, &acc), 0);
	ck_assert_int_eq(check("REGISTER", two, &acc), 0);
	ck_assert_int_eq(check("REGISTER", one, &acc), EACCES);
	ck_assert(stale());
	answer(one, sizeof(one), "REGISTER", DIGEST_MD5, "alice", "secret", 1);
	ck_assert_int_eq(check("REGISTER", one, &acc), 0);
}
END_TEST


START_TEST(two_phones_challenged_at_once_both_pass)
{
	struct account acc;
	char one[1024], two[1024];

	ck_assert_int_eq(check("REGISTER", "", &acc), EACCES);
	answer(one, sizeof(one), "REGISTER", DIGEST_MD5, "alice", "secret", 1);
	ck_assert_int_eq(check("REGISTER", "", &acc), EACCES);
	answer(two, sizeof(two), "REGISTER", DIGEST_MD5, "alice", "secret", 1);
	ck_assert_int_eq(check("REGISTER", one, &acc), 0);
	ck_assert_int_eq(check("REGISTER", two, &acc), 0);
}
END_TEST


START_TEST(an_old_nonce_is_stale_only_to_who_knows_the_password)
{
	struct account acc;
	char good[1024], bad[1024];

	ck_assert_int_eq(check("REGISTER", "", &acc), EACCES);
	answer(good, sizeof(good), "REGISTER", DIGEST_MD5, "alice", "secret",
	       1);
	answer(bad, sizeof(bad), "REGISTER", DIGEST_MD5, "alice", "wrong", 1);
	timers_advance(timers, 302000);
	ck_assert_int_eq(check("REGISTER", bad, &acc), EACCES);
	ck_assert(!stale());
	ck_assert_int_eq(check("REGISTER", good, &acc), EACCES);
	ck_assert(stale());
}
END_TEST


START_TEST(a_nonce_of_another_secret_is_stale)
{
	const struct hash_key key = {{8}};
	struct account acc;
	char lines[1024];

	ck_assert_int_eq(check("REGISTER", "", &acc), EACCES);
	answer(lines, sizeof(lines), "REGISTER", DIGEST_MD5, "alice", "secret",
	       1);
	mem_deref(auth);
	ck_assert_int_eq(auth_alloc(&auth, accounts, &key, timers, NULL, NULL),
			 0);
	ck_assert_int_eq(check("REGISTER", lines, &acc), EACCES);
	ck_assert(stale());
}
END_TEST


START_TEST(credentials_do_not_serve_another_method_or_header)
{
	struct account acc;
	char lines[1024];

	ck_assert_int_eq(check("REGISTER", "", &acc), EACCES);
	answer(lines, sizeof(lines), "REGISTER", DIGEST_MD5, "alice", "secret",
	       1);
	ck_assert_int_eq(check("INVITE", lines, &acc), EACCES);
}
END_TEST


/* what is not for us is not looked at, what follows it is */
static const char *const foreignv[] = {
	"Authorization: Basic YTpi\r\n",
	"Authorization: Digest username=\"alice\"\r\n",
	"Authorization: NoOneKnows a=b\r\n",
	"Authorization: Digest username=\"alice\", realm=\"example.org\", "
	"nonce=\"n\", uri=\"u\", "
	"response=\"0123456789abcdef0123456789abcdef\", qop=auth, "
	"nc=00000001, cnonce=\"c\"\r\n",
	"Authorization: Digest username=\"alice\", realm=\"example.net\", "
	"nonce=\"n\", uri=\"u\", "
	"response=\"0123456789abcdef0123456789abcdef\"\r\n",
};


START_TEST(foreign_credentials_are_passed_over)
{
	struct account acc;
	char lines[2048];
	size_t n;

	ck_assert_int_eq(check("REGISTER", foreignv[_i], &acc), EACCES);
	ck_assert(!stale());
	n = strlen(foreignv[_i]);
	memcpy(lines, foreignv[_i], n);
	answer(lines + n, sizeof(lines) - n, "REGISTER", DIGEST_MD5, "alice",
	       "secret", 1);
	ck_assert_int_eq(check("REGISTER", lines, &acc), 0);
}
END_TEST


START_TEST(a_response_without_qop_is_challenged)
{
	const struct pl uri = PL("sip:" REALM), met = PL("REGISTER");
	struct digest_challenge chal;
	struct account acc;
	char buf[512], lines[600];
	struct pl val;

	ck_assert_int_eq(check("REGISTER", "", &acc), EACCES);
	val.p = strstr(challenge, ": ") + 2;
	val.l = (size_t)(strstr(val.p, "\r\n") - val.p);
	ck_assert_int_eq(digest_challenge_decode(&chal, &val), 0);
	ck_assert_int_eq(digest_authorize(buf, sizeof(buf), &chal, "alice",
					  "secret", &met, &uri, 1, NULL),
			 0);
	(void)re_snprintf(lines, sizeof(lines), "Authorization: %s\r\n", buf);
	ck_assert_int_eq(check("REGISTER", lines, &acc), EACCES);
}
END_TEST


START_TEST(the_realm_is_written_in_lower_case)
{
	const struct pl realm = PL("EXAMPLE.Net");
	struct message *m = request("REGISTER", "");
	struct account acc;
	char lines[1024];

	ck_assert_int_eq(auth_check(auth, m, true, &realm, &acc, challenge,
				    sizeof(challenge)),
			 EACCES);
	mem_deref(m);
	ck_assert_ptr_nonnull(strstr(challenge, "realm=\"example.net\""));
	answer(lines, sizeof(lines), "REGISTER", DIGEST_MD5, "alice", "secret",
	       1);
	ck_assert_int_eq(check("REGISTER", lines, &acc), 0);
}
END_TEST


START_TEST(a_new_password_counts_when_it_was_read)
{
	struct account acc;
	char lines[1024];

	ck_assert_int_eq(check("REGISTER", "", &acc), EACCES);
	answer(lines, sizeof(lines), "REGISTER", DIGEST_MD5, "alice", "other",
	       1);
	ck_assert_int_eq(check("REGISTER", lines, &acc), EACCES);
	ck_assert_int_eq(account_set(store, "alice@" REALM, "other"), 0);
	accounts_refresh(accounts);
	ck_assert_int_eq(check("REGISTER", lines, &acc), 0);
	ck_assert_int_eq(account_del(store, "alice@" REALM), 0);
	accounts_refresh(accounts);
	ck_assert_int_eq(check("REGISTER", lines, &acc), EACCES);
}
END_TEST


START_TEST(a_disabled_account_is_told_so_to_who_knows_its_password)
{
	const struct pl aor = PL("alice@" REALM);
	struct account acc;
	char lines[1024];

	ck_assert_int_eq(account_get(&acc, store, &aor), 0);
	acc.set.disabled = true;
	ck_assert_int_eq(account_replace(store, &acc), 0);
	accounts_refresh(accounts);
	ck_assert_int_eq(check("REGISTER", "", &acc), EACCES);
	answer(lines, sizeof(lines), "REGISTER", DIGEST_MD5, "alice", "wrong",
	       1);
	ck_assert_int_eq(check("REGISTER", lines, &acc), EACCES);
	answer(lines, sizeof(lines), "REGISTER", DIGEST_MD5, "alice", "secret",
	       1);
	ck_assert_int_eq(check("REGISTER", lines, &acc), EPERM);
}
END_TEST


/* the shortest of some, in us, for a thousand wrong answers */
static uint64_t cost(const char *lines, uint64_t least)
{
	const struct pl realm = PL(REALM);
	struct message *m = request("REGISTER", lines);
	const uint64_t began = cpu_us();
	struct account acc;
	uint64_t us;

	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(auth_check(auth, m, true, &realm, &acc,
					    challenge, sizeof(challenge)),
				 EACCES);
	us = cpu_us() - began;
	mem_deref(m);

	return us < least ? us : least;
}


/* who is there is not told by the time either; names of equal length */
START_TEST(unknown_users_take_as_long_as_known_ones)
{
	uint64_t known = UINT64_MAX, unknown = UINT64_MAX;
	char there[1024], nobody[1024];
	struct account acc;

	ck_assert_int_eq(check("REGISTER", "", &acc), EACCES);
	answer(there, sizeof(there), "REGISTER", DIGEST_MD5, "alice", "wrong",
	       1);
	answer(nobody, sizeof(nobody), "REGISTER", DIGEST_MD5, "carol",
	       "wrong", 1);
	for (int i = 0; i < 15; i++) {
		known = cost(there, known);
		unknown = cost(nobody, unknown);
	}
	if (CPU_TIMED)
		ck_assert_msg(known * 10 < unknown * 13 &&
				      unknown * 10 < known * 13,
			      "known %llu us, unknown %llu us",
			      (unsigned long long)known,
			      (unsigned long long)unknown);
}
END_TEST


START_TEST(nonsense_and_no_memory_are_refused)
{
	const struct hash_key key = {{7}};
	const struct pl realm = PL(REALM), none = PL("");
	struct message *m = request("REGISTER", "");
	struct auth *a = NULL;
	struct account acc;
	int err = ENOMEM;

	ck_assert_int_eq(auth_check(NULL, m, true, &realm, &acc, challenge,
				    sizeof(challenge)),
			 EINVAL);
	ck_assert_int_eq(auth_check(auth, m, true, &none, &acc, challenge,
				    sizeof(challenge)),
			 EINVAL);
	ck_assert_int_eq(
		auth_check(auth, m, true, &realm, &acc, challenge, 20), EIO);
	ck_assert_int_eq(auth_alloc(NULL, accounts, &key, timers, NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(auth_alloc(&a, NULL, &key, timers, NULL, NULL),
			 EINVAL);
	for (int n = 0; err; n++) {
		oom_after(n);
		err = auth_alloc(&a, accounts, &key, timers, NULL, NULL);
		oom_after(-1);
		ck_assert(!err || err == ENOMEM);
	}
	mem_deref(a);
	mem_deref(m);
}
END_TEST


Suite *suite_auth(void);
Suite *suite_auth(void)
{
	Suite *s = suite_create("auth");
	TCase *tc = tcase_create("auth");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, a_phone_shows_who_it_is, phonev);
	tcase_add_test(tc, a_nonce_serves_again_but_a_count_once);
	tcase_add_test(tc, two_phones_challenged_at_once_both_pass);
	tcase_add_test(tc,
		       an_old_nonce_is_stale_only_to_who_knows_the_password);
	tcase_add_test(tc, a_nonce_of_another_secret_is_stale);
	tcase_add_test(tc, credentials_do_not_serve_another_method_or_header);
	test_table(tc, foreign_credentials_are_passed_over, foreignv);
	tcase_add_test(tc, a_response_without_qop_is_challenged);
	tcase_add_test(tc, the_realm_is_written_in_lower_case);
	tcase_add_test(tc, a_new_password_counts_when_it_was_read);
	tcase_add_test(
		tc, a_disabled_account_is_told_so_to_who_knows_its_password);
	tcase_add_test(tc, unknown_users_take_as_long_as_known_ones);
	tcase_add_test(tc, nonsense_and_no_memory_are_refused);
	suite_add_tcase(s, tc);

	return s;
}
