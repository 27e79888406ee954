/**
 * @file history_entry.c  A call's row, its record and its words, written
 */
#include "common/json.h"
#include <string.h>
#include "proxy/admin/history/history_entry.h"
#include "proxy/admin/history/history_schema.h"

enum { PLACE_TRIES = 1 << HISTORY_PLACE_BITS };


static void bind_text(sqlite3_stmt *stmt, int col, const char *text,
		      size_t len)
{
	(void)sqlite3_bind_text(stmt, col, text, (int)len, SQLITE_STATIC);
}


static void bind_cell(sqlite3_stmt *stmt, int col, enum history_column c,
		      const struct history_cell *cell)
{
	const enum history_type type = history_column(c)->type;

	if (!cell->set)
		(void)sqlite3_bind_null(stmt, col);
	else if (type == HT_TEXT)
		bind_text(stmt, col, cell->text, strlen(cell->text));
	else if (type == HT_REAL)
		(void)sqlite3_bind_double(stmt, col, cell->real);
	else
		(void)sqlite3_bind_int64(stmt, col, cell->number);
}


static void bind_row(const struct history_db *h, enum history_statement which,
		     int64_t n, const struct history_row *row)
{
	sqlite3_stmt *stmt = h->stmtv[which];

	(void)sqlite3_bind_int64(stmt, 1, n);
	(void)sqlite3_bind_int64(stmt, 2, h->run - h->former);
	(void)sqlite3_bind_int(stmt, 3, row->status_class);
	bind_text(stmt, 4, row->words, strlen(row->words));
	for (int c = 0; c < HISTORY_COLUMNS; c++)
		bind_cell(stmt, HISTORY_STATEMENT_PARAMS + 1 + c,
			  (enum history_column)c, &row->cellv[c]);
}


static int finder(struct history_db *h, enum history_statement which,
		  int64_t n, const char *words)
{
	(void)sqlite3_bind_int64(h->stmtv[which], 1, n);
	bind_text(h->stmtv[which], 2, words, strlen(words));

	return history_db_step(h, which);
}


/* many may begin in one millisecond, or the clock was set back to it */
static int insert(struct history_db *h, int64_t *n,
		  const struct history_row *row)
{
	const int64_t base = row->cellv[HC_STARTED].number
			     << HISTORY_PLACE_BITS;
	int code = SQLITE_CONSTRAINT_PRIMARYKEY;

	for (int i = 0;
	     i < PLACE_TRIES && code == SQLITE_CONSTRAINT_PRIMARYKEY; i++) {
		*n = base + (h->seq++ & (PLACE_TRIES - 1));
		bind_row(h, HS_INSERT, *n, row);
		code = history_db_step(h, HS_INSERT);
	}

	return code == SQLITE_OK ? finder(h, HS_FINDER_ADD, *n, row->words)
				 : code;
}


static int update(struct history_db *h, int64_t n, const char *words,
		  const struct history_row *row)
{
	int code = SQLITE_OK;

	if (strcmp(words, row->words)) {
		code = finder(h, HS_FINDER_DROP, n, words);
		if (code == SQLITE_OK)
			code = finder(h, HS_FINDER_ADD, n, row->words);
	}
	if (code != SQLITE_OK)
		return code;

	bind_row(h, HS_UPDATE, n, row);

	return history_db_step(h, HS_UPDATE);
}


/* SQLITE_DONE: there is none. words: a copy */
static int find(struct history_db *h, int64_t id, int64_t *n,
		char words[HISTORY_WORDS_SIZE])
{
	sqlite3_stmt *stmt = h->stmtv[HS_FIND];
	int code;

	(void)sqlite3_bind_int64(stmt, 1, id);
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW) {
		*n = sqlite3_column_int64(stmt, 0);
		(void)str_ncpy(words,
			       (const char *)sqlite3_column_text(stmt, 1),
			       HISTORY_WORDS_SIZE);
	}
	(void)sqlite3_reset(stmt);

	return code;
}


static int rename_row(struct history_db *h, int64_t from, int64_t to)
{
	if (from == to || !from)
		return SQLITE_OK;

	(void)sqlite3_bind_int64(h->stmtv[HS_RENAME], 1, from);
	(void)sqlite3_bind_int64(h->stmtv[HS_RENAME], 2, to);

	return history_db_step(h, HS_RENAME);
}


static int put_record(struct history_db *h, int64_t n, const char *text,
		      size_t len)
{
	(void)sqlite3_bind_int64(h->stmtv[HS_RECORD], 1, n);
	bind_text(h->stmtv[HS_RECORD], 2, text, len);

	return history_db_step(h, HS_RECORD);
}


/**
 * Write what is known of a call now, in place of what was
 *
 * @param h    Connection, in a transaction
 * @param key  The number that it began under; 0: its own
 * @param row  Row
 * @param text Its record
 * @param len  Octets of it
 *
 * @return SQLITE_OK or SQLite's code
 */
int history_entry_put(struct history_db *h, int64_t key,
		      const struct history_row *row, const char *text,
		      size_t len)
{
	const int64_t id = row->cellv[HC_ID].number;
	char words[HISTORY_WORDS_SIZE] = "";
	int64_t n = 0;
	int code = rename_row(h, key, id);

	if (code == SQLITE_OK)
		code = find(h, id, &n, words);
	if (code == SQLITE_ROW)
		code = update(h, n, words, row);
	else if (code == SQLITE_DONE)
		code = insert(h, &n, row);

	return code == SQLITE_OK ? put_record(h, n, text, len) : code;
}


/**
 * Forget a call that was none
 *
 * @param h  Connection, in a transaction
 * @param id Its number
 *
 * @return SQLITE_OK or SQLite's code
 */
int history_entry_drop(struct history_db *h, int64_t id)
{
	static const enum history_statement dropv[] = {HS_CALL_DROP,
						       HS_RECORD_DROP};
	char words[HISTORY_WORDS_SIZE] = "";
	int64_t n = 0;
	int code = find(h, id, &n, words);

	if (code == SQLITE_DONE)
		return SQLITE_OK;
	if (code == SQLITE_ROW)
		code = finder(h, HS_FINDER_DROP, n, words);
	for (size_t i = 0; i < 2 && code == SQLITE_OK; i++) {
		(void)sqlite3_bind_int64(h->stmtv[dropv[i]], 1, n);
		code = history_db_step(h, dropv[i]);
	}

	return code;
}


/**
 * Name the file with a call's packets
 *
 * @param h    Connection, in a transaction
 * @param id   The call's number
 * @param name File
 *
 * @return SQLITE_OK or SQLite's code
 */
int history_entry_flight(struct history_db *h, int64_t id, const char *name)
{
	(void)sqlite3_bind_int64(h->stmtv[HS_FLIGHT], 1, id);
	bind_text(h->stmtv[HS_FLIGHT], 2, name, strlen(name));

	return history_db_step(h, HS_FLIGHT);
}
