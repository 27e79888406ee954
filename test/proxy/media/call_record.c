/**
 * @file test/proxy/media/call_record.c  Which calls are recorded, and since when
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/media/call_state.h"
#include "relay/tap.h"
#include "test/mock/decoded.h"
#include "test/mock/puppet.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

enum { NOW_MS = 5000, WAIT_MS = 5000 };

static char dir[TEMPDIR_SIZE];
static struct puppet puppet;
static struct timers *timers;
static struct metrics *metrics;
static struct recorder *recorder;
static struct calls *calls;
static struct flow *flowv[2];
static struct message *invite, *answer;
static struct relay_tap *tapped; /* what the resource has */


static int fake_tap(struct resource *r, struct relay_tap *tap)
{
	(void)r;
	tap_release(tapped);
	tapped = tap_hold(tap);

	return 0;
}


static void gone_handler(void)
{
	tap_release(tapped);
	tapped = NULL;
}


static struct message *make(const char *head, int from, const char *host)
{
	char text[1024];
	struct message *msg;

	(void)re_snprintf(
		text, sizeof(text),
		"%s\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK1\r\n"
		"From: <sip:alice@example.net>;tag=1\r\n"
		"To: <sip:bob@example.net>\r\nCall-ID: c1\r\n"
		"CSeq: 1 INVITE\r\nContent-Type: application/sdp\r\n\r\n"
		"v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
		"m=audio 4000 RTP/AVP 0\r\n",
		head, host, host, host);
	msg = decoded(text);
	msg->flow = mem_ref(flowv[from]);
	msg->src = flowv[from]->peer;

	return msg;
}


static void make_calls(void)
{
	const struct calls_conf conf = {
		.maker = &puppet.maker,
		.ringing_ms = 200000,
		.answered_ms = 1000000,
		.max = 3,
		.recorder = recorder,
	};

	ck_assert_int_eq(calls_alloc(&calls, &conf, timers, NULL, metrics), 0);
}


static void setup(void)
{
	const struct recorder_conf rc = {
		.dir = dir, .calls = 1, .call_bytes = 1 << 20};

	puppet_init(&puppet);
	puppet.tap = fake_tap;
	puppet.goneh = gone_handler;
	tempdir_make(dir);
	ck_assert_int_eq(timers_alloc_virtual(&timers, NOW_MS), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(recorder_alloc(&recorder, &rc, NULL, metrics), 0);
	make_calls();
	puppet_phones(flowv);
	invite = make("INVITE sip:bob@example.net SIP/2.0", 0, "198.51.100.7");
	answer = make("SIP/2.0 200 OK", 1, "198.51.100.8");
}


static void teardown(void)
{
	invite = mem_deref(invite);
	answer = mem_deref(answer);
	calls = mem_deref(calls);
	recorder = mem_deref(recorder);
	for (int i = 0; i < 2; i++)
		flowv[i] = mem_deref(flowv[i]);
	metrics = mem_deref(metrics);
	timers = mem_deref(timers);
	tempdir_remove(dir);
}


static void pass(struct call *call, enum call_side from, struct message *msg)
{
	struct call_pass *pp = NULL;

	ck_assert_int_eq(call_pass(&pp, call, from, msg, puppet_passed, NULL),
			 0);
}


/* both are reachable as their SDP says */
static struct call *begin(bool a_recorded, bool b_recorded)
{
	struct call_leg a = {
		.flow = flowv[0], .phone = true, .record = a_recorded};
	struct call_leg b = {
		.flow = flowv[1], .phone = true, .record = b_recorded};
	struct call *call = NULL;

	a.verdict.media = b.verdict.media = NAT_DIRECT;
	ck_assert_int_eq(call_alloc(&call, calls, 0, invite, &a, &b), 0);
	pass(call, CALL_A, invite);

	return call;
}


static void talk(struct call *call)
{
	call_answered(call);
	pass(call, CALL_B, answer);
}


static uint64_t counted(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


static void wait_idle(void)
{
	for (int i = 0; i < WAIT_MS && recorder_running(recorder); i++)
		(void)usleep(1000);
	ck_assert_uint_eq(recorder_running(recorder), 0);
}


static const struct {
	bool a, b;
} whov[] = {{true, false}, {false, true}, {true, true}};


START_TEST(whoever_says_so_it_is_relayed_and_recorded_from_the_answer)
{
	struct call *call = begin(whov[_i].a, whov[_i].b);

	ck_assert_int_eq(call->mode, CALL_RELAY);
	ck_assert_int_eq(call->verdict.reason, NAT_RECORDED);
	ck_assert_ptr_null(tapped);
	ck_assert_str_eq(call_record_name(call), "");
	talk(call);
	ck_assert_ptr_nonnull(tapped);
	ck_assert_ptr_nonnull(strstr(call_record_name(call), "-alice-bob-"));
	ck_assert_uint_eq(recorder_running(recorder), 1);
	call_end(call, "bye");
	ck_assert_ptr_null(tapped);
	wait_idle();
}
END_TEST


START_TEST(nobody_says_so_and_it_is_direct)
{
	struct call *call = begin(false, false);
	const char *why;

	ck_assert_int_eq(call->mode, CALL_DIRECT);
	talk(call);
	ck_assert_uint_eq(counted("record_started_total"), 0);
	ck_assert_int_eq(call_record(call, true, &why), ENOTSUP);
	ck_assert_ptr_nonnull(strstr(why, "does not pass here"));
	ck_assert_int_eq(call_record(call, false, &why), EALREADY);
}
END_TEST


START_TEST(by_command_it_begins_with_the_answer_too)
{
	struct call_leg leg = {
		.flow = flowv[0], .phone = true, .policy = CONFIG_MEDIA_RELAY};
	struct call *call = NULL;
	const char *why;

	ck_assert_int_eq(call_alloc(&call, calls, 0, invite, &leg, &leg), 0);
	pass(call, CALL_A, invite);
	ck_assert_int_eq(call->verdict.reason, NAT_ACCOUNT_RELAY);
	ck_assert_int_eq(call_record(call, true, &why), 0);
	ck_assert_ptr_null(tapped);
	talk(call);
	ck_assert_ptr_nonnull(tapped);
	ck_assert_int_eq(call_record(call, true, &why), EALREADY);
	ck_assert_int_eq(call_record(call, false, &why), 0);
	ck_assert_ptr_null(tapped);
	ck_assert_int_eq(call_record(call, false, &why), EALREADY);

	/* as it ends it does not begin again */
	call_answered(call);
	ck_assert_ptr_null(tapped);
	ck_assert_int_eq(call_record(NULL, true, &why), EINVAL);
}
END_TEST


START_TEST(what_was_lost_by_a_restart_is_recorded_on)
{
	struct call_leg a = {.flow = flowv[0], .phone = true, .record = true};
	struct call_leg b = {.flow = flowv[1], .phone = true};
	struct call *call = NULL;

	a.verdict.media = b.verdict.media = NAT_DIRECT;
	ck_assert_int_eq(call_revive(&call, calls, 77, invite, &a, &b), 0);
	ck_assert_uint_eq(counted("record_started_total"), 0);
	pass(call, CALL_A, invite);
	ck_assert_ptr_nonnull(tapped);
	ck_assert_ptr_nonnull(strstr(call_record_name(call), "-4d"));
}
END_TEST


START_TEST(another_dialog_that_is_confirmed_is_heard_instead)
{
	struct call *call = begin(true, false);
	struct media_leg *leg = call_dialog_main(call)->leg;
	struct relay_tap *tap;

	talk(call);
	tap = tapped;
	mem_deref(leg->res);
	ck_assert_int_eq(
		puppet.maker.alloc(&leg->res, &puppet.maker, NULL, NULL, NULL),
		0);
	call_record_update(call);
	ck_assert_ptr_eq(tapped, tap);
	ck_assert_uint_eq(counted("record_started_total"), 1);
	call_end(call, "bye");
	ck_assert_ptr_null(tapped);
}
END_TEST


START_TEST(too_many_are_refused_and_talk_on)
{
	struct call *a = begin(true, false), *b;
	const char *why;

	talk(a);
	b = begin(true, false);
	talk(b);
	ck_assert_uint_eq(counted("record_started_total"), 1);
	ck_assert_int_eq(call_record(b, true, &why), ENOSPC);
	call_end(a, "bye");
	wait_idle();
	ck_assert_int_eq(call_record(b, true, &why), 0);
	ck_assert_uint_eq(counted("record_started_total"), 2);
}
END_TEST


START_TEST(a_relay_elsewhere_does_not_record)
{
	struct call *call;
	const char *why;

	puppet.tap = NULL;
	call = begin(true, false);
	talk(call);
	ck_assert_int_eq(call_record(call, true, &why), ENOSYS);
	ck_assert_str_eq(call_record_name(call), "");
	call_end(call, "bye");
	wait_idle();
}
END_TEST


START_TEST(without_a_recorder_it_changes_nothing)
{
	struct call *call;
	const char *why;

	mem_deref(calls);
	recorder = mem_deref(recorder);
	make_calls();
	call = begin(true, true);
	ck_assert_int_eq(call->mode, CALL_DIRECT);
	talk(call);
	ck_assert_int_ne(call_record(call, true, &why), 0);
}
END_TEST


/* the table goes with calls in it, the recorder after it */
START_TEST(a_server_that_stops_leaves_nothing)
{
	talk(begin(true, false));
	calls = mem_deref(calls);
	ck_assert_ptr_null(tapped);
	wait_idle();
}
END_TEST


Suite *suite_call_record(void);
Suite *suite_call_record(void)
{
	Suite *s = suite_create("call_record");
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc,
		   whoever_says_so_it_is_relayed_and_recorded_from_the_answer,
		   whov);
	tcase_add_test(tc, nobody_says_so_and_it_is_direct);
	tcase_add_test(tc, by_command_it_begins_with_the_answer_too);
	tcase_add_test(tc, what_was_lost_by_a_restart_is_recorded_on);
	tcase_add_test(tc, another_dialog_that_is_confirmed_is_heard_instead);
	tcase_add_test(tc, too_many_are_refused_and_talk_on);
	tcase_add_test(tc, a_relay_elsewhere_does_not_record);
	tcase_add_test(tc, without_a_recorder_it_changes_nothing);
	tcase_add_test(tc, a_server_that_stops_leaves_nothing);
	suite_add_tcase(s, tc);

	return s;
}
