/**
 * @file test/proxy/admin/history/history_keep.c  What is too old or too much
 */
#include "common/json.h"
#include <string.h>
#include "proxy/admin/history/history_entry.h"
#include "proxy/admin/history/history_keep.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

#define DAY_MS 86400000ULL
#define NOW_MS 1790000000000ULL

static char dir[TEMPDIR_SIZE];
static struct history_db db;
static struct history_keep keep;


static void setup(void)
{
	tempdir_make(dir);
	memset(&keep, 0, sizeof(keep));
	ck_assert_int_eq(history_db_init(&db, dir), 0);
	ck_assert_int_eq(history_db_ready(&db), 0);
}


static void teardown(void)
{
	history_db_close(&db);
	tempdir_remove(dir);
}


static void put(unsigned id, uint64_t started_ms, bool over, size_t size)
{
	static struct history_row row;
	static char text[1 << 16];
	json_t *record = json_pack("{s:I,s:s}", "started_ms",
				   (json_int_t)started_ms, "from", "alice");
	char hex[HISTORY_ID_SIZE];

	history_id_print(hex, id);
	(void)json_object_set_new(record, "id", json_string(hex));
	if (over)
		(void)json_object_set_new(record, "ended_ms", json_integer(1));
	ck_assert_int_eq(history_row_decode(&row, record), 0);
	memset(text, 'x', sizeof(text));
	ck_assert_int_eq(history_entry_put(&db, 0, &row, text, size),
			 SQLITE_OK);
	json_decref(record);
}


static int64_t number(const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int64_t n;

	ck_assert_int_eq(sqlite3_prepare_v2(db.db, sql, -1, &stmt, NULL),
			 SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);

	return n;
}


static int64_t rows(void)
{
	const int64_t n = number("SELECT count(*) FROM calls");

	ck_assert_int_eq(number("SELECT count(*) FROM records"), n);

	return n;
}


static void step(uint64_t wall_ms, uint64_t now_us)
{
	ck_assert_int_eq(history_keep_step(&keep, &db, wall_ms, now_us),
			 SQLITE_OK);
}


START_TEST(what_is_old_goes_and_what_is_up_stays)
{
	put(1, NOW_MS - 91 * DAY_MS, true, 10);
	put(2, NOW_MS - 91 * DAY_MS, false, 10);
	put(3, NOW_MS - 89 * DAY_MS, true, 10);
	step(NOW_MS, 1);
	ck_assert_int_eq(rows(), 3); /* for ever */

	history_keep_limit(&keep, 90, 0);
	keep.next_us = 0;
	step(NOW_MS, 2);
	ck_assert_int_eq(rows(), 2);
	ck_assert_int_eq(number("SELECT count(*) FROM calls WHERE id = 1"), 0);
	/* the index of pieces agrees */
	ck_assert_int_eq(history_db_exec(&db,
					 "INSERT INTO finder(finder, rank)"
					 " VALUES('integrity-check', 1)"),
			 SQLITE_OK);
}
END_TEST


START_TEST(it_goes_in_slices)
{
	uint64_t now_us = 1;
	int64_t before;

	keep.days = 1;
	ck_assert_int_eq(history_db_begin(&db), SQLITE_OK);
	for (unsigned i = 0; i < 3 * HISTORY_KEEP_SLICE - 10; i++)
		put(i, NOW_MS - 2 * DAY_MS + i, true, 10);
	ck_assert_int_eq(history_db_commit(&db), SQLITE_OK);
	for (int i = 0; i < 3; i++) {
		before = rows();
		step(NOW_MS, now_us);
		step(NOW_MS, now_us); /* not at once */
		ck_assert_int_le(before - rows(), HISTORY_KEEP_SLICE);
		now_us = keep.next_us;
	}
	ck_assert_int_eq(rows(), 0);
}
END_TEST


START_TEST(what_is_too_much_goes_and_the_file_shrinks)
{
	uint64_t now_us = 1;

	keep.size = 4 << 20;
	ck_assert_int_eq(history_db_begin(&db), SQLITE_OK);
	for (unsigned i = 0; i < 1200; i++)
		put(i, NOW_MS + i, true, 8000);
	ck_assert_int_eq(history_db_commit(&db), SQLITE_OK);
	for (int i = 0; i < 20; i++) {
		step(NOW_MS, now_us);
		now_us = keep.next_us;
	}
	ck_assert_int_gt(rows(), 0);
	ck_assert_int_lt(rows(), 600);
	ck_assert_int_eq(number("SELECT count(*) FROM calls WHERE id = 1199"),
			 1);
	ck_assert_int_lt(number("PRAGMA page_count") * 4096, 6 << 20);
}
END_TEST


/* nothing is old because somebody has set the clock wrong */
START_TEST(a_clock_that_jumps_removes_nothing)
{
	keep.days = 90;
	put(1, NOW_MS, true, 10);
	step(NOW_MS, 1);
	keep.next_us = 0;
	step(NOW_MS + 4000 * DAY_MS, 1000);
	ck_assert_int_eq(rows(), 1);
	/* nor when it is set right again */
	keep.next_us = 0;
	step(NOW_MS, 2000);
	ck_assert_int_eq(rows(), 1);
}
END_TEST


START_TEST(a_day_after_a_jump_the_date_counts_again)
{
	struct history_age age = {.known = false};

	ck_assert(history_age_look(&age, NOW_MS, 1000));
	ck_assert(history_age_look(&age, NOW_MS + 60000, 61000));
	ck_assert(!history_age_look(&age, NOW_MS + DAY_MS, 62000));
	ck_assert(!history_age_look(&age, NOW_MS + 2 * DAY_MS - 1000,
				    61000 + DAY_MS));
	ck_assert(history_age_look(&age, NOW_MS + 2 * DAY_MS, 62000 + DAY_MS));
}
END_TEST


Suite *suite_history_keep(void);
Suite *suite_history_keep(void)
{
	Suite *s = suite_create("history_keep");
	TCase *tc = tcase_create("history_keep");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_is_old_goes_and_what_is_up_stays);
	tcase_add_test(tc, it_goes_in_slices);
	tcase_add_test(tc, what_is_too_much_goes_and_the_file_shrinks);
	tcase_add_test(tc, a_clock_that_jumps_removes_nothing);
	tcase_add_test(tc, a_day_after_a_jump_the_date_counts_again);
	suite_add_tcase(s, tc);

	return s;
}
