/**
 * @file history_keep.c  What is too old or too much goes, a little at a time
 *
 * Calls that are up stay. What a slice has freed goes back to the disk a few
 * pages at a time.
 */
#include <string.h>
#include <re.h>
#include "proxy/admin/history/history_entry.h"
#include "proxy/admin/history/history_keep.h"
#include "proxy/admin/history/history_schema.h"

#define DAY_MS   86400000ULL
#define LATER_US 60000000ULL /* where there is nothing to do */
#define SOON_US  200000ULL


static int64_t pragma(struct history_db *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int64_t n = 0;

	if (sqlite3_prepare_v2(db->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		n = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);

	return n;
}


static bool is_too_large(const struct history_keep *k, struct history_db *db)
{
	const uint64_t most = __atomic_load_n(&k->size, __ATOMIC_RELAXED);
	int64_t pages;

	if (!most)
		return false;

	pages = pragma(db, "PRAGMA page_count") -
		pragma(db, "PRAGMA freelist_count");

	return (uint64_t)(pages * pragma(db, "PRAGMA page_size")) > most;
}


/**
 * Say how much stays from now on
 *
 * @param k    Keep
 * @param days Days, 0: for ever
 * @param size Octets of the database, 0: any
 */
void history_keep_limit(struct history_keep *k, uint32_t days, uint64_t size)
{
	__atomic_store_n(&k->days, days, __ATOMIC_RELAXED);
	__atomic_store_n(&k->size, size, __ATOMIC_RELAXED);
}


/* behind which place nothing may stay; 0: all may */
static int64_t limit(struct history_keep *k, struct history_db *db,
		     uint64_t wall_ms, uint64_t now_us)
{
	const uint32_t days = __atomic_load_n(&k->days, __ATOMIC_RELAXED);
	const uint64_t span_ms = days * DAY_MS;
	const bool steady = history_age_look(&k->age, wall_ms, now_us / 1000);

	if (is_too_large(k, db))
		return INT64_MAX;

	return days && steady && wall_ms > span_ms
		       ? (int64_t)(wall_ms - span_ms) << HISTORY_PLACE_BITS
		       : 0;
}


static int read_slice(int64_t idv[HISTORY_KEEP_SLICE], size_t *n,
		      struct history_db *db, int64_t before)
{
	static const char sql[] = "SELECT id FROM calls WHERE n < ?1"
				  " AND ended_ms IS NOT NULL"
				  " ORDER BY n LIMIT ?2";
	sqlite3_stmt *stmt = NULL;
	int code = sqlite3_prepare_v2(db->db, sql, -1, &stmt, NULL);

	*n = 0;
	if (code != SQLITE_OK)
		return code;

	(void)sqlite3_bind_int64(stmt, 1, before);
	(void)sqlite3_bind_int(stmt, 2, HISTORY_KEEP_SLICE);
	while ((code = sqlite3_step(stmt)) == SQLITE_ROW &&
	       *n < HISTORY_KEEP_SLICE)
		idv[(*n)++] = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);

	return code == SQLITE_DONE || code == SQLITE_ROW ? SQLITE_OK : code;
}


static int remove_slice(struct history_db *db, const int64_t *idv, size_t n)
{
	int code = history_db_begin(db);

	for (size_t i = 0; i < n && code == SQLITE_OK; i++)
		code = history_entry_drop(db, idv[i]);
	if (code == SQLITE_OK)
		code = history_db_commit(db);
	if (code != SQLITE_OK)
		history_db_rollback(db);
	else
		(void)history_db_exec(db, "PRAGMA incremental_vacuum(1000)");

	return code;
}


/**
 * Remove a slice of what is too old or too much, if it is time
 *
 * @param k       What is kept
 * @param db      Connection, open
 * @param wall_ms Unix milliseconds
 * @param now_us  Microseconds of a clock that is never set
 *
 * @return SQLITE_OK or SQLite's code
 */
int history_keep_step(struct history_keep *k, struct history_db *db,
		      uint64_t wall_ms, uint64_t now_us)
{
	int64_t idv[HISTORY_KEEP_SLICE], before;
	size_t n = 0;
	int code = SQLITE_OK;

	if (now_us < k->next_us)
		return SQLITE_OK;

	before = limit(k, db, wall_ms, now_us);
	if (before)
		code = read_slice(idv, &n, db, before);
	if (code == SQLITE_OK && n)
		code = remove_slice(db, idv, n);
	k->next_us = now_us + (n ? SOON_US : LATER_US);

	return code;
}
