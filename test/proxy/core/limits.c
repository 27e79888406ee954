/**
 * @file test/proxy/core/limits.c  How many calls an account may make
 */
#include <errno.h>
#include <string.h>
#include "common/timer.h"
#include "proxy/core/limits.h"
#include "test/test.h"


static struct config conf;
static struct timers *timers;
static struct limits *limits;
static struct account alice = {.aor = "alice@example.net"};
static struct account bob = {.aor = "bob@example.net"};


static void setup(void)
{
	memset(&conf, 0, sizeof(conf));
	conf.limit.calls = 3;
	conf.limit.calls_per_minute = 6;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	ck_assert_int_eq(limits_alloc(&limits, &conf, timers, NULL, NULL), 0);
}


static void teardown(void)
{
	limits = mem_deref(limits);
	ck_assert_uint_eq(timers_pending(timers), 0);
	timers = mem_deref(timers);
}


static int begin(void **slotp, const struct account *acc)
{
	return limits_admit(slotp, limits, acc, false);
}


START_TEST(so_many_at_once)
{
	void *slotv[4];

	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(begin(&slotv[i], &alice), 0);
	ck_assert_int_eq(begin(&slotv[3], &alice), EBUSY);
	ck_assert_int_eq(begin(&slotv[3], &bob), 0);
	ck_assert_uint_eq(limits_calls(limits, "alice@example.net"), 3);

	mem_deref(slotv[1]);
	ck_assert_uint_eq(limits_calls(limits, "alice@example.net"), 2);
	ck_assert_int_eq(begin(&slotv[1], &alice), 0);
	for (int i = 0; i < 4; i++)
		mem_deref(slotv[i]);
	ck_assert_uint_eq(limits_calls(limits, "alice@example.net"), 0);
}
END_TEST


START_TEST(a_place_may_be_held_twice)
{
	void *slot;

	ck_assert_int_eq(begin(&slot, &alice), 0);
	(void)mem_ref(slot);
	mem_deref(slot);
	ck_assert_uint_eq(limits_calls(limits, "alice@example.net"), 1);
	mem_deref(slot);
	ck_assert_uint_eq(limits_calls(limits, "alice@example.net"), 0);
}
END_TEST


START_TEST(so_many_a_minute)
{
	void *slot;

	for (int i = 0; i < 6; i++) {
		ck_assert_int_eq(begin(&slot, &alice), 0);
		mem_deref(slot);
	}
	ck_assert_int_eq(begin(&slot, &alice), EAGAIN);
	timers_advance(timers, 10000);
	ck_assert_int_eq(begin(&slot, &alice), 0);
	mem_deref(slot);
	ck_assert_int_eq(begin(&slot, &alice), EAGAIN);
}
END_TEST


START_TEST(an_account_has_limits_of_its_own)
{
	struct account pbx = {.aor = "pbx@example.net"};
	void *slotv[20];

	pbx.set.calls_max = 20;
	pbx.set.calls_per_minute = 600;
	for (int i = 0; i < 20; i++)
		ck_assert_int_eq(begin(&slotv[i], &pbx), 0);
	ck_assert_int_eq(begin(&slotv[0], &pbx), EBUSY);
	for (int i = 0; i < 20; i++)
		mem_deref(slotv[i]);
}
END_TEST


START_TEST(no_limit_is_none)
{
	void *slotv[100];

	conf.limit.calls = conf.limit.calls_per_minute = 0;
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(begin(&slotv[i], &alice), 0);
	for (int i = 0; i < 100; i++)
		mem_deref(slotv[i]);
}
END_TEST


START_TEST(an_emergency_is_never_refused)
{
	void *slotv[10];

	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(limits_admit(&slotv[i], limits, &alice, true),
				 0);
	ck_assert_int_eq(begin(&slotv[0], &alice), EBUSY);
	for (int i = 0; i < 10; i++)
		mem_deref(slotv[i]);
}
END_TEST


START_TEST(who_does_not_call_is_forgotten_and_no_sooner)
{
	void *slot;

	for (int i = 0; i < 6; i++) {
		ck_assert_int_eq(begin(&slot, &alice), 0);
		mem_deref(slot);
	}
	ck_assert_uint_eq(timers_pending(timers), 1);
	timers_advance(timers, 59000);
	ck_assert_uint_eq(timers_pending(timers), 1);
	timers_advance(timers, 2000);
	ck_assert_uint_eq(timers_pending(timers), 0);
	ck_assert_int_eq(begin(&slot, &alice), 0);
	timers_advance(timers, 600000);
	ck_assert_uint_eq(limits_calls(limits, "alice@example.net"), 1);
	mem_deref(slot);
}
END_TEST


START_TEST(a_place_outlives_the_limits)
{
	void *slot;

	ck_assert_int_eq(begin(&slot, &alice), 0);
	limits = mem_deref(limits);
	mem_deref(slot);
}
END_TEST


START_TEST(nonsense_and_no_memory)
{
	struct limits *l = NULL;
	void *slot = NULL;

	ck_assert_int_eq(limits_admit(NULL, limits, &alice, false), EINVAL);
	ck_assert_int_eq(limits_admit(&slot, NULL, &alice, false), EINVAL);
	ck_assert_int_eq(limits_admit(&slot, limits, NULL, false), EINVAL);
	ck_assert_int_eq(limits_alloc(NULL, &conf, timers, NULL, NULL),
			 EINVAL);
	ck_assert_uint_eq(limits_calls(NULL, "x"), 0);
	for (int i = 0; i < 2; i++) {
		oom_after(i);
		ck_assert_int_eq(begin(&slot, &alice), ENOMEM);
	}
	oom_after(0);
	ck_assert_int_eq(limits_alloc(&l, &conf, timers, NULL, NULL), ENOMEM);
	oom_after(-1);
	ck_assert_ptr_null(slot);
}
END_TEST


Suite *suite_limits(void);
Suite *suite_limits(void)
{
	Suite *s = suite_create("limits");
	TCase *tc = tcase_create("limits");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, so_many_at_once);
	tcase_add_test(tc, a_place_may_be_held_twice);
	tcase_add_test(tc, so_many_a_minute);
	tcase_add_test(tc, an_account_has_limits_of_its_own);
	tcase_add_test(tc, no_limit_is_none);
	tcase_add_test(tc, an_emergency_is_never_refused);
	tcase_add_test(tc, who_does_not_call_is_forgotten_and_no_sooner);
	tcase_add_test(tc, a_place_outlives_the_limits);
	tcase_add_test(tc, nonsense_and_no_memory);
	suite_add_tcase(s, tc);

	return s;
}
