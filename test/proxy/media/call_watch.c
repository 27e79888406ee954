/**
 * @file test/proxy/media/call_watch.c  One-way audio, while the call is up
 */
#include <errno.h>
#include <string.h>
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/media/call_watch.h"
#include "test/mock/decoded.h"
#include "test/mock/puppet.h"
#include "test/test.h"

enum { NOW_MS = 5000 };

static struct puppet puppet;
static struct timers *timers;
static struct metrics *metrics;
static struct calls *calls;
static struct flow *flowv[2];
static struct message *invite;
static struct call *call;
static struct relay_stats statsv[2];


static int fake_stats(const struct resource *r, unsigned stream,
		      enum relay_side side, struct relay_stats *st)
{
	(void)r;
	if (stream > 1)
		return ENOENT;

	*st = statsv[side];

	return 0;
}


static void begin_call(void)
{
	struct call_leg a = {.flow = flowv[0], .phone = true};
	struct call_leg b = {.flow = flowv[1], .phone = true};
	struct call_pass *pp = NULL;

	ck_assert_int_eq(call_alloc(&call, calls, 0, invite, &a, &b), 0);
	ck_assert_int_eq(
		call_pass(&pp, call, CALL_A, invite, puppet_passed, NULL), 0);
	ck_assert_ptr_nonnull(puppet.eventh);
}


static void setup(void)
{
	const struct calls_conf conf = {
		.maker = &puppet.maker,
		.ringing_ms = 200000,
		.answered_ms = 1000000,
		.max = 3,
	};

	puppet_init(&puppet);
	puppet.stats = fake_stats;
	ck_assert_int_eq(timers_alloc_virtual(&timers, NOW_MS), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(calls_alloc(&calls, &conf, timers, NULL, metrics), 0);
	puppet_phones(flowv);
	invite = decoded("INVITE sip:b@example.net SIP/2.0\r\n"
			 "Via: SIP/2.0/UDP 192.168.1.10;branch=z9hG4bK1\r\n"
			 "From: <sip:a@example.net>;tag=1\r\n"
			 "To: <sip:b@example.net>\r\nCall-ID: c1\r\n"
			 "CSeq: 1 INVITE\r\n"
			 "Content-Type: application/sdp\r\n\r\n"
			 "v=0\r\no=- 1 1 IN IP4 192.168.1.10\r\ns=-\r\n"
			 "c=IN IP4 192.168.1.10\r\nt=0 0\r\n"
			 "m=audio 4000 RTP/AVP 0\r\n");
	invite->flow = mem_ref(flowv[0]);
	invite->src = flowv[0]->peer;
	memset(statsv, 0, sizeof(statsv));
	for (int i = 0; i < 2; i++)
		statsv[i].quality.silent_ms = statsv[i].quality.rtcp_ms =
			UINT64_MAX;
	begin_call();
}


static void teardown(void)
{
	invite = mem_deref(invite);
	calls = mem_deref(calls);
	for (int i = 0; i < 2; i++)
		flowv[i] = mem_deref(flowv[i]);
	metrics = mem_deref(metrics);
	timers = mem_deref(timers);
}


static void say(enum relay_event ev, enum relay_side side, unsigned stream)
{
	const struct relay_info info = {.side = side, .stream = stream};

	puppet.eventh(ev, &info, puppet.eventarg);
}


static struct call_oneway show(enum call_side side)
{
	struct call_oneway o;

	call_watch_show(&o, call, side);

	return o;
}


static uint64_t counted(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


START_TEST(who_is_not_heard_is_said_with_the_cause)
{
	struct call_oneway o;

	call_answered(call);
	o = show(CALL_B);
	ck_assert_uint_eq(o.times, 0);
	ck_assert_ptr_null(o.cause);

	timers_advance(timers, 5000);
	say(RELAY_MUTE, RELAY_B, 0);
	o = show(CALL_B);
	ck_assert(o.now);
	ck_assert_uint_eq(o.times, 1);
	ck_assert_uint_eq(o.silent_ms, 5000);
	ck_assert_str_eq(o.cause, "not-heard");
	ck_assert_uint_eq(counted("calls_oneway_total{cause=\"not-heard\"}"),
			  1);
	ck_assert_uint_eq(show(CALL_A).times, 0);

	/* and heard again */
	timers_advance(timers, 3000);
	say(RELAY_HEARD, RELAY_B, 0);
	o = show(CALL_B);
	ck_assert(!o.now);
	ck_assert_uint_eq(o.silent_ms, 8000);

	/* once more, for another reason */
	statsv[RELAY_B].quality.silent_ms = 6000;
	timers_advance(timers, 60000);
	say(RELAY_MUTE, RELAY_B, 0);
	o = show(CALL_B);
	ck_assert_uint_eq(o.times, 2);
	ck_assert_uint_eq(o.silent_ms, 14000);
	ck_assert_str_eq(o.cause, "stopped");
	call_end(call, "bye");
}
END_TEST


START_TEST(a_phone_behind_nat_has_lost_its_port)
{
	call_answered(call);
	timers_advance(timers, 50000);
	statsv[RELAY_A].quality.silent_ms = 5000;
	say(RELAY_MUTE, RELAY_A, 0);
	ck_assert_str_eq(show(CALL_A).cause, "nat-mapping");
	ck_assert_uint_eq(counted("calls_oneway_total{cause=\"nat-mapping\"}"),
			  1);
	call_end(call, "bye");
}
END_TEST


START_TEST(while_it_rings_nobody_is_missed)
{
	say(RELAY_MUTE, RELAY_B, 0);
	say(RELAY_MUTE, RELAY_A, 0);
	timers_advance(timers, 20000);
	ck_assert_uint_eq(show(CALL_B).times, 0);

	/* from the answer on there are some seconds */
	call_answered(call);
	timers_advance(timers, 4000);
	say(RELAY_HEARD, RELAY_A, 0);
	timers_advance(timers, 999);
	ck_assert_uint_eq(show(CALL_B).times, 0);
	timers_advance(timers, 1);
	ck_assert(show(CALL_B).now);
	ck_assert_uint_eq(show(CALL_B).silent_ms, 5000);
	ck_assert_uint_eq(show(CALL_A).times, 0);
	call_end(call, "bye");
}
END_TEST


/* of several dialogs that ring only one has a say */
START_TEST(who_was_mute_before_anybody_listened_is_found)
{
	call_answered(call);
	statsv[RELAY_B].quality.mute = true;
	timers_advance(timers, 4999);
	ck_assert_uint_eq(show(CALL_B).times, 0);
	timers_advance(timers, 1);
	ck_assert(show(CALL_B).now);
	ck_assert_uint_eq(show(CALL_B).times, 1);
	ck_assert_uint_eq(show(CALL_A).times, 0);
	say(RELAY_HEARD, RELAY_B, 0);
	ck_assert(!show(CALL_B).now);
	call_end(call, "bye");
}
END_TEST


START_TEST(of_two_streams_the_first_counts)
{
	call_answered(call);
	timers_advance(timers, 5000);
	say(RELAY_MUTE, RELAY_A, 1);
	say(RELAY_MUTE, RELAY_A, 0);
	ck_assert_uint_eq(show(CALL_A).times, 1);
	say(RELAY_HEARD, RELAY_A, 0);
	ck_assert(show(CALL_A).now);
	say(RELAY_HEARD, RELAY_A, 1);
	ck_assert(!show(CALL_A).now);
	call_end(call, "bye");
}
END_TEST


START_TEST(who_hears_nothing_is_said_as_well)
{
	struct call_oneway o;

	call_answered(call);
	timers_advance(timers, 20000);
	say(RELAY_DEAF, RELAY_B, 0);
	o = show(CALL_B);
	ck_assert(o.now && o.deaf);
	ck_assert_str_eq(o.cause, "not-delivered");
	ck_assert_uint_eq(
		counted("calls_oneway_total{cause=\"not-delivered\"}"), 1);

	/* of both, that it is not heard is shown */
	say(RELAY_MUTE, RELAY_B, 0);
	o = show(CALL_B);
	ck_assert(o.now && !o.deaf);
	say(RELAY_HEARD, RELAY_B, 0);
	ck_assert(show(CALL_B).deaf);
	timers_advance(timers, 3000);
	say(RELAY_HEARS, RELAY_B, 0);
	ck_assert(!show(CALL_B).now);
	call_end(call, "bye");
}
END_TEST


START_TEST(a_stream_that_is_gone_is_not_missed)
{
	call_answered(call);
	timers_advance(timers, 5000);
	say(RELAY_MUTE, RELAY_A, 7);
	ck_assert_uint_eq(show(CALL_A).times, 0);
	call_end(call, "bye");
}
END_TEST


START_TEST(a_call_may_end_before_it_matters)
{
	say(RELAY_MUTE, RELAY_B, 0);
	call_answered(call);
	call_end(call, "bye");
	ck_assert_uint_eq(timers_pending(timers), 0);
	ck_assert_uint_eq(counted("calls_oneway_total{cause=\"not-heard\"}"),
			  0);
}
END_TEST


START_TEST(nothing_is_said_of_nothing)
{
	struct call_oneway o;

	say(RELAY_HEARD, RELAY_A, 0);
	say(RELAY_LATCHED, RELAY_A, 0);
	call_watch(NULL, RELAY_MUTE, NULL);
	call_watch(call, RELAY_MUTE, NULL);
	call_watch_answered(NULL);
	call_watch_close(NULL);
	call_watch_show(&o, NULL, CALL_A);
	ck_assert_uint_eq(o.times, 0);

	/* without memory it is not watched */
	oom_after(0);
	say(RELAY_MUTE, RELAY_A, 0);
	oom_after(-1);
	call_answered(call);
	timers_advance(timers, 10000);
	ck_assert_uint_eq(show(CALL_A).times, 0);
	call_end(call, "bye");
}
END_TEST


Suite *suite_call_watch(void);
Suite *suite_call_watch(void)
{
	Suite *s = suite_create("call_watch");
	TCase *tc = tcase_create("call_watch");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, who_is_not_heard_is_said_with_the_cause);
	tcase_add_test(tc, a_phone_behind_nat_has_lost_its_port);
	tcase_add_test(tc, while_it_rings_nobody_is_missed);
	tcase_add_test(tc, who_was_mute_before_anybody_listened_is_found);
	tcase_add_test(tc, of_two_streams_the_first_counts);
	tcase_add_test(tc, who_hears_nothing_is_said_as_well);
	tcase_add_test(tc, a_stream_that_is_gone_is_not_missed);
	tcase_add_test(tc, a_call_may_end_before_it_matters);
	tcase_add_test(tc, nothing_is_said_of_nothing);
	suite_add_tcase(s, tc);

	return s;
}
