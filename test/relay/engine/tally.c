/**
 * @file test/relay/engine/tally.c  The kernel's counts are as ours would be
 *
 * Two calls get the same packets, of which the kernel forwards what it can in
 * one of them: whoever looks, whenever, sees the same of both.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include "relay/engine/ride.h"
#include "test/mock/fakekernel.h"
#include "test/mock/riding.h"
#include "test/test.h"

enum { SEEDS = 24, TURNS = 6000, SR_LEN = 52, READS = 20000 };

static struct riding r[2];
static uint32_t state;


static uint32_t pick(uint32_t n)
{
	state = state * 1664525 + 1013904223;

	return (state >> 8) % n;
}


/* where the first octet differs; both were zeroed before they were filled */
static size_t differs(const void *a, const void *b, size_t size)
{
	const uint8_t *x = a, *y = b;
	size_t i = 0;

	while (i < size && x[i] == y[i])
		++i;

	return i;
}


static void expect_same(int turn)
{
	for (int i = 0; i < 2; i++) {
		const enum relay_side side = (enum relay_side)i;
		struct relay_stats a = riding_stats(&r[0], side);
		struct relay_stats b;

		/* what the kernel measures of time is taken now and then */
		riding_look(&r[1]);
		b = riding_stats(&r[1], side);
		a.rung = b.rung;
		a.no_kernel = b.no_kernel;
		ck_assert_msg(
			differs(&a, &b, sizeof(a)) == sizeof(a),
			"turn %d side %d: at %zu, quality at %zu: lost %llu "
			"of %llu, %llu of %llu; jitter %u, %u us",
			turn, i, differs(&a, &b, sizeof(a)),
			differs(&a.quality, &b.quality, sizeof(a.quality)),
			(unsigned long long)a.quality.lost,
			(unsigned long long)a.quality.expected,
			(unsigned long long)b.quality.lost,
			(unsigned long long)b.quality.expected,
			a.quality.jitter_us, b.quality.jitter_us);
	}
}


static void put(uint8_t *p, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(n >> (24 - 8 * i));
}


/* what was sent, and what was heard of the other side */
static void report(struct riding *c, enum relay_side side, uint32_t packets,
		   uint32_t lost)
{
	uint8_t buf[SR_LEN] = {0x81, 200, 0, 12};
	struct sa src = c->phonev[side].addr;

	put(buf + 4, c->phonev[side].ssrc);
	put(buf + 20, packets);
	put(buf + 28, c->phonev[!side].ssrc);
	put(buf + 32, lost);
	put(buf + 36, c->phonev[!side].seq);
	put(buf + 40, 80);
	sa_set_port(&src, 4001);
	(void)riding_datagram(c, side, RELAY_RTCP, &src, buf, sizeof(buf));
}


/* speaks, from time to time not as it should */
static void speak(enum relay_side side)
{
	const uint32_t what = pick(200);
	struct riding_phone *ph[2] = {&r[0].phonev[side], &r[1].phonev[side]};

	for (int i = 0; i < 2; i++) {
		if (what < 6)
			riding_lose(&r[i], side);
		if (what == 7)
			ph[i]->seq -= 3;
		if (what == 8)
			ph[i]->pt = ph[i]->pt ? 0 : 8;
		ph[i]->marker = what == 9;
		if (what == 10)
			ph[i]->ts += 16000;
		if (what == 11)
			ph[i]->seq += 5000;
		if (what > 195)
			ph[i]->pt = (uint8_t)(what == 196 ? 101 : 0);
		(void)riding_speak(&r[i], side);
		if (what == 7) {
			ph[i]->seq += 2;
			ph[i]->ts -= 160;
		}
	}
}


static void stranger(void)
{
	uint8_t buf[172] = {0x80};
	struct sa sa;

	(void)sa_set_str(&sa, pick(2) ? "192.0.2.66" : "198.51.100.7",
			 (uint16_t)(5000 + pick(3)));
	buf[3] = (uint8_t)pick(4);
	for (int i = 0; i < 2; i++)
		(void)riding_datagram(&r[i], RELAY_A, RELAY_RTP, &sa, buf,
				      sizeof(buf));
}


static void rare(uint32_t packets)
{
	const enum relay_side side = (enum relay_side)pick(2);
	const uint32_t lost = pick(5);

	switch (pick(12)) {
	case 0: /* signalling says the same again */
		for (int i = 0; i < 2; i++)
			riding_anchor(&r[i], side, &r[i].phonev[side].addr);
		break;

	case 1: /* another source; its first packet makes it one */
		for (int i = 0; i < 2; i++) {
			struct riding_phone *ph = &r[i].phonev[side];

			++ph->ssrc;
			ph->seq += 777;
		}
		break;

	case 2:
		fakekernel_sleeps(true);
		break;

	case 3:
		fakekernel_sleeps(false);
		break;

	default:
		for (int i = 0; i < 2; i++)
			report(&r[i], side, packets, lost);
	}
}


static void turn(int n)
{
	const uint32_t us = RIDING_PTIME_US - 3000 + pick(6000);

	for (int side = 0; side < 2; side++) {
		/* a long pause now and then */
		if (n % 1500 < 1200 || side)
			speak((enum relay_side)side);
	}
	if (!pick(20))
		stranger();
	if (!pick(100))
		rare((uint32_t)n);

	r[0].now_us += us;
	r[1].now_us += us;
	if (r[1].now_us - r[1].looked_us >= RIDING_LOOK_US)
		riding_look(&r[1]);
	if (!(n % 50)) {
		for (int i = 0; i < 2; i++)
			path_look(r[i].path);
	}
}


START_TEST(with_and_without_a_kernel_the_same_is_seen)
{
	uint64_t rode = 0;

	state = (uint32_t)_i;
	fakekernel_open();
	riding_open(&r[0], false);
	riding_open(&r[1], true);

	for (int n = 0; n < TURNS; n++) {
		turn(n);
		rode += fakekernel_started();
		if (!pick(10))
			expect_same(n);
	}
	ck_assert_uint_gt(rode, TURNS / 10);

	riding_close(&r[0]);
	riding_close(&r[1]);
	fakekernel_close();
}
END_TEST


static void *read_main(void *arg)
{
	const struct riding *c = arg;
	uint64_t before = 0;

	for (int i = 0; i < READS; i++) {
		const struct relay_stats st = riding_stats(c, RELAY_A);

		ck_assert_uint_ge(st.rx_packets, before);
		ck_assert_uint_le(st.quality.expected, st.rx_packets + 1);
		ck_assert_uint_le(st.rx_packets, st.quality.expected + 1);
		before = st.rx_packets;
	}

	return NULL;
}


/* counts never go back, and none is read twice while the worker takes them */
START_TEST(another_thread_reads_what_is_right)
{
	pthread_t thread;

	fakekernel_open();
	riding_open(&r[1], true);
	riding_settle(&r[1]);
	ck_assert_int_eq(pthread_create(&thread, NULL, read_main, &r[1]), 0);
	for (int i = 0; i < 20; i++) {
		riding_talk(&r[1], 200);
		ride_halt(r[1].path);
	}
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	riding_close(&r[1]);
	fakekernel_close();
}
END_TEST


Suite *suite_tally(void);
Suite *suite_tally(void)
{
	Suite *s = suite_create("tally");
	TCase *tc = tcase_create("tally");

	tcase_add_loop_test(tc, with_and_without_a_kernel_the_same_is_seen, 0,
			    SEEDS);
	tcase_add_test(tc, another_thread_reads_what_is_right);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);

	return s;
}
