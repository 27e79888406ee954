/**
 * @file migration.c  A database file brought to the schema of this program
 *
 * Each step leads from one version to the next one, and a new database takes
 * them all: what a migrated file looks like is what a new one looks like.
 */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <re.h>
#include "common/migration.h"


static int run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : EIO;
}


static int query_int(sqlite3 *db, const char *sql, int *n)
{
	sqlite3_stmt *stmt = NULL;
	int err = EIO;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW) {
		*n = sqlite3_column_int(stmt, 0);
		err = 0;
	}
	(void)sqlite3_finalize(stmt);

	return err;
}


/**
 * Is the database as this program wants it?
 *
 * @param db Database
 * @param m  What it is to be
 *
 * @return true if it is; false also where that cannot be read
 */
bool migration_is_done(sqlite3 *db, const struct migration *m)
{
	int app, version;

	return !query_int(db, "PRAGMA application_id", &app) &&
	       !query_int(db, "PRAGMA user_version", &version) &&
	       app == m->application && version == m->version;
}


static int mark(sqlite3 *db, const struct migration *m)
{
	char sql[128];

	(void)re_snprintf(sql, sizeof(sql),
			  "PRAGMA application_id = %d;"
			  "PRAGMA user_version = %d;",
			  m->application, m->version);

	return run(db, sql);
}


/**
 * Bring a database to this program's schema
 *
 * @param db      Database, inside of a write transaction: of two processes
 *                that start at once, one makes the tables
 * @param m       What it is to be
 * @param version Set to the version that was found, 0 for a new one
 *
 * @return 0 if success; ENOTSUP: newer than this program; EBADMSG: another
 *         program's; EIO
 */
int migration_run(sqlite3 *db, const struct migration *m, int *version)
{
	int app, tables;

	if (query_int(db, "PRAGMA application_id", &app) ||
	    query_int(db, "PRAGMA user_version", version) ||
	    query_int(db, "SELECT count(*) FROM sqlite_schema", &tables))
		return EIO;

	if ((tables || *version) && app != m->application)
		return EBADMSG;
	if (*version < 0 || (tables && !*version))
		return EBADMSG;
	if (*version > m->version)
		return ENOTSUP;
	if (*version == m->version)
		return 0;

	for (int i = *version; i < m->version; i++) {
		if (run(db, m->stepv[i]))
			return EIO;
	}

	return mark(db, m);
}
