/**
 * @file test/proxy/admin/vitals.c  What is looked at every few seconds
 */
#include <errno.h>
#include <string.h>
#include "common/metrics.h"
#include "proxy/admin/vitals.h"
#include "test/relay/rig.h"
#include "test/test.h"

static struct rig rig;
static struct metrics *metrics;
static struct vitals *vitals;


static void setup(void)
{
	rig_open(&rig, NULL);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(vitals_alloc(&vitals, metrics, rig.relay, rig.timers),
			 0);
}


static void teardown(void)
{
	vitals = mem_deref(vitals);
	metrics = mem_deref(metrics);
	rig_close(&rig);
}


static uint64_t value(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


START_TEST(ports_that_become_fewer_have_an_end)
{
	ck_assert_uint_eq(value("relay_ports_exhaustion_seconds"),
			  METRICS_INFINITE);
	timers_advance(rig.timers, 60000);
	ck_assert_uint_eq(value("relay_ports_exhaustion_seconds"),
			  METRICS_INFINITE);
	rig_call(&rig);
	timers_advance(rig.timers, 5000);
	ck_assert_uint_lt(value("relay_ports_exhaustion_seconds"), 100000);
}
END_TEST


START_TEST(the_process_is_looked_at_again)
{
	counter_set(metrics_counter(metrics, "process_resident_memory_bytes"),
		    0);
	timers_advance(rig.timers, 5000);
	ck_assert_uint_gt(value("process_resident_memory_bytes"), 0);
}
END_TEST


START_TEST(what_is_slow_to_find_out_is_found_out_for_the_text)
{
	struct mbuf *mb = mbuf_alloc(8192);

	counter_set(metrics_counter(metrics, "process_open_fds"), 0);
	ck_assert_int_eq(metrics_text(metrics, mb), 0);
	ck_assert_uint_gt(value("process_open_fds"), 0);

	/* and not when nobody is there any more who knows how */
	vitals = mem_deref(vitals);
	ck_assert_int_eq(metrics_text(metrics, mb), 0);
	mem_deref(mb);
}
END_TEST


START_TEST(nothing_can_be_looked_at_without_its_parts)
{
	struct vitals *v = NULL;
	int n = 0, err;

	ck_assert_int_eq(vitals_alloc(NULL, metrics, NULL, rig.timers),
			 EINVAL);
	ck_assert_int_eq(vitals_alloc(&v, NULL, NULL, rig.timers), EINVAL);
	ck_assert_int_eq(vitals_alloc(&v, metrics, NULL, NULL), EINVAL);
	do {
		oom_after(n++);
		err = vitals_alloc(&v, metrics, NULL, rig.timers);
		oom_after(-1);
		ck_assert(!err || err == ENOMEM);
	} while (err);
	ck_assert_int_gt(n, 3);
	mem_deref(v);
}
END_TEST


Suite *suite_vitals(void);
Suite *suite_vitals(void)
{
	Suite *s = suite_create("vitals");
	TCase *tc = tcase_create("vitals");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, ports_that_become_fewer_have_an_end);
	tcase_add_test(tc, the_process_is_looked_at_again);
	tcase_add_test(tc, what_is_slow_to_find_out_is_found_out_for_the_text);
	tcase_add_test(tc, nothing_can_be_looked_at_without_its_parts);
	suite_add_tcase(s, tc);

	return s;
}
