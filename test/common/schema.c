/**
 * @file test/common/schema.c  The tables, by version
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/tempdir.h"
#include "common/schema.h"


/* what version 0.1.0 wrote */
static const char released[] =
	"PRAGMA application_id = 1986295139; PRAGMA user_version = 1;"
	"CREATE TABLE accounts("
	" aor TEXT PRIMARY KEY NOT NULL,"
	" ha1_md5 TEXT, ha1_sha256 TEXT,"
	" ha1b_md5 TEXT, ha1b_sha256 TEXT,"
	" created TEXT NOT NULL DEFAULT (datetime('now'))"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE meta("
	" name TEXT PRIMARY KEY NOT NULL, value BLOB NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"INSERT INTO accounts VALUES('a@example.net', 'm', 's', 'mb', 'sb',"
	" '2026-01-02 03:04:05');"
	"INSERT INTO meta VALUES('secret', zeroblob(32));"
	"PRAGMA journal_mode = WAL;";

static char dir[TEMPDIR_SIZE];


static void setup(void)
{
	tempdir_make(dir);
}


static void teardown(void)
{
	tempdir_remove(dir);
}


static void exec_sql(const char *sql)
{
	char path[128];
	sqlite3 *db;

	(void)snprintf(path, sizeof(path), "%s/viaduct.db", dir);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK,
		      "%s: %s", sql, sqlite3_errmsg(db));
	(void)sqlite3_close(db);
}


static int text_handler(void *arg, int n, char **colv, char **namev)
{
	char *buf = arg;
	(void)namev;

	for (int i = 0; i < n; i++) {
		const size_t len = strlen(buf);

		(void)snprintf(buf + len, 4096 - len, "%s|",
			       colv[i] ? colv[i] : "NULL");
	}

	return 0;
}


static const char *query(const char *sql)
{
	static char buf[4096];
	char path[128];
	sqlite3 *db;

	buf[0] = '\0';
	(void)snprintf(path, sizeof(path), "%s/viaduct.db", dir);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, sql, text_handler, buf, NULL),
			 SQLITE_OK);
	(void)sqlite3_close(db);

	return buf;
}


static int open_close(char *msg, size_t size)
{
	sqlite3 *db = NULL;
	const int err = database_open(&db, schema_store(), dir, msg, size);

	(void)sqlite3_close(db);

	return err;
}


START_TEST(a_database_of_the_first_release_is_brought_up_to_date)
{
	exec_sql(released);
	ck_assert_int_eq(open_close(NULL, 0), 0);
	ck_assert_str_eq(query("SELECT * FROM accounts"),
			 "a@example.net|m|s|mb|sb|2026-01-02 03:04:05|"
			 "NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|"
			 "NULL|NULL|");
	ck_assert_str_eq(query("SELECT name, length(value) FROM meta"),
			 "secret|32|");
	ck_assert_str_eq(query("SELECT count(*) FROM aliases"), "0|");
	ck_assert_str_eq(query("SELECT count(*) FROM items"), "0|");
	ck_assert_str_eq(query("PRAGMA user_version"), "3|");
	ck_assert_str_eq(query("PRAGMA application_id"), "1986295139|");
	ck_assert_int_eq(open_close(NULL, 0), 0);
}
END_TEST


START_TEST(a_migrated_one_is_what_a_new_one_is)
{
	static const char sql[] = "SELECT name, sql FROM sqlite_schema "
				  "WHERE sql IS NOT NULL ORDER BY name";
	char *migrated;

	exec_sql(released);
	ck_assert_int_eq(open_close(NULL, 0), 0);
	migrated = strdup(query(sql));
	tempdir_remove(dir);
	tempdir_make(dir);
	ck_assert_int_eq(open_close(NULL, 0), 0);
	ck_assert_str_eq(query(sql), migrated);
	free(migrated);
}
END_TEST


static const char *const hinderv[] = {
	"CREATE TABLE items(x)",
	"CREATE TABLE aliases(x)",
	"CREATE VIEW aliases_aor AS SELECT 1",
};


START_TEST(a_migration_that_fails_leaves_the_file_as_it_was)
{
	char *before, *rows, msg[256] = "";

	exec_sql(released);
	exec_sql(hinderv[_i]);
	before = strdup(query("SELECT name, sql FROM sqlite_schema"));
	rows = strdup(query("SELECT * FROM accounts"));
	ck_assert_int_eq(open_close(msg, sizeof(msg)), EIO);
	ck_assert_ptr_nonnull(strstr(msg, "already"));
	ck_assert_str_eq(query("SELECT name, sql FROM sqlite_schema"), before);
	ck_assert_str_eq(query("SELECT * FROM accounts"), rows);
	ck_assert_str_eq(query("PRAGMA user_version"), "1|");
	free(before);
	free(rows);
}
END_TEST


static const struct {
	const char *sql;
	int err;
} strangev[] = {
	{"CREATE TABLE t(x)", EBADMSG},
	{"CREATE TABLE t(x); PRAGMA user_version = 1", EBADMSG},
	{"PRAGMA user_version = 1", EBADMSG},
	{"PRAGMA application_id = 1986295139; PRAGMA user_version = -1",
	 EBADMSG},
	{"PRAGMA application_id = 1986295139; CREATE TABLE t(x)", EBADMSG},
	{"PRAGMA application_id = 1986295139; PRAGMA user_version = 4",
	 ENOTSUP},
};


START_TEST(what_is_not_ours_or_newer_is_left_alone)
{
	char *before;

	exec_sql(strangev[_i].sql);
	before = strdup(query("SELECT name, sql FROM sqlite_schema"));
	ck_assert_int_eq(open_close(NULL, 0), strangev[_i].err);
	ck_assert_str_eq(query("SELECT name, sql FROM sqlite_schema"), before);
	ck_assert_str_eq(query("PRAGMA journal_mode"), "delete|");
	free(before);
}
END_TEST


Suite *suite_schema(void);
Suite *suite_schema(void)
{
	Suite *s = suite_create("schema");
	TCase *tc = tcase_create("schema");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc,
		       a_database_of_the_first_release_is_brought_up_to_date);
	tcase_add_test(tc, a_migrated_one_is_what_a_new_one_is);
	test_table(tc, a_migration_that_fails_leaves_the_file_as_it_was,
		   hinderv);
	test_table(tc, what_is_not_ours_or_newer_is_left_alone, strangev);
	suite_add_tcase(s, tc);

	return s;
}
