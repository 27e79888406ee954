/**
 * @file test/relay/engine/ride_trail.c  Headers of what the kernel forwards
 */
#include <string.h>
#include "common/metrics.h"
#include "relay/engine/ride.h"
#include "relay/trail/trail_pool.h"
#include "relay/trail/trail_reader.h"
#include "test/mock/fakekernel.h"
#include "test/mock/riding.h"
#include "test/test.h"

enum { MEMORY = 1 << 20, MANY = 1000 };

static struct metrics *metrics;
static struct trail_pool *pool;
static struct riding r;


static void setup(void)
{
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(trail_pool_alloc(&pool, MEMORY, metrics), 0);
	fakekernel_open();
	riding_open(&r, true);
	ck_assert_ptr_nonnull(path_trail(r.path, pool));
}


static void teardown(void)
{
	riding_close(&r);
	fakekernel_close();
	trail_pool_release(pool);
	metrics = mem_deref(metrics);
}


/* how many of side A's RTP are in the trail, each one behind the one before */
static unsigned noted(void)
{
	struct trail_reader reader;
	struct trail_packet pkt;
	uint16_t before = 0;
	unsigned n = 0;

	trail_reader_init(&reader, r.path->trail);
	while (trail_reader_next(&reader, &pkt)) {
		const uint16_t seq = (uint16_t)(pkt.p[2] << 8 | pkt.p[3]);

		if (pkt.side != RELAY_A)
			continue;

		ck_assert_int_eq(pkt.kind, TRAIL_RTP);
		ck_assert(sa_cmp(pkt.src, &r.phonev[RELAY_A].addr, SA_ALL));
		ck_assert(sa_cmp(pkt.dst, &r.phonev[RELAY_B].addr, SA_ALL));
		ck_assert_uint_eq(pkt.kept, 12);
		ck_assert_uint_eq(pkt.wire, 12 + r.phonev[RELAY_A].payload);
		if (n++)
			ck_assert_uint_eq(seq, (uint16_t)(before + 1));
		before = seq;
	}

	return n;
}


START_TEST(of_few_flows_all_are_kept)
{
	unsigned before;

	riding_settle(&r);
	ck_assert_uint_eq(fakekernel_kept(), 2);
	riding_look(&r);
	before = noted();
	riding_talk(&r, 500);
	riding_look(&r);
	ck_assert_uint_eq(noted(), before + 500);
	ck_assert_uint_eq(counter_value(metrics_counter(
				  metrics, "relay_headers_missed_total")),
			  0);
}
END_TEST


START_TEST(of_many_none_is_kept)
{
	fakekernel_crowd(MANY);
	riding_settle(&r);
	riding_talk(&r, 50);
	ck_assert_uint_eq(fakekernel_kept(), 0);
	ck_assert_uint_eq(noted(), 0);
}
END_TEST


START_TEST(of_many_those_in_trouble_are_kept)
{
	fakekernel_crowd(MANY);
	riding_settle(&r);
	ck_assert_uint_eq(fakekernel_kept(), 0);
	r.path->troubled = true;
	riding_talk(&r, 50);
	ck_assert_uint_eq(fakekernel_kept(), 2);
	riding_look(&r);
	ck_assert_uint_ge(noted(), 40);

	r.path->troubled = false;
	riding_talk(&r, 10);
	ck_assert_uint_eq(fakekernel_kept(), 0);
}
END_TEST


START_TEST(of_many_those_that_lose_packets_are_kept)
{
	fakekernel_crowd(MANY);
	riding_settle(&r);
	for (int i = 0; i < 10; i++) {
		riding_lose(&r, RELAY_B);
		riding_talk(&r, 10);
	}
	ck_assert_uint_eq(fakekernel_kept(), 2);
}
END_TEST


START_TEST(what_is_left_is_taken_when_the_ride_ends)
{
	unsigned before;

	riding_settle(&r);
	riding_look(&r);
	before = noted();
	for (int i = 0; i < 3; i++)
		ck_assert(riding_speak(&r, RELAY_A));
	ck_assert_uint_eq(noted(), before);
	ride_end(r.path);
	ck_assert_uint_eq(noted(), before + 3);
	ck_assert_uint_eq(fakekernel_kept(), 0);
}
END_TEST


START_TEST(what_comes_up_stands_behind_what_the_kernel_forwarded)
{
	unsigned before;

	riding_settle(&r);
	riding_look(&r);
	before = noted();
	for (int i = 0; i < 3; i++)
		ck_assert(riding_speak(&r, RELAY_A));
	ck_assert_uint_eq(noted(), before);
	++r.phonev[RELAY_A].ssrc;
	ck_assert(riding_speak(&r, RELAY_A));
	ck_assert_uint_eq(noted(), before + 3);
}
END_TEST


START_TEST(what_the_kernel_overwrote_is_counted)
{
	riding_settle(&r);
	riding_look(&r);
	for (int i = 0; i < 70; i++)
		ck_assert(riding_speak(&r, RELAY_A));
	riding_look(&r);
	ck_assert_uint_eq(counter_value(metrics_counter(
				  metrics, "relay_headers_missed_total")),
			  6);
}
END_TEST


Suite *suite_ride_trail(void);
Suite *suite_ride_trail(void)
{
	Suite *s = suite_create("ride_trail");
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, of_few_flows_all_are_kept);
	tcase_add_test(tc, of_many_none_is_kept);
	tcase_add_test(tc, of_many_those_in_trouble_are_kept);
	tcase_add_test(tc, of_many_those_that_lose_packets_are_kept);
	tcase_add_test(tc, what_is_left_is_taken_when_the_ride_ends);
	tcase_add_test(tc,
		       what_comes_up_stands_behind_what_the_kernel_forwarded);
	tcase_add_test(tc, what_the_kernel_overwrote_is_counted);
	suite_add_tcase(s, tc);

	return s;
}
