/**
 * @file test/proxy/admin/history/cdr.c  Call records on disks of all kinds
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include "common/metrics.h"
#include "proxy/admin/history/cdr.h"
#include "proxy/admin/history/cdr_rotation.h"
#include "proxy/admin/history/tray.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

enum { TEXT_SIZE = 1 << 16, TRIES = 400, STEP_MS = 10 };

static char dir[TEMPDIR_SIZE], path[TEMPDIR_SIZE + 64],
	moved[TEMPDIR_SIZE + 64], text[TEXT_SIZE];
static struct metrics *metrics;
static struct cdr *cdr;
static struct cdr_conf conf;


static void setup(void)
{
	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/calls.jsonl", dir);
	(void)snprintf(moved, sizeof(moved), "%s/calls.jsonl.1", dir);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
}


static void teardown(void)
{
	cdr = mem_deref(cdr);
	metrics = mem_deref(metrics);
	tempdir_remove(dir);
}


static void begin(void)
{
	conf.path = path;
	ck_assert_int_eq(cdr_alloc(&cdr, &conf, NULL, metrics), 0);
}


static const char *slurp(const char *name)
{
	FILE *f = fopen(name, "r");

	text[0] = '\0';
	if (f) {
		text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
		(void)fclose(f);
	}

	return text;
}


static void spill(const char *name, const char *what)
{
	FILE *f = fopen(name, "w");

	ck_assert_ptr_nonnull(f);
	(void)fputs(what, f);
	(void)fclose(f);
}


static uint64_t count(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


static void put(const char *line)
{
	ck_assert_int_eq(cdr_write(cdr, 0, line, strlen(line), NULL), 0);
}


/* the thread has its own pace */
static void settle(const char *name, uint64_t n)
{
	for (int i = 0; i < TRIES && count(name) < n; i++)
		sys_msleep(STEP_MS);
	ck_assert_uint_eq(count(name), n);
}


START_TEST(each_record_is_a_line)
{
	begin();
	put("{\"a\":1}");
	put("{\"b\":2}");
	cdr = mem_deref(cdr);
	ck_assert_str_eq(slurp(path), "{\"a\":1}\n{\"b\":2}\n");
	ck_assert_uint_eq(count("cdr_written_total"), 2);
	ck_assert_uint_eq(count("cdr_lost_total"), 0);

	begin();
	put("{\"c\":3}");
	cdr = mem_deref(cdr);
	ck_assert_str_eq(slurp(path), "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
}
END_TEST


static const struct {
	const char *before, *after;
} halfv[] = {
	{"", "{}\n"},
	{"{\"a\":1}\n", "{\"a\":1}\n{}\n"},
	{"{\"a\":1}\n{\"b\":", "{\"a\":1}\n{\"b\":\n{}\n"},
	{"{", "{\n{}\n"},
};


START_TEST(a_half_line_of_a_crash_is_ended)
{
	spill(path, halfv[_i].before);
	begin();
	put("{}");
	cdr = mem_deref(cdr);
	ck_assert_str_eq(slurp(path), halfv[_i].after);
}
END_TEST


START_TEST(a_file_that_was_moved_away_is_made_anew)
{
	begin();
	put("{\"n\":1}");
	settle("cdr_written_total", 1);
	ck_assert_int_eq(rename(path, moved), 0);
	put("{\"n\":2}");
	settle("cdr_written_total", 2);
	ck_assert_str_eq(slurp(moved), "{\"n\":1}\n");
	ck_assert_str_eq(slurp(path), "{\"n\":2}\n");
	ck_assert_int_eq(unlink(path), 0);
	put("{\"n\":3}");
	settle("cdr_written_total", 3);
	ck_assert_str_eq(slurp(path), "{\"n\":3}\n");
}
END_TEST


/* it is there at once: who rotates looks for it */
START_TEST(reopening_makes_it_anew)
{
	begin();
	put("{}");
	settle("cdr_written_total", 1);
	ck_assert_int_eq(rename(path, moved), 0);
	cdr_reopen(cdr);
	for (int i = 0; i < TRIES && access(path, F_OK); i++)
		sys_msleep(STEP_MS);
	ck_assert_int_eq(access(path, F_OK), 0);
	cdr_reopen(NULL);
}
END_TEST


START_TEST(nobody_else_may_read_it)
{
	struct stat st;

	begin();
	put("{}");
	settle("cdr_written_total", 1);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & S_IRWXO, 0);
}
END_TEST


/* what does not fit leaves no half line, and is written when there is room */
START_TEST(a_full_disk_gets_whole_lines_later)
{
	struct rlimit was, low;

	spill(path, "{\"old\":1}\n");
	ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &was), 0);
	low = was;
	low.rlim_cur = 15; /* the next line would be cut */
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &low), 0);
	begin();
	put("{\"new\":2}");
	sys_msleep(200);
	ck_assert_uint_eq(count("cdr_written_total"), 0);
	ck_assert_str_eq(slurp(path), "{\"old\":1}\n");

	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &was), 0);
	put("{\"next\":3}");
	settle("cdr_written_total", 2);
	ck_assert_str_eq(slurp(path),
			 "{\"old\":1}\n{\"new\":2}\n{\"next\":3}\n");
	ck_assert_uint_eq(count("cdr_lost_total"), 0);
}
END_TEST


START_TEST(what_waits_is_bounded_and_what_is_lost_counted)
{
	int err = 0;
	unsigned n = 0;

	(void)snprintf(path, sizeof(path), "%s/nowhere/calls.jsonl", dir);
	begin();
	while (!err && n <= TRAY_SLIPS_MAX) {
		err = cdr_write(cdr, 0, "{}", 2, NULL);
		++n;
	}
	ck_assert_int_eq(err, ENOSPC);
	ck_assert_uint_eq(n, TRAY_SLIPS_MAX + 1);
	ck_assert_uint_eq(count("cdr_lost_total"), 1);
	cdr = mem_deref(cdr);
	ck_assert_uint_eq(count("cdr_lost_total"), TRAY_SLIPS_MAX + 1);
}
END_TEST


START_TEST(a_directory_that_comes_later_will_do)
{
	char sub[TEMPDIR_SIZE + 8];

	(void)snprintf(sub, sizeof(sub), "%s/later", dir);
	(void)snprintf(path, sizeof(path), "%s/calls.jsonl", sub);
	begin();
	put("{\"n\":1}");
	ck_assert_int_eq(mkdir(sub, 0700), 0);
	put("{\"n\":2}");
	settle("cdr_written_total", 2);
	ck_assert_str_eq(slurp(path), "{\"n\":1}\n{\"n\":2}\n");
	(void)unlink(path);
	(void)rmdir(sub);
}
END_TEST


START_TEST(what_is_no_file_is_left_alone)
{
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	begin();
	put("{}");
	sys_msleep(50);
	cdr = mem_deref(cdr);
	ck_assert_uint_eq(count("cdr_written_total"), 0);
	ck_assert_uint_eq(count("cdr_lost_total"), 1);
}
END_TEST


START_TEST(many_records_keep_their_order)
{
	enum { MANY = 2000 };
	const char *p;
	char line[32];

	begin();
	for (int i = 0; i < MANY; i++) {
		(void)snprintf(line, sizeof(line), "{\"n\":%d}", i);
		put(line);
	}
	cdr = mem_deref(cdr);
	p = slurp(path);
	for (int i = 0; i < MANY; i++) {
		(void)snprintf(line, sizeof(line), "{\"n\":%d}\n", i);
		ck_assert_int_eq(strncmp(p, line, strlen(line)), 0);
		p += strlen(line);
	}
	ck_assert_int_eq(*p, '\0');
}
END_TEST


static unsigned former(void)
{
	char name[TEMPDIR_SIZE + 64];
	unsigned n = 0;
	int64_t day = 0;

	for (unsigned i = 1; i < 10; i++) {
		day = (int64_t)time(NULL) / CDR_DAY_S;
		(void)cdr_rotation_name(name, sizeof(name), path, day, i);
		n += !access(name, F_OK);
	}

	return n;
}


START_TEST(on_request_another_file_begins)
{
	begin();
	cdr_rotate(NULL);
	cdr_rotate(cdr); /* nothing is in it */
	put("{\"n\":1}");
	settle("cdr_written_total", 1);
	ck_assert_uint_eq(former(), 0);
	cdr_rotate(cdr);
	for (int i = 0; i < TRIES && !former(); i++)
		sys_msleep(STEP_MS);
	ck_assert_uint_eq(former(), 1);
	put("{\"n\":2}");
	settle("cdr_written_total", 2);
	ck_assert_str_eq(slurp(path), "{\"n\":2}\n");
}
END_TEST


START_TEST(a_large_file_gives_way)
{
	static char line[700000];

	memset(line, ' ', sizeof(line) - 1);
	memcpy(line, "{}", 2);
	conf.limits.size_mb = 1;
	begin();
	for (uint64_t i = 1; i <= 3; i++) {
		put(line);
		settle("cdr_written_total", i);
	}
	ck_assert_uint_eq(former(), 1);
}
END_TEST


START_TEST(another_size_counts_from_now_on)
{
	static char line[700000];
	const struct cdr_limits less = {.size_mb = 1};

	memset(line, ' ', sizeof(line) - 1);
	memcpy(line, "{}", 2);
	begin();
	for (uint64_t i = 1; i <= 2; i++) {
		put(line);
		settle("cdr_written_total", i);
	}
	cdr_limit(cdr, &less);
	ck_assert_uint_eq(former(), 0);
	put("{}");
	settle("cdr_written_total", 3);
	ck_assert_uint_eq(former(), 1);
	cdr_limit(NULL, &less);
}
END_TEST


/* of yesterday, by its date */
START_TEST(a_new_day_has_a_new_file)
{
	struct timespec timev[2] = {{.tv_nsec = UTIME_OMIT},
				    {.tv_sec = time(NULL) - CDR_DAY_S}};
	char name[TEMPDIR_SIZE + 64];

	spill(path, "{\"old\":1}\n");
	ck_assert_int_eq(utimensat(AT_FDCWD, path, timev, 0), 0);
	conf.limits.daily = true;
	begin();
	put("{\"new\":1}");
	settle("cdr_written_total", 1);
	ck_assert_str_eq(slurp(path), "{\"new\":1}\n");
	(void)cdr_rotation_name(name, sizeof(name), path,
				(int64_t)timev[1].tv_sec / CDR_DAY_S, 1);
	ck_assert_str_eq(slurp(name), "{\"old\":1}\n");
}
END_TEST


START_TEST(a_file_for_spreadsheets_has_a_line_of_names)
{
	const char *p;

	conf.csv = true;
	begin();
	put("{\"id\":\"00000000000000ff\",\"started_ms\":1,"
	    "\"from\":\"=1+1\"}");
	put("{\"no\":\"record\"}");
	settle("cdr_csv_written_total", 2);
	cdr = mem_deref(cdr);
	begin();
	put("{\"id\":\"00000000000000fe\",\"started_ms\":2}");
	cdr = mem_deref(cdr);
	p = slurp(path);
	ck_assert_int_eq(strncmp(p, "id,call_id,", 11), 0);
	p = strchr(p, '\n') + 1;
	ck_assert_int_eq(strncmp(p, "00000000000000ff,,", 18), 0);
	ck_assert_ptr_nonnull(strstr(p, ",'=1+1,"));
	p = strchr(p, '\n') + 1;
	ck_assert_int_eq(strncmp(p, "00000000000000fe,,", 18), 0);
	ck_assert_str_eq(strchr(p, '\n'), "\n");
}
END_TEST


START_TEST(wrong_use_is_refused)
{
	ck_assert_int_eq(cdr_alloc(NULL, &conf, NULL, NULL), EINVAL);
	ck_assert_int_eq(cdr_alloc(&cdr, &conf, NULL, NULL), EINVAL);
	ck_assert_int_eq(cdr_write(NULL, 0, "{}", 2, NULL), 0);
	begin();
	ck_assert_int_eq(cdr_write(cdr, 0, "{\n}", 3, NULL), EINVAL);
	ck_assert_int_eq(cdr_write(cdr, 0, NULL, 0, NULL), EINVAL);
	oom_after(0);
	ck_assert_int_eq(cdr_write(cdr, 0, "{}", 2, NULL), ENOMEM);
	oom_after(-1);
	ck_assert_uint_eq(count("cdr_lost_total"), 1);
}
END_TEST


Suite *suite_cdr(void);
Suite *suite_cdr(void)
{
	Suite *s = suite_create("cdr");
	TCase *tc = tcase_create("cdr");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_record_is_a_line);
	test_table(tc, a_half_line_of_a_crash_is_ended, halfv);
	tcase_add_test(tc, a_file_that_was_moved_away_is_made_anew);
	tcase_add_test(tc, reopening_makes_it_anew);
	tcase_add_test(tc, nobody_else_may_read_it);
	tcase_add_test(tc, a_full_disk_gets_whole_lines_later);
	tcase_add_test(tc, what_waits_is_bounded_and_what_is_lost_counted);
	tcase_add_test(tc, a_directory_that_comes_later_will_do);
	tcase_add_test(tc, what_is_no_file_is_left_alone);
	tcase_add_test(tc, many_records_keep_their_order);
	tcase_add_test(tc, on_request_another_file_begins);
	tcase_add_test(tc, a_large_file_gives_way);
	tcase_add_test(tc, another_size_counts_from_now_on);
	tcase_add_test(tc, a_new_day_has_a_new_file);
	tcase_add_test(tc, a_file_for_spreadsheets_has_a_line_of_names);
	tcase_add_test(tc, wrong_use_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
