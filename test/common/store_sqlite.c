/**
 * @file test/common/store_sqlite.c  What outlives the process
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "test/test.h"
#include "test/mock/tempdir.h"
#include "common/store.h"


static char dir[TEMPDIR_SIZE];


static void setup(void)
{
	tempdir_make(dir);
}


static void teardown(void)
{
	tempdir_remove(dir);
}


static struct store *open_store(void)
{
	char msg[256] = "";
	struct store *s = NULL;
	const int err = store_open(&s, dir, msg, sizeof(msg));

	ck_assert_msg(!err, "%s", msg);

	return s;
}


static void copy_handler(const struct store_row *row, void *arg)
{
	char *buf = arg;

	(void)sprintf(buf + strlen(buf), "%s=%s,%s;", row->key, row->colv[0],
		      row->colv[1] ? row->colv[1] : "-");
}


static int get(struct store *s, const char *key, char *buf)
{
	struct pl pl;

	pl_set_str(&pl, key);
	buf[0] = '\0';

	return store_account_get(s, &pl, copy_handler, buf);
}


START_TEST(an_account_comes_and_goes)
{
	const struct store_row row = {"a@b", {"1", NULL, "3", "4"}};
	const struct store_row other = {"a@b", {"5", "6", NULL, NULL}};
	struct store *s = open_store();
	char buf[256];

	ck_assert_int_eq(get(s, "a@b", buf), ENOENT);
	ck_assert_int_eq(store_account_put(s, &row), 0);
	ck_assert_int_eq(get(s, "a@b", buf), 0);
	ck_assert_str_eq(buf, "a@b=1,-;");
	ck_assert_int_eq(get(s, "A@b", buf), ENOENT);

	ck_assert_int_eq(store_account_put(s, &other), EEXIST);
	ck_assert_int_eq(get(s, "a@b", buf), 0);
	ck_assert_str_eq(buf, "a@b=1,-;");
	ck_assert_int_eq(store_account_set(s, &other), 0);
	ck_assert_int_eq(get(s, "a@b", buf), 0);
	ck_assert_str_eq(buf, "a@b=5,6;");

	ck_assert_int_eq(store_account_del(s, "a@b"), 0);
	ck_assert_int_eq(store_account_del(s, "a@b"), ENOENT);
	ck_assert_int_eq(get(s, "a@b", buf), ENOENT);
	mem_deref(s);
}
END_TEST


START_TEST(all_are_sorted)
{
	const struct store_row rowv[] = {{"c@x", {"3", NULL, NULL, NULL}},
					 {"a@x", {"1"}},
					 {"b@x", {"2", NULL, NULL, NULL}}};
	struct store *s = open_store();
	char buf[256] = "";

	ck_assert_int_eq(store_account_all(s, copy_handler, buf), 0);
	ck_assert_str_eq(buf, "");
	for (size_t i = 0; i < 3; i++)
		ck_assert_int_eq(store_account_put(s, &rowv[i]), 0);
	ck_assert_int_eq(store_account_all(s, copy_handler, buf), 0);
	ck_assert_str_eq(buf, "a@x=1,-;b@x=2,-;c@x=3,-;");
	mem_deref(s);
}
END_TEST


START_TEST(a_key_is_data_not_sql)
{
	const struct store_row row = {"x'; DROP TABLE accounts; --", {"1"}};
	struct store *s = open_store();
	char buf[256];

	ck_assert_int_eq(store_account_put(s, &row), 0);
	ck_assert_int_eq(get(s, "x'; DROP TABLE accounts; --", buf), 0);
	mem_deref(s);
}
END_TEST


START_TEST(what_another_process_writes_is_seen_at_once)
{
	const struct store_row row = {"a@b", {"1"}};
	struct store *s = open_store();
	char buf[256];
	int status;
	pid_t pid;

	ck_assert_int_eq(get(s, "a@b", buf), ENOENT);
	pid = fork();
	if (!pid) {
		struct store *t = NULL;

		if (store_open(&t, dir, NULL, 0) || store_account_put(t, &row))
			_exit(1);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(get(s, "a@b", buf), 0);
	mem_deref(s);
}
END_TEST


START_TEST(those_who_start_at_once_agree_on_the_secret)
{
	enum { N = 8 };
	uint8_t secretv[N][32], own[32];
	int fdv[2], status;
	struct store *s;

	ck_assert_int_eq(pipe(fdv), 0);
	for (int i = 0; i < N; i++) {
		if (fork())
			continue;
		char msg[256] = "secret";

		if (store_open(&s, dir, msg, sizeof(msg)) ||
		    store_secret(s, own) ||
		    write(fdv[1], own, sizeof(own)) != (ssize_t)sizeof(own)) {
			(void)fprintf(stderr, "%s\n", msg);
			_exit(1);
		}
		_exit(0);
	}
	for (int i = 0; i < N; i++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
		ck_assert_int_eq(read(fdv[0], secretv[i], 32), 32);
	}
	s = open_store();
	ck_assert_int_eq(store_secret(s, own), 0);
	for (int i = 0; i < N; i++)
		ck_assert_int_eq(memcmp(own, secretv[i], 32), 0);
	mem_deref(s);
}
END_TEST


START_TEST(a_store_is_there_again)
{
	const struct store_row row = {"a@b", {"1"}};
	struct store *s = open_store();
	uint8_t before[32], after[32];
	char buf[256];

	ck_assert_int_eq(store_account_put(s, &row), 0);
	ck_assert_int_eq(store_secret(s, before), 0);
	mem_deref(s);
	s = open_store();
	ck_assert_int_eq(store_secret(s, after), 0);
	ck_assert_int_eq(memcmp(before, after, 32), 0);
	ck_assert_int_eq(get(s, "a@b", buf), 0);
	mem_deref(s);
}
END_TEST


START_TEST(nonsense_is_refused)
{
	const struct store_row row = {NULL, {NULL, NULL, NULL, NULL}};
	struct store *s = open_store();
	const struct pl none = PL_INIT;
	uint8_t secret[32];
	char buf[8];

	ck_assert_int_eq(store_open(NULL, dir, NULL, 0), EINVAL);
	ck_assert_int_eq(store_open(&s, NULL, NULL, 0), EINVAL);
	ck_assert_int_eq(store_open(&s, "", buf, sizeof(buf)), EINVAL);
	ck_assert_int_eq(store_account_put(NULL, &row), EINVAL);
	ck_assert_int_eq(store_account_put(s, NULL), EINVAL);
	ck_assert_int_eq(store_account_put(s, &row), EINVAL);
	ck_assert_int_eq(store_account_get(s, NULL, copy_handler, buf),
			 EINVAL);
	ck_assert_int_eq(store_account_get(s, &none, copy_handler, buf),
			 EINVAL);
	ck_assert_int_eq(store_account_del(s, NULL), EINVAL);
	ck_assert_int_eq(store_account_all(s, NULL, NULL), EINVAL);
	ck_assert_int_eq(store_secret(s, NULL), EINVAL);
	ck_assert_int_eq(store_secret(NULL, secret), EINVAL);
	mem_deref(s);
}
END_TEST


START_TEST(out_of_memory_is_said)
{
	struct store *s = NULL;

	oom_after(0);
	ck_assert_int_eq(store_open(&s, dir, NULL, 0), ENOMEM);
	oom_after(-1);
	ck_assert_ptr_null(s);
}
END_TEST


Suite *suite_store_sqlite(void);
Suite *suite_store_sqlite(void)
{
	Suite *s = suite_create("store_sqlite");
	TCase *tc = tcase_create("store");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, an_account_comes_and_goes);
	tcase_add_test(tc, all_are_sorted);
	tcase_add_test(tc, a_key_is_data_not_sql);
	tcase_add_test(tc, what_another_process_writes_is_seen_at_once);
	tcase_add_test(tc, those_who_start_at_once_agree_on_the_secret);
	tcase_add_test(tc, a_store_is_there_again);
	tcase_add_test(tc, nonsense_is_refused);
	tcase_add_test(tc, out_of_memory_is_said);
	suite_add_tcase(s, tc);

	return s;
}
