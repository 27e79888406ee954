/**
 * @file test/common/lag.c  How late the main loop is
 */
#include <errno.h>
#include <re.h>
#include "common/lag.h"
#include "common/metrics.h"
#include "test/test.h"

static const struct {
	uint64_t due, now, late, next;
} tickv[] = {
	{50000, 50000, 0, 100000},
	{50000, 49999, 0,
	 100000}, /* no clock goes backwards, but ours might */
	{50000, 50001, 1, 100000},
	{50000, 99999, 49999, 100000},
	{50000, 100000, 50000, 150000}, /* one tick was missed */
	{50000, 5050000, 5000000, 5100000},
};


START_TEST(ticks_that_were_missed_are_one)
{
	uint64_t due = tickv[_i].due;

	ck_assert_uint_eq(lag_late(&due, tickv[_i].now), tickv[_i].late);
	ck_assert_uint_eq(due, tickv[_i].next);
}
END_TEST


static void count_handler(const char *name, uint64_t value, void *arg)
{
	(void)name;
	*(uint64_t *)arg = value;
}


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


START_TEST(a_loop_that_runs_is_measured)
{
	struct metrics *metrics = NULL;
	struct lag *lag = NULL;
	struct tmr tmr;
	uint64_t n = 0;

	tmr_init(&tmr);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(lag_alloc(&lag, metrics), 0);
	for (int i = 0; i < 1000 && !n; i++) {
		tmr_start(&tmr, 5, stop_handler, NULL);
		(void)re_main(NULL);
		metrics_apply(metrics, count_handler, &n);
	}
	ck_assert_uint_gt(n, 0);
	tmr_cancel(&tmr);
	mem_deref(lag);
	mem_deref(metrics);
}
END_TEST


START_TEST(without_a_place_or_memory_nothing_is_measured)
{
	struct lag *lag = NULL;

	ck_assert_int_eq(lag_alloc(NULL, NULL), EINVAL);
	oom_after(0);
	ck_assert_int_eq(lag_alloc(&lag, NULL), ENOMEM);
	oom_after(-1);
	ck_assert_int_eq(lag_alloc(&lag, NULL), 0);
	mem_deref(lag);
}
END_TEST


Suite *suite_lag(void);
Suite *suite_lag(void)
{
	Suite *s = suite_create("lag");
	TCase *tc = tcase_create("lag");

	test_table(tc, ticks_that_were_missed_are_one, tickv);
	tcase_add_test(tc, a_loop_that_runs_is_measured);
	tcase_add_test(tc, without_a_place_or_memory_nothing_is_measured);
	suite_add_tcase(s, tc);

	return s;
}
