/**
 * @file database.h  An SQLite file of ours: directory, mode, schema
 *
 * Inside of common/ only: everybody else uses store.h.
 */
#ifndef COMMON_DATABASE_H
#define COMMON_DATABASE_H

#include <stddef.h>
#include <sqlite3.h>

int database_open(sqlite3 **dbp, const char *dir, char *msg, size_t size);

/* a further connection, or one again: makes nothing */
int database_reopen(sqlite3 **dbp, const char *dir, char *msg, size_t size);

#endif
