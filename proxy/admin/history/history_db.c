/**
 * @file history_db.c  The history's connection that writes
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <re.h>
#include "proxy/admin/history/history_db.h"
#include "proxy/admin/history/history_schema.h"

enum { BUSY_MS = 250 }; /* then it is tried again, a second later */


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


static int prepare(struct history_db *h)
{
	char buf[HISTORY_STATEMENT_SIZE];

	for (int i = 0; i < HS_MAX; i++) {
		const char *sql = history_statement_print(
			buf, (enum history_statement)i);

		if (!sql || sqlite3_prepare_v3(
				    h->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
				    &h->stmtv[i], NULL) != SQLITE_OK)
			return EIO;
	}

	return 0;
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


/* places of another box say nothing of those of this one */
static int begin_places(struct history_db *h)
{
	const long long box = (long long)h->box;
	char sql[160];

	if (!box || read_meta(h, "box") == box)
		return 0;

	if (re_snprintf(sql, sizeof(sql),
			"BEGIN IMMEDIATE; DELETE FROM places;"
			" UPDATE meta SET value = %lld WHERE name = 'box';"
			" COMMIT",
			box) < 0)
		return ENOMEM;

	return history_db_exec(h, sql) == SQLITE_OK ? 0 : EIO;
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
	if (begin_run(h) || begin_places(h) || prepare(h)) {
		history_db_say(h);
		history_db_close(h);
		return EIO;
	}
	++h->opened;

	return 0;
}


/**
 * Run a statement to its end, and take what is bound to it away
 *
 * @param h     Connection
 * @param which Statement
 *
 * @return SQLITE_OK or SQLite's code
 */
int history_db_step(struct history_db *h, enum history_statement which)
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
	return history_db_step(h, HS_BEGIN);
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
	return history_db_step(h, HS_COMMIT);
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

	return history_db_step(h, HS_BEAT);
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
