/**
 * @file history_draft.h  A question about past calls, while it is written
 *
 * Pure. What has no room is told at its end.
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_DRAFT_H
#define PROXY_ADMIN_HISTORY_HISTORY_DRAFT_H

#include "proxy/admin/history/history_query.h"

enum { HISTORY_WHERE_SIZE = 2048 };

struct history_draft {
	struct history_query *q;
	char where[HISTORY_WHERE_SIZE];
	bool finder; /* the three-letter pieces are walked */
	bool overflow;
};

void history_draft_add(struct history_draft *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* the number of the parameter; 0: there is no more room */
unsigned history_draft_number(struct history_draft *d, int64_t n);
unsigned history_draft_text(struct history_draft *d, const char *before,
			    const struct pl *text, const char *behind);

#endif
