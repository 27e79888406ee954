/**
 * @file test/relay/kin.c  Several phones that answer one offer
 *
 * Phone A calls; B (127.0.0.3) and C (127.0.0.4) answer. Side B's ports are
 * the same for both, because one SDP went there.
 */
#include <errno.h>
#include <string.h>
#include "test/relay/rig.h"
#include "test/test.h"

struct trio {
	struct rig rig;
	struct relay_session *fork;
	struct media c, c_rtcp;
	struct sa at[2][2]; /* the fork's */
};


static struct sa addr_of(const struct relay_session *s, unsigned n,
			 enum relay_side side, enum relay_comp comp)
{
	struct sa sa;

	ck_assert_int_eq(relay_stream_addr(s, n, side, comp, &sa), 0);

	return sa;
}


static void open_trio(struct trio *t)
{
	struct relay_anchor a;

	memset(t, 0, sizeof(*t));
	rig_open(&t->rig, NULL);
	rig_call(&t->rig);
	media_open(&t->c, "127.0.0.4");
	media_open(&t->c_rtcp, "127.0.0.4");

	ck_assert_int_eq(
		relay_session_fork(&t->fork, t->rig.s, RELAY_B, NULL, NULL),
		0);
	ck_assert_int_eq(relay_stream_open(t->fork, 0, AF_INET, AF_INET), 0);
	for (int i = 0; i < 4; i++)
		t->at[i >> 1][i & 1] = addr_of(t->fork, 0,
					       (enum relay_side)(i >> 1),
					       (enum relay_comp)(i & 1));

	a = rig_anchor(&t->rig.a, &t->rig.a_rtcp);
	ck_assert_int_eq(relay_stream_anchor(t->fork, 0, RELAY_A, &a), 0);
	a = rig_anchor(&t->c, &t->c_rtcp);
	ck_assert_int_eq(relay_stream_anchor(t->fork, 0, RELAY_B, &a), 0);
}


static void close_trio(struct trio *t)
{
	mem_deref(t->fork);
	media_close(&t->c);
	media_close(&t->c_rtcp);
	rig_close(&t->rig);
}


static void b_and_a_talk(struct trio *t)
{
	struct rig *rig = &t->rig;
	uint16_t seq = media_send_rtp(&rig->b, &rig->at[RELAY_B][0]);

	media_expect_rtp(&rig->a, rig->b.ssrc, seq, &rig->at[RELAY_A][0]);
	seq = media_send_rtp(&rig->a, &rig->at[RELAY_A][0]);
	media_expect_rtp(&rig->b, rig->a.ssrc, seq, &rig->at[RELAY_B][0]);
}


static void c_and_a_talk(struct trio *t)
{
	struct rig *rig = &t->rig;
	uint16_t seq = media_send_rtp(&t->c, &t->at[RELAY_B][0]);

	media_expect_rtp(&rig->a, t->c.ssrc, seq, &t->at[RELAY_A][0]);
	seq = media_send_rtp(&rig->a, &t->at[RELAY_A][0]);
	media_expect_rtp(&t->c, rig->a.ssrc, seq, &rig->at[RELAY_B][0]);
}


START_TEST(each_phone_talks_with_the_caller_by_the_same_ports)
{
	uint8_t rr[8], buf[64];
	const size_t len = media_make_rr(rr, 7);
	struct media stranger;
	struct relay_stats st;
	struct trio t;
	struct sa src;

	open_trio(&t);
	for (int comp = 0; comp < 2; comp++) {
		ck_assert(sa_cmp(&t.at[RELAY_B][comp],
				 &t.rig.at[RELAY_B][comp], SA_ALL));
		ck_assert(!sa_cmp(&t.at[RELAY_A][comp],
				  &t.rig.at[RELAY_A][comp], SA_ALL));
	}
	ck_assert_uint_eq(relay_ports_free(t.rig.relay), 1000 - 6);

	for (int i = 0; i < 6; i++) {
		b_and_a_talk(&t);
		c_and_a_talk(&t);
	}

	/* RTCP as well */
	media_send(&t.c_rtcp, &t.at[RELAY_B][1], rr, len);
	ck_assert_uint_eq(media_recv(&t.rig.a_rtcp, buf, sizeof(buf), &src),
			  len);
	ck_assert(sa_cmp(&src, &t.at[RELAY_A][1], SA_ALL));

	/* a stranger is the first one's to refuse */
	media_open(&stranger, "127.0.0.66");
	(void)media_send_rtp(&stranger, &t.at[RELAY_B][0]);
	rig_wait_seen(&t.rig, RELAY_B, 7);
	ck_assert_uint_eq(rig_stats(&t.rig, RELAY_B).refused, 1);
	ck_assert_int_eq(relay_stream_stats(t.fork, 0, RELAY_B, &st), 0);
	ck_assert_uint_eq(st.refused, 0);
	ck_assert_uint_eq(st.rx_packets, 7);
	ck_assert(sa_cmp(&st.latched[RELAY_RTP], &t.c.addr, SA_ALL));
	media_close(&stranger);

	close_trio(&t);
}
END_TEST


START_TEST(the_first_may_end_first)
{
	struct trio t;

	open_trio(&t);
	b_and_a_talk(&t);
	c_and_a_talk(&t);
	t.rig.s = mem_deref(t.rig.s);
	rig_wait_ports(&t.rig, 1000 - 4);
	for (int i = 0; i < 6; i++)
		c_and_a_talk(&t);

	/* B lost: nobody listens to it any more */
	(void)media_send_rtp(&t.rig.b, &t.at[RELAY_B][0]);
	c_and_a_talk(&t);
	ck_assert(media_is_silent(&t.rig.a));

	t.fork = mem_deref(t.fork);
	rig_wait_ports(&t.rig, 1000);
	close_trio(&t);
}
END_TEST


START_TEST(the_fork_may_end_first)
{
	struct trio t;

	open_trio(&t);
	c_and_a_talk(&t);
	b_and_a_talk(&t);
	t.fork = mem_deref(t.fork);
	rig_wait_ports(&t.rig, 1000 - 4);
	for (int i = 0; i < 6; i++)
		b_and_a_talk(&t);

	t.rig.s = mem_deref(t.rig.s);
	rig_wait_ports(&t.rig, 1000);
	close_trio(&t);
}
END_TEST


/* at once: who shares the ports has them before they are let go */
START_TEST(a_fork_outlives_a_first_that_ends_in_the_same_moment)
{
	struct relay_session *next = NULL;
	struct relay_anchor a;
	struct trio t;

	open_trio(&t);
	for (int i = 0; i < 50; i++) {
		a = rig_anchor(&t.c, &t.c_rtcp);
		ck_assert_int_eq(
			relay_session_fork(&next, t.fork, RELAY_B, NULL, NULL),
			0);
		ck_assert_int_eq(relay_stream_open(next, 0, AF_INET, AF_INET),
				 0);
		mem_deref(t.fork);
		t.fork = next;
		ck_assert_int_eq(relay_stream_anchor(next, 0, RELAY_B, &a), 0);
		a = rig_anchor(&t.rig.a, &t.rig.a_rtcp);
		ck_assert_int_eq(relay_stream_anchor(next, 0, RELAY_A, &a), 0);
		t.at[RELAY_A][0] = addr_of(next, 0, RELAY_A, RELAY_RTP);
		if (i == 20)
			t.rig.s = mem_deref(t.rig.s);

		c_and_a_talk(&t);
	}
	close_trio(&t);
}
END_TEST


START_TEST(what_the_first_has_not_a_fork_has_for_itself)
{
	struct relay_session *third = NULL, *none = NULL;
	struct trio t;
	struct sa a, b;

	open_trio(&t);
	ck_assert_int_eq(relay_stream_open(t.fork, 1, AF_INET, AF_INET), 0);
	a = addr_of(t.fork, 1, RELAY_B, RELAY_RTP);
	ck_assert_int_eq(relay_stream_open(t.rig.s, 1, AF_INET, AF_INET), 0);
	b = addr_of(t.rig.s, 1, RELAY_B, RELAY_RTP);
	ck_assert(!sa_cmp(&a, &b, SA_ALL));

	/* a third one: as the first has it, also by way of the second */
	ck_assert_int_eq(
		relay_session_fork(&third, t.fork, RELAY_B, NULL, NULL), 0);
	ck_assert_int_eq(relay_stream_open(third, 1, AF_INET, AF_INET), 0);
	a = addr_of(third, 1, RELAY_B, RELAY_RTP);
	ck_assert(sa_cmp(&a, &b, SA_ALL));
	relay_stream_close(third, 1);

	/* where the first has ended, from who still has its ports */
	t.rig.s = mem_deref(t.rig.s);
	ck_assert_int_eq(relay_stream_open(third, 1, AF_INET, AF_INET), 0);
	a = addr_of(third, 1, RELAY_B, RELAY_RTP);
	ck_assert(!sa_cmp(&a, &b, SA_ALL));
	ck_assert_int_eq(relay_stream_open(third, 0, AF_INET, AF_INET), 0);
	a = addr_of(third, 0, RELAY_B, RELAY_RTP);
	ck_assert(sa_cmp(&a, &t.at[RELAY_B][0], SA_ALL));

	/* one offer has gone one way */
	ck_assert_int_eq(
		relay_session_fork(&none, t.fork, RELAY_A, NULL, NULL),
		EINVAL);
	ck_assert_int_eq(relay_session_fork(NULL, t.fork, RELAY_B, NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(relay_session_fork(&none, NULL, RELAY_B, NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(relay_session_fork(&none, t.fork, (enum relay_side)2,
					    NULL, NULL),
			 EINVAL);
	ck_assert_ptr_null(none);
	ck_assert_uint_eq(relay_sessions(t.rig.relay), 2);

	mem_deref(third);
	close_trio(&t);
}
END_TEST


START_TEST(memory_runs_out_and_the_first_stays_as_it_was)
{
	struct relay_session *fork = NULL;
	struct rig rig;
	int err, i = 0;

	rig_open(&rig, NULL);
	rig_call(&rig);
	do {
		oom_after(i++);
		err = relay_session_fork(&fork, rig.s, RELAY_A, NULL, NULL);
		if (!err)
			err = relay_stream_open(fork, 0, AF_INET, AF_INET);
		oom_after(-1);
		if (err)
			fork = mem_deref(fork);
	} while (err == ENOMEM);
	ck_assert_int_eq(err, 0);
	ck_assert_int_ge(i, 5);
	rig_latch(&rig);

	mem_deref(fork);
	rig_close(&rig);
}
END_TEST


Suite *suite_kin(void);
Suite *suite_kin(void)
{
	Suite *s = suite_create("kin");
	TCase *tc = tcase_create("kin");

	tcase_add_test(tc, each_phone_talks_with_the_caller_by_the_same_ports);
	tcase_add_test(tc, the_first_may_end_first);
	tcase_add_test(tc, the_fork_may_end_first);
	tcase_add_test(tc,
		       a_fork_outlives_a_first_that_ends_in_the_same_moment);
	tcase_add_test(tc, what_the_first_has_not_a_fork_has_for_itself);
	tcase_add_test(tc, memory_runs_out_and_the_first_stays_as_it_was);
	tcase_set_timeout(tc, 30);
	suite_add_tcase(s, tc);

	return s;
}
