/**
 * @file test/proxy/user/user.c  One address-of-record with its bindings
 */
#include <string.h>
#include "test/test.h"
#include "proxy/user/user.h"


static struct binding *make(const char *contact)
{
	struct binding b, *copy = NULL;

	memset(&b, 0, sizeof(b));
	b.contact = (char *)contact;
	ck_assert_int_eq(binding_copy(&copy, &b, "a@b"), 0);

	return copy;
}


START_TEST(the_newest_is_first_and_all_are_counted)
{
	const struct pl aor = PL("a@b");
	struct binding *one = make("sip:1@b"), *two = make("sip:2@b");
	struct user *u = NULL;
	uint32_t count = 0;

	ck_assert_int_eq(user_alloc(&u, NULL, &count, &aor), 0);
	ck_assert_str_eq(u->aor, "a@b");
	user_take(u, one);
	user_take(u, two);
	ck_assert_uint_eq(count, 2);
	ck_assert_ptr_eq(list_ledata(u->bindingl.head), two);
	user_take(u, one);
	ck_assert_uint_eq(count, 2);
	ck_assert_ptr_eq(list_ledata(u->bindingl.head), one);

	user_drop(two);
	ck_assert_uint_eq(count, 1);
	ck_assert_ptr_null(two->user);
	mem_deref(two);

	mem_ref(one);
	mem_deref(u);
	ck_assert_uint_eq(count, 0);
	ck_assert_ptr_null(one->user);
	mem_deref(one);
}
END_TEST


START_TEST(no_memory_is_said)
{
	const struct pl aor = PL("a@b");
	struct user *u = NULL;
	uint32_t count = 0;

	oom_after(0);
	ck_assert_int_eq(user_alloc(&u, NULL, &count, &aor), ENOMEM);
	oom_after(-1);
	ck_assert_ptr_null(u);
}
END_TEST


Suite *suite_user(void);
Suite *suite_user(void)
{
	Suite *s = suite_create("user");
	TCase *tc = tcase_create("user");

	tcase_add_test(tc, the_newest_is_first_and_all_are_counted);
	tcase_add_test(tc, no_memory_is_said);
	suite_add_tcase(s, tc);

	return s;
}
