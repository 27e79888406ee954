/**
 * @file store_account.c  The accounts in the store
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/store_state.h"
#include "common/writer.h"


static int write_row(struct store *s, enum store_statement which,
		     const struct store_row *row)
{
	sqlite3_stmt *stmt;
	bool ok;
	int code;

	if (!s || !row || !row->key)
		return EINVAL;

	stmt = s->stmtv[which];
	ok = store_bind(stmt, 1, row->key, strlen(row->key));
	for (int i = 0; i < STORE_COLUMNS_MAX; i++) {
		const char *col = row->colv[i];

		ok = ok && store_bind(stmt, 2 + i, col, col ? strlen(col) : 0);
	}
	code = ok ? sqlite3_step(stmt) : SQLITE_ERROR;
	store_reset(stmt);
	if (code == SQLITE_CONSTRAINT)
		return EEXIST;
	if (code != SQLITE_DONE)
		return EIO;

	/* none: it is another one's alias */
	return sqlite3_changes(s->db) ? 0 : EEXIST;
}


/**
 * Add an account
 *
 * @param s   Store
 * @param row Key and columns
 *
 * @return 0 if success, EEXIST, EIO
 */
int store_account_put(struct store *s, const struct store_row *row)
{
	return write_row(s, ST_ADD, row);
}


/**
 * Add an account, or change the one that is there
 *
 * @param s   Store
 * @param row Key and columns
 *
 * @return 0 if success, EIO
 */
int store_account_set(struct store *s, const struct store_row *row)
{
	return write_row(s, ST_SET, row);
}


/**
 * Read the row that a statement of accounts is at
 *
 * @param row  Row, valid until the next step
 * @param stmt Statement
 *
 * @return true if success
 */
bool store_row_read(struct store_row *row, sqlite3_stmt *stmt)
{
	row->key = (const char *)sqlite3_column_text(stmt, 0);
	for (int i = 0; i < STORE_COLUMNS_MAX; i++)
		row->colv[i] = (const char *)sqlite3_column_text(stmt, i + 1);

	return row->key;
}


/**
 * Get an account
 *
 * @param s   Store
 * @param key Its key
 * @param h   Called with the row, which is gone afterwards
 * @param arg Handler's argument
 *
 * @return 0 if success, ENOENT, EIO
 */
int store_account_get(struct store *s, const struct pl *key, store_row_h *h,
		      void *arg)
{
	struct store_row row;
	sqlite3_stmt *stmt;
	int code;

	if (!s || !key || !key->p || !h)
		return EINVAL;

	stmt = s->stmtv[ST_GET];
	code = store_bind(stmt, 1, key->p, key->l) ? sqlite3_step(stmt)
						   : SQLITE_ERROR;
	if (code == SQLITE_ROW && store_row_read(&row, stmt))
		h(&row, arg);
	store_reset(stmt);

	if (code == SQLITE_ROW)
		return 0;

	return code == SQLITE_DONE ? ENOENT : EIO;
}


/* with its aliases, by the foreign key, and its items */
static int delete_all(struct store *s, const char *key)
{
	int err = store_step_key(s, ST_DEL, key);

	if (!err && !sqlite3_changes(s->db))
		err = ENOENT;
	if (!err)
		err = store_step_key(s, ST_ITEMS_DEL, key);

	return err;
}


/**
 * Delete an account, its aliases and its items
 *
 * @param s   Store
 * @param key Its key
 *
 * @return 0 if success, ENOENT, EIO
 */
int store_account_del(struct store *s, const char *key)
{
	const bool inside = s && !sqlite3_get_autocommit(s->db);
	int err, ended;

	if (!s || !key)
		return EINVAL;
	if (inside)
		return delete_all(s, key);

	err = store_begin(s);
	if (err)
		return EIO;
	err = delete_all(s, key);
	ended = store_end(s, !err);

	return err ? err : ended;
}


/**
 * Hand out all accounts, sorted by key
 *
 * @param s   Store
 * @param h   Called with each row; must not use the store
 * @param arg Handler's argument
 *
 * @return 0 if success, EIO
 */
int store_account_all(struct store *s, store_row_h *h, void *arg)
{
	struct store_row row;
	sqlite3_stmt *stmt;
	int code;

	if (!s || !h)
		return EINVAL;

	stmt = s->stmtv[ST_ALL];
	while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (store_row_read(&row, stmt))
			h(&row, arg);
	}
	store_reset(stmt);

	return code == SQLITE_DONE ? 0 : EIO;
}


/**
 * Get views of all accounts, now and when others have changed the database
 *
 * @param s   Store
 * @param v   How a view is made, in the store's thread; static
 * @param h   Called on the loop, the first time before this returns
 * @param arg Handler's argument
 *
 * @return 0 if success, otherwise errorcode; what the database says comes by
 *         the handler
 */
int store_watch(struct store *s, const struct store_view *v, store_view_h *h,
		void *arg)
{
	int err;

	if (!s || !v || !v->alloch || !v->rowh || !v->aliash || !h)
		return EINVAL;

	err = store_writer(s);
	if (!err)
		writer_watch(s->writer, v, h, arg);

	return err;
}


/**
 * Get no more views
 *
 * @param s Store
 */
void store_unwatch(struct store *s)
{
	if (s && s->writer)
		writer_watch(s->writer, NULL, NULL, NULL);
}


/**
 * Look for changes now, and wait for it
 *
 * @param s Store
 */
void store_look(struct store *s)
{
	if (s && s->writer)
		writer_look(s->writer);
}


/**
 * Let the store's thread free a view
 *
 * @param s    Store
 * @param view View
 */
void store_view_free(struct store *s, void *view)
{
	if (s && s->writer && view)
		writer_discard(s->writer, view);
	else
		mem_deref(view);
}
