/**
 * @file test/relay/session.c  Whether a call still has media
 */
#include <errno.h>
#include <string.h>
#include "test/relay/rig.h"
#include "test/test.h"


START_TEST(a_silent_call_is_said_each_minute)
{
	struct rig rig;

	rig_open(&rig, NULL);
	rig_call(&rig);
	timers_advance(rig.timers, 59999);
	ck_assert_uint_eq(rig.eventc, 0);
	timers_advance(rig.timers, 1);
	ck_assert_uint_eq(rig.eventc, 1);
	ck_assert_int_eq(rig.eventv[0].ev, RELAY_TIMEOUT);
	timers_advance(rig.timers, 600000);
	ck_assert_uint_eq(rig.eventc, 11);

	rig_close(&rig);
}
END_TEST


START_TEST(one_side_that_talks_keeps_the_call)
{
	struct rig rig;

	rig_open(&rig, NULL);
	rig_call(&rig);
	for (int i = 0; i < 10; i++) {
		const uint16_t seq = media_send_rtp(&rig.a, &rig.at[0][0]);

		media_expect_rtp(&rig.b, rig.a.ssrc, seq, NULL);
		timers_advance(rig.timers, 50000);
	}
	rig_wait_events(&rig, 1);
	ck_assert_uint_eq(rig.eventc, 1);
	ck_assert_int_eq(rig.eventv[0].ev, RELAY_LATCHED);

	timers_advance(rig.timers, 61000);
	ck_assert_uint_eq(rig.eventc, 2);
	ck_assert_int_eq(rig.eventv[1].ev, RELAY_TIMEOUT);

	rig_close(&rig);
}
END_TEST


START_TEST(a_stranger_does_not_keep_the_call)
{
	struct media stranger;
	struct rig rig;

	rig_open(&rig, NULL);
	rig_call(&rig);
	media_open(&stranger, "127.0.0.66");
	for (uint64_t i = 1; i <= 6; i++) {
		(void)media_send_rtp(&stranger, &rig.at[0][0]);
		rig_wait_seen(&rig, RELAY_A, i);
		timers_advance(rig.timers, 10000);
	}
	ck_assert_uint_eq(rig.eventc, 1);
	ck_assert_int_eq(rig.eventv[0].ev, RELAY_TIMEOUT);

	media_close(&stranger);
	rig_close(&rig);
}
END_TEST


START_TEST(on_hold_silence_is_longer)
{
	struct rig rig;

	rig_open(&rig, NULL);
	rig_call(&rig);
	timers_advance(rig.timers, 50000);
	relay_session_hold(rig.s, true);
	timers_advance(rig.timers, 3599999);
	ck_assert_uint_eq(rig.eventc, 0);

	/* off hold: the short one, from now */
	relay_session_hold(rig.s, false);
	timers_advance(rig.timers, 59999);
	ck_assert_uint_eq(rig.eventc, 0);
	timers_advance(rig.timers, 1);
	ck_assert_uint_eq(rig.eventc, 1);

	/* new signalling: it may end once more */
	relay_session_hold(rig.s, true);
	timers_advance(rig.timers, 3600000);
	ck_assert_uint_eq(rig.eventc, 2);

	rig_close(&rig);
}
END_TEST


START_TEST(a_call_that_rings_may_be_silent)
{
	struct relay_anchor anchor;
	struct rig rig;

	rig_open(&rig, NULL);
	rig_call(&rig);
	ck_assert_int_eq(relay_stream_open(rig.s, 1, AF_INET, AF_INET), 0);
	memset(&anchor, 0, sizeof(anchor));
	ck_assert_int_eq(relay_stream_anchor(rig.s, 1, RELAY_A, &anchor), 0);
	timers_advance(rig.timers, 180000);
	ck_assert_uint_eq(rig.eventc, 0);

	ck_assert_int_eq(relay_stream_anchor(rig.s, 1, RELAY_B, &anchor), 0);
	timers_advance(rig.timers, 60000);
	ck_assert_uint_eq(rig.eventc, 1);
	ck_assert_int_eq(rig.eventv[0].ev, RELAY_TIMEOUT);

	rig_close(&rig);
}
END_TEST


static void deref_handler(struct relay_session *s, enum relay_event ev,
			  const struct relay_info *info, void *arg)
{
	struct relay_session **sp = arg;
	(void)ev;
	(void)info;

	ck_assert_ptr_eq(s, *sp);
	*sp = mem_deref(*sp);
}


START_TEST(a_handler_may_end_the_session)
{
	struct relay_anchor anchor;
	struct relay_session *s = NULL;
	struct rig rig;
	struct pl id;

	rig_open(&rig, NULL);
	pl_set_str(&id, "call");
	memset(&anchor, 0, sizeof(anchor));
	ck_assert_int_eq(
		relay_session_alloc(&s, rig.relay, &id, deref_handler, &s), 0);
	ck_assert_int_eq(relay_stream_open(s, 0, AF_INET, AF_INET), 0);
	ck_assert_int_eq(relay_stream_anchor(s, 0, RELAY_A, &anchor), 0);
	ck_assert_int_eq(relay_stream_anchor(s, 0, RELAY_B, &anchor), 0);
	timers_advance(rig.timers, 60000);
	ck_assert_ptr_null(s);
	ck_assert_uint_eq(relay_sessions(rig.relay), 0);
	ck_assert_uint_eq(timers_pending(rig.timers), 0);

	rig_close(&rig);
}
END_TEST


START_TEST(no_event_comes_after_the_session)
{
	struct rig rig;
	uint16_t seq;

	rig_open(&rig, NULL);
	rig_call(&rig);
	for (int i = 0; i < 3; i++) {
		seq = media_send_rtp(&rig.a, &rig.at[0][0]);
		media_expect_rtp(&rig.b, rig.a.ssrc, seq, NULL);
	}

	/* the worker has told that it latched; nobody is left to hear it */
	rig.s = mem_deref(rig.s);
	rig_wait_ports(&rig, 1000);
	ck_assert_uint_eq(rig.eventc, 0);

	rig_close(&rig);
}
END_TEST


START_TEST(zero_never_times_out)
{
	struct relay_conf conf = rig_conf();
	struct rig rig;

	conf.timeout_ms = 0;
	rig_open(&rig, &conf);
	rig_call(&rig);
	timers_advance(rig.timers, 100000000);
	ck_assert_uint_eq(rig.eventc, 0);

	rig_close(&rig);
}
END_TEST


START_TEST(wrong_use_is_refused)
{
	struct relay_session *s = NULL;
	struct rig rig;
	struct pl id;

	rig_open(&rig, NULL);
	pl_set_str(&id, "call");
	ck_assert_int_eq(relay_session_alloc(NULL, rig.relay, &id, NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(relay_session_alloc(&s, NULL, &id, NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(relay_session_alloc(&s, rig.relay, NULL, NULL, NULL),
			 EINVAL);
	ck_assert_ptr_null(s);
	relay_session_hold(NULL, true);

	rig_close(&rig);
}
END_TEST


Suite *suite_session(void);
Suite *suite_session(void)
{
	Suite *s = suite_create("session");
	TCase *tc = tcase_create("session");

	tcase_add_test(tc, a_silent_call_is_said_each_minute);
	tcase_add_test(tc, one_side_that_talks_keeps_the_call);
	tcase_add_test(tc, a_stranger_does_not_keep_the_call);
	tcase_add_test(tc, on_hold_silence_is_longer);
	tcase_add_test(tc, a_call_that_rings_may_be_silent);
	tcase_add_test(tc, a_handler_may_end_the_session);
	tcase_add_test(tc, no_event_comes_after_the_session);
	tcase_add_test(tc, zero_never_times_out);
	tcase_add_test(tc, wrong_use_is_refused);
	tcase_set_timeout(tc, 30);
	suite_add_tcase(s, tc);

	return s;
}
