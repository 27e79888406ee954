/**
 * @file test/proxy/admin/history/records.c  Each record once, also after kills
 */
#include "common/json.h"
#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "common/metrics.h"
#include "proxy/admin/history/records.h"
#include "test/mock/small_disk.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

enum {
	CALLS_MAX = 20000,
	ROUND_MAX = 300, /* calls of one server */
	KILLS = 20,
	SEEDS = 6,
	OPEN_MAX = 40, /* calls that are up */
	LINE_SIZE = 1 << 16,
	TRIES = 600,
	ROUNDS = 5,
	STEP_MS = 10,
};

enum phase { NEVER = 0, RINGING, TALKING, ENDED };

/** What the servers have said of their calls, in memory of all of them */
struct truth {
	uint8_t phasev[CALLS_MAX]; /* enum phase, when that was kept */
	unsigned count;            /* calls that were begun, or are being */
};

/** How often a call is told of */
struct told {
	uint8_t json, csv, rows;
	bool bye;
};

static char dir[TEMPDIR_SIZE], json[TEMPDIR_SIZE + 16], csv[TEMPDIR_SIZE + 16],
	db[TEMPDIR_SIZE + 16];
static struct told toldv[CALLS_MAX];
static struct truth *truth;
static struct metrics *metrics;
static struct records *records;
static int width; /* of what is told of a call; 0: it differs */


static void setup(void)
{
	tempdir_make(dir);
	(void)snprintf(json, sizeof(json), "%s/calls.jsonl", dir);
	(void)snprintf(csv, sizeof(csv), "%s/calls.csv", dir);
	(void)snprintf(db, sizeof(db), "%s/history.db", dir);
	truth = mmap(NULL, sizeof(*truth), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(truth, MAP_FAILED);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
}


static void teardown(void)
{
	records = mem_deref(records);
	metrics = mem_deref(metrics);
	(void)munmap(truth, sizeof(*truth));
	tempdir_remove(dir);
}


static void begin(void)
{
	const struct records_conf conf = {
		.dir = dir, .history = true, .json = json, .csv = csv};

	ck_assert_int_eq(records_alloc(&records, &conf, NULL, metrics), 0);
	records_resume(records);
	records_settle(records);
}


static void end(void)
{
	records = mem_deref(records);
}


/* each fifth one was answered at another phone than rang first */
static uint64_t id_of(unsigned n, enum phase phase)
{
	return phase > RINGING && n % 5 == 0 ? n + CALLS_MAX : n;
}


static void report(unsigned n, enum phase phase)
{
	static const char *const restv[] = {
		[RINGING] = "\"state\":\"ringing\"",
		[TALKING] = ("\"state\":\"talking\","
			     "\"answered_ms\":1790000000500"),
		[ENDED] = ("\"state\":\"ended\",\"answered_ms\":1790000000500,"
			   "\"ended_ms\":1790000009000,\"why\":\"bye\""),
	};
	char text[4096];

	(void)snprintf(text, sizeof(text),
		       "{\"id\":\"%016llx\",\"call_id\":\"call%u\","
		       "\"from\":\"sip:%0*u@example.net\","
		       "\"started_ms\":1790000000000,%s}",
		       (unsigned long long)id_of(n, phase), n,
		       width ? width : 1 + (int)n % 500, n, restv[phase]);
	if (phase == ENDED)
		records_over(records, n, text, strlen(text));
	else
		records_change(records, n, text, strlen(text));
	truth->phasev[n] = (uint8_t)phase;
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


/* calls come and go until it is killed */
static void serve(unsigned seed)
{
	unsigned openv[OPEN_MAX] = {0};

	begin();
	for (unsigned i = 0; i < 3 * ROUND_MAX; i++) {
		unsigned *call = &openv[rand_r(&seed) % OPEN_MAX];

		if (!*call) {
			*call = ++truth->count;
			report(*call, RINGING);
		}
		else if (truth->phasev[*call] == RINGING && seed % 4) {
			report(*call, TALKING);
		}
		else {
			report(*call, ENDED);
			*call = 0;
		}
		if (i % 50 == 0)
			run_for(1);
	}
	for (;;)
		run_for(1000);
}


static void serve_and_be_killed(unsigned seed, unsigned us)
{
	const pid_t pid = fork();
	int status = 0;

	ck_assert_int_ge(pid, 0);
	if (!pid)
		serve(seed);
	(void)usleep(us);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}


static struct told *told_of(const char *callid)
{
	unsigned long n;

	ck_assert_ptr_nonnull(callid);
	ck_assert_int_eq(strncmp(callid, "call", 4), 0);
	n = strtoul(callid + 4, NULL, 10);
	ck_assert_uint_lt(n, CALLS_MAX);

	return &toldv[n];
}


/* no line is a half one */
static void read_json(void)
{
	static char line[LINE_SIZE];
	FILE *f = fopen(json, "r");

	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f)) {
		json_t *record = json_loads(line, 0, NULL);
		const char *why;

		ck_assert_msg(record != NULL, "%s", line);
		why = json_string_value(json_object_get(record, "why"));
		++told_of(json_string_value(
				  json_object_get(record, "call_id")))
			  ->json;
		ck_assert_ptr_nonnull(why);
		json_decref(record);
	}
	(void)fclose(f);
}


static void read_csv(void)
{
	static char line[LINE_SIZE];
	FILE *f = fopen(csv, "r");

	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_nonnull(fgets(line, sizeof(line), f));
	while (fgets(line, sizeof(line), f)) {
		const char *comma = strchr(line, ',');

		ck_assert_msg(comma && strstr(comma, "\r\n"), "%s", line);
		++told_of(comma + 1)->csv;
	}
	(void)fclose(f);
}


static unsigned read_rows(void)
{
	sqlite3_stmt *stmt = NULL;
	sqlite3 *s = NULL;
	unsigned openc = 0;

	ck_assert_int_eq(sqlite3_open(db, &s), SQLITE_OK);
	(void)sqlite3_busy_timeout(s, 5000);
	ck_assert_int_eq(sqlite3_prepare_v2(s,
					    "SELECT call_id, why FROM calls",
					    -1, &stmt, NULL),
			 SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *why = (const char *)sqlite3_column_text(stmt, 1);
		struct told *t = told_of(
			(const char *)sqlite3_column_text(stmt, 0));

		++t->rows;
		t->bye = why && !strcmp(why, "bye");
		openc += !why;
	}
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(s);

	return openc;
}


/* the calls that the last server left open are closed as well */
static void settle(void)
{
	unsigned openc = 1;

	/* what it finds in the box may come after the first look */
	for (int round = 0; round < ROUNDS && openc; round++) {
		begin();
		for (int i = 0; i < TRIES && (!i || read_rows()); i++)
			run_for(STEP_MS);
		end();
		openc = read_rows();
	}
	ck_assert_uint_eq(openc, 0);
	memset(toldv, 0, sizeof(toldv));
	(void)read_rows();
	read_json();
	read_csv();
}


/* those that were being begun may be there or not */
static void assert_once(void)
{
	for (unsigned n = 1; n <= truth->count; n++) {
		const struct told *t = &toldv[n];

		if (truth->phasev[n] == NEVER && !t->rows)
			continue;
		ck_assert_msg(t->json == 1 && t->csv == 1 && t->rows == 1,
			      "call %u: %u, %u, %u", n, t->json, t->csv,
			      t->rows);
		if (truth->phasev[n] == ENDED)
			ck_assert_msg(t->bye, "call %u", n);
	}
}


START_TEST(whatever_kills_come_between_each_call_has_one_record)
{
	unsigned seed = (unsigned)_i;

	for (unsigned i = 0; i < KILLS; i++)
		serve_and_be_killed(seed + i, 500 + rand_r(&seed) % 25000);
	ck_assert_uint_gt(truth->count, KILLS);
	settle();
	assert_once();

	/* once more is not once again */
	settle();
	assert_once();
}
END_TEST


/* nothing of it is a crash: what a disk took no more is written later */
START_TEST(what_a_full_disk_took_no_more_the_next_server_writes)
{
	enum { DISK_KB = 8192 };

	if (!small_disk_mount(dir, DISK_KB)) {
		(void)printf("skipped: records: may not mount a disk\n");
		return;
	}
	begin();
	report(++truth->count, RINGING);
	small_disk_fill(dir);
	while (truth->count < 50)
		report(++truth->count, ENDED);
	end();
	small_disk_free(dir);
	settle();
	assert_once();
	small_disk_unmount(dir);
}
END_TEST


static uint64_t count(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


/* as it was before there was a box */
START_TEST(without_a_box_they_are_in_memory)
{
	char path[TEMPDIR_SIZE + 16];

	(void)snprintf(path, sizeof(path), "%s/records.spool", dir);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	begin();
	while (truth->count < 50)
		report(++truth->count, ENDED);
	end();
	settle();
	assert_once();
	ck_assert_uint_eq(count("history_lost_total"), 0);
}
END_TEST


static void settle_count(const char *name, uint64_t n)
{
	for (int i = 0; i < TRIES && count(name) < n; i++)
		sys_msleep(STEP_MS);
	ck_assert_uint_eq(count(name), n);
}


/* of what is more than it can hold nothing is lost without a kill */
START_TEST(a_box_that_is_full_is_no_harm)
{
	enum { MANY = 2000 };
	sqlite3 *s = NULL;

	begin();
	report(++truth->count, RINGING);
	settle_count("history_written_total", 1);
	ck_assert_int_eq(sqlite3_open(db, &s), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(s, "BEGIN IMMEDIATE", NULL, NULL, NULL),
			 SQLITE_OK);
	/* of 3000 octets each: it has 4 MB */
	width = 3000;
	while (truth->count < MANY)
		report(++truth->count, ENDED);
	ck_assert_uint_eq(count("history_written_total"), 1);
	ck_assert_int_eq(sqlite3_exec(s, "ROLLBACK", NULL, NULL, NULL),
			 SQLITE_OK);
	(void)sqlite3_close(s);
	settle_count("history_written_total", MANY);
	end();
	settle();
	assert_once();
}
END_TEST


START_TEST(what_was_no_call_is_forgotten_for_good)
{
	sqlite3_stmt *stmt = NULL;
	sqlite3 *s = NULL;

	begin();
	report(1, RINGING);
	report(2, RINGING);
	report(2, ENDED);
	records_drop(records, 1);
	records_flight(records, 2, "bad.pcap");
	end();
	begin();
	end();

	ck_assert_int_eq(sqlite3_open(db, &s), SQLITE_OK);
	ck_assert_int_eq(
		sqlite3_prepare_v2(s, "SELECT call_id, flight FROM calls", -1,
				   &stmt, NULL),
		SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
	ck_assert_str_eq((const char *)sqlite3_column_text(stmt, 0), "call2");
	ck_assert_str_eq((const char *)sqlite3_column_text(stmt, 1),
			 "bad.pcap");
	ck_assert_int_eq(sqlite3_step(stmt), SQLITE_DONE);
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(s);
}
END_TEST


START_TEST(nobody_is_told_who_does_not_want_to_know)
{
	struct records_conf conf = {.dir = dir};
	struct stat st;

	ck_assert_int_eq(records_alloc(&records, &conf, NULL, NULL), 0);
	ck_assert(!records_wanted(records, false));
	ck_assert(!records_wanted(records, true));
	report(1, ENDED);
	records_drop(records, 1);
	end();
	ck_assert_int_eq(stat(db, &st), -1);

	conf.json = json;
	ck_assert_int_eq(records_alloc(&records, &conf, NULL, NULL), 0);
	ck_assert(!records_wanted(records, false));
	ck_assert(records_wanted(records, true));
	end();
	conf.history = true;
	ck_assert_int_eq(records_alloc(&records, &conf, NULL, NULL), 0);
	ck_assert(records_wanted(records, false));
}
END_TEST


START_TEST(what_cannot_be_is_said)
{
	struct records_conf conf = {.history = true};

	ck_assert_int_eq(records_alloc(&records, &conf, NULL, NULL), EINVAL);
	ck_assert_int_eq(records_alloc(NULL, &conf, NULL, NULL), EINVAL);
	ck_assert_int_eq(records_alloc(&records, NULL, NULL, NULL), EINVAL);
	ck_assert(!records_wanted(NULL, true));
	records_resume(NULL);
	records_settle(NULL);
	records_over(NULL, 1, "{}", 2);
	records_change(NULL, 1, "{}", 2);
	records_drop(NULL, 1);
	records_flight(NULL, 1, "x");
	records_reopen(NULL);
	records_rotate(NULL);

	conf.dir = dir;
	conf.json = json;
	conf.csv = csv;
	for (int i = 0; i < 12; i++) {
		oom_after(i);
		(void)records_alloc(&records, &conf, NULL, metrics);
		oom_after(-1);
		end();
	}
}
END_TEST


Suite *suite_records(void);
Suite *suite_records(void)
{
	Suite *s = suite_create("records");
	TCase *tc = tcase_create("records");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(
		tc, whatever_kills_come_between_each_call_has_one_record, 0,
		SEEDS);
	tcase_add_test(tc,
		       what_a_full_disk_took_no_more_the_next_server_writes);
	tcase_add_test(tc, without_a_box_they_are_in_memory);
	tcase_add_test(tc, a_box_that_is_full_is_no_harm);
	tcase_add_test(tc, what_was_no_call_is_forgotten_for_good);
	tcase_add_test(tc, nobody_is_told_who_does_not_want_to_know);
	tcase_add_test(tc, what_cannot_be_is_said);
	suite_add_tcase(s, tc);

	return s;
}
