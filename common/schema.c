/**
 * @file schema.c  The tables of the database, by version
 *
 * Each step leads from one version to the next one, and a new database takes
 * them all: what a migrated file looks like is what a new one looks like.
 */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <re.h>
#include "common/schema.h"


enum { APPLICATION = 0x76647563 /* "vduc" */ };

static const char *const stepv[SCHEMA_VERSION] = {
	"CREATE TABLE accounts("
	" aor TEXT PRIMARY KEY NOT NULL,"
	" ha1_md5 TEXT, ha1_sha256 TEXT,"   /* of "user" */
	" ha1b_md5 TEXT, ha1b_sha256 TEXT," /* of "user@domain" */
	" created TEXT NOT NULL DEFAULT (datetime('now'))"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE meta("
	" name TEXT PRIMARY KEY NOT NULL, value BLOB NOT NULL"
	") STRICT, WITHOUT ROWID;",

	"ALTER TABLE accounts ADD COLUMN name TEXT;"
	"ALTER TABLE accounts ADD COLUMN disabled INTEGER;"
	"ALTER TABLE accounts ADD COLUMN calls INTEGER;"
	"ALTER TABLE accounts ADD COLUMN calls_per_minute INTEGER;"
	"ALTER TABLE accounts ADD COLUMN allow TEXT;"
	"ALTER TABLE accounts ADD COLUMN media TEXT;"
	"ALTER TABLE accounts ADD COLUMN forward_all TEXT;"
	"ALTER TABLE accounts ADD COLUMN forward_busy TEXT;"
	"ALTER TABLE accounts ADD COLUMN forward_noanswer TEXT;"
	"ALTER TABLE accounts ADD COLUMN forward_offline TEXT;"
	"ALTER TABLE accounts ADD COLUMN noanswer INTEGER;"
	"CREATE TABLE aliases("
	" alias TEXT PRIMARY KEY NOT NULL,"
	" aor TEXT NOT NULL REFERENCES accounts(aor) ON DELETE CASCADE"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX aliases_aor ON aliases(aor);"
	"CREATE TABLE items("
	" key TEXT NOT NULL, item TEXT NOT NULL,"
	" expires_at INTEGER NOT NULL," /* s since 1970; 0: never */
	" data TEXT NOT NULL, PRIMARY KEY(key, item)"
	") STRICT, WITHOUT ROWID;",

	"ALTER TABLE accounts ADD COLUMN record INTEGER;",
};


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
 *
 * @return true if it is; false also where that cannot be read
 */
bool schema_is_current(sqlite3 *db)
{
	int app, version;

	return !query_int(db, "PRAGMA application_id", &app) &&
	       !query_int(db, "PRAGMA user_version", &version) &&
	       app == APPLICATION && version == SCHEMA_VERSION;
}


static int mark(sqlite3 *db)
{
	char sql[128];

	(void)re_snprintf(sql, sizeof(sql),
			  "PRAGMA application_id = %d;"
			  "PRAGMA user_version = %d;",
			  APPLICATION, SCHEMA_VERSION);

	return run(db, sql);
}


/**
 * Bring a database to this program's schema
 *
 * @param db      Database, inside of a write transaction: of two processes
 *                that start at once, one makes the tables
 * @param version Set to the version that was found, 0 for a new one
 *
 * @return 0 if success; ENOTSUP: newer than this program; EBADMSG: another
 *         program's; EIO
 */
int schema_migrate(sqlite3 *db, int *version)
{
	int app, tables;

	if (query_int(db, "PRAGMA application_id", &app) ||
	    query_int(db, "PRAGMA user_version", version) ||
	    query_int(db, "SELECT count(*) FROM sqlite_schema", &tables))
		return EIO;

	if ((tables || *version) && app != APPLICATION)
		return EBADMSG;
	if (*version < 0 || (tables && !*version))
		return EBADMSG;
	if (*version > SCHEMA_VERSION)
		return ENOTSUP;
	if (*version == SCHEMA_VERSION)
		return 0;

	for (int i = *version; i < SCHEMA_VERSION; i++) {
		if (run(db, stepv[i]))
			return EIO;
	}

	return mark(db);
}
