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

enum { STORE_COLUMNS_MAX = 4 };

/** A row of accounts: key and up to STORE_COLUMNS_MAX texts: HA1 for MD5 and
 * SHA-256, HA1b for both */
struct store_row {
	const char *key;
	const char *colv[STORE_COLUMNS_MAX]; /* NULL: none */
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
 * store_failures_total, store_queue, store_latency_max_us; before items */
void store_observe(struct store *s, struct log *log, struct metrics *metrics);

/* EEXIST, ENOENT; EIO with the database's own trouble. put adds; set adds or
 * changes */
int store_account_put(struct store *s, const struct store_row *row);
int store_account_set(struct store *s, const struct store_row *row);
int store_account_get(struct store *s, const struct pl *key, store_row_h *h,
		      void *arg);
int store_account_del(struct store *s, const char *key);
int store_account_all(struct store *s, store_row_h *h, void *arg);

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
