/**
 * @file test/relay/lookout.c  Is there media, and from whom?
 */
#include <string.h>
#include "test/relay/rig.h"
#include "test/test.h"

enum { MUTE_MS = 5000, ONE_SIDE_MS = 300000 };


/* the SDP of both says that they speak G.711 */
static void anchor(struct rig *rig, enum relay_side side, bool sends,
		   bool hears, bool any)
{
	const bool is_a = side == RELAY_A;
	struct relay_anchor a = rig_anchor(is_a ? &rig->a : &rig->b,
					   is_a ? &rig->a_rtcp : &rig->b_rtcp);
	struct relay_terms *terms;

	ck_assert_int_eq(relay_terms_alloc(&terms), 0);
	terms->sends = sends;
	terms->hears = hears;
	terms->codecv[0] = (struct relay_codec){8, "PCMA", 8000, 1};
	terms->codecc = 1;
	a.terms = terms;
	a.any = any;
	ck_assert_int_eq(relay_stream_anchor(rig->s, 0, side, &a), 0);
	mem_deref(terms);
}


static void call(struct rig *rig)
{
	struct relay_conf conf = rig_conf();

	conf.mute_ms = MUTE_MS;
	conf.oneway_timeout_ms = ONE_SIDE_MS;
	rig_open(rig, &conf);
	rig_call(rig);
	anchor(rig, RELAY_A, true, true, false);
	anchor(rig, RELAY_B, true, true, false);
}


static void a_speaks(struct rig *rig)
{
	media_expect_rtp(&rig->b, rig->a.ssrc,
			 media_send_rtp(&rig->a, &rig->at[0][0]), NULL);
}


static void b_speaks(struct rig *rig)
{
	media_expect_rtp(&rig->a, rig->b.ssrc,
			 media_send_rtp(&rig->b, &rig->at[1][0]), NULL);
}


static void for_seconds(struct rig *rig, unsigned s, bool a, bool b)
{
	for (unsigned i = 0; i < s; i++) {
		if (a)
			a_speaks(rig);
		if (b)
			b_speaks(rig);
		timers_advance(rig->timers, 1000);
	}
}


START_TEST(a_side_that_is_never_heard_is_said_once)
{
	struct rig rig;

	call(&rig);
	for_seconds(&rig, 20, true, false);
	rig_wait_events(&rig, 2);
	ck_assert_uint_eq(rig.eventc, 2);
	ck_assert(rig_has_event(&rig, RELAY_MUTE, RELAY_B, RELAY_RTP));
	ck_assert(rig_has_event(&rig, RELAY_LATCHED, RELAY_A, RELAY_RTP));
	ck_assert_uint_eq(rig.eventv[0].info.silent_ms, UINT64_MAX);
	ck_assert_uint_eq(rig_stats(&rig, RELAY_B).quality.silent_ms,
			  UINT64_MAX);

	b_speaks(&rig);
	timers_advance(rig.timers, 1000);
	ck_assert(rig_has_event(&rig, RELAY_HEARD, RELAY_B, RELAY_RTP));
	rig_close(&rig);
}
END_TEST


START_TEST(a_side_that_falls_silent_is_said_in_time)
{
	struct rig rig;

	call(&rig);
	for_seconds(&rig, 10, true, true);
	rig_wait_events(&rig, 2);
	ck_assert_uint_eq(rig.eventc, 2);
	for_seconds(&rig, 5, false, true);
	ck_assert_uint_eq(rig.eventc, 3);
	ck_assert(rig_has_event(&rig, RELAY_MUTE, RELAY_A, RELAY_RTP));
	ck_assert_uint_eq(rig.eventv[2].info.silent_ms, 5000);
	ck_assert_uint_eq(rig_stats(&rig, RELAY_A).quality.silent_ms, 5000);
	for_seconds(&rig, 2, true, true);
	ck_assert_uint_eq(rig.eventc, 4);
	ck_assert(rig_has_event(&rig, RELAY_HEARD, RELAY_A, RELAY_RTP));
	rig_close(&rig);
}
END_TEST


/* what A and B may do, and whether it is fax */
static const struct {
	const char *name;
	bool a_sends, a_hears, b_sends, b_hears, any;
} holdv[] = {
	{"A holds with music", true, false, false, true, false},
	{"A holds without", false, false, true, true, false},
	{"B is recvonly", true, true, false, true, false},
	{"inactive", false, false, false, false, false},
	{"fax", true, true, true, true, true},
};


START_TEST(where_nothing_is_expected_nobody_is_mute)
{
	struct rig rig;

	call(&rig);
	anchor(&rig, RELAY_A, holdv[_i].a_sends, holdv[_i].a_hears,
	       holdv[_i].any);
	anchor(&rig, RELAY_B, holdv[_i].b_sends, holdv[_i].b_hears,
	       holdv[_i].any);
	timers_advance(rig.timers, 50000);
	ck_assert_msg(!rig.eventc, "%s", holdv[_i].name);
	rig_close(&rig);
}
END_TEST


START_TEST(while_it_rings_nobody_is_mute)
{
	struct relay_conf conf = rig_conf();
	struct rig rig;

	conf.mute_ms = MUTE_MS;
	rig_open(&rig, &conf);
	rig_call(&rig);
	anchor(&rig, RELAY_A, true, true, false);
	timers_advance(rig.timers, 50000);
	ck_assert_uint_eq(rig.eventc, 0);
	rig_close(&rig);
}
END_TEST


START_TEST(one_side_alone_is_said_after_five_minutes)
{
	struct rig rig;

	call(&rig);
	for_seconds(&rig, 10, true, true);
	rig_wait_events(&rig, 2);
	for_seconds(&rig, 299, true, false);
	ck_assert(!rig_has_event(&rig, RELAY_ONE_SIDE, RELAY_B, RELAY_RTP));
	for_seconds(&rig, 1, true, false);
	ck_assert(rig_has_event(&rig, RELAY_ONE_SIDE, RELAY_B, RELAY_RTP));

	/* again, if it is kept */
	rig.eventc = 0;
	for_seconds(&rig, 299, true, false);
	ck_assert_uint_eq(rig.eventc, 0);
	for_seconds(&rig, 1, true, false);
	ck_assert_uint_eq(rig.eventc, 1);
	ck_assert(rig_has_event(&rig, RELAY_ONE_SIDE, RELAY_B, RELAY_RTP));
	rig_close(&rig);
}
END_TEST


START_TEST(on_hold_one_side_may_play_music)
{
	struct rig rig;

	call(&rig);
	for_seconds(&rig, 3, true, true);
	rig_wait_events(&rig, 2);
	anchor(&rig, RELAY_A, true, false, false);
	anchor(&rig, RELAY_B, false, true, false);
	rig.eventc = 0;
	for_seconds(&rig, 400, true, false);
	ck_assert_uint_eq(rig.eventc, 0);
	rig_close(&rig);
}
END_TEST


START_TEST(rtcp_keeps_a_side)
{
	uint8_t rr[64];
	struct rig rig;
	size_t len;

	call(&rig);
	for_seconds(&rig, 3, true, true);
	len = media_make_rr(rr, rig.b.ssrc);
	for (int i = 0; i < 80; i++) {
		uint8_t got[64];

		media_send(&rig.b_rtcp, &rig.at[1][1], rr, len);
		(void)media_recv(&rig.a_rtcp, got, sizeof(got), NULL);
		for_seconds(&rig, 5, true, false);
	}
	ck_assert(!rig_has_event(&rig, RELAY_ONE_SIDE, RELAY_B, RELAY_RTP));
	ck_assert(rig_has_event(&rig, RELAY_MUTE, RELAY_B, RELAY_RTP));
	rig_close(&rig);
}
END_TEST


/* RFC 3550 section 6.4: a source that was heard has its block */
START_TEST(who_says_that_he_gets_nothing_is_said)
{
	uint8_t rr[64] = {0x80, 201, 0, 1};
	uint8_t got[64];
	struct rig rig;

	call(&rig);
	for_seconds(&rig, 1, true, true);
	for (int i = 0; i < 3; i++) {
		for (int k = 0; k < 200; k++)
			a_speaks(&rig);
		media_send(&rig.b_rtcp, &rig.at[1][1], rr, 8);
		(void)media_recv(&rig.a_rtcp, got, sizeof(got), NULL);
	}
	timers_advance(rig.timers, 1000);
	ck_assert(rig_has_event(&rig, RELAY_DEAF, RELAY_B, RELAY_RTP));
	ck_assert(!rig_has_event(&rig, RELAY_DEAF, RELAY_A, RELAY_RTP));

	/* on hold nobody need hear */
	anchor(&rig, RELAY_A, true, false, false);
	timers_advance(rig.timers, 1000);
	ck_assert(rig_has_event(&rig, RELAY_HEARS, RELAY_B, RELAY_RTP));
	rig_close(&rig);
}
END_TEST


/* RFC 3389: who suppresses silence may listen for long */
START_TEST(who_sent_comfort_noise_may_listen)
{
	uint8_t buf[MEDIA_RTP_LEN];
	struct rig rig;

	call(&rig);
	for_seconds(&rig, 3, true, true);
	(void)media_make_rtp(buf, rig.b.ssrc, rig.b.seq++);
	buf[1] = 13;
	media_send(&rig.b, &rig.at[1][0], buf, 13);
	(void)media_recv(&rig.a, buf, sizeof(buf), NULL);
	for_seconds(&rig, 400, true, false);
	ck_assert(!rig_has_event(&rig, RELAY_ONE_SIDE, RELAY_B, RELAY_RTP));
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


START_TEST(a_handler_may_end_a_mute_session)
{
	struct relay_conf conf = rig_conf();
	struct relay_terms *terms;
	struct relay_anchor a;
	struct relay_session *s = NULL;
	struct rig rig;
	struct pl id;

	conf.mute_ms = MUTE_MS;
	rig_open(&rig, &conf);
	pl_set_str(&id, "call");
	memset(&a, 0, sizeof(a));
	ck_assert_int_eq(relay_terms_alloc(&terms), 0);
	a.terms = terms;
	ck_assert_int_eq(
		relay_session_alloc(&s, rig.relay, &id, deref_handler, &s), 0);
	for (unsigned n = 0; n < 3; n++) {
		ck_assert_int_eq(relay_stream_open(s, n, AF_INET, AF_INET), 0);
		ck_assert_int_eq(relay_stream_anchor(s, n, RELAY_A, &a), 0);
		ck_assert_int_eq(relay_stream_anchor(s, n, RELAY_B, &a), 0);
	}

	/* six sides are mute; one event is enough */
	timers_advance(rig.timers, 10000);
	ck_assert_ptr_null(s);
	ck_assert_uint_eq(relay_sessions(rig.relay), 0);
	ck_assert_uint_eq(timers_pending(rig.timers), 0);
	mem_deref(terms);
	rig_close(&rig);
}
END_TEST


Suite *suite_lookout(void);
Suite *suite_lookout(void)
{
	Suite *s = suite_create("lookout");
	TCase *tc = tcase_create("lookout");

	tcase_add_test(tc, a_side_that_is_never_heard_is_said_once);
	tcase_add_test(tc, a_side_that_falls_silent_is_said_in_time);
	test_table(tc, where_nothing_is_expected_nobody_is_mute, holdv);
	tcase_add_test(tc, while_it_rings_nobody_is_mute);
	tcase_add_test(tc, one_side_alone_is_said_after_five_minutes);
	tcase_add_test(tc, on_hold_one_side_may_play_music);
	tcase_add_test(tc, rtcp_keeps_a_side);
	tcase_add_test(tc, who_says_that_he_gets_nothing_is_said);
	tcase_add_test(tc, who_sent_comfort_noise_may_listen);
	tcase_add_test(tc, a_handler_may_end_a_mute_session);
	tcase_set_timeout(tc, 30);
	suite_add_tcase(s, tc);

	return s;
}
