/**
 * @file history_entry.h  A call's row, its record and its words, written
 *
 * Inside of a transaction. With SQLite's codes.
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_ENTRY_H
#define PROXY_ADMIN_HISTORY_HISTORY_ENTRY_H

#include "proxy/admin/history/history_db.h"
#include "proxy/admin/history/history_row.h"

/* key: under what it began */
int history_entry_put(struct history_db *h, int64_t key,
		      const struct history_row *row, const char *text,
		      size_t len);
int history_entry_drop(struct history_db *h, int64_t id);
int history_entry_flight(struct history_db *h, int64_t id, const char *name);

#endif
