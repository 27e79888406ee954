/**
 * @file test/common/journal.c  Many jobs with one commit
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "test/test.h"
#include "test/mock/tempdir.h"
#include "common/job.h"
#include "common/journal.h"
#include "common/schema.h"


static char dir[TEMPDIR_SIZE];
static sqlite3 *db;
static struct journal journal;
static struct list jobl;


static void setup(void)
{
	tempdir_make(dir);
	ck_assert_int_eq(database_open(&db, schema_store(), dir, NULL, 0), 0);
	ck_assert_int_eq(journal_init(&journal, dir), 0);
	list_init(&jobl);
}


static void teardown(void)
{
	list_flush(&jobl);
	journal_close(&journal);
	(void)sqlite3_close(db);
	tempdir_remove(dir);
}


/* one with that many items of one name: more than one is refused */
static struct job *add(const char *key, size_t n)
{
	const struct store_item itemv[] = {{"", "x", 0, "1"},
					   {"", "x", 0, "2"}};
	struct job *job = NULL;

	ck_assert_int_eq(job_alloc(&job, key, itemv, n), 0);
	job->err = -1;
	list_append(&jobl, &job->le, job);

	return job;
}


static int rows(void)
{
	sqlite3_stmt *stmt = NULL;
	int n;

	ck_assert_int_eq(sqlite3_prepare_v2(db, "SELECT count(*) FROM items",
					    -1, &stmt, NULL),
			 SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int(stmt, 0);
	(void)sqlite3_finalize(stmt);

	return n;
}


START_TEST(all_that_waits_shares_a_commit)
{
	for (int i = 0; i < 100; i++) {
		char key[8];

		(void)snprintf(key, sizeof(key), "%d", i);
		(void)add(key, 1);
	}
	ck_assert_int_eq(journal_write(&journal, &jobl), 0);
	ck_assert_uint_eq(journal.commits, 1);
	ck_assert_uint_eq(journal.opened, 1);
	ck_assert_int_eq(rows(), 100);
	for (struct le *le = jobl.head; le; le = le->next)
		ck_assert_int_eq(((struct job *)le->data)->err, 0);
}
END_TEST


START_TEST(one_that_is_refused_makes_the_others_go_alone)
{
	struct job *good = add("a", 1), *bad = add("b", 2);

	(void)add("c", 1);
	ck_assert_int_eq(journal_write(&journal, &jobl), 0);
	ck_assert_uint_eq(journal.commits, 2);
	ck_assert_uint_eq(journal.opened, 1);
	ck_assert_int_eq(good->err, 0);
	ck_assert_int_eq(bad->err, EIO);
	ck_assert_int_eq(rows(), 2);
}
END_TEST


START_TEST(in_a_hurry_nothing_is_tried_again)
{
	(void)add("a", 1);
	(void)add("b", 2);
	atomic_store(&journal.hurry, true);
	ck_assert_int_eq(journal_write(&journal, &jobl), EIO);
	ck_assert_uint_eq(journal.commits, 0);
	ck_assert_int_eq(rows(), 0);
}
END_TEST


START_TEST(what_others_change_has_another_version)
{
	int64_t before, after;

	ck_assert_int_eq(journal_version(&journal, &before), 0);
	(void)add("a", 1);
	ck_assert_int_eq(journal_write(&journal, &jobl), 0);
	ck_assert_int_eq(journal_version(&journal, &after), 0);
	ck_assert_int_eq(before, after);
	ck_assert_int_eq(
		sqlite3_exec(db, "DELETE FROM items", NULL, NULL, NULL),
		SQLITE_OK);
	ck_assert_int_eq(journal_version(&journal, &after), 0);
	ck_assert_int_ne(before, after);
}
END_TEST


START_TEST(a_database_that_is_not_there_is_not_made)
{
	char path[128];
	struct job *job = add("a", 1);
	int64_t version;

	(void)snprintf(path, sizeof(path), "%s/viaduct.db", dir);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(journal_write(&journal, &jobl), EIO);
	ck_assert_int_eq(job->err, EIO);
	ck_assert_int_eq(journal_version(&journal, &version), EIO);
	ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST


START_TEST(nothing_to_do_is_done)
{
	char name[1024];

	ck_assert_int_eq(journal_write(&journal, &jobl), 0);
	ck_assert_uint_eq(journal.opened, 0);
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	ck_assert_int_eq(journal_init(&journal, name), ENAMETOOLONG);
}
END_TEST


Suite *suite_journal(void);
Suite *suite_journal(void)
{
	Suite *s = suite_create("journal");
	TCase *tc = tcase_create("journal");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, all_that_waits_shares_a_commit);
	tcase_add_test(tc, one_that_is_refused_makes_the_others_go_alone);
	tcase_add_test(tc, in_a_hurry_nothing_is_tried_again);
	tcase_add_test(tc, what_others_change_has_another_version);
	tcase_add_test(tc, a_database_that_is_not_there_is_not_made);
	tcase_add_test(tc, nothing_to_do_is_done);
	suite_add_tcase(s, tc);

	return s;
}
