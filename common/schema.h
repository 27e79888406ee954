/**
 * @file schema.h  The tables of the database, by version
 *
 * Inside of common/ only: everybody else uses store.h.
 */
#ifndef COMMON_SCHEMA_H
#define COMMON_SCHEMA_H

#include <stdbool.h>
#include <sqlite3.h>

enum { SCHEMA_VERSION = 3 };

/* nothing is missing: without waiting for who writes */
bool schema_is_current(sqlite3 *db);

/* makes what is missing, inside of the caller's write transaction; ENOTSUP:
 * newer than this program, EBADMSG: another program's, EIO. *version: what it
 * was */
int schema_migrate(sqlite3 *db, int *version);

#endif
