/**
 * @file history_statement.c  What the history's writer says to its database
 */
#include <re.h>
#include "proxy/admin/history/history_column.h"
#include "proxy/admin/history/history_statement.h"

static const char *const sqlv[HS_MAX] = {
	[HS_BEGIN] = "BEGIN IMMEDIATE",
	[HS_COMMIT] = "COMMIT",
	[HS_FIND] = "SELECT n, words FROM calls WHERE id = ?1",
	[HS_FINDER_ADD] = "INSERT INTO finder(rowid, words) VALUES(?1, ?2)",
	[HS_FINDER_DROP] = ("INSERT INTO finder(finder, rowid, words)"
			    " VALUES('delete', ?1, ?2)"),
	[HS_RECORD] = ("INSERT INTO records(n, record) VALUES(?1, ?2)"
		       " ON CONFLICT(n) DO UPDATE SET record = ?2"),
	[HS_CALL_DROP] = "DELETE FROM calls WHERE n = ?1",
	[HS_RECORD_DROP] = "DELETE FROM records WHERE n = ?1",
	[HS_FLIGHT] = "UPDATE calls SET flight = ?2 WHERE id = ?1",
	[HS_BEAT] = "UPDATE meta SET value = ?1 WHERE name = 'beat'",
	[HS_PLACE_FIND] = "SELECT 1 FROM places WHERE place = ?1",
	[HS_PLACE_ADD] = "INSERT OR IGNORE INTO places VALUES(?1)",
	[HS_PLACE_FORGET] = "DELETE FROM places WHERE place <= ?1",
	[HS_RENAME] = "UPDATE calls SET id = ?2 WHERE id = ?1",
};


static int print_columns(struct re_printf *pf, void *arg)
{
	const bool *update = arg;
	int err = 0;

	for (int c = 0; c < HISTORY_COLUMNS && !err; c++) {
		const char *name =
			history_column((enum history_column)c)->name;

		if (*update && c == HC_FLIGHT)
			/* named by itself, perhaps before the last record */
			err = re_hprintf(
				pf, ", \"%s\" = ifnull(?%d, \"%s\")", name,
				HISTORY_STATEMENT_PARAMS + 1 + c, name);
		else if (*update)
			err = re_hprintf(pf, ", \"%s\" = ?%d", name,
					 HISTORY_STATEMENT_PARAMS + 1 + c);
		else
			err = re_hprintf(pf, ", \"%s\"", name);
	}

	return err;
}


static int print_params(struct re_printf *pf, void *arg)
{
	int err = 0;
	(void)arg;

	for (int c = 0; c < HISTORY_COLUMNS && !err; c++)
		err = re_hprintf(pf, ", ?%d",
				 HISTORY_STATEMENT_PARAMS + 1 + c);

	return err;
}


/**
 * A statement's text; that of a row is made of the table of columns
 *
 * @param sql   Room for it
 * @param which Statement
 *
 * @return Text, NULL: too long
 */
const char *history_statement_print(char sql[HISTORY_STATEMENT_SIZE],
				    enum history_statement which)
{
	bool update = which == HS_UPDATE;
	int n;

	if (update)
		n = re_snprintf(sql, HISTORY_STATEMENT_SIZE,
				"UPDATE calls SET run = ?2, class = ?3,"
				" words = ?4%H WHERE n = ?1",
				print_columns, &update);
	else if (which == HS_INSERT)
		n = re_snprintf(sql, HISTORY_STATEMENT_SIZE,
				"INSERT INTO calls(n, run, class, words%H)"
				" VALUES(?1, ?2, ?3, ?4%H)",
				print_columns, &update, print_params, NULL);
	else
		return sqlv[which];

	return n < 0 ? NULL : sql;
}
