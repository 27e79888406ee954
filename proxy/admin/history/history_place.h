/**
 * @file history_place.h  Which records of the strongbox are in the database
 *
 * Noted in the same transaction: what is found in the box after a crash is
 * written once, whatever the crash has come between.
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_PLACE_H
#define PROXY_ADMIN_HISTORY_HISTORY_PLACE_H

#include "proxy/admin/history/history_db.h"

/* in a transaction. SQLITE_ROW: it is noted; SQLITE_DONE: it is not */
int history_place_find(struct history_db *h, uint64_t place);
int history_place_add(struct history_db *h, uint64_t place);

/* up to that one: they are not seen again */
int history_place_forget(struct history_db *h, uint64_t place);

#endif
