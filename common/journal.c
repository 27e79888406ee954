/**
 * @file journal.c  The writer's connection: many jobs with one commit
 *
 * A commit waits for the disk, whatever is in it: with all that waits in one
 * transaction, the price is paid once. When it fails, each job is tried once
 * more alone, so that one that the database refuses does not take the others
 * with it; where the trouble is the database's own, that ends at the first.
 *
 * After such trouble the file is opened again: the disk may have been
 * replaced, the file restored from a copy. One that was moved away is noticed
 * before each commit, for what went there would be lost.
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <re.h>
#include "common/job.h"
#include "common/journal.h"
#include "common/schema.h"


enum { BUSY_STEP_MS = 5, BUSY_STEPS = 400 };

static const char *const sqlv[JS_MAX] = {
	"BEGIN IMMEDIATE",
	"COMMIT",
	"DELETE FROM items WHERE key = ?1",
	"INSERT INTO items(key, item, expires_at, data) VALUES(?, ?, ?, ?)",
	"PRAGMA data_version",
};


/**
 * Close the connection; it opens again when it is needed
 *
 * @param j Journal
 */
void journal_close(struct journal *j)
{
	for (size_t i = 0; i < JS_MAX; i++) {
		(void)sqlite3_finalize(j->stmtv[i]);
		j->stmtv[i] = NULL;
	}
	(void)sqlite3_close(j->db);
	j->db = NULL;
}


/* another process writes: a REGISTER can wait for it, for a while */
static int busy_handler(void *arg, int tries)
{
	const struct timespec step = {.tv_nsec = BUSY_STEP_MS * 1000000L};
	struct journal *j = arg;

	if (tries >= BUSY_STEPS || atomic_load(&j->hurry))
		return 0;
	(void)nanosleep(&step, NULL);

	return 1;
}


/**
 * Keep what the database says of its last failure
 *
 * @param j Journal, open
 */
void journal_say(struct journal *j)
{
	(void)re_snprintf(j->why, sizeof(j->why), "%s (%d)",
			  sqlite3_errmsg(j->db),
			  sqlite3_extended_errcode(j->db));
}


static bool is_moved(struct journal *j)
{
	int moved = 0;

	return sqlite3_file_control(j->db, NULL, SQLITE_FCNTL_HAS_MOVED,
				    &moved) == SQLITE_OK &&
	       moved;
}


/**
 * Open the connection unless it is open
 *
 * @param j Journal
 *
 * @return 0 if success, EIO
 */
int journal_ready(struct journal *j)
{
	if (j->db && is_moved(j))
		journal_close(j);
	if (j->db)
		return 0;
	if (database_reopen(&j->db, schema_store(), j->dir, j->why,
			    sizeof(j->why)))
		return EIO;

	(void)sqlite3_busy_handler(j->db, busy_handler, j);
	for (size_t i = 0; i < JS_MAX; i++) {
		if (sqlite3_prepare_v3(j->db, sqlv[i], -1,
				       SQLITE_PREPARE_PERSISTENT, &j->stmtv[i],
				       NULL) == SQLITE_OK)
			continue;
		journal_say(j);
		journal_close(j);
		return EIO;
	}
	++j->opened;

	return 0;
}


/**
 * Initialise a journal; it opens when it is needed
 *
 * @param j   Journal
 * @param dir The database's directory
 *
 * @return 0 if success, ENAMETOOLONG
 */
int journal_init(struct journal *j, const char *dir)
{
	memset(j, 0, sizeof(*j));
	atomic_init(&j->hurry, false);
	if (re_snprintf(j->dir, sizeof(j->dir), "%s", dir) < 0)
		return ENAMETOOLONG;

	return 0;
}


/* SQLITE_DONE and SQLITE_ROW are success */
static int step(struct journal *j, enum journal_statement which)
{
	sqlite3_stmt *stmt = j->stmtv[which];
	const int code = sqlite3_step(stmt);

	(void)sqlite3_reset(stmt);
	(void)sqlite3_clear_bindings(stmt);

	return code == SQLITE_DONE || code == SQLITE_ROW ? SQLITE_OK : code;
}


static void bind_text(sqlite3_stmt *stmt, int col, const char *text)
{
	(void)sqlite3_bind_text(stmt, col, text, -1, SQLITE_STATIC);
}


static int write_job(struct journal *j, const struct job *job)
{
	sqlite3_stmt *stmt = j->stmtv[JS_INSERT];
	int code;

	bind_text(j->stmtv[JS_DELETE], 1, job->key);
	code = step(j, JS_DELETE);

	for (size_t i = 0; code == SQLITE_OK && i < job->itemc; i++) {
		bind_text(stmt, 1, job->key);
		bind_text(stmt, 2, job->itemv[i].item);
		(void)sqlite3_bind_int64(stmt, 3, job->itemv[i].expires_at);
		bind_text(stmt, 4, job->itemv[i].data);
		code = step(j, JS_INSERT);
	}

	return code;
}


static void roll_back(struct journal *j)
{
	/* some errors have done it already */
	if (!sqlite3_get_autocommit(j->db))
		(void)sqlite3_exec(j->db, "ROLLBACK", NULL, NULL, NULL);
}


/* the jobs from first to last with one commit */
static int transaction(struct journal *j, struct le *first, struct le *last)
{
	int code = step(j, JS_BEGIN);

	if (code != SQLITE_OK) {
		journal_say(j);
		return code;
	}

	for (struct le *le = first; le && code == SQLITE_OK; le = le->next) {
		code = write_job(j, le->data);
		if (le == last)
			break;
	}
	if (code == SQLITE_OK)
		code = step(j, JS_COMMIT);
	if (code != SQLITE_OK) {
		journal_say(j);
		roll_back(j);
	}
	else
		++j->commits;

	return code;
}


static bool is_general(int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_CANTOPEN:
	case SQLITE_CORRUPT:
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_LOCKED:
	case SQLITE_NOTADB:
	case SQLITE_PROTOCOL:
	case SQLITE_READONLY:
	case SQLITE_SCHEMA:
		return true;
	default:
		return false;
	}
}


/* each alone; what is left after general trouble fails with it */
static int write_singly(struct journal *j, struct list *jobl)
{
	int code = SQLITE_OK;

	for (struct le *le = jobl->head; le; le = le->next) {
		struct job *job = le->data;

		if (!is_general(code))
			code = atomic_load(&j->hurry) ? SQLITE_BUSY
						      : transaction(j, le, le);
		job->err = code == SQLITE_OK ? 0 : EIO;
	}

	return code;
}


static int close_after(struct journal *j, int code)
{
	if (!is_general(code))
		return 0;

	if ((code & 0xff) != SQLITE_BUSY)
		journal_close(j);

	return EIO;
}


static void set_all(struct list *jobl, int err)
{
	for (struct le *le = jobl->head; le; le = le->next) {
		struct job *job = le->data;

		job->err = err;
	}
}


/**
 * Carry out jobs, with one commit where that is possible
 *
 * @param j    Journal
 * @param jobl Jobs; each has its result afterwards
 *
 * @return 0 if success or only single jobs failed; EIO: the next ones would
 *         fail too
 */
int journal_write(struct journal *j, struct list *jobl)
{
	int code;

	if (!jobl->head)
		return 0;

	if (journal_ready(j)) {
		set_all(jobl, EIO);
		return EIO;
	}

	code = transaction(j, jobl->head, jobl->tail);
	if (code == SQLITE_OK)
		set_all(jobl, 0);
	else if (is_general(code))
		set_all(jobl, EIO);
	else
		code = write_singly(j, jobl);

	return close_after(j, code);
}


/**
 * Get a number that changes when another connection has changed the database;
 * each opening has numbers of its own
 *
 * @param j       Journal
 * @param version Number
 *
 * @return 0 if success, EIO
 */
int journal_version(struct journal *j, int64_t *version)
{
	sqlite3_stmt *stmt;
	int err = EIO;

	if (journal_ready(j))
		return EIO;

	stmt = j->stmtv[JS_VERSION];
	if (sqlite3_step(stmt) == SQLITE_ROW) {
		*version = sqlite3_column_int64(stmt, 0);
		err = 0;
	}
	if (err)
		journal_say(j);
	(void)sqlite3_reset(stmt);

	return err;
}
