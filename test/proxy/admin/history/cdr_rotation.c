/**
 * @file test/proxy/admin/history/cdr_rotation.c  Names of former files
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "proxy/admin/history/cdr_rotation.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

enum { DAY = 20777 /* 2026-11-20 */ };


static const struct {
	uint64_t size, max;
	int64_t day, today;
	bool daily, due;
} duev[] = {
	{0, 10, 5, 6, true, false}, /* nothing is in it */
	{9, 10, 5, 5, true, false},
	{10, 10, 5, 5, false, true},
	{11, 0, 5, 5, true, false},
	{1, 0, 5, 6, true, true},
	{1, 0, 5, 6, false, false},
	{1, 0, 6, 5, true, true}, /* the clock was set back */
};


START_TEST(a_file_gives_way_when_it_is_time)
{
	const struct cdr_rotation r = {duev[_i].max, duev[_i].daily, 0};

	ck_assert_int_eq(cdr_rotation_due(&r, duev[_i].size, duev[_i].day,
					  duev[_i].today),
			 duev[_i].due);
}
END_TEST


static const struct {
	const char *path, *name;
	unsigned n;
} namev[] = {
	{"/a/calls.jsonl", "/a/calls-2026-11-20.jsonl", 1},
	{"/a/calls.jsonl", "/a/calls-2026-11-20.2.jsonl", 2},
	{"calls.csv", "calls-2026-11-20.csv", 1},
	{"/a.b/calls", "/a.b/calls-2026-11-20", 1},
	{"/a/.calls", "/a/.calls-2026-11-20", 1},
	{"/a/x.y.z", "/a/x.y-2026-11-20.12.z", 12},
};


START_TEST(a_former_file_has_its_day_in_its_name)
{
	const char *base = strrchr(namev[_i].name, '/');
	char buf[64];
	int64_t day = 0;

	ck_assert_int_eq(cdr_rotation_name(buf, sizeof(buf), namev[_i].path,
					   DAY, namev[_i].n),
			 0);
	ck_assert_str_eq(buf, namev[_i].name);
	ck_assert(
		cdr_rotation_is(base ? base + 1 : buf, namev[_i].path, &day));
	ck_assert_int_eq(day, DAY);
	ck_assert_int_eq(cdr_rotation_name(buf, 10, namev[_i].path, DAY, 1),
			 ENAMETOOLONG);
}
END_TEST


static const char *const othersv[] = {
	"calls.jsonl",
	"calls-2026-11-20.jsonl.gz",
	"calls-2026-11-20x.jsonl",
	"calls-2026-11-20.0.jsonl",
	"calls-2026-11-20.2x.jsonl",
	"calls-2026-13-41.jsonl",
	"calls-yesterday.jsonl",
	"calls2-2026-11-20.jsonl",
	"call-2026-11-20.jsonl",
	"calls-",
	"",
};


START_TEST(other_files_are_not_ours)
{
	int64_t day;

	ck_assert(!cdr_rotation_is(othersv[_i], "/a/calls.jsonl", &day));
}
END_TEST


static void touch(const char *dir, const char *name)
{
	char path[TEMPDIR_SIZE + 64];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	ck_assert_int_ge(fd, 0);
	(void)close(fd);
}


static bool is_there(const char *dir, const char *name)
{
	char path[TEMPDIR_SIZE + 64];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);

	return !access(path, F_OK);
}


START_TEST(what_is_too_old_goes_and_nothing_else)
{
	const struct cdr_rotation r = {.keep = 10};
	char dir[TEMPDIR_SIZE], path[TEMPDIR_SIZE + 16], last[128];

	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/calls.jsonl", dir);
	ck_assert_int_eq(cdr_rotation_last(last, sizeof(last), path), ENOENT);
	touch(dir, "calls.jsonl");
	touch(dir, "calls-2026-11-09.jsonl");
	touch(dir, "calls-2026-11-09.jsonl.gz");
	touch(dir, "calls-2026-11-10.jsonl");
	touch(dir, "calls-2026-11-19.9.jsonl");
	touch(dir, "calls-2026-11-19.10.jsonl");
	cdr_rotation_clean(&r, path, DAY);
	ck_assert(!is_there(dir, "calls-2026-11-09.jsonl"));
	ck_assert(is_there(dir, "calls-2026-11-09.jsonl.gz"));
	ck_assert(is_there(dir, "calls-2026-11-10.jsonl"));
	ck_assert(is_there(dir, "calls.jsonl"));
	ck_assert_int_eq(cdr_rotation_last(last, sizeof(last), path), 0);
	ck_assert_str_eq(strrchr(last, '/'), "/calls-2026-11-19.10.jsonl");

	ck_assert_int_eq(cdr_rotation_move(path, DAY), 0);
	touch(dir, "calls.jsonl");
	ck_assert_int_eq(cdr_rotation_move(path, DAY), 0);
	ck_assert(is_there(dir, "calls-2026-11-20.jsonl"));
	ck_assert(is_there(dir, "calls-2026-11-20.2.jsonl"));
	ck_assert_int_eq(cdr_rotation_move(path, DAY), ENOENT);
	tempdir_remove(dir);
}
END_TEST


Suite *suite_cdr_rotation(void);
Suite *suite_cdr_rotation(void)
{
	Suite *s = suite_create("cdr_rotation");
	TCase *tc = tcase_create("cdr_rotation");

	test_table(tc, a_file_gives_way_when_it_is_time, duev);
	test_table(tc, a_former_file_has_its_day_in_its_name, namev);
	test_table(tc, other_files_are_not_ours, othersv);
	tcase_add_test(tc, what_is_too_old_goes_and_nothing_else);
	suite_add_tcase(s, tc);

	return s;
}
