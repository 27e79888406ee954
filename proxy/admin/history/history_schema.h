/**
 * @file history_schema.h  The tables of the history, by version
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_SCHEMA_H
#define PROXY_ADMIN_HISTORY_HISTORY_SCHEMA_H

#include "common/database.h"

enum { HISTORY_VERSION = 2 };

/*
 * A call's place, calls.n, is when it began: Unix milliseconds times 4096, and
 * a number where several began at once. Rows are found by time with it, pages
 * begin behind it, and JSON can show it.
 */
enum { HISTORY_PLACE_BITS = 12 };

/* history.db */
const struct database_kind *history_schema(void);

#endif
