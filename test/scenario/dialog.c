/**
 * @file scenario/dialog.c  Dialogs from their beginning to every end
 *
 * Each end leaves the relay as empty as it was.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "test/scenario/talk.h"
#include "test/test.h"

enum { T1_MS = 10, DONE_MS = 64 * T1_MS * 5 };

static struct rig rig;
static struct phone alice, bob, peer;
static struct talk talk;

static const char conf[] = "relay { ports = \"22000-22099\"\n"
			   "allow_local = yes quarantine = 0 }\n"
			   "peer \"other\" { address = { \"127.0.0.40\" } }\n";


static void begin(uint32_t t1)
{
	if (t1)
		rig_start_fast(&rig, conf, t1);
	else
		rig_start(&rig, conf);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&bob, &rig, "127.0.0.20");
	phone_open(&peer, &rig, "127.0.0.40");
	talk_begin(&talk, &alice, &bob, "call-1");
}


static void setup(void)
{
	begin(0);
}


static void setup_fast(void)
{
	begin(T1_MS);
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	phone_close(&peer);
	rig_stop(&rig);
}


static void relay_is_empty(void)
{
	rig_settle(&rig, "relay_sessions", 0, DONE_MS);
}


/* the body of the last message names no address of a LAN */
static void expect_relayed(const struct phone *ph)
{
	const char *body = strstr(ph->msg, "\r\n\r\n");

	ck_assert_ptr_nonnull(body);
	ck_assert_msg(strstr(body, "c=IN IP4 127.0.0.1\r\n") != NULL, "%s",
		      ph->msg);
	ck_assert_msg(!strstr(body, "192.168."), "%s", ph->msg);
}


static const char *media_line(const struct phone *ph)
{
	static char line[64];
	const char *m = strstr(ph->msg, "m=audio ");

	ck_assert_ptr_nonnull(m);
	(void)snprintf(line, sizeof(line), "%.*s", (int)strcspn(m, "\r"), m);

	return line;
}


/* INVITE of alice's that rings at bob's */
static void ring(const char *body)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "", body);
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "180 Ringing", "", "");
	talk_expect(&alice, "SIP/2.0 180 ");
}


static const char *const methodv[] = {"UPDATE", "INFO",    "PRACK",  "REFER",
				      "NOTIFY", "MESSAGE", "OPTIONS"};


static void one_way(struct phone *from, struct phone *to, const char *met,
		    unsigned cseq)
{
	const char *body = strcmp(met, "UPDATE")
				   ? ""
				   : talk_sdp("192.168.1.10", "");

	talk_inside(&talk, from, met, cseq, "", body);
	talk_expect(to, met);
	if (body[0])
		expect_relayed(to);
	talk_reply(to, "200 OK", "", body);
	talk_expect(from, "SIP/2.0 200 ");
	if (body[0])
		expect_relayed(from);
}


static void reinvite(struct phone *from, struct phone *to, unsigned cseq)
{
	talk_inside(&talk, from, "INVITE", cseq, "",
		    talk_sdp("192.168.1.10", ""));
	talk_expect(from, "SIP/2.0 100 ");
	talk_expect(to, "INVITE ");
	expect_relayed(to);
	talk_reply(to, "200 OK", "", talk_sdp("192.168.1.10", ""));
	talk_expect(from, "SIP/2.0 200 ");
	expect_relayed(from);
	talk_inside(&talk, from, "ACK", cseq, "", "");
	talk_expect(to, "ACK ");
}


static void bye(struct phone *from, struct phone *to)
{
	talk_inside(&talk, from, "BYE", 99, "", "");
	talk_expect(to, "BYE ");
	talk_reply(to, "200 OK", "", "");
	talk_expect(from, "SIP/2.0 200 ");
	relay_is_empty();
}


START_TEST(each_method_goes_both_ways)
{
	struct phone *from = _i ? &bob : &alice, *to = _i ? &alice : &bob;

	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	for (size_t i = 0; i < ARRAY_SIZE(methodv); i++)
		one_way(from, to, methodv[i], 10 + (unsigned)i);
	reinvite(from, to, 30);
	bye(from, to);
}
END_TEST


START_TEST(a_strict_routers_request_is_repaired)
{
	char route[512];

	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	(void)snprintf(route, sizeof(route), "%.*s",
		       (int)strlen(talk.route) - 2, talk.route + 1);
	phone_send(&alice,
		   "INFO %s SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKstrict;rport\r\n"
		   "Route: <sip:bob@192.168.1.10:5060>\r\n"
		   "From: <sip:alice@example.net>;tag=a\r\n"
		   "To: <sip:bob@example.net>;tag=b\r\n"
		   "Call-ID: call-1\r\nCSeq: 20 INFO\r\n\r\n",
		   route, alice.host, alice.port);
	talk_expect(&bob, "INFO sip:bob@192.168.1.10:5060 ");
	ck_assert_str_eq(phone_header(&bob, "Route"), "");
}
END_TEST


START_TEST(what_comes_round_is_482)
{
	phone_send(&peer,
		   "MESSAGE sip:x@127.0.0.40:%u SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bK1;rport\r\n"
		   "From: <sip:p@example.com>;tag=a\r\n"
		   "To: <sip:x@example.com>\r\n"
		   "Call-ID: loop\r\nCSeq: 1 MESSAGE\r\n\r\n",
		   peer.port, peer.host, peer.port);
	talk_expect(&peer, "MESSAGE ");
	phone_send(&peer,
		   "MESSAGE sip:x@127.0.0.40:%u SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bK2;rport\r\n%s",
		   peer.port, peer.host, peer.port,
		   strstr(peer.msg, "\r\n") + 2);
	talk_expect(&peer, "SIP/2.0 482 ");
}
END_TEST


static const struct {
	const char *uri, *extra, *status, *line;
} badv[] = {
	{"sip:bob@example.net", "Proxy-Require: foo, bar\r\n", "SIP/2.0 420 ",
	 "\r\nUnsupported: foo, bar\r\n"},
	{"sip:bob@example.net", "Max-Forwards: 0\r\n", "SIP/2.0 483 ", "\r\n"},
	{"tel:+15551234", "", "SIP/2.0 416 ", "\r\n"},
	{"sips:bob@example.net", "", "SIP/2.0 416 ", "\r\n"},
	{"sip:bob@example.net", "Max-Forwards: 256\r\n", "SIP/2.0 ", "\r\n"},
	{"sip:bob@example.net", "Require: nothing-a-proxy-knows\r\n",
	 "SIP/2.0 407 ", "\r\n"},
};


START_TEST(unfit_requests_get_their_status)
{
	phone_send(&alice,
		   "MESSAGE %s SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bK1;rport\r\n"
		   "From: <sip:alice@example.net>;tag=a\r\n"
		   "To: <sip:bob@example.net>\r\n"
		   "Call-ID: unfit\r\nCSeq: 1 MESSAGE\r\n%s\r\n",
		   badv[_i].uri, alice.host, alice.port, badv[_i].extra);
	talk_expect(&alice, badv[_i].status);
	ck_assert_ptr_nonnull(strstr(alice.msg, badv[_i].line));
}
END_TEST


START_TEST(a_late_offer_is_relayed_in_2xx_and_ack)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "", "");
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "200 OK", "", talk_sdp("192.168.1.10", ""));
	talk_expect(&alice, "SIP/2.0 200 ");
	expect_relayed(&alice);
	(void)snprintf(talk.route, sizeof(talk.route), "%s",
		       phone_header(&alice, "Record-Route"));
	talk_inside(&talk, &alice, "ACK", talk.invite, "",
		    talk_sdp("192.168.1.10", ""));
	talk_expect(&bob, "ACK ");
	expect_relayed(&bob);
	bye(&bob, &alice);
}
END_TEST


START_TEST(early_media_and_answer_name_the_same_port)
{
	char early[64];

	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "183 Session Progress", "",
		   talk_sdp("192.168.1.10", ""));
	talk_expect(&alice, "SIP/2.0 183 ");
	expect_relayed(&alice);
	(void)snprintf(early, sizeof(early), "%s", media_line(&alice));
	talk_reply(&bob, "200 OK", "", talk_sdp("192.168.1.10", ""));
	talk_expect(&alice, "SIP/2.0 200 ");
	expect_relayed(&alice);
	ck_assert_str_eq(media_line(&alice), early);
}
END_TEST


/* RFC 5118 section 4.10: such a phone talks IPv4 as well */
START_TEST(a_mapped_address_in_sdp_is_an_ipv4_one)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "",
		    "v=0\r\no=- 1 1 IN IP6 ::ffff:192.168.1.10\r\ns=-\r\n"
		    "c=IN IP6 ::ffff:192.168.1.10\r\nt=0 0\r\n"
		    "m=audio 4000 RTP/AVP 0\r\n");
	talk_expect(&bob, "INVITE ");
	ck_assert_ptr_nonnull(strstr(bob.msg, "c=IN IP4 127.0.0.1\r\n"));
}
END_TEST


/* a relay without an IPv6 address can do nothing for it */
START_TEST(ipv6_media_without_an_ipv6_relay_is_488)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "",
		    "v=0\r\no=- 1 1 IN IP6 2001:db8::1\r\ns=-\r\n"
		    "c=IN IP6 2001:db8::1\r\nt=0 0\r\n"
		    "m=audio 4000 RTP/AVP 0\r\n");
	talk_expect(&alice, "SIP/2.0 488 ");
	ck_assert_str_ne(phone_header(&alice, "Warning"), "");
	relay_is_empty();
}
END_TEST


static const struct {
	const char *addr, *attr, *want;
} holdv[] = {
	{"0.0.0.0", "", "c=IN IP4 0.0.0.0\r\n"},
	{"192.168.1.10", "a=sendonly\r\n", "a=sendonly\r\n"},
};


START_TEST(a_call_is_held_and_resumed)
{
	char before[64];

	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	talk_inside(&talk, &alice, "UPDATE", 20, "",
		    talk_sdp("192.168.1.10", ""));
	talk_expect(&bob, "UPDATE ");
	(void)snprintf(before, sizeof(before), "%s", media_line(&bob));
	talk_reply(&bob, "200 OK", "", talk_sdp("192.168.1.10", ""));
	talk_expect(&alice, "SIP/2.0 200 ");

	talk_inside(&talk, &alice, "INVITE", 21, "",
		    talk_sdp(holdv[_i].addr, holdv[_i].attr));
	talk_expect(&alice, "SIP/2.0 100 ");
	talk_expect(&bob, "INVITE ");
	ck_assert_ptr_nonnull(strstr(bob.msg, holdv[_i].want));
	ck_assert_ptr_null(
		strstr(strstr(bob.msg, "\r\n\r\n"), "c=IN IP4 192"));
	talk_reply(&bob, "200 OK", "", talk_sdp("192.168.1.10", ""));
	talk_expect(&alice, "SIP/2.0 200 ");
	expect_relayed(&alice);
	talk_inside(&talk, &alice, "ACK", 21, "", "");
	talk_expect(&bob, "ACK ");

	talk_inside(&talk, &alice, "INVITE", 22, "",
		    talk_sdp("192.168.1.10", ""));
	talk_expect(&alice, "SIP/2.0 100 ");
	talk_expect(&bob, "INVITE ");
	expect_relayed(&bob);
	ck_assert_str_eq(media_line(&bob), before);
}
END_TEST


START_TEST(a_cancel_waits_for_the_callees_first_word)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	talk_expect(&bob, "INVITE ");
	talk_cancel(&talk);
	talk_expect(&alice, "SIP/2.0 200 ");
	ck_assert_str_eq(phone_header(&alice, "CSeq") +
				 strlen(phone_header(&alice, "CSeq")) - 6,
			 "CANCEL");
	talk_reply(&bob, "180 Ringing", "", "");
	talk_expect(&bob, "CANCEL sip:bob@192.168.1.10:5060 ");
}
END_TEST


START_TEST(a_cancelled_call_whose_callee_is_silent_is_487)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	talk_cancel(&talk);
	talk_expect(&alice, "SIP/2.0 200 ");
	talk_expect(&alice, "SIP/2.0 487 ");
	relay_is_empty();
}
END_TEST


START_TEST(a_callee_who_never_answers_is_408)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	ck_assert_uint_eq(rig_counter(&rig, "relay_sessions"), 1);
	talk_expect(&alice, "SIP/2.0 408 ");
	relay_is_empty();
}
END_TEST


START_TEST(a_busy_callee_frees_the_ports)
{
	ring(talk_sdp("192.168.1.10", ""));
	ck_assert_uint_eq(rig_counter(&rig, "relay_sessions"), 1);
	talk_reply(&bob, "486 Busy Here", "", "");
	talk_expect(&bob, "ACK ");
	talk_expect(&alice, "SIP/2.0 486 ");
	relay_is_empty();
}
END_TEST


START_TEST(a_callee_who_moved_frees_the_ports)
{
	ring(talk_sdp("192.168.1.10", ""));
	talk_reply(&bob, "302 Moved", "", "");
	talk_expect(&bob, "ACK ");
	talk_expect(&alice, "SIP/2.0 302 ");
	relay_is_empty();
}
END_TEST


START_TEST(a_caller_whose_connection_breaks_cancels)
{
	struct phone tcp;

	phone_open_tcp(&tcp, &rig, "127.0.0.10");
	talk.alice = &tcp;
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "180 Ringing", "", "");
	talk_expect(&tcp, "SIP/2.0 180 ");
	phone_close(&tcp);
	talk_expect(&bob, "CANCEL ");
	relay_is_empty();
}
END_TEST


START_TEST(a_bye_ends_the_call_though_its_sender_hangs_up_the_line)
{
	struct phone tcp;

	phone_open_tcp(&tcp, &rig, "127.0.0.10");
	talk.alice = &tcp;
	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	ck_assert_uint_eq(rig_counter(&rig, "relay_sessions"), 1);
	talk_inside(&talk, &tcp, "BYE", 99, "", "");
	phone_close(&tcp);
	talk_expect(&bob, "BYE ");
	relay_is_empty();
}
END_TEST


START_TEST(a_bye_ends_the_call_though_the_other_end_is_gone)
{
	struct phone tcp;

	phone_open_tcp(&tcp, &rig, "127.0.0.20");
	talk.bob = &tcp;
	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	phone_close(&tcp);
	rig_settle(&rig, "tcp_connections", 0, DONE_MS);
	talk_inside(&talk, &alice, "BYE", 99, "", "");
	(void)phone_recv(&alice);
	ck_assert_uint_ge(phone_status(&alice), 400);
	relay_is_empty();
}
END_TEST


START_TEST(a_bye_that_nobody_answers_ends_the_call)
{
	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	talk_inside(&talk, &alice, "BYE", 99, "", "");
	talk_expect(&bob, "BYE ");
	relay_is_empty();
}
END_TEST


/* the retransmission of a 200 meets a call that has ended */
START_TEST(no_private_address_follows_a_call_that_has_ended)
{
	struct phone copy;

	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	talk_expect(&bob, "INVITE ");
	copy = bob;
	talk_reply(&bob, "200 OK", "", talk_sdp("192.168.1.10", ""));
	talk_expect(&alice, "SIP/2.0 200 ");
	(void)snprintf(talk.route, sizeof(talk.route), "%s",
		       phone_header(&alice, "Record-Route"));
	talk_inside(&talk, &alice, "ACK", talk.invite, "", "");
	talk_expect(&bob, "ACK ");
	bye(&alice, &bob);
	memcpy(bob.msg, copy.msg, sizeof(bob.msg));
	talk_reply(&bob, "200 OK", "", talk_sdp("192.168.1.10", ""));
	while (!phone_quiet(&alice))
		ck_assert_ptr_null(
			strstr(strstr(alice.msg, "\r\n\r\n"), "192.168."));
}
END_TEST


static const char *const behindbyev[] = {"INVITE", "UPDATE", "PRACK", "ACK"};


/* it crossed the BYE, or its sender wants the ports for nothing */
START_TEST(an_offer_behind_the_bye_keeps_no_ports)
{
	const char *met = behindbyev[_i];

	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	bye(&alice, &bob);
	relay_is_empty();
	talk_inside(&talk, &alice, met, 100, "", talk_sdp("192.168.1.10", ""));
	talk_expect(&bob, met);
	if (strcmp(met, "ACK")) {
		if (!strcmp(met, "INVITE"))
			talk_expect(&alice, "SIP/2.0 100 ");
		talk_reply(&bob, "481 Gone", "", "");
		talk_expect(&alice, "SIP/2.0 481 ");
	}
	relay_is_empty();
}
END_TEST


START_TEST(a_dialog_outlives_a_restart)
{
	struct phone *from = _i ? &bob : &alice, *to = _i ? &alice : &bob;

	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	rig_restart(&rig);
	one_way(from, to, "INFO", 20);
	reinvite(from, to, 21);
	ck_assert_uint_eq(rig_counter(&rig, "relay_sessions"), 1);
	bye(from, to);
}
END_TEST


Suite *suite_dialog(void);
Suite *suite_dialog(void)
{
	Suite *s = suite_create("dialog");
	TCase *tc = tcase_create("dialog"), *fast = tcase_create("fast");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, each_method_goes_both_ways, 0, 2);
	tcase_add_test(tc, a_strict_routers_request_is_repaired);
	tcase_add_test(tc, what_comes_round_is_482);
	test_table(tc, unfit_requests_get_their_status, badv);
	tcase_add_test(tc, a_late_offer_is_relayed_in_2xx_and_ack);
	tcase_add_test(tc, early_media_and_answer_name_the_same_port);
	tcase_add_test(tc, a_mapped_address_in_sdp_is_an_ipv4_one);
	tcase_add_test(tc, ipv6_media_without_an_ipv6_relay_is_488);
	test_table(tc, a_call_is_held_and_resumed, holdv);
	tcase_add_test(tc, a_cancel_waits_for_the_callees_first_word);
	tcase_add_test(tc, a_busy_callee_frees_the_ports);
	tcase_add_test(tc, a_callee_who_moved_frees_the_ports);
	tcase_add_test(tc, a_caller_whose_connection_breaks_cancels);
	tcase_add_test(
		tc, a_bye_ends_the_call_though_its_sender_hangs_up_the_line);
	tcase_add_test(tc, a_bye_ends_the_call_though_the_other_end_is_gone);
	tcase_add_test(tc, no_private_address_follows_a_call_that_has_ended);
	test_table(tc, an_offer_behind_the_bye_keeps_no_ports, behindbyev);
	tcase_add_loop_test(tc, a_dialog_outlives_a_restart, 0, 2);
	suite_add_tcase(s, tc);

	tcase_set_timeout(fast, 30);
	tcase_add_checked_fixture(fast, setup_fast, teardown);
	tcase_add_test(fast, a_cancelled_call_whose_callee_is_silent_is_487);
	tcase_add_test(fast, a_callee_who_never_answers_is_408);
	tcase_add_test(fast, a_bye_that_nobody_answers_ends_the_call);
	suite_add_tcase(s, fast);

	return s;
}
