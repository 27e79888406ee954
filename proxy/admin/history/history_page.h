/**
 * @file history_page.h  Rows that the database gives back, as JSON
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_PAGE_H
#define PROXY_ADMIN_HISTORY_HISTORY_PAGE_H

#include <sqlite3.h>
#include "proxy/admin/history/history_query.h"

struct history_page {
	json_t *rows; /* array of flat objects, columns that are known */
	size_t n;
	bool more;    /* behind the last one ... */
	int64_t last; /* ... whose place this is */
};

int history_page_init(struct history_page *p);
void history_page_close(struct history_page *p);

/* SQLite's codes */
int history_page_read(struct history_page *p, sqlite3 *db,
		      const struct history_query *q);
int history_page_record(json_t **recordp, sqlite3 *db, int64_t n);

#endif
