/**
 * @file test/common/unique.c  Numbers that nobody foresees
 */
#include <errno.h>
#include <stdlib.h>
#include "test/test.h"
#include "common/unique.h"

enum { NUMBERS = 1000 };


static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}


START_TEST(no_number_comes_twice_and_no_two_sources_agree)
{
	struct unique *a = NULL, *b = NULL;
	uint64_t v[2 * NUMBERS];

	ck_assert_int_eq(unique_alloc(&a), 0);
	ck_assert_int_eq(unique_alloc(&b), 0);
	for (size_t i = 0; i < NUMBERS; i++) {
		v[2 * i] = unique_next(a);
		v[2 * i + 1] = unique_next(b);
	}

	qsort(v, ARRAY_SIZE(v), sizeof(v[0]), compare);
	for (size_t i = 1; i < ARRAY_SIZE(v); i++)
		ck_assert_uint_ne(v[i - 1], v[i]);
	mem_deref(a);
	mem_deref(b);
}
END_TEST


START_TEST(without_memory_there_is_none)
{
	struct unique *u = NULL;

	ck_assert_int_eq(unique_alloc(NULL), EINVAL);
	oom_after(0);
	ck_assert_int_eq(unique_alloc(&u), ENOMEM);
	oom_after(-1);
	ck_assert_ptr_null(u);
}
END_TEST


Suite *suite_unique(void);
Suite *suite_unique(void)
{
	Suite *s = suite_create("unique");
	TCase *tc = tcase_create("unique");

	tcase_add_test(tc, no_number_comes_twice_and_no_two_sources_agree);
	tcase_add_test(tc, without_memory_there_is_none);
	suite_add_tcase(s, tc);

	return s;
}
