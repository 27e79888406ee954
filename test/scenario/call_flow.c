/**
 * @file scenario/call_flow.c  Whole calls through a whole server
 */
#include <string.h>
#include "test/scenario/rig.h"
#include "test/test.h"

static struct rig rig;
static struct phone alice, bob, mallory;

static const char relay_conf[] = "relay { ports = \"21000-21099\"\n"
				 "allow_local = yes }\n";

static const char sdp[] = "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\n"
			  "c=IN IP4 %s\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";


static void setup(void)
{
	rig_start(&rig, relay_conf);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&bob, &rig, "127.0.0.20");
	phone_open(&mallory, &rig, "127.0.0.66");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	phone_close(&mallory);
	rig_stop(&rig);
}


/* a request of alice's outside a dialog */
static void request(struct phone *ph, const char *met, const char *extra,
		    const char *body)
{
	++ph->branch;
	phone_send(ph,
		   "%s sip:bob@example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bK%s%u;rport\r\n"
		   "Max-Forwards: 70\r\n"
		   "From: <sip:alice@example.net>;tag=a\r\n"
		   "To: <sip:bob@example.net>\r\n"
		   "Call-ID: call-1\r\nCSeq: %u %s\r\n"
		   "Contact: <sip:alice@192.168.1.10:5060>\r\n"
		   "%s%s%sContent-Length: %zu\r\n\r\n%s",
		   met, ph->host, ph->port, met, ph->branch, ph->branch, met,
		   ph->auth, extra,
		   body[0] ? "Content-Type: application/sdp\r\n" : "",
		   strlen(body), body);
}


static void body_for(char *buf, size_t size, const char *addr)
{
	(void)snprintf(buf, size, sdp, addr, addr);
}


/* an INVITE through the 407 to bob; bob->msg is the INVITE */
static void call_bob(const char *addr, const char *extra)
{
	char body[512];

	body_for(body, sizeof(body), addr);
	request(&alice, "INVITE", extra, body);
	(void)phone_recv(&alice);
	ck_assert_uint_eq(phone_status(&alice), 407);
	phone_answer_challenge(&alice, "alice", "wonderland", "INVITE",
			       "sip:bob@example.net");
	request(&alice, "INVITE", extra, body);
	(void)phone_recv(&alice);
	ck_assert_uint_eq(phone_status(&alice), 100);
}


/* bob answers the request in bob->msg */
static void bob_answers(const char *status, const char *body)
{
	char rr[1024] = "", via[2048] = "";
	const char *line = bob.msg, *end;

	while ((line = strstr(line, "\r\n")) && strncmp(line, "\r\n\r\n", 4)) {
		line += 2;
		end = strstr(line, "\r\n");
		if (!strncmp(line, "Via:", 4))
			strncat(via, line, (size_t)(end - line) + 2);
		if (!strncmp(line, "Record-Route:", 13))
			strncat(rr, line, (size_t)(end - line) + 2);
	}

	phone_send(&bob,
		   "SIP/2.0 %s\r\n%s%s"
		   "From: <sip:alice@example.net>;tag=a\r\n"
		   "To: <sip:bob@example.net>;tag=b\r\n"
		   "Call-ID: call-1\r\nCSeq: %s\r\n"
		   "Contact: <sip:bob@192.168.1.10:5060>\r\n"
		   "%sContent-Length: %zu\r\n\r\n%s",
		   status, via, rr, phone_header(&bob, "CSeq"),
		   body[0] ? "Content-Type: application/sdp\r\n" : "",
		   strlen(body), body);
}


/* a request in the dialog, by the Record-Route of the last 200 at alice */
static void in_dialog(struct phone *ph, const char *met, unsigned cseq,
		      const char *route, bool by_alice)
{
	phone_send(ph,
		   "%s sip:%s@192.168.1.10:5060 SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKd%s%u;rport\r\n"
		   "Route: %s\r\nMax-Forwards: 70\r\n"
		   "From: <sip:%s@example.net>;tag=%s\r\n"
		   "To: <sip:%s@example.net>;tag=%s\r\n"
		   "Call-ID: call-1\r\nCSeq: %u %s\r\n"
		   "Content-Length: 0\r\n\r\n",
		   met, by_alice ? "bob" : "alice", ph->host, ph->port, met,
		   cseq, route, by_alice ? "alice" : "bob",
		   by_alice ? "a" : "b", by_alice ? "bob" : "alice",
		   by_alice ? "b" : "a", cseq, met);
}


/* both up: returns alice's route */
static const char *establish(const char *alice_addr, const char *bob_addr)
{
	static char route[512];
	char body[512];

	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	call_bob(alice_addr, "");
	(void)phone_recv(&bob);
	ck_assert_ptr_nonnull(strstr(bob.msg, "INVITE sip:bob@192.168.1.10"));
	bob_answers("180 Ringing", "");
	(void)phone_recv(&alice);
	ck_assert_uint_eq(phone_status(&alice), 180);
	body_for(body, sizeof(body), bob_addr);
	bob_answers("200 OK", body);
	(void)phone_recv(&alice);
	ck_assert_uint_eq(phone_status(&alice), 200);
	(void)snprintf(route, sizeof(route), "%s",
		       phone_header(&alice, "Record-Route"));
	in_dialog(&alice, "ACK", alice.branch, route, true);
	(void)phone_recv(&bob);
	ck_assert(!strncmp(bob.msg, "ACK ", 4));

	return route;
}


START_TEST(a_call_behind_nat_is_relayed)
{
	const char *route;

	route = establish("192.168.1.10", "192.168.1.10");
	ck_assert_ptr_nonnull(strstr(alice.msg, "c=IN IP4 127.0.0.1\r\n"));
	ck_assert_ptr_null(strstr(strstr(alice.msg, "\r\n\r\n"), "192.168"));

	/* the phone's address is the source, not what it claims */
	ck_assert(sa_cmp(&alice.from, &rig.us, SA_ALL));

	in_dialog(&bob, "BYE", 7, route, false);
	(void)phone_recv(&alice);
	ck_assert(!strncmp(alice.msg, "BYE ", 4));
}
END_TEST


START_TEST(equal_addresses_go_direct)
{
	phone_register(&bob, "bob", "builder99", "127.0.0.20:5060");
	call_bob("127.0.0.10", "");
	(void)phone_recv(&bob);
	ck_assert_ptr_nonnull(strstr(bob.msg,
				     "c=IN IP4 127.0.0.10\r\n"
				     "t=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"));
}
END_TEST


/* what an operator sets for an account counts more than the comparison: for
 * who calls and for who is called */
START_TEST(an_account_that_is_set_to_relay_is_relayed)
{
	const struct account_settings set = {.media = CONFIG_MEDIA_RELAY};

	rig_settings(&rig, _i ? "bob@example.net" : "alice@example.net", &set);
	phone_register(&bob, "bob", "builder99", "127.0.0.20:5060");
	call_bob("127.0.0.10", "");
	(void)phone_recv(&bob);
	ck_assert_ptr_null(strstr(bob.msg, "c=IN IP4 127.0.0.10\r\n"));
	ck_assert_ptr_nonnull(strstr(bob.msg, "c=IN IP4 127.0.0.1\r\n"));
}
END_TEST


START_TEST(an_account_that_is_set_to_direct_is_not_relayed)
{
	const struct account_settings set = {.media = CONFIG_MEDIA_DIRECT};

	rig_settings(&rig, "alice@example.net", &set);
	rig_settings(&rig, "bob@example.net", &set);
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	call_bob("192.168.1.10", "");
	(void)phone_recv(&bob);
	ck_assert_ptr_nonnull(strstr(bob.msg,
				     "c=IN IP4 192.168.1.10\r\n"
				     "t=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"));
}
END_TEST


START_TEST(the_caller_cancels)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	call_bob("192.168.1.10", "");
	(void)phone_recv(&bob);
	bob_answers("180 Ringing", "");
	(void)phone_recv(&alice);

	phone_send(&alice,
		   "CANCEL sip:bob@example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKINVITE%u;rport\r\n"
		   "From: <sip:alice@example.net>;tag=a\r\n"
		   "To: <sip:bob@example.net>\r\n"
		   "Reason: SIP;cause=200;text=\"Call completed elsewhere\""
		   "\r\nCall-ID: call-1\r\nCSeq: %u CANCEL\r\n\r\n",
		   alice.host, alice.port, alice.branch, alice.branch);
	(void)phone_recv(&alice);
	ck_assert_uint_eq(phone_status(&alice), 200);
	(void)phone_recv(&bob);
	ck_assert(!strncmp(bob.msg, "CANCEL ", 7));
	ck_assert_ptr_nonnull(strstr(bob.msg, "Call completed elsewhere"));
}
END_TEST


START_TEST(unknown_and_absent_callees)
{
	char body[512];

	body_for(body, sizeof(body), "127.0.0.10");
	request(&alice, "INVITE", "", body);
	(void)phone_recv(&alice);
	phone_answer_challenge(&alice, "alice", "wonderland", "INVITE",
			       "sip:bob@example.net");
	request(&alice, "INVITE", "", body);
	(void)phone_recv(&alice);
	ck_assert_uint_eq(phone_status(&alice), 100);
	(void)phone_recv(&alice);
	ck_assert_uint_eq(phone_status(&alice), 480);
}
END_TEST


START_TEST(ports_short_is_503_before_ringing)
{
	struct rig small;
	struct phone a, b;
	char body[512];

	rig_start(&small, "relay { ports = \"21100-21103\"\n"
			  "allow_local = yes }\n");
	rig_account(&small, "alice@example.net", "wonderland");
	rig_account(&small, "bob@example.net", "builder99");
	phone_open(&a, &small, "127.0.0.10");
	phone_open(&b, &small, "127.0.0.20");
	phone_register(&b, "bob", "builder99", "192.168.1.10:5060");

	/* two streams need eight ports */
	(void)snprintf(body, sizeof(body), "%sm=video 4002 RTP/AVP 31\r\n",
		       "v=0\r\no=- 1 1 IN IP4 192.168.1.10\r\ns=-\r\n"
		       "c=IN IP4 192.168.1.10\r\nt=0 0\r\n"
		       "m=audio 4000 RTP/AVP 0\r\n");
	request(&a, "INVITE", "", body);
	(void)phone_recv(&a);
	phone_answer_challenge(&a, "alice", "wonderland", "INVITE",
			       "sip:bob@example.net");
	request(&a, "INVITE", "", body);
	(void)phone_recv(&a);
	(void)phone_recv(&a);
	ck_assert_uint_eq(phone_status(&a), 503);
	ck_assert_ptr_nonnull(strstr(a.msg, "Retry-After: "));
	ck_assert(phone_quiet(&b));

	phone_close(&a);
	phone_close(&b);
	rig_stop(&small);
}
END_TEST


START_TEST(bad_sdp_that_must_be_relayed_is_488)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	request(&alice, "INVITE", "", "v=0\r\nm=audio x\r\n");
	(void)phone_recv(&alice);
	phone_answer_challenge(&alice, "alice", "wonderland", "INVITE",
			       "sip:bob@example.net");
	request(&alice, "INVITE", "", "v=0\r\nm=audio x\r\n");
	(void)phone_recv(&alice);
	(void)phone_recv(&alice);
	ck_assert_uint_eq(phone_status(&alice), 488);
	ck_assert_ptr_nonnull(strstr(alice.msg, "Warning: "));
	ck_assert(phone_quiet(&bob));
}
END_TEST


static const struct {
	const char *method;
} strangerv[] = {{"INVITE"},  {"MESSAGE"}, {"SUBSCRIBE"}, {"NOTIFY"},
		 {"PUBLISH"}, {"REFER"},   {"OPTIONS"},   {"NEWMETHOD"}};


START_TEST(s12_strangers_reach_nobody)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	request(&mallory, strangerv[_i].method, "", "");
	(void)phone_recv(&mallory);
	ck_assert_uint_eq(phone_status(&mallory), 407);
	ck_assert(phone_quiet(&bob));
}
END_TEST


START_TEST(s13_a_forged_route_is_no_dialog)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	phone_send(
		&mallory,
		"INVITE sip:bob@192.168.1.10 SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 127.0.0.66:5060;branch=z9hG4bK1;rport\r\n"
		"Route: <sip:127.0.0.1:%u;lr;vd=AAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		"AAAAAAAAAAAAAAAAAAAAAAAA>\r\n"
		"From: <sip:alice@example.net>;tag=a\r\n"
		"To: <sip:bob@example.net>;tag=b\r\n"
		"Call-ID: forged\r\nCSeq: 1 INVITE\r\n\r\n",
		sa_port(&rig.us));
	(void)phone_recv(&mallory);
	ck_assert_uint_eq(phone_status(&mallory), 481);
	ck_assert(phone_quiet(&bob));
}
END_TEST


START_TEST(s13_another_calls_cookie_is_no_use)
{
	const char *route = establish("192.168.1.10", "192.168.1.10");

	phone_send(&mallory,
		   "BYE sip:bob@192.168.1.10 SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP 127.0.0.66:5060;branch=z9hG4bK1;rport\r\n"
		   "Route: %s\r\n"
		   "From: <sip:alice@example.net>;tag=a\r\n"
		   "To: <sip:bob@example.net>;tag=b\r\n"
		   "Call-ID: another\r\nCSeq: 1 BYE\r\n\r\n",
		   route);
	(void)phone_recv(&mallory);
	ck_assert_uint_eq(phone_status(&mallory), 481);
	ck_assert(phone_quiet(&bob));
}
END_TEST


START_TEST(s14_nobody_challenges_in_our_name)
{
	char via[512];

	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	call_bob("192.168.1.10", "");
	(void)phone_recv(&bob);
	ck_assert_ptr_null(strstr(bob.msg, "Proxy-Authorization"));
	(void)snprintf(via, sizeof(via),
		       "407 Proxy Authentication Required\r\n"
		       "Proxy-Authenticate: Digest realm=\"example.net\", "
		       "nonce=\"x\", algorithm=MD5");
	bob_answers(via, "");
	(void)phone_recv(&alice);
	ck_assert_uint_eq(phone_status(&alice), 403);
	ck_assert_ptr_null(strstr(alice.msg, "Digest"));
}
END_TEST


START_TEST(s18_no_open_relay)
{
	static const char *const urlv[] = {"sip:x@203.0.113.99",
					   "sip:x@foreign.example",
					   "sip:x@127.0.0.20:9"};

	for (size_t i = 0; i < ARRAY_SIZE(urlv); i++) {
		phone_send(&mallory,
			   "INVITE %s SIP/2.0\r\nVia: SIP/2.0/UDP "
			   "127.0.0.66:5060;branch=z9hG4bK%zu;rport\r\n"
			   "From: <sip:alice@example.net>;tag=a\r\n"
			   "To: <sip:x@example.net>\r\n"
			   "Call-ID: relay%zu\r\nCSeq: 1 INVITE\r\n\r\n",
			   urlv[i], i, i);
		(void)phone_recv(&mallory);
		ck_assert_uint_eq(phone_status(&mallory), 407);
	}
}
END_TEST


START_TEST(s25_nobody_registers_for_another)
{
	phone_send(&mallory,
		   "REGISTER sip:example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP 127.0.0.66:5060;branch=z9hG4bK1;rport\r\n"
		   "From: <sip:bob@example.net>;tag=a\r\n"
		   "To: <sip:bob@example.net>\r\n"
		   "Call-ID: r1\r\nCSeq: 1 REGISTER\r\n"
		   "Contact: <sip:bob@127.0.0.66>\r\n\r\n");
	(void)phone_recv(&mallory);
	ck_assert_uint_eq(phone_status(&mallory), 401);
	phone_answer_challenge(&mallory, "alice", "wonderland", "REGISTER",
			       "sip:example.net");
	phone_send(&mallory,
		   "REGISTER sip:example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP 127.0.0.66:5060;branch=z9hG4bK2;rport\r\n"
		   "From: <sip:bob@example.net>;tag=a\r\n"
		   "To: <sip:bob@example.net>\r\n"
		   "Call-ID: r1\r\nCSeq: 2 REGISTER\r\n"
		   "Contact: <sip:bob@127.0.0.66>\r\n%s\r\n",
		   mallory.auth);
	(void)phone_recv(&mallory);
	ck_assert_uint_eq(phone_status(&mallory), 403);
}
END_TEST


START_TEST(nobody_speaks_in_another_name)
{
	request(&mallory, "INVITE", "", "");
	(void)phone_recv(&mallory);
	phone_answer_challenge(&mallory, "bob", "builder99", "INVITE",
			       "sip:bob@example.net");
	request(&mallory, "INVITE", "", "");
	(void)phone_recv(&mallory);
	ck_assert_uint_eq(phone_status(&mallory), 403);
}
END_TEST


START_TEST(a_ping_is_answered)
{
	phone_send(&mallory,
		   "OPTIONS sip:127.0.0.1:%u SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP 10.9.9.9;branch=z9hG4bK1;rport\r\n"
		   "From: <sip:x@example.com>;tag=a\r\n"
		   "To: <sip:127.0.0.1>\r\n"
		   "Call-ID: ping\r\nCSeq: 1 OPTIONS\r\n\r\n",
		   sa_port(&rig.us));
	(void)phone_recv(&mallory);
	ck_assert_uint_eq(phone_status(&mallory), 200);
	ck_assert_ptr_nonnull(strstr(mallory.msg, "received=127.0.0.66"));
}
END_TEST


START_TEST(a_phone_that_moved_is_reached_where_it_registered_since)
{
	const char *route = establish("192.168.1.10", "192.168.1.10");
	struct phone moved;

	/* the NAT has given bob another port; his Contact is what it was */
	phone_open(&moved, &rig, "127.0.0.20");
	phone_register(&moved, "bob", "builder99", "192.168.1.10:5060");
	in_dialog(&alice, "BYE", 99, route, true);
	(void)phone_recv(&moved);
	ck_assert(!strncmp(moved.msg, "BYE ", 4));
	phone_close(&moved);
}
END_TEST


START_TEST(reinvite_keeps_the_relay_ports)
{
	const char *route = establish("192.168.1.10", "192.168.1.10");
	char port[64], body[512];
	const char *m;

	m = strstr(alice.msg, "m=audio ");
	ck_assert_ptr_nonnull(m);
	(void)snprintf(port, sizeof(port), "%.13s", m);

	body_for(body, sizeof(body), "192.168.1.10");
	phone_send(&alice,
		   "INVITE sip:bob@192.168.1.10:5060 SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKre;rport\r\n"
		   "Route: %s\r\nMax-Forwards: 70\r\n"
		   "From: <sip:alice@example.net>;tag=a\r\n"
		   "To: <sip:bob@example.net>;tag=b\r\n"
		   "Call-ID: call-1\r\nCSeq: 9 INVITE\r\n"
		   "Contact: <sip:alice@192.168.1.10>\r\n"
		   "Content-Type: application/sdp\r\n"
		   "Content-Length: %zu\r\n\r\n%s",
		   alice.host, alice.port, route, strlen(body), body);
	(void)phone_recv(&bob);
	ck_assert_ptr_nonnull(strstr(bob.msg, "c=IN IP4 127.0.0.1\r\n"));
	bob_answers("200 OK", body);
	(void)phone_recv(&alice);
	ck_assert_uint_eq(phone_status(&alice), 100);
	(void)phone_recv(&alice);
	ck_assert_uint_eq(phone_status(&alice), 200);
	ck_assert_ptr_nonnull(strstr(alice.msg, port));
}
END_TEST


Suite *suite_call_flow(void);
Suite *suite_call_flow(void)
{
	Suite *s = suite_create("call_flow");
	TCase *tc = tcase_create("call_flow");

	tcase_set_timeout(tc, 20);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_call_behind_nat_is_relayed);
	tcase_add_test(tc, equal_addresses_go_direct);
	tcase_add_loop_test(tc, an_account_that_is_set_to_relay_is_relayed, 0,
			    2);
	tcase_add_test(tc, an_account_that_is_set_to_direct_is_not_relayed);
	tcase_add_test(tc, the_caller_cancels);
	tcase_add_test(tc, unknown_and_absent_callees);
	tcase_add_test(tc, ports_short_is_503_before_ringing);
	tcase_add_test(tc, bad_sdp_that_must_be_relayed_is_488);
	tcase_add_test(
		tc, a_phone_that_moved_is_reached_where_it_registered_since);
	tcase_add_test(tc, reinvite_keeps_the_relay_ports);
	test_table(tc, s12_strangers_reach_nobody, strangerv);
	tcase_add_test(tc, s13_a_forged_route_is_no_dialog);
	tcase_add_test(tc, s13_another_calls_cookie_is_no_use);
	tcase_add_test(tc, s14_nobody_challenges_in_our_name);
	tcase_add_test(tc, s18_no_open_relay);
	tcase_add_test(tc, s25_nobody_registers_for_another);
	tcase_add_test(tc, nobody_speaks_in_another_name);
	tcase_add_test(tc, a_ping_is_answered);
	suite_add_tcase(s, tc);

	return s;
}
