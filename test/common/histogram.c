/**
 * @file test/common/histogram.c  How often something was how large
 */
#include <string.h>
#include "common/metrics.h"
#include "test/test.h"

static struct metrics *metrics;
static struct histogram *h;
static struct histogram_view before, now;


/* bounds in microseconds: 250, 500, 1000, ... 1000000, 5000000 */
static void setup(void)
{
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	h = metrics_histogram(metrics, "store_write_seconds");
	histogram_observe(h, 400);
	histogram_read(h, &before);
}


static void teardown(void)
{
	metrics = mem_deref(metrics);
}


/* so many of that, and of the other; of the quantile */
static const struct {
	uint64_t n, us, others, other_us;
	unsigned permille;
	uint64_t quantile;
} quantilev[] = {
	{0, 0, 0, 0, 990, 0},
	{100, 100, 0, 0, 500, 125},
	{100, 100, 0, 0, 1000, 250},
	{100, 600, 0, 0, 500, 750},
	{90, 100, 10, 900, 900, 250},
	{90, 100, 10, 900, 950, 750},
	{1, 9000000, 0, 0, 500, 5000000},
	{99, 100, 1, 9000000, 999, 5000000},
};


START_TEST(what_came_between_two_readings_has_a_quantile)
{
	for (uint64_t i = 0; i < quantilev[_i].n; i++)
		histogram_observe(h, quantilev[_i].us);
	for (uint64_t i = 0; i < quantilev[_i].others; i++)
		histogram_observe(h, quantilev[_i].other_us);
	histogram_read(h, &now);
	ck_assert_uint_eq(now.n - before.n,
			  quantilev[_i].n + quantilev[_i].others);
	ck_assert_uint_eq(
		histogram_quantile(h, &before, &now, quantilev[_i].permille),
		quantilev[_i].quantile);
}
END_TEST


START_TEST(without_a_histogram_all_is_nothing)
{
	histogram_read(NULL, &now);
	ck_assert_uint_eq(now.n, 0);
	ck_assert_uint_eq(now.sum, 0);
	ck_assert_uint_eq(histogram_quantile(NULL, &now, &before, 500), 0);
}
END_TEST


Suite *suite_histogram(void);
Suite *suite_histogram(void)
{
	Suite *s = suite_create("histogram");
	TCase *tc = tcase_create("histogram");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, what_came_between_two_readings_has_a_quantile,
		   quantilev);
	tcase_add_test(tc, without_a_histogram_all_is_nothing);
	suite_add_tcase(s, tc);

	return s;
}
