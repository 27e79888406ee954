/**
 * @file test/relay/kernel/spare.c  Numbers of slots that are free
 */
#include <errno.h>
#include "relay/kernel/spare.h"
#include "test/test.h"

enum { MAX = 4, GRACE_US = 100000 };


START_TEST(all_are_given_out_once)
{
	struct spare *s = NULL;
	bool seen[MAX] = {false};
	uint32_t n = 99;

	ck_assert_int_eq(spare_alloc(NULL, MAX), EINVAL);
	ck_assert_int_eq(spare_alloc(&s, 0), EINVAL);
	ck_assert_int_eq(spare_alloc(&s, MAX), 0);
	for (int i = 0; i < MAX; i++) {
		ck_assert_int_eq(spare_take(s, &n, 1), 0);
		ck_assert_uint_lt(n, MAX);
		ck_assert(!seen[n]);
		seen[n] = true;
	}
	ck_assert_int_eq(spare_take(s, &n, UINT64_MAX), ENOSPC);
	mem_deref(s);
}
END_TEST


START_TEST(what_comes_back_rests_before_it_is_used_anew)
{
	struct spare *s = NULL;
	uint32_t n;

	ck_assert_int_eq(spare_alloc(&s, 2), 0);
	ck_assert_int_eq(spare_take(s, &n, 1), 0);
	ck_assert_int_eq(spare_take(s, &n, 1), 0);
	spare_give(s, 1, 1000);
	ck_assert_int_eq(spare_take(s, &n, 1000 + GRACE_US - 1), ENOSPC);
	ck_assert_int_eq(spare_take(s, &n, 1000 + GRACE_US), 0);
	ck_assert_uint_eq(n, 1);

	/* the longest free first, around the ring */
	for (uint32_t i = 0; i < 10; i++) {
		const uint64_t at_us = (uint64_t)(i + 2) * 10 * GRACE_US;

		spare_give(s, 0, at_us);
		spare_give(s, 1, at_us + 1);
		ck_assert_int_eq(spare_take(s, &n, at_us + GRACE_US), 0);
		ck_assert_uint_eq(n, 0);
		ck_assert_int_eq(spare_take(s, &n, at_us + GRACE_US), ENOSPC);
		ck_assert_int_eq(spare_take(s, &n, at_us + GRACE_US + 1), 0);
		ck_assert_uint_eq(n, 1);
	}
	mem_deref(s);
}
END_TEST


START_TEST(without_memory_there_are_none)
{
	struct spare *s = NULL;

	for (int i = 0; i < 2; i++) {
		oom_after(i);
		ck_assert_int_eq(spare_alloc(&s, MAX), ENOMEM);
		ck_assert_ptr_null(s);
	}
	oom_after(-1);
}
END_TEST


Suite *suite_spare(void);
Suite *suite_spare(void)
{
	Suite *s = suite_create("spare");
	TCase *tc = tcase_create("spare");

	tcase_add_test(tc, all_are_given_out_once);
	tcase_add_test(tc, what_comes_back_rests_before_it_is_used_anew);
	tcase_add_test(tc, without_memory_there_are_none);
	suite_add_tcase(s, tc);

	return s;
}
