/**
 * @file test/common/courier.c  HTTP POSTs without waiting
 */
#include <errno.h>
#include <string.h>
#include "common/courier.h"
#include "common/timer.h"
#include "test/mock/hook.h"
#include "test/mock/stack.h"
#include "test/mock/wire.h"
#include "test/test.h"

static struct timers *timers;
static struct courier *courier;
static struct hook hook;
static struct delivery *delivery;
static int err;
static unsigned status, calls;


static void setup(void)
{
	ck_assert_int_eq(timers_alloc_virtual(&timers, 5000), 0);
	ck_assert_int_eq(courier_alloc(&courier, timers, 2), 0);
	hook_open(&hook, 200);
	calls = 0;
}


static void teardown(void)
{
	delivery = mem_deref(delivery);
	courier = mem_deref(courier);
	hook_close(&hook);
	timers = mem_deref(timers);
}


static void handler(int e, unsigned s, void *arg)
{
	(void)arg;
	err = e;
	status = s;
	++calls;
	delivery = mem_deref(delivery);
}


static bool done(void *arg)
{
	(void)arg;

	return calls > 0;
}


static void post(const char *url, uint32_t ms)
{
	ck_assert_int_eq(courier_post(&delivery, courier, url, "{\"a\":1}", ms,
				      handler, NULL),
			 0);
	ck_assert_uint_eq(calls, 0);
	stack_run(timers, done, NULL);
	ck_assert_uint_eq(calls, 1);
}


static const unsigned statusv[] = {200, 204, 302, 404, 500};


START_TEST(a_text_is_posted_and_the_status_told)
{
	hook.status = statusv[_i];
	post(hook.url, 3000);
	ck_assert_int_eq(err, 0);
	ck_assert_uint_eq(status, statusv[_i]);
	ck_assert_str_eq(hook.body, "{\"a\":1}");
	ck_assert_str_eq(hook.head, "POST /wake application/json");
	ck_assert_uint_eq(hook.requests, 1);
}
END_TEST


START_TEST(a_silent_server_has_a_time)
{
	hook.status = 0;
	post(hook.url, 50);
	ck_assert_int_eq(err, ETIMEDOUT);
	ck_assert_uint_eq(status, 0);
}
END_TEST


static const struct {
	const char *url;
	int err;
} badv[] = {
	{"http://127.0.0.1:1/", ECONNREFUSED},
	{"ftp://127.0.0.1/", EPROTO},
	{"file:///etc/passwd", EPROTO},
	{"nonsense://", EPROTO},
};


START_TEST(where_there_is_no_way_that_is_told)
{
	post(badv[_i].url, 1000);
	ck_assert_int_eq(err, badv[_i].err);
}
END_TEST


/* what speaks no TLS is never posted to in the clear */
START_TEST(https_means_tls)
{
	char url[64];

	(void)re_snprintf(url, sizeof(url), "https%s", hook.url + 4);
	post(url, 1000);
	ck_assert_int_ne(err, 0);
	ck_assert_uint_eq(hook.requests, 0);
}
END_TEST


START_TEST(what_is_given_up_is_not_heard_of)
{
	struct delivery *other = NULL, *third = NULL;

	hook.status = 0;
	ck_assert_int_eq(courier_post(&delivery, courier, hook.url, "{}", 1000,
				      handler, NULL),
			 0);
	ck_assert_int_eq(courier_post(&other, courier, hook.url, "{}", 1000,
				      handler, NULL),
			 0);
	ck_assert_int_eq(courier_post(&third, courier, hook.url, "{}", 1000,
				      handler, NULL),
			 ENOSPC);
	stack_run(timers, NULL, NULL);
	delivery = mem_deref(delivery);
	stack_run(timers, NULL, NULL);
	ck_assert_int_eq(courier_post(&third, courier, hook.url, "{}", 1000,
				      handler, NULL),
			 0);
	mem_deref(other);
	mem_deref(third);
	stack_run(timers, NULL, NULL);
	ck_assert_uint_eq(calls, 0);

	/* the last to go takes the courier along */
	ck_assert_int_eq(courier_post(&delivery, courier, hook.url, "{}", 1000,
				      handler, NULL),
			 0);
	courier = mem_deref(courier);
	stack_run(timers, NULL, NULL);
}
END_TEST


START_TEST(nonsense_and_no_memory_are_refused)
{
	struct courier *c = NULL;
	int e = ENOMEM;

	ck_assert_int_eq(courier_alloc(NULL, timers, 1), EINVAL);
	ck_assert_int_eq(courier_alloc(&c, NULL, 1), EINVAL);
	ck_assert_int_eq(courier_alloc(&c, timers, 0), EINVAL);
	ck_assert_int_eq(
		courier_post(NULL, courier, hook.url, "", 1, handler, NULL),
		EINVAL);
	ck_assert_int_eq(
		courier_post(&delivery, NULL, hook.url, "", 1, handler, NULL),
		EINVAL);
	ck_assert_int_eq(
		courier_post(&delivery, courier, NULL, "", 1, handler, NULL),
		EINVAL);
	ck_assert_int_eq(courier_post(&delivery, courier, hook.url, NULL, 1,
				      handler, NULL),
			 EINVAL);
	ck_assert_int_eq(courier_post(&delivery, courier, hook.url, "", 0,
				      handler, NULL),
			 EINVAL);
	ck_assert_int_eq(
		courier_post(&delivery, courier, hook.url, "", 1, NULL, NULL),
		EINVAL);
	for (int n = 0; e; n++) {
		oom_after(n);
		e = courier_alloc(&c, timers, 1);
		oom_after(-1);
		ck_assert(!e || (e == ENOMEM && n < 5));
	}
	mem_deref(c);
	oom_after(0);
	ck_assert_int_eq(courier_post(&delivery, courier, hook.url, "", 1,
				      handler, NULL),
			 ENOMEM);
	oom_after(-1);
}
END_TEST


Suite *suite_courier(void);
Suite *suite_courier(void)
{
	Suite *s = suite_create("courier");
	TCase *tc = tcase_create("courier");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, a_text_is_posted_and_the_status_told, statusv);
	tcase_add_test(tc, a_silent_server_has_a_time);
	test_table(tc, where_there_is_no_way_that_is_told, badv);
	tcase_add_test(tc, https_means_tls);
	tcase_add_test(tc, what_is_given_up_is_not_heard_of);
	tcase_add_test(tc, nonsense_and_no_memory_are_refused);
	suite_add_tcase(s, tc);

	return s;
}
