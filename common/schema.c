/**
 * @file schema.c  The tables of the store's database, by version
 */
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


/**
 * The store's database
 *
 * @return What a file of it is
 */
const struct database_kind *schema_store(void)
{
	static const struct database_kind kind = {
		.file = "viaduct.db",
		.migration = {APPLICATION, SCHEMA_VERSION, stepv},
		/* it is written, and read once at the start: the pages that
		 * writing touches are the kernel's, too */
		.settings = "PRAGMA synchronous = FULL;"
			    "PRAGMA cache_size = -1024;"
			    "PRAGMA foreign_keys = ON",
	};

	return &kind;
}
