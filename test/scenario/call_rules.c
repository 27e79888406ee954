/**
 * @file scenario/call_rules.c  Session timers, and what passes as it is
 */
#include <stdio.h>
#include <string.h>
#include "test/scenario/talk.h"
#include "test/test.h"


static struct rig rig;
static struct phone alice, bob, peer;
static struct talk talk;

static const char conf[] = "relay { ports = \"23000-23099\"\n"
			   "allow_local = yes quarantine = 0 }\n"
			   "peer \"other\" { address = { \"127.0.0.40\" } }\n"
			   "session { expires = 1800 min = 120 }\n";


static void setup(void)
{
	rig_start(&rig, conf);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&bob, &rig, "127.0.0.20");
	phone_open(&peer, &rig, "127.0.0.40");
	talk_begin(&talk, &alice, &bob, "call-1");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	phone_close(&peer);
	rig_stop(&rig);
}


/** What alice asks for, what bob sees, what he says, what alice hears */
static const struct {
	const char *asks, *sees, *says, *hears, *requires;
} sessionv[] = {
	{"Supported: timer\r\nSession-Expires: 3600;refresher=uac\r\n",
	 "1800;refresher=uac",
	 "Require: timer\r\nSession-Expires: 1800;refresher=uac\r\n",
	 "1800;refresher=uac", "timer"},
	{"Supported: timer\r\nSession-Expires: 600\r\n", "600", "",
	 "600;refresher=uac", "timer"},
	{"Supported: timer\r\n", "1800", "", "1800;refresher=uac", "timer"},
	{"", "1800", "Session-Expires: 900;refresher=uas\r\n",
	 "900;refresher=uas", ""},
	{"", "1800", "", "", ""},
	{"Session-Expires: 60\r\n", "120", "", "", ""},
};


START_TEST(a_session_has_a_timer_that_both_can_bear)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, sessionv[_i].asks, "");
	talk_expect(&bob, "INVITE ");
	ck_assert_str_eq(phone_header(&bob, "Session-Expires"),
			 sessionv[_i].sees);
	ck_assert_ptr_eq(
		strstr(bob.msg, "Session-Expires"),
		strstr(strstr(bob.msg, "Session-Expires"), "Session-Expires"));
	talk_reply(&bob, "200 OK", sessionv[_i].says, "");
	talk_expect(&alice, "SIP/2.0 200 ");
	ck_assert_str_eq(phone_header(&alice, "Session-Expires"),
			 sessionv[_i].hears);
	ck_assert_str_eq(phone_header(&alice, "Require"),
			 sessionv[_i].requires);
}
END_TEST


START_TEST(an_interval_that_is_too_small_is_422)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "Supported: timer\r\nSession-Expires: 90\r\n", "");
	ck_assert_uint_eq(phone_status(&alice), 422);
	ck_assert_str_eq(phone_header(&alice, "Min-SE"), "120");
	ck_assert(phone_quiet(&bob));
}
END_TEST


/* it is no configuration that one may have: a second, for the test */
START_TEST(a_session_that_is_not_refreshed_gives_its_ports_back)
{
	rig.cfg->session.expires = rig.cfg->session.min = 1;
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "Supported: timer\r\n",
		    talk_sdp("192.168.1.10", ""));
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "200 OK", "Session-Expires: 1;refresher=uac\r\n",
		   talk_sdp("192.168.1.10", ""));
	talk_expect(&alice, "SIP/2.0 200 ");
	(void)snprintf(talk.route, sizeof(talk.route), "%s",
		       phone_header(&alice, "Record-Route"));
	ck_assert_uint_eq(rig_counter(&rig, "relay_sessions"), 1);

	/* a sign of life in time, then none */
	for (unsigned i = 0; i < 3; i++) {
		(void)phone_quiet(&bob);
		(void)phone_quiet(&bob);
		talk_inside(&talk, &alice, "UPDATE", 30 + i,
			    "Supported: timer\r\nSession-Expires: 1\r\n", "");
		talk_expect(&bob, "UPDATE ");
		talk_reply(&bob, "200 OK",
			   "Session-Expires: 1;refresher=uac\r\n", "");
		talk_expect(&alice, "SIP/2.0 200 ");
		ck_assert_uint_eq(rig_counter(&rig, "relay_sessions"), 1);
	}
	rig_settle(&rig, "relay_sessions", 0, 3000);
}
END_TEST


static const struct {
	const char *met, *lines;
} passv[] = {
	{"REFER", "Refer-To: <sip:carol@example.net>\r\n"
		  "Referred-By: <sip:alice@example.net>\r\n"},
	{"REFER", "Refer-To: <sip:carol@example.net?Replaces=x%40y%3B"
		  "to-tag%3D1%3Bfrom-tag%3D2>\r\n"
		  "Referred-By: <sip:alice@example.net>;cid=\"1@x\"\r\n"
		  "Target-Dialog: x@y;local-tag=1;remote-tag=2\r\n"},
	{"NOTIFY", "Event: refer;id=7\r\n"
		   "Subscription-State: terminated;reason=noresource\r\n"},
	{"SUBSCRIBE", "Event: dialog;sla\r\nExpires: 60\r\n"},
	{"INFO", "Info-Package: dtmf\r\n"},
	{"UPDATE", "P-Early-Media: sendrecv\r\n"},
	{"MESSAGE", "X-Own: 1,2;3\r\n"},
};


static bool has_lines(const char *msg, const char *lines)
{
	return strstr(msg, lines) != NULL;
}


START_TEST(what_a_transfer_says_passes_both_ways)
{
	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	talk_inside(&talk, &alice, passv[_i].met, 40, passv[_i].lines, "");
	talk_expect(&bob, passv[_i].met);
	ck_assert_msg(has_lines(bob.msg, passv[_i].lines), "%s", bob.msg);
	talk_reply(&bob, "202 Accepted", "X-Back: 1\r\n", "");
	talk_expect(&alice, "SIP/2.0 202 ");
	ck_assert(has_lines(alice.msg, "X-Back: 1\r\n"));

	talk_inside(&talk, &bob, passv[_i].met, 41, passv[_i].lines, "");
	talk_expect(&alice, passv[_i].met);
	ck_assert_msg(has_lines(alice.msg, passv[_i].lines), "%s", alice.msg);
}
END_TEST


/* outside of dialogs: authenticated, and then as it is */
START_TEST(what_begins_a_transfer_passes_once_it_is_known_whose)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_request(&talk, &alice, passv[_i].met, passv[_i].lines, "");
	talk_expect(&alice, "SIP/2.0 407 ");
	phone_answer_challenge(&alice, "alice", "wonderland", passv[_i].met,
			       "sip:bob@example.net");
	talk_request(&talk, &alice, passv[_i].met, passv[_i].lines, "");
	alice.auth[0] = '\0';
	talk_expect(&bob, passv[_i].met);
	ck_assert_msg(has_lines(bob.msg, passv[_i].lines), "%s", bob.msg);
}
END_TEST


START_TEST(a_pickup_by_replaces_passes)
{
	static const char lines[] =
		"Replaces: 12345@example.net;to-tag=1;from-tag=2;early-only"
		"\r\nRequire: replaces\r\n";

	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, lines, "");
	talk_expect(&bob, "INVITE ");
	ck_assert_msg(has_lines(bob.msg, lines), "%s", bob.msg);
}
END_TEST


START_TEST(a_reliable_provisional_and_its_prack_pass)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "Supported: 100rel\r\n", "");
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "183 Session Progress",
		   "Require: 100rel\r\nRSeq: 9\r\n", "");
	talk_expect(&alice, "SIP/2.0 183 ");
	ck_assert_str_eq(phone_header(&alice, "RSeq"), "9");
	(void)snprintf(talk.route, sizeof(talk.route), "%s",
		       phone_header(&alice, "Record-Route"));
	talk_inside(&talk, &alice, "PRACK", talk.invite + 1,
		    "RAck: 9 1 INVITE\r\n", "");
	talk_expect(&bob, "PRACK ");
	ck_assert_str_eq(phone_header(&bob, "RAck"), "9 1 INVITE");
	talk_reply(&bob, "200 OK", "", "");
	talk_expect(&alice, "SIP/2.0 200 ");
}
END_TEST


/* state that is published goes to a server behind us, or to a phone */
START_TEST(published_state_passes_to_a_peer)
{
	static const char lines[] = "Event: presence\r\nExpires: 60\r\n"
				    "SIP-If-Match: dx200xyz\r\n";
	char uri[64];

	(void)snprintf(uri, sizeof(uri), "sip:alice@127.0.0.40:%u", peer.port);
	talk_send(&talk, &alice, "PUBLISH", uri, lines, "");
	talk_expect(&alice, "SIP/2.0 407 ");
	phone_answer_challenge(&alice, "alice", "wonderland", "PUBLISH", uri);
	talk_send(&talk, &alice, "PUBLISH", uri, lines, "");
	alice.auth[0] = '\0';
	talk_expect(&peer, "PUBLISH ");
	ck_assert(has_lines(peer.msg, lines));
	talk_reply(&peer, "200 OK", "SIP-ETag: kwj449x\r\n", "");
	talk_expect(&alice, "SIP/2.0 200 ");
	ck_assert_str_eq(phone_header(&alice, "SIP-ETag"), "kwj449x");
}
END_TEST


START_TEST(options_tell_what_we_can)
{
	talk_send(&talk, &alice, "OPTIONS", "sip:example.net",
		  "User-Agent: a phone with a name that is long enough for "
		  "it to be told everything there is to know\r\n"
		  "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, REFER\r\n",
		  "");
	talk_expect(&alice, "SIP/2.0 200 ");
	ck_assert_ptr_nonnull(
		strstr(phone_header(&alice, "Accept"), "application/sdp"));
	ck_assert_ptr_nonnull(
		strstr(phone_header(&alice, "Allow"), "REGISTER"));
	ck_assert_ptr_nonnull(
		strstr(phone_header(&alice, "Supported"), "path"));
}
END_TEST


Suite *suite_call_rules(void);
Suite *suite_call_rules(void)
{
	Suite *s = suite_create("call_rules");
	TCase *tc = tcase_create("call_rules");

	tcase_set_timeout(tc, 20);
	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, a_session_has_a_timer_that_both_can_bear, sessionv);
	tcase_add_test(tc, an_interval_that_is_too_small_is_422);
	tcase_add_test(tc,
		       a_session_that_is_not_refreshed_gives_its_ports_back);
	test_table(tc, what_a_transfer_says_passes_both_ways, passv);
	test_table(tc, what_begins_a_transfer_passes_once_it_is_known_whose,
		   passv);
	tcase_add_test(tc, a_pickup_by_replaces_passes);
	tcase_add_test(tc, a_reliable_provisional_and_its_prack_pass);
	tcase_add_test(tc, published_state_passes_to_a_peer);
	tcase_add_test(tc, options_tell_what_we_can);
	suite_add_tcase(s, tc);

	return s;
}
