/**
 * @file test/proxy/admin/series.c  The last hours' numbers
 */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/admin/control.h"
#include "proxy/admin/series.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

static struct metrics *metrics;
static struct timers *timers;
static struct series *series;
static json_t *answer;


static void setup(void)
{
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(timers_alloc_virtual(&timers, 5000), 0);
	counter_set(metrics_counter(metrics, "calls_started_total"), 1000);
	ck_assert_int_eq(series_alloc(&series, metrics, timers), 0);
}


static void teardown(void)
{
	json_decref(answer);
	answer = NULL;
	series = mem_deref(series);
	timers = mem_deref(timers);
	metrics = mem_deref(metrics);
}


static void ask(uint64_t since_ms, size_t limit)
{
	json_decref(answer);
	answer = series_json(series, since_ms, limit);
	ck_assert_ptr_nonnull(answer);
}


static const json_t *at(const char *name, size_t i)
{
	const json_t *v = json_object_get(json_object_get(answer, "series"),
					  name);

	ck_assert_msg(json_is_array(v), "%s is not there", name);
	ck_assert_uint_lt(i, json_array_size(v));

	return json_array_get(v, i);
}


static double value(const char *name, size_t i)
{
	const json_t *v = at(name, i);

	return json_is_null(v) ? NAN : json_number_value(v);
}


static size_t points(void)
{
	const json_t *times = json_object_get(answer, "times_ms"), *v;
	const char *name;

	json_object_foreach(json_object_get(answer, "series"), name, v)
	{
		ck_assert_uint_eq(json_array_size(v), json_array_size(times));
	}

	return json_array_size(times);
}


START_TEST(before_the_first_step_there_is_nothing)
{
	timers_advance(timers, SERIES_STEP_MS - 1);
	ask(0, 100);
	ck_assert_uint_eq(points(), 0);
	ck_assert_int_eq(
		json_integer_value(json_object_get(answer, "step_ms")),
		SERIES_STEP_MS);
	timers_advance(timers, 1);
	ask(0, 100);
	ck_assert_uint_eq(points(), 1);
}
END_TEST


START_TEST(more_points_than_fit_are_means)
{
	for (unsigned i = 0; i < 10; i++) {
		counter_set(metrics_counter(metrics, "calls_active"), i);
		timers_advance(timers, SERIES_STEP_MS);
	}
	ask(0, 4);
	ck_assert_uint_eq(points(), 4); /* of 3, 3, 3 and 1 */
	ck_assert_double_eq(value("calls", 0), 1);
	ck_assert_double_eq(value("calls", 2), 7);
	ck_assert_double_eq(value("calls", 3), 9);
	ask(0, 10);
	ck_assert_uint_eq(points(), 10);
}
END_TEST


START_TEST(who_does_not_have_the_loop_gets_all)
{
	json_t *question = json_pack("{sI}", "since_ms", (json_int_t)0);

	timers_advance(timers, 500 * SERIES_STEP_MS);
	answer = json_object();
	ck_assert_int_eq(series_answer(answer, question, series), 0);
	ck_assert_uint_eq(points(), 500);
	json_decref(question);
}
END_TEST


START_TEST(memory_does_not_grow)
{
	for (unsigned i = 0; i < SERIES_POINTS + 5; i++) {
		counter_set(metrics_counter(metrics, "calls_active"), i);
		timers_advance(timers, SERIES_STEP_MS);
	}
	ask(0, SERIES_POINTS);
	ck_assert_uint_eq(points(), SERIES_POINTS);
	ck_assert_double_eq(value("calls", 0), 5);
	ck_assert_double_eq(value("calls", SERIES_POINTS - 1),
			    SERIES_POINTS + 4);
}
END_TEST


static json_t *say(struct control *c, const char *question)
{
	char *text = control_answer(c, question, strlen(question));
	json_t *obj = text ? json_loads(text, 0, NULL) : NULL;

	ck_assert_ptr_nonnull(obj);
	free(text);

	return obj;
}


static const struct {
	const char *question;
	bool ok;
	size_t points;
} questionv[] = {
	{"{\"command\":\"series\"}", true, 3},
	{"{\"command\":\"series\",\"since_ms\":0}", true, 3},
	{"{\"command\":\"series\",\"since_ms\":99999999999999}", true, 0},
	{"{\"command\":\"series\",\"since_ms\":-1}", false, 0},
	{"{\"command\":\"series\",\"since_ms\":\"a\"}", false, 0},
	{"{\"command\":\"series\",\"since_ms\":1.5}", false, 0},
};


START_TEST(the_control_answers)
{
	struct control *c = NULL;
	char dir[TEMPDIR_SIZE], path[96];

	tempdir_make(dir);
	(void)re_snprintf(path, sizeof(path), "%s/control", dir);
	ck_assert_int_eq(control_alloc(&c, path, timers, NULL), 0);
	ck_assert_int_eq(series_control(series, c), 0);
	timers_advance(timers, 3 * SERIES_STEP_MS);
	answer = say(c, questionv[_i].question);
	ck_assert_int_eq(json_is_true(json_object_get(answer, "ok")),
			 questionv[_i].ok);
	if (questionv[_i].ok)
		ck_assert_uint_eq(points(), questionv[_i].points);
	mem_deref(c);
	tempdir_remove(dir);
}
END_TEST


static void *read_thread(void *arg)
{
	for (unsigned i = 0; i < 100; i++) {
		json_t *obj = series_json(arg, 0, 10);

		json_decref(obj);
	}

	return NULL;
}


START_TEST(any_thread_may_read_meanwhile)
{
	pthread_t t;

	ck_assert_int_eq(pthread_create(&t, NULL, read_thread, series), 0);
	timers_advance(timers, 300 * SERIES_STEP_MS);
	(void)pthread_join(t, NULL);
	ask(0, SERIES_POINTS);
	ck_assert_uint_eq(points(), 300);
}
END_TEST


START_TEST(without_parts_or_memory_there_is_none)
{
	struct series *s = NULL;

	ck_assert_int_eq(series_alloc(NULL, metrics, timers), EINVAL);
	ck_assert_int_eq(series_alloc(&s, NULL, timers), EINVAL);
	ck_assert_int_eq(series_alloc(&s, metrics, NULL), EINVAL);
	oom_after(0);
	ck_assert_int_eq(series_alloc(&s, metrics, timers), ENOMEM);
	oom_after(-1);
	ck_assert_ptr_null(series_json(NULL, 0, 1));
	ck_assert_ptr_null(series_json(series, 0, 0));
}
END_TEST


Suite *suite_series(void);
Suite *suite_series(void)
{
	Suite *s = suite_create("series");
	TCase *tc = tcase_create("series");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, before_the_first_step_there_is_nothing);
	tcase_add_test(tc, more_points_than_fit_are_means);
	tcase_add_test(tc, who_does_not_have_the_loop_gets_all);
	tcase_add_test(tc, memory_does_not_grow);
	test_table(tc, the_control_answers, questionv);
	tcase_add_test(tc, any_thread_may_read_meanwhile);
	tcase_add_test(tc, without_parts_or_memory_there_is_none);
	suite_add_tcase(s, tc);

	return s;
}
