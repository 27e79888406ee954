/**
 * @file store_sqlite.c  The store in one SQLite file, <dir>/viaduct.db
 *
 * WAL: `viaduct user add` writes while the server reads, neither waits. Every
 * statement is stepped to its end at once, so no read transaction stays open.
 * This connection is for the start of a server and for commands: it waits for
 * the disk. What a server needs while it runs goes by the store's thread,
 * which has a connection of its own (writer.c).
 */
#include <string.h>
#include <openssl/rand.h>
#include <re.h>
#include "common/schema.h"
#include "common/store_state.h"
#include "common/writer.h"


enum {
	SECRET_SIZE = 32,
};

/* in the order of enum store_column */
#define COLUMNS                                              \
	"ha1_md5, ha1_sha256, ha1b_md5, ha1b_sha256, name, " \
	"disabled, calls, calls_per_minute, allow, media, "  \
	"forward_all, forward_busy, forward_noanswer, "      \
	"forward_offline, noanswer, record"
#define CHANGES                                           \
	"?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, " \
	"?13, ?14, ?15, ?16, ?17"
#define VALUES "?1, " CHANGES

const char store_sql_accounts[] = "SELECT aor, " COLUMNS
				  " FROM accounts ORDER BY aor";
const char store_sql_aliases[] =
	"SELECT alias, aor FROM aliases ORDER BY alias";

static const char *const sqlv[ST_MAX] = {
	[ST_ADD] = "INSERT INTO accounts(aor, " COLUMNS ") SELECT " VALUES
		   " WHERE NOT EXISTS(SELECT 1 FROM aliases WHERE alias = ?1)",
	[ST_SET] = "INSERT INTO accounts(aor, " COLUMNS ") VALUES(" VALUES ")"
		   " ON CONFLICT(aor) DO UPDATE SET (" COLUMNS ") = (" CHANGES
		   ")",
	[ST_GET] = "SELECT aor, " COLUMNS " FROM accounts WHERE aor = ?1",
	[ST_DEL] = "DELETE FROM accounts WHERE aor = ?1",
	[ST_ALL] = store_sql_accounts,
	[ST_ITEMS_DEL] = "DELETE FROM items WHERE key = ?1",
	[ST_ALIAS_ADD] =
		"INSERT INTO aliases(alias, aor) SELECT ?1, ?2"
		" WHERE NOT EXISTS(SELECT 1 FROM accounts WHERE aor = ?1)",
	[ST_ALIAS_DEL] = "DELETE FROM aliases WHERE alias = ?1 AND aor = ?2",
	[ST_ALIAS_CLEAR] = "DELETE FROM aliases WHERE aor = ?1",
	[ST_ALIAS_ALL] = store_sql_aliases,
	[ST_ALIAS_OF] = "SELECT alias, aor FROM aliases WHERE aor = ?1"
			" ORDER BY alias",
	[ST_BEGIN] = "BEGIN IMMEDIATE",
	[ST_COMMIT] = "COMMIT",
	[ST_SECRET_ADD] = "INSERT OR IGNORE INTO meta(name, value)"
			  " VALUES('secret', ?1)",
	[ST_SECRET_GET] = "SELECT value FROM meta WHERE name = 'secret'",
	[ST_ITEMS_EXPIRE] = "DELETE FROM items WHERE expires_at <> 0"
			    " AND expires_at <= ?1",
	[ST_ITEMS_ALL] = "SELECT key, item, expires_at, data FROM items"
			 " WHERE expires_at = 0 OR expires_at > ?1"
			 " ORDER BY key, item",
};


static void destructor(void *arg)
{
	struct store *s = arg;

	mem_deref(s->writer);
	for (size_t i = 0; i < ST_MAX; i++)
		(void)sqlite3_finalize(s->stmtv[i]);
	(void)sqlite3_close(s->db);
	mem_deref(s->log);
	mem_deref(s->metrics);
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
 * Start the store's thread, unless it runs
 *
 * @param s Store
 *
 * @return 0 if success, otherwise errorcode
 */
int store_writer(struct store *s)
{
	return s->writer
		       ? 0
		       : writer_alloc(&s->writer, s->dir, s->log, s->metrics);
}


/**
 * Let the store's thread be heard of; before it is needed first
 *
 * @param s       Store
 * @param log     Log, or NULL
 * @param metrics Counters, or NULL
 */
void store_observe(struct store *s, struct log *log, struct metrics *metrics)
{
	if (!s || s->writer)
		return;

	mem_deref(s->log);
	s->log = mem_ref(log);
	mem_deref(s->metrics);
	s->metrics = mem_ref(metrics);
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

	err = database_open(&s->db, schema_store(), dir, msg, size);
	if (err)
		goto out;

	(void)str_ncpy(s->dir, dir, sizeof(s->dir));
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


/**
 * Bind a text; SQLITE_STATIC: it lives until store_reset()
 *
 * @param stmt Statement
 * @param col  Number of its parameter
 * @param p    Text, or NULL
 * @param len  Its length
 *
 * @return true if success
 */
bool store_bind(sqlite3_stmt *stmt, int col, const char *p, size_t len)
{
	if (!p)
		return sqlite3_bind_null(stmt, col) == SQLITE_OK;

	return len <= INT32_MAX &&
	       sqlite3_bind_text(stmt, col, p, (int)len, SQLITE_STATIC) ==
		       SQLITE_OK;
}


/**
 * Make a statement ready for its next use
 *
 * @param stmt Statement
 */
void store_reset(sqlite3_stmt *stmt)
{
	(void)sqlite3_reset(stmt);
	(void)sqlite3_clear_bindings(stmt);
}


/**
 * Carry out a statement that has nothing but a key
 *
 * @param s     Store
 * @param which Statement
 * @param key   Key
 *
 * @return 0 if success, EIO
 */
int store_step_key(struct store *s, enum store_statement which,
		   const char *key)
{
	sqlite3_stmt *stmt = s->stmtv[which];
	int code;

	code = store_bind(stmt, 1, key, strlen(key)) ? sqlite3_step(stmt)
						     : SQLITE_ERROR;
	store_reset(stmt);

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
	store_reset(stmt);

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
	store_reset(stmt);
	explicit_bzero(fresh, sizeof(fresh));
	if (code != SQLITE_DONE)
		return EIO;

	return read_secret(s, secret);
}
