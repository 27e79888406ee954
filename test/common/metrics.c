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


START_TEST(without_registry_or_counter_nothing_happens)
{
	ck_assert_int_eq(metrics_alloc(NULL), EINVAL);
	ck_assert_ptr_null(metrics_counter(NULL, "x"));
	counter_inc(NULL);
	counter_add(NULL, 1);
	counter_set(NULL, 1);
	ck_assert_uint_eq(counter_value(NULL), 0);
	metrics_apply(NULL, list_handler, NULL);
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
	tcase_add_test(tc, without_registry_or_counter_nothing_happens);
	tcase_add_test(tc, without_memory_there_is_no_counter);
	tcase_add_test(tc, threads_lose_no_count);
	suite_add_tcase(s, tc);

	return s;
}
