/**
 * @file test/relay/engine/engine_socket.c  Packets one by one, in bursts, and
 * more than can be moved
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include "test/relay/rig.h"
#include "test/test.h"

enum { BURST = 40, LARGEST = 9216, STREAMS = 64, FLOODERS = 2 };

/* packets of all flooders: many times what fits into the sockets */
enum { ROUNDS = 200 };

/* how soon all is as before */
enum { NORMAL_MS = 1000, ASK_MS = 50 };


static void open_rig(struct rig *rig, uint32_t coalesce_us)
{
	struct relay_conf conf = rig_conf();

	conf.rung = RELAY_SOCKETS;
	conf.coalesce_us = coalesce_us;
	conf.workers = 1;
	rig_open(rig, &conf);
}


START_TEST(a_burst_arrives_whole_and_in_order)
{
	struct rig rig;
	uint16_t seq = 0;

	open_rig(&rig, 0);
	rig_call(&rig);
	rig_latch(&rig);

	for (int round = 0; round < 3; round++) {
		const uint16_t first = rig.a.seq;

		for (int i = 0; i < BURST; i++)
			seq = media_send_rtp(&rig.a, &rig.at[0][0]);
		for (int i = 0; i < BURST; i++)
			media_expect_rtp(&rig.b, rig.a.ssrc,
					 (uint16_t)(first + i), &rig.at[1][0]);
		ck_assert_uint_eq(seq, (uint16_t)(first + BURST - 1));
	}

	rig_close(&rig);
}
END_TEST


/* an RTP packet of that size, the phone's next */
static void send_large(struct rig *rig, size_t len)
{
	static uint8_t buf[LARGEST + 1];

	memset(buf, 0xd5, sizeof(buf));
	(void)media_make_rtp(buf, rig->a.ssrc, rig->a.seq++);
	media_send(&rig->a, &rig->at[0][0], buf, len);
}


START_TEST(a_datagram_too_large_is_dropped_not_cut)
{
	static uint8_t buf[LARGEST + 1];
	struct relay_stats st;
	struct rig rig;

	open_rig(&rig, 0);
	rig_call(&rig);
	rig_latch(&rig);

	/* the first by itself, those behind it in a batch */
	for (int i = 0; i < 3; i++) {
		send_large(&rig, LARGEST);
		send_large(&rig, LARGEST + 1);
		ck_assert_uint_eq(media_recv(&rig.b, buf, sizeof(buf), NULL),
				  LARGEST);
	}

	/* with its report of when the call began */
	rig_wait_seen(&rig, RELAY_A, rig.conf.latch_packets + 1 + 6);
	st = rig_stats(&rig, RELAY_A);
	ck_assert_uint_eq(st.invalid, 3);
	ck_assert(media_is_silent(&rig.b));

	rig_close(&rig);
}
END_TEST


struct streams {
	struct relay_session *sv[STREAMS];
	struct sa atv[STREAMS];
	struct media from, to;
};


static void open_streams(struct rig *rig, struct streams *s)
{
	struct relay_anchor a, b;
	struct pl id;

	media_open(&s->from, "127.0.0.2");
	media_open(&s->to, "127.0.0.3");
	a = rig_anchor(&s->from, &s->from);
	b = rig_anchor(&s->to, &s->to);
	pl_set_str(&id, "one of many");

	for (int i = 0; i < STREAMS; i++) {
		struct relay_session **sp = &s->sv[i];

		ck_assert_int_eq(
			relay_session_alloc(sp, rig->relay, &id, NULL, NULL),
			0);
		ck_assert_int_eq(relay_stream_open(*sp, 0, AF_INET, AF_INET),
				 0);
		ck_assert_int_eq(relay_stream_anchor(*sp, 0, RELAY_A, &a), 0);
		ck_assert_int_eq(relay_stream_anchor(*sp, 0, RELAY_B, &b), 0);
		ck_assert_int_eq(relay_stream_addr(*sp, 0, RELAY_A, RELAY_RTP,
						   &s->atv[i]),
				 0);
	}
}


static void close_streams(struct streams *s)
{
	for (int i = 0; i < STREAMS; i++)
		mem_deref(s->sv[i]);
	media_close(&s->from);
	media_close(&s->to);
}


/* every stream of it, round after round, as fast as it goes */
static void *flood_main(void *arg)
{
	const struct streams *s = arg;
	uint8_t buf[MEDIA_RTP_LEN];

	for (uint16_t seq = 1; seq <= ROUNDS; seq++) {
		const size_t len = media_make_rtp(buf, s->from.ssrc, seq);

		for (int i = 0; i < STREAMS; i++)
			media_send(&s->from, &s->atv[i], buf, len);
	}

	return NULL;
}


static void flood(struct streams *s)
{
	pthread_t threadv[FLOODERS];

	for (int i = 0; i < FLOODERS; i++)
		ck_assert_int_eq(
			pthread_create(&threadv[i], NULL, flood_main, s), 0);
	for (int i = 0; i < FLOODERS; i++)
		ck_assert_int_eq(pthread_join(threadv[i], NULL), 0);
}


/* its socket may be full of the flood for a moment: then it is asked again */
static bool goes_on(const struct streams *s, int i)
{
	uint8_t buf[MEDIA_RTP_LEN];
	const uint16_t seq = (uint16_t)(2 * ROUNDS + i);
	const size_t len = media_make_rtp(buf, s->from.ssrc, seq);
	bool came = false;

	for (int k = 0; k < NORMAL_MS / ASK_MS && !came; k++) {
		media_send(&s->from, &s->atv[i], buf, len);
		came = media_gets_rtp(&s->to, s->from.ssrc, seq, ASK_MS);
	}

	return came;
}


START_TEST(every_stream_goes_on_after_more_than_can_be_moved)
{
	struct streams s;
	struct rig rig;

	memset(&s, 0, sizeof(s));
	open_rig(&rig, _i ? 300 : 0);
	open_streams(&rig, &s);
	flood(&s);

	for (int i = 0; i < STREAMS; i++)
		ck_assert_msg(goes_on(&s, i), "stream %d is dead", i);

	close_streams(&s);
	rig_close(&rig);
}
END_TEST


Suite *suite_engine_socket(void);
Suite *suite_engine_socket(void)
{
	Suite *s = suite_create("engine_socket");
	TCase *tc = tcase_create("engine_socket");

	tcase_add_test(tc, a_burst_arrives_whole_and_in_order);
	tcase_add_test(tc, a_datagram_too_large_is_dropped_not_cut);
	tcase_add_loop_test(
		tc, every_stream_goes_on_after_more_than_can_be_moved, 0, 2);
	tcase_set_timeout(tc, 30);
	suite_add_tcase(s, tc);

	return s;
}
