/**
 * @file test/common/throttle_table.c  What is remembered of strangers
 */
#include <errno.h>
#include <string.h>
#include "common/throttle.h"
#include "test/test.h"


enum { MAX = 8, KEPT_MAX = 3 };

static struct throttle_table *table;


static void setup(void)
{
	ck_assert_int_eq(
		throttle_table_alloc(&table, MAX, sizeof(uint32_t), KEPT_MAX),
		0);
}


static void teardown(void)
{
	table = mem_deref(table);
}


static struct throttle_key key(uint32_t n)
{
	struct throttle_key k;

	memset(&k, 0, sizeof(k));
	memcpy(k.b, &n, sizeof(n));

	return k;
}


static uint32_t *get(uint32_t n)
{
	const struct throttle_key k = key(n);

	return throttle_table_get(table, &k);
}


static uint32_t *find(uint32_t n)
{
	const struct throttle_key k = key(n);

	return throttle_table_find(table, &k);
}


START_TEST(a_new_entry_is_zeroed_and_stays)
{
	uint32_t *p = get(1);

	ck_assert_uint_eq(*p, 0);
	*p = 77;
	ck_assert_ptr_eq(get(1), p);
	ck_assert_ptr_eq(find(1), p);
	ck_assert_uint_eq(*find(1), 77);
	ck_assert_ptr_null(find(2));
	ck_assert_uint_eq(throttle_table_count(table), 1);
}
END_TEST


START_TEST(a_full_table_forgets_who_was_quiet_the_longest)
{
	for (uint32_t i = 0; i < MAX; i++)
		*get(i) = i;
	(void)find(0);
	ck_assert_uint_eq(*get(100), 0);
	ck_assert_ptr_null(find(1));
	ck_assert_ptr_nonnull(find(0));
	ck_assert_ptr_nonnull(find(2));
	ck_assert_uint_eq(throttle_table_count(table), MAX);
}
END_TEST


START_TEST(those_kept_are_not_pushed_out)
{
	*get(1) = 11;
	*get(2) = 22;
	throttle_table_keep(table, get(1), true);
	throttle_table_keep(table, get(2), true);
	throttle_table_keep(table, get(2), true);
	for (uint32_t i = 100; i < 1000000; i++)
		(void)get(i);
	ck_assert_uint_eq(*find(1), 11);
	ck_assert_uint_eq(*find(2), 22);

	throttle_table_keep(table, find(1), false);
	for (uint32_t i = 100; i < 200; i++)
		(void)get(i);
	ck_assert_ptr_null(find(1));
	ck_assert_uint_eq(*find(2), 22);
}
END_TEST


START_TEST(no_more_are_kept_than_agreed)
{
	for (uint32_t i = 0; i <= KEPT_MAX; i++)
		throttle_table_keep(table, get(i), true);
	for (uint32_t i = 100; i < 200; i++)
		(void)get(i);
	ck_assert_ptr_null(find(0));
	for (uint32_t i = 1; i <= KEPT_MAX; i++)
		ck_assert_ptr_nonnull(find(i));
}
END_TEST


START_TEST(a_dropped_place_is_used_again)
{
	for (uint32_t i = 0; i < MAX; i++)
		*get(i) = 5;
	throttle_table_drop(table, find(3));
	throttle_table_keep(table, find(4), true);
	throttle_table_drop(table, find(4));
	ck_assert_ptr_null(find(3));
	ck_assert_ptr_null(find(4));
	ck_assert_uint_eq(*get(200), 0);
	ck_assert_uint_eq(*get(201), 0);
	for (uint32_t i = 0; i < 3; i++)
		ck_assert_ptr_nonnull(find(i));
	ck_assert_uint_eq(throttle_table_count(table), MAX);
}
END_TEST


static bool drop_even(const struct throttle_key *k, void *entry, void *arg)
{
	unsigned *seen = arg;
	(void)k;

	++*seen;
	if (*(uint32_t *)entry % 2 == 0)
		throttle_table_drop(table, entry);

	return *seen == 100;
}


START_TEST(a_walk_sees_each_once_and_may_drop_it)
{
	unsigned seen = 0;

	for (uint32_t i = 0; i < MAX; i++)
		*get(i) = i;
	throttle_table_keep(table, find(2), true);
	ck_assert_ptr_null(throttle_table_apply(table, drop_even, &seen));
	ck_assert_uint_eq(seen, MAX);
	ck_assert_uint_eq(throttle_table_count(table), MAX / 2);
	seen = 99;
	ck_assert_ptr_nonnull(throttle_table_apply(table, drop_even, &seen));
}
END_TEST


/* against a list that does the same the slow way */
START_TEST(a_long_mixed_life_breaks_nothing)
{
	uint32_t seed = 1;

	for (uint32_t n = 0; n < 200000; n++) {
		uint32_t *p;

		seed = seed * 1664525 + 1013904223;
		p = get((seed >> 8) % 20);
		ck_assert(*p == 0 || *p == (seed >> 8) % 20 + 1);
		*p = (seed >> 8) % 20 + 1;
		if (seed >> 28 == 1)
			throttle_table_drop(table, p);
		else if (seed >> 28 < 4)
			throttle_table_keep(table, p, seed >> 28 == 2);
		ck_assert_uint_le(throttle_table_count(table), MAX);
	}
}
END_TEST


START_TEST(nonsense_is_refused)
{
	struct throttle_table *t = NULL;
	const struct throttle_key k = key(1);

	ck_assert_int_eq(throttle_table_alloc(NULL, 8, 4, 2), EINVAL);
	ck_assert_int_eq(throttle_table_alloc(&t, 0, 4, 0), EINVAL);
	ck_assert_int_eq(throttle_table_alloc(&t, 8, 0, 2), EINVAL);
	ck_assert_int_eq(throttle_table_alloc(&t, 8, 4, 8), EINVAL);
	ck_assert_ptr_null(throttle_table_find(NULL, &k));
	ck_assert_ptr_null(throttle_table_get(NULL, &k));
	ck_assert_ptr_null(throttle_table_get(table, NULL));
	throttle_table_keep(NULL, NULL, true);
	throttle_table_drop(table, NULL);
	ck_assert_ptr_null(throttle_table_apply(table, NULL, NULL));
	ck_assert_uint_eq(throttle_table_count(NULL), 0);

	oom_after(0);
	ck_assert_int_eq(throttle_table_alloc(&t, 8, 4, 2), ENOMEM);
	oom_after(-1);
	ck_assert_ptr_null(t);
}
END_TEST


Suite *suite_throttle_table(void);
Suite *suite_throttle_table(void)
{
	Suite *s = suite_create("throttle_table");
	TCase *tc = tcase_create("throttle_table");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_new_entry_is_zeroed_and_stays);
	tcase_add_test(tc, a_full_table_forgets_who_was_quiet_the_longest);
	tcase_add_test(tc, those_kept_are_not_pushed_out);
	tcase_add_test(tc, no_more_are_kept_than_agreed);
	tcase_add_test(tc, a_dropped_place_is_used_again);
	tcase_add_test(tc, a_walk_sees_each_once_and_may_drop_it);
	tcase_add_test(tc, a_long_mixed_life_breaks_nothing);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
