/**
 * @file scenario/outside.c  A relay server outside, and connections between
 *
 * The relay server is played by hand: what it does not do must end calls
 * cleanly, and what it gave must be given back.
 */
#include <stdio.h>
#include <string.h>
#include "test/scenario/talk.h"
#include "test/test.h"

static struct rig rig;
static struct phone alice, bob, relay;
static struct talk talk;

static const char granted[] = "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\n"
			      "c=IN IP4 0.0.0.0\r\nt=0 0\r\n"
			      "m=audio 17002 RTP/AVP 0\r\n"
			      "c=IN IP4 127.0.0.50\r\n"
			      "a=rtcp:17003 IN IP4 127.0.0.50\r\n";


static void setup(void)
{
	char conf[256];

	memset(&rig, 0, sizeof(rig));
	phone_open(&relay, &rig, "127.0.0.50");
	(void)snprintf(conf, sizeof(conf),
		       "relay { mode = \"external\" allow_local = yes\n"
		       "servers = { \"sip:127.0.0.50:%u\" } }\n",
		       relay.port);
	rig_start(&rig, conf);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&bob, &rig, "127.0.0.20");
	talk_begin(&talk, &alice, &bob, "call-1");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	phone_close(&relay);
	rig_stop(&rig);
}


/* alice calls, and the relay server is asked for her side */
static void call_until_asked(void)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	talk_expect(&relay, "INVITE sip:relay@127.0.0.50");
	ck_assert_ptr_nonnull(
		strstr(relay.msg, "a=x-viaduct-source:127.0.0.10\r\n"));
}


static void grant(void)
{
	talk_reply(&relay, "302 Moved", "Expires: 120\r\n", granted);
	talk_expect(&relay, "ACK ");
}


START_TEST(both_sides_are_asked_for_and_given_back)
{
	call_until_asked();
	grant();
	talk_expect(&bob, "INVITE ");
	ck_assert_ptr_nonnull(strstr(bob.msg, "c=IN IP4 127.0.0.50\r\n"));
	ck_assert_ptr_nonnull(strstr(bob.msg, "m=audio 17002 "));
	talk_reply(&bob, "200 OK", "", talk_sdp("192.168.1.10", ""));
	talk_expect(&relay, "INVITE ");
	grant();
	talk_expect(&alice, "SIP/2.0 200 ");
	ck_assert_ptr_nonnull(strstr(alice.msg, "c=IN IP4 127.0.0.50\r\n"));
	(void)snprintf(talk.route, sizeof(talk.route), "%s",
		       phone_header(&alice, "Record-Route"));
	talk_inside(&talk, &alice, "ACK", talk.invite, "", "");
	talk_expect(&bob, "ACK ");
	talk_inside(&talk, &bob, "BYE", 9, "", "");
	talk_expect(&alice, "BYE ");
	talk_reply(&alice, "200 OK", "", "");
	talk_expect(&bob, "SIP/2.0 200 ");
	talk_expect(&relay, "BYE ");
}
END_TEST


START_TEST(a_silent_relay_server_is_503_before_it_rings)
{
	call_until_asked();
	do {
		(void)phone_recv(&alice);
	} while (phone_status(&alice) == 100);
	ck_assert_uint_eq(phone_status(&alice), 503);
	ck_assert(phone_quiet(&bob));
}
END_TEST


START_TEST(a_caller_need_not_wait_for_the_relay_server)
{
	char invite[sizeof(relay.msg)];

	call_until_asked();
	memcpy(invite, relay.msg, sizeof(invite));
	talk_cancel(&talk);
	talk_expect(&alice, "SIP/2.0 200 ");
	talk_expect(&alice, "SIP/2.0 487 ");

	/* what it grants too late it gets back at once */
	memcpy(relay.msg, invite, sizeof(invite));
	talk_reply(&relay, "302 Moved", "Expires: 120\r\n", granted);
	do {
		(void)phone_recv(&relay);
	} while (strncmp(relay.msg, "BYE ", 4));
	ck_assert(phone_quiet(&bob));
}
END_TEST


/* the callee has accepted already: it is told that nobody is there */
START_TEST(an_answer_that_cannot_be_relayed_hangs_up)
{
	call_until_asked();
	grant();
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "200 OK", "", talk_sdp("192.168.1.10", ""));
	talk_expect(&relay, "INVITE ");
	talk_reply(&relay, "481 Gone", "", "");
	talk_expect(&alice, "SIP/2.0 503 ");
	talk_expect(&bob, "ACK sip:bob@192.168.1.10:5060 ");
	talk_expect(&bob, "BYE sip:bob@192.168.1.10:5060 ");
	ck_assert_ptr_nonnull(strstr(bob.msg, ";tag=b\r\n"));
}
END_TEST


/* two Record-Routes, one for each side's transport */
START_TEST(a_dialog_crosses_from_tcp_to_udp_and_back)
{
	struct phone tcp;
	const char *second;
	char *line;

	phone_open_tcp(&tcp, &rig, "127.0.0.10");
	talk.alice = &tcp;
	phone_register(&bob, "bob", "builder99", "127.0.0.20:5060");
	talk_invite(&talk, "", "");
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "200 OK", "", "");
	talk_expect(&tcp, "SIP/2.0 200 ");

	/* in the order of the caller: the last first */
	line = strstr(tcp.msg, "Record-Route: ");
	ck_assert_ptr_nonnull(line);
	second = strstr(line + 1, "Record-Route: ");
	ck_assert_ptr_nonnull(second);
	ck_assert_ptr_nonnull(strstr(second, ";transport=tcp"));
	(void)snprintf(talk.route, sizeof(talk.route), "%.*s, %.*s",
		       (int)strcspn(second + 14, "\r"), second + 14,
		       (int)strcspn(line + 14, "\r"), line + 14);
	talk_inside(&talk, &tcp, "ACK", talk.invite, "", "");
	talk_expect(&bob, "ACK ");
	ck_assert_str_eq(phone_header(&bob, "Route"), "");

	/* of the callee: as they stand */
	(void)snprintf(talk.route, sizeof(talk.route), "%.*s, %.*s",
		       (int)strcspn(line + 14, "\r"), line + 14,
		       (int)strcspn(second + 14, "\r"), second + 14);
	talk_inside(&talk, &bob, "BYE", 9, "", "");
	talk_expect(&tcp, "BYE ");
	ck_assert_str_eq(phone_header(&tcp, "Route"), "");
	talk_reply(&tcp, "200 OK", "", "");
	talk_expect(&bob, "SIP/2.0 200 ");
	phone_close(&tcp);
}
END_TEST


Suite *suite_outside(void);
Suite *suite_outside(void)
{
	Suite *s = suite_create("outside");
	TCase *tc = tcase_create("outside");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, both_sides_are_asked_for_and_given_back);
	tcase_add_test(tc, a_silent_relay_server_is_503_before_it_rings);
	tcase_add_test(tc, a_caller_need_not_wait_for_the_relay_server);
	tcase_add_test(tc, an_answer_that_cannot_be_relayed_hangs_up);
	tcase_add_test(tc, a_dialog_crosses_from_tcp_to_udp_and_back);
	suite_add_tcase(s, tc);

	return s;
}
