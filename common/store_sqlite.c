/**
 * @file store_sqlite.c  The store in one SQLite file, <dir>/viaduct.db
 *
 * WAL: `viaduct user add` writes while the server reads, neither waits, and
 * what was written is seen by the next statement. Every statement is stepped
 * to its end at once, so no read transaction stays open. For the main loop
 * only; a writer that holds the file makes it wait for 200 ms at most.
 */
#include <string.h>
#include <openssl/rand.h>
#include <re.h>
#include "common/database.h"
#include "common/store.h"


enum {
	SECRET_SIZE = 32,
};

enum statement {
	ST_ADD = 0,
	ST_SET,
	ST_GET,
	ST_DEL,
	ST_ALL,
	ST_SECRET_ADD,
	ST_SECRET_GET,
	ST_MAX
};

static const char *const sqlv[ST_MAX] = {
	"INSERT INTO accounts(aor, ha1_md5, ha1_sha256, ha1b_md5, ha1b_sha256)"
	" VALUES(?1, ?2, ?3, ?4, ?5)",
	"INSERT INTO accounts(aor, ha1_md5, ha1_sha256, ha1b_md5, ha1b_sha256)"
	" VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(aor) DO UPDATE SET"
	" ha1_md5 = ?2, ha1_sha256 = ?3, ha1b_md5 = ?4, ha1b_sha256 = ?5",
	"SELECT aor, ha1_md5, ha1_sha256, ha1b_md5, ha1b_sha256 FROM accounts"
	" WHERE aor = ?1",
	"DELETE FROM accounts WHERE aor = ?1",
	"SELECT aor, ha1_md5, ha1_sha256, ha1b_md5, ha1b_sha256 FROM accounts"
	" ORDER BY aor",
	"INSERT OR IGNORE INTO meta(name, value) VALUES('secret', ?1)",
	"SELECT value FROM meta WHERE name = 'secret'",
};

struct store {
	sqlite3 *db;
	sqlite3_stmt *stmtv[ST_MAX];
};


static void destructor(void *arg)
{
	struct store *s = arg;

	for (size_t i = 0; i < ST_MAX; i++)
		(void)sqlite3_finalize(s->stmtv[i]);
	(void)sqlite3_close(s->db);
}


static int prepare(struct store *s)
{
	for (size_t i = 0; i < ST_MAX; i++) {
		if (sqlite3_prepare_v3(s->db, sqlv[i], -1,
				       SQLITE_PREPARE_PERSISTENT, &s->stmtv[i],
				       NULL) != SQLITE_OK)
			return EIO;
	}

	return 0;
}


/**
 * Open the store, make it where there is none
 *
 * @param sp   Store
 * @param dir  Directory; made with its parents, for its owner only
 * @param msg  A sentence for the operator on failure, or NULL
 * @param size Its size
 *
 * @return 0 if success, otherwise errorcode; EBADMSG: not a database of ours,
 *         ENOTSUP: of a newer program
 */
int store_open(struct store **sp, const char *dir, char *msg, size_t size)
{
	struct store *s;
	int err;

	if (!sp)
		return EINVAL;

	s = mem_zalloc(sizeof(*s), destructor);
	if (!s)
		return ENOMEM;

	err = database_open(&s->db, dir, msg, size);
	if (err)
		goto out;

	err = prepare(s);
	if (err && msg)
		(void)re_snprintf(msg, size, "database in %s: %s", dir,
				  sqlite3_errmsg(s->db));
out:
	if (err)
		mem_deref(s);
	else
		*sp = s;

	return err;
}


/* SQLITE_STATIC is (void *)0: bound text lives until reset() */
static bool bind_text(sqlite3_stmt *stmt, int col, const char *p, size_t len)
{
	if (!p)
		return sqlite3_bind_null(stmt, col) == SQLITE_OK;

	return len <= INT32_MAX &&
	       sqlite3_bind_text(stmt, col, p, (int)len, SQLITE_STATIC) ==
		       SQLITE_OK;
}


static void reset(sqlite3_stmt *stmt)
{
	(void)sqlite3_reset(stmt);
	(void)sqlite3_clear_bindings(stmt);
}


static int write_row(struct store *s, enum statement which,
		     const struct store_row *row)
{
	sqlite3_stmt *stmt;
	bool ok;
	int code;

	if (!s || !row || !row->key)
		return EINVAL;

	stmt = s->stmtv[which];
	ok = bind_text(stmt, 1, row->key, strlen(row->key));
	for (int i = 0; i < STORE_COLUMNS_MAX; i++) {
		const char *col = row->colv[i];

		ok = ok && bind_text(stmt, 2 + i, col, col ? strlen(col) : 0);
	}
	code = ok ? sqlite3_step(stmt) : SQLITE_ERROR;
	reset(stmt);
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
	code = bind_text(stmt, 1, key->p, key->l) ? sqlite3_step(stmt)
						  : SQLITE_ERROR;
	if (code == SQLITE_ROW)
		hand_out(stmt, h, arg);
	reset(stmt);

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
	code = bind_text(stmt, 1, key, strlen(key)) ? sqlite3_step(stmt)
						    : SQLITE_ERROR;
	reset(stmt);
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
	reset(stmt);

	return code == SQLITE_DONE ? 0 : EIO;
}


static int read_secret(struct store *s, uint8_t secret[SECRET_SIZE])
{
	sqlite3_stmt *stmt = s->stmtv[ST_SECRET_GET];
	int err = EIO;

	if (sqlite3_step(stmt) == SQLITE_ROW) {
		const void *blob = sqlite3_column_blob(stmt, 0);

		if (blob && sqlite3_column_bytes(stmt, 0) == SECRET_SIZE) {
			memcpy(secret, blob, SECRET_SIZE);
			err = 0;
		}
	}
	reset(stmt);

	return err;
}


/**
 * Get this installation's secret; the first who asks makes it
 *
 * @param s      Store
 * @param secret 32 random octets
 *
 * @return 0 if success, EIO
 */
int store_secret(struct store *s, uint8_t secret[SECRET_SIZE])
{
	uint8_t fresh[SECRET_SIZE];
	sqlite3_stmt *stmt;
	int code;

	if (!s || !secret)
		return EINVAL;
	if (!read_secret(s, secret))
		return 0;
	if (RAND_bytes(fresh, sizeof(fresh)) != 1)
		return EIO;

	/* whoever comes second is ignored, and reads what the first wrote */
	stmt = s->stmtv[ST_SECRET_ADD];
	code = sqlite3_bind_blob(stmt, 1, fresh, sizeof(fresh), SQLITE_STATIC);
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	reset(stmt);
	explicit_bzero(fresh, sizeof(fresh));
	if (code != SQLITE_DONE)
		return EIO;

	return read_secret(s, secret);
}
