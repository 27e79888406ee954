/**
 * @file test/common/process.c  What the system says of this process
 */
#include <errno.h>
#include <time.h>
#include <unistd.h>
#include "common/metrics.h"
#include "common/process.h"
#include "test/test.h"

static struct metrics *metrics;
static struct process *process;


static void setup(void)
{
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(process_alloc(&process, metrics), 0);
}


static void teardown(void)
{
	process = mem_deref(process);
	metrics = mem_deref(metrics);
}


static uint64_t value(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


START_TEST(it_is_known_from_the_start)
{
	const uint64_t now_ms = (uint64_t)time(NULL) * 1000;

	ck_assert_uint_gt(value("process_start_time_seconds"),
			  now_ms - 3600000);
	ck_assert_uint_le(value("process_start_time_seconds"), now_ms + 1000);
	ck_assert_uint_gt(value("process_resident_memory_bytes"), 100000);
	ck_assert_uint_gt(value("process_virtual_memory_bytes"),
			  value("process_resident_memory_bytes"));
	ck_assert_uint_gt(value("process_open_fds"), 2);
	ck_assert_uint_ge(value("process_max_fds"), value("process_open_fds"));
}
END_TEST


START_TEST(files_that_are_opened_are_counted)
{
	const uint64_t before = value("process_open_fds");
	const int fd = dup(0);

	ck_assert_int_ge(fd, 0);
	process_look_slowly(process);
	ck_assert_uint_eq(value("process_open_fds"), before + 1);
	(void)close(fd);
	process_look_slowly(process);
	ck_assert_uint_eq(value("process_open_fds"), before);
}
END_TEST


START_TEST(work_costs_time)
{
	const uint64_t before = value("process_cpu_seconds_total");

	for (unsigned i = 0;
	     i < 100000 && value("process_cpu_seconds_total") == before; i++)
		process_look(process);
	ck_assert_uint_gt(value("process_cpu_seconds_total"), before);
}
END_TEST


START_TEST(without_a_registry_or_memory_there_is_none)
{
	struct process *p = NULL;

	ck_assert_int_eq(process_alloc(NULL, metrics), EINVAL);
	ck_assert_int_eq(process_alloc(&p, NULL), EINVAL);
	oom_after(0);
	ck_assert_int_eq(process_alloc(&p, metrics), ENOMEM);
	oom_after(-1);
	process_look(NULL);
	process_look_slowly(NULL);
}
END_TEST


Suite *suite_process(void);
Suite *suite_process(void)
{
	Suite *s = suite_create("process");
	TCase *tc = tcase_create("process");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, it_is_known_from_the_start);
	tcase_add_test(tc, files_that_are_opened_are_counted);
	tcase_add_test(tc, work_costs_time);
	tcase_add_test(tc, without_a_registry_or_memory_there_is_none);
	suite_add_tcase(s, tc);

	return s;
}
