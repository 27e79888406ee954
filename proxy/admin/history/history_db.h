/**
 * @file history_db.h  The history's connection that writes
 *
 * For one thread at a time. It opens when it is needed, and again where the
 * file was moved away or is in trouble.
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_DB_H
#define PROXY_ADMIN_HISTORY_HISTORY_DB_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include "proxy/admin/history/history_statement.h"

enum { HISTORY_DIR_MAX = 512 };

struct history_db {
	char dir[HISTORY_DIR_MAX];
	sqlite3 *db; /* NULL: to be opened */
	sqlite3_stmt *stmtv[HS_MAX];
	int64_t run;     /* of the server; 0: not begun yet */
	bool former;     /* what is written now is of the run before */
	uint64_t box;    /* the strongbox, 0: none */
	int64_t beat;    /* when the former one was there last, Unix ms */
	uint64_t opened; /* so far */
	uint32_t seq;    /* of rows that began at once */
	uint32_t made;   /* how often the file was made anew */
	char why[160];   /* the last failure, a sentence */
};

int history_db_init(struct history_db *h, const char *dir);
void history_db_close(struct history_db *h);
int history_db_ready(struct history_db *h);

/* SQLite's codes */
int history_db_begin(struct history_db *h);
int history_db_commit(struct history_db *h);
void history_db_rollback(struct history_db *h);
/* the server is there now */
int history_db_beat(struct history_db *h);
int history_db_step(struct history_db *h, enum history_statement which);
int history_db_exec(struct history_db *h, const char *sql);

/* would others fail too? */
bool history_db_is_general(int code);
/* keeps in why what the database says of its last failure */
void history_db_say(struct history_db *h);

#endif
