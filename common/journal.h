/**
 * @file journal.h  The writer's connection: many jobs with one commit
 *
 * Inside of common/ only; for one thread at a time.
 */
#ifndef COMMON_JOURNAL_H
#define COMMON_JOURNAL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sqlite3.h>
#include <re.h>

enum { JOURNAL_DIR_MAX = 512, JOURNAL_WHY_MAX = 160 };

enum journal_statement {
	JS_BEGIN = 0,
	JS_COMMIT,
	JS_DELETE,
	JS_INSERT,
	JS_VERSION,
	JS_MAX
};

struct journal {
	char dir[JOURNAL_DIR_MAX];
	sqlite3 *db; /* NULL: to be opened */
	sqlite3_stmt *stmtv[JS_MAX];
	uint64_t commits, opened;  /* so far */
	char why[JOURNAL_WHY_MAX]; /* the last failure, a sentence */
	_Atomic bool hurry;        /* no second tries, no waiting for locks */
};

int journal_init(struct journal *j, const char *dir);
void journal_close(struct journal *j);

/* open again after trouble, or where another file is in its place */
int journal_ready(struct journal *j);

/* sets each struct job's err: 0 or EIO. EIO: the trouble is not with a single
 * job, others would fail too */
int journal_write(struct journal *j, struct list *jobl);

/* keeps in why what the database says of its last failure */
void journal_say(struct journal *j);

/* changes when another connection has changed the database */
int journal_version(struct journal *j, int64_t *version);

#endif
