/**
 * @file store.h  What outlives the process (the interface; store_sqlite)
 *
 * Small named tables of text: the accounts and this installation's secret.
 * Knows neither SIP nor RTP.
 */
#ifndef COMMON_STORE_H
#define COMMON_STORE_H

#include <stdint.h>
#include <stddef.h>
#include <stdbool.h>
#include <re.h>

struct store;

/** The texts of an account. Numbers are digits; NULL: none, the default */
enum store_column {
	STORE_HA1_MD5 = 0,
	STORE_HA1_SHA256,
	STORE_HA1B_MD5,
	STORE_HA1B_SHA256,
	STORE_NAME,
	STORE_DISABLED, /* "1" */
	STORE_CALLS,
	STORE_CALLS_PER_MINUTE,
	STORE_ALLOW,
	STORE_MEDIA,
	STORE_FORWARD_ALL,
	STORE_FORWARD_BUSY,
	STORE_FORWARD_NOANSWER,
	STORE_FORWARD_OFFLINE,
	STORE_NOANSWER,
	STORE_RECORD, /* "1" */
	STORE_COLUMNS_MAX
};

struct store_row {
	const char *key;
	const char *colv[STORE_COLUMNS_MAX];
};
typedef void(store_row_h)(const struct store_row *row, void *arg);

/*
 * Opens (makes) <dir>/viaduct.db, WAL, schema versioned. Errors as errno with
 * a sentence in err (size octets): directory, permission, foreign schema.
 */
int store_open(struct store **sp, const char *dir, char *err, size_t size);

struct log;
struct metrics;

/* its thread is heard of: store_writes_total, store_commits_total,
 * store_failures_total, store_queue, store_write_seconds; before items */
void store_observe(struct store *s, struct log *log, struct metrics *metrics);

/* EEXIST, ENOENT; EIO with the database's own trouble. put adds; set adds or
 * changes */
int store_account_put(struct store *s, const struct store_row *row);
int store_account_set(struct store *s, const struct store_row *row);
int store_account_get(struct store *s, const struct pl *key, store_row_h *h,
		      void *arg);
int store_account_del(struct store *s, const char *key);
int store_account_all(struct store *s, store_row_h *h, void *arg);

/* Other names of an account; they and its items go with it. EEXIST: the alias
 * is taken, ENOENT: no such account, or not its alias. aor NULL: of all */
typedef void(store_alias_h)(const char *alias, const char *aor, void *arg);
int store_alias_put(struct store *s, const char *alias, const char *aor);
int store_alias_del(struct store *s, const char *alias, const char *aor);
int store_alias_clear(struct store *s, const char *aor); /* all of them */
int store_alias_all(struct store *s, const char *aor, store_alias_h *h,
		    void *arg);

/* what lies between is written as a whole or, !commit, not at all; EBUSY:
 * another process writes */
int store_begin(struct store *s);
int store_end(struct store *s, bool commit);

/*
 * A view of all accounts and aliases, made in the store's thread: of memory
 * that nobody else knows, an object for mem_deref(). An error ends it.
 */
struct store_view {
	int (*alloch)(void **viewp, size_t accountc, size_t aliasc);
	int (*rowh)(void *view, const struct store_row *row);
	int (*aliash)(void *view, const char *alias, const char *aor);
};

/* on the loop. 0: the database was changed by others, the view is yours; or,
 * view NULL, it can be read again and is unchanged. Else it cannot be read. */
typedef void(store_view_h)(int err, void *view, void *arg);

/* one for each store; the first view at once. The thread looks once a second
 * whether others have changed the database. */
int store_watch(struct store *s, const struct store_view *v, store_view_h *h,
		void *arg);
void store_unwatch(struct store *s);

/* looks now and waits for it: for the start, a reload, and tests */
void store_look(struct store *s);

/* an old view may be large: the thread frees it */
void store_view_free(struct store *s, void *view);

/*
 * Items: what belongs to a key and is written while the server runs (the
 * bindings of a user). A thread of the store's own writes them, many changes
 * with one commit; the loop never waits.
 */
struct store_item {
	const char *key;
	const char *item;   /* its name, unique within the key */
	int64_t expires_at; /* s since 1970; 0: never */
	const char *data;   /* JSON */
};
typedef void(store_item_h)(const struct store_item *it, void *arg);
typedef void(store_done_h)(int err, void *arg);
struct store_write;

/*
 * The key's items become these, all or nothing. The handler is called on the
 * loop, never before this returns: 0 once it is committed, else EIO and
 * nothing has changed. In order for each store. wp may be NULL. mem_deref(*wp):
 * the handler is not called, but the write goes on. ENOSPC: too much waits. mem_deref() of
 * the store writes what waits, for 2 s at most, and calls no handler.
 */
int store_items_replace(struct store_write **wp, struct store *s,
			const char *key, const struct store_item *itemv,
			size_t itemc, store_done_h *h, void *arg);

/* all that have not expired at now; at the start only: it waits for the disk */
int store_items_all(struct store *s, int64_t now, store_item_h *h, void *arg);

/* 32 random octets, made once for each database */
int store_secret(struct store *s, uint8_t secret[32]);

#endif
