/**
 * @file history_writer.c  What the history's thread does
 *
 * All that waits is written with one commit. Where the database refuses one
 * record, each is written alone, so that it does not take the others with it;
 * where the trouble is the database's own, all of them are tried again later.
 */
#include "common/json.h"
#include <errno.h>
#include <string.h>
#include "common/clock.h"
#include "common/metrics.h"
#include "proxy/admin/history/history_entry.h"
#include "proxy/admin/history/history_place.h"
#include "proxy/admin/history/history_writer.h"

enum { BEAT_US = 5000000, CLEAN_US = 60000000 };


static void destructor(void *arg)
{
	struct history_writer *w = arg;

	history_reap_close(&w->reap);
	history_db_close(&w->db);
	history_post_close(&w->post);
	mem_deref(w->box);
	mem_deref(w->metrics);
}


/**
 * Allocate what the thread works with
 *
 * @param wp      Pointer to allocated writer
 * @param conf    What is kept, and where
 * @param metrics Counters, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int history_writer_alloc(struct history_writer **wp,
			 const struct history_conf *conf,
			 struct metrics *metrics)
{
	struct history_writer *w = mem_zalloc(sizeof(*w), destructor);
	int err;

	if (!w)
		return ENOMEM;

	w->post.fd = -1;
	w->keep.days = conf->days;
	w->keep.size = (uint64_t)conf->size * HISTORY_MB;
	err = history_post_init(&w->post);
	if (!err)
		err = history_db_init(&w->db, conf->dir);
	if (!err && conf->lines)
		err = re_snprintf(w->lines, sizeof(w->lines), "%s",
				  conf->lines) < 0
			      ? ENAMETOOLONG
			      : 0;
	if (err) {
		mem_deref(w);
		return err;
	}

	w->box = mem_ref(conf->box);
	w->db.box = strongbox_id(conf->box);
	w->metrics = mem_ref(metrics);
	w->refused = metrics_counter(metrics, "history_refused_total");
	*wp = w;

	return 0;
}


static int put(struct history_writer *w, const struct slip *s)
{
	json_t *record = json_loadb(s->text, s->len, 0, NULL);
	struct history_row *row = mem_zalloc(sizeof(*row), NULL);
	int code = SQLITE_MISMATCH;

	if (row && record && !history_row_decode(row, record))
		code = history_entry_put(&w->db, (int64_t)s->key, row, s->text,
					 s->len);
	mem_deref(row);
	json_decref(record);

	return code;
}


static int do_slip(struct history_writer *w, const struct slip *s)
{
	switch (s->kind) {
	case HISTORY_SETTLE:
		w->settled = true;
		return SQLITE_OK;
	case HISTORY_DROP:
		return history_entry_drop(&w->db, (int64_t)s->key);
	case HISTORY_FLIGHT:
		return history_entry_flight(&w->db, (int64_t)s->key, s->text);
	default:
		return put(w, s);
	}
}


/* of a former server's it is not known what has become of them */
static int write_slip(struct history_writer *w, const struct slip *s)
{
	const struct deposit *d = &s->deposit;
	int code = SQLITE_DONE;

	if (d->again)
		code = history_place_find(&w->db, d->place);
	if (code != SQLITE_DONE)
		return code == SQLITE_ROW ? SQLITE_OK : code;

	w->db.former = d->again;
	code = do_slip(w, s);
	if (code == SQLITE_OK && d->place)
		code = history_place_add(&w->db, d->place);

	return code;
}


static int transaction(struct history_writer *w, struct slip *const *slipv,
		       int n)
{
	int code = history_db_begin(&w->db);

	for (int i = 0; i < n && code == SQLITE_OK; i++)
		code = write_slip(w, slipv[i]);
	if (code == SQLITE_OK)
		code = history_db_beat(&w->db);
	if (code == SQLITE_OK)
		code = history_db_commit(&w->db);
	if (code != SQLITE_OK) {
		history_db_say(&w->db);
		history_db_rollback(&w->db);
	}

	return code;
}


/* those that are refused are lost, whatever one does */
static int write_singly(struct history_writer *w, struct slip *const *slipv,
			int n)
{
	int code = SQLITE_OK;

	for (int i = 0; i < n && !history_db_is_general(code); i++) {
		code = transaction(w, &slipv[i], 1);
		if (code != SQLITE_OK && !history_db_is_general(code))
			counter_inc(w->refused);
	}

	return history_db_is_general(code) ? code : SQLITE_OK;
}


static int fail(struct history_writer *w, int code)
{
	if ((code & 0xff) == SQLITE_BUSY)
		return EBUSY;

	history_db_close(&w->db);

	return (code & 0xff) == SQLITE_FULL ? ENOSPC : EIO;
}


/**
 * Write what waits
 *
 * @param slipv Records
 * @param n     Number of them; 0: is the database ready?
 * @param why   Set to a sentence on failure
 * @param arg   Writer
 *
 * @return 0 if they are written, otherwise errorcode: none needs to be
 */
int history_writer_write(struct slip *const *slipv, int n, char *why,
			 void *arg)
{
	struct history_writer *w = arg;
	int err = history_db_ready(&w->db), code = SQLITE_OK;

	if (!err && n)
		code = transaction(w, slipv, n);
	if (code != SQLITE_OK && !history_db_is_general(code))
		code = write_singly(w, slipv, n);
	if (code != SQLITE_OK)
		err = fail(w, code);
	if (err)
		(void)str_ncpy(why, w->db.why, TRAY_WHY_SIZE);

	return err;
}


/* a crash is to be seen as such: when it was */
static int beat(struct history_writer *w, uint64_t now_us)
{
	if (now_us < w->beat_us + BEAT_US)
		return SQLITE_OK;

	w->beat_us = now_us;

	return history_db_beat(&w->db);
}


/* a minute later: what a power failure brings back is not that old */
static int clean(struct history_writer *w, uint64_t now_us)
{
	const uint64_t done = w->done;

	if (!w->box || now_us < w->clean_us + CLEAN_US)
		return SQLITE_OK;

	w->clean_us = now_us;
	w->done = strongbox_done(w->box);

	return done ? history_place_forget(&w->db, done) : SQLITE_OK;
}


/**
 * What is to be done from time to time
 *
 * @param arg Writer
 */
void history_writer_idle(void *arg)
{
	struct history_writer *w = arg;
	const uint64_t now_us = clock_us();
	int code = SQLITE_OK;

	if (!w->db.db)
		return;

	if (w->made != w->db.made) {
		w->made = w->db.made;
		history_post_made(&w->post);
	}

	if (w->settled)
		code = history_reap_step(&w->reap, &w->db,
					 w->lines[0] ? w->lines : NULL,
					 &w->post);
	if (code == SQLITE_OK)
		code = beat(w, now_us);
	if (code == SQLITE_OK)
		code = clean(w, now_us);
	if (code == SQLITE_OK)
		code = history_keep_step(&w->keep, &w->db, clock_wall_ms(),
					 now_us);
	if (code != SQLITE_OK && history_db_is_general(code))
		(void)fail(w, code);
}
