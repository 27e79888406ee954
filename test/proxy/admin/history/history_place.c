/**
 * @file test/proxy/admin/history/history_place.c  Written once, by its place
 */
#include "common/json.h"
#include <stdio.h>
#include <string.h>
#include "proxy/admin/history/history_place.h"
#include "proxy/admin/history/history_writer.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

static char dir[TEMPDIR_SIZE];
static struct history_writer *writer;


static void begin(uint64_t box)
{
	const struct history_conf conf = {.dir = dir};
	char why[TRAY_WHY_SIZE] = "";

	writer = mem_deref(writer);
	ck_assert_int_eq(history_writer_alloc(&writer, &conf, NULL), 0);
	writer->db.box = box;
	ck_assert_int_eq(history_writer_write(NULL, 0, why, writer), 0);
}


static void setup(void)
{
	tempdir_make(dir);
	begin(77);
}


static void teardown(void)
{
	writer = mem_deref(writer);
	tempdir_remove(dir);
}


static void put(uint64_t key, uint64_t id, const char *state, uint64_t place,
		bool again)
{
	char text[256], why[TRAY_WHY_SIZE] = "";
	struct slip *slip;

	(void)snprintf(text, sizeof(text),
		       "{\"id\":\"%016llx\",\"started_ms\":5000,"
		       "\"state\":\"%s\"}",
		       (unsigned long long)id, state);
	slip = slip_alloc(HISTORY_PUT, key, text, strlen(text));
	ck_assert_ptr_nonnull(slip);
	slip->deposit.place = place;
	slip->deposit.again = again;
	ck_assert_int_eq(history_writer_write(&slip, 1, why, writer), 0);
	mem_deref(slip);
}


static int64_t number(const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int64_t n;

	ck_assert_int_eq(
		sqlite3_prepare_v2(writer->db.db, sql, -1, &stmt, NULL),
		SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);

	return n;
}


/* its beginning, under another number, would be a call of its own */
START_TEST(what_is_written_is_not_written_again)
{
	put(1, 1, "ringing", 100, false);
	put(1, 9, "talking", 200, false);
	begin(77);
	put(1, 1, "ringing", 100, true);
	put(1, 9, "talking", 200, true);
	put(1, 9, "ended", 300, true);
	ck_assert_int_eq(number("SELECT count(*) FROM calls"), 1);
	ck_assert_int_eq(number("SELECT count(*) FROM calls"
				" WHERE state = 'ended' AND id = 9"),
			 1);
}
END_TEST


START_TEST(what_is_not_written_is_the_former_servers)
{
	const int64_t run = number("SELECT value FROM meta WHERE name='run'");

	begin(77);
	put(1, 1, "ringing", 100, true);
	ck_assert_int_eq(number("SELECT run FROM calls"), run);
	put(1, 1, "talking", 200, false);
	ck_assert_int_eq(number("SELECT run FROM calls"), run + 1);
}
END_TEST


START_TEST(the_places_of_another_box_say_nothing)
{
	put(1, 1, "ringing", 100, false);
	begin(77);
	ck_assert_int_eq(number("SELECT count(*) FROM places"), 1);
	begin(78);
	ck_assert_int_eq(number("SELECT count(*) FROM places"), 0);
	put(2, 2, "ringing", 100, true);
	ck_assert_int_eq(number("SELECT count(*) FROM calls"), 2);
	/* without a box nothing is known of them */
	begin(0);
	ck_assert_int_eq(number("SELECT count(*) FROM places"), 1);
}
END_TEST


START_TEST(what_is_in_no_box_has_no_place)
{
	put(1, 1, "ringing", 0, false);
	ck_assert_int_eq(number("SELECT count(*) FROM places"), 0);
	ck_assert_int_eq(number("SELECT count(*) FROM calls"), 1);
}
END_TEST


START_TEST(places_are_forgotten_up_to_one)
{
	for (uint64_t i = 1; i <= 5; i++)
		put(i, i, "ringing", i * 100, false);
	ck_assert_int_eq(history_place_forget(&writer->db, 300), SQLITE_OK);
	ck_assert_int_eq(number("SELECT min(place) FROM places"), 400);
	ck_assert_int_eq(history_place_find(&writer->db, 300), SQLITE_DONE);
	ck_assert_int_eq(history_place_find(&writer->db, 400), SQLITE_ROW);
	ck_assert_int_eq(history_place_add(&writer->db, 400), SQLITE_OK);
	ck_assert_int_eq(number("SELECT count(*) FROM places"), 2);
}
END_TEST


Suite *suite_history_place(void);
Suite *suite_history_place(void)
{
	Suite *s = suite_create("history_place");
	TCase *tc = tcase_create("history_place");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_is_written_is_not_written_again);
	tcase_add_test(tc, what_is_not_written_is_the_former_servers);
	tcase_add_test(tc, the_places_of_another_box_say_nothing);
	tcase_add_test(tc, what_is_in_no_box_has_no_place);
	tcase_add_test(tc, places_are_forgotten_up_to_one);
	suite_add_tcase(s, tc);

	return s;
}
