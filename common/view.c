/**
 * @file view.c  All accounts as they were at one moment
 */
#include <errno.h>
#include <re.h>
#include "common/store_state.h"
#include "common/view.h"


static int count(sqlite3 *db, const char *sql, size_t *n)
{
	sqlite3_stmt *stmt = NULL;
	int err = EIO;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW) {
		*n = (size_t)sqlite3_column_int64(stmt, 0);
		err = 0;
	}
	(void)sqlite3_finalize(stmt);

	return err;
}


static int take_account(sqlite3_stmt *stmt, const struct store_view *v,
			void *view)
{
	struct store_row row;

	return store_row_read(&row, stmt) ? v->rowh(view, &row) : EIO;
}


static int take_alias(sqlite3_stmt *stmt, const struct store_view *v,
		      void *view)
{
	const char *alias = (const char *)sqlite3_column_text(stmt, 0);
	const char *aor = (const char *)sqlite3_column_text(stmt, 1);

	return alias && aor ? v->aliash(view, alias, aor) : EIO;
}


static int read_all(sqlite3 *db, const char *sql, const struct store_view *v,
		    void *view,
		    int (*take)(sqlite3_stmt *stmt, const struct store_view *v,
				void *view))
{
	sqlite3_stmt *stmt = NULL;
	int code, err = 0;

	code = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	while (code == SQLITE_OK || (code == SQLITE_ROW && !err)) {
		code = sqlite3_step(stmt);
		if (code == SQLITE_ROW)
			err = take(stmt, v, view);
	}
	(void)sqlite3_finalize(stmt);
	if (err)
		return err;

	return code == SQLITE_DONE ? 0 : EIO;
}


static int load(void **viewp, sqlite3 *db, const struct store_view *v)
{
	size_t accountc, aliasc;
	void *view = NULL;
	int err;

	if (count(db, "SELECT count(*) FROM accounts", &accountc) ||
	    count(db, "SELECT count(*) FROM aliases", &aliasc))
		return EIO;

	err = v->alloch(&view, accountc, aliasc);
	if (!err)
		err = read_all(db, store_sql_accounts, v, view, take_account);
	if (!err)
		err = read_all(db, store_sql_aliases, v, view, take_alias);

	if (err)
		mem_deref(view);
	else
		*viewp = view;

	return err;
}


/**
 * Make a view; of what is written meanwhile, it has all or nothing
 *
 * @param viewp View
 * @param db    Database
 * @param v     How it is made
 *
 * @return 0 if success, otherwise errorcode
 */
int view_load(void **viewp, sqlite3 *db, const struct store_view *v)
{
	int err;

	if (sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
		return EIO;

	err = load(viewp, db, v);
	(void)sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);

	return err;
}
