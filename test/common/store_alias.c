/**
 * @file test/common/store_alias.c  Other names, and several changes at once
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/tempdir.h"
#include "common/store.h"


static char dir[TEMPDIR_SIZE];
static struct store *store;


static void put(const char *key)
{
	const struct store_row row = {.key = key};

	ck_assert_int_eq(store_account_put(store, &row), 0);
}


static void setup(void)
{
	tempdir_make(dir);
	ck_assert_int_eq(store_open(&store, dir, NULL, 0), 0);
	put("a@x");
	put("b@x");
}


static void teardown(void)
{
	store = mem_deref(store);
	tempdir_remove(dir);
}


static void print_handler(const char *alias, const char *aor, void *arg)
{
	(void)sprintf((char *)arg + strlen(arg), "%s=%s ", alias, aor);
}


static const char *all(const char *aor)
{
	static char buf[512];

	buf[0] = '\0';
	ck_assert_int_eq(store_alias_all(store, aor, print_handler, buf), 0);

	return buf;
}


START_TEST(a_name_belongs_to_one_account_and_goes_with_it)
{
	ck_assert_int_eq(store_alias_put(store, "1", "a@x"), 0);
	ck_assert_int_eq(store_alias_put(store, "2", "b@x"), 0);
	ck_assert_int_eq(store_alias_put(store, "3", "a@x"), 0);
	ck_assert_int_eq(store_alias_put(store, "1", "b@x"), EEXIST);
	ck_assert_int_eq(store_alias_put(store, "b@x", "a@x"), EEXIST);
	ck_assert_int_eq(store_alias_put(store, "4", "c@x"), ENOENT);
	ck_assert_str_eq(all(NULL), "1=a@x 2=b@x 3=a@x ");
	ck_assert_str_eq(all("a@x"), "1=a@x 3=a@x ");
	ck_assert_int_eq(store_alias_del(store, "1", "b@x"), ENOENT);
	ck_assert_int_eq(store_alias_del(store, "3", "a@x"), 0);
	ck_assert_int_eq(store_account_del(store, "a@x"), 0);
	ck_assert_str_eq(all(NULL), "2=b@x ");
	put("1");
	ck_assert_int_eq(store_alias_clear(store, "b@x"), 0);
	ck_assert_str_eq(all(NULL), "");
}
END_TEST


START_TEST(an_account_cannot_take_an_alias)
{
	const struct store_row row = {.key = "1"};

	ck_assert_int_eq(store_alias_put(store, "1", "a@x"), 0);
	ck_assert_int_eq(store_account_put(store, &row), EEXIST);
}
END_TEST


static void item_handler(const struct store_item *it, void *arg)
{
	(void)sprintf((char *)arg + strlen(arg), "%s ", it->key);
}


static void done_handler(int err, void *arg)
{
	(void)arg;
	ck_assert_int_eq(err, 0);
	re_cancel();
}


START_TEST(items_go_with_their_account)
{
	const struct store_item it = {"", "x", 0, "1"};
	char buf[64] = "";

	ck_assert_int_eq(
		store_items_replace(NULL, store, "a@x", &it, 1, NULL, NULL),
		0);
	ck_assert_int_eq(store_items_replace(NULL, store, "b@x", &it, 1,
					     done_handler, NULL),
			 0);
	ck_assert_int_eq(re_main(NULL), 0);
	ck_assert_int_eq(store_account_del(store, "a@x"), 0);
	ck_assert_int_eq(store_items_all(store, 1, item_handler, buf), 0);
	ck_assert_str_eq(buf, "b@x ");
}
END_TEST


START_TEST(several_changes_are_one_or_none)
{
	ck_assert_int_eq(store_begin(store), 0);
	ck_assert_int_eq(store_alias_put(store, "1", "a@x"), 0);
	ck_assert_int_eq(store_account_del(store, "b@x"), 0);
	ck_assert_int_eq(store_end(store, false), 0);
	ck_assert_str_eq(all(NULL), "");
	ck_assert_int_eq(store_alias_put(store, "1", "b@x"), 0);

	ck_assert_int_eq(store_begin(store), 0);
	ck_assert_int_eq(store_account_del(store, "b@x"), 0);
	ck_assert_int_eq(store_alias_put(store, "1", "a@x"), 0);
	ck_assert_int_eq(store_end(store, true), 0);
	ck_assert_str_eq(all(NULL), "1=a@x ");
}
END_TEST


START_TEST(of_two_that_change_one_waits_and_is_told)
{
	struct store *other = NULL;

	ck_assert_int_eq(store_open(&other, dir, NULL, 0), 0);
	ck_assert_int_eq(store_begin(other), 0);
	ck_assert_int_eq(store_begin(store), EBUSY);
	ck_assert_int_eq(store_account_del(store, "a@x"), EIO);
	ck_assert_int_eq(store_end(other, true), 0);
	ck_assert_int_eq(store_begin(store), 0);
	ck_assert_int_eq(store_end(store, true), 0);
	mem_deref(other);
}
END_TEST


START_TEST(nonsense_is_refused)
{
	ck_assert_int_eq(store_alias_put(NULL, "1", "a@x"), EINVAL);
	ck_assert_int_eq(store_alias_put(store, NULL, "a@x"), EINVAL);
	ck_assert_int_eq(store_alias_put(store, "1", NULL), EINVAL);
	ck_assert_int_eq(store_alias_del(store, NULL, "a@x"), EINVAL);
	ck_assert_int_eq(store_alias_del(NULL, "1", "a@x"), EINVAL);
	ck_assert_int_eq(store_alias_clear(store, NULL), EINVAL);
	ck_assert_int_eq(store_alias_clear(NULL, "a@x"), EINVAL);
	ck_assert_int_eq(store_alias_all(store, NULL, NULL, NULL), EINVAL);
	ck_assert_int_eq(store_alias_all(NULL, NULL, print_handler, NULL),
			 EINVAL);
	ck_assert_int_eq(store_begin(NULL), EINVAL);
	ck_assert_int_eq(store_end(NULL, true), EINVAL);
	ck_assert_int_eq(store_end(store, true), EIO);
	ck_assert_int_eq(store_end(store, false), 0);
}
END_TEST


Suite *suite_store_alias(void);
Suite *suite_store_alias(void)
{
	Suite *s = suite_create("store_alias");
	TCase *tc = tcase_create("store_alias");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 20);
	tcase_add_test(tc, a_name_belongs_to_one_account_and_goes_with_it);
	tcase_add_test(tc, an_account_cannot_take_an_alias);
	tcase_add_test(tc, items_go_with_their_account);
	tcase_add_test(tc, several_changes_are_one_or_none);
	tcase_add_test(tc, of_two_that_change_one_waits_and_is_told);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
