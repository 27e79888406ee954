/**
 * @file test/proxy/sip/traffic.c  Was there a datagram?
 */
#include <errno.h>
#include "test/test.h"
#include "proxy/sip/traffic.h"


static struct traffic *t;
static struct sa a, b;


static void setup(void)
{
	ck_assert_int_eq(traffic_alloc(&t), 0);
	ck_assert_int_eq(sa_set_str(&a, "192.0.2.1", 1000), 0);
	ck_assert_int_eq(sa_set_str(&b, "192.0.2.1", 1001), 0);
}


static void teardown(void)
{
	t = mem_deref(t);
}


START_TEST(each_watch_sees_its_own_peer)
{
	struct traffic_watch x = {.t = NULL}, y = {.t = NULL}, z = {.t = NULL};

	traffic_note(t, &a, true);
	traffic_watch(t, &x, &a);
	traffic_watch(t, &y, &a);
	traffic_watch(t, &z, &b);
	traffic_note(t, &a, true);
	traffic_note(t, &a, false);
	traffic_note(t, &a, false);
	ck_assert_uint_eq(x.in, 1);
	ck_assert_uint_eq(x.out, 2);
	ck_assert_uint_eq(y.out, 2);
	ck_assert_uint_eq(z.in + z.out, 0);

	traffic_unwatch(&x);
	traffic_note(t, &a, true);
	ck_assert_uint_eq(x.in, 1);
	ck_assert_uint_eq(y.in, 2);

	/* anew */
	traffic_watch(t, &y, &b);
	traffic_note(t, &b, true);
	ck_assert_uint_eq(y.in, 1);
	ck_assert_uint_eq(y.out, 0);
	traffic_unwatch(&y);
	traffic_unwatch(&y);
	traffic_unwatch(&z);
}
END_TEST


START_TEST(either_may_go_first)
{
	struct traffic_watch x = {.t = NULL};

	traffic_watch(t, &x, &a);
	t = mem_deref(t);
	traffic_unwatch(&x);
	traffic_note(NULL, &a, true);
	traffic_watch(NULL, &x, &a);
	traffic_unwatch(&x);
	traffic_unwatch(NULL);
	oom_after(0);
	ck_assert_int_eq(traffic_alloc(&t), ENOMEM);
}
END_TEST


Suite *suite_traffic(void);
Suite *suite_traffic(void)
{
	Suite *s = suite_create("traffic");
	TCase *tc = tcase_create("traffic");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_watch_sees_its_own_peer);
	tcase_add_test(tc, either_may_go_first);
	suite_add_tcase(s, tc);

	return s;
}
