/**
 * @file test/common/rotation.c  Servers tried in order; a failed one rests
 */
#include <string.h>
#include "test/test.h"
#include "common/rotation.h"
#include "common/timer.h"


enum { REST_MS = 10000 };

static struct timers *timers;
static struct rotation *r;


static void setup(void)
{
	struct config_addr v[3];

	memset(v, 0, sizeof(v));
	for (uint16_t i = 0; i < 3; i++)
		ck_assert_int_eq(sa_set_str(&v[i].sa, "192.0.2.1", 5060 + i),
				 0);

	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	ck_assert_int_eq(rotation_alloc(&r, v, 3, REST_MS, timers), 0);
}


static void teardown(void)
{
	r = mem_deref(r);
	timers = mem_deref(timers);
}


static int next(size_t from)
{
	size_t i;

	return rotation_next(&i, r, from) ? -1 : (int)i;
}


START_TEST(servers_are_taken_in_their_order)
{
	ck_assert_uint_eq(rotation_count(r), 3);
	ck_assert_int_eq(next(0), 0);
	ck_assert_int_eq(next(0), 0);
	ck_assert_int_eq(next(1), 1);
	ck_assert_int_eq(next(3), -1);
	ck_assert_uint_eq(sa_port(&rotation_server(r, 2)->sa), 5062);
	ck_assert_ptr_null(rotation_server(r, 3));
}
END_TEST


START_TEST(a_failed_server_is_left_alone_while_it_rests)
{
	rotation_fail(r, 0);
	ck_assert_uint_eq(rotation_rests(r, 0), REST_MS);
	ck_assert_uint_eq(rotation_rests(r, 1), 0);
	ck_assert_uint_eq(rotation_rests(NULL, 0), 0);
	ck_assert_int_eq(next(0), 1);
	timers_advance(timers, REST_MS - 1);
	ck_assert_int_eq(next(0), 1);
}
END_TEST


START_TEST(after_its_rest_one_caller_probes_it)
{
	rotation_fail(r, 0);
	timers_advance(timers, REST_MS);
	ck_assert_int_eq(next(0), 0);
	ck_assert_int_eq(next(0), 1);

	rotation_succeed(r, 0);
	ck_assert_int_eq(next(0), 0);
	ck_assert_int_eq(next(0), 0);
}
END_TEST


START_TEST(a_failed_probe_makes_it_rest_again)
{
	rotation_fail(r, 0);
	timers_advance(timers, REST_MS);
	ck_assert_int_eq(next(0), 0);
	rotation_fail(r, 0);
	ck_assert_int_eq(next(0), 1);
	timers_advance(timers, REST_MS);
	ck_assert_int_eq(next(0), 0);
}
END_TEST


START_TEST(a_probe_that_was_given_up_leaves_it_to_others)
{
	rotation_fail(r, 0);
	timers_advance(timers, REST_MS);
	ck_assert_int_eq(next(0), 0);
	rotation_release(r, 0);
	ck_assert_int_eq(next(0), 0);
}
END_TEST


START_TEST(when_all_rest_there_is_none)
{
	for (size_t i = 0; i < 3; i++)
		rotation_fail(r, i);

	ck_assert_int_eq(next(0), -1);
}
END_TEST


START_TEST(nonsense_is_refused)
{
	struct rotation *x = NULL;
	size_t i;

	ck_assert_int_eq(rotation_alloc(NULL, NULL, 0, 0, timers), EINVAL);
	ck_assert_int_eq(rotation_alloc(&x, NULL, 1, 0, timers), EINVAL);
	ck_assert_int_eq(
		rotation_alloc(&x, NULL, CONFIG_SERVER_MAX + 1, 0, timers),
		EINVAL);
	ck_assert_int_eq(rotation_next(&i, NULL, 0), EINVAL);
	rotation_fail(r, 3);
	rotation_succeed(r, 3);
	rotation_release(NULL, 0);

	ck_assert_int_eq(rotation_alloc(&x, NULL, 0, 0, timers), 0);
	ck_assert_int_eq(rotation_next(&i, x, 0), ENOENT);
	mem_deref(x);
}
END_TEST


Suite *suite_rotation(void);
Suite *suite_rotation(void)
{
	Suite *s = suite_create("rotation");
	TCase *tc = tcase_create("rotation");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, servers_are_taken_in_their_order);
	tcase_add_test(tc, a_failed_server_is_left_alone_while_it_rests);
	tcase_add_test(tc, after_its_rest_one_caller_probes_it);
	tcase_add_test(tc, a_failed_probe_makes_it_rest_again);
	tcase_add_test(tc, a_probe_that_was_given_up_leaves_it_to_others);
	tcase_add_test(tc, when_all_rest_there_is_none);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
