/**
 * @file test/proxy/user/accounts.c  All accounts, in memory
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>
#include <sqlite3.h>
#include "test/test.h"
#include "test/mock/tempdir.h"
#include "common/metrics.h"
#include "common/store.h"
#include "proxy/user/account_alias.h"
#include "proxy/user/accounts.h"

enum { WAIT_MS = 10000 };


static char dir[TEMPDIR_SIZE];
static struct store *store;
static struct metrics *metrics;
static struct accounts *accounts;
static unsigned changes;


static void add(const char *aor)
{
	ck_assert_int_eq(account_add(store, aor, "secret"), 0);
}


static void setup(void)
{
	tempdir_make(dir);
	ck_assert_int_eq(store_open(&store, dir, NULL, 0), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	add("alice@example.net");
	add("bob@example.net");
	ck_assert_int_eq(accounts_alloc(&accounts, store, NULL, metrics), 0);
	changes = 0;
}


static void teardown(void)
{
	accounts = mem_deref(accounts);
	store = mem_deref(store);
	metrics = mem_deref(metrics);
	tempdir_remove(dir);
}


static const struct account *find(const char *aor)
{
	struct pl pl;

	pl_set_str(&pl, aor);

	return accounts_find(accounts, &pl);
}


static const char *find_alias(const char *aor)
{
	const struct account *acc;
	struct pl pl;

	pl_set_str(&pl, aor);
	acc = accounts_find_alias(accounts, &pl);

	return acc ? acc->aor : "nobody";
}


static void exec_sql(const char *sql)
{
	char path[128];
	sqlite3 *db;

	(void)snprintf(path, sizeof(path), "%s/viaduct.db", dir);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK,
		      "%s", sqlite3_errmsg(db));
	(void)sqlite3_close(db);
}


static void changed_handler(void *arg)
{
	++*(unsigned *)arg;
	re_cancel();
}


static void timeout_handler(void *arg)
{
	(void)arg;
	ck_abort_msg("nothing came");
}


static void run(void)
{
	struct tmr tmr;

	tmr_init(&tmr);
	tmr_start(&tmr, WAIT_MS, timeout_handler, NULL);
	ck_assert_int_eq(re_main(NULL), 0);
	tmr_cancel(&tmr);
}


START_TEST(all_are_there_at_the_start)
{
	struct account acc;
	struct pl pl;

	ck_assert_uint_eq(accounts_count(accounts), 2);
	ck_assert_int_eq(accounts_state(accounts), 0);
	pl_set_str(&pl, "alice@example.net");
	ck_assert_int_eq(account_get(&acc, store, &pl), 0);
	ck_assert_mem_eq(find("alice@example.net"), &acc, sizeof(acc));
	ck_assert_ptr_null(find("Alice@example.net"));
	ck_assert_ptr_null(find("carol@example.net"));
	ck_assert_ptr_null(find(""));
	ck_assert_uint_eq(counter_value(metrics_counter(metrics, "accounts")),
			  2);
}
END_TEST


START_TEST(what_another_process_changes_is_there_within_a_second_or_two)
{
	int status;
	pid_t pid;

	accounts_listen(accounts, changed_handler, &changes);
	pid = fork();
	if (!pid) {
		struct store *t = NULL;

		if (store_open(&t, dir, NULL, 0) ||
		    account_add(t, "carol@example.net", "x") ||
		    account_del(t, "bob@example.net"))
			_exit(1);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_ptr_nonnull(find("bob@example.net"));
	run();
	ck_assert_uint_eq(changes, 1);
	ck_assert_ptr_null(find("bob@example.net"));
	ck_assert_ptr_nonnull(find("carol@example.net"));
	ck_assert_uint_eq(accounts_count(accounts), 2);
}
END_TEST


static void done_handler(int err, void *arg)
{
	(void)arg;
	ck_assert_int_eq(err, 0);
	re_cancel();
}


START_TEST(our_own_writes_are_no_change)
{
	const struct store_item it = {"", "x", 0, "1"};

	accounts_listen(accounts, changed_handler, &changes);
	ck_assert_int_eq(store_items_replace(NULL, store, "a", &it, 1,
					     done_handler, NULL),
			 0);
	run();
	accounts_refresh(accounts);
	ck_assert_uint_eq(changes, 0);
	add("carol@example.net");
	accounts_refresh(accounts);
	ck_assert_uint_eq(changes, 1);
	accounts_refresh(accounts);
	ck_assert_uint_eq(changes, 1);
}
END_TEST


START_TEST(what_was_found_stays_while_others_are_looked_up)
{
	const struct account *alice = find("alice@example.net");

	for (unsigned i = 0; i < ACCOUNTS_AT_HAND - 1; i++)
		(void)find("bob@example.net");
	for (unsigned i = 0; i < 1000; i++)
		(void)find("nobody@example.net");
	ck_assert_str_eq(alice->aor, "alice@example.net");
}
END_TEST


static const struct {
	const char *ask;
	const char *answer;
} namev[] = {
	{"alice@example.net", "alice@example.net"},
	{"sales@example.net", "alice@example.net"},
	{"100@example.net", "alice@example.net"},
	{"100@example.org", "dora@example.org"},
	{"1-0.0@example.net", "alice@example.net"},
	{"+4930123456@example.net", "alice@example.net"},
	{"+4930123456@example.org", "alice@example.net"},
	{"+49 (30) 123-456@example.org", "alice@example.net"},
	{"4930123456@example.org", "alice@example.net"},
	{"030777@example.net", "bob@example.net"},
	{"+030777@example.net", "bob@example.net"},
	{"030777@example.org", "nobody"},
	{"200@example.net", "200@example.net"},
	{"2-00@example.net", "200@example.net"},
	{"+200@example.net", "200@example.net"},
	{"sales@example.org", "nobody"},
	{"s-ales@example.net", "nobody"},
	{"+@example.net", "nobody"},
	{"-@example.net", "nobody"},
	{"+4930123456", "nobody"},
	{"@example.net", "nobody"},
	{"", "nobody"},
};


START_TEST(an_account_is_known_by_all_its_names)
{
	add("dora@example.org");
	add("200@example.net");
	ck_assert_int_eq(account_alias_add(store, "sales@example.net",
					   "alice@example.net"),
			 0);
	ck_assert_int_eq(account_alias_add(store, "100@example.net",
					   "alice@example.net"),
			 0);
	ck_assert_int_eq(
		account_alias_add(store, "+4930123456", "alice@example.net"),
		0);
	ck_assert_int_eq(account_alias_add(store, "100@example.org",
					   "dora@example.org"),
			 0);
	ck_assert_int_eq(account_alias_add(store, "030777@example.net",
					   "bob@example.net"),
			 0);
	accounts_refresh(accounts);
	ck_assert_msg(!strcmp(find_alias(namev[_i].ask), namev[_i].answer),
		      "%s: %s", namev[_i].ask, find_alias(namev[_i].ask));
	ck_assert_ptr_null(find("sales@example.net"));
}
END_TEST


START_TEST(one_that_was_spoiled_by_hand_is_left_out)
{
	exec_sql("UPDATE accounts SET allow = 'nonsense!' "
		 "WHERE aor = 'bob@example.net'");
	accounts_refresh(accounts);
	ck_assert_ptr_null(find("bob@example.net"));
	ck_assert_ptr_nonnull(find("alice@example.net"));
	ck_assert_int_eq(accounts_state(accounts), 0);
	ck_assert_uint_eq(
		counter_value(metrics_counter(metrics, "accounts_spoiled")),
		1);
}
END_TEST


START_TEST(while_the_database_cannot_be_read_the_old_ones_count)
{
	char path[128], away[128];

	(void)snprintf(path, sizeof(path), "%s/viaduct.db", dir);
	(void)snprintf(away, sizeof(away), "%s/away.db", dir);
	ck_assert_int_eq(rename(path, away), 0);
	accounts_refresh(accounts);
	ck_assert_int_eq(accounts_state(accounts), EIO);
	ck_assert_ptr_nonnull(find("alice@example.net"));
	ck_assert_int_eq(rename(away, path), 0);
	add("carol@example.net");
	accounts_refresh(accounts);
	ck_assert_int_eq(accounts_state(accounts), 0);
	ck_assert_ptr_nonnull(find("carol@example.net"));
}
END_TEST


START_TEST(ten_thousand_take_a_few_megabytes)
{
	char aor[64];

	ck_assert_int_eq(store_begin(store), 0);
	for (unsigned i = 0; i < 10000; i++) {
		(void)snprintf(aor, sizeof(aor), "user%05u@example.net", i);
		add(aor);
	}
	ck_assert_int_eq(store_end(store, true), 0);
	accounts_refresh(accounts);
	ck_assert_uint_eq(accounts_count(accounts), 10002);
	ck_assert_ptr_nonnull(find("user00000@example.net"));
	ck_assert_ptr_nonnull(find("user09999@example.net"));
	ck_assert_ptr_null(find("user10000@example.net"));
	ck_assert_uint_lt(
		counter_value(metrics_counter(metrics, "accounts_bytes")),
		5000000);
}
END_TEST


START_TEST(nonsense_is_refused)
{
	struct accounts *a = NULL;
	const struct pl aor = PL("alice@example.net");

	ck_assert_int_eq(accounts_alloc(NULL, store, NULL, NULL), EINVAL);
	ck_assert_int_eq(accounts_alloc(&a, NULL, NULL, NULL), EINVAL);
	ck_assert_ptr_null(accounts_find(NULL, &aor));
	ck_assert_ptr_null(accounts_find(accounts, NULL));
	ck_assert_ptr_null(accounts_find_alias(NULL, &aor));
	ck_assert_ptr_null(accounts_find_alias(accounts, NULL));
	ck_assert_uint_eq(accounts_count(NULL), 0);
	ck_assert_int_eq(accounts_state(NULL), EIO);
	accounts_refresh(NULL);
	accounts_listen(NULL, NULL, NULL);
}
END_TEST


START_TEST(out_of_memory_is_said)
{
	unsigned failed = 0;

	for (int n = 0; n < 24; n++) {
		struct accounts *a = NULL;
		int err;

		accounts = mem_deref(accounts);
		store = mem_deref(store);
		ck_assert_int_eq(store_open(&store, dir, NULL, 0), 0);
		oom_after(n);
		err = accounts_alloc(&a, store, NULL, NULL);
		oom_after(-1);
		ck_assert(!err || err == ENOMEM);
		ck_assert(!err == !!a);
		failed += err != 0;
		mem_deref(a);
	}
	/* accounts, hand, writer, clerk, thread; in it making, table, slots,
	 * chunk */
	ck_assert_uint_eq(failed, 9);
}
END_TEST


Suite *suite_accounts(void);
Suite *suite_accounts(void)
{
	Suite *s = suite_create("accounts");
	TCase *tc = tcase_create("accounts");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 20);
	tcase_add_test(tc, all_are_there_at_the_start);
	tcase_add_test(
		tc,
		what_another_process_changes_is_there_within_a_second_or_two);
	tcase_add_test(tc, our_own_writes_are_no_change);
	tcase_add_test(tc, what_was_found_stays_while_others_are_looked_up);
	test_table(tc, an_account_is_known_by_all_its_names, namev);
	tcase_add_test(tc, one_that_was_spoiled_by_hand_is_left_out);
	tcase_add_test(tc,
		       while_the_database_cannot_be_read_the_old_ones_count);
	tcase_add_test(tc, ten_thousand_take_a_few_megabytes);
	tcase_add_test(tc, nonsense_is_refused);
	tcase_add_test(tc, out_of_memory_is_said);
	suite_add_tcase(s, tc);

	return s;
}
