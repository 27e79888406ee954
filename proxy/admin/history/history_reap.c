/**
 * @file history_reap.c  Calls of a former run that nobody has ended
 */
#include "common/json.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "proxy/admin/history/cdr_tail.h"
#include "proxy/admin/history/history_entry.h"
#include "proxy/admin/history/history_reap.h"
#include "proxy/admin/history/tray.h"

enum { TIME_SIZE = 32 };

/** An open call, as it was read */
struct open_call {
	int64_t n, id;
	char *text; /* of json's malloc */
};


/**
 * Release what a reaper holds
 *
 * @param r Reaper
 */
void history_reap_close(struct history_reap *r)
{
	r->tail = mem_deref(r->tail);
}


static void set_time(json_t *record, int64_t ms)
{
	const time_t s = (time_t)(ms / 1000);
	char buf[TIME_SIZE], text[TIME_SIZE + 8];
	struct tm tm;

	if (!gmtime_r(&s, &tm) ||
	    !strftime(buf, sizeof(buf), "%Y-%m-%dT%H:%M:%S", &tm))
		return;

	(void)re_snprintf(text, sizeof(text), "%s.%03dZ", buf,
			  (int)(ms % 1000));
	(void)json_object_set_new(record, "ended", json_string(text));
}


/**
 * End a record whose server has died
 *
 * @param record   Record, changed
 * @param ended_ms When it was heard of last; not before the call's beginning
 *
 * @return 0 if success, EINVAL if it is no record
 */
int history_reap_close_record(json_t *record, int64_t ended_ms)
{
	const json_t *started = json_object_get(record, "started_ms");
	const json_t *answered = json_object_get(record, "answered_ms");
	int64_t since = json_integer_value(started);

	if (!json_is_integer(started))
		return EINVAL;

	if (json_is_integer(answered))
		since = json_integer_value(answered);
	if (ended_ms < since)
		ended_ms = since;

	set_time(record, ended_ms);
	(void)json_object_set_new(record, "ended_ms", json_integer(ended_ms));
	(void)json_object_set_new(record, "talked_ms",
				  json_integer(json_is_integer(answered)
						       ? ended_ms - since
						       : 0));
	if (json_is_integer(answered))
		(void)json_object_set_new(record, "status", json_integer(200));
	(void)json_object_set_new(record, "state", json_string("ended"));
	(void)json_object_set_new(record, "ended_by", json_string("us"));

	return json_object_set_new(record, "why", json_string("lost")) ? ENOMEM
								       : 0;
}


/* copied: what is done with them changes the table */
static int read_slice(struct open_call v[HISTORY_REAP_SLICE], size_t *n,
		      const struct history_reap *r, struct history_db *db)
{
	static const char sql[] =
		"SELECT c.n, c.id, r.record FROM calls c"
		" JOIN records r ON r.n = c.n"
		" WHERE c.ended_ms IS NULL AND c.run < ?1 AND c.n > ?2"
		" ORDER BY c.n LIMIT ?3";
	sqlite3_stmt *stmt = NULL;
	int code = sqlite3_prepare_v2(db->db, sql, -1, &stmt, NULL);

	*n = 0;
	if (code != SQLITE_OK)
		return code;

	(void)sqlite3_bind_int64(stmt, 1, db->run);
	(void)sqlite3_bind_int64(stmt, 2, r->after);
	(void)sqlite3_bind_int(stmt, 3, HISTORY_REAP_SLICE);
	while ((code = sqlite3_step(stmt)) == SQLITE_ROW &&
	       *n < HISTORY_REAP_SLICE) {
		const char *text = (const char *)sqlite3_column_text(stmt, 2);

		v[*n].n = sqlite3_column_int64(stmt, 0);
		v[*n].id = sqlite3_column_int64(stmt, 1);
		v[*n].text = text ? strdup(text) : NULL;
		++*n;
	}
	(void)sqlite3_finalize(stmt);

	return code == SQLITE_DONE || code == SQLITE_ROW ? SQLITE_OK : code;
}


/* it has ended, and its record was written */
static int complete(struct history_db *db, const struct pl *line)
{
	json_t *record = json_loadb(line->p, line->l, 0, NULL);
	struct history_row *row = mem_zalloc(sizeof(*row), NULL);
	int code = SQLITE_OK;

	if (row && record && !history_row_decode(row, record))
		code = history_entry_put(db, 0, row, line->p, line->l);
	mem_deref(row);
	json_decref(record);

	return code;
}


static void lose(const struct open_call *oc, int64_t beat,
		 struct history_post *post)
{
	json_t *record = oc->text ? json_loads(oc->text, 0, NULL) : NULL;
	struct slip *slip = NULL;
	char *text = NULL;

	if (!history_reap_close_record(record, beat))
		text = json_dumps(record, JSON_COMPACT | JSON_DIGITS);
	if (text)
		slip = slip_alloc(0, (uint64_t)oc->id, text, strlen(text));
	if (slip)
		history_post_put(post, slip);
	free(text);
	json_decref(record);
}


static int reap(struct history_reap *r, struct history_db *db,
		const struct open_call *oc, struct history_post *post)
{
	struct pl line;

	r->after = oc->n;
	if (cdr_tail_find(r->tail, (uint64_t)oc->id, &line))
		return complete(db, &line);

	lose(oc, db->beat, post);

	return SQLITE_OK;
}


static int reap_slice(struct history_reap *r, struct history_db *db,
		      struct open_call *v, size_t n, struct history_post *post)
{
	int code = history_db_begin(db);

	for (size_t i = 0; i < n; i++) {
		if (code == SQLITE_OK)
			code = reap(r, db, &v[i], post);
		free(v[i].text);
	}
	if (code == SQLITE_OK)
		code = history_db_commit(db);
	if (code != SQLITE_OK)
		history_db_rollback(db);

	return code;
}


/**
 * See to the next open calls of former runs
 *
 * @param r     Reaper; over when there are no more
 * @param db    Connection, open
 * @param lines File of records, or NULL
 * @param post  Where those go that are lost
 *
 * @return SQLITE_OK or SQLite's code
 */
int history_reap_step(struct history_reap *r, struct history_db *db,
		      const char *lines, struct history_post *post)
{
	struct open_call *v;
	size_t n = 0;
	int code;

	if (r->over)
		return SQLITE_OK;

	v = mem_zalloc(HISTORY_REAP_SLICE * sizeof(*v), NULL);
	if (!v)
		return SQLITE_NOMEM;

	code = read_slice(v, &n, r, db);
	r->over = code == SQLITE_OK && !n;
	if (code == SQLITE_OK && n && !r->tail)
		(void)cdr_tail_alloc(&r->tail, lines);
	if (code == SQLITE_OK && n)
		code = reap_slice(r, db, v, n, post);
	mem_deref(v);
	if (r->over)
		history_reap_close(r);

	return code;
}
