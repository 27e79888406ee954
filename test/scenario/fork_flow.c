/**
 * @file scenario/fork_flow.c  One call to a user with several phones
 */
#include <stdio.h>
#include <string.h>
#include "test/scenario/crew.h"
#include "test/test.h"

enum { T1_MS = 10 };

#define ELSEWHERE "SIP;cause=200;text=\"Call completed elsewhere\""

static struct crew crew;
static struct member *const alice = &crew.alice, *const bob = crew.bobv;


static void setup(void)
{
	crew_open(&crew, "", 0, 0);
}


static void setup_fast(void)
{
	crew_open(&crew, "", T1_MS, 0);
}


static void setup_serial(void)
{
	crew_open(&crew, "proxy { fork = \"serial\" ring = 1 }\n", 0, 0);
}


static void setup_parallel(void)
{
	crew_open(&crew, "proxy { fork = \"parallel\" }\n", 0, 0);
}


static void setup_few(void)
{
	crew_open(&crew, "proxy { branches = 2 }\n", 0, 0);
}


static void teardown(void)
{
	crew_close(&crew);
}


/* so many phones, all with that q */
static void phones(unsigned n, const char *params)
{
	for (unsigned i = 0; i < n; i++)
		crew_register(&bob[i], params);
}


/* all of them ring, and alice hears so */
static void all_ring(unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		crew_expect(&bob[i], "INVITE ");
		crew_reply(&bob[i], "180 Ringing", "", "");
		crew_expect(alice, "SIP/2.0 180 ");
	}
}


START_TEST(all_phones_ring_and_the_first_to_answer_has_the_call)
{
	phones(3, "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	all_ring(3);
	ck_assert_uint_eq(rig_counter(&crew.rig, "relay_sessions"), 3);
	crew_reply(&bob[1], "200 OK", "", crew_sdp("127.0.0.21"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_cancelled(&bob[0], ELSEWHERE);
	crew_cancelled(&bob[2], ELSEWHERE);
	crew_ack(&crew, &bob[1]);
	rig_settle(&crew.rig, "relay_sessions", 1, 1000);
	crew_bye(&crew, alice, &bob[1]);
	crew_no_calls(&crew);
}
END_TEST


/* each branch has its own relay leg, in both directions */
START_TEST(each_phone_has_media_of_its_own)
{
	char to_bob[3][64], to_alice[3][64];

	phones(3, "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	for (unsigned i = 0; i < 3; i++) {
		crew_expect(&bob[i], "INVITE ");
		(void)snprintf(to_bob[i], 64, "%s", crew_media(&bob[i]));
		crew_reply(&bob[i], "183 Session Progress", "",
			   crew_sdp(bob[i].ph.host));
		crew_expect(alice, "SIP/2.0 183 ");
		(void)snprintf(to_alice[i], 64, "%s", crew_media(alice));
		ck_assert(!strncmp(to_bob[i], "127.0.0.1 ", 10));
		ck_assert(!strncmp(to_alice[i], "127.0.0.1 ", 10));
		for (unsigned k = 0; k < i; k++) {
			ck_assert_str_ne(to_bob[i], to_bob[k]);
			ck_assert_str_ne(to_alice[i], to_alice[k]);
		}
	}

	/* the answer names the port that its early media had */
	crew_reply(&bob[2], "200 OK", "", crew_sdp("127.0.0.22"));
	crew_expect(alice, "SIP/2.0 200 ");
	ck_assert_str_eq(crew_media(alice), to_alice[2]);
}
END_TEST


START_TEST(the_cookie_of_each_branch_is_its_own)
{
	char rr[2][512];

	phones(2, "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	for (unsigned i = 0; i < 2; i++) {
		crew_expect(&bob[i], "INVITE ");
		(void)snprintf(rr[i], sizeof(rr[i]), "%s",
			       crew_header(&bob[i], "Record-Route", 0));
	}
	ck_assert_str_ne(rr[0], rr[1]);
}
END_TEST


START_TEST(lower_q_rings_when_higher_q_has_failed)
{
	crew_register(&bob[0], ";q=0.5");
	crew_register(&bob[1], ";q=0.9");
	crew_register(&bob[2], ";q=0.9");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[1], "INVITE ");
	crew_expect(&bob[2], "INVITE ");
	crew_reply(&bob[1], "486 Busy Here", "", "");
	ck_assert(crew_silent(&bob[0], "INVITE "));
	crew_reply(&bob[2], "480 Not Now", "", "");
	crew_expect(&bob[0], "INVITE ");
	crew_reply(&bob[0], "404 Not Found", "", "");
	crew_expect(alice, "SIP/2.0 486 ");
	crew_no_calls(&crew);
}
END_TEST


START_TEST(lower_q_never_rings_where_higher_q_answers)
{
	crew_register(&bob[0], ";q=0.5");
	crew_register(&bob[1], ";q=0.9");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[1], "INVITE ");
	crew_reply(&bob[1], "200 OK", "", crew_sdp("127.0.0.21"));
	crew_expect(alice, "SIP/2.0 200 ");
	ck_assert(crew_silent(&bob[0], "INVITE "));
}
END_TEST


START_TEST(set_to_parallel_all_ring_whatever_their_q)
{
	crew_register(&bob[0], ";q=0.5");
	crew_register(&bob[1], ";q=0.9");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[0], "INVITE ");
	crew_expect(&bob[1], "INVITE ");
}
END_TEST


START_TEST(set_to_serial_one_rings_after_the_other)
{
	phones(2, "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[1], "INVITE "); /* the newest */
	ck_assert(crew_silent(&bob[0], "INVITE "));
	crew_reply(&bob[1], "486 Busy Here", "", "");
	crew_expect(&bob[0], "INVITE ");
}
END_TEST


/* ring = 1: nobody waits for ever where others wait */
START_TEST(who_rings_too_long_makes_room_for_the_next)
{
	phones(2, "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[1], "INVITE ");
	crew_reply(&bob[1], "180 Ringing", "", "");
	crew_expect(alice, "SIP/2.0 180 ");
	crew_cancelled(&bob[1], "");
	crew_expect(&bob[0], "INVITE ");
	crew_reply(&bob[0], "486 Busy Here", "", "");
	crew_expect(alice, "SIP/2.0 486 ");
	crew_no_calls(&crew);
}
END_TEST


/* the CANCEL crosses his answer: it counts, the next one is called back */
START_TEST(who_answers_at_the_last_moment_has_answered)
{
	phones(2, "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[1], "INVITE ");
	crew_reply(&bob[1], "180 Ringing", "", "");
	crew_expect(alice, "SIP/2.0 180 ");
	crew_expect(&bob[1], "CANCEL ");
	crew_expect(&bob[0], "INVITE ");
	crew_reply(&bob[0], "180 Ringing", "", "");
	crew_expect(alice, "SIP/2.0 180 ");
	crew_reply(&bob[1], "200 OK", "", crew_sdp("127.0.0.21"));
	crew_expect(alice, "SIP/2.0 200 ");
	ck_assert(!strncmp(crew_media(alice), "127.0.0.1 ", 10));
	crew_cancelled(&bob[0], ELSEWHERE);
	crew_ack(&crew, &bob[1]);
	crew_bye(&crew, &bob[1], alice);
	crew_no_calls(&crew);
}
END_TEST


START_TEST(no_more_branches_than_configured)
{
	phones(4, "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[3], "INVITE ");
	crew_expect(&bob[2], "INVITE ");
	ck_assert(crew_silent(&bob[0], "INVITE "));
	ck_assert(crew_silent(&bob[1], "INVITE "));
}
END_TEST


static const char *const caller_reasonv[] = {
	"", "Reason: Q.850;cause=16;text=\"Terminated\"\r\n"};


START_TEST(a_caller_who_hangs_up_cancels_all_with_his_reason)
{
	const char *const reason = caller_reasonv[_i];
	char want[128] = "";

	if (reason[0])
		(void)snprintf(want, sizeof(want), "%.*s",
			       (int)strlen(reason) - 10, reason + 8);
	phones(3, "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	all_ring(3);
	crew_cancel(&crew, reason);
	crew_expect(alice, "SIP/2.0 200 ");
	for (unsigned i = 0; i < 3; i++)
		crew_cancelled(&bob[i], want);
	crew_expect(alice, "SIP/2.0 487 ");
	crew_no_calls(&crew);
}
END_TEST


START_TEST(a_caller_who_hangs_up_meets_nobody_of_lower_q)
{
	crew_register(&bob[0], ";q=0.5");
	crew_register(&bob[1], ";q=0.9");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[1], "INVITE ");
	crew_reply(&bob[1], "180 Ringing", "", "");
	crew_expect(alice, "SIP/2.0 180 ");
	crew_cancel(&crew, "");
	crew_cancelled(&bob[1], "");
	crew_expect(alice, "SIP/2.0 487 ");
	ck_assert(crew_silent(&bob[0], "INVITE "));
}
END_TEST


/* a busy phone's ports go back while the others ring on */
START_TEST(the_ports_of_whom_refuses_are_free_at_once)
{
	phones(3, "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	all_ring(3);
	crew_reply(&bob[0], "486 Busy Here", "", "");
	crew_expect(&bob[0], "ACK ");
	rig_settle(&crew.rig, "relay_sessions", 2, 1000);
	crew_reply(&bob[1], "486 Busy Here", "", "");
	crew_expect(&bob[1], "ACK ");
	rig_settle(&crew.rig, "relay_sessions", 1, 1000);
}
END_TEST


START_TEST(every_phone_gets_a_message)
{
	phones(2, "");
	crew_send(&crew, "MESSAGE", "sip:bob@example.net", "", "");
	crew_expect(&bob[0], "MESSAGE ");
	crew_expect(&bob[1], "MESSAGE ");
	crew_reply(&bob[0], "200 OK", "", "");
	crew_expect(alice, "SIP/2.0 200 ");
	crew_reply(&bob[1], "200 OK", "", "");
	ck_assert(crew_silent(alice, "SIP/2.0 "));
	ck_assert(crew_silent(&bob[1], "CANCEL "));
}
END_TEST


/* nothing is left of a call with losers, failures and silence */
START_TEST(a_forked_call_leaves_nothing_behind)
{
	phones(4, "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	for (unsigned i = 0; i < 4; i++)
		crew_expect(&bob[i], "INVITE ");
	crew_reply(&bob[0], "180 Ringing", "", "");
	crew_reply(&bob[1], "486 Busy Here", "", "");
	crew_reply(&bob[2], "200 OK", "", crew_sdp("127.0.0.22"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, &bob[2]);
	crew_cancelled(&bob[0], ELSEWHERE);
	/* bob[3] never says a word */
	crew_bye(&crew, alice, &bob[2]);
	crew_idle(&crew);
}
END_TEST


START_TEST(a_cancelled_call_to_silence_leaves_nothing_behind)
{
	phones(3, "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[0], "INVITE ");
	crew_reply(&bob[0], "180 Ringing", "", "");
	crew_cancel(&crew, "");
	crew_expect(alice, "SIP/2.0 487 ");
	crew_idle(&crew);
}
END_TEST


START_TEST(a_message_that_nobody_answers_leaves_nothing_behind)
{
	phones(3, "");
	crew_send(&crew, "MESSAGE", "sip:bob@example.net", "", "");
	crew_expect(&bob[0], "MESSAGE ");
	crew_idle(&crew);
	ck_assert(crew_silent(alice, "SIP/2.0 408 "));
}
END_TEST


START_TEST(a_bye_that_crosses_another_leaves_nothing_behind)
{
	phones(1, "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[0], "INVITE ");
	crew_reply(&bob[0], "200 OK", "", crew_sdp("127.0.0.20"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, &bob[0]);
	crew_bye(&crew, alice, &bob[0]);
	crew_bye(&crew, &bob[0], alice);
	crew_idle(&crew);
}
END_TEST


/* the answer crosses the CANCEL: both ends know of the call, one hangs up */
START_TEST(an_answer_that_crosses_the_cancel_is_passed_on)
{
	phones(2, "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[0], "INVITE ");
	crew_expect(&bob[1], "INVITE ");
	crew_reply(&bob[0], "180 Ringing", "", "");
	crew_reply(&bob[1], "180 Ringing", "", "");
	crew_cancel(&crew, "");
	crew_expect(&bob[0], "CANCEL ");
	crew_reply(&bob[0], "200 OK", "", crew_sdp("127.0.0.20"));
	do
		crew_expect(alice, "SIP/2.0 200 ");
	while (!strstr(crew_header(alice, "CSeq", 0), "INVITE"));
	ck_assert(!strncmp(crew_media(alice), "127.0.0.1 ", 10));
	crew_ack(&crew, &bob[0]);
	crew_cancelled(&bob[1], "");
	crew_bye(&crew, alice, &bob[0]);
	crew_idle(&crew);
}
END_TEST


Suite *suite_fork_flow(void);
Suite *suite_fork_flow(void)
{
	Suite *s = suite_create("fork_flow");
	TCase *tc = tcase_create("fork"), *fast = tcase_create("fast");
	TCase *serial = tcase_create("serial"), *few = tcase_create("few");
	TCase *parallel = tcase_create("parallel");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc,
		       all_phones_ring_and_the_first_to_answer_has_the_call);
	tcase_add_test(tc, each_phone_has_media_of_its_own);
	tcase_add_test(tc, the_cookie_of_each_branch_is_its_own);
	tcase_add_test(tc, lower_q_rings_when_higher_q_has_failed);
	tcase_add_test(tc, lower_q_never_rings_where_higher_q_answers);
	tcase_add_loop_test(
		tc, a_caller_who_hangs_up_cancels_all_with_his_reason, 0, 2);
	tcase_add_test(tc, a_caller_who_hangs_up_meets_nobody_of_lower_q);
	tcase_add_test(tc, the_ports_of_whom_refuses_are_free_at_once);
	tcase_add_test(tc, every_phone_gets_a_message);
	suite_add_tcase(s, tc);

	tcase_set_timeout(serial, 30);
	tcase_add_checked_fixture(serial, setup_serial, teardown);
	tcase_add_test(serial, set_to_serial_one_rings_after_the_other);
	tcase_add_test(serial, who_rings_too_long_makes_room_for_the_next);
	tcase_add_test(serial, who_answers_at_the_last_moment_has_answered);
	suite_add_tcase(s, serial);

	tcase_add_checked_fixture(parallel, setup_parallel, teardown);
	tcase_add_test(parallel, set_to_parallel_all_ring_whatever_their_q);
	suite_add_tcase(s, parallel);

	tcase_add_checked_fixture(few, setup_few, teardown);
	tcase_add_test(few, no_more_branches_than_configured);
	suite_add_tcase(s, few);

	tcase_set_timeout(fast, 30);
	tcase_add_checked_fixture(fast, setup_fast, teardown);
	tcase_add_test(fast, a_forked_call_leaves_nothing_behind);
	tcase_add_test(fast,
		       a_cancelled_call_to_silence_leaves_nothing_behind);
	tcase_add_test(fast,
		       a_message_that_nobody_answers_leaves_nothing_behind);
	tcase_add_test(fast, a_bye_that_crosses_another_leaves_nothing_behind);
	tcase_add_test(fast, an_answer_that_crosses_the_cancel_is_passed_on);
	suite_add_tcase(s, fast);

	return s;
}
