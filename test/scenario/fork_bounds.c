/**
 * @file scenario/fork_bounds.c  What one request may set in motion, at most
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "proxy/core/forwarding.h"
#include "proxy/server_state.h"
#include "proxy/sip/txn_table.h"
#include "test/scenario/crew.h"
#include "test/test.h"

enum { T1_MS = 10, TEXT_MAX = 512, OOM_MAX = 160, MOMENT_MS = 8 };

static struct crew crew;
static struct member *const alice = &crew.alice, *const bob = crew.bobv,
			    *const peer = crew.peerv;


static void setup(void)
{
	crew_open(&crew, "", 0, 0);
}


static void setup_fast(void)
{
	crew_open(&crew, "", T1_MS, 0);
}


static void teardown(void)
{
	crew_close(&crew);
}


static void phones(unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		crew_register(&bob[i], "");
}


static const struct {
	const char *line;
	unsigned phones;
	unsigned sharev[3]; /* in the order of their start, 0: not started */
} breadthv[] = {
	{"", 1, {60, 0, 0}},
	{"", 3, {20, 20, 20}},
	{"Max-Breadth: 3\r\n", 3, {1, 1, 1}},
	{"Max-Breadth: 7\r\n", 3, {2, 2, 3}},
	{"Max-Breadth: 2\r\n", 3, {1, 1, 0}},
	{"Max-Breadth: 1\r\n", 2, {1, 0, 0}},
	{"max-breadth:  5 \r\n", 1, {5, 0, 0}},
	{"Max-Breadth: 4294967295\r\n", 1, {60, 0, 0}},
	{"Max-Breadth: none\r\n", 1, {60, 0, 0}},
};


static unsigned long share_of(struct member *m)
{
	ck_assert_str_eq(crew_header(m, "max-breadth", 0), "");
	ck_assert_str_eq(crew_header(m, "Max-Breadth", 1), "");

	return strtoul(crew_header(m, "Max-Breadth", 0), NULL, 10);
}


/* RFC 5393 section 5.3.3: the shares together are not more than what came */
START_TEST(max_breadth_is_shared_out)
{
	const unsigned n = breadthv[_i].phones;

	phones(n);
	crew_send(&crew, "INVITE", "sip:bob@example.net", breadthv[_i].line,
		  crew_sdp("192.168.1.10"));
	for (unsigned i = 0; i < n; i++) {
		struct member *m = &bob[n - 1 - i];

		if (!breadthv[_i].sharev[i]) {
			ck_assert(crew_silent(m, "INVITE "));
			continue;
		}
		crew_expect(m, "INVITE ");
		ck_assert_uint_eq(share_of(m), breadthv[_i].sharev[i]);
	}
}
END_TEST


START_TEST(those_for_whom_no_breadth_was_left_come_later)
{
	phones(3);
	crew_send(&crew, "INVITE", "sip:bob@example.net", "Max-Breadth: 2\r\n",
		  crew_sdp("192.168.1.10"));
	crew_expect(&bob[2], "INVITE ");
	crew_expect(&bob[1], "INVITE ");
	crew_reply(&bob[1], "486 Busy Here", "", "");
	crew_expect(&bob[0], "INVITE ");
	ck_assert_uint_eq(share_of(&bob[0]), 1);
}
END_TEST


START_TEST(no_breadth_at_all_is_440)
{
	phones(1);
	crew_send(&crew, "INVITE", "sip:bob@example.net", "Max-Breadth: 0\r\n",
		  crew_sdp("192.168.1.10"));
	crew_expect(alice, "SIP/2.0 440 ");
	ck_assert(crew_silent(&bob[0], "INVITE "));
}
END_TEST


/* a is registered at b's addresses, b at a's: four phones, who are called
 * once each at most, and that is all (RFC 5393 section 3) */
START_TEST(s19_two_who_are_registered_at_each_other_are_bounded)
{
	unsigned n = 0;

	bob[3].user = "carol";
	crew_register_as(&bob[0], "bob",
			 "<sip:carol@example.net>, "
			 "<sip:carol@example.net;x=1>");
	crew_register_as(&bob[1], "carol",
			 "<sip:bob@example.net>, "
			 "<sip:bob@example.net;x=1>");
	crew_register(&bob[2], "");
	crew_register(&bob[3], "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[2], "INVITE sip:bob@127.0.0.22:");
	crew_expect(&bob[3], "INVITE sip:carol@127.0.0.23:");
	for (unsigned i = 0; i < 4; i++)
		n += crew_count(&bob[i], "INVITE ");
	ck_assert_uint_le(n, 4);
}
END_TEST


/* that member is a proxy outside: what it gets goes back to us, for the other
 * user, with all its Vias */
static void send_back(struct member *m)
{
	char lines[8192];
	const char *via;
	size_t pos = 0;

	for (unsigned i = 0; *(via = crew_header(m, "Via", i)); i++)
		pos += (size_t)snprintf(lines + pos, sizeof(lines) - pos,
					"Via: %s\r\n", via);
	(void)snprintf(lines + pos, sizeof(lines) - pos, "Max-Breadth: %s\r\n",
		       crew_header(m, "Max-Breadth", 0));
	crew_peer_send(&crew, "INVITE",
		       m == &bob[0] ? "sip:carol@example.net"
				    : "sip:bob@example.net",
		       lines, "");
	(void)str_ncpy(m->request, m->ph.msg, sizeof(m->request));
	crew_reply(m, "100 Trying", "", "");
}


static struct member *next_proxy(void)
{
	for (unsigned i = 0; i < 2; i++) {
		if (phone_take(&bob[i].ph))
			return &bob[i];
	}

	return NULL;
}


/* the same through proxies outside: a round doubles the copies, and the
 * third time that a request is here it is a loop */
START_TEST(s19_a_loop_through_another_proxy_is_bounded)
{
	unsigned n = 0, quiet = 0;

	crew_register_as(&bob[0], "bob",
			 "<sip:carol@192.0.2.9>, <sip:carol2@192.0.2.9>");
	crew_register_as(&bob[1], "carol",
			 "<sip:bob@192.0.2.9>, <sip:bob2@192.0.2.9>");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	while (quiet < 2) {
		struct member *m = next_proxy();

		if (!m)
			quiet += crew_silent(peer, "INVITE ");
		else
			quiet = 0;
		if (m && !strncmp(m->ph.msg, "INVITE ", 7) && ++n)
			send_back(m);
		ck_assert_uint_le(n, 30);
	}
	ck_assert_uint_eq(n, 2 + 4 + 8);
}
END_TEST


static unsigned retry_after(const struct member *m)
{
	return (unsigned)strtoul(crew_header(m, "Retry-After", 0), NULL, 10);
}


/* the table is full: one answer, and no state for it */
START_TEST(overload_is_answered_without_state)
{
	struct txns *txns = crew.rig.srv->txns;
	unsigned seen[2] = {0};

	phones(1);
	txns->conf.max = txns->servers + 1;
	crew_peer_send(&crew, "MESSAGE", "sip:bob@example.net", "", "");
	crew_expect(&bob[0], "MESSAGE ");
	for (unsigned i = 0; i < 40; i++) {
		crew_peer_send(&crew, "MESSAGE", "sip:bob@example.net", "",
			       "");
		crew_expect(peer, "SIP/2.0 503 ");
		ck_assert_uint_ge(retry_after(peer), 5);
		ck_assert_uint_le(retry_after(peer), 30);
		seen[i % 2] |= 1u << retry_after(peer);
	}
	ck_assert_uint_ne(seen[0], seen[1]);
	ck_assert_uint_eq(txns_servers(txns), txns->conf.max);
	ck_assert_uint_eq(list_count(&crew.rig.srv->proxy->forwardl), 1);
}
END_TEST


/* there is room for one branch: that one rings */
START_TEST(what_has_no_room_is_left_out)
{
	struct txns *txns = crew.rig.srv->txns;

	phones(3);
	txns->conf.max = txns->servers + 1;
	txns->clients = txns->conf.max - 1;
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[2], "INVITE ");
	ck_assert(crew_silent(&bob[0], "INVITE "));
	rig_settle(&crew.rig, "relay_sessions", 1, 1000);
	crew_reply(&bob[2], "486 Busy Here", "", "");
	crew_expect(alice, "SIP/2.0 486 ");
	crew_no_calls(&crew);
}
END_TEST


/* a client repeats itself until it hears of it (RFC 4320 section 4.1) */
START_TEST(a_slow_request_gets_its_100_when_timer_e_is_t2)
{
	const uint64_t began = tmr_jiffies();

	phones(1);
	crew_send(&crew, "MESSAGE", "sip:bob@example.net", "", "");
	crew_expect(&bob[0], "MESSAGE ");
	crew_reply(&bob[0], "180 Ringing", "", "");
	(void)phone_recv(&alice->ph);
	ck_assert_uint_eq(phone_status(&alice->ph), 100);
	ck_assert_uint_ge(tmr_jiffies() - began, 3 * T1_MS);
	crew_reply(&bob[0], "200 OK", "", "");
	crew_expect(alice, "SIP/2.0 200 ");
	crew_idle(&crew);
}
END_TEST


START_TEST(a_quick_request_gets_no_100)
{
	phones(1);
	crew_send(&crew, "MESSAGE", "sip:bob@example.net", "", "");
	crew_expect(&bob[0], "MESSAGE ");
	crew_reply(&bob[0], "200 OK", "", "");
	(void)phone_recv(&alice->ph);
	ck_assert_uint_eq(phone_status(&alice->ph), 200);
	ck_assert(crew_silent(alice, "SIP/2.0 100 "));
}
END_TEST


/* RFC 4320: neither made by us nor passed on */
START_TEST(no_408_to_what_is_no_invite)
{
	phones(1);
	crew_send(&crew, "MESSAGE", "sip:bob@example.net", "", "");
	crew_expect(&bob[0], "MESSAGE ");
	if (_i)
		crew_reply(&bob[0], "408 Request Timeout", "", "");
	ck_assert(crew_silent(alice, "SIP/2.0 408 "));
	crew_idle(&crew);
	ck_assert(crew_silent(alice, "SIP/2.0 408 "));

	/* and what comes after all has no taker */
	crew_reply(&bob[0], "200 OK", "", "");
	ck_assert(crew_silent(alice, "SIP/2.0 "));
}
END_TEST


/* whom the caller was told to have failed is not kept waiting */
START_TEST(who_answers_after_the_end_is_hung_up_on)
{
	phones(2);
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[0], "INVITE ");
	crew_expect(&bob[1], "INVITE ");
	crew_reply(&bob[0], "180 Ringing", "", "");
	crew_cancel(&crew, "");
	crew_expect(&bob[0], "CANCEL ");
	crew_expect(alice, "SIP/2.0 487 ");
	crew_reply(&bob[0], "200 OK", "", crew_sdp("127.0.0.20"));
	ck_assert(crew_silent(alice, "SIP/2.0 200 "));
	crew_idle(&crew);
}
END_TEST


/* as if it had arrived: all that happens at once happens in here */
static void input_invite(struct flow *flow, unsigned n)
{
	char text[2048];
	const char *sdp = crew_sdp("192.168.1.10");

	(void)snprintf(text, sizeof(text),
		       "INVITE sip:bob@example.net SIP/2.0\r\n"
		       "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKoom%u\r\n"
		       "From: <sip:someone@other.example>;tag=%u\r\n"
		       "To: <sip:bob@example.net>\r\n"
		       "Call-ID: oom%u\r\nCSeq: 1 INVITE\r\n"
		       "Contact: <sip:someone@%s:%u>\r\n"
		       "Content-Type: application/sdp\r\n"
		       "Content-Length: %zu\r\n\r\n%s",
		       peer->ph.host, peer->ph.port, n, n, n, peer->ph.host,
		       peer->ph.port, strlen(sdp), sdp);
	oom_after((int)n);
	transport_input(crew.rig.srv->tp, flow, (const uint8_t *)text,
			strlen(text));
	oom_after(-1);
}


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


/* all phones refuse what has come to them within a moment */
static void refuse_all(void)
{
	struct tmr tmr;

	tmr_init(&tmr);
	tmr_start(&tmr, MOMENT_MS, stop_handler, NULL);
	while (tmr_isrunning(&tmr))
		(void)re_main(NULL);
	for (unsigned i = 0; i < 3; i++) {
		while (phone_take(&bob[i].ph)) {
			(void)str_ncpy(bob[i].request, bob[i].ph.msg,
				       sizeof(bob[i].request));
			if (!strncmp(bob[i].request, "INVITE ", 7))
				crew_reply(&bob[i], "486 Busy Here", "", "");
		}
	}
}


START_TEST(out_of_memory_at_any_point_leaves_nothing_behind)
{
	struct flow *flow = NULL;

	phones(3);
	ck_assert_int_eq(transport_flow(&flow, crew.rig.srv->tp, FLOW_UDP,
					&peer->ph.addr),
			 0);
	for (unsigned n = 0; n < OOM_MAX; n++) {
		input_invite(flow, n);
		refuse_all();
	}
	mem_deref(flow);
	crew_idle(&crew);
}
END_TEST


Suite *suite_fork_bounds(void);
Suite *suite_fork_bounds(void)
{
	Suite *s = suite_create("fork_bounds");
	TCase *tc = tcase_create("bounds"), *fast = tcase_create("fast");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, max_breadth_is_shared_out, breadthv);
	tcase_add_test(tc, those_for_whom_no_breadth_was_left_come_later);
	tcase_add_test(tc, no_breadth_at_all_is_440);
	tcase_add_test(tc,
		       s19_two_who_are_registered_at_each_other_are_bounded);
	tcase_add_test(tc, s19_a_loop_through_another_proxy_is_bounded);
	tcase_add_test(tc, overload_is_answered_without_state);
	tcase_add_test(tc, what_has_no_room_is_left_out);
	suite_add_tcase(s, tc);

	tcase_set_timeout(fast, 30);
	tcase_add_checked_fixture(fast, setup_fast, teardown);
	tcase_add_test(fast, a_slow_request_gets_its_100_when_timer_e_is_t2);
	tcase_add_test(fast, a_quick_request_gets_no_100);
	tcase_add_loop_test(fast, no_408_to_what_is_no_invite, 0, 2);
	tcase_add_test(fast, who_answers_after_the_end_is_hung_up_on);
	tcase_add_test(fast, out_of_memory_at_any_point_leaves_nothing_behind);
	suite_add_tcase(s, fast);

	return s;
}
