/**
 * @file test/proxy/admin/history/history_reap.c  Calls that nobody has ended
 */
#include "common/json.h"
#include <errno.h>
#include <string.h>
#include "proxy/admin/history/history.h"
#include "proxy/admin/history/history_reader.h"
#include "proxy/admin/history/history_reap.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

enum { TRIES = 600, STEP_MS = 10 };

#define OPEN "{\"status\":\"open\"}"
#define BAD  "{\"bad\":true}"

static char dir[TEMPDIR_SIZE];
static struct history *history;
static struct history_reader *reader;


static void setup(void)
{
	tempdir_make(dir);
	ck_assert_int_eq(history_reader_alloc(&reader, dir), 0);
}


static void teardown(void)
{
	history = mem_deref(history);
	reader = mem_deref(reader);
	tempdir_remove(dir);
}


static void begin(void)
{
	const struct history_conf conf = {.dir = dir};

	ck_assert_int_eq(history_alloc(&history, &conf, NULL, NULL), 0);
}


static void end(void)
{
	history = mem_deref(history);
}


static void put(uint64_t id, const char *rest)
{
	char text[256];

	(void)re_snprintf(text, sizeof(text),
			  "{\"id\":\"%016llx\",\"started_ms\":5000,%s}",
			  (unsigned long long)id, rest);
	ck_assert_int_eq(history_put(history, id, text, strlen(text), NULL),
			 0);
}


static size_t count(const char *text)
{
	json_t *question = json_loads(text, 0, NULL);
	json_t *answer = json_object();
	size_t n;

	ck_assert_int_eq(history_search(reader, question, answer), 0);
	n = json_array_size(json_object_get(answer, "calls"));
	json_decref(question);
	json_decref(answer);

	return n;
}


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


static void run_for(uint64_t ms)
{
	struct tmr tmr;

	tmr_init(&tmr);
	tmr_start(&tmr, ms, stop_handler, NULL);
	(void)re_main(NULL);
	tmr_cancel(&tmr);
}


static const struct {
	const char *record;
	int64_t beat, ended, talked;
} lostv[] = {
	{"{\"started_ms\":1000}", 5000, 5000, 0},
	{"{\"started_ms\":1000,\"answered_ms\":2000}", 5000, 5000, 3000},
	/* the clock was set back, or nothing was heard since */
	{"{\"started_ms\":1000}", 0, 1000, 0},
	{"{\"started_ms\":1000,\"answered_ms\":2000}", 1500, 2000, 0},
};


START_TEST(a_lost_call_ended_when_the_server_was_heard_of_last)
{
	json_t *record = json_loads(lostv[_i].record, 0, NULL);

	ck_assert_int_eq(history_reap_close_record(record, lostv[_i].beat), 0);
	ck_assert_int_eq(
		json_integer_value(json_object_get(record, "ended_ms")),
		lostv[_i].ended);
	ck_assert_int_eq(
		json_integer_value(json_object_get(record, "talked_ms")),
		lostv[_i].talked);
	ck_assert_uint_eq(
		strlen(json_string_value(json_object_get(record, "ended"))),
		24);
	json_decref(record);
	ck_assert_int_eq(history_reap_close_record(NULL, 1), EINVAL);
}
END_TEST


/* without a file of records it goes straight into the database */
START_TEST(a_lost_call_needs_no_file)
{
	begin();
	put(1, "\"state\":\"ringing\"");
	end();
	ck_assert_uint_eq(count(OPEN), 1);
	begin();
	history_settle(history);
	for (int i = 0; i < TRIES && count(OPEN); i++)
		run_for(STEP_MS);
	end();
	ck_assert_uint_eq(count(OPEN), 0);
	ck_assert_uint_eq(count(BAD), 1);
}
END_TEST


/* those that go on are put first */
START_TEST(a_call_that_goes_on_is_not_lost)
{
	begin();
	put(1, "\"state\":\"talking\"");
	put(2, "\"state\":\"talking\"");
	end();
	begin();
	run_for(50);
	ck_assert_uint_eq(count(OPEN), 2);
	put(1, "\"state\":\"talking\"");
	history_settle(history);
	for (int i = 0; i < TRIES && count(OPEN) > 1; i++)
		run_for(STEP_MS);
	end();
	ck_assert_uint_eq(count(OPEN), 1);
}
END_TEST


Suite *suite_history_reap(void);
Suite *suite_history_reap(void)
{
	Suite *s = suite_create("history_reap");
	TCase *tc = tcase_create("history_reap");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, a_lost_call_ended_when_the_server_was_heard_of_last,
		   lostv);
	tcase_add_test(tc, a_lost_call_needs_no_file);
	tcase_add_test(tc, a_call_that_goes_on_is_not_lost);
	suite_add_tcase(s, tc);

	return s;
}
