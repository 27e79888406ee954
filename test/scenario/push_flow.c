/**
 * @file scenario/push_flow.c  Calls to phones that sleep
 *
 * Bob's phone is on TCP, gives push parameters, and closes its connection. It
 * comes back by UDP, where each message is one of its own to the test.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "proxy/admin/control.h"
#include "proxy/server_state.h"
#include "test/mock/hook.h"
#include "test/scenario/talk.h"
#include "test/test.h"

#define TOKEN   ";pn-provider=fcm;pn-prid=t1"
#define CONTACT "192.168.1.10:5060;transport=tcp" TOKEN
#define AWAKE   "192.168.1.10:5060" TOKEN

static struct rig rig;
static struct phone alice, bob;
static struct talk talk;
static struct hook hook;


static void setup(void)
{
	char conf[512];

	hook_open(&hook, 200);
	(void)snprintf(conf, sizeof(conf),
		       "relay { ports = \"21000-21099\"\n"
		       "allow_local = yes }\n"
		       "push { url = \"%s\" timeout = 1 wait = 1 }\n",
		       hook.url);
	rig_start(&rig, conf);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open_tcp(&bob, &rig, "127.0.0.20");
	phone_register(&bob, "bob", "builder99", CONTACT);
	ck_assert_str_eq(phone_header(&bob, "Feature-Caps"),
			 "*;+sip.pns=\"fcm\"");
	phone_close(&bob);
	talk_begin(&talk, &alice, &bob, "call-1");
}


static void teardown(void)
{
	phone_close(&alice);
	rig_stop(&rig);
	hook_close(&hook);
}


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


static void wait_for_hook(unsigned requests)
{
	struct tmr tmr;

	tmr_init(&tmr);
	for (unsigned n = 0; n < 200 && hook.requests < requests; n++) {
		tmr_start(&tmr, 10, stop_handler, NULL);
		(void)re_main(NULL);
	}
	tmr_cancel(&tmr);
	ck_assert_uint_eq(hook.requests, requests);
}


static void final(unsigned scode)
{
	do {
		(void)phone_recv(&alice);
	} while (phone_status(&alice) < 200);
	ck_assert_uint_eq(phone_status(&alice), scode);
}


START_TEST(a_call_waits_until_the_phone_is_awake)
{
	ck_assert_uint_eq(rig_counter(&rig, "location_bindings"), 1);
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	wait_for_hook(1);
	ck_assert_ptr_nonnull(strstr(hook.body, "\"prid\":\"t1\""));
	ck_assert_ptr_nonnull(strstr(hook.body, "\"call-id\":\"call-1\""));

	phone_open(&bob, &rig, "127.0.0.20");
	phone_register(&bob, "bob", "builder99", AWAKE);
	talk_expect(&bob, "INVITE sip:bob@192.168.1.10:5060;pn-");
	talk_reply(&bob, "180 Ringing", "", "");
	talk_expect(&alice, "SIP/2.0 180 ");
	phone_close(&bob);
}
END_TEST


static bool is_explained(const char *want)
{
	static const char line[] = "{\"command\":\"explain\",\"from\":"
				   "\"alice\",\"to\":\"bob\"}";
	char *said = control_answer(rig.srv->control, line, strlen(line));
	bool is;

	ck_assert_ptr_nonnull(said);
	is = strstr(said, "\"ok\":true") && strstr(said, want);
	free(said);

	return is;
}


/* sooner or later: that the connection is closed has to be heard first */
static void expect_explained(const char *want)
{
	struct tmr tmr;

	tmr_init(&tmr);
	for (unsigned n = 0; n < 200 && !is_explained(want); n++) {
		tmr_start(&tmr, 10, stop_handler, NULL);
		(void)re_main(NULL);
	}
	tmr_cancel(&tmr);
	ck_assert(is_explained(want));
}


/* whoever asks what would happen, nothing happens */
START_TEST(to_explain_a_call_wakes_no_phone_and_rings_none)
{
	struct phone desk;

	expect_explained("\"woken\":1");
	phone_open(&desk, &rig, "127.0.0.21");
	phone_register(&desk, "bob", "builder99", "127.0.0.21:5070");
	expect_explained("127.0.0.21");
	ck_assert(phone_quiet(&desk));
	ck_assert_uint_eq(hook.requests, 0);
	ck_assert_uint_eq(calls_count(rig.srv->calls), 0);

	/* it could have been woken */
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	talk_expect(&desk, "INVITE ");
	wait_for_hook(1);
	phone_close(&desk);
}
END_TEST


START_TEST(after_a_restart_it_is_woken_as_well)
{
	rig_restart(&rig);
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	wait_for_hook(1);
	phone_open(&bob, &rig, "127.0.0.20");
	phone_register(&bob, "bob", "builder99", AWAKE);
	talk_expect(&bob, "INVITE sip:bob@192.168.1.10:5060;pn-");
	phone_close(&bob);
}
END_TEST


START_TEST(who_does_not_wake_up_is_480)
{
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	wait_for_hook(1);
	final(480);
}
END_TEST


START_TEST(a_hook_that_fails_is_480_at_once)
{
	hook.status = 500;
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	final(480);
	ck_assert_uint_eq(hook.requests, 1);
}
END_TEST


START_TEST(a_caller_who_gives_up_is_answered)
{
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	wait_for_hook(1);
	talk_cancel(&talk);
	talk_expect(&alice, "SIP/2.0 200 ");
	final(487);

	/* the phone that comes now is not called any more */
	phone_open(&bob, &rig, "127.0.0.20");
	phone_register(&bob, "bob", "builder99", AWAKE);
	ck_assert(phone_quiet(&bob));
	phone_close(&bob);
}
END_TEST


/* another phone of his is awake: it rings meanwhile, and the one that has
 * come rings too */
START_TEST(those_who_are_awake_ring_meanwhile)
{
	struct phone desk;

	phone_open(&desk, &rig, "127.0.0.21");
	phone_register(&desk, "bob", "builder99", "127.0.0.21:5070");
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	talk_expect(&desk, "INVITE sip:bob@127.0.0.21:5070 ");
	talk_reply(&desk, "180 Ringing", "", "");
	talk_expect(&alice, "SIP/2.0 180 ");
	wait_for_hook(1);
	phone_open(&bob, &rig, "127.0.0.20");
	phone_register(&bob, "bob", "builder99", AWAKE);
	talk_expect(&bob, "INVITE sip:bob@192.168.1.10:5060;pn-");
	phone_close(&bob);
	phone_close(&desk);
}
END_TEST


/* he is not at his desk: carol it is, and nobody else any more */
START_TEST(who_wakes_when_his_time_is_over_does_not_ring)
{
	struct account_settings set = {.noanswer_s = 1};
	struct phone desk, carol;

	(void)str_ncpy(set.forward_noanswer, "sip:carol@example.net",
		       sizeof(set.forward_noanswer));
	rig_settings(&rig, "bob@example.net", &set);
	rig.cfg->push.wait = 10;
	rig_account(&rig, "carol@example.net", "christmas");
	phone_open(&carol, &rig, "127.0.0.22");
	phone_register(&carol, "carol", "christmas", "127.0.0.22:5070");
	phone_open(&desk, &rig, "127.0.0.21");
	phone_register(&desk, "bob", "builder99", "127.0.0.21:5070");

	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	talk_expect(&desk, "INVITE ");
	talk_reply(&desk, "180 Ringing", "", "");
	wait_for_hook(1);
	talk_expect(&desk, "CANCEL ");
	talk_expect(&carol, "INVITE ");
	phone_open(&bob, &rig, "127.0.0.20");
	phone_register(&bob, "bob", "builder99", AWAKE);
	ck_assert(phone_quiet(&bob));

	phone_close(&bob);
	phone_close(&desk);
	phone_close(&carol);
}
END_TEST


START_TEST(a_service_that_is_not_ours_is_555)
{
	phone_open(&bob, &rig, "127.0.0.20");
	for (int i = 0; i < 2; i++) {
		phone_send(&bob,
			   "REGISTER sip:example.net SIP/2.0\r\n"
			   "Via: SIP/2.0/UDP 127.0.0.20;branch=z9hG4bKp%d;"
			   "rport\r\n"
			   "From: <sip:bob@example.net>;tag=r\r\n"
			   "To: <sip:bob@example.net>\r\n"
			   "Call-ID: p\r\nCSeq: %d REGISTER\r\n"
			   "Contact: <sip:bob@192.168.1.10;pn-provider=pigeon;"
			   "pn-prid=1>\r\n%sContent-Length: 0\r\n\r\n",
			   i, i + 1, bob.auth);
		(void)phone_recv(&bob);
		if (!i)
			phone_answer_challenge(&bob, "bob", "builder99",
					       "REGISTER", "sip:example.net");
	}
	ck_assert_uint_eq(phone_status(&bob), 555);
	ck_assert_uint_eq(rig_counter(&rig, "location_bindings"), 1);
	phone_close(&bob);
}
END_TEST


Suite *suite_push_flow(void);
Suite *suite_push_flow(void)
{
	Suite *s = suite_create("push_flow");
	TCase *tc = tcase_create("push_flow");

	tcase_set_timeout(tc, 20);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_call_waits_until_the_phone_is_awake);
	tcase_add_test(tc, to_explain_a_call_wakes_no_phone_and_rings_none);
	tcase_add_test(tc, after_a_restart_it_is_woken_as_well);
	tcase_add_test(tc, who_does_not_wake_up_is_480);
	tcase_add_test(tc, a_hook_that_fails_is_480_at_once);
	tcase_add_test(tc, a_caller_who_gives_up_is_answered);
	tcase_add_test(tc, those_who_are_awake_ring_meanwhile);
	tcase_add_test(tc, who_wakes_when_his_time_is_over_does_not_ring);
	tcase_add_test(tc, a_service_that_is_not_ours_is_555);
	suite_add_tcase(s, tc);

	return s;
}
