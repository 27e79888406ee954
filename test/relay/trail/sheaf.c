/**
 * @file test/relay/trail/sheaf.c  The headers of a call are there when it is
 * over, for who asked in time
 */
#include <errno.h>
#include "relay/trail/sheaf.h"
#include "relay/trail/trail_pool.h"
#include "relay/trail/trail_reader.h"
#include "test/relay/rig.h"
#include "test/test.h"

enum { HEADERS = 1 << 20, PORTS = 1000, STEPS = 400, STEP_MS = 5 };

static const enum relay_rung rungv[] = {RELAY_SOCKETS, RELAY_LOOKUP};


static void open_rig(struct rig *rig, enum relay_rung rung)
{
	struct relay_conf conf = rig_conf();

	conf.rung = rung;
	conf.header_bytes = HEADERS;
	rig_open(rig, &conf);
}


/* of packets of one kind from a side: how many, and the number of the first */
static unsigned count(const struct trail *t, enum relay_side side,
		      enum trail_kind kind, uint16_t *seq)
{
	struct trail_reader r;
	struct trail_packet pkt;
	unsigned n = 0;

	trail_reader_init(&r, t);
	while (trail_reader_next(&r, &pkt)) {
		if (pkt.side != side || pkt.kind != kind)
			continue;
		if (!n++)
			*seq = (uint16_t)(pkt.p[2] << 8 | pkt.p[3]);
	}

	return n;
}


static void wait_refused(const struct rig *rig, enum relay_side side)
{
	for (int i = 0; i < STEPS && !rig_stats(rig, side).refused; i++)
		sys_msleep(STEP_MS);
	ck_assert_uint_eq(rig_stats(rig, side).refused, 1);
}


/* what they say to each other, and what somebody says whom nobody knows */
static void hold_call(struct rig *rig, struct media *stranger)
{
	rig_call(rig);
	rig_latch(rig);
	for (int i = 0; i < 10; i++)
		media_expect_rtp(&rig->b, rig->a.ssrc,
				 media_send_rtp(&rig->a, &rig->at[0][0]),
				 NULL);

	media_open(stranger, "127.0.0.66");
	(void)media_send_rtp(stranger, &rig->at[1][0]);
	wait_refused(rig, RELAY_B);
	media_close(stranger);
}


START_TEST(a_call_that_is_over_leaves_the_headers_of_its_packets)
{
	struct media stranger;
	const struct trail *t;
	struct sheaf *sheaf;
	uint16_t seq = 0;
	struct rig rig;

	open_rig(&rig, rungv[_i]);
	hold_call(&rig, &stranger);
	sheaf = mem_ref(relay_session_sheaf(rig.s));
	ck_assert_ptr_nonnull(sheaf);
	ck_assert_ptr_null(sheaf->traill.head);
	rig.s = mem_deref(rig.s);
	rig_wait_ports(&rig, PORTS);

	t = list_ledata(sheaf->traill.head);
	ck_assert_ptr_nonnull(t);
	ck_assert_uint_ge(count(t, RELAY_A, TRAIL_RTP, &seq), 13);
	ck_assert_uint_ge(count(t, RELAY_B, TRAIL_RTP, &seq), 3);
	ck_assert_uint_ge(count(t, RELAY_A, TRAIL_RTCP, &seq), 1);
	ck_assert_uint_ge(count(t, RELAY_B, TRAIL_RTCP, &seq), 1);
	ck_assert_uint_eq(count(t, RELAY_B, TRAIL_REFUSED, &seq), 1);
	ck_assert_uint_eq(seq, (uint16_t)(stranger.seq - 1));
	ck_assert(
		sa_cmp(&t->localv[RELAY_B][RELAY_RTP], &rig.at[1][0], SA_ALL));

	/* it outlives the relay */
	rig_close(&rig);
	ck_assert_uint_gt(trail_bytes(t), 0);
	mem_deref(sheaf);
}
END_TEST


START_TEST(each_session_of_one_offer_has_its_own)
{
	struct relay_session *second;
	struct sheaf *sheaf;
	struct rig rig;

	open_rig(&rig, RELAY_SOCKETS);
	rig_call(&rig);
	rig_latch(&rig);
	ck_assert_int_eq(
		relay_session_fork(&second, rig.s, RELAY_A, NULL, NULL), 0);
	ck_assert_int_eq(relay_stream_open(second, 0, AF_INET, AF_INET), 0);
	sheaf = mem_ref(relay_session_sheaf(rig.s));
	ck_assert_ptr_ne(relay_session_sheaf(second), sheaf);
	mem_deref(second);
	rig.s = mem_deref(rig.s);
	rig_wait_ports(&rig, PORTS);
	ck_assert_uint_eq(list_count(&sheaf->traill), 1);
	mem_deref(sheaf);
	rig_close(&rig);
}
END_TEST


START_TEST(without_memory_for_them_no_headers_are_kept)
{
	struct rig rig;

	rig_open(&rig, NULL);
	rig_call(&rig);
	ck_assert_ptr_null(relay_session_sheaf(rig.s));
	ck_assert_ptr_null(relay_session_sheaf(NULL));
	rig_close(&rig);
}
END_TEST


START_TEST(of_too_many_streams_the_oldest_goes)
{
	struct trail_pool *pool;
	struct sheaf *s;
	struct trail *t;

	ck_assert_int_eq(sheaf_alloc(NULL), EINVAL);
	ck_assert_int_eq(sheaf_alloc(&s), 0);
	ck_assert_int_eq(trail_pool_alloc(&pool, HEADERS, NULL), 0);
	for (unsigned i = 0; i < SHEAF_MAX + 3; i++) {
		ck_assert_int_eq(trail_alloc(&t, pool, i), 0);
		sheaf_put(s, t);
	}
	t = list_ledata(s->traill.head);
	ck_assert_uint_eq(list_count(&s->traill), SHEAF_MAX);
	ck_assert_uint_eq(t->stream, 3);
	mem_deref(s);
	trail_pool_release(pool);
}
END_TEST


Suite *suite_sheaf(void);
Suite *suite_sheaf(void)
{
	Suite *s = suite_create("sheaf");
	TCase *tc = tcase_create("core");

	test_table(tc, a_call_that_is_over_leaves_the_headers_of_its_packets,
		   rungv);
	tcase_add_test(tc, each_session_of_one_offer_has_its_own);
	tcase_add_test(tc, without_memory_for_them_no_headers_are_kept);
	tcase_add_test(tc, of_too_many_streams_the_oldest_goes);
	tcase_set_timeout(tc, 30);
	suite_add_tcase(s, tc);

	return s;
}
