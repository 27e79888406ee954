/**
 * @file scenario/leave_flow.c  A server is asked to end while a call is up
 */
#include <string.h>
#include "proxy/core/drain.h"
#include "proxy/server_state.h"
#include "test/scenario/talk.h"
#include "test/test.h"

static struct rig rig;
static struct phone alice, bob;
static struct talk t;


static void start(const char *config)
{
	rig_start(&rig, config);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.1.1.1");
	phone_open(&bob, &rig, "127.2.2.2");
	talk_begin(&t, &alice, &bob, "leaving");
}


static void setup(void)
{
	start("");
}


static void setup_at_once(void)
{
	start("drain { deadline = 0 }\n");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	rig_stop(&rig);
}


static struct drain_view look(void)
{
	struct drain_view v;

	drain_look(&v, rig.srv->proxy);

	return v;
}


static void new_call(const char *user, const char *status)
{
	struct talk other;
	char uri[64];

	talk_begin(&other, &alice, &bob, user);
	alice.auth[0] = '\0';
	(void)re_snprintf(uri, sizeof(uri), "sip:%s@example.net", user);
	talk_send(&other, &alice, "INVITE", uri, "",
		  talk_sdp("192.168.1.10", ""));
	talk_expect(&alice, status);
}


static void expect_over(void)
{
	for (int i = 0; i < 20 && look().phase != DEPARTURE_OVER; i++)
		ck_assert(phone_quiet(&alice));
	ck_assert_int_eq(look().phase, DEPARTURE_OVER);
}


START_TEST(without_calls_it_ends_at_once)
{
	server_leave(rig.srv);
	ck_assert_int_eq(look().phase, DEPARTURE_OVER);
}
END_TEST


START_TEST(it_ends_with_the_last_call)
{
	talk_establish(&t, "192.168.1.10", "192.168.1.10");
	server_leave(rig.srv);
	ck_assert_int_eq(look().phase, DEPARTURE_WAITS);
	ck_assert_uint_eq(look().calls, 1);
	ck_assert_uint_le(look().left_s, 60);
	ck_assert_uint_ge(look().left_s, 50);

	new_call("carol", "SIP/2.0 503");
	ck_assert_str_ne(phone_header(&alice, "Retry-After"), "");
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");

	talk_inside(&t, &alice, "BYE", 9, "", "");
	talk_expect(&bob, "BYE");
	talk_reply(&bob, "200 OK", "", "");
	talk_expect(&alice, "SIP/2.0 200");
	expect_over();
}
END_TEST


static void expect_bye(struct phone *ph)
{
	talk_expect(ph, "BYE ");
	ck_assert_str_eq(phone_header(ph, "Reason"),
			 "Q.850;cause=41;text=\"The Server Ends\"");
	talk_reply(ph, "200 OK", "", "");
}


START_TEST(asked_again_it_tells_both_ends_and_goes)
{
	talk_establish(&t, "192.168.1.10", "192.168.1.10");
	server_leave(rig.srv);
	ck_assert(phone_quiet(&bob));
	server_leave(rig.srv);
	expect_bye(&alice);
	ck_assert_int_eq(look().phase, DEPARTURE_TELLS);
	expect_bye(&bob);
	expect_over();
}
END_TEST


START_TEST(one_that_rings_is_taken_back)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&t, "", talk_sdp("192.168.1.10", ""));
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "180 Ringing", "", "");
	talk_expect(&alice, "SIP/2.0 180");
	server_leave(rig.srv);
	ck_assert_int_eq(look().phase, DEPARTURE_WAITS);
	server_leave(rig.srv);
	talk_expect(&alice, "SIP/2.0 480");
	talk_expect(&bob, "CANCEL ");
	server_leave(rig.srv);
	ck_assert_int_eq(look().phase, DEPARTURE_OVER);
}
END_TEST


START_TEST(at_the_deadline_both_ends_are_told)
{
	talk_establish(&t, "192.168.1.10", "192.168.1.10");
	server_leave(rig.srv);
	expect_bye(&alice);
	expect_bye(&bob);
	expect_over();
}
END_TEST


Suite *suite_leave_flow(void);
Suite *suite_leave_flow(void)
{
	Suite *s = suite_create("leave_flow");
	TCase *tc = tcase_create("default"), *now = tcase_create("at once");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, without_calls_it_ends_at_once);
	tcase_add_test(tc, it_ends_with_the_last_call);
	tcase_add_test(tc, asked_again_it_tells_both_ends_and_goes);
	tcase_add_test(tc, one_that_rings_is_taken_back);
	suite_add_tcase(s, tc);

	tcase_add_checked_fixture(now, setup_at_once, teardown);
	tcase_add_test(now, at_the_deadline_both_ends_are_told);
	suite_add_tcase(s, now);

	return s;
}
