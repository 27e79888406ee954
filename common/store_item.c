/**
 * @file store_item.c  What belongs to a key and is written while we run
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/job.h"
#include "common/store_state.h"
#include "common/writer.h"


static void destructor(void *arg)
{
	struct store_write *wr = arg;

	if (wr->job)
		job_forget(wr->job);
}


/**
 * Let a key's items become these, all or nothing
 *
 * Those who wait share a commit; nothing here waits.
 *
 * @param wp    Handle, or NULL; mem_deref() and the handler is not called,
 *              but the write goes on
 * @param s     Store
 * @param key   Key
 * @param itemv Items, copied; their keys do not matter
 * @param itemc Number of items; 0: the key has none any more
 * @param h     Called on the loop, never before this returns: 0 when it is
 *              committed, EIO when nothing has changed; or NULL
 * @param arg   Handler's argument
 *
 * @return 0 if success; ENOSPC: too much waits already; E2BIG, EINVAL
 */
int store_items_replace(struct store_write **wp, struct store *s,
			const char *key, const struct store_item *itemv,
			size_t itemc, store_done_h *h, void *arg)
{
	struct store_write *wr = NULL;
	struct job *job = NULL;
	int err;

	if (!s || !key)
		return EINVAL;

	err = store_writer(s);
	if (!err)
		err = job_alloc(&job, key, itemv, itemc);
	if (err)
		return err;

	job->h = h;
	job->arg = arg;
	if (wp) {
		wr = mem_zalloc(sizeof(*wr), destructor);
		if (!wr) {
			err = ENOMEM;
			goto out;
		}
		wr->job = job;
		job->write = wr;
	}

	err = writer_push(s->writer, job);
out:
	if (err) {
		mem_deref(wr);
		mem_deref(job);
	}
	else if (wp) {
		*wp = wr;
	}

	return err;
}


/**
 * Hand out all items that have not expired; the others go
 *
 * For the start: it waits for the disk.
 *
 * @param s   Store
 * @param now Seconds since 1970
 * @param h   Called with each, by key and name; must not use the store
 * @param arg Handler's argument
 *
 * @return 0 if success, EIO
 */
int store_items_all(struct store *s, int64_t now, store_item_h *h, void *arg)
{
	sqlite3_stmt *stmt;
	int code;

	if (!s || !h)
		return EINVAL;

	/* while another process writes they stay until the next start */
	stmt = s->stmtv[ST_ITEMS_EXPIRE];
	(void)sqlite3_bind_int64(stmt, 1, now);
	(void)sqlite3_step(stmt);
	store_reset(stmt);

	stmt = s->stmtv[ST_ITEMS_ALL];
	(void)sqlite3_bind_int64(stmt, 1, now);
	while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
		const struct store_item it = {
			.key = (const char *)sqlite3_column_text(stmt, 0),
			.item = (const char *)sqlite3_column_text(stmt, 1),
			.expires_at = sqlite3_column_int64(stmt, 2),
			.data = (const char *)sqlite3_column_text(stmt, 3),
		};

		if (it.key && it.item && it.data)
			h(&it, arg);
	}
	store_reset(stmt);

	return code == SQLITE_DONE ? 0 : EIO;
}
