/**
 * @file test/relay/tap.c  Somebody who hears the packets as they pass
 */
#include <errno.h>
#include <re.h>
#include "test/relay/rig.h"
#include "test/test.h"
#include "relay/tap.h"

static _Atomic int freed;


/* what a recording would keep */
struct listener {
	struct relay_tap tap;
	_Atomic unsigned heardv[2][2]; /* by side and component */
	_Atomic unsigned strange;
	struct sa local;
	struct sa src;
	uint64_t now_us;
	unsigned stream;
};


static void packet_handler(struct relay_tap *tap, const struct tap_packet *pkt)
{
	struct listener *l = (struct listener *)tap;

	if (pkt->now_us < l->now_us || pkt->len < 8 || pkt->p[0] >> 6 != 2)
		++l->strange;
	if (pkt->side == RELAY_A && pkt->comp == RELAY_RTP &&
	    (!sa_cmp(pkt->local, &l->local, SA_ALL) ||
	     !sa_cmp(pkt->src, &l->src, SA_ALL)))
		++l->strange;

	l->now_us = pkt->now_us;
	l->stream = pkt->stream;
	++l->heardv[pkt->side][pkt->comp];
}


static void free_handler(struct relay_tap *tap)
{
	(void)tap;
	++freed;
}


START_TEST(the_last_one_frees_it)
{
	struct relay_tap tap;

	freed = 0;
	tap_init(&tap, NULL, free_handler);
	ck_assert_ptr_eq(tap_hold(&tap), &tap);
	tap_release(&tap);
	ck_assert_int_eq(freed, 0);
	tap_release(&tap);
	ck_assert_int_eq(freed, 1);

	tap_release(NULL);
	ck_assert_ptr_null(tap_hold(NULL));
}
END_TEST


static void talk(struct rig *rig, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		uint16_t seq = media_send_rtp(&rig->a, &rig->at[0][0]);

		media_expect_rtp(&rig->b, rig->a.ssrc, seq, NULL);
		seq = media_send_rtp(&rig->b, &rig->at[1][0]);
		media_expect_rtp(&rig->a, rig->b.ssrc, seq, NULL);
	}
}


START_TEST(it_hears_what_is_accepted_and_nothing_else)
{
	struct listener l = {.strange = 0};
	struct media stranger;
	uint8_t buf[8];
	struct rig rig;

	freed = 0;
	tap_init(&l.tap, packet_handler, free_handler);
	rig_open(&rig, NULL);
	rig_call(&rig);
	l.local = rig.at[0][0];
	l.src = rig.a.addr;

	talk(&rig, 5);
	ck_assert_int_eq(relay_session_tap(NULL, &l.tap), EINVAL);
	ck_assert_int_eq(relay_session_tap(rig.s, &l.tap), 0);
	ck_assert_int_eq(relay_session_tap(rig.s, &l.tap), 0);
	talk(&rig, 7);

	/* on the RTP port: is RTCP all the same */
	media_send(&rig.b, &rig.at[1][0], buf, media_make_rr(buf, 7));
	ck_assert_uint_eq(media_recv(&rig.a, buf, sizeof(buf), NULL), 8);

	media_open(&stranger, "127.0.0.66");
	(void)media_send_rtp(&stranger, &rig.at[0][0]);
	rig_wait_seen(&rig, RELAY_A, 13);
	media_close(&stranger);

	/* nobody hears any more; what comes behind a packet is behind this */
	ck_assert_int_eq(relay_session_tap(rig.s, NULL), 0);
	talk(&rig, 2);
	ck_assert_uint_eq(l.strange, 0);
	ck_assert_uint_eq(l.heardv[RELAY_A][RELAY_RTP], 7);
	ck_assert_uint_eq(l.heardv[RELAY_B][RELAY_RTP], 7);
	ck_assert_uint_eq(l.heardv[RELAY_A][RELAY_RTCP], 0);
	ck_assert_uint_eq(l.heardv[RELAY_B][RELAY_RTCP], 1);
	ck_assert_uint_eq(l.stream, 0);

	ck_assert_int_eq(freed, 0);
	tap_release(&l.tap);
	ck_assert_int_eq(freed, 1);
	rig_close(&rig);
}
END_TEST


START_TEST(a_stream_that_comes_later_is_heard_and_the_end_lets_go)
{
	struct listener l = {.strange = 0};
	struct relay_anchor a;
	struct rig rig;
	struct sa at;

	freed = 0;
	tap_init(&l.tap, packet_handler, free_handler);
	rig_open(&rig, NULL);
	rig_call(&rig);
	ck_assert_int_eq(relay_session_tap(rig.s, &l.tap), 0);
	tap_release(&l.tap);

	a = rig_anchor(&rig.a, &rig.a_rtcp);
	l.src = rig.a.addr;
	ck_assert_int_eq(relay_stream_open(rig.s, 3, AF_INET, AF_INET), 0);
	ck_assert_int_eq(relay_stream_anchor(rig.s, 3, RELAY_A, &a), 0);
	ck_assert_int_eq(relay_stream_addr(rig.s, 3, RELAY_A, RELAY_RTP, &at),
			 0);
	l.local = at;
	a = rig_anchor(&rig.b, &rig.b_rtcp);
	ck_assert_int_eq(relay_stream_anchor(rig.s, 3, RELAY_B, &a), 0);
	media_expect_rtp(&rig.b, rig.a.ssrc, media_send_rtp(&rig.a, &at),
			 NULL);
	ck_assert_uint_eq(l.heardv[RELAY_A][RELAY_RTP], 1);
	ck_assert_uint_eq(l.stream, 3);
	ck_assert_uint_eq(l.strange, 0);

	/* each path holds it until the worker has let that go */
	rig.s = mem_deref(rig.s);
	rig_wait_ports(&rig, 1000);
	ck_assert_int_eq(freed, 1);
	rig_close(&rig);
}
END_TEST


Suite *suite_tap(void);
Suite *suite_tap(void)
{
	Suite *s = suite_create("tap");
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, the_last_one_frees_it);
	tcase_add_test(tc, it_hears_what_is_accepted_and_nothing_else);
	tcase_add_test(tc,
		       a_stream_that_comes_later_is_heard_and_the_end_lets_go);
	tcase_set_timeout(tc, 30);
	suite_add_tcase(s, tc);

	return s;
}
