/**
 * @file test/scenario/test_number.c  Whole calls to the test number
 */
#include <stdio.h>
#include <string.h>
#include "test/mock/tone.h"
#include "test/scenario/deskside.h"
#include "test/test.h"

enum { TONE_HZ = 440, BEEP_HZ = 1000, MINE_HZ = 700, RUN = 6 };

static struct deskside d;
static struct sound *mine;


static void setup(void)
{
	deskside_open(&d, "sounds { test = { \"test\", \"*43\" } }\n", 0);
	ck_assert_int_eq(sound_tone(&mine, MINE_HZ, 0, 40), 0);
}


static void teardown(void)
{
	mem_deref(mine);
	deskside_close(&d);
}


static void expect_over(void)
{
	deskside_ports(&d, DESKSIDE_PORTS);
}


static void bye(void)
{
	deskside_request(&d, "BYE", "");
	deskside_expect(&d, "SIP/2.0 200");
	expect_over();
}


static void reject(const char *status)
{
	deskside_expect(&d, status);
	deskside_ack(&d, "");
	expect_over();
}


START_TEST(a_tone_is_heard_and_then_oneself)
{
	deskside_call(&d, "");
	ck_assert_ptr_nonnull(strstr(d.body, "m=audio "));
	ck_assert_ptr_nonnull(strstr(d.body, "RTP/AVP 8 101\r\n"));
	ck_assert_ptr_nonnull(strstr(d.body, "c=IN IP4 127.0.0.1\r\n"));
	deskside_hears(&d, NULL, TONE_HZ, RUN);
	deskside_hears(&d, mine, MINE_HZ, RUN);
	bye();
}
END_TEST


START_TEST(keys_choose_what_is_heard)
{
	deskside_call(&d, "");
	deskside_hears(&d, NULL, TONE_HZ, 1);

	/* 2: oneself at once, behind a beep */
	deskside_press(&d, 2);
	deskside_run(60);
	deskside_hears(&d, mine, BEEP_HZ, 2);
	deskside_hears(&d, mine, MINE_HZ, RUN);

	/* 1: the tone again */
	deskside_press(&d, 1);
	deskside_run(60);
	deskside_hears(&d, NULL, TONE_HZ, RUN);

	/* #: enough */
	deskside_press(&d, 11);
	deskside_expect(&d, "BYE ");
	deskside_reply(&d, "200 OK");
	expect_over();
}
END_TEST


START_TEST(keys_as_sound_are_keys)
{
	struct sound *one;

	ck_assert_int_eq(sound_key(&one, '#'), 0);
	deskside_call(&d, "");
	for (int i = 0; i < 6; i++) {
		deskside_speak(&d, one);
		deskside_run(20);
	}
	deskside_expect(&d, "BYE ");
	deskside_reply(&d, "200 OK");
	mem_deref(one);
	expect_over();
}
END_TEST


/* each tenth packet is not sent, and the phone's port is another one */
START_TEST(the_report_says_what_was_lost)
{
	uint8_t p[2048];

	deskside_call(&d, "Allow: INVITE, ACK, BYE, MESSAGE\r\n"
			  "User-Agent: a phone\r\n");
	for (unsigned i = 0; i < 100; i++) {
		if (i % 10 == 5)
			++d.rtp.seq;
		else
			deskside_speak(&d, mine);
		(void)deskside_get(&d, p);
	}
	deskside_press(&d, 3);
	deskside_expect(&d, "MESSAGE sip:alice@127.0.0.10");
	ck_assert_str_eq(phone_header(&d.ph, "Content-Type"),
			 "text/plain;charset=UTF-8");
	ck_assert_msg(strstr(d.body, "10 lost"), "%s", d.body);
	ck_assert_msg(strstr(d.body, "(9."), "%s", d.body);
	ck_assert_msg(strstr(d.body, "MOS "), "%s", d.body);
	ck_assert_msg(strstr(d.body, "SIP ALG: no sign"), "%s", d.body);
	ck_assert_msg(strstr(d.body, "Keys: 3"), "%s", d.body);
	ck_assert_msg(strstr(d.body, "agree on 127.0.0.10"), "%s", d.body);
	deskside_reply(&d, "200 OK");
	bye();
}
END_TEST


START_TEST(who_hangs_up_gets_his_report_afterwards)
{
	deskside_call(&d, "Allow: INVITE, MESSAGE\r\n");
	deskside_hears(&d, mine, TONE_HZ, RUN);
	deskside_request(&d, "BYE", "");
	deskside_expect(&d, "MESSAGE ");
	ck_assert_msg(strstr(d.body, " 0 lost"), "%s", d.body);
	deskside_reply(&d, "200 OK");
	expect_over();
}
END_TEST


START_TEST(a_phone_behind_nat_is_heard_first)
{
	char sdp[2048];

	(void)snprintf(d.host, sizeof(d.host), "192.168.1.10:5060");
	(void)str_ncpy(sdp, deskside_sdp(&d, "192.168.1.10", ""), sizeof(sdp));
	deskside_invite(&d, "Allow: MESSAGE\r\n", sdp);
	deskside_expect(&d, "SIP/2.0 200");
	ck_assert(media_is_silent(&d.rtp));
	deskside_ack(&d, "");
	deskside_speak(&d, mine);
	deskside_hears(&d, mine, TONE_HZ, 50);
	deskside_request(&d, "BYE", "");
	deskside_expect(&d, "MESSAGE ");
	ck_assert_msg(strstr(d.body, "differs from SDP 192.168.1.10"), "%s",
		      d.body);
	deskside_reply(&d, "200 OK");
	expect_over();
}
END_TEST


START_TEST(signs_of_an_alg_are_told)
{
	char sdp[2048];

	(void)snprintf(d.host, sizeof(d.host), "192.168.1.10:5060");
	(void)str_ncpy(sdp, deskside_sdp(&d, "127.0.0.10", ""), sizeof(sdp));
	memcpy(strstr(sdp, "127.0.0.10"), "10.0.0.199", 10);
	deskside_invite(&d, "Allow: MESSAGE\r\nX-Sip-Alg: yes\r\n", sdp);
	deskside_expect(&d, "SIP/2.0 200");
	deskside_ack(&d, "");
	deskside_hears(&d, mine, TONE_HZ, RUN);
	deskside_press(&d, 3);
	deskside_expect(&d, "MESSAGE ");
	ck_assert_msg(strstr(d.body, "SIP ALG: likely."), "%s", d.body);
	ck_assert_msg(strstr(d.body, "c= of the SDP shows 127.0.0.10, o= "
				     "still 10.0.0.199"),
		      "%s", d.body);
	ck_assert_msg(strstr(d.body, "X-Sip-Alg"), "%s", d.body);
	deskside_reply(&d, "200 OK");
	bye();
}
END_TEST


START_TEST(on_hold_nothing_is_said_and_then_it_goes_on)
{
	uint8_t p[2048];

	deskside_call(&d, "");
	deskside_hears(&d, mine, TONE_HZ, RUN);
	deskside_hears(&d, mine, MINE_HZ, RUN);

	deskside_request(&d, "INVITE", deskside_sdp(&d, "", "a=sendonly\r\n"));
	deskside_expect(&d, "SIP/2.0 200");
	ck_assert_ptr_nonnull(strstr(d.body, "a=recvonly\r\n"));
	ck_assert_ptr_nonnull(strstr(d.body, " 2 IN IP4 127.0.0.1\r\n"));
	deskside_ack(&d, "");
	while (!media_is_silent(&d.rtp))
		(void)media_recv(&d.rtp, p, sizeof(p), NULL);
	ck_assert(phone_quiet(&d.ph));
	ck_assert(media_is_silent(&d.rtp));

	/* the same again is no new version */
	deskside_request(&d, "UPDATE", deskside_sdp(&d, "", "a=sendonly\r\n"));
	deskside_expect(&d, "SIP/2.0 200");
	ck_assert_ptr_nonnull(strstr(d.body, " 2 IN IP4 127.0.0.1\r\n"));

	deskside_request(&d, "UPDATE", deskside_sdp(&d, "", ""));
	deskside_expect(&d, "SIP/2.0 200");
	ck_assert_ptr_nonnull(strstr(d.body, "a=sendrecv\r\n"));
	ck_assert_ptr_nonnull(strstr(d.body, " 3 IN IP4 127.0.0.1\r\n"));
	deskside_hears(&d, mine, MINE_HZ, RUN);
	bye();
}
END_TEST


START_TEST(a_call_without_an_offer_gets_one)
{
	deskside_invite(&d, "", "");
	deskside_expect(&d, "SIP/2.0 200");
	ck_assert_ptr_nonnull(strstr(d.body, "RTP/AVP 8 0 101\r\n"));
	deskside_ack(&d, deskside_sdp(&d, "", ""));
	deskside_hears(&d, mine, TONE_HZ, RUN);
	bye();

	/* and an ACK without an answer ends it */
	(void)snprintf(d.callid, sizeof(d.callid), "desk-2");
	deskside_invite(&d, "", "");
	deskside_expect(&d, "SIP/2.0 200");
	deskside_ack(&d, "");
	deskside_expect(&d, "BYE ");
	deskside_reply(&d, "200 OK");
	expect_over();
}
END_TEST


static const struct {
	const char *name, *media, *extra, *status;
} refusedv[] = {
	{"SRTP only", "m=audio 4000 RTP/SAVP 8\r\n", "", "SIP/2.0 488"},
	{"no codec of ours", "m=audio 4000 RTP/AVP 9\r\n", "", "SIP/2.0 488"},
	{"no stream", "", "", "SIP/2.0 488"},
	{"no SDP", "m=audio x\r\n", "", "SIP/2.0 488"},
	{"an extension that we have not", "m=audio 4000 RTP/AVP 8\r\n",
	 "Require: timer, fancy\r\n", "SIP/2.0 420"},
};


START_TEST(what_cannot_be_is_refused)
{
	char sdp[512];

	(void)snprintf(sdp, sizeof(sdp),
		       "v=0\r\no=- 1 1 IN IP4 127.0.0.10\r\ns=-\r\n"
		       "c=IN IP4 127.0.0.10\r\nt=0 0\r\n%s",
		       refusedv[_i].media);
	deskside_invite(&d, refusedv[_i].extra, sdp);
	reject(refusedv[_i].status);
	ck_assert_uint_eq(rig_counter(&d.rig, "test_calls_refused_total"), 1);
}
END_TEST


START_TEST(a_request_in_the_call_must_be_in_order)
{
	deskside_call(&d, "");
	deskside_request(&d, "OPTIONS", "");
	deskside_expect(&d, "SIP/2.0 200");
	deskside_request(&d, "INFO", "");
	deskside_expect(&d, "SIP/2.0 405");
	d.cseq -= 3;
	deskside_request(&d, "OPTIONS", "");
	deskside_expect(&d, "SIP/2.0 500");
	d.cseq += 3;

	/* an offer that cannot be: the call stays as it is */
	deskside_request(&d, "UPDATE",
			 "v=0\r\no=- 1 1 IN IP4 127.0.0.10\r\ns=-\r\n"
			 "c=IN IP4 127.0.0.10\r\nt=0 0\r\n"
			 "m=audio 4000 RTP/AVP 9\r\n");
	deskside_expect(&d, "SIP/2.0 488");
	deskside_hears(&d, mine, TONE_HZ, RUN);

	/* another one's tags are nobody's */
	d.to_tag[3] ^= 1;
	deskside_request(&d, "BYE", "");
	deskside_expect(&d, "SIP/2.0 481");
	d.to_tag[3] ^= 1;
	bye();
}
END_TEST


/* RFC 3261 section 8.2.2.2 */
START_TEST(a_call_that_came_by_two_ways_is_one)
{
	char tag[64];

	deskside_call(&d, "");
	(void)str_ncpy(tag, d.to_tag, sizeof(tag));
	deskside_fork(&d, deskside_sdp(&d, "", ""));
	deskside_expect(&d, "SIP/2.0 482");
	(void)str_ncpy(d.to_tag, tag, sizeof(d.to_tag));
	deskside_hears(&d, mine, TONE_HZ, RUN);
	ck_assert_uint_eq(rig_counter(&d.rig, "test_calls_total"), 1);
	bye();
}
END_TEST


START_TEST(a_number_is_the_test_number_as_well)
{
	d.uri = "sip:*43@example.net";
	deskside_call(&d, "");
	deskside_hears(&d, mine, TONE_HZ, RUN);
	bye();
}
END_TEST


START_TEST(an_account_of_that_name_goes_before_it)
{
	rig_account(&d.rig, "test@example.net", "testtest1");
	deskside_invite(&d, "", deskside_sdp(&d, "", ""));
	reject("SIP/2.0 480");
	ck_assert_uint_eq(rig_counter(&d.rig, "test_calls_total"), 0);
}
END_TEST


/* a T1 of 10 ms: 64 of them are gone soon */
START_TEST(without_an_ack_the_call_ends)
{
	deskside_open(&d, "", 10);
	deskside_invite(&d, "", deskside_sdp(&d, "", ""));
	deskside_expect(&d, "SIP/2.0 200");
	ck_assert(media_is_silent(&d.rtp));
	deskside_expect(&d, "BYE ");
	ck_assert(media_is_silent(&d.rtp));
	deskside_reply(&d, "200 OK");
	deskside_ports(&d, DESKSIDE_PORTS);
	deskside_close(&d);
}
END_TEST


START_TEST(no_more_calls_than_there_may_be)
{
	deskside_open(&d, "sounds { calls = 3 }\n", 0);
	for (int i = 0; i < 4; i++) {
		(void)snprintf(d.callid, sizeof(d.callid), "desk-%d", i);
		deskside_invite(&d, "", deskside_sdp(&d, "", ""));
		if (i == 3)
			break;
		deskside_expect(&d, "SIP/2.0 200");
		deskside_ack(&d, "");
	}
	deskside_expect(&d, "SIP/2.0 503");
	ck_assert_str_ne(phone_header(&d.ph, "Retry-After"), "");
	deskside_ack(&d, "");
	ck_assert_uint_eq(rig_counter(&d.rig, "test_calls_total"), 3);
	deskside_close(&d);
}
END_TEST


START_TEST(it_can_be_switched_off)
{
	deskside_open(&d, "sounds { test = \"\" }\n", 0);
	deskside_invite(&d, "", deskside_sdp(&d, "", ""));
	deskside_expect(&d, "SIP/2.0 404");
	deskside_ack(&d, "");
	deskside_close(&d);
}
END_TEST


START_TEST(a_hundred_and_one_at_once_are_a_hundred)
{
	deskside_open_many(&d, "limit { calls = 0\ncalls_per_minute = 0 }\n");
	for (int i = 0; i < 101; i++) {
		(void)snprintf(d.callid, sizeof(d.callid), "desk-%d", i);
		deskside_invite(&d, "", deskside_sdp(&d, "", ""));
		deskside_expect(&d, i < 100 ? "SIP/2.0 200" : "SIP/2.0 503");
		if (i < 100)
			deskside_ack(&d, "");
	}
	ck_assert_uint_eq(rig_counter(&d.rig, "relay_ports_free"),
			  DESKSIDE_MANY - 200);
	deskside_close(&d);
}
END_TEST


/* nothing is heard from him for as long as a call may be silent */
START_TEST(who_has_vanished_is_hung_up_on)
{
	deskside_open_relay(&d, "media_timeout = 5");
	deskside_call(&d, "");
	ck_assert(strstr(d.body, "m=audio") != NULL);
	deskside_run(4000);
	deskside_expect(&d, "BYE ");
	deskside_reply(&d, "200 OK");
	deskside_ports(&d, DESKSIDE_PORTS);
	deskside_close(&d);
}
END_TEST


static TCase *tcase_slow(void)
{
	TCase *tc = tcase_create("alone");

	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, without_an_ack_the_call_ends);
	tcase_add_test(tc, no_more_calls_than_there_may_be);
	tcase_add_test(tc, it_can_be_switched_off);
	tcase_add_test(tc, a_hundred_and_one_at_once_are_a_hundred);
	tcase_add_test(tc, who_has_vanished_is_hung_up_on);

	return tc;
}


Suite *suite_test_number(void);
Suite *suite_test_number(void)
{
	Suite *s = suite_create("test_number");
	TCase *tc = tcase_create("calls");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, a_tone_is_heard_and_then_oneself);
	tcase_add_test(tc, keys_choose_what_is_heard);
	tcase_add_test(tc, keys_as_sound_are_keys);
	tcase_add_test(tc, the_report_says_what_was_lost);
	tcase_add_test(tc, who_hangs_up_gets_his_report_afterwards);
	tcase_add_test(tc, a_phone_behind_nat_is_heard_first);
	tcase_add_test(tc, signs_of_an_alg_are_told);
	tcase_add_test(tc, on_hold_nothing_is_said_and_then_it_goes_on);
	tcase_add_test(tc, a_call_without_an_offer_gets_one);
	test_table(tc, what_cannot_be_is_refused, refusedv);
	tcase_add_test(tc, a_request_in_the_call_must_be_in_order);
	tcase_add_test(tc, a_call_that_came_by_two_ways_is_one);
	tcase_add_test(tc, a_number_is_the_test_number_as_well);
	tcase_add_test(tc, an_account_of_that_name_goes_before_it);
	suite_add_tcase(s, tc);
	suite_add_tcase(s, tcase_slow());

	return s;
}
