/**
 * @file test/common/metrics_text.c  Counters as Prometheus reads them
 */
#include <errno.h>
#include <string.h>
#include "common/metrics.h"
#include "test/test.h"

static struct metrics *metrics;
static unsigned collected;


static void setup(void)
{
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	collected = 0;
}


static void teardown(void)
{
	metrics = mem_deref(metrics);
}


static void expect(const char *text)
{
	struct mbuf *mb = mbuf_alloc(16);

	ck_assert_int_eq(metrics_text(metrics, mb), 0);
	ck_assert_int_eq(mbuf_write_u8(mb, 0), 0);
	ck_assert_str_eq((const char *)mb->buf, text);
	mem_deref(mb);
}


START_TEST(an_empty_registry_says_nothing)
{
	expect("");
}
END_TEST


START_TEST(a_family_is_told_of_once_and_its_names_stand_together)
{
	counter_add(metrics_counter(metrics, "calls_active"), 3);
	counter_inc(metrics_labelled(metrics, "peer_up", "peer", "b"));
	(void)metrics_labelled(metrics, "peer_up", "peer", "a\"a");
	(void)metrics_labelled(metrics, "peer_calls", "peer", "b");
	(void)metrics_labelled(metrics, "peer_calls_refused_total", "peer",
			       "b");
	(void)metrics_labelled(metrics, "peer_calls", "peer", "a");
	expect("# HELP calls_active Calls that are up or ring.\n"
	       "# TYPE calls_active gauge\n"
	       "calls_active 3\n"
	       "# HELP peer_calls Calls with the peer.\n"
	       "# TYPE peer_calls gauge\n"
	       "peer_calls{peer=\"a\"} 0\n"
	       "peer_calls{peer=\"b\"} 0\n"
	       "# HELP peer_calls_refused_total Calls with the peer refused "
	       "by its limit.\n"
	       "# TYPE peer_calls_refused_total counter\n"
	       "peer_calls_refused_total{peer=\"b\"} 0\n"
	       "# HELP peer_up 1: the peer answers, or is not asked.\n"
	       "# TYPE peer_up gauge\n"
	       "peer_up{peer=\"a\\\"a\"} 0\n"
	       "peer_up{peer=\"b\"} 1\n");
}
END_TEST


static const struct {
	const char *name;
	uint64_t n;
	const char *text;
} numberv[] = {
	{"calls_started_total", UINT64_MAX, "18446744073709551615"},
	{"calls_active", UINT64_MAX, "-1"},
	{"calls_active", METRICS_INFINITE, "+Inf"},
	{"calls_active", 0, "0"},
	{"relay_worker_busy_seconds_total", 0, "0"},
	{"relay_worker_busy_seconds_total", 1, "0.000001"},
	{"relay_worker_busy_seconds_total", 12345000, "12.345"},
	{"relay_worker_busy_seconds_total", 60000000, "60"},
	{"nobody_knows", 7, "7"},
};


START_TEST(a_number_is_in_the_unit_of_its_name)
{
	char line[96];
	struct mbuf *mb = mbuf_alloc(16);

	counter_set(metrics_counter(metrics, numberv[_i].name), numberv[_i].n);
	ck_assert_int_eq(metrics_print(metrics, mb), 0);
	ck_assert_int_eq(mbuf_write_u8(mb, 0), 0);
	(void)re_snprintf(line, sizeof(line), "\n%s %s\n", numberv[_i].name,
			  numberv[_i].text);
	ck_assert_ptr_nonnull(strstr((const char *)mb->buf, line));
	mem_deref(mb);
}
END_TEST


START_TEST(a_histogram_counts_up_to_each_bound)
{
	struct histogram *h;

	h = metrics_histogram(metrics, "store_write_seconds");
	histogram_observe(h, 0);
	histogram_observe(h, 250);
	histogram_observe(h, 251);
	histogram_observe(h, 5000000);
	histogram_observe(h, 5000001);
	expect("# HELP store_write_seconds Time from the order of a write to "
	       "its commit.\n"
	       "# TYPE store_write_seconds histogram\n"
	       "store_write_seconds_bucket{le=\"0.00025\"} 2\n"
	       "store_write_seconds_bucket{le=\"0.0005\"} 3\n"
	       "store_write_seconds_bucket{le=\"0.001\"} 3\n"
	       "store_write_seconds_bucket{le=\"0.0025\"} 3\n"
	       "store_write_seconds_bucket{le=\"0.005\"} 3\n"
	       "store_write_seconds_bucket{le=\"0.01\"} 3\n"
	       "store_write_seconds_bucket{le=\"0.025\"} 3\n"
	       "store_write_seconds_bucket{le=\"0.05\"} 3\n"
	       "store_write_seconds_bucket{le=\"0.1\"} 3\n"
	       "store_write_seconds_bucket{le=\"0.25\"} 3\n"
	       "store_write_seconds_bucket{le=\"0.5\"} 3\n"
	       "store_write_seconds_bucket{le=\"1\"} 3\n"
	       "store_write_seconds_bucket{le=\"5\"} 4\n"
	       "store_write_seconds_bucket{le=\"+Inf\"} 5\n"
	       "store_write_seconds_sum 10.000502\n"
	       "store_write_seconds_count 5\n");
}
END_TEST


START_TEST(labels_and_bounds_stand_in_one_pair_of_braces)
{
	struct mbuf *mb = mbuf_alloc(16);

	(void)metrics_histogram(metrics, "store_write_seconds{disk=\"a\"}");
	ck_assert_int_eq(metrics_print(metrics, mb), 0);
	ck_assert_int_eq(mbuf_write_u8(mb, 0), 0);
	ck_assert_ptr_nonnull(
		strstr((const char *)mb->buf,
		       "\nstore_write_seconds_bucket{disk=\"a\",le=\"5\"} 0"));
	ck_assert_ptr_nonnull(strstr((const char *)mb->buf,
				     "\nstore_write_seconds_sum{disk=\"a\"} "
				     "0\n"));
	mem_deref(mb);
}
END_TEST


static void collect_handler(void *arg)
{
	++collected;
	counter_set(metrics_counter(arg, "calls_active"), 9);
}


START_TEST(what_is_slow_is_asked_for_by_those_who_may_wait)
{
	struct mbuf *mb = mbuf_alloc(16);

	metrics_collect(metrics, collect_handler, metrics);
	ck_assert_int_eq(metrics_print(metrics, mb), 0);
	ck_assert_uint_eq(collected, 0);
	ck_assert_uint_eq(mb->end, 0);
	expect("# HELP calls_active Calls that are up or ring.\n"
	       "# TYPE calls_active gauge\n"
	       "calls_active 9\n");
	ck_assert_uint_eq(collected, 1);
	mem_deref(mb);
}
END_TEST


START_TEST(a_text_needs_a_registry_and_a_buffer)
{
	struct mbuf *mb = mbuf_alloc(1);

	ck_assert_int_eq(metrics_print(metrics, NULL), EINVAL);
	ck_assert_int_eq(metrics_print(NULL, mb), EINVAL);
	mem_deref(mb);
}
END_TEST


Suite *suite_metrics_text(void);
Suite *suite_metrics_text(void)
{
	Suite *s = suite_create("metrics_text");
	TCase *tc = tcase_create("metrics_text");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, an_empty_registry_says_nothing);
	tcase_add_test(tc,
		       a_family_is_told_of_once_and_its_names_stand_together);
	test_table(tc, a_number_is_in_the_unit_of_its_name, numberv);
	tcase_add_test(tc, a_histogram_counts_up_to_each_bound);
	tcase_add_test(tc, labels_and_bounds_stand_in_one_pair_of_braces);
	tcase_add_test(tc, what_is_slow_is_asked_for_by_those_who_may_wait);
	tcase_add_test(tc, a_text_needs_a_registry_and_a_buffer);
	suite_add_tcase(s, tc);

	return s;
}
