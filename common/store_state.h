/**
 * @file store_state.h  The parts of the store, for the files that make it up
 */
#ifndef COMMON_STORE_STATE_H
#define COMMON_STORE_STATE_H

#include <sqlite3.h>
#include "common/journal.h"
#include "common/store.h"

struct writer;
struct log;
struct metrics;

enum store_statement {
	ST_ADD = 0,
	ST_SET,
	ST_GET,
	ST_DEL,
	ST_ALL,
	ST_ITEMS_DEL,
	ST_ALIAS_ADD,
	ST_ALIAS_DEL,
	ST_ALIAS_CLEAR,
	ST_ALIAS_ALL,
	ST_ALIAS_OF,
	ST_BEGIN,
	ST_COMMIT,
	ST_SECRET_ADD,
	ST_SECRET_GET,
	ST_ITEMS_EXPIRE,
	ST_ITEMS_ALL,
	ST_MAX
};

struct store {
	sqlite3 *db; /* of the process' start, and of commands */
	sqlite3_stmt *stmtv[ST_MAX];
	char dir[JOURNAL_DIR_MAX];
	struct log *log;         /* or NULL */
	struct metrics *metrics; /* or NULL */
	struct writer *writer;   /* NULL: not needed yet */
};

/* SQL of all accounts; and what hands out the row that it is at */
extern const char store_sql_accounts[], store_sql_aliases[];
bool store_row_read(struct store_row *row, sqlite3_stmt *stmt);

/* the thread, started for the first who needs it */
int store_writer(struct store *s);

/* text lives until store_reset() */
bool store_bind(sqlite3_stmt *stmt, int col, const char *p, size_t len);
void store_reset(sqlite3_stmt *stmt);

/* a statement with nothing but a key */
int store_step_key(struct store *s, enum store_statement which,
		   const char *key);

#endif
