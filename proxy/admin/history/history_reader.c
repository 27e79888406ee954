/**
 * @file history_reader.c  Past calls, read in any thread
 */
#include "common/json.h"
#include <errno.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include "common/clock.h"
#include "proxy/admin/history/history_page.h"
#include "proxy/admin/history/history_reader.h"
#include "proxy/admin/history/history_row.h"
#include "proxy/admin/history/history_schema.h"

enum {
	PATH_SIZE = 512,
	BUSY_MS = 500,
	QUERY_MS = 2000,
	STEPS = 10000, /* of SQLite's machine, between two looks at the clock */
};

struct history_reader {
	char path[PATH_SIZE];
	sqlite3 *db; /* NULL: to be opened */
	uint64_t until_us;
};


static void close_db(struct history_reader *r)
{
	(void)sqlite3_close(r->db);
	r->db = NULL;
}


static void destructor(void *arg)
{
	close_db(arg);
}


/**
 * Allocate a reader
 *
 * @param rp  Pointer to allocated reader
 * @param dir Data directory
 *
 * @return 0 if success, otherwise errorcode
 */
int history_reader_alloc(struct history_reader **rp, const char *dir)
{
	struct history_reader *r;

	if (!rp || !dir || !*dir)
		return EINVAL;

	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	if (re_snprintf(r->path, sizeof(r->path), "%s/%s", dir,
			history_schema()->file) < 0) {
		mem_deref(r);
		return ENAMETOOLONG;
	}

	*rp = r;

	return 0;
}


static int say(json_t *answer, int err, const char *why)
{
	(void)json_object_set_new(answer, "error", json_string(why));

	return err;
}


static int progress_handler(void *arg)
{
	const struct history_reader *r = arg;

	return clock_us() >= r->until_us;
}


/* the file may have been made anew since */
static bool is_moved(sqlite3 *db)
{
	int moved = 0;

	return sqlite3_file_control(db, NULL, SQLITE_FCNTL_HAS_MOVED,
				    &moved) == SQLITE_OK &&
	       moved;
}


static int open_db(struct history_reader *r)
{
	const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
	struct stat st;

	if (stat(r->path, &st))
		return errno;
	if (!st.st_size) /* there was no room for it yet */
		return ENOENT;
	if (sqlite3_open_v2(r->path, &r->db, flags, NULL) != SQLITE_OK) {
		close_db(r);
		return EIO;
	}

	(void)sqlite3_busy_timeout(r->db, BUSY_MS);
	(void)sqlite3_exec(r->db, "PRAGMA query_only = ON", NULL, NULL, NULL);
	sqlite3_progress_handler(r->db, STEPS, progress_handler, r);

	return 0;
}


static int begin(struct history_reader *r, json_t *answer)
{
	int err;

	r->until_us = clock_us() + (uint64_t)QUERY_MS * 1000;
	if (r->db && is_moved(r->db))
		close_db(r);
	if (r->db)
		return 0;

	err = open_db(r);
	if (!err && !migration_is_done(r->db, &history_schema()->migration)) {
		close_db(r);
		return say(answer, EIO, "the history is of another version");
	}
	if (err == ENOENT)
		return say(answer, err, "there is no history");

	return err ? say(answer, err, "the history cannot be opened") : 0;
}


static int fail(struct history_reader *r, json_t *answer, int code)
{
	switch (code & 0xff) {
	case SQLITE_INTERRUPT:
		return say(answer, ETIMEDOUT,
			   "too much to search: more letters, or less time");
	case SQLITE_BUSY:
		return say(answer, EBUSY, "the history is busy");
	case SQLITE_NOMEM:
		return ENOMEM;
	default:
		(void)say(answer, EIO, sqlite3_errmsg(r->db));
		close_db(r);
		return EIO;
	}
}


static int run_page(struct history_reader *r, const struct history_query *q,
		    struct history_page *page, json_t *answer)
{
	int err = begin(r, answer), code;

	if (err)
		return err;

	code = history_page_read(page, r->db, q);

	return code == SQLITE_OK ? 0 : fail(r, answer, code);
}


static int build(struct history_query *q, const json_t *question,
		 json_t *answer)
{
	const char *wrong = "";
	char why[64];
	const int err = history_query_build(q, question, &wrong);

	if (err &&
	    re_snprintf(why, sizeof(why), "%s makes no sense", wrong) > 0)
		return say(answer, err, why);

	return err;
}


static int put_page(json_t *answer, const struct history_page *page)
{
	if (page->more)
		(void)json_object_set_new(
			answer, "next",
			json_sprintf("%lld", (long long)page->last));

	return json_object_set(answer, "calls", page->rows) ? ENOMEM : 0;
}


/**
 * Search past calls
 *
 * @param r        Reader
 * @param question What is asked
 * @param answer   Object
 *
 * @return 0 if success, otherwise errorcode
 */
int history_search(struct history_reader *r, const json_t *question,
		   json_t *answer)
{
	struct history_page page;
	struct history_query *q;
	int err;

	if (!r || !answer)
		return EINVAL;

	q = mem_zalloc(sizeof(*q), NULL);
	if (!q)
		return ENOMEM;

	err = build(q, question, answer);
	if (!err)
		err = history_page_init(&page);
	if (!err) {
		err = run_page(r, q, &page, answer);
		if (!err)
			err = put_page(answer, &page);
		history_page_close(&page);
	}
	mem_deref(q);

	return err;
}


static int put_record(struct history_reader *r, int64_t n, json_t *answer)
{
	json_t *record = NULL;
	const int code = history_page_record(&record, r->db, n);

	if (code != SQLITE_OK)
		return fail(r, answer, code);

	return json_object_set_new(answer, "record",
				   record ? record : json_object())
		       ? ENOMEM
		       : 0;
}


/* ENOENT: there is none */
static int find_one(struct history_reader *r, const char *key, const char *id,
		    json_t *answer)
{
	json_t *question = json_pack("{s:s,s:i}", key, id, "limit", 1);
	struct history_page page = {.rows = NULL};
	struct history_query *q = mem_zalloc(sizeof(*q), NULL);
	int err = !q || !question ? ENOMEM : 0;

	if (!err)
		err = build(q, question, answer);
	if (!err)
		err = history_page_init(&page);
	if (!err)
		err = run_page(r, q, &page, answer);
	if (!err && !page.n)
		err = ENOENT;
	if (!err && json_object_update(answer, json_array_get(page.rows, 0)))
		err = ENOMEM;
	if (!err)
		err = put_record(r, page.last, answer);

	history_page_close(&page);
	json_decref(question);
	mem_deref(q);

	return err;
}


/**
 * All that is kept of a call
 *
 * @param r      Reader
 * @param id     The call's number, or its Call-ID
 * @param answer Object
 *
 * @return 0 if success, ENOENT if there is no such call, otherwise errorcode
 */
int history_one(struct history_reader *r, const char *id, json_t *answer)
{
	int64_t n;
	int err = ENOENT;

	if (!r || !id || !*id || !answer)
		return EINVAL;

	if (!history_id_decode(&n, id))
		err = find_one(r, "id", id, answer);
	if (err == ENOENT)
		err = find_one(r, "call_id", id, answer);
	if (err == ENOENT && !json_object_get(answer, "error"))
		return say(answer, err, "no such call");

	return err;
}
