/**
 * @file scenario/overload_flow.c  A server that messages wait too long for
 */
#include <stdlib.h>
#include <string.h>
#include "common/clock.h"
#include "common/json.h"
#include "proxy/admin/control.h"
#include "proxy/admin/vitals.h"
#include "proxy/server_state.h"
#include "proxy/sip/lobby.h"
#include "proxy/sip/overload.h"
#include "test/scenario/talk.h"
#include "test/test.h"

enum { DELAY_MS = 50, WAITED_US = 400000 };

static struct rig rig;
static struct phone alice, bob;
static struct talk t;
static json_t *answer;


static void setup(void)
{
	rig_start(&rig, "peer one { uri = \"sip:one.example\" }\n"
			"route emergency { match = 110 peers = { one } "
			"emergency = yes }\n");
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.1.1.1");
	phone_open(&bob, &rig, "127.2.2.2");
	talk_begin(&t, &alice, &bob, "overload");
}


static void teardown(void)
{
	answer = (json_decref(answer), NULL);
	phone_close(&alice);
	phone_close(&bob);
	rig_stop(&rig);
}


/* as if messages had waited so long for some time; 98 of 100 are refused */
static void overload(void)
{
	struct lobby *in = transport_lobby(rig.srv->tp);
	uint64_t now_us = clock_us();

	lobby_limit(in, DELAY_MS);
	for (int i = 0; i < 100; i++) {
		now_us += OVERLOAD_TURN_MS * 1000;
		lobby_tick(in, WAITED_US, now_us);
	}
	/* the real ticks teach it nothing more */
	vitals_watch(rig.srv->vitals, NULL, NULL);
}


static unsigned refused(unsigned n, const char *user)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < n; i++) {
		char callid[32], uri[64];
		struct talk other;

		(void)re_snprintf(callid, sizeof(callid), "o-%s-%u", user, i);
		(void)re_snprintf(uri, sizeof(uri), "sip:%s@example.net",
				  user);
		talk_begin(&other, &alice, &bob, callid);
		alice.auth[0] = '\0';
		talk_send(&other, &alice, "INVITE", uri, "",
			  talk_sdp("192.168.1.10", ""));
		(void)phone_recv(&alice);
		if (phone_status(&alice) == 503) {
			const long s = strtol(
				phone_header(&alice, "Retry-After"), NULL, 10);

			ck_assert_int_ge(s, 5);
			ck_assert_int_le(s, 30);
			++sum;
		}
	}

	return sum;
}


static void answer_handler(int err, json_t *a, void *arg)
{
	(void)arg;
	ck_assert_int_eq(err, 0);
	json_decref(answer);
	answer = a;
}


static const json_t *status(void)
{
	struct control_request *rq = NULL;
	json_t *q = json_pack("{s:s}", "command", "status");

	ck_assert_int_eq(
		control_ask(&rq, rig.srv->control, q, answer_handler, NULL),
		0);
	json_decref(q);

	return json_object_get(answer, "overload");
}


START_TEST(new_calls_are_refused_and_all_else_is_served)
{
	talk_establish(&t, "192.168.1.10", "192.168.1.10");
	ck_assert(json_is_false(json_object_get(status(), "on")));
	overload();
	ck_assert(json_is_true(json_object_get(status(), "on")));
	ck_assert_int_ge(json_integer_value(
				 json_object_get(status(), "refused_percent")),
			 95);
	ck_assert_uint_ge(refused(20, "bob"), 15);

	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_inside(&t, &alice, "BYE", 9, "", "");
	talk_expect(&bob, "BYE");
	talk_reply(&bob, "200 OK", "", "");
	talk_expect(&alice, "SIP/2.0 200");
}
END_TEST


START_TEST(emergency_calls_are_taken)
{
	overload();
	ck_assert_uint_eq(refused(20, "110"), 0);
}
END_TEST


START_TEST(the_reload_of_another_delay_takes_effect)
{
	overload();
	rig.cfg->overload.delay = 0;
	server_use_overload(rig.srv);
	ck_assert_uint_eq(refused(20, "bob"), 0);
	ck_assert(json_is_false(json_object_get(status(), "on")));
}
END_TEST


Suite *suite_overload_flow(void);
Suite *suite_overload_flow(void)
{
	Suite *s = suite_create("overload_flow");
	TCase *tc = tcase_create("overload_flow");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, new_calls_are_refused_and_all_else_is_served);
	tcase_add_test(tc, emergency_calls_are_taken);
	tcase_add_test(tc, the_reload_of_another_delay_takes_effect);
	suite_add_tcase(s, tc);

	return s;
}
