/**
 * @file view.h  All accounts as they were at one moment
 *
 * Inside of common/ only; in any thread.
 */
#ifndef COMMON_VIEW_H
#define COMMON_VIEW_H

#include <sqlite3.h>
#include "common/store.h"

int view_load(void **viewp, sqlite3 *db, const struct store_view *v);

#endif
