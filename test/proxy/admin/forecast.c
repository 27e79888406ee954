/**
 * @file test/proxy/admin/forecast.c  When something will be used up
 */
#include "proxy/admin/forecast.h"
#include "test/test.h"

enum { STEP_MS = 5000, START_MS = 1000000 };

/* so many fewer each step, for so many steps; what it says then */
static const struct {
	uint64_t left;
	int64_t fewer;
	unsigned steps;
	uint64_t min, max;
} trendv[] = {
	{1000, 0, 1000, FORECAST_NEVER, FORECAST_NEVER},
	{1000, -4, 100, FORECAST_NEVER, FORECAST_NEVER}, /* more and more */
	{16000, 20, 400, 1990, 2010}, /* four a second for a long time */
	{16000, 20, 3, 20000, 80000}, /* it has only begun */
	{100, 1, 99, 5, 6},
	{0, 0, 5, FORECAST_NEVER, FORECAST_NEVER},
};


START_TEST(it_goes_on_as_in_the_last_minutes)
{
	struct forecast f = {0};
	uint64_t left = trendv[_i].left, now = START_MS, s = 0;

	for (unsigned i = 0; i <= trendv[_i].steps; i++) {
		s = forecast_note(&f, left, now);
		left -= (uint64_t)trendv[_i].fewer;
		now += STEP_MS;
	}
	ck_assert_uint_ge(s, trendv[_i].min);
	ck_assert_uint_le(s, trendv[_i].max);
}
END_TEST


START_TEST(a_trend_that_is_over_is_forgotten)
{
	struct forecast f = {0};
	uint64_t left = 10000, now = START_MS;

	for (unsigned i = 0; i < 100; i++)
		(void)forecast_note(&f, left -= 40, now += STEP_MS);
	ck_assert_uint_lt(forecast_note(&f, left, now), 2000);
	for (unsigned i = 0; i < 500; i++)
		(void)forecast_note(&f, left, now += STEP_MS);
	ck_assert_uint_eq(forecast_note(&f, left, now), FORECAST_NEVER);
}
END_TEST


START_TEST(a_clock_that_stands_teaches_nothing)
{
	struct forecast f = {0};

	(void)forecast_note(&f, 1000, START_MS);
	ck_assert_uint_eq(forecast_note(&f, 10, START_MS), FORECAST_NEVER);
	ck_assert_uint_eq(forecast_note(&f, 10, START_MS - 1), FORECAST_NEVER);
	ck_assert_uint_lt(forecast_note(&f, 10, START_MS + STEP_MS),
			  FORECAST_NEVER);
}
END_TEST


Suite *suite_forecast(void);
Suite *suite_forecast(void)
{
	Suite *s = suite_create("forecast");
	TCase *tc = tcase_create("forecast");

	test_table(tc, it_goes_on_as_in_the_last_minutes, trendv);
	tcase_add_test(tc, a_trend_that_is_over_is_forgotten);
	tcase_add_test(tc, a_clock_that_stands_teaches_nothing);
	suite_add_tcase(s, tc);

	return s;
}
