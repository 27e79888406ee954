/**
 * @file store_account.c  The accounts in the store
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/store_state.h"


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

	return code == SQLITE_DONE ? 0 : EIO;
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


static void hand_out(sqlite3_stmt *stmt, store_row_h *h, void *arg)
{
	struct store_row row;

	row.key = (const char *)sqlite3_column_text(stmt, 0);
	for (int i = 0; i < STORE_COLUMNS_MAX; i++)
		row.colv[i] = (const char *)sqlite3_column_text(stmt, i + 1);
	if (row.key)
		h(&row, arg);
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
	sqlite3_stmt *stmt;
	int code;

	if (!s || !key || !key->p || !h)
		return EINVAL;

	stmt = s->stmtv[ST_GET];
	code = store_bind(stmt, 1, key->p, key->l) ? sqlite3_step(stmt)
						   : SQLITE_ERROR;
	if (code == SQLITE_ROW)
		hand_out(stmt, h, arg);
	store_reset(stmt);

	if (code == SQLITE_ROW)
		return 0;

	return code == SQLITE_DONE ? ENOENT : EIO;
}


/**
 * Delete an account
 *
 * @param s   Store
 * @param key Its key
 *
 * @return 0 if success, ENOENT, EIO
 */
int store_account_del(struct store *s, const char *key)
{
	sqlite3_stmt *stmt;
	int code;

	if (!s || !key)
		return EINVAL;

	stmt = s->stmtv[ST_DEL];
	code = store_bind(stmt, 1, key, strlen(key)) ? sqlite3_step(stmt)
						     : SQLITE_ERROR;
	store_reset(stmt);
	if (code != SQLITE_DONE)
		return EIO;

	return sqlite3_changes(s->db) ? 0 : ENOENT;
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
	sqlite3_stmt *stmt;
	int code;

	if (!s || !h)
		return EINVAL;

	stmt = s->stmtv[ST_ALL];
	while ((code = sqlite3_step(stmt)) == SQLITE_ROW)
		hand_out(stmt, h, arg);
	store_reset(stmt);

	return code == SQLITE_DONE ? 0 : EIO;
}
