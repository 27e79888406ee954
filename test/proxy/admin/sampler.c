/**
 * @file test/proxy/admin/sampler.c  What counters say since the last time
 */
#include <errno.h>
#include <math.h>
#include <string.h>
#include <re.h>
#include "common/metrics.h"
#include "proxy/admin/sampler.h"
#include "test/test.h"

enum { STEP_MS = 10000 };

static struct metrics *metrics;
static struct sampler *sampler;
static struct sample now;


static void setup(void)
{
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	counter_set(metrics_counter(metrics, "calls_started_total"), 99);
	ck_assert_int_eq(sampler_alloc(&sampler, metrics), 0);
}


static void teardown(void)
{
	sampler = mem_deref(sampler);
	metrics = mem_deref(metrics);
}


static void count(const char *name, int64_t n)
{
	counter_add(metrics_counter(metrics, name), n);
}


static void look(void)
{
	sampler_look(sampler, &now, STEP_MS);
}


static double value(const char *name)
{
	for (size_t i = 0; i < SAMPLE_VALUES; i++) {
		if (!strcmp(sample_name(i), name))
			return (double)now.valuev[i];
	}
	ck_abort_msg("%s", name);

	return 0;
}


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


START_TEST(each_number_is_that_of_the_time_between)
{
	const char *name = numberv[_i].name;

	count(numberv[_i].counter, numberv[_i].n);
	look();
	ck_assert_double_eq_tol(value(name), numberv[_i].value, 0.01);
	/* levels stay, what is per time is over */
	look();
	ck_assert_double_eq_tol(
		value(name),
		strstr(numberv[_i].counter, "_total") ? 0 : numberv[_i].value,
		0.01);
}
END_TEST


START_TEST(to_be_asked_for_a_password_is_no_failure)
{
	const char *replies = "sip_responses_sent_total{class=\"4xx\"}";

	count("auth_challenged_total", 4);
	count(replies, 5);
	look();
	ck_assert_double_eq(value("replies_4xx_per_minute"), 6);
	/* it is counted before its reply is */
	count("auth_challenged_total", 2);
	count(replies, 1);
	look();
	ck_assert_double_eq(value("replies_4xx_per_minute"), 0);
}
END_TEST


START_TEST(loss_is_that_of_all_that_should_have_come)
{
	look();
	ck_assert(isnan(value("loss_percent")));
	count("relay_packets_total", 995);
	count("relay_packets_lost_total", 5);
	look();
	ck_assert_double_eq_tol(value("loss_percent"), 0.5, 0.001);
	look();
	ck_assert(isnan(value("loss_percent")));
}
END_TEST


START_TEST(ports_are_those_that_are_not_free)
{
	count("relay_ports", 1000);
	count("relay_ports_free", 988);
	look();
	ck_assert_double_eq(value("ports_used"), 12);
}
END_TEST


START_TEST(sound_is_the_mean_of_what_has_ended_since)
{
	struct histogram *h = metrics_histogram(metrics, "call_mos");

	look();
	ck_assert(isnan(value("mos")));
	histogram_observe(h, 440);
	histogram_observe(h, 300);
	look();
	ck_assert_double_eq_tol(value("mos"), 3.7, 0.001);
	histogram_observe(h, 200);
	look();
	ck_assert_double_eq_tol(value("mos"), 2, 0.001);
}
END_TEST


START_TEST(how_late_the_loop_is_is_told_without_the_rare_ones)
{
	struct histogram *late = metrics_histogram(metrics,
						   "main_loop_late_seconds");

	for (unsigned i = 0; i < 98; i++)
		histogram_observe(late, 50);
	histogram_observe(late, 20000);
	histogram_observe(late, 20000);
	look();
	ck_assert_double_ge(value("loop_p99_ms"), 10);
	ck_assert_double_le(value("loop_p99_ms"), 25);
	look();
	ck_assert_double_eq(value("loop_p99_ms"), 0);
}
END_TEST


START_TEST(each_value_has_a_name_of_its_own)
{
	for (size_t i = 0; i < SAMPLE_VALUES; i++) {
		ck_assert_ptr_nonnull(sample_name(i));
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(sample_name(i), sample_name(k));
	}
	ck_assert_ptr_null(sample_name(SAMPLE_VALUES));
}
END_TEST


START_TEST(without_counters_or_memory_there_is_none)
{
	struct sampler *s = NULL;

	ck_assert_int_eq(sampler_alloc(NULL, metrics), EINVAL);
	ck_assert_int_eq(sampler_alloc(&s, NULL), EINVAL);
	oom_after(0);
	ck_assert_int_eq(sampler_alloc(&s, metrics), ENOMEM);
	ck_assert_ptr_null(s);
}
END_TEST


Suite *suite_sampler(void);
Suite *suite_sampler(void)
{
	Suite *s = suite_create("sampler");
	TCase *tc = tcase_create("sampler");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, each_number_is_that_of_the_time_between, numberv);
	tcase_add_test(tc, to_be_asked_for_a_password_is_no_failure);
	tcase_add_test(tc, loss_is_that_of_all_that_should_have_come);
	tcase_add_test(tc, ports_are_those_that_are_not_free);
	tcase_add_test(tc, sound_is_the_mean_of_what_has_ended_since);
	tcase_add_test(tc, how_late_the_loop_is_is_told_without_the_rare_ones);
	tcase_add_test(tc, each_value_has_a_name_of_its_own);
	tcase_add_test(tc, without_counters_or_memory_there_is_none);
	suite_add_tcase(s, tc);

	return s;
}
