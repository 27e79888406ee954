/**
 * @file test/proxy/user/replay.c  A nonce-count is good once
 */
#include <string.h>
#include "test/test.h"
#include "proxy/user/replay.h"


static const struct {
	const char *name;
	uint32_t ncv[6];
	int errv[6];
} orderv[] = {
	{"rising", {1, 2, 3, 4, 5, 6}, {0}},
	{"the same again",
	 {1, 1, 2, 2, 1, 3},
	 {0, EALREADY, 0, EALREADY, EALREADY, 0}},
	{"out of order", {3, 1, 2, 2, 5, 4}, {0, 0, 0, EALREADY, 0, 0}},
	{"the window's end",
	 {65, 2, 1, 66, 2, 3},
	 {0, 0, EALREADY, 0, EALREADY, 0}},
	{"far ahead",
	 {1, 1000, 1, 937, 936, 1000},
	 {0, 0, EALREADY, 0, EALREADY, EALREADY}},
	{"by 64", {1, 65, 1, 64, 64, 129}, {0, 0, EALREADY, 0, EALREADY, 0}},
	{"the highest",
	 {UINT32_MAX, UINT32_MAX, UINT32_MAX - 63, UINT32_MAX - 64, 0, 1},
	 {0, EALREADY, 0, EALREADY, EALREADY, EALREADY}},
};


START_TEST(a_count_is_good_once)
{
	const struct pl nonce = PL("nonce");
	struct replay *r = NULL;

	ck_assert_int_eq(replay_alloc(&r, 4), 0);
	for (size_t i = 0; i < 6; i++) {
		ck_assert_msg(replay_use(r, &nonce, orderv[_i].ncv[i]) ==
				      orderv[_i].errv[i],
			      "%s: %zu", orderv[_i].name, i);
	}
	mem_deref(r);
}
END_TEST


START_TEST(nonces_do_not_touch_each_other)
{
	const struct pl one = PL("one"), two = PL("two");
	struct replay *r = NULL;

	ck_assert_int_eq(replay_alloc(&r, 4), 0);
	ck_assert_int_eq(replay_use(r, &one, 1), 0);
	ck_assert_int_eq(replay_use(r, &two, 1), 0);
	ck_assert_int_eq(replay_use(r, &one, 1), EALREADY);
	ck_assert_int_eq(replay_use(r, &two, 1), EALREADY);
	mem_deref(r);
}
END_TEST


START_TEST(the_longest_unused_goes_first)
{
	const struct pl a = PL("a"), b = PL("b"), c = PL("c");
	struct replay *r = NULL;

	ck_assert_int_eq(replay_alloc(&r, 2), 0);
	ck_assert_int_eq(replay_use(r, &a, 1), 0);
	ck_assert_int_eq(replay_use(r, &b, 1), 0);
	ck_assert_int_eq(replay_use(r, &a, 2), 0);
	ck_assert_int_eq(replay_use(r, &c, 1), 0); /* b goes */
	ck_assert_int_eq(replay_use(r, &a, 2), EALREADY);
	ck_assert_int_eq(replay_use(r, &c, 1), EALREADY);
	ck_assert_int_eq(replay_use(r, &b, 1), 0);
	mem_deref(r);
}
END_TEST


START_TEST(nonsense_and_no_memory_are_refused)
{
	const struct pl a = PL("a"), none = PL_INIT;
	struct replay *r = NULL;

	ck_assert_int_eq(replay_alloc(NULL, 1), EINVAL);
	ck_assert_int_eq(replay_alloc(&r, 0), EINVAL);
	oom_after(0);
	ck_assert_int_eq(replay_alloc(&r, 1), ENOMEM);
	oom_after(-1);
	ck_assert_int_eq(replay_alloc(&r, 1), 0);
	ck_assert_int_eq(replay_use(NULL, &a, 1), EINVAL);
	ck_assert_int_eq(replay_use(r, NULL, 1), EINVAL);
	ck_assert_int_eq(replay_use(r, &none, 1), EINVAL);
	oom_after(0);
	ck_assert_int_eq(replay_use(r, &a, 1), ENOMEM);
	oom_after(-1);
	ck_assert_int_eq(replay_use(r, &a, 1), 0);
	mem_deref(r);
}
END_TEST


Suite *suite_replay(void);
Suite *suite_replay(void)
{
	Suite *s = suite_create("replay");
	TCase *tc = tcase_create("replay");

	test_table(tc, a_count_is_good_once, orderv);
	tcase_add_test(tc, nonces_do_not_touch_each_other);
	tcase_add_test(tc, the_longest_unused_goes_first);
	tcase_add_test(tc, nonsense_and_no_memory_are_refused);
	suite_add_tcase(s, tc);

	return s;
}
