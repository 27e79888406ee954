/**
 * @file history_reap.h  Calls of a former run that nobody has ended
 *
 * A crash leaves them open. Those whose record is in the file of records get
 * it; the others are lost: they ended when the server was last heard of. Each
 * of these goes the way of all records, through the file into the database,
 * so that whatever happens meanwhile it is told once.
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_REAP_H
#define PROXY_ADMIN_HISTORY_HISTORY_REAP_H

#include "common/json.h"
#include "proxy/admin/history/history_db.h"
#include "proxy/admin/history/history_post.h"

enum { HISTORY_REAP_SLICE = 200 };

struct cdr_tail;

struct history_reap {
	int64_t after;         /* the last one that was seen */
	struct cdr_tail *tail; /* NULL: not read yet */
	bool over;
};

void history_reap_close(struct history_reap *r);

/* the next slice; lines: the file of records, or NULL. SQLite's codes */
int history_reap_step(struct history_reap *r, struct history_db *db,
		      const char *lines, struct history_post *post);

/* a record as it is when its server has died at that moment (Unix ms);
 * EINVAL: it is none */
int history_reap_close_record(json_t *record, int64_t ended_ms);

#endif
