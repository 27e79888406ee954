/**
 * @file test/relay/record/record_file.c  The files of recordings, in one place
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <re.h>
#include "relay/record/record_file.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

#define DAY  "2026-11-20"
#define NAME "140000-a-b-1.wav"

static char top[TEMPDIR_SIZE], dir[TEMPDIR_SIZE + 8];


static void setup(void)
{
	(void)umask(022);
	tempdir_make(top);
	(void)snprintf(dir, sizeof(dir), "%s/rec", top);
}


static void teardown(void)
{
	tempdir_remove(top);
}


static const char *path_of(const char *name)
{
	static char buf[256];

	(void)snprintf(buf, sizeof(buf), "%s/%s/%s", dir, DAY, name);

	return buf;
}


static bool exists(const char *name)
{
	return !access(path_of(name), F_OK);
}


START_TEST(a_file_is_part_until_it_is_finished)
{
	struct record_file f;
	struct stat st;

	record_file_init(&f);
	ck_assert_int_eq(record_file_open(&f, dir, DAY, NAME), 0);
	ck_assert(exists(NAME ".part"));
	ck_assert(!exists(NAME));
	ck_assert_int_eq(stat(path_of(NAME ".part"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0640);
	ck_assert_int_eq(stat(path_of(""), &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0750);
	ck_assert_int_eq(record_file_check(&f), 0);
	ck_assert_int_eq(record_file_close(&f, true), 0);
	ck_assert(exists(NAME));
	ck_assert(!exists(NAME ".part"));

	/* closed: nothing to do */
	ck_assert_int_eq(record_file_close(&f, true), 0);
	/* never in another one's place */
	ck_assert_int_eq(record_file_open(&f, dir, DAY, NAME), EEXIST);
	ck_assert_int_eq(f.fd, -1);
}
END_TEST


START_TEST(an_empty_one_goes)
{
	struct record_file f;

	record_file_init(&f);
	ck_assert_int_eq(record_file_open(&f, dir, DAY, NAME), 0);
	ck_assert_int_eq(record_file_open(&f, dir, DAY, NAME), EEXIST);
	ck_assert_int_eq(record_file_open(&f, dir, DAY, "2" NAME), 0);
	ck_assert_int_eq(record_file_close(&f, false), 0);
	ck_assert(!exists("2" NAME));
	ck_assert(!exists("2" NAME ".part"));
}
END_TEST


/* who may write there must not lead us elsewhere */
START_TEST(no_link_is_followed)
{
	struct record_file f;
	char day[128];

	record_file_init(&f);
	ck_assert_int_eq(mkdir(dir, 0750), 0);
	(void)snprintf(day, sizeof(day), "%s/" DAY, dir);
	ck_assert_int_eq(symlink("/tmp", day), 0);
	ck_assert_int_eq(record_file_open(&f, dir, DAY, NAME), ENOTDIR);
	ck_assert_int_eq(unlink(day), 0);

	ck_assert_int_eq(mkdir(day, 0750), 0);
	ck_assert_int_eq(symlink("/tmp/elsewhere", path_of(NAME ".part")), 0);
	ck_assert_int_eq(record_file_open(&f, dir, DAY, NAME), EEXIST);
	ck_assert_int_eq(unlink(path_of(NAME ".part")), 0);
	ck_assert_int_eq(symlink("/tmp/elsewhere", path_of(NAME)), 0);
	ck_assert_int_eq(record_file_open(&f, dir, DAY, NAME), EEXIST);
	ck_assert_int_eq(access("/tmp/elsewhere", F_OK), -1);
}
END_TEST


static const char *const badv[] = {"a/b.wav", "../x.wav"};


START_TEST(names_lead_nowhere)
{
	char name[RECORD_NAME_MAX + 2];
	struct record_file f;

	record_file_init(&f);
	ck_assert_int_eq(record_file_open(&f, dir, DAY, badv[_i]), EINVAL);
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	ck_assert_int_eq(record_file_open(&f, dir, DAY, name), EINVAL);
}
END_TEST


START_TEST(what_is_removed_meanwhile_is_noticed)
{
	struct record_file f;

	record_file_init(&f);
	ck_assert_int_eq(record_file_open(&f, dir, DAY, NAME), 0);
	tempdir_remove(dir);
	ck_assert_int_eq(record_file_check(&f), ENOENT);
	ck_assert_int_eq(record_file_close(&f, true), ENOENT);

	/* the next one makes the directory anew */
	ck_assert_int_eq(record_file_open(&f, dir, DAY, NAME), 0);
	ck_assert_int_eq(record_file_close(&f, true), 0);
	ck_assert(exists(NAME));
}
END_TEST


START_TEST(a_directory_that_cannot_be_is_an_error)
{
	struct record_file f;
	char deep[128];

	record_file_init(&f);
	(void)snprintf(deep, sizeof(deep), "%s/a/b", top);
	ck_assert_int_eq(record_file_open(&f, deep, DAY, NAME), ENOENT);
	ck_assert_int_eq(record_file_open(&f, "/dev/null", DAY, NAME),
			 ENOTDIR);
	ck_assert_int_eq(record_file_open(&f, "/proc", DAY, NAME), ENOENT);
}
END_TEST


/* whose writer lives is locked, and the lock goes with him */
START_TEST(a_file_is_locked_as_long_as_it_is_written)
{
	struct record_file f;
	int fd;

	record_file_init(&f);
	ck_assert_int_eq(record_file_open(&f, dir, DAY, NAME), 0);
	fd = open(path_of(NAME ".part"), O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), -1);
	ck_assert_int_eq(record_file_close(&f, true), 0);
	ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), 0);
	(void)close(fd);
}
END_TEST


START_TEST(a_write_is_whole_or_an_error)
{
	const int fd = open("/dev/full", O_RDWR | O_CLOEXEC);

	ck_assert_int_eq(record_file_write(fd, "x", 1, 0), ENOSPC);
	ck_assert_int_eq(record_file_write(fd, "x", 0, 0), 0);
	ck_assert_int_eq(record_file_write(-1, "x", 1, 0), EBADF);
	(void)close(fd);
}
END_TEST


Suite *suite_record_file(void);
Suite *suite_record_file(void)
{
	Suite *s = suite_create("record_file");
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_file_is_part_until_it_is_finished);
	tcase_add_test(tc, an_empty_one_goes);
	tcase_add_test(tc, no_link_is_followed);
	test_table(tc, names_lead_nowhere, badv);
	tcase_add_test(tc, what_is_removed_meanwhile_is_noticed);
	tcase_add_test(tc, a_directory_that_cannot_be_is_an_error);
	tcase_add_test(tc, a_file_is_locked_as_long_as_it_is_written);
	tcase_add_test(tc, a_write_is_whole_or_an_error);
	suite_add_tcase(s, tc);

	return s;
}
