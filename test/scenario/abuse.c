/**
 * @file scenario/abuse.c  Guessers, scanners and forgers at a whole server
 *
 * With the limits that a server has without configuration. The names begin
 * with the number of the case in the project's list.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/store.h"
#include "proxy/user/account.h"
#include "test/mock/cpu.h"
#include "test/mock/wire.h"
#include "test/scenario/talk.h"
#include "test/test.h"

enum { FAILURES = 30, USERS = 50, ROUNDS = 20 };

static struct rig rig;
static struct phone alice, mallory;

static const char conf[] = "relay { ports = \"22600-22699\"\n"
			   "allow_local = yes quarantine = 0 }\n";


static void setup(void)
{
	rig_start(&rig, conf);
	rig_account(&rig, "alice@example.net", "wonderland");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&mallory, &rig, "127.0.0.66");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&mallory);
	rig_stop(&rig);
}


static void ask(struct phone *ph, const char *met, const char *user,
		const char *extra)
{
	const bool reg = !strcmp(met, "REGISTER");

	++ph->branch;
	phone_send(ph,
		   "%s sip:%s%sexample.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKa%u;rport\r\n"
		   "Max-Forwards: 70\r\n"
		   "From: <sip:%s@example.net>;tag=a%u\r\n"
		   "To: <sip:%s@example.net>\r\n"
		   "Call-ID: %s-%u-%u\r\nCSeq: %u %s\r\n%s"
		   "Content-Length: 0\r\n\r\n",
		   met, reg ? "" : user, reg ? "" : "@", ph->host, ph->port,
		   ph->branch, user, ph->branch, user, ph->host, ph->port,
		   ph->branch, ph->branch, met, extra);
}


/* a challenge, and a wrong answer to it; 0: nothing came */
static unsigned guess(struct phone *ph, const char *user, const char *extra)
{
	char lines[2048];

	ask(ph, "REGISTER", user, extra);
	if (phone_quiet(ph))
		return 0;

	phone_answer_challenge(ph, user, "wrong", "REGISTER",
			       "sip:example.net");
	(void)snprintf(lines, sizeof(lines), "%s%s", extra, ph->auth);
	ph->auth[0] = '\0';
	ask(ph, "REGISTER", user, lines);

	return phone_quiet(ph) ? 0 : phone_status(ph);
}


static unsigned guesses(struct phone *ph, const char *user, const char *extra)
{
	unsigned n = 0;

	while (n < 4 * FAILURES && guess(ph, user, extra) == 401)
		++n;

	return n;
}


START_TEST(s15_a_guesser_is_banned)
{
	struct phone other;

	ck_assert_uint_le(guesses(&mallory, "alice", ""), FAILURES + 1);
	ck_assert_uint_eq(rig_counter(&rig, "gate_bans_total"), 1);
	ask(&mallory, "OPTIONS", "alice", "");
	ck_assert(phone_quiet(&mallory));

	/* the account is not locked */
	phone_register(&alice, "alice", "wonderland", "192.168.1.10:5060");
	phone_open(&other, &rig, "127.0.0.66");
	ask(&other, "OPTIONS", "alice", "");
	ck_assert(phone_quiet(&other));
	phone_close(&other);
}
END_TEST


START_TEST(s15_a_banned_source_cannot_connect)
{
	struct phone tcp;

	(void)guesses(&mallory, "alice", "");
	phone_open_tcp(&tcp, &rig, "127.0.0.66");
	rig_settle(&rig, "tcp_connections_refused_total", 1, 3000);
	phone_close(&tcp);
	phone_open_tcp(&tcp, &rig, "127.0.0.67");
	ask(&tcp, "OPTIONS", "alice", "");
	(void)phone_recv(&tcp);
	ck_assert_uint_eq(phone_status(&tcp), 407);
	phone_close(&tcp);
}
END_TEST


START_TEST(s15_an_open_connection_of_a_banned_source_ends)
{
	struct phone tcp;

	phone_open_tcp(&tcp, &rig, "127.0.0.66");
	ask(&tcp, "OPTIONS", "alice", "");
	(void)phone_recv(&tcp);
	(void)guesses(&mallory, "alice", "");
	ask(&tcp, "OPTIONS", "alice", "");
	ck_assert(phone_quiet(&tcp));
	ck_assert_uint_ge(rig_counter(&rig, "gate_banned_dropped_total"), 1);
	phone_close(&tcp);
}
END_TEST


START_TEST(s15_a_scanner_is_banned_before_it_learns_much)
{
	unsigned n = 0;

	do {
		ask(&mallory, "REGISTER", "100",
		    "User-Agent: friendly-scanner\r\n");
	} while (!phone_quiet(&mallory) && ++n < 10);

	ck_assert_uint_le(n, 3);
}
END_TEST


/* a guesser behind the same address as a phone */
START_TEST(s15_no_phone_is_banned_with_its_neighbour)
{
	struct phone bad;

	phone_register(&alice, "alice", "wonderland", "192.168.1.10:5060");
	phone_open(&bad, &rig, "127.0.0.10");
	for (int i = 0; i < FAILURES + 8; i++)
		(void)guess(&bad, "bob", "");
	ck_assert_uint_eq(rig_counter(&rig, "gate_bans_total"), 0);
	ck_assert_uint_ge(rig_counter(&rig, "gate_slowed_total"), 1);
	for (int i = 0; i < 10; i++)
		phone_register(&alice, "alice", "wonderland",
			       "192.168.1.10:5060");
	phone_close(&bad);
}
END_TEST


START_TEST(s15_a_peer_is_not_banned)
{
	rig_stop(&rig);
	rig_start(&rig, "peer \"pbx\" { address = { \"127.0.0.66\" } }\n"
			"relay { allow_local = yes }\n");
	ck_assert_uint_eq(guesses(&mallory, "alice", ""), 4 * FAILURES);
	ask(&mallory, "REGISTER", "x", "User-Agent: friendly-scanner\r\n");
	(void)phone_recv(&mallory);
}
END_TEST


/* 200 phones that nobody knows yet, twice in one second */
START_TEST(an_office_that_comes_all_at_once_gets_through)
{
	static struct phone phonev[200];
	char user[16];

	for (size_t i = 0; i < ARRAY_SIZE(phonev); i++) {
		phone_open(&phonev[i], &rig, "127.0.0.77");
		(void)snprintf(user, sizeof(user), "u%zu", i);
		ask(&phonev[i], "REGISTER", user, "");
		ask(&phonev[i], "REGISTER", user, "");
	}
	for (size_t i = 0; i < ARRAY_SIZE(phonev); i++) {
		(void)phone_recv(&phonev[i]);
		ck_assert_uint_eq(phone_status(&phonev[i]), 401);
		phone_close(&phonev[i]);
	}
	phone_open(&phonev[0], &rig, "127.0.0.77");
	phone_register(&phonev[0], "alice", "wonderland", "192.168.1.1:5060");
	phone_close(&phonev[0]);
	ck_assert_uint_eq(rig_counter(&rig, "gate_bans_total"), 0);
	ck_assert_uint_eq(rig_counter(&rig, "gate_limited_total"), 0);
}
END_TEST


static const char *const methodv[] = {"REGISTER", "INVITE", "OPTIONS",
				      "MESSAGE"};


static void add_users(void)
{
	struct store *st = NULL;
	char aor[64], why[128];

	ck_assert_int_eq(store_open(&st, rig.dir, why, sizeof(why)), 0);
	for (int i = 0; i < USERS; i++) {
		(void)snprintf(aor, sizeof(aor), "k%03d@example.net", i);
		ck_assert_int_eq(account_add(st, aor, "long enough"), 0);
	}
	mem_deref(st);
}


/* what one wrong answer to a challenge costs us, and that it is refused */
static uint64_t cost(const char *met, const char *user)
{
	const bool reg = !strcmp(met, "REGISTER");
	char uri[64];
	uint64_t then;

	(void)snprintf(uri, sizeof(uri), "sip:%s@example.net", user);
	ask(&mallory, met, user, "");
	(void)phone_recv(&mallory);
	ck_assert_uint_eq(phone_status(&mallory), reg ? 401 : 407);
	phone_answer_challenge(&mallory, user, "wrong", met,
			       reg ? "sip:example.net" : uri);

	then = cpu_us();
	ask(&mallory, met, user, mallory.auth);
	(void)phone_recv(&mallory);
	then = cpu_us() - then;
	ck_assert_uint_eq(phone_status(&mallory), reg ? 401 : 407);

	return then;
}


static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}


/* 1000 of each, in turns; by the median, what the machine does apart */
START_TEST(s15_known_and_unknown_users_cost_the_same)
{
	static uint64_t knownv[USERS * ROUNDS], unknownv[USERS * ROUNDS];
	const char *met = methodv[_i];
	uint64_t a, b;
	char user[16];
	size_t n = 0;

	rig_stop(&rig);
	rig_start(&rig, "limit { requests = 0 strangers = 0 failures = 0 }\n"
			"relay { allow_local = yes }\n");
	add_users();
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < USERS; i++, n++) {
			(void)snprintf(user, sizeof(user), "k%03d", i);
			knownv[n] = cost(met, user);
			(void)snprintf(user, sizeof(user), "n%03d", i);
			unknownv[n] = cost(met, user);
		}
	}
	qsort(knownv, n, sizeof(knownv[0]), compare);
	qsort(unknownv, n, sizeof(unknownv[0]), compare);
	a = knownv[n / 2];
	b = unknownv[n / 2];

	/* less than the spread of a single answer: nothing to be learned */
	ck_assert_msg(!CPU_TIMED ||
			      (a > b ? a - b : b - a) <=
				      (knownv[n * 3 / 4] - knownv[n / 4]) +
					      a / 10,
		      "known %llu us, unknown %llu us", (unsigned long long)a,
		      (unsigned long long)b);
}
END_TEST


Suite *suite_abuse(void);
Suite *suite_abuse(void)
{
	Suite *s = suite_create("abuse");
	TCase *tc = tcase_create("abuse");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, s15_a_guesser_is_banned);
	tcase_add_test(tc, s15_a_banned_source_cannot_connect);
	tcase_add_test(tc, s15_an_open_connection_of_a_banned_source_ends);
	tcase_add_test(tc, s15_a_scanner_is_banned_before_it_learns_much);
	tcase_add_test(tc, s15_no_phone_is_banned_with_its_neighbour);
	tcase_add_test(tc, s15_a_peer_is_not_banned);
	tcase_add_test(tc, an_office_that_comes_all_at_once_gets_through);
	test_table(tc, s15_known_and_unknown_users_cost_the_same, methodv);
	suite_add_tcase(s, tc);

	return s;
}
