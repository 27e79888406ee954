/**
 * @file store_alias.c  Other names of accounts, and several changes at once
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/store_state.h"


static int step_two(struct store *s, enum store_statement which,
		    const char *alias, const char *aor)
{
	sqlite3_stmt *stmt = s->stmtv[which];
	int code = SQLITE_ERROR;

	if (store_bind(stmt, 1, alias, strlen(alias)) &&
	    store_bind(stmt, 2, aor, strlen(aor)))
		code = sqlite3_step(stmt);
	if (code == SQLITE_CONSTRAINT)
		code = sqlite3_extended_errcode(s->db);
	store_reset(stmt);

	return code;
}


/**
 * Give an account another name
 *
 * @param s     Store
 * @param alias Name
 * @param aor   The account's key
 *
 * @return 0 if success; EEXIST: it is taken, as an alias or by an account;
 *         ENOENT: no such account; EIO
 */
int store_alias_put(struct store *s, const char *alias, const char *aor)
{
	if (!s || !alias || !aor)
		return EINVAL;

	switch (step_two(s, ST_ALIAS_ADD, alias, aor)) {
	case SQLITE_DONE:
		return sqlite3_changes(s->db) ? 0 : EEXIST;
	case SQLITE_CONSTRAINT_PRIMARYKEY:
		return EEXIST;
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return ENOENT;
	default:
		return EIO;
	}
}


/**
 * Take a name away from an account
 *
 * @param s     Store
 * @param alias Name
 * @param aor   The account's key
 *
 * @return 0 if success; ENOENT: that is no name of it; EIO
 */
int store_alias_del(struct store *s, const char *alias, const char *aor)
{
	if (!s || !alias || !aor)
		return EINVAL;
	if (step_two(s, ST_ALIAS_DEL, alias, aor) != SQLITE_DONE)
		return EIO;

	return sqlite3_changes(s->db) ? 0 : ENOENT;
}


/**
 * Take all its other names away from an account
 *
 * @param s   Store
 * @param aor The account's key
 *
 * @return 0 if success, EIO
 */
int store_alias_clear(struct store *s, const char *aor)
{
	return s && aor ? store_step_key(s, ST_ALIAS_CLEAR, aor) : EINVAL;
}


/**
 * Hand out aliases, sorted
 *
 * @param s   Store
 * @param aor The account's key; NULL: of all accounts
 * @param h   Called with each; must not use the store
 * @param arg Handler's argument
 *
 * @return 0 if success, EIO
 */
int store_alias_all(struct store *s, const char *aor, store_alias_h *h,
		    void *arg)
{
	sqlite3_stmt *stmt;
	int code;

	if (!s || !h)
		return EINVAL;

	stmt = s->stmtv[aor ? ST_ALIAS_OF : ST_ALIAS_ALL];
	if (aor && !store_bind(stmt, 1, aor, strlen(aor)))
		return EIO;

	while ((code = sqlite3_step(stmt)) == SQLITE_ROW)
		h((const char *)sqlite3_column_text(stmt, 0),
		  (const char *)sqlite3_column_text(stmt, 1), arg);
	store_reset(stmt);

	return code == SQLITE_DONE ? 0 : EIO;
}


static int step_bare(struct store *s, enum store_statement which)
{
	const int code = sqlite3_step(s->stmtv[which]);

	store_reset(s->stmtv[which]);

	return code & 0xff;
}


/**
 * Begin a change that is written as a whole
 *
 * @param s Store
 *
 * @return 0 if success; EBUSY: another process writes; EIO
 */
int store_begin(struct store *s)
{
	int code;

	if (!s)
		return EINVAL;

	code = step_bare(s, ST_BEGIN);
	if (code == SQLITE_BUSY)
		return EBUSY;

	return code == SQLITE_DONE ? 0 : EIO;
}


/**
 * End the change that was begun
 *
 * @param s      Store
 * @param commit Write it; else nothing has happened
 *
 * @return 0 if success; EIO: nothing has happened
 */
int store_end(struct store *s, bool commit)
{
	if (!s)
		return EINVAL;
	if (commit && step_bare(s, ST_COMMIT) == SQLITE_DONE)
		return 0;

	/* some errors have done it already */
	if (!sqlite3_get_autocommit(s->db))
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);

	return commit ? EIO : 0;
}
