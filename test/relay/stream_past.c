/**
 * @file test/relay/stream_past.c  A stream that goes on after a restart
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "test/relay/rig.h"
#include "test/test.h"


static void anchor(const struct rig *rig)
{
	const struct relay_anchor a = rig_anchor(&rig->a, &rig->a_rtcp);
	const struct relay_anchor b = rig_anchor(&rig->b, &rig->b_rtcp);

	ck_assert_int_eq(relay_stream_anchor(rig->s, 0, RELAY_A, &a), 0);
	ck_assert_int_eq(relay_stream_anchor(rig->s, 0, RELAY_B, &b), 0);
}


/* a call of which both phones are latched */
static void begin(struct rig *rig, struct relay_past *past)
{
	rig_open(rig, NULL);
	rig_call(rig);
	rig_latch(rig);
	ck_assert_int_eq(relay_stream_past(rig->s, 0, past), 0);
}


/* all is gone but the phones */
static void die(struct rig *rig)
{
	rig->s = mem_deref(rig->s);
	rig->relay = mem_deref(rig->relay);
	ck_assert_int_eq(
		relay_alloc(&rig->relay, &rig->conf, rig->timers, NULL, NULL),
		0);
}


static void session(struct rig *rig)
{
	struct pl id;

	pl_set_str(&id, "call");
	ck_assert_int_eq(
		relay_session_alloc(&rig->s, rig->relay, &id, NULL, NULL), 0);
}


static void expect_same_ports(const struct rig *rig)
{
	for (int i = 0; i < 4; i++) {
		struct sa sa;

		ck_assert_int_eq(
			relay_stream_addr(rig->s, 0, (enum relay_side)(i >> 1),
					  (enum relay_comp)(i & 1), &sa),
			0);
		ck_assert(sa_cmp(&sa, &rig->at[i >> 1][i & 1], SA_ALL));
	}
}


START_TEST(a_call_goes_on_by_the_same_ports)
{
	struct relay_past past;
	struct relay_stats st;
	struct rig rig;
	uint16_t seq;

	begin(&rig, &past);
	die(&rig);
	session(&rig);
	ck_assert_int_eq(relay_stream_reopen(rig.s, 0, &past), 0);
	expect_same_ports(&rig);
	anchor(&rig);

	/* who was locked is sent to before he says anything */
	seq = media_send_rtp(&rig.b, &rig.at[RELAY_B][RELAY_RTP]);
	media_expect_rtp(&rig.a, rig.b.ssrc, seq, &rig.at[RELAY_A][RELAY_RTP]);
	seq = media_send_rtp(&rig.a, &rig.at[RELAY_A][RELAY_RTP]);
	media_expect_rtp(&rig.b, rig.a.ssrc, seq, &rig.at[RELAY_B][RELAY_RTP]);

	/* and the counters go on */
	rig_wait_seen(&rig, RELAY_A, past.sidev[RELAY_A].stats.rx_packets + 1);
	st = rig_stats(&rig, RELAY_A);
	ck_assert_uint_eq(st.rx_packets,
			  past.sidev[RELAY_A].stats.rx_packets + 1);
	ck_assert_uint_eq(st.rx_octets,
			  past.sidev[RELAY_A].stats.rx_octets + MEDIA_RTP_LEN);
	ck_assert_uint_eq(st.quality.expected,
			  past.sidev[RELAY_A].stats.quality.expected + 1);
	ck_assert(sa_cmp(&st.latched[RELAY_RTP], &rig.a.addr, SA_ALL));
	ck_assert(sa_cmp(&st.latched[RELAY_RTCP], &rig.a_rtcp.addr, SA_ALL));

	rig_close(&rig);
}
END_TEST


START_TEST(a_neighbour_who_is_quicker_does_not_get_the_port)
{
	struct relay_past past;
	struct media neighbour;
	struct relay_stats st;
	struct rig rig;
	uint16_t seq;

	begin(&rig, &past);
	media_open(&neighbour, "127.0.0.2");
	die(&rig);
	session(&rig);
	ck_assert_int_eq(relay_stream_reopen(rig.s, 0, &past), 0);
	anchor(&rig);

	for (int i = 0; i < 10; i++)
		(void)media_send_rtp(&neighbour, &rig.at[RELAY_A][RELAY_RTP]);
	rig_wait_seen(&rig, RELAY_A,
		      past.sidev[RELAY_A].stats.rx_packets + 10);
	st = rig_stats(&rig, RELAY_A);
	ck_assert_uint_eq(st.refused, past.sidev[RELAY_A].stats.refused + 10);
	ck_assert(media_is_silent(&rig.b));

	seq = media_send_rtp(&rig.b, &rig.at[RELAY_B][RELAY_RTP]);
	media_expect_rtp(&rig.a, rig.b.ssrc, seq, NULL);
	ck_assert(media_is_silent(&neighbour));

	media_close(&neighbour);
	rig_close(&rig);
}
END_TEST


/* its caller had spoken before the callee's first SDP: he found the port by
 * himself, and has to prove himself like anybody */
START_TEST(who_came_before_the_answer_is_no_source_yet)
{
	struct relay_past past;
	struct relay_stats st;
	struct rig rig;

	begin(&rig, &past);
	past.sidev[RELAY_B].anchored = false;
	die(&rig);
	session(&rig);
	ck_assert_int_eq(relay_stream_reopen(rig.s, 0, &past), 0);
	anchor(&rig);
	(void)media_send_rtp(&rig.a, &rig.at[RELAY_A][RELAY_RTP]);
	rig_wait_seen(&rig, RELAY_A, past.sidev[RELAY_A].stats.rx_packets + 1);
	st = rig_stats(&rig, RELAY_A);
	ck_assert_int_eq(sa_af(&st.latched[RELAY_RTP]), AF_UNSPEC);
	st = rig_stats(&rig, RELAY_B);
	ck_assert_int_eq(sa_af(&st.latched[RELAY_RTP]), AF_UNSPEC);

	rig_close(&rig);
}
END_TEST


START_TEST(what_cannot_be_had_is_refused)
{
	struct relay_past past, other;
	struct media thief;
	struct sa sa;
	struct rig rig;

	begin(&rig, &past);
	ck_assert_int_eq(relay_stream_reopen(rig.s, 0, &past), EALREADY);
	die(&rig);
	session(&rig);

	other = past;
	(void)sa_set_str(&other.sidev[RELAY_A].local, "127.0.0.9", 17000);
	ck_assert_int_eq(relay_stream_reopen(rig.s, 0, &other), EADDRNOTAVAIL);

	other = past;
	sa_set_port(&other.sidev[RELAY_B].local, 16000);
	ck_assert_int_eq(relay_stream_reopen(rig.s, 0, &other), EINVAL);
	sa_set_port(&other.sidev[RELAY_B].local,
		    sa_port(&past.sidev[RELAY_A].local));
	ck_assert_int_eq(relay_stream_reopen(rig.s, 0, &other), EADDRINUSE);

	/* the port of side A is free again once it has rested */
	timers_advance(rig.timers, 5000);
	media_open(&thief, "127.0.0.1");
	(void)close(thief.fd);
	sa = past.sidev[RELAY_B].local;
	thief.fd = socket(AF_INET, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(thief.fd, &sa.u.sa, sa.len), 0);
	ck_assert_int_eq(relay_stream_reopen(rig.s, 0, &past), EADDRINUSE);
	media_close(&thief);

	timers_advance(rig.timers, 5000);
	ck_assert_int_eq(relay_stream_reopen(rig.s, 0, &past), 0);
	expect_same_ports(&rig);

	rig_close(&rig);
}
END_TEST


/* a database that says that we had sent to a forbidden place is not obeyed */
START_TEST(a_source_that_must_not_be_sent_to_is_not_locked)
{
	static const char *const badv[] = {"255.255.255.255", "224.0.0.1",
					   "::1", "0.0.0.0"};
	struct relay_past past;
	struct relay_stats st;
	struct rig rig;
	uint16_t seq;

	begin(&rig, &past);
	(void)sa_set_str(&past.sidev[RELAY_A].stats.latched[RELAY_RTP],
			 badv[_i], 4000);
	die(&rig);
	session(&rig);
	ck_assert_int_eq(relay_stream_reopen(rig.s, 0, &past), 0);
	anchor(&rig);
	seq = media_send_rtp(&rig.b, &rig.at[RELAY_B][RELAY_RTP]);
	media_expect_rtp(&rig.a, rig.b.ssrc, seq, NULL);
	st = rig_stats(&rig, RELAY_A);
	ck_assert_int_eq(sa_af(&st.latched[RELAY_RTP]), AF_UNSPEC);

	rig_close(&rig);
}
END_TEST


START_TEST(wrong_use_is_refused)
{
	struct relay_past past;
	struct rig rig;

	begin(&rig, &past);
	ck_assert_int_eq(relay_stream_past(NULL, 0, &past), EINVAL);
	ck_assert_int_eq(relay_stream_past(rig.s, 0, NULL), EINVAL);
	ck_assert_int_eq(relay_stream_past(rig.s, 1, &past), ENOENT);
	ck_assert_int_eq(relay_stream_reopen(NULL, 0, &past), EINVAL);
	ck_assert_int_eq(relay_stream_reopen(rig.s, 0, NULL), EINVAL);
	ck_assert_int_eq(relay_stream_reopen(rig.s, RELAY_STREAMS_MAX, &past),
			 EINVAL);
	rig_close(&rig);
}
END_TEST


Suite *suite_stream_past(void);
Suite *suite_stream_past(void)
{
	Suite *s = suite_create("stream_past");
	TCase *tc = tcase_create("stream_past");

	tcase_add_test(tc, a_call_goes_on_by_the_same_ports);
	tcase_add_test(tc, a_neighbour_who_is_quicker_does_not_get_the_port);
	tcase_add_test(tc, who_came_before_the_answer_is_no_source_yet);
	tcase_add_test(tc, what_cannot_be_had_is_refused);
	tcase_add_loop_test(
		tc, a_source_that_must_not_be_sent_to_is_not_locked, 0, 4);
	tcase_add_test(tc, wrong_use_is_refused);
	tcase_set_timeout(tc, 30);
	suite_add_tcase(s, tc);

	return s;
}
