/**
 * @file test/proxy/user/account_edit.c  Made or changed, whole or not at all
 */
#include <errno.h>
#include <string.h>
#include "common/store.h"
#include "proxy/user/account_edit.h"
#include "proxy/user/account_json.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

#define ALICE "alice@example.net"

static char dir[TEMPDIR_SIZE];
static struct store *st;
static struct account_outcome out;
static struct account acc;


static void setup(void)
{
	tempdir_make(dir);
	ck_assert_int_eq(store_open(&st, dir, NULL, 0), 0);
}


static void teardown(void)
{
	st = mem_deref(st);
	tempdir_remove(dir);
}


static int edit(const char *password, bool add, bool replace, bool fresh,
		const struct account_change *v, size_t n)
{
	const struct account_edit e = {ALICE, password, v,    n,
				       add,   replace,  fresh};

	return account_edit(&out, st, &e);
}


static int get(void)
{
	struct pl pl;

	pl_set_str(&pl, ALICE);

	return account_get(&acc, st, &pl);
}


START_TEST(an_account_is_made_once)
{
	ck_assert_int_eq(edit("secret", false, false, false, NULL, 0), ENOENT);
	ck_assert_int_eq(edit(NULL, true, false, false, NULL, 0), EINVAL);
	ck_assert_int_eq(get(), ENOENT);
	ck_assert_int_eq(edit("secret", true, false, false, NULL, 0), 0);
	ck_assert(out.added);
	ck_assert_int_eq(edit("secret", true, false, false, NULL, 0), EEXIST);
	ck_assert_ptr_null(out.failed);
	ck_assert_int_eq(edit(NULL, true, true, false, NULL, 0), 0);
	ck_assert(!out.added);
}
END_TEST


START_TEST(what_is_not_named_stays_unless_it_is_made_afresh)
{
	const struct account_change name[] = {
		{.setting = SETTING_NAME, .value = "Alice"}};
	const struct account_change calls[] = {
		{.setting = SETTING_CALLS, .value = "3"}};
	char ha1[ACCOUNT_HA1_MAX];

	ck_assert_int_eq(edit("secret", true, false, false, name, 1), 0);
	ck_assert_int_eq(edit(NULL, false, false, false, calls, 1), 0);
	ck_assert_int_eq(get(), 0);
	ck_assert_str_eq(acc.set.name, "Alice");
	ck_assert_uint_eq(acc.set.calls_max, 3);
	(void)str_ncpy(ha1, acc.ha1_md5, sizeof(ha1));

	ck_assert_int_eq(edit(NULL, true, true, true, calls, 1), 0);
	ck_assert_int_eq(get(), 0);
	ck_assert_str_eq(acc.set.name, "");
	ck_assert_uint_eq(acc.set.calls_max, 3);
	ck_assert_str_eq(acc.ha1_md5, ha1);
}
END_TEST


START_TEST(what_cannot_be_done_undoes_all)
{
	const struct account_change v[] = {
		{.setting = SETTING_NAME, .value = "Alice"},
		{.kind = ACCOUNT_ALIAS_DEL, .alias = "100@example.net"},
	};
	const struct account_change bad[] = {
		{.setting = SETTING_CALLS, .value = "many"}};

	ck_assert_int_eq(edit("secret", true, false, false, NULL, 0), 0);
	ck_assert_int_eq(edit(NULL, false, false, false, v, 2), ENOENT);
	ck_assert_ptr_eq(out.failed, &v[1]);
	ck_assert_int_eq(edit(NULL, false, false, false, bad, 1), EBADMSG);
	ck_assert_ptr_null(out.failed);
	ck_assert_int_eq(get(), 0);
	ck_assert_str_eq(acc.set.name, "");
}
END_TEST


START_TEST(aliases_are_replaced)
{
	const struct account_change one[] = {
		{.kind = ACCOUNT_ALIAS_ADD, .alias = "100@example.net"}};
	const struct account_change two[] = {
		{.kind = ACCOUNT_ALIAS_CLEAR},
		{.kind = ACCOUNT_ALIAS_ADD, .alias = "+4930"},
	};
	json_t *obj = NULL, *aliases;

	ck_assert_int_eq(edit("secret", true, false, false, one, 1), 0);
	ck_assert_int_eq(edit(NULL, false, false, false, two, 2), 0);
	ck_assert_int_eq(account_json_read(&obj, st, ALICE), 0);
	aliases = json_object_get(obj, "aliases");
	ck_assert_uint_eq(json_array_size(aliases), 1);
	ck_assert_str_eq(json_string_value(json_array_get(aliases, 0)),
			 "+4930");
	ck_assert_ptr_null(json_object_get(obj, "ha1_md5"));
	json_decref(obj);
	ck_assert_int_eq(account_json_read(&obj, st, "x@example.net"), ENOENT);
}
END_TEST


Suite *suite_account_edit(void);
Suite *suite_account_edit(void)
{
	Suite *s = suite_create("account_edit");
	TCase *tc = tcase_create("account_edit");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, an_account_is_made_once);
	tcase_add_test(tc, what_is_not_named_stays_unless_it_is_made_afresh);
	tcase_add_test(tc, what_cannot_be_done_undoes_all);
	tcase_add_test(tc, aliases_are_replaced);
	suite_add_tcase(s, tc);

	return s;
}
