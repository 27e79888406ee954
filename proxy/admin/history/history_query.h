/**
 * @file history_query.h  A question about past calls, as SQL
 *
 * Pure. Whatever is asked comes into the database as a bound value, never as
 * SQL. The newest calls come first.
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_QUERY_H
#define PROXY_ADMIN_HISTORY_HISTORY_QUERY_H

#include "common/json.h"

enum {
	HISTORY_SQL_SIZE = 4096,
	HISTORY_BINDS_MAX = 16,
	HISTORY_TEXT_SIZE = 260, /* of what is searched for */
	HISTORY_LIMIT = 100,     /* rows, where none is asked for */
	HISTORY_LIMIT_MAX = 500,
};

/** A value of the statement */
struct history_bind {
	bool is_text;
	char text[HISTORY_TEXT_SIZE];
	int64_t number;
};

struct history_query {
	char sql[HISTORY_SQL_SIZE];
	struct history_bind bindv[HISTORY_BINDS_MAX]; /* of ?1, ?2 ... */
	size_t bindc;
	size_t limit; /* rows; the statement gives one more, if there is */
};

/*
 * question: from, to (Unix ms), search, user, peer, id, call_id, status
 * ("486", "4xx", "answered", "failed", "open"), bad, limit, after (a place).
 * Numbers may be text, as a URL has them. EINVAL: *wrong is the member that
 * makes no sense.
 */
int history_query_build(struct history_query *q, const json_t *question,
			const char **wrong);

#endif
