/**
 * @file call_shelf.c  Where calls lie that are to outlive a restart
 *
 * Each commit survives a kill at once, a power failure not before the next
 * checkpoint: what a call was some seconds ago is little worth when the power
 * comes back.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <re.h>
#include "common/clock.h"
#include "common/database.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/spool.h"
#include "common/thread.h"
#include "proxy/state/call_shelf.h"

enum {
	APPLICATION = 0x76644331, /* "vdC1" */
	LOOK_US = 200000,  /* a call that is over by then costs no disk */
	REST_US = 1000000, /* after a failure */
	BATCH = 512,
	PATH_SIZE = 512,
	WHY_SIZE = 160,
};

static const char *const stepv[] = {
	"CREATE TABLE calls (id INTEGER PRIMARY KEY, state TEXT NOT NULL)",
};

static const struct database_kind kind = {
	.file = "calls.db",
	.migration = {.application = APPLICATION,
		      .version = ARRAY_SIZE(stepv),
		      .stepv = stepv},
	.settings = "PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;",
};

/** What is done with a row */
enum { PUT = 0, DEL, BEGIN, COMMIT, ROLLBACK, STATEMENTS };

static const char *const sqlv[STATEMENTS] = {
	[PUT] = ("INSERT INTO calls (id, state) VALUES (?1, ?2)"
		 " ON CONFLICT (id) DO UPDATE SET state = excluded.state"),
	[DEL] = "DELETE FROM calls WHERE id = ?1",
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
};

struct call_shelf {
	char dir[PATH_SIZE];
	struct spool *spool;
	struct log *log;
	struct counter *failures;
	sqlite3 *db; /* NULL: to be opened (again) */
	sqlite3_stmt *stmtv[STATEMENTS];
	bool copied; /* it is in memory, for calls to be read */
	bool failed; /* and said so */

	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool made, running, stop;
};


static void close_db(struct call_shelf *s)
{
	for (int i = 0; i < STATEMENTS; i++) {
		(void)sqlite3_finalize(s->stmtv[i]);
		s->stmtv[i] = NULL;
	}
	(void)sqlite3_close(s->db);
	s->db = NULL;
	s->copied = false;
}


static void destructor(void *arg)
{
	struct call_shelf *s = arg;

	if (s->running) {
		pthread_mutex_lock(&s->lock);
		s->stop = true;
		pthread_cond_signal(&s->cond);
		pthread_mutex_unlock(&s->lock);
		(void)pthread_join(s->thread, NULL);
	}

	close_db(s);
	if (s->made) {
		(void)pthread_cond_destroy(&s->cond);
		(void)pthread_mutex_destroy(&s->lock);
	}
}


static int prepare(struct call_shelf *s)
{
	for (int i = 0; i < STATEMENTS; i++) {
		if (sqlite3_prepare_v3(s->db, sqlv[i], -1,
				       SQLITE_PREPARE_PERSISTENT, &s->stmtv[i],
				       NULL) != SQLITE_OK)
			return EIO;
	}

	return 0;
}


static int open_db(struct call_shelf *s, char *why, size_t size)
{
	int err;

	err = database_open(&s->db, &kind, s->dir, why, size);
	if (!err)
		err = prepare(s);
	if (err)
		close_db(s);

	return err;
}


static int step(struct call_shelf *s, int which)
{
	const int code = sqlite3_step(s->stmtv[which]);

	(void)sqlite3_reset(s->stmtv[which]);
	(void)sqlite3_clear_bindings(s->stmtv[which]);

	switch (code & 0xff) {
	case SQLITE_DONE:
		return 0;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return EBADMSG;
	case SQLITE_FULL:
		return ENOSPC;
	case SQLITE_BUSY:
		return EBUSY;
	default:
		return EIO;
	}
}


static int take_item(struct call_shelf *s, const struct spool_item *item)
{
	const int which = item->kind == CALL_SHELF_OVER ? DEL : PUT;

	if (item->kind != CALL_SHELF_OVER && item->kind != CALL_SHELF_SAVED)
		return 0;

	(void)sqlite3_bind_int64(s->stmtv[which], 1, (int64_t)item->key);
	if (which == PUT)
		(void)sqlite3_bind_text(s->stmtv[which], 2, item->p,
					(int)item->len, SQLITE_STATIC);

	return step(s, which);
}


static void say(struct call_shelf *s, int err)
{
	counter_inc(s->failures);
	if (!s->failed)
		log_error(s->log, "calls.store.failed",
			  KV_STR("why", s->db ? sqlite3_errmsg(s->db)
					      : "cannot be opened"),
			  KV_ERRNO("error", err));
	s->failed = true;
}


/* SQLite takes some back by itself */
static void take_back(struct call_shelf *s, int err)
{
	say(s, err);
	if (!sqlite3_get_autocommit(s->db))
		(void)step(s, ROLLBACK);
}


/* ENOENT: there was nothing */
static int take_batch(struct call_shelf *s)
{
	struct spool_item item;
	uint64_t pos = 0;
	int err;

	if (spool_read(s->spool, &pos, &item))
		return ENOENT;

	err = step(s, BEGIN);
	for (int i = 0; i < BATCH && !err; i++) {
		err = take_item(s, &item);
		if (err || i + 1 == BATCH || spool_read(s->spool, &pos, &item))
			break;
	}
	if (!err)
		err = step(s, COMMIT);
	if (err)
		take_back(s, err);
	else
		spool_taken(s->spool, pos);

	return err;
}


/* all that is there; what fails stays in the spool */
static int take(struct call_shelf *s)
{
	int err = 0;

	if (!spool_waiting(s->spool))
		return 0;

	if (!s->db) {
		err = open_db(s, NULL, 0);
		if (err)
			say(s, err);
	}
	while (!err)
		err = take_batch(s);
	if (err == ENOENT) {
		s->failed = false;
		return 0;
	}

	return err;
}


/* false: it is to end */
static bool rest(struct call_shelf *s, uint64_t us)
{
	const struct timespec until = thread_at(clock_us() + us);
	bool stop;

	pthread_mutex_lock(&s->lock);
	while (!s->stop &&
	       pthread_cond_timedwait(&s->cond, &s->lock, &until) != ETIMEDOUT)
		;
	stop = s->stop;
	pthread_mutex_unlock(&s->lock);

	return !stop;
}


static void *thread_main(void *arg)
{
	struct call_shelf *s = arg;

	while (rest(s, s->failed ? REST_US : LOOK_US)) {
		const int err = take(s);

		/* on a full disk it could not be opened again */
		if (err == EIO || err == EBADMSG)
			close_db(s);
	}

	(void)take(s);

	return NULL;
}


/* nothing can be written, but read: the calls are those of the disk and of the
 * spool, which is taken when something can be */
static int take_copy(struct call_shelf *s)
{
	struct spool_item item;
	sqlite3 *copy = NULL;
	uint64_t pos = 0;
	int err;

	err = database_copy(&copy, s->db);
	if (err)
		return err;

	/* without room what stands beside it cannot be made again */
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
				NULL);
	close_db(s);
	s->db = copy;
	s->copied = true;
	err = prepare(s);
	while (!err && !spool_read(s->spool, &pos, &item))
		err = take_item(s, &item);

	return err;
}


/* what nobody can read is put aside: without it all calls would be lost at
 * each start, with it those of one */
static int begin_anew(struct call_shelf *s, char *why, size_t size)
{
	static const char *const endv[] = {"-wal", "-shm"};
	char path[PATH_SIZE], aside[PATH_SIZE];
	int err;

	log_warn(s->log, "calls.store.anew", KV_STR("why", why));
	close_db(s);
	(void)re_snprintf(path, sizeof(path), "%s/%s", s->dir, kind.file);
	(void)re_snprintf(aside, sizeof(aside), "%s.damaged", path);
	if (rename(path, aside))
		return errno;

	for (size_t i = 0; i < ARRAY_SIZE(endv); i++) {
		(void)re_snprintf(aside, sizeof(aside), "%s%s", path, endv[i]);
		(void)unlink(aside);
	}

	err = open_db(s, why, size);

	return err ? err : take(s);
}


static int open_first(struct call_shelf *s)
{
	char why[WHY_SIZE] = "cannot be read";
	int err;

	err = open_db(s, why, sizeof(why));
	if (!err) {
		err = take(s);
		if (err && err != EBADMSG)
			err = take_copy(s);
	}
	if (err == EBADMSG)
		err = begin_anew(s, why, sizeof(why));
	if (err)
		log_error(s->log, "calls.store.failed", KV_STR("why", why),
			  KV_ERRNO("error", err));

	return err;
}


/**
 * Open the shelf
 *
 * @param sp      Pointer to allocated shelf
 * @param dir     Directory of its database
 * @param spool   Where its items stand
 * @param log     Log
 * @param metrics Counters
 *
 * @return 0 if success, otherwise errorcode
 */
int call_shelf_alloc(struct call_shelf **sp, const char *dir,
		     struct spool *spool, struct log *log,
		     struct metrics *metrics)
{
	struct call_shelf *s;
	int err;

	if (!sp || !dir || !spool)
		return EINVAL;

	s = mem_zalloc(sizeof(*s), destructor);
	if (!s)
		return ENOMEM;

	s->spool = spool;
	s->log = log;
	s->failures = metrics_counter(metrics, "calls_store_failures_total");
	err = re_snprintf(s->dir, sizeof(s->dir), "%s", dir) < 0 ? ENAMETOOLONG
								 : 0;
	if (!err)
		err = open_first(s);
	if (err)
		mem_deref(s);
	else
		*sp = s;

	return err;
}


/**
 * Walk over the calls
 *
 * @param s   Shelf, not running yet
 * @param h   Called for each
 * @param arg Its argument
 *
 * @return 0 if success, EIO: not all of them could be read
 */
int call_shelf_each(struct call_shelf *s, call_shelf_h *h, void *arg)
{
	static const char sql[] = "SELECT id, state FROM calls";
	sqlite3_stmt *stmt = NULL;
	int code;

	if (!s || !h || s->running || !s->db)
		return EINVAL;

	code = sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL);
	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(stmt);
		if (code == SQLITE_ROW)
			h((uint64_t)sqlite3_column_int64(stmt, 0),
			  (const char *)sqlite3_column_blob(stmt, 1),
			  (size_t)sqlite3_column_bytes(stmt, 1), arg);
	}
	(void)sqlite3_finalize(stmt);

	return code == SQLITE_DONE ? 0 : EIO;
}


/**
 * Let a thread take what is put into the spool
 *
 * @param s Shelf
 *
 * @return 0 if success, otherwise errorcode
 */
int call_shelf_run(struct call_shelf *s)
{
	int err;

	if (!s || s->running)
		return EINVAL;

	if (!s->made) {
		err = pthread_mutex_init(&s->lock, NULL);
		if (!err)
			err = thread_cond_init(&s->cond);
		if (err)
			return err;
		s->made = true;
	}

	if (s->copied)
		close_db(s);
	err = thread_start(&s->thread, "viaduct-calls", thread_main, s);
	s->running = !err;

	return err;
}
