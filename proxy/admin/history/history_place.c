/**
 * @file history_place.c  Which records of the strongbox are in the database
 */
#include "proxy/admin/history/history_place.h"


static int run(struct history_db *h, enum history_statement which,
	       uint64_t place)
{
	(void)sqlite3_bind_int64(h->stmtv[which], 1, (int64_t)place);

	return history_db_step(h, which);
}


/**
 * Is a place noted?
 *
 * @param h     Connection, in a transaction
 * @param place Place
 *
 * @return SQLITE_ROW: it is, SQLITE_DONE: it is not, otherwise SQLite's code
 */
int history_place_find(struct history_db *h, uint64_t place)
{
	sqlite3_stmt *stmt = h->stmtv[HS_PLACE_FIND];
	int code;

	(void)sqlite3_bind_int64(stmt, 1, (int64_t)place);
	code = sqlite3_step(stmt);
	(void)sqlite3_reset(stmt);

	return code;
}


/**
 * Note a place
 *
 * @param h     Connection, in a transaction
 * @param place Place
 *
 * @return SQLITE_OK or SQLite's code
 */
int history_place_add(struct history_db *h, uint64_t place)
{
	return run(h, HS_PLACE_ADD, place);
}


/**
 * Forget places
 *
 * @param h     Connection, open
 * @param place The last one of them
 *
 * @return SQLITE_OK or SQLite's code
 */
int history_place_forget(struct history_db *h, uint64_t place)
{
	return run(h, HS_PLACE_FORGET, place);
}
