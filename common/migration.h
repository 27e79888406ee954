/**
 * @file migration.h  A database file brought to the schema of this program
 */
#ifndef COMMON_MIGRATION_H
#define COMMON_MIGRATION_H

#include <stdbool.h>
#include <sqlite3.h>

/** The tables of a file, by version */
struct migration {
	int application;          /* its mark: whose file it is */
	int version;              /* as many as there are steps */
	const char *const *stepv; /* each from a version to the next one */
};

/* nothing is missing: without waiting for who writes */
bool migration_is_done(sqlite3 *db, const struct migration *m);

/* makes what is missing, inside of the caller's write transaction; ENOTSUP:
 * newer than this program, EBADMSG: another program's, EIO. *version: what it
 * was */
int migration_run(sqlite3 *db, const struct migration *m, int *version);

#endif
