/**
 * @file test/proxy/user/account_table.c  Many accounts in little memory
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test/test.h"
#include "proxy/user/account_table.h"


static void make(struct account *acc, const char *aor)
{
	memset(acc, 0, sizeof(*acc));
	ck_assert_int_eq(account_hash(acc, aor, aor), 0);
}


static int find(const struct account_table *t, struct account *acc,
		const char *name, bool alias)
{
	struct pl pl;

	pl_set_str(&pl, name);

	return account_table_find(t, acc, &pl, alias);
}


START_TEST(what_was_put_in_comes_out)
{
	struct account_table *t = NULL;
	struct account in, out;

	make(&in, "alice@example.net");
	in.set.disabled = true;
	in.set.calls_max = 10000;
	in.set.calls_per_minute = 9999;
	in.set.noanswer_s = 180;
	in.set.media = CONFIG_MEDIA_DIRECT;
	(void)strcpy(in.set.name, "Alice");
	memset(in.set.allow, '1', sizeof(in.set.allow) - 1);
	memset(in.set.forward_all, '2', sizeof(in.set.allow) - 1);
	memset(in.set.forward_busy, '3', sizeof(in.set.allow) - 1);
	memset(in.set.forward_noanswer, '4', sizeof(in.set.allow) - 1);
	memset(in.set.forward_offline, '5', sizeof(in.set.allow) - 1);

	ck_assert_int_eq(account_table_alloc(&t, 1, 1), 0);
	ck_assert_int_eq(account_table_add(t, &in), 0);
	ck_assert_int_eq(account_table_alias(t, "1", "alice@example.net"), 0);
	memset(&out, 'x', sizeof(out));
	ck_assert_int_eq(find(t, &out, "alice@example.net", false), 0);
	ck_assert_mem_eq(&in, &out, sizeof(in));
	ck_assert_int_eq(find(t, &out, "1", true), 0);
	ck_assert_mem_eq(&in, &out, sizeof(in));
	ck_assert_int_eq(find(t, &out, "1", false), ENOENT);
	ck_assert_int_eq(find(t, &out, "2", true), ENOENT);
	ck_assert_int_eq(find(t, &out, "", true), ENOENT);
	mem_deref(t);
}
END_TEST


START_TEST(a_table_has_the_size_that_was_said)
{
	struct account_table *t = NULL;
	struct account acc;

	ck_assert_int_eq(account_table_alloc(&t, 1, 1), 0);
	make(&acc, "a@x");
	ck_assert_int_eq(account_table_alias(t, "1", "a@x"), ENOENT);
	ck_assert_int_eq(account_table_add(t, &acc), 0);
	ck_assert_int_eq(account_table_add(t, &acc), EEXIST);
	ck_assert_int_eq(account_table_alias(t, "a@x", "a@x"), EEXIST);
	ck_assert_int_eq(account_table_alias(t, "1", "a@x"), 0);
	ck_assert_int_eq(account_table_alias(t, "2", "1"), ENOENT);
	ck_assert_int_eq(account_table_alias(t, "2", "a@x"), ENOSPC);
	make(&acc, "b@x");
	ck_assert_int_eq(account_table_add(t, &acc), ENOSPC);
	ck_assert_uint_eq(account_table_count(t), 1);
	ck_assert_uint_gt(account_table_size(t), 0);
	mem_deref(t);
	ck_assert_int_eq(account_table_alloc(NULL, 1, 1), EINVAL);
	ck_assert_int_eq(account_table_alloc(&t, SIZE_MAX, 1), EINVAL);
	ck_assert_uint_eq(account_table_count(NULL), 0);
	ck_assert_uint_eq(account_table_size(NULL), 0);
	ck_assert_int_eq(find(NULL, &acc, "a@x", true), ENOENT);
}
END_TEST


START_TEST(many_are_all_found)
{
	enum { N = 5000 };
	struct account_table *t = NULL;
	struct account acc;
	char aor[32], alias[32];

	make(&acc, "a@x");
	ck_assert_int_eq(account_table_alloc(&t, N, N), 0);
	for (unsigned i = 0; i < N; i++) {
		(void)snprintf(acc.aor, sizeof(acc.aor), "%u@x", i);
		(void)snprintf(alias, sizeof(alias), "+%u", i);
		ck_assert_int_eq(account_table_add(t, &acc), 0);
		ck_assert_int_eq(account_table_alias(t, alias, acc.aor), 0);
	}
	for (unsigned i = 0; i < N; i++) {
		(void)snprintf(aor, sizeof(aor), "%u@x", i);
		(void)snprintf(alias, sizeof(alias), "+%u", i);
		ck_assert_int_eq(find(t, &acc, alias, true), 0);
		ck_assert_str_eq(acc.aor, aor);
		ck_assert_int_eq(find(t, &acc, aor, false), 0);
		ck_assert_str_eq(acc.aor, aor);
	}
	ck_assert_int_eq(find(t, &acc, "5000@x", true), ENOENT);
	ck_assert_uint_lt(account_table_size(t) / N, 500);
	mem_deref(t);
}
END_TEST


START_TEST(out_of_memory_is_said)
{
	struct account acc;
	unsigned failed = 0;

	make(&acc, "a@x");
	for (int n = 0; n < 6; n++) {
		struct account_table *t = NULL;
		int err;

		oom_after(n);
		err = account_table_alloc(&t, 400, 0);
		for (int i = 0; i < 300 && !err; i++) {
			(void)snprintf(acc.aor, sizeof(acc.aor), "%d@x", i);
			err = account_table_add(t, &acc);
		}
		oom_after(-1);
		ck_assert(!err || err == ENOMEM);
		failed += err != 0;
		mem_deref(t);
	}
	ck_assert_uint_ge(failed, 4);
}
END_TEST


Suite *suite_account_table(void);
Suite *suite_account_table(void)
{
	Suite *s = suite_create("account_table");
	TCase *tc = tcase_create("account_table");

	tcase_add_test(tc, what_was_put_in_comes_out);
	tcase_add_test(tc, a_table_has_the_size_that_was_said);
	tcase_add_test(tc, many_are_all_found);
	tcase_add_test(tc, out_of_memory_is_said);
	suite_add_tcase(s, tc);

	return s;
}
