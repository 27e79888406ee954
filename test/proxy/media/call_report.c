/**
 * @file test/proxy/media/call_report.c  What is told of a call, and when
 */
#include <errno.h>
#include <string.h>
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/media/call_report.h"
#include "test/mock/decoded.h"
#include "test/mock/puppet.h"
#include "test/test.h"

enum { NOW_MS = 5000, LENGTH_MS = 60000 };

static struct puppet puppet;
static struct timers *timers;
static struct metrics *metrics;
static struct calls *calls;
static struct flow *flowv[2];
static struct call_origin *origin;
static struct message *invite;

/** What the handlers have heard */
static struct {
	unsigned expired, reports, answers, events;
	char why[32];
	struct call_report *r;
	bool end; /* the handler ends the call itself */
} heard;


static int fake_stats(const struct resource *r, unsigned stream,
		      enum relay_side side, struct relay_stats *st)
{
	(void)r;
	if (stream)
		return ENOENT;

	memset(st, 0, sizeof(*st));
	st->rx_packets = side == RELAY_A ? 7 : 9;

	return 0;
}


static void expired_handler(struct call *call, const char *why, void *arg)
{
	(void)arg;
	++heard.expired;
	(void)str_ncpy(heard.why, why, sizeof(heard.why));
	if (heard.end)
		call_end(call, why);
}


static void report_handler(const struct call_report *r, void *arg)
{
	(void)arg;
	if (r->phase == CALL_OVER)
		++heard.reports;
	else
		++heard.answers;
	mem_deref(heard.r);
	heard.r = mem_ref((void *)r);
}


static void event_handler(const struct call *call, enum relay_event ev,
			  const struct relay_info *info, void *arg)
{
	(void)call;
	(void)info;
	(void)arg;
	ck_assert_int_eq(ev, RELAY_LATCHED);
	++heard.events;
}


static uint64_t counted(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


static void setup(void)
{
	const struct calls_conf conf = {
		.maker = &puppet.maker,
		.ringing_ms = 200000,
		.answered_ms = LENGTH_MS,
		.max = 3,
		.handlers = {expired_handler, report_handler, event_handler,
			     NULL, NULL},
	};

	memset(&heard, 0, sizeof(heard));
	puppet_init(&puppet);
	puppet.stats = fake_stats;
	ck_assert_int_eq(timers_alloc_virtual(&timers, NOW_MS), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(calls_alloc(&calls, &conf, timers, NULL, metrics), 0);
	puppet_phones(flowv);
	invite = decoded(
		"INVITE sip:b@example.net SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 192.168.1.10;branch=z9hG4bK1\r\n"
		"From: \"A \x1b[2J\" <sip:a@example.net>;tag=1\r\n"
		"To: <sip:b@example.net>\r\nCall-ID: c1\r\n"
		"CSeq: 1 INVITE\r\nContent-Type: application/sdp\r\n\r\n"
		"v=0\r\no=- 1 1 IN IP4 192.168.1.10\r\ns=-\r\n"
		"c=IN IP4 192.168.1.10\r\nt=0 0\r\n"
		"m=audio 4000 RTP/AVP 0\r\nm=video 4002 RTP/AVP 99\r\n");
	invite->flow = mem_ref(flowv[0]);
	invite->src = flowv[0]->peer;
	ck_assert_int_eq(call_origin_alloc(&origin, invite, 1, NOW_MS), 0);
}


static void teardown(void)
{
	heard.r = mem_deref(heard.r);
	invite = mem_deref(invite);
	origin = mem_deref(origin);
	calls = mem_deref(calls);
	for (int i = 0; i < 2; i++)
		flowv[i] = mem_deref(flowv[i]);
	metrics = mem_deref(metrics);
	timers = mem_deref(timers);
}


/* relayed, because the INVITE's SDP is private */
static struct call *begin(void)
{
	struct call_leg a = {.flow = flowv[0], .phone = true};
	struct call_leg b = {.flow = flowv[1], .phone = true};
	struct call_pass *pp = NULL;
	struct call *call = NULL;

	ck_assert_int_eq(call_alloc(&call, calls, 0, invite, &a, &b), 0);
	call_note_origin(call, origin, "b@example.net", "sip:b@192.168.1.11");
	ck_assert_int_eq(
		call_pass(&pp, call, CALL_A, invite, puppet_passed, NULL), 0);

	return call;
}


static struct call *begin_answered(void)
{
	struct call *call = begin();

	timers_advance(timers, 3000);
	origin->winner = call_id(call);
	call_answered(call);

	return call;
}


START_TEST(a_call_that_is_up_tells_all_of_itself)
{
	struct call *call = begin_answered();
	struct call_report *r = NULL;

	timers_advance(timers, 2000);
	ck_assert_int_eq(call_report(&r, call, NULL), 0);
	ck_assert_uint_eq(r->id, call_id(call));
	ck_assert_str_eq(r->callid, "c1");
	ck_assert_str_eq(r->origin->from, "sip:a@example.net");
	ck_assert_str_eq(r->uri, "sip:b@192.168.1.11");
	ck_assert_str_eq(r->sidev[1].account, "b@example.net");
	ck_assert_str_eq(r->sidev[0].proto, "udp");
	ck_assert_int_eq(r->phase, CALL_TALKS);
	ck_assert_uint_eq(r->talked_ms, 2000);
	ck_assert_uint_eq(r->answered_ms - r->started_ms, 3000);
	ck_assert_uint_eq(r->ended_ms, 0);
	ck_assert_str_eq(r->mode, "relay");
	ck_assert_str_eq(r->verdict, "source-differs");
	ck_assert_str_eq(r->reason, "relay: source 198.51.100.7 differs from "
				    "SDP 192.168.1.10");
	ck_assert_uint_eq(r->streamc, 2);
	ck_assert_str_eq(r->streamv[0].kind, "audio");
	ck_assert_str_eq(r->streamv[1].kind, "video");
	ck_assert_uint_eq(sa_port(&r->streamv[0].sidev[0].sdp), 4000);
	ck_assert_uint_eq(sa_port(&r->streamv[0].sidev[0].ours), 20000);
	ck_assert_uint_eq(r->streamv[0].sidev[0].stats.rx_packets, 7);
	ck_assert_uint_eq(r->streamv[0].sidev[1].stats.rx_packets, 9);
	ck_assert_uint_eq(r->streamv[1].sidev[1].stats.rx_packets, 0);
	mem_deref(r);
	ck_assert_uint_eq(heard.reports, 0);
	ck_assert_uint_eq(counted("calls_active"), 1);
	ck_assert_uint_eq(counted("calls_answered_total"), 1);
}
END_TEST


static void text_of(struct mbuf **mbp)
{
	*mbp = mbuf_alloc(8192);
	ck_assert_int_eq(metrics_print(metrics, *mbp), 0);
	ck_assert_int_eq(mbuf_write_u8(*mbp, 0), 0);
}


START_TEST(how_long_a_call_took_is_measured_from_its_invite)
{
	struct call *call = begin();
	struct mbuf *mb;

	ck_assert_uint_eq(counted("calls_ringing"), 1);
	timers_advance(timers, 120);
	call_ringing(call);
	timers_advance(timers, 700);
	call_ringing(call);
	call_answered(call);
	ck_assert_uint_eq(counted("calls_ringing"), 0);
	ck_assert_uint_eq(counted("calls_active"), 1);
	call_end(call, "bye");
	call_end(begin(), "status-486");
	ck_assert_uint_eq(counted("calls_ringing"), 0);

	text_of(&mb);
	ck_assert_ptr_nonnull(strstr((const char *)mb->buf,
				     "call_dial_delay_seconds_sum 0.12\n"
				     "call_dial_delay_seconds_count 1\n"));
	ck_assert_ptr_nonnull(strstr((const char *)mb->buf,
				     "call_setup_seconds_sum 0.82\n"
				     "call_setup_seconds_count 1\n"));
	mem_deref(mb);
}
END_TEST


START_TEST(an_answered_call_is_told_once_at_its_end)
{
	struct call *call = begin_answered();
	struct message *bye = decoded(
		"BYE sip:b@example.net SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 192.168.1.10;branch=z9hG4bK2\r\n"
		"From: <sip:a@example.net>;tag=1\r\n"
		"To: <sip:b@example.net>;tag=2\r\nCall-ID: c1\r\n"
		"CSeq: 2 BYE\r\nReason: Q.850;cause=16\r\n\r\n");

	timers_advance(timers, 4000);
	call_note_end(call, CALL_BY_A, 0, bye);
	call_end(call, "bye");
	ck_assert_uint_eq(heard.reports, 1);
	ck_assert_str_eq(heard.r->why, "bye");
	ck_assert_int_eq(heard.r->by, CALL_BY_A);
	ck_assert_str_eq(heard.r->cause, "Q.850;cause=16");
	ck_assert_uint_eq(heard.r->scode, 200);
	ck_assert_int_eq(heard.r->phase, CALL_OVER);
	ck_assert_uint_eq(heard.r->talked_ms, 4000);
	ck_assert_uint_eq(heard.r->ended_ms - heard.r->started_ms, 7000);
	ck_assert_uint_eq(counted("calls_ended_total{reason=\"bye\"}"), 1);
	ck_assert_uint_eq(counted("calls_active"), 0);
	mem_deref(bye);
}
END_TEST


START_TEST(a_bye_that_nobody_answered_is_when_it_ended)
{
	struct call *call = begin_answered();

	timers_advance(timers, 4000);
	call_note_left(call, timers_now(timers));
	timers_advance(timers, 32000);
	call_end(call, "bye");
	ck_assert_uint_eq(heard.reports, 1);
	ck_assert_uint_eq(heard.r->talked_ms, 4000);
	ck_assert_uint_eq(heard.r->ended_ms - heard.r->started_ms, 7000);
	call_note_left(NULL, 0);
}
END_TEST


/* who answers the caller tells of it, with what the call has shown */
START_TEST(an_unanswered_call_is_kept_for_its_origin)
{
	call_end(begin(), "status-486");
	ck_assert_uint_eq(heard.reports, 0);
	ck_assert_ptr_nonnull(origin->last);
	ck_assert_str_eq(origin->last->why, "status-486");
	ck_assert_str_eq(origin->last->verdict, "source-differs");
	ck_assert_uint_eq(counted("calls_ended_total{reason=\"bye\"}"), 0);
}
END_TEST


START_TEST(of_several_that_answer_the_first_is_told)
{
	struct call *second = begin(), *first = begin_answered();

	ck_assert_uint_eq(heard.answers, 1);
	ck_assert_int_eq(heard.r->phase, CALL_TALKS);
	ck_assert_uint_eq(heard.r->id, call_id(first));
	call_answered(second);
	ck_assert_uint_eq(heard.answers, 1);
	call_end(second, "bye");
	ck_assert_uint_eq(heard.reports, 0);
	call_end(first, "bye");
	ck_assert_uint_eq(heard.reports, 1);
}
END_TEST


START_TEST(who_speaks_sip_hears_that_time_is_over)
{
	struct call *call = begin_answered();
	const uint64_t id = call_id(call);

	heard.end = _i != 0;
	timers_advance(timers, LENGTH_MS - 1);
	ck_assert_uint_eq(heard.expired, 0);
	timers_advance(timers, 1);
	ck_assert_uint_eq(heard.expired, 1);
	ck_assert_str_eq(heard.why, "too-long");
	ck_assert_ptr_null(call_find(calls, id));
	ck_assert_uint_eq(heard.reports, 1);
	ck_assert_int_eq(heard.r->by, CALL_BY_US);
	ck_assert_uint_eq(counted("calls_ended_total{reason=\"too-long\"}"),
			  1);
}
END_TEST


static const struct {
	enum relay_event ev;
	const char *why, *counter;
} eventv[] = {
	{RELAY_TIMEOUT, "media-timeout",
	 "calls_ended_total{reason=\"media-timeout\"}"},
	{RELAY_ONE_SIDE, "one-side-timeout",
	 "calls_ended_total{reason=\"one-side-timeout\"}"},
};


START_TEST(media_that_is_gone_has_a_name)
{
	begin_answered();
	puppet.eventh(eventv[_i].ev, NULL, puppet.eventarg);
	ck_assert_str_eq(heard.why, eventv[_i].why);
	ck_assert_uint_eq(counted(eventv[_i].counter), 1);
}
END_TEST


/* a call on hold has its own time and name */
START_TEST(a_hold_that_lasts_too_long_has_a_name)
{
	struct call *call = begin_answered();
	struct message *m = decoded(
		"INVITE sip:b@example.net SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 192.168.1.10;branch=z9hG4bK3\r\n"
		"From: <sip:a@example.net>;tag=1\r\n"
		"To: <sip:b@example.net>;tag=2\r\nCall-ID: c1\r\n"
		"CSeq: 2 INVITE\r\nContent-Type: application/sdp\r\n\r\n"
		"v=0\r\no=- 1 2 IN IP4 192.168.1.10\r\ns=-\r\n"
		"c=IN IP4 192.168.1.10\r\nt=0 0\r\n"
		"m=audio 4000 RTP/AVP 0\r\na=inactive\r\n"
		"m=video 4002 RTP/AVP 99\r\na=inactive\r\n");
	struct call_report *r = NULL;
	struct call_pass *pp = NULL;

	m->flow = mem_ref(flowv[0]);
	m->src = flowv[0]->peer;
	ck_assert_int_eq(call_pass(&pp, call, CALL_A, m, puppet_passed, NULL),
			 0);
	mem_deref(m);
	ck_assert_int_eq(call_report(&r, call, NULL), 0);
	ck_assert_int_eq(r->phase, CALL_HOLDS);
	mem_deref(r);
	puppet.eventh(RELAY_TIMEOUT, NULL, puppet.eventarg);
	ck_assert_str_eq(heard.why, "hold-timeout");
	ck_assert_uint_eq(
		counted("calls_ended_total{reason=\"hold-timeout\"}"), 1);
}
END_TEST


START_TEST(a_session_that_nobody_refreshes_has_a_name)
{
	struct call *call = begin_answered();

	call_session(call, 20);
	timers_advance(timers, 19999);
	ck_assert_uint_eq(heard.expired, 0);
	call_session(call, 20);
	timers_advance(timers, 20000);
	ck_assert_uint_eq(heard.expired, 1);
	ck_assert_str_eq(heard.why, "session-timer");
	ck_assert_str_eq(heard.r->why, "session-timer");
}
END_TEST


START_TEST(while_it_rings_nobody_has_to_speak)
{
	begin();
	puppet.eventh(eventv[_i].ev, NULL, puppet.eventarg);
	ck_assert_uint_eq(heard.expired, 0);
	ck_assert_uint_eq(calls_count(calls), 1);
}
END_TEST


START_TEST(other_events_are_handed_on)
{
	struct relay_info info;

	memset(&info, 0, sizeof(info));
	begin_answered();
	puppet.eventh(RELAY_LATCHED, &info, puppet.eventarg);
	ck_assert_uint_eq(heard.events, 1);
	ck_assert_uint_eq(heard.expired, 0);
}
END_TEST


START_TEST(a_server_that_stops_tells_of_its_calls)
{
	begin_answered();
	calls_stop(calls);
	ck_assert_uint_eq(heard.reports, 1);
	ck_assert_str_eq(heard.r->why, "server-stop");
	ck_assert_uint_eq(calls_count(calls), 0);
}
END_TEST


START_TEST(an_invite_without_a_call_is_told_too)
{
	struct call_report *r = NULL;

	ck_assert_int_eq(call_report_failed(&r, origin, NOW_MS + 20), 0);
	ck_assert_uint_eq(r->id, origin->id);
	ck_assert_uint_eq(r->ended_ms - r->started_ms, 20);
	ck_assert_str_eq(r->mode, "");
	ck_assert(sa_cmp(&r->sidev[0].signalling, &flowv[0]->peer, SA_ALL));
	mem_deref(r);
}
END_TEST


START_TEST(what_is_shown_is_text)
{
	static const struct pl pl = PL("a\r\n\x1b[31mb\x7f");
	char *text = call_text(&pl);

	ck_assert_str_eq(text, "a???[31mb?");
	mem_deref(text);
}
END_TEST


/* a call goes on without its note, its report fails alone */
START_TEST(without_memory_a_report_fails)
{
	struct call *call = begin_answered();
	struct call_report *r = NULL;
	int n = 0, err;

	do {
		oom_after(n++);
		err = call_report(&r, call, NULL);
		oom_after(-1);
		ck_assert_int_eq(!!err, !r);
	} while (err == ENOMEM && n < 50);
	ck_assert_int_eq(err, 0);
	ck_assert_int_gt(n, 5);
	mem_deref(r);
	ck_assert_int_eq(call_report(NULL, call, NULL), EINVAL);
	ck_assert_int_eq(call_report(&r, NULL, NULL), EINVAL);
}
END_TEST


Suite *suite_call_report(void);
Suite *suite_call_report(void)
{
	Suite *s = suite_create("call_report");
	TCase *tc = tcase_create("call_report");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_call_that_is_up_tells_all_of_itself);
	tcase_add_test(tc, how_long_a_call_took_is_measured_from_its_invite);
	tcase_add_test(tc, an_answered_call_is_told_once_at_its_end);
	tcase_add_test(tc, a_bye_that_nobody_answered_is_when_it_ended);
	tcase_add_test(tc, an_unanswered_call_is_kept_for_its_origin);
	tcase_add_test(tc, of_several_that_answer_the_first_is_told);
	tcase_add_loop_test(tc, who_speaks_sip_hears_that_time_is_over, 0, 2);
	test_table(tc, media_that_is_gone_has_a_name, eventv);
	tcase_add_test(tc, a_hold_that_lasts_too_long_has_a_name);
	tcase_add_test(tc, a_session_that_nobody_refreshes_has_a_name);
	test_table(tc, while_it_rings_nobody_has_to_speak, eventv);
	tcase_add_test(tc, other_events_are_handed_on);
	tcase_add_test(tc, a_server_that_stops_tells_of_its_calls);
	tcase_add_test(tc, an_invite_without_a_call_is_told_too);
	tcase_add_test(tc, what_is_shown_is_text);
	tcase_add_test(tc, without_memory_a_report_fails);
	suite_add_tcase(s, tc);

	return s;
}
