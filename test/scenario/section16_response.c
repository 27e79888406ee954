/**
 * @file scenario/section16_response.c  RFC 3261 section 16, the responses
 *
 * P21 to P32 of the checklist: each line has a test with its number.
 */
#include <stdio.h>
#include <string.h>
#include "test/scenario/crew.h"
#include "test/test.h"

enum { T1_MS = 10, TIMER_C_MS = 400, LARGE = 65300, TEXT_MAX = 512 };

#define ELSEWHERE "SIP;cause=200;text=\"Call completed elsewhere\""

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


static void setup_timer_c(void)
{
	crew_open(&crew, "", T1_MS, TIMER_C_MS);
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


/* alice calls, n phones have the INVITE */
static void call(unsigned n)
{
	phones(n);
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	for (unsigned i = 0; i < n; i++)
		crew_expect(&bob[i], "INVITE ");
}


static void ring(struct member *m)
{
	crew_reply(m, "180 Ringing", "", "");
	crew_expect(alice, "SIP/2.0 180 ");
}


/* a final response of each phone, acknowledged */
static void refuse(struct member *m, const char *status, const char *extra)
{
	crew_reply(m, status, extra, "");
	crew_expect(m, "ACK ");
}


START_TEST(p21_timer_c_cancels_who_rings_for_ever)
{
	const uint64_t began = tmr_jiffies();

	call(1);
	ring(&bob[0]);
	crew_cancelled(&bob[0], "");
	ck_assert_uint_ge(tmr_jiffies() - began, TIMER_C_MS - 50);
	(void)phone_recv(&alice->ph);
	ck_assert_uint_ge(phone_status(&alice->ph), 408);
	crew_idle(&crew);
}
END_TEST


START_TEST(p21_a_provisional_response_resets_timer_c)
{
	const uint64_t began = tmr_jiffies();

	call(1);
	ring(&bob[0]);
	ck_assert(crew_silent(&bob[0], "CANCEL "));
	ring(&bob[0]);
	crew_expect(&bob[0], "CANCEL ");
	ck_assert_uint_ge(tmr_jiffies() - began,
			  TIMER_C_MS + RIG_QUIET_MS - 50);
}
END_TEST


static const char *const provisionalv[] = {
	"180 Ringing", "181 Call Is Being Forwarded", "182 Queued",
	"183 Session Progress", "199 Early Dialog Terminated"};


START_TEST(p22_provisional_responses_go_on_at_once_but_100)
{
	call(2);
	crew_reply(&bob[0], "100 Trying", "", "");
	ck_assert(crew_silent(alice, "SIP/2.0 100 "));
	for (unsigned i = 0; i < 2; i++) {
		crew_reply(&bob[i], provisionalv[_i], "", "");
		crew_expect(alice, "SIP/2.0 1");
		ck_assert(!strncmp(alice->ph.msg + 8, provisionalv[_i], 3));
		ck_assert_ptr_nonnull(
			strstr(crew_header(alice, "To", 0), bob[i].tag));
	}
}
END_TEST


START_TEST(p22_every_2xx_goes_on)
{
	call(2);
	crew_reply(&bob[0], "200 OK", "", crew_sdp("127.0.0.20"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_reply(&bob[1], "200 OK", "", crew_sdp("127.0.0.21"));
	crew_expect(alice, "SIP/2.0 200 ");
	ck_assert_ptr_nonnull(strstr(crew_header(alice, "To", 0), bob[1].tag));
	crew_ack(&crew, &bob[1]);
	crew_bye(&crew, alice, &bob[1]);

	/* and once more, while it is not acknowledged (RFC 6026) */
	crew_reply(&bob[0], "200 OK", "", crew_sdp("127.0.0.20"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, &bob[0]);
	crew_bye(&crew, alice, &bob[0]);
	crew_no_calls(&crew);
}
END_TEST


static const struct {
	const char *statusv[3];
	const char *want;
} bestv[] = {
	{{"486 Busy Here", "404 Not Found", "500 Broken"}, "SIP/2.0 486 "},
	{{"500 Broken", "503 Overloaded", "480 Not Now"}, "SIP/2.0 480 "},
	{{"486 Busy Here", "603 Decline", "404 Not Found"}, "SIP/2.0 603 "},
	{{"503 Overloaded", "503 Overloaded", "503 Overloaded"},
	 "SIP/2.0 500 "},
	{{"486 Busy Here", "484 Address Incomplete", "480 Not Now"},
	 "SIP/2.0 484 "},
	{{"404 Not Found", "305 Use Proxy", "486 Busy Here"}, "SIP/2.0 305 "},
};


START_TEST(p23_the_best_response_is_chosen_from_all)
{
	call(3);
	for (unsigned i = 0; i < 3; i++) {
		ck_assert(crew_silent(alice, "SIP/2.0 "));
		refuse(&bob[i], bestv[_i].statusv[i], "");
	}
	crew_expect(alice, bestv[_i].want);
	crew_no_calls(&crew);
}
END_TEST


START_TEST(p23_no_response_is_408)
{
	call(2);
	crew_expect(alice, "SIP/2.0 408 ");
	crew_idle(&crew);
}
END_TEST


#define FOREIGN(realm) "Digest realm=\"" realm "\", nonce=\"1\""
#define WWW(realm)     "WWW-Authenticate: " FOREIGN(realm) "\r\n"
#define PROXY(realm)   "Proxy-Authenticate: " FOREIGN(realm) "\r\n"


/* alice's last message has that header line, once */
static void has_once(const char *name, const char *value)
{
	unsigned n = 0, i = 0;
	const char *val;

	while (*(val = crew_header(alice, name, i++)))
		n += !strcmp(val, value);
	ck_assert_msg(n == 1, "%s: %s", value, alice->ph.msg);
}


START_TEST(p23_all_challenges_of_all_branches_are_aggregated)
{
	call(4);
	refuse(&bob[0], "401 Unauthorized", WWW("one.example"));
	refuse(&bob[1], "407 Proxy Authentication Required",
	       PROXY("two.example") PROXY("three.example"));
	refuse(&bob[2], "486 Busy Here", "");
	refuse(&bob[3], "401 Unauthorized",
	       WWW("four.example") WWW("one.example"));
	(void)phone_recv(&alice->ph);
	ck_assert(phone_status(&alice->ph) == 401 ||
		  phone_status(&alice->ph) == 407);
	has_once("WWW-Authenticate", FOREIGN("one.example"));
	has_once("WWW-Authenticate", FOREIGN("four.example"));
	has_once("Proxy-Authenticate", FOREIGN("two.example"));
	has_once("Proxy-Authenticate", FOREIGN("three.example"));
}
END_TEST


/* S14: it counts as a 403 of that branch, the other one rings on */
START_TEST(p23_a_challenge_in_our_name_is_none)
{
	call(2);
	refuse(&bob[0], "407 Proxy Authentication Required",
	       PROXY("example.net"));
	ck_assert(crew_silent(alice, "SIP/2.0 4"));
	refuse(&bob[1], "401 Unauthorized", WWW("other.example"));
	crew_expect(alice, "SIP/2.0 401 ");
	ck_assert_str_eq(crew_header(alice, "Proxy-Authenticate", 0), "");
	ck_assert_str_eq(crew_header(alice, "WWW-Authenticate", 1), "");
}
END_TEST


START_TEST(p24_a_6xx_ends_all_branches_and_begins_none)
{
	crew_register(&bob[0], ";q=0.5");
	crew_register(&bob[1], ";q=0.9");
	crew_register(&bob[2], ";q=0.9");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[1], "INVITE ");
	crew_expect(&bob[2], "INVITE ");
	ring(&bob[1]);
	refuse(&bob[2], "603 Decline", "");
	crew_cancelled(&bob[1], "");
	crew_expect(alice, "SIP/2.0 603 ");
	ck_assert(crew_silent(&bob[0], "INVITE "));
	crew_no_calls(&crew);
}
END_TEST


START_TEST(p25_no_to_tag_is_put_in_or_changed)
{
	phones(1);
	bob[0].tag[0] = '\0';
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[0], "INVITE ");
	ring(&bob[0]);
	ck_assert_str_eq(crew_header(alice, "To", 0), "<sip:bob@example.net>");
	(void)str_ncpy(bob[0].tag, "Tag-1", sizeof(bob[0].tag));
	crew_reply(&bob[0], "200 OK", "", crew_sdp("127.0.0.20"));
	crew_expect(alice, "SIP/2.0 200 ");
	ck_assert_str_eq(crew_header(alice, "To", 0),
			 "<sip:bob@example.net>;tag=Tag-1");
}
END_TEST


START_TEST(p26_only_our_via_is_taken_off)
{
	char below[TEXT_MAX];

	phones(1);
	crew_peer_send(&crew, "MESSAGE", "sip:bob@example.net",
		       "Via: SIP/2.0/XYZ lower.example;branch=z9hG4bKlow;x=y, "
		       "SIP/2.0/UDP last.example\r\n",
		       "");
	crew_expect(&bob[0], "MESSAGE ");
	(void)snprintf(below, sizeof(below), "%s",
		       crew_header(&bob[0], "Via", 1));
	crew_reply(&bob[0], "200 OK", "", "");
	crew_expect(peer, "SIP/2.0 200 ");
	ck_assert_str_eq(crew_header(peer, "Via", 0), below);
	ck_assert_str_eq(crew_header(peer, "Via", 1),
			 "SIP/2.0/XYZ lower.example;branch=z9hG4bKlow;x=y, "
			 "SIP/2.0/UDP last.example");
}
END_TEST


START_TEST(p26_a_response_without_a_via_for_others_is_not_forwarded)
{
	char via[TEXT_MAX];

	call(1);
	(void)snprintf(via, sizeof(via), "%s", crew_header(&bob[0], "Via", 0));
	phone_send(&bob[0].ph,
		   "SIP/2.0 200 OK\r\nVia: %s\r\n"
		   "From: <sip:alice@example.net>;tag=alice10\r\n"
		   "To: <sip:bob@example.net>;tag=%s\r\n"
		   "Call-ID: %s\r\nCSeq: %u INVITE\r\n"
		   "Contact: <sip:bob@127.0.0.20:%u>\r\n\r\n",
		   via, bob[0].tag, crew.callid, crew.invite, bob[0].ph.port);
	ck_assert(crew_silent(alice, "SIP/2.0 "));
}
END_TEST


/* who has said nothing yet is called back when he does */
START_TEST(p27_after_a_final_all_pending_branches_are_cancelled)
{
	call(3);
	ring(&bob[0]);
	crew_reply(&bob[2], "200 OK", "", crew_sdp("127.0.0.22"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_cancelled(&bob[0], ELSEWHERE);
	ck_assert(crew_silent(&bob[1], "CANCEL "));
	crew_reply(&bob[1], "180 Ringing", "", "");
	crew_cancelled(&bob[1], ELSEWHERE);
}
END_TEST


/* nobody listens there */
START_TEST(p28_an_error_of_sending_is_a_503)
{
	crew_send(&crew, "INVITE", "sip:x@127.0.0.40:9;transport=tcp", "",
		  crew_sdp("192.168.1.10"));
	crew_expect(alice, "SIP/2.0 500 ");
	crew_no_calls(&crew);
}
END_TEST


/* the 180 is larger than any datagram; the call goes on without it */
START_TEST(p29_an_error_of_sending_a_response_cancels_nothing)
{
	static char large[LARGE];

	memset(large, 'x', sizeof(large) - 1);
	phone_close(&bob[0].ph);
	phone_open_tcp(&bob[0].ph, &crew.rig, "127.0.0.20");
	call(1);
	crew_reply(&bob[0], "180 Ringing", "Content-Type: text/plain\r\n",
		   large);
	ck_assert(crew_silent(alice, "SIP/2.0 180 "));
	ck_assert(crew_silent(&bob[0], "CANCEL "));
	crew_reply(&bob[0], "200 OK", "", crew_sdp("127.0.0.20"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, &bob[0]);
	crew_bye(&crew, alice, &bob[0]);
	crew_idle(&crew);
}
END_TEST


START_TEST(p30_a_cancel_is_answered_and_cancels_all)
{
	call(2);
	ring(&bob[0]);
	ring(&bob[1]);
	crew_cancel(&crew, "");
	crew_expect(alice, "SIP/2.0 200 ");
	ck_assert_ptr_nonnull(strstr(crew_header(alice, "CSeq", 0), "CANCEL"));
	crew_cancelled(&bob[0], "");
	ck_assert(crew_silent(alice, "SIP/2.0 487 "));
	crew_cancelled(&bob[1], "");
	crew_expect(alice, "SIP/2.0 487 ");
	crew_no_calls(&crew);
}
END_TEST


/* our policy: nothing of a stranger's is passed on without a transaction */
START_TEST(p30_a_cancel_of_nothing_is_481_and_goes_nowhere)
{
	phones(1);
	crew.invite = 7;
	crew_cancel(&crew, "");
	crew_expect(alice, "SIP/2.0 481 ");
	ck_assert(crew_silent(&bob[0], "CANCEL "));
}
END_TEST


/* an ACK has no transaction: its copy takes the same way, as the same one */
START_TEST(p31_a_retransmission_has_the_same_target_and_branch)
{
	char branch[128];

	call(1);
	crew_reply(&bob[0], "200 OK", "", crew_sdp("127.0.0.20"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, &bob[0]);
	(void)snprintf(branch, sizeof(branch), "%s", crew_branch(&bob[0]));
	--alice->ph.branch;
	crew_reack(&crew, &bob[0]);
	ck_assert_str_eq(crew_branch(&bob[0]), branch);
	crew_reack(&crew, &bob[0]);
	ck_assert_str_ne(crew_branch(&bob[0]), branch);
}
END_TEST


/* whatever was registered since: the dialog is with that phone */
START_TEST(p32_a_dialog_goes_by_its_routes_alone)
{
	call(1);
	crew_reply(&bob[0], "200 OK", "", crew_sdp("127.0.0.20"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_register(&bob[1], "");
	crew_ack(&crew, &bob[0]);
	crew_bye(&crew, alice, &bob[0]);
	ck_assert_uint_eq(
		crew_count(&bob[1], "ACK ") + crew_count(&bob[1], "BYE "), 0);
}
END_TEST


Suite *suite_section16_response(void);
Suite *suite_section16_response(void)
{
	Suite *s = suite_create("section16_response");
	TCase *tc = tcase_create("response"), *fast = tcase_create("fast");
	TCase *timer_c = tcase_create("timer_c");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, p22_provisional_responses_go_on_at_once_but_100,
		   provisionalv);
	tcase_add_test(tc, p22_every_2xx_goes_on);
	test_table(tc, p23_the_best_response_is_chosen_from_all, bestv);
	tcase_add_test(tc, p23_all_challenges_of_all_branches_are_aggregated);
	tcase_add_test(tc, p23_a_challenge_in_our_name_is_none);
	tcase_add_test(tc, p24_a_6xx_ends_all_branches_and_begins_none);
	tcase_add_test(tc, p25_no_to_tag_is_put_in_or_changed);
	tcase_add_test(tc, p26_only_our_via_is_taken_off);
	tcase_add_test(
		tc, p26_a_response_without_a_via_for_others_is_not_forwarded);
	tcase_add_test(tc,
		       p27_after_a_final_all_pending_branches_are_cancelled);
	tcase_add_test(tc, p28_an_error_of_sending_is_a_503);
	tcase_add_test(tc, p30_a_cancel_is_answered_and_cancels_all);
	tcase_add_test(tc, p30_a_cancel_of_nothing_is_481_and_goes_nowhere);
	tcase_add_test(tc,
		       p31_a_retransmission_has_the_same_target_and_branch);
	tcase_add_test(tc, p32_a_dialog_goes_by_its_routes_alone);
	suite_add_tcase(s, tc);

	tcase_set_timeout(fast, 30);
	tcase_add_checked_fixture(fast, setup_fast, teardown);
	tcase_add_test(fast, p23_no_response_is_408);
	tcase_add_test(fast,
		       p29_an_error_of_sending_a_response_cancels_nothing);
	suite_add_tcase(s, fast);

	tcase_set_timeout(timer_c, 30);
	tcase_add_checked_fixture(timer_c, setup_timer_c, teardown);
	tcase_add_test(timer_c, p21_timer_c_cancels_who_rings_for_ever);
	tcase_add_test(timer_c, p21_a_provisional_response_resets_timer_c);
	suite_add_tcase(s, timer_c);

	return s;
}
