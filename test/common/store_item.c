/**
 * @file test/common/store_item.c  What is written while the server runs
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sqlite3.h>
#include "test/test.h"
#include "test/mock/tempdir.h"
#include "common/metrics.h"
#include "common/store.h"

enum { TEXT_SIZE = 4096, WAIT_MS = 10000, MANY = 1000 };


static char dir[TEMPDIR_SIZE];
static struct store *store;
static struct metrics *metrics;
static unsigned done, wanted;
static int errv[MANY + 1];


static struct store *open_store(void)
{
	char msg[256] = "";
	struct store *s = NULL;
	const int err = store_open(&s, dir, msg, sizeof(msg));

	ck_assert_msg(!err, "%s", msg);

	return s;
}


static void setup(void)
{
	tempdir_make(dir);
	store = open_store();
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	store_observe(store, NULL, metrics);
	done = 0;
}


static void teardown(void)
{
	store = mem_deref(store);
	metrics = mem_deref(metrics);
	tempdir_remove(dir);
}


static uint64_t counter(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


static void written_handler(const char *name, uint64_t value, void *arg)
{
	if (!strcmp(name, "store_write_seconds"))
		*(uint64_t *)arg = value;
}


/* how many writes were timed */
static uint64_t written(void)
{
	uint64_t n = 0;

	metrics_apply(metrics, written_handler, &n);

	return n;
}


static void timeout_handler(void *arg)
{
	(void)arg;
	ck_abort_msg("nothing came");
}


static void done_handler(int err, void *arg)
{
	(void)arg;
	errv[done++] = err;
	if (done == wanted)
		re_cancel();
}


static void run_until(unsigned n)
{
	struct tmr tmr;

	tmr_init(&tmr);
	tmr_start(&tmr, WAIT_MS, timeout_handler, NULL);
	wanted = n;
	if (done < n)
		ck_assert_int_eq(re_main(NULL), 0);
	tmr_cancel(&tmr);
}


/* "name=data name=data": the items of a key */
static int replace(struct store_write **wp, const char *key, const char *text)
{
	struct store_item itemv[8];
	char buf[128], *rest = NULL;
	size_t n = 0;

	(void)snprintf(buf, sizeof(buf), "%s", text);
	for (char *w = strtok_r(buf, " ", &rest); w;
	     w = strtok_r(NULL, " ", &rest)) {
		char *is = strchr(w, '=');

		*is = '\0';
		itemv[n++] = (struct store_item){"", w, 0, is + 1};
	}

	return store_items_replace(wp, store, key, itemv, n, done_handler,
				   NULL);
}


static void write_one(const char *key, const char *text, int err)
{
	done = 0;
	ck_assert_int_eq(replace(NULL, key, text), 0);
	run_until(1);
	ck_assert_int_eq(errv[0], err);
}


static void print_handler(const struct store_item *it, void *arg)
{
	char *buf = arg;
	const size_t n = strlen(buf);

	(void)snprintf(buf + n, TEXT_SIZE - n, "%s:%s=%s@%lld ", it->key,
		       it->item, it->data, (long long)it->expires_at);
}


static const char *all(int64_t now)
{
	static char buf[TEXT_SIZE];
	struct store *s = open_store();

	buf[0] = '\0';
	ck_assert_int_eq(store_items_all(s, now, print_handler, buf), 0);
	mem_deref(s);

	return buf;
}


START_TEST(a_key_has_the_items_that_were_written_last)
{
	write_one("a", "x=1 y=2", 0);
	write_one("b", "x=3", 0);
	ck_assert_str_eq(all(1), "a:x=1@0 a:y=2@0 b:x=3@0 ");
	write_one("a", "y=5 z=6", 0);
	ck_assert_str_eq(all(1), "a:y=5@0 a:z=6@0 b:x=3@0 ");
	write_one("a", "", 0);
	ck_assert_str_eq(all(1), "b:x=3@0 ");
}
END_TEST


START_TEST(the_expired_are_not_handed_out_and_gone)
{
	const struct store_item itemv[] = {{"", "never", 0, "1"},
					   {"", "old", 99, "2"},
					   {"", "now", 100, "3"},
					   {"", "later", 101, "4"}};

	ck_assert_int_eq(store_items_replace(NULL, store, "k", itemv, 4,
					     done_handler, NULL),
			 0);
	run_until(1);
	ck_assert_str_eq(all(100), "k:later=4@101 k:never=1@0 ");
	ck_assert_str_eq(all(0), "k:later=4@101 k:never=1@0 ");
}
END_TEST


START_TEST(results_come_in_order_and_never_at_once)
{
	ck_assert_int_eq(replace(NULL, "a", "x=1"), 0);
	ck_assert_int_eq(replace(NULL, "a", "x=2 x=2"), 0);
	ck_assert_int_eq(replace(NULL, "a", "x=3"), 0);
	ck_assert_uint_eq(done, 0);
	run_until(3);
	ck_assert_int_eq(errv[0], 0);
	ck_assert_int_eq(errv[1], EIO);
	ck_assert_int_eq(errv[2], 0);
	ck_assert_str_eq(all(1), "a:x=3@0 ");
}
END_TEST


START_TEST(a_thousand_writes_share_few_commits)
{
	char key[16];

	for (unsigned i = 0; i < MANY; i++) {
		(void)snprintf(key, sizeof(key), "k%u", i);
		ck_assert_int_eq(replace(NULL, key, "x=1"), 0);
	}
	run_until(MANY);
	for (unsigned i = 0; i < MANY; i++)
		ck_assert_int_eq(errv[i], 0);
	ck_assert_uint_eq(counter("store_writes_total"), MANY);
	ck_assert_uint_le(counter("store_commits_total"), MANY / 20);
	ck_assert_uint_ge(counter("store_commits_total"), 1);
	ck_assert_uint_eq(counter("store_failures_total"), 0);
	ck_assert_uint_eq(counter("store_queue"), 0);
	ck_assert_uint_eq(written(), MANY);
}
END_TEST


/* the third one names an item twice */
START_TEST(one_that_is_refused_does_not_take_the_others_with_it)
{
	char key[16];

	for (unsigned i = 0; i < 8; i++) {
		(void)snprintf(key, sizeof(key), "k%u", i);
		ck_assert_int_eq(
			replace(NULL, key, i == 3 ? "x=1 x=2" : "x=1"), 0);
	}
	run_until(8);
	for (unsigned i = 0; i < 8; i++)
		ck_assert_int_eq(errv[i], i == 3 ? EIO : 0);
	ck_assert_ptr_null(strstr(all(1), "k3"));
	ck_assert_ptr_nonnull(strstr(all(1), "k7"));
	ck_assert_uint_eq(counter("store_failures_total"), 1);
}
END_TEST


START_TEST(who_gives_up_the_handle_hears_nothing_but_it_is_written)
{
	struct store_write *wr = NULL;

	ck_assert_int_eq(replace(&wr, "a", "x=1"), 0);
	ck_assert_ptr_nonnull(wr);
	mem_deref(wr);
	ck_assert_int_eq(replace(&wr, "b", "x=1"), 0);
	run_until(1);
	mem_deref(wr);
	ck_assert_str_eq(all(1), "a:x=1@0 b:x=1@0 ");
}
END_TEST


static void close_handler(int err, void *arg)
{
	ck_assert_int_eq(err, 0);
	++done;
	*(struct store **)arg = mem_deref(*(struct store **)arg);
	re_cancel();
}


START_TEST(a_handler_may_close_the_store)
{
	const struct store_item it = {"", "x", 0, "1"};

	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(store_items_replace(NULL, store, "a", &it, 1,
						     close_handler, &store),
				 0);
	run_until(1);
	ck_assert_ptr_null(store);
	ck_assert_uint_eq(done, 1);
}
END_TEST


START_TEST(what_waits_is_written_when_the_store_is_closed)
{
	struct store_write *wr = NULL;
	char key[16];

	ck_assert_int_eq(replace(&wr, "a", "x=1"), 0);
	for (unsigned i = 0; i < MANY; i++) {
		(void)snprintf(key, sizeof(key), "k%u", i);
		ck_assert_int_eq(replace(NULL, key, "x=1"), 0);
	}
	store = mem_deref(store);
	ck_assert_uint_eq(done, 0);
	mem_deref(wr);
	ck_assert_ptr_nonnull(strstr(all(1), "a:x=1@0 "));
	ck_assert_uint_eq(counter("store_writes_total"), MANY + 1);
}
END_TEST


/* another process holds the write lock; it lets go when it is told to */
static pid_t lock_database(int *fd)
{
	int togo[2], ready[2];
	char c, path[128];
	sqlite3 *db;
	pid_t pid;

	ck_assert_int_eq(pipe(togo), 0);
	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		(void)close(togo[1]);
		(void)snprintf(path, sizeof(path), "%s/viaduct.db", dir);
		if (sqlite3_open(path, &db) ||
		    sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) ||
		    write(ready[1], "x", 1) != 1)
			_exit(1);
		(void)!read(togo[0], &c, 1);
		_exit(0);
	}
	(void)close(togo[0]);
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	*fd = togo[1];

	return pid;
}


START_TEST(a_locked_database_is_an_error_and_then_works_again)
{
	int fd, status;
	const pid_t pid = lock_database(&fd);

	write_one("a", "x=1", EIO);
	(void)close(fd);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	write_one("a", "x=2", 0);
	ck_assert_str_eq(all(1), "a:x=2@0 ");
}
END_TEST


START_TEST(a_locked_database_can_be_read_at_the_start)
{
	const struct store_item itemv[] = {{"", "old", 99, "1"},
					   {"", "new", 101, "2"}};
	int fd, status;
	pid_t pid;

	ck_assert_int_eq(store_items_replace(NULL, store, "k", itemv, 2,
					     done_handler, NULL),
			 0);
	run_until(1);
	pid = lock_database(&fd);
	ck_assert_str_eq(all(100), "k:new=2@101 ");
	(void)close(fd);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
}
END_TEST


START_TEST(behind_a_locked_database_nobody_waits_for_the_same_answer)
{
	int fd, status;
	const pid_t pid = lock_database(&fd);

	for (unsigned i = 0; i < MANY; i++)
		ck_assert_int_eq(replace(NULL, "a", "x=1"), 0);
	run_until(MANY); /* one after the other they took 200 s */
	for (unsigned i = 0; i < MANY; i++)
		ck_assert_int_eq(errv[i], EIO);
	(void)close(fd);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
}
END_TEST


/* the file must not grow: the way of a full disk */
START_TEST(a_full_disk_is_an_error_and_then_works_again)
{
	struct rlimit was, none = {0, 0};

	(void)signal(SIGXFSZ, SIG_IGN);
	write_one("a", "x=1", 0);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &was), 0);
	none.rlim_cur = 4096;
	none.rlim_max = was.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
	write_one("a", "x=2", EIO);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &was), 0);
	ck_assert_str_eq(all(1), "a:x=1@0 ");
	write_one("a", "x=3", 0);
	ck_assert_str_eq(all(1), "a:x=3@0 ");
}
END_TEST


START_TEST(a_file_that_was_moved_away_is_an_error_and_then_works_again)
{
	char path[128], away[128];

	(void)snprintf(path, sizeof(path), "%s/viaduct.db", dir);
	(void)snprintf(away, sizeof(away), "%s/away.db", dir);
	write_one("a", "x=1", 0);
	ck_assert_int_eq(rename(path, away), 0);
	write_one("a", "x=2", EIO);
	ck_assert_int_eq(access(path, F_OK), -1);
	ck_assert_int_eq(rename(away, path), 0);
	write_one("a", "x=3", 0);
	ck_assert_str_eq(all(1), "a:x=3@0 ");
}
END_TEST


START_TEST(a_locked_database_does_not_hold_up_the_end)
{
	int fd, status;
	const pid_t pid = lock_database(&fd);
	const time_t began = time(NULL);

	for (unsigned i = 0; i < MANY; i++)
		ck_assert_int_eq(replace(NULL, "a", "x=1"), 0);
	store = mem_deref(store);
	ck_assert_int_le(time(NULL) - began, 5);
	ck_assert_uint_eq(done, 0);
	(void)close(fd);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
}
END_TEST


/* what viaduct user import does, some times */
static void import_for_a_while(void)
{
	char key[32];
	struct store *s = NULL;

	if (store_open(&s, dir, NULL, 0))
		_exit(1);
	for (int k = 0; k < 5; k++) {
		if (store_begin(s))
			_exit(2);
		for (int i = 0; i < 1000; i++) {
			const struct store_row row = {.key = key};

			(void)snprintf(key, sizeof(key), "u%d-%d@x", k, i);
			if (store_account_put(s, &row))
				_exit(3);
		}
		if (store_end(s, true))
			_exit(4);
	}
	mem_deref(s);
	_exit(0);
}


static void count_handler(const struct store_item *it, void *arg)
{
	(void)it;
	++*(unsigned *)arg;
}


static void row_handler(const struct store_row *row, void *arg)
{
	(void)row;
	++*(unsigned *)arg;
}


START_TEST(two_processes_write_and_neither_loses_anything)
{
	unsigned accounts = 0, items = 0;
	char key[16];
	int status;
	pid_t pid;

	pid = fork();
	if (!pid)
		import_for_a_while();
	for (unsigned i = 0; i < MANY; i++) {
		(void)snprintf(key, sizeof(key), "k%u", i);
		ck_assert_int_eq(replace(NULL, key, "x=1"), 0);
		if (i % 50 == 49)
			run_until(i + 1);
	}
	for (unsigned i = 0; i < MANY; i++)
		ck_assert_int_eq(errv[i], 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(store_account_all(store, row_handler, &accounts), 0);
	ck_assert_int_eq(store_items_all(store, 1, count_handler, &items), 0);
	ck_assert_uint_eq(accounts, 5000);
	ck_assert_uint_eq(items, MANY);
}
END_TEST


START_TEST(the_queue_has_a_bound)
{
	const struct store_item it = {"", "x", 0, "1"};
	int fd, status, err = 0;
	const pid_t pid = lock_database(&fd);
	unsigned n = 0;

	while (n < 1000000 && !err) {
		err = store_items_replace(NULL, store, "a", &it, 1, NULL,
					  NULL);
		++n;
	}
	ck_assert_int_eq(err, ENOSPC);
	ck_assert_uint_eq(n, 10001);
	ck_assert_uint_eq(counter("store_queue"), 10000);
	(void)close(fd);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
}
END_TEST


static void one_more(int err, void *arg)
{
	static unsigned n;
	char key[16];
	(void)arg;

	if (err || dprintf(STDOUT_FILENO, "%u\n", n) < 0)
		_exit(1);
	(void)snprintf(key, sizeof(key), "k%u", ++n);
	(void)store_items_replace(NULL, store, key,
				  &(struct store_item){"", "x", 0, "1"}, 1,
				  one_more, NULL);
}


/* in a process of its own: says on stdout what is acknowledged */
static void write_for_ever(int fd)
{
	(void)dup2(fd, STDOUT_FILENO);
	if (store_open(&store, dir, NULL, 0))
		_exit(1);
	(void)store_items_replace(NULL, store, "k0",
				  &(struct store_item){"", "x", 0, "1"}, 1,
				  one_more, NULL);
	(void)re_main(NULL);
	_exit(1);
}


START_TEST(kill_9_loses_no_acknowledged_write)
{
	unsigned last = 0, n = 0;
	int fdv[2], status;
	char line[32];
	pid_t pid;
	FILE *f;

	store = mem_deref(store);
	ck_assert_int_eq(pipe(fdv), 0);
	pid = fork();
	if (!pid)
		write_for_ever(fdv[1]);
	(void)close(fdv[1]);
	f = fdopen(fdv[0], "r");
	ck_assert_ptr_nonnull(f);
	while (last < 100 + 7 * (unsigned)_i && fgets(line, sizeof(line), f))
		last = (unsigned)atoi(line);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	while (fgets(line, sizeof(line), f))
		last = (unsigned)atoi(line);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	(void)fclose(f);

	store = open_store();
	ck_assert_int_eq(store_items_all(store, 1, count_handler, &n), 0);
	ck_assert_uint_ge(n, last + 1);
	ck_assert_uint_le(n, last + 3);
}
END_TEST


START_TEST(limits_are_kept)
{
	static struct store_item itemv[1025];
	struct store_write *wr = NULL;
	const size_t big = 1 << 20;
	char *text = malloc(big + 1);

	for (size_t i = 0; i < ARRAY_SIZE(itemv); i++)
		itemv[i] = (struct store_item){"", "x", 0, "1"};
	ck_assert_int_eq(store_items_replace(&wr, store, "a", itemv, 1025,
					     done_handler, NULL),
			 E2BIG);
	memset(text, 'x', big);
	text[big] = '\0';
	itemv[0].data = text;
	ck_assert_int_eq(store_items_replace(&wr, store, "a", itemv, 1,
					     done_handler, NULL),
			 E2BIG);
	ck_assert_int_eq(store_items_replace(&wr, store, text, NULL, 0,
					     done_handler, NULL),
			 E2BIG);
	text[big - 100] = '\0';
	ck_assert_int_eq(store_items_replace(&wr, store, "a", itemv, 1,
					     done_handler, NULL),
			 0);
	run_until(1);
	ck_assert_int_eq(errv[0], 0);
	mem_deref(wr);
	free(text);
}
END_TEST


START_TEST(nonsense_is_refused)
{
	const struct store_item nameless = {"", NULL, 0, "1"};
	const struct store_item empty = {"", "x", 0, NULL};

	ck_assert_int_eq(
		store_items_replace(NULL, NULL, "a", NULL, 0, NULL, NULL),
		EINVAL);
	ck_assert_int_eq(
		store_items_replace(NULL, store, NULL, NULL, 0, NULL, NULL),
		EINVAL);
	ck_assert_int_eq(
		store_items_replace(NULL, store, "a", NULL, 1, NULL, NULL),
		EINVAL);
	ck_assert_int_eq(store_items_replace(NULL, store, "a", &nameless, 1,
					     NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(
		store_items_replace(NULL, store, "a", &empty, 1, NULL, NULL),
		EINVAL);
	ck_assert_int_eq(store_items_all(NULL, 0, print_handler, NULL),
			 EINVAL);
	ck_assert_int_eq(store_items_all(store, 0, NULL, NULL), EINVAL);
	store_observe(NULL, NULL, NULL);
}
END_TEST


START_TEST(out_of_memory_is_said_and_nothing_is_lost)
{
	struct store_write *wr = NULL;
	unsigned failed = 0;

	for (int n = 0; n < 16; n++) {
		int err;

		mem_deref(store);
		store = open_store();
		oom_after(n);
		err = replace(&wr, "a", "x=1");
		oom_after(-1);
		if (err) {
			ck_assert_int_eq(err, ENOMEM);
			ck_assert_ptr_null(wr);
			++failed;
			continue;
		}
		done = 0;
		run_until(1);
		ck_assert_int_eq(errv[0], 0);
		wr = mem_deref(wr);
	}
	ck_assert_uint_eq(failed, 5); /* writer, desk, thread, job, handle */
}
END_TEST


Suite *suite_store_item(void);
Suite *suite_store_item(void)
{
	Suite *s = suite_create("store_item");
	TCase *tc = tcase_create("store_item");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 20);
	tcase_add_test(tc, a_key_has_the_items_that_were_written_last);
	tcase_add_test(tc, the_expired_are_not_handed_out_and_gone);
	tcase_add_test(tc, results_come_in_order_and_never_at_once);
	tcase_add_test(tc, a_thousand_writes_share_few_commits);
	tcase_add_test(tc,
		       one_that_is_refused_does_not_take_the_others_with_it);
	tcase_add_test(
		tc, who_gives_up_the_handle_hears_nothing_but_it_is_written);
	tcase_add_test(tc, a_handler_may_close_the_store);
	tcase_add_test(tc, what_waits_is_written_when_the_store_is_closed);
	tcase_add_test(tc, a_locked_database_is_an_error_and_then_works_again);
	tcase_add_test(tc, a_locked_database_can_be_read_at_the_start);
	tcase_add_test(
		tc, behind_a_locked_database_nobody_waits_for_the_same_answer);
	tcase_add_test(tc, a_full_disk_is_an_error_and_then_works_again);
	tcase_add_test(
		tc,
		a_file_that_was_moved_away_is_an_error_and_then_works_again);
	tcase_add_test(tc, a_locked_database_does_not_hold_up_the_end);
	tcase_add_test(tc, two_processes_write_and_neither_loses_anything);
	tcase_add_test(tc, the_queue_has_a_bound);
	tcase_add_loop_test(tc, kill_9_loses_no_acknowledged_write, 0, 8);
	tcase_add_test(tc, limits_are_kept);
	tcase_add_test(tc, nonsense_is_refused);
	tcase_add_test(tc, out_of_memory_is_said_and_nothing_is_lost);
	suite_add_tcase(s, tc);

	return s;
}
