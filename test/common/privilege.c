/**
 * @file test/common/privilege.c  Capabilities that are needed to open things
 */
#include <pthread.h>
#include <stdio.h>
#include <linux/capability.h>
#include "common/privilege.h"
#include "common/thread.h"
#include "test/test.h"

static const struct {
	unsigned cap;
	bool dropped;
} capv[] = {
	{CAP_BPF, true},           {CAP_NET_ADMIN, true},
	{CAP_NET_RAW, true},       {CAP_SYS_ADMIN, true},
	{CAP_PERFMON, true},       {CAP_NET_BIND_SERVICE, false},
	{CAP_DAC_OVERRIDE, false},
};


static bool is_privileged(void)
{
	for (size_t i = 0; i < sizeof(capv) / sizeof(capv[0]); i++) {
		if (!privilege_has(capv[i].cap)) {
			(void)printf("skipped: privilege: has none\n");
			return false;
		}
	}

	return true;
}


static bool *found_in_thread(void *arg)
{
	bool *v = arg;

	for (size_t i = 0; i < sizeof(capv) / sizeof(capv[0]); i++)
		v[i] = privilege_has(capv[i].cap);

	return v;
}


static void *look(void *arg)
{
	privilege_take_admin();

	return found_in_thread(arg);
}


START_TEST(it_goes_for_good)
{
	if (!is_privileged())
		return;

	privilege_drop(false);
	privilege_take_admin();
	for (size_t i = 0; i < sizeof(capv) / sizeof(capv[0]); i++)
		ck_assert_int_eq(privilege_has(capv[i].cap), !capv[i].dropped);
}
END_TEST


START_TEST(one_can_be_put_aside)
{
	if (!is_privileged())
		return;

	privilege_drop(true);
	ck_assert(!privilege_has(CAP_NET_ADMIN));
	ck_assert(!privilege_has(CAP_BPF));
	privilege_take_admin();
	ck_assert(privilege_has(CAP_NET_ADMIN));
	ck_assert(!privilege_has(CAP_BPF));
}
END_TEST


START_TEST(threads_begin_without_them)
{
	bool v[sizeof(capv) / sizeof(capv[0])];
	pthread_t thread;

	if (!is_privileged())
		return;

	ck_assert_int_eq(thread_start(&thread, "viaduct-test", look, v), 0);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	for (size_t i = 0; i < sizeof(capv) / sizeof(capv[0]); i++) {
		ck_assert_int_eq(v[i], !capv[i].dropped);
		ck_assert(privilege_has(capv[i].cap));
	}
}
END_TEST


Suite *suite_privilege(void);
Suite *suite_privilege(void)
{
	Suite *s = suite_create("privilege");
	TCase *tc = tcase_create("privilege");

	tcase_add_test(tc, it_goes_for_good);
	tcase_add_test(tc, one_can_be_put_aside);
	tcase_add_test(tc, threads_begin_without_them);
	suite_add_tcase(s, tc);

	return s;
}
