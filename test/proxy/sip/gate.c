/**
 * @file test/proxy/sip/gate.c  Who is heard, and how loud the answer may be
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/sip/gate.h"
#include "test/mock/fakeflow.h"
#include "test/mock/sipmsg.h"
#include "test/test.h"


enum { KNOWN_S = 7200, ROOM = 2048 };

#define CHALLENGE \
	"WWW-Authenticate: Digest realm=\"example.net\", nonce=\"1\"\r\n"
#define STALE "WWW-Authenticate: Digest realm=\"example.net\", stale=true\r\n"
#define ANSWER(user)                             \
	"Authorization: Digest username=\"" user \
	"\", realm=\"example.net\"\r\n"

static struct timers *timers;
static struct metrics *metrics;
static struct gate *gate;
static struct fakeflow *ff;
static const uint8_t request[] = "OPTIONS sip:a SIP/2.0\r\n";
static const uint8_t response[] = "SIP/2.0 200 OK\r\n";


static const struct gate_conf conf = {
	.requests = 10,
	.strangers = 1000,
	.failures = 30,
	.ban_s = 300,
	.ban_max_s = 3600,
	.known_s = KNOWN_S,
	.scannerv = {"friendly-scanner", "sipvicious"},
	.scannerc = 2,
};


static void setup(void)
{
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(gate_alloc(&gate, timers, NULL, metrics, &conf), 0);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060",
					"198.51.100.1:5060", NULL),
			 0);
}


static void teardown(void)
{
	ff = mem_deref(ff);
	gate = mem_deref(gate);
	metrics = mem_deref(metrics);
	timers = mem_deref(timers);
}


static void from(const char *addr)
{
	ck_assert_int_eq(sa_set_str(&ff->flow->peer, addr, 5060), 0);
}


static int admit(const uint8_t *p)
{
	return gate_admit(gate, ff->flow, p, sizeof(request) - 1);
}


static unsigned admitted(unsigned n)
{
	unsigned count = 0;

	for (unsigned i = 0; i < n; i++)
		count += !admit(request);

	return count;
}


static struct message *from_user(const char *extra)
{
	return sipmsg(ff->flow,
		      "REGISTER sip:example.net SIP/2.0\r\n"
		      "Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bK1\r\n"
		      "From: <sip:a@example.net>;tag=1\r\n"
		      "To: <sip:a@example.net>\r\nCall-ID: x\r\n"
		      "CSeq: 1 REGISTER\r\n%s\r\n",
		      extra);
}


static bool answered(const char *extra, uint16_t scode, const char *challenge)
{
	struct message *m = from_user(extra);
	const bool said = gate_answer(gate, m, scode, challenge);

	mem_deref(m);

	return said;
}


static int asked(const char *extra)
{
	struct message *m = from_user(extra);
	const int err = gate_request(gate, m);

	mem_deref(m);

	return err;
}


static void succeed(const char *extra)
{
	struct message *m = from_user(extra);

	gate_good(gate, m);
	mem_deref(m);
}


static unsigned failures_until_ban(const char *extra, uint16_t scode,
				   const char *challenge)
{
	unsigned n = 0;

	while (n < 2000 && admit(request) != EACCES) {
		(void)answered(extra, scode, challenge);
		timers_advance(timers, 10);
		++n;
	}

	return n;
}


START_TEST(a_stranger_may_send_ten_seconds_worth_at_once)
{
	ck_assert_uint_eq(admitted(500), 100);
	timers_advance(timers, 1000);
	ck_assert_uint_eq(admitted(500), 10);
	from("198.51.100.2");
	ck_assert_uint_eq(admitted(500), 100);
}
END_TEST


START_TEST(all_strangers_together_have_a_limit)
{
	char addr[32];
	unsigned n = 0;

	for (int i = 0; i < 3000; i++) {
		(void)re_snprintf(addr, sizeof(addr), "10.0.%d.%d", i / 256,
				  i % 256);
		from(addr);
		n += admitted(1);
	}
	ck_assert_uint_eq(n, 1000);

	/* and nobody among them has paid for what the others sent */
	from("198.51.100.7");
	gate_know(gate, &ff->flow->peer, 100000);
	ck_assert_uint_eq(admitted(1000), 1000);
}
END_TEST


START_TEST(those_who_are_known_may_send_ten_times_as_much)
{
	gate_know(gate, &ff->flow->peer, 60000);
	ck_assert_uint_eq(admitted(5000), 1100);
	timers_advance(timers, 60000);
	ck_assert_uint_eq(admitted(5000), 100);
}
END_TEST


/* they are known, and stay so */
START_TEST(a_million_sources_do_not_push_out_a_phone)
{
	struct sa sa;

	gate_know(gate, &ff->flow->peer, UINT32_MAX);
	for (uint32_t i = 0; i < 1000000; i++) {
		sa_set_in(&sa, 0x0a000000 + i, 5060);
		ff->flow->peer = sa;
		(void)admit(request);
	}
	from("198.51.100.1");
	ck_assert_uint_eq(admitted(1000), 1000);
}
END_TEST


static bool trust_handler(const struct sa *src, void *arg)
{
	struct sa peer;

	++*(unsigned *)arg;
	ck_assert_int_eq(sa_set_str(&peer, "198.51.100.1", 0), 0);

	return sa_cmp(src, &peer, SA_ADDR);
}


START_TEST(a_peer_is_never_limited_or_banned)
{
	unsigned n = 0;

	gate_trust(gate, trust_handler, &n);
	ck_assert_uint_eq(admitted(100000), 100000);
	ck_assert_uint_eq(n, 1);
	for (int i = 0; i < 1000; i++) {
		gate_malformed(gate, ff->flow);
		(void)answered(ANSWER("a"), 401, CHALLENGE);
	}
	ck_assert_int_eq(admit(request), 0);
	ck_assert_uint_eq(gate_reply_limit(gate, ff->flow, 10), 0);
	ck_assert(gate_reply_charge(gate, ff->flow, 1000000));
	ck_assert(gate_may_log(gate, &ff->flow->peer));
}
END_TEST


START_TEST(a_phone_does_not_pay_for_its_neighbours)
{
	const struct sa phone = ff->flow->peer;

	gate_know(gate, &phone, UINT32_MAX);
	sa_set_port(&ff->flow->peer, 7777);
	ck_assert_uint_eq(admitted(100000), 1000);
	ff->flow->peer = phone;
	ck_assert_uint_eq(admitted(1000), 100);
	timers_advance(timers, 1000);
	ck_assert_int_eq(admit(response), 0);
	ck_assert_uint_eq(admitted(10), 9 + 1);
}
END_TEST


START_TEST(nor_is_whoever_showed_a_certificate)
{
	ff->flow->names = mem_zalloc(8, NULL);
	ck_assert_uint_eq(admitted(100000), 100000);
	for (int i = 0; i < 1000; i++)
		gate_malformed(gate, ff->flow);
	ck_assert_int_eq(admit(request), 0);
}
END_TEST


START_TEST(responses_cost_nothing_but_strays_do)
{
	for (int i = 0; i < 10000; i++)
		ck_assert_int_eq(admit(response), 0);
	for (int i = 0; i < 100; i++)
		gate_stray(gate, ff->flow);
	ck_assert_int_eq(admit(response), EBUSY);
	timers_advance(timers, 1000);
	ck_assert_int_eq(admit(response), 0);
}
END_TEST


START_TEST(wrong_passwords_lead_to_a_ban)
{
	ck_assert_uint_eq(failures_until_ban(ANSWER("alice"), 401, CHALLENGE),
			  31);
	ck_assert(!gate_may_connect(gate, &ff->flow->peer));
	timers_advance(timers, 299000);
	ck_assert_int_eq(admit(request), EACCES);
	timers_advance(timers, 2000);
	ck_assert_int_eq(admit(request), 0);
	ck_assert(gate_may_connect(gate, &ff->flow->peer));
}
END_TEST


START_TEST(a_phone_with_a_wrong_password_is_not_banned)
{
	for (int i = 0; i < 1000; i++) {
		ck_assert(answered("", 401, CHALLENGE));
		ck_assert(answered(ANSWER("alice"), 401, CHALLENGE));
		timers_advance(timers, 30000);
		ck_assert_int_eq(admit(request), 0);
	}
}
END_TEST


START_TEST(a_nonce_that_is_too_old_is_no_fault)
{
	for (int i = 0; i < 300; i++)
		ck_assert(answered(ANSWER("alice"), 401, STALE));
	ck_assert_int_eq(admit(request), 0);
}
END_TEST


START_TEST(credentials_of_another_realm_are_no_fault)
{
	for (int i = 0; i < 300; i++)
		ck_assert(answered("Authorization: Digest username=\"a\", "
				   "realm=\"other\"\r\n",
				   401, CHALLENGE));
	ck_assert_int_eq(admit(request), 0);
}
END_TEST


/* 200 phones come at once, each with two retransmissions, then they succeed */
START_TEST(an_office_after_a_power_cut_is_heard)
{
	for (int i = 0; i < 500; i++)
		ck_assert(answered("", 401, CHALLENGE));
	ck_assert_int_eq(admit(request), 0);
	succeed(ANSWER("alice"));
	for (int i = 0; i < 500; i++)
		ck_assert(answered("", 401, CHALLENGE));
	ck_assert_int_eq(admit(request), 0);
}
END_TEST


/* each costs as much as several requests, and the two share a budget */
START_TEST(handshakes_have_a_budget)
{
	unsigned n = 0;

	while (gate_may_shake(gate, &ff->flow->peer))
		ck_assert_uint_lt(n++, 100);
	ck_assert_uint_eq(n, 25);
	ck_assert_uint_eq(admitted(10), 0);
	timers_advance(timers, 1000);
	ck_assert(gate_may_shake(gate, &ff->flow->peer));
	/* of others it is none */
	from("198.51.100.2");
	ck_assert(gate_may_shake(gate, &ff->flow->peer));
	ck_assert(gate_may_shake(NULL, &ff->flow->peer));
	ck_assert(gate_may_shake(gate, NULL));
}
END_TEST


START_TEST(who_never_meets_a_challenge_is_banned)
{
	const unsigned n = failures_until_ban("", 401, CHALLENGE);

	ck_assert_uint_gt(n, 1400);
	ck_assert_uint_lt(n, 1700);
}
END_TEST


START_TEST(who_asks_for_what_is_not_served_is_banned)
{
	const unsigned n = failures_until_ban("", 404, NULL);

	ck_assert_uint_ge(n, 150);
	ck_assert_uint_le(n, 160);
}
END_TEST


/* every prefix of a message, over and over: its rate is limited, no more */
START_TEST(bad_sip_alone_is_no_reason_for_a_ban)
{
	for (int i = 0; i < 10000; i++) {
		gate_malformed(gate, ff->flow);
		timers_advance(timers, 100);
		ck_assert_int_eq(admit(request), 0);
	}

	/* but there is less patience with guesses then */
	ck_assert_uint_lt(failures_until_ban(ANSWER("alice"), 401, CHALLENGE),
			  18);
}
END_TEST


START_TEST(a_scanner_is_gone_at_once)
{
	static const char ua[] = "User-Agent: Friendly-Scanner\r\n";

	ck_assert_int_eq(asked(ua), 0);
	ck_assert_int_eq(asked(ua), 0);
	ck_assert_int_eq(asked(ua), 0);
	ck_assert_int_eq(asked(ua), EACCES);
	ck_assert_int_eq(admit(request), EACCES);
	from("198.51.100.2");
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(asked("User-Agent: Snom\r\n"), 0);
}
END_TEST


/* three forged datagrams would silence a trunk that has only a name */
START_TEST(whom_we_send_to_of_our_own_accord_is_not_banned)
{
	unsigned n = 0;
	static const char ua[] = "User-Agent: Friendly-Scanner\r\n";

	for (int i = 0; i < 4; i++)
		(void)asked(ua);
	ck_assert_int_eq(admit(request), EACCES);
	ck_assert(!gate_knows(gate, &ff->flow->peer));

	gate_trust(gate, trust_handler, &n);
	gate_expect(gate, &ff->flow->peer);
	ck_assert(gate_knows(gate, &ff->flow->peer));
	for (int i = 0; i < 100; i++)
		(void)asked(ua);
	ck_assert_int_eq(admit(request), 0);
	gate_expect(NULL, &ff->flow->peer);
	gate_expect(gate, NULL);
}
END_TEST


START_TEST(a_success_wipes_failures_away)
{
	for (int i = 0; i < 100; i++) {
		for (int k = 0; k < 25; k++)
			(void)answered(ANSWER("alice"), 401, CHALLENGE);
		succeed(ANSWER("bob"));
	}
	ck_assert_int_eq(admit(request), 0);
}
END_TEST


/* the phones behind it go on, the guesser among them has to be slow */
START_TEST(where_a_phone_is_registered_a_guesser_is_slowed_not_banned)
{
	unsigned passed = 0;

	succeed(ANSWER("bob"));
	gate_know(gate, &ff->flow->peer, UINT32_MAX);
	for (int i = 0; i < 1000; i++) {
		if (!asked(ANSWER("alice"))) {
			(void)answered(ANSWER("alice"), 401, CHALLENGE);
			++passed;
		}
		ck_assert_int_eq(admit(request), 0);
		timers_advance(timers, 100);
	}
	ck_assert_uint_ge(passed, 30 + 100 / 2 - 5);
	ck_assert_uint_le(passed, 31 + 20 + 100 / 2);
	ck_assert_int_eq(asked(ANSWER("bob")), 0);
	ck_assert_int_eq(asked(ANSWER("bob@example.net")), 0);
	ck_assert_int_eq(asked(""), 0);
}
END_TEST


/* many sources guess at alice; she herself is heard from anywhere */
START_TEST(an_account_cannot_be_locked_from_outside)
{
	char addr[32];

	for (int i = 0; i < 1000; i++) {
		(void)re_snprintf(addr, sizeof(addr), "10.1.%d.%d", i / 256,
				  i % 256);
		from(addr);
		ck_assert_int_eq(asked(ANSWER("alice")), 0);
		(void)answered(ANSWER("alice"), 401, CHALLENGE);
	}

	/* again: each of them has to be slow from its first guess on */
	ck_assert_int_eq(asked(ANSWER("alice")), EBUSY);
	ck_assert_int_eq(asked(ANSWER("bob")), 0);
	from("203.0.113.9");
	ck_assert_int_eq(asked(ANSWER("alice")), 0);
	succeed(ANSWER("alice"));
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(asked(ANSWER("alice")), 0);
}
END_TEST


START_TEST(an_answer_is_not_louder_than_what_came)
{
	size_t in = 0, out = 0;

	ck_assert_uint_eq(gate_reply_limit(gate, ff->flow, 100), 150);
	for (int i = 0; i < 90; i++) {
		ck_assert_int_eq(gate_admit(gate, ff->flow, request, 100), 0);
		in += 100;
		if (gate_reply_charge(gate, ff->flow, 400))
			out += 400;
	}
	ck_assert_uint_le(out, in * 3 / 2 + ROOM);
	ck_assert_uint_gt(out, in * 3 / 2);
}
END_TEST


START_TEST(what_was_not_answered_is_not_saved_up)
{
	size_t out = 0;

	for (int i = 0; i < 90; i++)
		(void)gate_admit(gate, ff->flow, request, 1000);
	while (gate_reply_charge(gate, ff->flow, 100))
		out += 100;
	ck_assert_uint_le(out, ROOM + 1500);
}
END_TEST


START_TEST(a_connection_is_no_forgery)
{
	struct fakeflow *tcp = NULL;

	ck_assert_int_eq(fakeflow_alloc(&tcp, FLOW_TCP, "192.0.2.1:5060",
					"198.51.100.1:5060", NULL),
			 0);
	ck_assert_uint_eq(gate_reply_limit(gate, tcp->flow, 10), 0);
	ck_assert(gate_reply_charge(gate, tcp->flow, 100000));
	mem_deref(tcp);
}
END_TEST


START_TEST(strangers_fill_few_lines)
{
	unsigned n = 0;

	for (int i = 0; i < 10000; i++)
		n += gate_may_log(gate, &ff->flow->peer);
	ck_assert_uint_le(n, 50);
	gate_know(gate, &ff->flow->peer, UINT32_MAX);
	ck_assert(gate_may_log(gate, &ff->flow->peer));
}
END_TEST


static void ban_handler(const struct ban *ban, void *arg)
{
	unsigned *left = arg;

	*left += gate_ban_left(gate, ban);
}


START_TEST(bans_are_shown_counted_and_taken_back)
{
	unsigned left = 0;

	for (int i = 0; i < 31; i++)
		(void)answered(ANSWER("a"), 401, CHALLENGE);
	gate_bans(gate, ban_handler, &left);
	ck_assert_uint_eq(left, 300);
	ck_assert_uint_eq(counter_value(metrics_counter(metrics, "gate_bans")),
			  1);
	ck_assert_int_eq(gate_unban(gate, &ff->flow->peer), 0);
	ck_assert_int_eq(gate_unban(gate, &ff->flow->peer), ENOENT);
	ck_assert_int_eq(admit(request), 0);
	ck_assert_uint_eq(counter_value(metrics_counter(metrics, "gate_bans")),
			  0);
}
END_TEST


START_TEST(a_ban_that_is_over_is_not_counted)
{
	for (int i = 0; i < 31; i++)
		(void)answered(ANSWER("a"), 401, CHALLENGE);
	timers_advance(timers, 320000);
	ck_assert_uint_eq(counter_value(metrics_counter(metrics, "gate_bans")),
			  0);
	ck_assert_uint_eq(
		counter_value(metrics_counter(metrics, "gate_bans_total")), 1);
	ck_assert_uint_eq(timers_pending(timers), 0);
}
END_TEST


START_TEST(a_ban_is_one_line_in_the_log)
{
	char buf[4096] = "";
	struct log *log = NULL;
	int fdv[2];

	ck_assert_int_eq(pipe(fdv), 0);
	ck_assert_int_eq(log_alloc(&log, fdv[1], LEVEL_INFO, 0, timers), 0);
	mem_deref(gate);
	ck_assert_int_eq(gate_alloc(&gate, timers, log, metrics, &conf), 0);
	for (int i = 0; i < 31; i++)
		(void)answered(ANSWER("a"), 401, CHALLENGE);
	for (int i = 0; i < 10000; i++)
		ck_assert_int_eq(admit(request), EACCES);
	ck_assert_int_gt(read(fdv[0], buf, sizeof(buf) - 1), 0);
	ck_assert_ptr_nonnull(strstr(buf,
				     "warn gate.banned source=198.51.100.1 "
				     "why=\"wrong passwords\" seconds=300"));
	ck_assert_ptr_eq(strchr(buf, '\n'), strrchr(buf, '\n'));
	mem_deref(log);
	(void)close(fdv[0]);
	(void)close(fdv[1]);
}
END_TEST


START_TEST(limits_of_zero_are_none)
{
	struct gate_conf off = conf;

	off.requests = off.strangers = off.failures = 0;
	mem_deref(gate);
	ck_assert_int_eq(gate_alloc(&gate, timers, NULL, metrics, &off), 0);
	ck_assert_uint_eq(admitted(100000), 100000);
	ck_assert_uint_eq(failures_until_ban(ANSWER("a"), 401, CHALLENGE),
			  2000);

	off = conf;
	off.ban_s = 0;
	mem_deref(gate);
	ck_assert_int_eq(gate_alloc(&gate, timers, NULL, metrics, &off), 0);
	for (int i = 0; i < 1000; i++)
		(void)answered(ANSWER("a"), 401, CHALLENGE);
	ck_assert_int_eq(admit(request), 0);
}
END_TEST


START_TEST(no_gate_lets_everything_pass)
{
	struct message *m = from_user("");

	ck_assert_int_eq(gate_admit(NULL, ff->flow, request, 10), 0);
	ck_assert(gate_may_connect(NULL, &ff->flow->peer));
	ck_assert(gate_knows(NULL, &ff->flow->peer));
	ck_assert_int_eq(gate_request(NULL, m), 0);
	ck_assert(gate_answer(NULL, m, 404, NULL));
	ck_assert_uint_eq(gate_reply_limit(NULL, ff->flow, 1), 0);
	ck_assert(gate_reply_charge(NULL, ff->flow, 1));
	ck_assert(gate_may_log(NULL, &m->src));
	gate_good(NULL, m);
	gate_know(NULL, &m->src, 1);
	gate_malformed(NULL, ff->flow);
	gate_stray(NULL, ff->flow);
	gate_trust(NULL, NULL, NULL);
	gate_bans(NULL, ban_handler, NULL);
	ck_assert_uint_eq(gate_ban_left(NULL, NULL), 0);
	ck_assert_int_eq(gate_unban(NULL, &m->src), EINVAL);
	mem_deref(m);
}
END_TEST


START_TEST(without_memory_there_is_none)
{
	struct gate *g = NULL;

	ck_assert_int_eq(gate_alloc(NULL, timers, NULL, NULL, &conf), EINVAL);
	ck_assert_int_eq(gate_alloc(&g, NULL, NULL, NULL, &conf), EINVAL);
	for (int i = 0; i < 7; i++) {
		oom_after(i);
		ck_assert_int_eq(gate_alloc(&g, timers, NULL, NULL, &conf),
				 ENOMEM);
	}
	oom_after(-1);
}
END_TEST


Suite *suite_gate(void);
Suite *suite_gate(void)
{
	Suite *s = suite_create("gate");
	TCase *tc = tcase_create("gate");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, a_stranger_may_send_ten_seconds_worth_at_once);
	tcase_add_test(tc, all_strangers_together_have_a_limit);
	tcase_add_test(tc, those_who_are_known_may_send_ten_times_as_much);
	tcase_add_test(tc, a_million_sources_do_not_push_out_a_phone);
	tcase_add_test(tc, a_peer_is_never_limited_or_banned);
	tcase_add_test(tc, a_phone_does_not_pay_for_its_neighbours);
	tcase_add_test(tc, nor_is_whoever_showed_a_certificate);
	tcase_add_test(tc, responses_cost_nothing_but_strays_do);
	tcase_add_test(tc, wrong_passwords_lead_to_a_ban);
	tcase_add_test(tc, a_phone_with_a_wrong_password_is_not_banned);
	tcase_add_test(tc, a_nonce_that_is_too_old_is_no_fault);
	tcase_add_test(tc, credentials_of_another_realm_are_no_fault);
	tcase_add_test(tc, an_office_after_a_power_cut_is_heard);
	tcase_add_test(tc, handshakes_have_a_budget);
	tcase_add_test(tc, who_never_meets_a_challenge_is_banned);
	tcase_add_test(tc, who_asks_for_what_is_not_served_is_banned);
	tcase_add_test(tc, bad_sip_alone_is_no_reason_for_a_ban);
	tcase_add_test(tc, a_scanner_is_gone_at_once);
	tcase_add_test(tc, whom_we_send_to_of_our_own_accord_is_not_banned);
	tcase_add_test(tc, a_success_wipes_failures_away);
	tcase_add_test(
		tc,
		where_a_phone_is_registered_a_guesser_is_slowed_not_banned);
	tcase_add_test(tc, an_account_cannot_be_locked_from_outside);
	tcase_add_test(tc, an_answer_is_not_louder_than_what_came);
	tcase_add_test(tc, what_was_not_answered_is_not_saved_up);
	tcase_add_test(tc, a_connection_is_no_forgery);
	tcase_add_test(tc, strangers_fill_few_lines);
	tcase_add_test(tc, bans_are_shown_counted_and_taken_back);
	tcase_add_test(tc, a_ban_that_is_over_is_not_counted);
	tcase_add_test(tc, a_ban_is_one_line_in_the_log);
	tcase_add_test(tc, limits_of_zero_are_none);
	tcase_add_test(tc, no_gate_lets_everything_pass);
	tcase_add_test(tc, without_memory_there_is_none);
	suite_add_tcase(s, tc);

	return s;
}
