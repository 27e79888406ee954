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


static void count(const char *name, int64_t n)
{
	counter_add(metrics_counter(metrics, name), n);
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


/* in ten seconds, and what that makes; what was before the start is not in it
 */
static const struct {
	const char *counter;
	int64_t n;
	const char *name;
	double value;
} numberv[] = {
	{"calls_active", 7, "calls", 7},
	{"calls_started_total", 5, "calls_per_minute", 30},
	{"calls_failed_total{class=\"4xx\"}", 2, "failed_per_minute", 12},
	{"calls_failed_total{class=\"6xx\"}", 1, "failed_per_minute", 6},
	{"location_bindings", 120, "registrations", 120},
	{"relay_packets_total", 1005, "packets_per_s", 100.5},
	{"relay_received_bytes_total", 172000, "octets_per_s", 17200},
	{"sip_responses_sent_total{class=\"4xx\"}", 3,
	 "replies_4xx_per_minute", 18},
	{"sip_responses_sent_total{class=\"5xx\"}", 1,
	 "replies_5xx_per_minute", 6},
	{"sip_responses_sent_total{class=\"6xx\"}", 1,
	 "replies_6xx_per_minute", 6},
	{"process_cpu_seconds_total", 1234567, "cpu_percent", 12.35},
	{"gate_bans", 3, "bans", 3},
	{"relay_ports", 400, "ports_used", 400},
};


START_TEST(each_number_is_that_of_the_step)
{
	count(numberv[_i].counter, numberv[_i].n);
	timers_advance(timers, SERIES_STEP_MS);
	timers_advance(timers, SERIES_STEP_MS);
	ask(0, 100);
	ck_assert_uint_eq(points(), 2);
	ck_assert_double_eq_tol(value(numberv[_i].name, 0), numberv[_i].value,
				0.001);
	/* levels stay, what is per time is over */
	if (!strstr(numberv[_i].counter, "_total"))
		ck_assert_double_eq(value(numberv[_i].name, 1),
				    numberv[_i].value);
	else
		ck_assert_double_eq(value(numberv[_i].name, 1), 0);
}
END_TEST


START_TEST(to_be_asked_for_a_password_is_no_failure)
{
	const char *replies = "sip_responses_sent_total{class=\"4xx\"}";

	count("auth_challenged_total", 4);
	count(replies, 5);
	timers_advance(timers, SERIES_STEP_MS);
	count("auth_challenged_total", 2);
	count(replies, 1);
	timers_advance(timers, SERIES_STEP_MS);
	ask(0, 100);
	ck_assert_double_eq(value("replies_4xx_per_minute", 0), 6);
	ck_assert_double_eq(value("replies_4xx_per_minute", 1), 0);
}
END_TEST


START_TEST(what_is_made_of_several)
{
	struct histogram *late, *h;

	count("relay_packets_total", 995);
	count("relay_packets_lost_total", 5);
	count("relay_ports", 1000);
	count("relay_ports_free", 988);
	h = metrics_histogram(metrics, "call_mos");
	histogram_observe(h, 440);
	histogram_observe(h, 300);
	late = metrics_histogram(metrics, "main_loop_late_seconds");
	for (unsigned i = 0; i < 98; i++)
		histogram_observe(late, 50);
	histogram_observe(late, 20000);
	histogram_observe(late, 20000);
	timers_advance(timers, SERIES_STEP_MS);
	timers_advance(timers, SERIES_STEP_MS);
	ask(0, 100);
	ck_assert_double_eq_tol(value("loss_percent", 0), 0.5, 0.001);
	ck_assert_double_eq(value("ports_used", 0), 12);
	ck_assert_double_eq_tol(value("mos", 0), 3.7, 0.001);
	ck_assert_double_ge(value("loop_p99_ms", 0), 10);
	ck_assert_double_le(value("loop_p99_ms", 0), 25);

	/* without a packet, a call, a tick: unknown, but the loop is not late
	 */
	ck_assert(json_is_null(at("loss_percent", 1)));
	ck_assert(json_is_null(at("mos", 1)));
	ck_assert_double_eq(value("loop_p99_ms", 1), 0);
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
	test_table(tc, each_number_is_that_of_the_step, numberv);
	tcase_add_test(tc, to_be_asked_for_a_password_is_no_failure);
	tcase_add_test(tc, what_is_made_of_several);
	tcase_add_test(tc, more_points_than_fit_are_means);
	tcase_add_test(tc, who_does_not_have_the_loop_gets_all);
	tcase_add_test(tc, memory_does_not_grow);
	test_table(tc, the_control_answers, questionv);
	tcase_add_test(tc, any_thread_may_read_meanwhile);
	tcase_add_test(tc, without_parts_or_memory_there_is_none);
	suite_add_tcase(s, tc);

	return s;
}
