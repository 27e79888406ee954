/**
 * @file test/common/database.c  The file: directory, mode, schema
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "test/test.h"
#include "test/mock/tempdir.h"
#include "common/schema.h"


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
	ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
}


START_TEST(file_and_directories_are_for_the_owner_only)
{
	char deep[128], path[160];
	sqlite3 *db = NULL;
	struct stat st;

	(void)umask(0);
	(void)snprintf(deep, sizeof(deep), "%s/a/b//c/", dir);
	ck_assert_int_eq(database_open(&db, schema_store(), deep, NULL, 0), 0);
	(void)snprintf(path, sizeof(path), "%s/viaduct.db", deep);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	ck_assert_int_eq(stat(deep, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0700);
	(void)sqlite3_close(db);
}
END_TEST


START_TEST(what_root_makes_is_its_directorys_owners)
{
	char path[160];
	sqlite3 *db = NULL;
	struct stat st;

	/* not root, or of a user namespace of its own */
	if (geteuid() || chown(dir, 65534, 65534))
		return;
	ck_assert_int_eq(database_open(&db, schema_store(), dir, NULL, 0), 0);
	(void)snprintf(path, sizeof(path), "%s/viaduct.db", dir);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_uid, 65534);
	(void)snprintf(path, sizeof(path), "%s/viaduct.db-wal", dir);
	ck_assert_int_eq(sqlite3_exec(db,
				      "INSERT INTO meta VALUES('a', x'00')",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_uid, 65534);
	(void)sqlite3_close(db);
}
END_TEST


static void refused(int err, const char *words)
{
	char msg[256] = "";
	sqlite3 *db = NULL;

	ck_assert_int_eq(
		database_open(&db, schema_store(), dir, msg, sizeof(msg)),
		err);
	ck_assert_ptr_null(db);
	ck_assert_msg(strstr(msg, words) && strstr(msg, dir), "%s", msg);
}


START_TEST(a_newer_schema_is_left_alone)
{
	sqlite3 *db = NULL;

	ck_assert_int_eq(database_open(&db, schema_store(), dir, NULL, 0), 0);
	(void)sqlite3_close(db);
	exec_sql("PRAGMA user_version = 99");
	refused(ENOTSUP, "newer than this program");
}
END_TEST


START_TEST(a_foreign_database_is_left_alone)
{
	exec_sql("CREATE TABLE t(x); PRAGMA user_version = 1");
	refused(EBADMSG, "another program's");
}
END_TEST


START_TEST(a_text_file_is_no_database)
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/viaduct.db", dir);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	for (int i = 0; i < 1000; i++)
		(void)fputs("no database\n", f);
	(void)fclose(f);
	refused(EBADMSG, "is not a database");
}
END_TEST


START_TEST(a_file_in_the_way_is_named)
{
	char msg[256] = "", below[128];
	sqlite3 *db = NULL;
	FILE *f;

	(void)snprintf(below, sizeof(below), "%s/file", dir);
	f = fopen(below, "w");
	ck_assert_ptr_nonnull(f);
	(void)fclose(f);
	(void)snprintf(below, sizeof(below), "%s/file/data", dir);
	ck_assert_int_eq(
		database_open(&db, schema_store(), below, msg, sizeof(msg)),
		ENOTDIR);
	ck_assert_msg(strstr(msg, "/file") && strstr(msg, "Not a directory"),
		      "%s", msg);
}
END_TEST


START_TEST(a_directory_without_permission_is_named)
{
	char msg[256] = "";
	sqlite3 *db = NULL;

	ck_assert_int_eq(chmod(dir, 0500), 0);
	if (!geteuid() && seteuid(65534))
		ck_abort();
	ck_assert_int_eq(
		database_open(&db, schema_store(), dir, msg, sizeof(msg)),
		EACCES);
	ck_assert_msg(strstr(msg, dir) && strstr(msg, "Permission denied"),
		      "%s", msg);
	if (!getuid())
		ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(chmod(dir, 0700), 0);
}
END_TEST


START_TEST(nonsense_is_refused)
{
	char msg[64] = "";
	sqlite3 *db;

	ck_assert_int_eq(database_open(NULL, schema_store(), dir, NULL, 0),
			 EINVAL);
	ck_assert_int_eq(database_open(&db, schema_store(), NULL, NULL, 0),
			 EINVAL);
	ck_assert_int_eq(
		database_open(&db, schema_store(), "", msg, sizeof(msg)),
		EINVAL);
	ck_assert_str_ne(msg, "");
}
END_TEST


START_TEST(a_name_that_is_too_long_is_said)
{
	char name[1024], msg[64] = "";
	sqlite3 *db = NULL;

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	ck_assert_int_eq(
		database_open(&db, schema_store(), name, msg, sizeof(msg)),
		ENAMETOOLONG);
	ck_assert_ptr_null(db);
}
END_TEST


Suite *suite_database(void);
Suite *suite_database(void)
{
	Suite *s = suite_create("database");
	TCase *tc = tcase_create("database");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, file_and_directories_are_for_the_owner_only);
	tcase_add_test(tc, what_root_makes_is_its_directorys_owners);
	tcase_add_test(tc, a_newer_schema_is_left_alone);
	tcase_add_test(tc, a_foreign_database_is_left_alone);
	tcase_add_test(tc, a_text_file_is_no_database);
	tcase_add_test(tc, a_file_in_the_way_is_named);
	tcase_add_test(tc, a_directory_without_permission_is_named);
	tcase_add_test(tc, nonsense_is_refused);
	tcase_add_test(tc, a_name_that_is_too_long_is_said);
	suite_add_tcase(s, tc);

	return s;
}
