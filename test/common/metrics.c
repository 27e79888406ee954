/**
 * @file test/common/metrics.c  Counters
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include "test/test.h"
#include "common/metrics.h"


enum { THREADS = 4, ROUNDS = 20000 };


static void list_handler(const char *name, uint64_t value, void *arg)
{
	char *buf = arg;
	size_t len = strlen(buf);

	(void)snprintf(buf + len, 256 - len, "%s=%llu ", name,
		       (unsigned long long)value);
}


START_TEST(counters_are_listed_by_name_with_their_values)
{
	struct metrics *m = NULL;
	struct counter *b, *a;
	char buf[256] = "";

	ck_assert_int_eq(metrics_alloc(&m), 0);
	b = metrics_counter(m, "b_total");
	a = metrics_counter(m, "a_total");
	(void)metrics_counter(m, "c");
	counter_inc(a);
	counter_inc(a);
	counter_set(b, 7);
	counter_add(b, -3);

	metrics_apply(m, list_handler, buf);
	ck_assert_str_eq(buf, "a_total=2 b_total=4 c=0 ");
	mem_deref(m);
}
END_TEST


START_TEST(one_name_is_one_counter)
{
	struct metrics *m = NULL;

	ck_assert_int_eq(metrics_alloc(&m), 0);
	ck_assert_ptr_eq(metrics_counter(m, "x"), metrics_counter(m, "x"));
	ck_assert_ptr_ne(metrics_counter(m, "x"), metrics_counter(m, "xx"));
	mem_deref(m);
}
END_TEST


static const struct {
	const char *value, *name;
} labelv[] = {
	{"carrier", "peer_up{peer=\"carrier\"}"},
	{"", "peer_up{peer=\"\"}"},
	{"a\"b", "peer_up{peer=\"a\\\"b\"}"},
	{"a\\b", "peer_up{peer=\"a\\\\b\"}"},
	{"a\nb", "peer_up{peer=\"a\\nb\"}"},
	{"a}b", "peer_up{peer=\"a}b\"}"},
};


START_TEST(a_labels_value_is_any_text)
{
	struct metrics *m = NULL;

	ck_assert_int_eq(metrics_alloc(&m), 0);
	ck_assert_ptr_nonnull(
		metrics_labelled(m, "peer_up", "peer", labelv[_i].value));
	ck_assert_ptr_eq(
		metrics_labelled(m, "peer_up", "peer", labelv[_i].value),
		metrics_counter(m, labelv[_i].name));
	mem_deref(m);
}
END_TEST


START_TEST(a_histogram_is_no_counter)
{
	struct metrics *m = NULL;
	char buf[256] = "";

	ck_assert_int_eq(metrics_alloc(&m), 0);
	ck_assert_ptr_null(metrics_counter(m, "store_write_seconds"));
	ck_assert_ptr_null(metrics_histogram(m, "store_queue"));
	ck_assert_ptr_null(metrics_histogram(m, "unheard_of"));
	histogram_observe(metrics_histogram(m, "store_write_seconds"), 1);
	histogram_observe(metrics_histogram(m, "store_write_seconds"),
			  UINT32_MAX);
	metrics_apply(m, list_handler, buf);
	ck_assert_str_eq(buf, "store_queue=0 store_write_seconds=2 "
			      "unheard_of=0 ");
	mem_deref(m);
}
END_TEST


START_TEST(the_registry_has_a_bound)
{
	struct metrics *m = NULL;
	struct counter *last = NULL;

	ck_assert_int_eq(metrics_alloc(&m), 0);
	for (int i = METRICS_MAX; i > 0; i--) {
		char name[16];

		(void)snprintf(name, sizeof(name), "n%04d", i);
		last = metrics_counter(m, name);
		ck_assert_ptr_nonnull(last);
	}
	ck_assert_ptr_null(metrics_counter(m, "one_more"));
	ck_assert_ptr_eq(metrics_counter(m, "n0001"), last);
	mem_deref(m);
}
END_TEST


START_TEST(without_registry_or_counter_nothing_happens)
{
	ck_assert_int_eq(metrics_alloc(NULL), EINVAL);
	ck_assert_ptr_null(metrics_counter(NULL, "x"));
	counter_inc(NULL);
	counter_add(NULL, 1);
	counter_set(NULL, 1);
	ck_assert_uint_eq(counter_value(NULL), 0);
	metrics_apply(NULL, list_handler, NULL);
	ck_assert_ptr_null(metrics_labelled(NULL, "x", "y", "z"));
	ck_assert_ptr_null(metrics_histogram(NULL, "store_write_seconds"));
	histogram_observe(NULL, 1);
	metrics_collect(NULL, NULL, NULL);
	ck_assert_int_eq(metrics_print(NULL, NULL), EINVAL);
	ck_assert_int_eq(metrics_text(NULL, NULL), EINVAL);
}
END_TEST


START_TEST(without_memory_there_is_no_counter)
{
	struct metrics *m = NULL;

	oom_after(0);
	ck_assert_int_eq(metrics_alloc(&m), ENOMEM);
	ck_assert_ptr_null(m);

	oom_after(1);
	ck_assert_int_eq(metrics_alloc(&m), 0);
	ck_assert_ptr_null(metrics_counter(m, "x"));
	oom_after(1);
	ck_assert_ptr_nonnull(metrics_counter(m, "y"));
	ck_assert_ptr_null(metrics_counter(m, "x"));
	ck_assert_ptr_nonnull(metrics_counter(m, "x"));
	oom_after(-1);
	mem_deref(m);
}
END_TEST


static void *bump_thread(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		char name[16];

		counter_inc(metrics_counter(arg, "shared"));
		(void)snprintf(name, sizeof(name), "n%d", i % 50);
		counter_inc(metrics_counter(arg, name));
	}

	return NULL;
}


START_TEST(threads_lose_no_count)
{
	struct metrics *m = NULL;
	pthread_t tv[THREADS];

	ck_assert_int_eq(metrics_alloc(&m), 0);
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&tv[i], NULL, bump_thread, m),
				 0);
	for (int i = 0; i < THREADS; i++)
		(void)pthread_join(tv[i], NULL);

	ck_assert_uint_eq(counter_value(metrics_counter(m, "shared")),
			  THREADS * ROUNDS);
	ck_assert_uint_eq(counter_value(metrics_counter(m, "n7")),
			  THREADS * ROUNDS / 50);
	mem_deref(m);
}
END_TEST


Suite *suite_metrics(void);
Suite *suite_metrics(void)
{
	Suite *s = suite_create("metrics");
	TCase *tc = tcase_create("metrics");

	tcase_add_test(tc, counters_are_listed_by_name_with_their_values);
	tcase_add_test(tc, one_name_is_one_counter);
	test_table(tc, a_labels_value_is_any_text, labelv);
	tcase_add_test(tc, a_histogram_is_no_counter);
	tcase_add_test(tc, the_registry_has_a_bound);
	tcase_add_test(tc, without_registry_or_counter_nothing_happens);
	tcase_add_test(tc, without_memory_there_is_no_counter);
	tcase_add_test(tc, threads_lose_no_count);
	suite_add_tcase(s, tc);

	return s;
}
