/**
 * @file history_page.c  Rows that the database gives back, as JSON
 */
#include "common/json.h"
#include <errno.h>
#include <string.h>
#include "proxy/admin/history/history_page.h"
#include "proxy/admin/history/history_row.h"


/**
 * Initialise a page
 *
 * @param p Page
 *
 * @return 0 if success, otherwise errorcode
 */
int history_page_init(struct history_page *p)
{
	memset(p, 0, sizeof(*p));
	p->rows = json_array();

	return p->rows ? 0 : ENOMEM;
}


/**
 * Release a page
 *
 * @param p Page
 */
void history_page_close(struct history_page *p)
{
	json_decref(p->rows);
	p->rows = NULL;
}


static json_t *text_value(sqlite3_stmt *stmt, int col)
{
	const char *text = (const char *)sqlite3_column_text(stmt, col);

	/* it was fit for JSON when it was written */
	return text ? json_string(text) : NULL;
}


static json_t *id_value(sqlite3_stmt *stmt, int col)
{
	char buf[HISTORY_ID_SIZE];

	history_id_print(buf, sqlite3_column_int64(stmt, col));

	return json_string(buf);
}


static json_t *value(sqlite3_stmt *stmt, int col, enum history_type type)
{
	switch (type) {
	case HT_NUMBER:
		return json_integer(sqlite3_column_int64(stmt, col));
	case HT_REAL:
		return json_real(sqlite3_column_double(stmt, col));
	case HT_ID:
		return id_value(stmt, col);
	case HT_FLAG:
		return json_boolean(sqlite3_column_int(stmt, col));
	default:
		return text_value(stmt, col);
	}
}


/* the first column is its place */
static json_t *row_of(sqlite3_stmt *stmt)
{
	json_t *row = json_object();

	for (int c = 0; c < HISTORY_COLUMNS; c++) {
		const struct history_column_info *info = history_column(
			(enum history_column)c);

		if (sqlite3_column_type(stmt, c + 1) != SQLITE_NULL)
			(void)json_object_set_new(
				row, info->name,
				value(stmt, c + 1, info->type));
	}

	return row;
}


static void add_row(struct history_page *p, sqlite3_stmt *stmt, size_t limit)
{
	p->more = p->n >= limit;
	if (p->more)
		return;

	(void)json_array_append_new(p->rows, row_of(stmt));
	p->last = sqlite3_column_int64(stmt, 0);
	++p->n;
}


static void bind_all(sqlite3_stmt *stmt, const struct history_query *q)
{
	for (size_t i = 0; i < q->bindc; i++) {
		const struct history_bind *b = &q->bindv[i];
		const int col = (int)i + 1;

		if (b->is_text)
			(void)sqlite3_bind_text(stmt, col, b->text, -1,
						SQLITE_STATIC);
		else
			(void)sqlite3_bind_int64(stmt, col, b->number);
	}
}


/**
 * Read what a query finds
 *
 * @param p  Page
 * @param db Database
 * @param q  Query
 *
 * @return SQLITE_OK or SQLite's code
 */
int history_page_read(struct history_page *p, sqlite3 *db,
		      const struct history_query *q)
{
	sqlite3_stmt *stmt = NULL;
	int code = sqlite3_prepare_v2(db, q->sql, -1, &stmt, NULL);

	if (code == SQLITE_OK) {
		bind_all(stmt, q);
		while ((code = sqlite3_step(stmt)) == SQLITE_ROW)
			add_row(p, stmt, q->limit);
	}
	(void)sqlite3_finalize(stmt);

	return code == SQLITE_DONE ? SQLITE_OK : code;
}


/**
 * Read the whole record of a call
 *
 * @param recordp Set to it, or to NULL where there is none
 * @param db      Database
 * @param n       The call's place
 *
 * @return SQLITE_OK or SQLite's code
 */
int history_page_record(json_t **recordp, sqlite3 *db, int64_t n)
{
	static const char sql[] = "SELECT record FROM records WHERE n = ?1";
	sqlite3_stmt *stmt = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	*recordp = NULL;
	if (code == SQLITE_OK) {
		(void)sqlite3_bind_int64(stmt, 1, n);
		code = sqlite3_step(stmt);
	}
	if (code == SQLITE_ROW)
		*recordp = json_loadb(
			(const char *)sqlite3_column_text(stmt, 0),
			(size_t)sqlite3_column_bytes(stmt, 0), 0, NULL);
	(void)sqlite3_finalize(stmt);

	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}
