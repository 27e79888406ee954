/**
 * @file history_db.c  The history's connection that writes
 */
#include "common/json.h"
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "proxy/admin/history/history_db.h"
#include "proxy/admin/history/history_schema.h"

enum {
	SQL_SIZE = 4096,
	BUSY_MS = 250, /* then it is tried again, a second later */
	PLACE_TRIES = 1 << HISTORY_PLACE_BITS,
	PARAMS = 4, /* n, run, class, words; columns begin behind them */
};

static const char *const sqlv[HS_MAX] = {
	[HS_BEGIN] = "BEGIN IMMEDIATE",
	[HS_COMMIT] = "COMMIT",
	[HS_FIND] = "SELECT n, words FROM calls WHERE id = ?1",
	[HS_FINDER_ADD] = "INSERT INTO finder(rowid, words) VALUES(?1, ?2)",
	[HS_FINDER_DROP] = "INSERT INTO finder(finder, rowid, words)"
			   " VALUES('delete', ?1, ?2)",
	[HS_RECORD] = "INSERT INTO records(n, record) VALUES(?1, ?2)"
		      " ON CONFLICT(n) DO UPDATE SET record = ?2",
	[HS_CALL_DROP] = "DELETE FROM calls WHERE n = ?1",
	[HS_RECORD_DROP] = "DELETE FROM records WHERE n = ?1",
	[HS_FLIGHT] = "UPDATE calls SET flight = ?2 WHERE id = ?1",
	[HS_BEAT] = "UPDATE meta SET value = ?1 WHERE name = 'beat'",
	[HS_RENAME] = "UPDATE calls SET id = ?2 WHERE id = ?1",
};


/**
 * Initialise a connection; it opens when it is needed
 *
 * @param h   Connection
 * @param dir The database's directory
 *
 * @return 0 if success, ENAMETOOLONG
 */
int history_db_init(struct history_db *h, const char *dir)
{
	memset(h, 0, sizeof(*h));

	return re_snprintf(h->dir, sizeof(h->dir), "%s", dir) < 0
		       ? ENAMETOOLONG
		       : 0;
}


/**
 * Close the connection; it opens again when it is needed
 *
 * @param h Connection
 */
void history_db_close(struct history_db *h)
{
	for (size_t i = 0; i < HS_MAX; i++) {
		(void)sqlite3_finalize(h->stmtv[i]);
		h->stmtv[i] = NULL;
	}
	(void)sqlite3_close(h->db);
	h->db = NULL;
}


/**
 * Keep what the database says of its last failure
 *
 * @param h Connection, open
 */
void history_db_say(struct history_db *h)
{
	(void)re_snprintf(h->why, sizeof(h->why), "%s (%d)",
			  sqlite3_errmsg(h->db),
			  sqlite3_extended_errcode(h->db));
}


static int print_columns(struct re_printf *pf, void *arg)
{
	const bool *update = arg;
	int err = 0;

	for (int c = 0; c < HISTORY_COLUMNS && !err; c++) {
		const char *name =
			history_column((enum history_column)c)->name;

		if (*update && c == HC_FLIGHT)
			/* named by itself, perhaps before the last record */
			err = re_hprintf(pf, ", \"%s\" = ifnull(?%d, \"%s\")",
					 name, PARAMS + 1 + c, name);
		else if (*update)
			err = re_hprintf(pf, ", \"%s\" = ?%d", name,
					 PARAMS + 1 + c);
		else
			err = re_hprintf(pf, ", \"%s\"", name);
	}

	return err;
}


static int print_params(struct re_printf *pf, void *arg)
{
	int err = 0;
	(void)arg;

	for (int c = 0; c < HISTORY_COLUMNS && !err; c++)
		err = re_hprintf(pf, ", ?%d", PARAMS + 1 + c);

	return err;
}


/* made of the table of columns */
static const char *statement(char sql[SQL_SIZE], enum history_statement which)
{
	bool update = which == HS_UPDATE;
	int n;

	if (update)
		n = re_snprintf(sql, SQL_SIZE,
				"UPDATE calls SET run = ?2, class = ?3,"
				" words = ?4%H WHERE n = ?1",
				print_columns, &update);
	else if (which == HS_INSERT)
		n = re_snprintf(sql, SQL_SIZE,
				"INSERT INTO calls(n, run, class, words%H)"
				" VALUES(?1, ?2, ?3, ?4%H)",
				print_columns, &update, print_params, NULL);
	else
		return sqlv[which];

	return n < 0 ? NULL : sql;
}


static int prepare(struct history_db *h)
{
	char buf[SQL_SIZE];

	for (int i = 0; i < HS_MAX; i++) {
		const char *sql = statement(buf, (enum history_statement)i);

		if (!sql || sqlite3_prepare_v3(
				    h->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
				    &h->stmtv[i], NULL) != SQLITE_OK)
			return EIO;
	}

	return 0;
}


static int64_t read_meta(struct history_db *h, const char *name)
{
	static const char sql[] = "SELECT value FROM meta WHERE name = ?1";
	sqlite3_stmt *stmt = NULL;
	int64_t value = 0;

	if (sqlite3_prepare_v2(h->db, sql, -1, &stmt, NULL) == SQLITE_OK) {
		(void)sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
		if (sqlite3_step(stmt) == SQLITE_ROW)
			value = sqlite3_column_int64(stmt, 0);
	}
	(void)sqlite3_finalize(stmt);

	return value;
}


/* each start of a server is a run: its rows are open, or of another one */
static int begin_run(struct history_db *h)
{
	static const char sql[] = "UPDATE meta SET value = value + 1"
				  " WHERE name = 'run' RETURNING value";
	sqlite3_stmt *stmt = NULL;
	int err = EIO;

	if (h->run)
		return 0;

	h->beat = read_meta(h, "beat");
	if (sqlite3_prepare_v2(h->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW) {
		h->run = sqlite3_column_int64(stmt, 0);
		err = sqlite3_step(stmt) == SQLITE_DONE ? 0 : EIO;
	}
	(void)sqlite3_finalize(stmt);

	return err;
}


static bool is_moved(const struct history_db *h)
{
	int moved = 0;

	return sqlite3_file_control(h->db, NULL, SQLITE_FCNTL_HAS_MOVED,
				    &moved) == SQLITE_OK &&
	       moved;
}


/* where there is none, and there was one: somebody has removed it */
static void count_made(struct history_db *h)
{
	char path[HISTORY_DIR_MAX + 16];

	if (h->opened &&
	    re_snprintf(path, sizeof(path), "%s/%s", h->dir,
			history_schema()->file) > 0 &&
	    access(path, F_OK)) {
		++h->made;
		h->run = 0;
	}
}


/**
 * Open the connection unless it is open
 *
 * @param h Connection
 *
 * @return 0 if success, otherwise errorcode: why says more
 */
int history_db_ready(struct history_db *h)
{
	int err;

	if (h->db && is_moved(h))
		history_db_close(h);
	if (h->db)
		return 0;

	count_made(h);
	err = database_open(&h->db, history_schema(), h->dir, h->why,
			    sizeof(h->why));
	if (err)
		return err;

	(void)sqlite3_busy_timeout(h->db, BUSY_MS);
	(void)sqlite3_extended_result_codes(h->db, 1);
	if (begin_run(h) || prepare(h)) {
		history_db_say(h);
		history_db_close(h);
		return EIO;
	}
	++h->opened;

	return 0;
}


/* SQLITE_DONE and SQLITE_ROW are success */
static int step(struct history_db *h, enum history_statement which)
{
	sqlite3_stmt *stmt = h->stmtv[which];
	const int code = sqlite3_step(stmt);

	(void)sqlite3_reset(stmt);
	(void)sqlite3_clear_bindings(stmt);

	return code == SQLITE_DONE || code == SQLITE_ROW ? SQLITE_OK : code;
}


/**
 * Begin a transaction
 *
 * @param h Connection
 *
 * @return SQLITE_OK or SQLite's code
 */
int history_db_begin(struct history_db *h)
{
	return step(h, HS_BEGIN);
}


/**
 * End a transaction
 *
 * @param h Connection
 *
 * @return SQLITE_OK or SQLite's code
 */
int history_db_commit(struct history_db *h)
{
	return step(h, HS_COMMIT);
}


/**
 * Take a transaction back
 *
 * @param h Connection
 */
void history_db_rollback(struct history_db *h)
{
	/* some errors have done it already */
	if (!sqlite3_get_autocommit(h->db))
		(void)sqlite3_exec(h->db, "ROLLBACK", NULL, NULL, NULL);
}


/**
 * Note that the server is there now
 *
 * @param h Connection
 *
 * @return SQLITE_OK or SQLite's code
 */
int history_db_beat(struct history_db *h)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	(void)sqlite3_bind_int64(h->stmtv[HS_BEAT], 1,
				 (int64_t)ts.tv_sec * 1000 +
					 ts.tv_nsec / 1000000);

	return step(h, HS_BEAT);
}


/**
 * Do something that has no statement of its own
 *
 * @param h   Connection
 * @param sql What
 *
 * @return SQLITE_OK or SQLite's code
 */
int history_db_exec(struct history_db *h, const char *sql)
{
	return sqlite3_exec(h->db, sql, NULL, NULL, NULL);
}


/**
 * Is it the database that is in trouble, and not what was asked of it?
 *
 * @param code SQLite's code
 *
 * @return true if others would fail too
 */
bool history_db_is_general(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
		return false;
	default:
		return true;
	}
}


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


static void bind_row(sqlite3_stmt *stmt, int64_t n, int64_t run,
		     const struct history_row *row)
{
	(void)sqlite3_bind_int64(stmt, 1, n);
	(void)sqlite3_bind_int64(stmt, 2, run);
	(void)sqlite3_bind_int(stmt, 3, row->status_class);
	bind_text(stmt, 4, row->words, strlen(row->words));
	for (int c = 0; c < HISTORY_COLUMNS; c++)
		bind_cell(stmt, PARAMS + 1 + c, (enum history_column)c,
			  &row->cellv[c]);
}


static int finder(struct history_db *h, enum history_statement which,
		  int64_t n, const char *words)
{
	(void)sqlite3_bind_int64(h->stmtv[which], 1, n);
	bind_text(h->stmtv[which], 2, words, strlen(words));

	return step(h, which);
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
		bind_row(h->stmtv[HS_INSERT], *n, h->run, row);
		code = step(h, HS_INSERT);
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

	bind_row(h->stmtv[HS_UPDATE], n, h->run, row);

	return step(h, HS_UPDATE);
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

	return step(h, HS_RENAME);
}


static int put_record(struct history_db *h, int64_t n, const char *text,
		      size_t len)
{
	(void)sqlite3_bind_int64(h->stmtv[HS_RECORD], 1, n);
	bind_text(h->stmtv[HS_RECORD], 2, text, len);

	return step(h, HS_RECORD);
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
int history_db_put(struct history_db *h, int64_t key,
		   const struct history_row *row, const char *text, size_t len)
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
int history_db_drop(struct history_db *h, int64_t id)
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
		code = step(h, dropv[i]);
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
int history_db_flight(struct history_db *h, int64_t id, const char *name)
{
	(void)sqlite3_bind_int64(h->stmtv[HS_FLIGHT], 1, id);
	bind_text(h->stmtv[HS_FLIGHT], 2, name, strlen(name));

	return step(h, HS_FLIGHT);
}
