/**
 * @file test/proxy/admin/history/history.c  Calls kept, and found again
 */
#include "common/json.h"
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "common/metrics.h"
#include "proxy/admin/history/history.h"
#include "proxy/admin/history/history_column.h"
#include "proxy/admin/history/history_reader.h"
#include "proxy/admin/history/tray.h"
#include "test/mock/small_disk.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

enum { TRIES = 600, STEP_MS = 10, CSV_SIZE = 1 << 16 };

#define NOON 1790000000000LL

static char dir[TEMPDIR_SIZE], path[TEMPDIR_SIZE + 16];
static struct metrics *metrics;
static struct history *history;
static struct history_reader *reader;
static json_t *answer;


static void setup(void)
{
	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/history.db", dir);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(history_reader_alloc(&reader, dir), 0);
}


static void teardown(void)
{
	json_decref(answer);
	answer = NULL;
	history = mem_deref(history);
	reader = mem_deref(reader);
	metrics = mem_deref(metrics);
	tempdir_remove(dir);
}


static void begin(void)
{
	const struct history_conf conf = {.dir = dir};

	ck_assert_int_eq(history_alloc(&history, &conf, NULL, metrics), 0);
	history_settle(history);
}


/* all that waits is on the disk */
static void end(void)
{
	history = mem_deref(history);
}


static uint64_t count(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


static void settle(const char *name, uint64_t n)
{
	for (int i = 0; i < TRIES && count(name) < n; i++)
		sys_msleep(STEP_MS);
	ck_assert_uint_eq(count(name), n);
}


static void put(uint64_t key, uint64_t id, const char *rest)
{
	char text[1024];

	(void)re_snprintf(text, sizeof(text), "{\"id\":\"%016llx\",%s}",
			  (unsigned long long)id, rest);
	ck_assert_int_eq(history_put(history, key, text, strlen(text), NULL),
			 0);
}


/* the n-th call, a second after the one before; what it lacks is its end */
static void put_call(unsigned n, const char *from, const char *to,
		     const char *rest)
{
	char text[896];

	(void)snprintf(text, sizeof(text),
		       "\"started_ms\":%lld,\"call_id\":\"call%u@192.0.2.1\","
		       "\"from\":\"sip:%s@example.net\","
		       "\"to\":\"sip:%s@example.net\","
		       "\"a\":{\"account\":\"%s@example.net\"},%s",
		       NOON + n * 1000LL, n, from, to, from, rest);
	put(n, n, text);
}


static void ask(const char *text)
{
	json_t *question = json_loads(text, 0, NULL);

	json_decref(answer);
	answer = json_object();
	ck_assert_msg(!history_search(reader, question, answer), "%s: %s",
		      text,
		      json_string_value(json_object_get(answer, "error")));
	json_decref(question);
}


static size_t found(void)
{
	return json_array_size(json_object_get(answer, "calls"));
}


static const char *text_at(size_t i, const char *key)
{
	const char *s = json_string_value(json_object_get(
		json_array_get(json_object_get(answer, "calls"), i), key));

	return s ? s : "";
}


START_TEST(a_call_is_found_from_its_beginning_on)
{
	begin();
	put(1, 1,
	    "\"started_ms\":5000,\"state\":\"ringing\","
	    "\"from\":\"sip:alice@example.net\"");
	settle("history_written_total", 1);
	ask("{\"search\":\"alice\"}");
	ck_assert_uint_eq(found(), 1);
	ck_assert_str_eq(text_at(0, "id"), "0000000000000001");
	ck_assert_str_eq(text_at(0, "state"), "ringing");

	put(1, 1,
	    "\"started_ms\":5000,\"state\":\"ended\",\"ended_ms\":9000,"
	    "\"from\":\"sip:alice@example.net\",\"status\":200,"
	    "\"to\":\"sip:bob@example.net\"");
	settle("history_written_total", 2);
	ask("{\"search\":\"bob\"}");
	ck_assert_uint_eq(found(), 1);
	ck_assert_str_eq(text_at(0, "state"), "ended");
	ask("{}");
	ck_assert_uint_eq(found(), 1);
}
END_TEST


/* of several phones that rang another one was answered than the first */
START_TEST(a_call_may_get_another_number)
{
	begin();
	put(1, 1, "\"started_ms\":5000,\"state\":\"ringing\"");
	put(1, 7, "\"started_ms\":5000,\"state\":\"talking\"");
	put(1, 7, "\"started_ms\":5000,\"state\":\"ended\",\"ended_ms\":6000");
	end();
	ask("{}");
	ck_assert_uint_eq(found(), 1);
	ck_assert_str_eq(text_at(0, "id"), "0000000000000007");
	ck_assert_str_eq(text_at(0, "state"), "ended");
}
END_TEST


START_TEST(what_was_no_call_is_forgotten)
{
	begin();
	put_call(1, "alice", "bob", "\"state\":\"ringing\"");
	put_call(2, "carol", "bob", "\"state\":\"ringing\"");
	ck_assert_int_eq(history_drop(history, 1, NULL), 0);
	ck_assert_int_eq(history_drop(history, 99, NULL), 0);
	end();
	ask("{}");
	ck_assert_uint_eq(found(), 1);
	ask("{\"search\":\"alice\"}");
	ck_assert_uint_eq(found(), 0);
	ck_assert_uint_eq(count("history_lost_total"), 0);
}
END_TEST


static void put_some(void)
{
	put_call(1, "alice", "+4930123",
		 "\"ended_ms\":1,\"status\":200,\"answered_ms\":1,"
		 "\"b\":{\"peer\":\"carrier\"}");
	put_call(2, "bob", "alice",
		 "\"ended_ms\":1,\"status\":486,\"why\":\"failed\","
		 "\"b\":{\"account\":\"alice@example.net\"}");
	put_call(3, "alicette", "bo%b_x",
		 "\"ended_ms\":1,\"status\":503,\"why\":\"failed\"");
	put_call(4, "carol", "dave", "\"state\":\"ringing\"");
}


static const struct {
	const char *question;
	const char *callv[5]; /* their last digits, newest first */
} askv[] = {
	{"{}", {"4", "3", "2", "1"}},
	{"{\"search\":\"alice\"}", {"3", "2", "1"}},
	{"{\"search\":\"ALICE\"}", {"3", "2", "1"}},
	{"{\"search\":\"sip:alice@example.net\"}", {"2", "1"}},
	{"{\"search\":\"alice@example.net\"}", {"2", "1"}},
	{"{\"search\":\"alice@elsewhere.net\"}", {NULL}},
	{"{\"search\":\"30123\"}", {"1"}},
	{"{\"search\":\"call3\"}", {"3"}},
	{"{\"search\":\"call3@192.0.2.1\"}", {"3"}},
	{"{\"search\":\"@192.0.2.1\"}", {"4", "3", "2", "1"}},
	{"{\"search\":\"da\"}", {"4"}},
	{"{\"search\":\"%\"}", {"3"}},
	{"{\"search\":\"o%b\"}", {"3"}},
	{"{\"search\":\"b_x\"}", {"3"}},
	{"{\"search\":\"a_b\"}", {NULL}},
	{"{\"search\":\"' OR 1\"}", {NULL}},
	{"{\"search\":\"\\\"ali\"}", {NULL}},
	{"{\"user\":\"alice@example.net\"}", {"2", "1"}},
	{"{\"user\":\"ali@example.net\"}", {NULL}},
	{"{\"peer\":\"carrier\"}", {"1"}},
	{"{\"status\":\"4xx\"}", {"2"}},
	{"{\"status\":\"503\"}", {"3"}},
	{"{\"status\":\"answered\"}", {"1"}},
	{"{\"status\":\"failed\"}", {"3", "2"}},
	{"{\"status\":\"open\"}", {"4"}},
	{"{\"bad\":true}", {"3"}},
	{"{\"from\":1790000002000}", {"4", "3", "2"}},
	{"{\"from\":1790000002000,\"to\":1790000003000}", {"2"}},
	{"{\"limit\":1,\"search\":\"alice\"}", {"3"}},
	{"{\"search\":\"alice\",\"status\":\"2xx\"}", {"1"}},
	{"{\"id\":\"0000000000000002\"}", {"2"}},
	{"{\"call_id\":\"call2@192.0.2.1\"}", {"2"}},
	{"{\"call_id\":\"call2\"}", {NULL}},
};


START_TEST(calls_are_found_by_what_is_known_of_them)
{
	size_t i = 0;

	begin();
	put_some();
	end();
	ask(askv[_i].question);
	for (; askv[_i].callv[i]; i++)
		ck_assert_str_eq(text_at(i, "id") + 15, askv[_i].callv[i]);
	ck_assert_uint_eq(found(), i);
}
END_TEST


START_TEST(a_long_table_comes_in_pages)
{
	enum { CALLS = 25 };
	size_t seen = 0;
	char text[64] = "{\"limit\":10}";

	begin();
	for (unsigned i = 1; i <= CALLS; i++)
		put_call(i, "alice", "bob", "\"state\":\"ringing\"");
	end();
	for (int page = 0; page < 3; page++) {
		ask(text);
		for (size_t i = 0; i < found(); i++, seen++)
			ck_assert_uint_eq(strtoul(text_at(i, "id"), NULL, 16),
					  CALLS - seen);
		if (page < 2)
			(void)snprintf(text, sizeof(text),
				       "{\"limit\":10,\"after\":\"%s\"}",
				       json_string_value(json_object_get(
					       answer, "next")));
	}
	ck_assert_uint_eq(seen, CALLS);
	ck_assert_ptr_null(json_object_get(answer, "next"));
}
END_TEST


/* more than a place has numbers for */
START_TEST(calls_of_one_moment_have_places_of_their_own)
{
	begin();
	for (unsigned i = 1; i <= 300; i++)
		put(i, i, "\"started_ms\":5000");
	end();
	ask("{\"limit\":500,\"from\":5000,\"to\":5001}");
	ck_assert_uint_eq(found(), 300);
	ck_assert_uint_eq(count("history_lost_total"), 0);
}
END_TEST


START_TEST(one_call_is_shown_as_a_whole)
{
	begin();
	put_some();
	put(9, 9, "\"started_ms\":5000,\"extra\":{\"more\":7}");
	end();
	answer = json_object();
	ck_assert_int_eq(history_one(reader, "0000000000000009", answer), 0);
	ck_assert_int_eq(
		json_integer_value(json_object_get(
			json_object_get(json_object_get(answer, "record"),
					"extra"),
			"more")),
		7);
	json_decref(answer);
	answer = json_object();
	ck_assert_int_eq(history_one(reader, "call2@192.0.2.1", answer), 0);
	ck_assert_str_eq(json_string_value(json_object_get(answer, "id")),
			 "0000000000000002");
	ck_assert_int_eq(history_one(reader, "0000000000000077", answer),
			 ENOENT);
	ck_assert_int_eq(history_one(reader, "nobody", answer), ENOENT);
	ck_assert_int_eq(history_one(reader, "", answer), EINVAL);
}
END_TEST


START_TEST(the_file_with_its_packets_is_named)
{
	begin();
	put_call(1, "alice", "bob", "\"ended_ms\":1");
	ck_assert_int_eq(history_flight(history, 1, "bad.pcap", NULL), 0);
	end();
	ask("{}");
	ck_assert_str_eq(text_at(0, "flight"), "bad.pcap");
	/* and the record came late */
	begin();
	put_call(1, "alice", "bob", "\"ended_ms\":2");
	end();
	ask("{}");
	ck_assert_str_eq(text_at(0, "flight"), "bad.pcap");
}
END_TEST


/* in pieces, as slow as one likes */
START_TEST(a_table_for_spreadsheets_has_them_all)
{
	enum { CALLS = 620 };
	static char csv[CSV_SIZE * 4];
	struct history_export *e = NULL;
	json_t *question = json_object();
	size_t pos = 0, len, lines = 0;

	begin();
	for (unsigned i = 1; i <= CALLS; i++)
		put_call(i, "alice", "=1+1", "\"ended_ms\":1");
	end();
	answer = json_object();
	ck_assert_int_eq(history_export_alloc(&e, reader, question, answer),
			 0);
	do {
		ck_assert_int_eq(history_export_read(e, csv + pos, 1000, &len),
				 0);
		pos += len;
		ck_assert_uint_lt(pos, sizeof(csv) - 1000);
	} while (len);
	for (size_t i = 0; i < pos; i++)
		lines += csv[i] == '\n';
	ck_assert_uint_eq(lines, CALLS + 1);
	ck_assert_int_eq(strncmp(csv, "id,call_id,", 11), 0);
	ck_assert_int_eq(history_export_read(NULL, csv, 1, &len), EINVAL);
	mem_deref(e);

	(void)json_object_set_new(question, "bad", json_string("maybe"));
	ck_assert_int_eq(history_export_alloc(&e, reader, question, answer),
			 EINVAL);
	json_decref(question);
}
END_TEST


START_TEST(no_history_is_no_calamity)
{
	answer = json_object();
	ck_assert_int_eq(history_search(reader, answer, answer), ENOENT);
	ck_assert_ptr_nonnull(json_object_get(answer, "error"));
	ck_assert_int_eq(history_one(reader, "x", answer), ENOENT);
	ck_assert_int_eq(access(path, F_OK), -1);
	ck_assert_int_eq(history_put(NULL, 1, "{}", 2, NULL), 0);
	ck_assert_int_eq(history_drop(NULL, 1, NULL), 0);
	ck_assert_int_eq(history_flight(NULL, 1, "x", NULL), 0);
}
END_TEST


/* the disk was full when it was to be made */
START_TEST(an_empty_file_is_no_history)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	(void)fclose(f);
	answer = json_object();
	ck_assert_int_eq(history_one(reader, "x", answer), ENOENT);
	ck_assert_str_eq(json_string_value(json_object_get(answer, "error")),
			 "there is no history");
}
END_TEST


/* one that the database refuses is lost alone */
START_TEST(what_is_no_record_takes_no_other_with_it)
{
	begin();
	put_call(1, "alice", "bob", "\"ended_ms\":1");
	ck_assert_int_eq(history_put(history, 5, "{\"id\":", 6, NULL), 0);
	put(6, 6, "\"started_ms\":\"none\"");
	put_call(2, "alice", "bob", "\"ended_ms\":1");
	end();
	ask("{}");
	ck_assert_uint_eq(found(), 2);
	ck_assert_uint_eq(count("history_refused_total"), 2);
}
END_TEST


static void run_sql(const char *sql)
{
	sqlite3 *db = NULL;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}


/* the tables have the columns of the code, in their order */
START_TEST(the_table_has_each_column)
{
	static const char sql[] = "SELECT name FROM pragma_table_info('calls')"
				  " WHERE cid >= 4 ORDER BY cid";
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;

	begin();
	settle("history_written_total", 0);
	put_call(1, "a", "b", "\"ended_ms\":1");
	end();
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL),
			 SQLITE_OK);
	for (int c = 0; c < HISTORY_COLUMNS; c++) {
		ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
		ck_assert_str_eq((const char *)sqlite3_column_text(stmt, 0),
				 history_column((enum history_column)c)->name);
	}
	ck_assert_int_eq(sqlite3_step(stmt), SQLITE_DONE);
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(db);
}
END_TEST


START_TEST(a_file_of_another_program_is_left_alone)
{
	run_sql("CREATE TABLE other(x); INSERT INTO other VALUES(7)");
	begin();
	put_call(1, "alice", "bob", "\"ended_ms\":1");
	end();
	ck_assert_uint_eq(count("history_lost_total"), 1);
	run_sql("UPDATE other SET x = 8");
	answer = json_object();
	ck_assert_int_eq(history_search(reader, answer, answer), EIO);
}
END_TEST


START_TEST(a_file_that_was_removed_is_made_anew)
{
	begin();
	put_call(1, "alice", "bob", "\"ended_ms\":1");
	settle("history_written_total", 1);
	ask("{}");
	ck_assert_uint_eq(found(), 1);
	ck_assert_int_eq(unlink(path), 0);
	put_call(2, "alice", "bob", "\"ended_ms\":1");
	settle("history_written_total", 2);
	ask("{}");
	ck_assert_uint_eq(found(), 1);
	ck_assert_str_eq(text_at(0, "id"), "0000000000000002");
}
END_TEST


/* another process holds it: what waits is written afterwards */
START_TEST(a_locked_database_loses_nothing)
{
	sqlite3 *db = NULL;

	begin();
	put_call(1, "alice", "bob", "\"ended_ms\":1");
	settle("history_written_total", 1);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL),
			 SQLITE_OK);
	put_call(2, "alice", "bob", "\"ended_ms\":1");
	sys_msleep(400);
	ck_assert_uint_eq(count("history_written_total"), 1);
	/* readers do not mind */
	ask("{}");
	ck_assert_uint_eq(found(), 1);
	ck_assert_int_eq(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL),
			 SQLITE_OK);
	(void)sqlite3_close(db);
	settle("history_written_total", 2);
	ck_assert_uint_eq(count("history_lost_total"), 0);
}
END_TEST


static int trouble(void)
{
	char why[TRAY_WHY_SIZE];

	return tray_err(history_tray(history), why);
}


START_TEST(a_full_disk_loses_nothing)
{
	enum { DISK_KB = 1024, MANY = 200 };
	int err = 0;

	if (!small_disk_mount(dir, DISK_KB)) {
		(void)printf("skipped: history: may not mount a disk\n");
		return;
	}
	begin();
	put_call(1, "alice", "bob", "\"ended_ms\":1");
	settle("history_written_total", 1);
	small_disk_fill(dir);
	for (unsigned i = 2; i <= MANY; i++)
		put_call(i, "alice", "bob", "\"ended_ms\":1");
	for (int i = 0; i < TRIES && !err; i++) {
		sys_msleep(STEP_MS);
		err = trouble();
	}
	ck_assert_int_ne(err, 0);
	/* what is there can be read meanwhile */
	ask("{\"id\":\"0000000000000001\"}");
	ck_assert_uint_eq(found(), 1);

	small_disk_free(dir);
	settle("history_written_total", MANY);
	ck_assert_int_eq(trouble(), 0);
	ck_assert_uint_eq(count("history_lost_total"), 0);
	ask("{\"limit\":500}");
	ck_assert_uint_eq(found(), MANY);
	end();
	reader = mem_deref(reader);
	small_disk_unmount(dir);
}
END_TEST


Suite *suite_history(void);
Suite *suite_history(void)
{
	Suite *s = suite_create("history");
	TCase *tc = tcase_create("history");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_call_is_found_from_its_beginning_on);
	tcase_add_test(tc, a_call_may_get_another_number);
	tcase_add_test(tc, what_was_no_call_is_forgotten);
	test_table(tc, calls_are_found_by_what_is_known_of_them, askv);
	tcase_add_test(tc, a_long_table_comes_in_pages);
	tcase_add_test(tc, calls_of_one_moment_have_places_of_their_own);
	tcase_add_test(tc, one_call_is_shown_as_a_whole);
	tcase_add_test(tc, the_file_with_its_packets_is_named);
	tcase_add_test(tc, a_table_for_spreadsheets_has_them_all);
	tcase_add_test(tc, no_history_is_no_calamity);
	tcase_add_test(tc, an_empty_file_is_no_history);
	tcase_add_test(tc, what_is_no_record_takes_no_other_with_it);
	tcase_add_test(tc, the_table_has_each_column);
	tcase_add_test(tc, a_file_of_another_program_is_left_alone);
	tcase_add_test(tc, a_file_that_was_removed_is_made_anew);
	tcase_add_test(tc, a_locked_database_loses_nothing);
	tcase_add_test(tc, a_full_disk_loses_nothing);
	suite_add_tcase(s, tc);

	return s;
}
