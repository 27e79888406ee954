/**
 * @file history_schema.c  The tables of the history, by version
 *
 * A row for each call and, beside it, its record as a whole, so that a table
 * is read without them. Whoever searches for a part of a name or a number
 * looks into an index of three letters each; those of open calls and of bad
 * ones are small.
 */
#include "proxy/admin/history/history_schema.h"

enum { APPLICATION = 0x76647568 /* "vduh" */ };

static const char *const stepv[HISTORY_VERSION] = {
	"CREATE TABLE calls("
	" n INTEGER PRIMARY KEY,"
	" run INTEGER NOT NULL," /* of the server, while it was open */
	" class INTEGER NOT NULL,"
	" words TEXT NOT NULL,"
	" \"id\" INTEGER NOT NULL UNIQUE,"
	" \"call_id\" TEXT, \"state\" TEXT,"
	" \"started_ms\" INTEGER NOT NULL, \"answered_ms\" INTEGER,"
	" \"ended_ms\" INTEGER, \"talked_ms\" INTEGER,"
	" \"from\" TEXT, \"to\" TEXT, \"uri\" TEXT, \"sent_to\" TEXT,"
	" \"diverted\" TEXT,"
	" \"a_account\" TEXT, \"a_peer\" TEXT, \"a_address\" TEXT,"
	" \"a_transport\" TEXT, \"a_agent\" TEXT,"
	" \"b_account\" TEXT, \"b_peer\" TEXT, \"b_address\" TEXT,"
	" \"b_transport\" TEXT, \"b_agent\" TEXT,"
	" \"status\" INTEGER, \"phrase\" TEXT, \"ended_by\" TEXT,"
	" \"why\" TEXT, \"cause\" TEXT, \"q850\" INTEGER,"
	" \"media\" TEXT, \"reason\" TEXT, \"why_media\" TEXT,"
	" \"codec\" TEXT,"
	" \"a_media\" TEXT, \"a_packets\" INTEGER, \"a_lost\" INTEGER,"
	" \"a_loss\" REAL, \"a_jitter_us\" INTEGER, \"a_mos\" REAL,"
	" \"b_media\" TEXT, \"b_packets\" INTEGER, \"b_lost\" INTEGER,"
	" \"b_loss\" REAL, \"b_jitter_us\" INTEGER, \"b_mos\" REAL,"
	" \"oneway\" TEXT, \"oneway_cause\" TEXT,"
	" \"bad\" INTEGER NOT NULL,"
	" \"recording\" TEXT, \"flight\" TEXT"
	") STRICT;"
	"CREATE INDEX calls_class ON calls(class);"
	"CREATE INDEX calls_bad ON calls(bad) WHERE bad = 1;"
	"CREATE INDEX calls_open ON calls(run) WHERE ended_ms IS NULL;"
	"CREATE TABLE records("
	" n INTEGER PRIMARY KEY, record TEXT NOT NULL"
	") STRICT;"
	"CREATE VIRTUAL TABLE finder USING fts5("
	" words, content='calls', content_rowid='n', tokenize='trigram',"
	" detail='none', columnsize=0);"
	"CREATE TABLE meta("
	" name TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"INSERT INTO meta VALUES('run', 0), ('beat', 0);",
	/* of the strongbox: whose records are in here */
	"CREATE TABLE places(place INTEGER PRIMARY KEY NOT NULL) STRICT;"
	"INSERT INTO meta VALUES('box', 0);",
};


/**
 * The history's database
 *
 * @return What a file of it is
 */
const struct database_kind *history_schema(void)
{
	static const struct database_kind kind = {
		.file = "history.db",
		.migration = {APPLICATION, HISTORY_VERSION, stepv},
		/* pages that retention frees go back to the disk */
		.beginning = "PRAGMA auto_vacuum = INCREMENTAL",
		/* one transaction touches the ends of a few trees, and the
		 * kernel has the file's pages: 512 kB do as well as 2 MB. What
		 * the last moments before a power failure lack stands in
		 * the file of records */
		.settings = "PRAGMA synchronous = NORMAL;"
			    "PRAGMA cache_size = -512",
	};

	return &kind;
}
