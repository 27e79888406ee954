/**
 * @file database.h  An SQLite file of ours: directory, mode, schema
 */
#ifndef COMMON_DATABASE_H
#define COMMON_DATABASE_H

#include <stddef.h>
#include "common/migration.h"

/** What a file is: the accounts' and the history's have their own */
struct database_kind {
	const char *file; /* its name in the directory */
	struct migration migration;
	const char *beginning; /* before the tables of a new one, or NULL */
	const char *settings;  /* of each connection */
};

int database_open(sqlite3 **dbp, const struct database_kind *kind,
		  const char *dir, char *msg, size_t size);

/* a further connection, or one again: makes nothing */
int database_reopen(sqlite3 **dbp, const struct database_kind *kind,
		    const char *dir, char *msg, size_t size);

/* all of it, in memory: what is written there goes with it */
int database_copy(sqlite3 **dbp, sqlite3 *from);

#endif
