/**
 * @file test/relay/engine/reckoning.c  What came through paths, added up
 */
#include <string.h>
#include "common/metrics.h"
#include "common/timer.h"
#include "relay/engine/path.h"
#include "relay/engine/reckoning.h"
#include "test/relay/rig.h"
#include "test/test.h"

static struct metrics *metrics;
static struct timers *timers;
static struct relay_conf conf;
static struct path *path;
static struct reckoning reckoning;


static void setup(void)
{
	conf = rig_conf();
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);
	ck_assert_int_eq(path_alloc(&path, &conf, timers), 0);
	reckoning_init(&reckoning, metrics);
}


static void teardown(void)
{
	path = mem_deref(path);
	timers = mem_deref(timers);
	metrics = mem_deref(metrics);
}


static void expect(uint64_t octets, uint64_t lost, uint64_t foreign)
{
	reckoning_add(&reckoning, path);
	ck_assert_uint_eq(counter_value(metrics_counter(
				  metrics, "relay_received_bytes_total")),
			  octets);
	ck_assert_uint_eq(counter_value(metrics_counter(
				  metrics, "relay_packets_lost_total")),
			  lost);
	ck_assert_uint_eq(counter_value(metrics_counter(
				  metrics, "relay_packets_foreign_total")),
			  foreign);
}


START_TEST(all_legs_are_added_once)
{
	expect(0, 0, 0);
	for (unsigned i = 0; i < 4; i++) {
		struct leg_counts *c = &path->legv[i >> 1][i & 1].counts;

		atomic_store(&c->rx_octets, 1000u << i);
		atomic_store(&c->refused, 1u << i);
	}
	expect(15000, 0, 15);
	expect(15000, 0, 15);
	atomic_fetch_add(&path->legv[1][1].counts.rx_octets, 5);
	expect(15005, 0, 15);
}
END_TEST


START_TEST(what_was_late_and_not_lost_takes_nothing_away)
{
	_Atomic uint64_t *lost =
		(void *)&path->hearsayv[1].quality.losses.lost;

	*lost = 7;
	expect(0, 7, 0);
	*lost = 5;
	expect(0, 7, 0);
	*lost = 8;
	expect(0, 8, 0);
}
END_TEST


START_TEST(two_paths_count_together)
{
	struct path *other;

	ck_assert_int_eq(path_alloc(&other, &conf, timers), 0);
	atomic_store(&path->legv[0][0].counts.rx_octets, 100);
	atomic_store(&other->legv[0][0].counts.rx_octets, 20);
	reckoning_add(&reckoning, other);
	expect(120, 0, 0);
	mem_deref(other);
}
END_TEST


Suite *suite_reckoning(void);
Suite *suite_reckoning(void)
{
	Suite *s = suite_create("reckoning");
	TCase *tc = tcase_create("reckoning");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, all_legs_are_added_once);
	tcase_add_test(tc, what_was_late_and_not_lost_takes_nothing_away);
	tcase_add_test(tc, two_paths_count_together);
	suite_add_tcase(s, tc);

	return s;
}
