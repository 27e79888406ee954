/**
 * @file test/relay/record/record_keep.c  Which recordings stay
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <re.h>
#include "common/metrics.h"
#include "relay/record/record_keep.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

enum { NOW = 1795183200 /* 2026-11-20T14:00:00Z */, DAY_S = 86400, KB = 1024 };

static char dir[TEMPDIR_SIZE];
static struct record_keep *keep;
static struct metrics *metrics;
static struct keep_conf conf;


static void setup(void)
{
	tempdir_make(dir);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	memset(&conf, 0, sizeof(conf));
	conf.dir = dir;
	conf.bytes_now = metrics_counter(metrics, "record_bytes");
	conf.deleted = metrics_counter(metrics, "record_deleted_total");
	conf.repaired = metrics_counter(metrics, "record_repaired_total");
	keep = NULL;
}


static void teardown(void)
{
	mem_deref(keep);
	mem_deref(metrics);
	tempdir_remove(dir);
}


static const char *path_of(const char *day, const char *name)
{
	static char buf[512];

	(void)snprintf(buf, sizeof(buf), "%s/%s/%s", dir, day, name);

	return buf;
}


static void make(const char *day, const char *name, size_t size)
{
	static uint8_t buf[200 * KB];
	int fd;

	(void)mkdir(path_of(day, ""), 0750);
	fd = open(path_of(day, name), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, buf, size), (ssize_t)size);
	(void)close(fd);
}


static bool exists(const char *day, const char *name)
{
	struct stat st;

	return !lstat(path_of(day, name), &st);
}


static unsigned work(int64_t now_s)
{
	unsigned n = 0;

	while (record_keep_turn(keep, now_s))
		ck_assert_uint_lt(++n, 10000);

	return n;
}


static void start(uint32_t days, uint64_t bytes)
{
	conf.days = days;
	conf.bytes = bytes;
	ck_assert_int_eq(record_keep_alloc(&keep, &conf), 0);
	(void)work(NOW);
}


START_TEST(what_is_too_old_goes_and_nothing_else)
{
	make("2026-10-20", "100000-a-b-1.wav", KB);
	make("2026-10-21", "100000-a-b-1.wav", KB);
	make("2026-10-21", "100000-a-b-1.pcap", KB);
	make("2026-10-21", "notes.txt", KB);
	make("2026-11-20", "100000-a-b-1.wav", KB);
	make("letters", "100000-a-b-1.wav", KB);
	make("2026-99-99", "100000-a-b-1.wav", KB);

	start(30, 0);
	ck_assert(!exists("2026-10-20", ""));
	ck_assert(exists("2026-10-21", "100000-a-b-1.wav"));
	ck_assert_uint_eq(record_keep_bytes(keep), 3 * KB);

	ck_assert(work(NOW + DAY_S));
	ck_assert(!exists("2026-10-21", "100000-a-b-1.wav"));
	ck_assert(!exists("2026-10-21", "100000-a-b-1.pcap"));
	ck_assert(exists("2026-10-21", "notes.txt"));
	ck_assert(exists("2026-11-20", "100000-a-b-1.wav"));
	ck_assert(exists("letters", "100000-a-b-1.wav"));
	ck_assert(exists("2026-99-99", "100000-a-b-1.wav"));
	ck_assert_uint_eq(counter_value(conf.deleted), 3);
	ck_assert_uint_eq(counter_value(conf.bytes_now), KB);
}
END_TEST


START_TEST(for_ever_is_for_ever)
{
	make("1999-01-01", "100000-a-b-1.wav", 100 * KB);
	start(0, 0);
	ck_assert(exists("1999-01-01", "100000-a-b-1.wav"));
	ck_assert_uint_eq(record_keep_bytes(keep), 100 * KB);
}
END_TEST


START_TEST(of_too_much_the_oldest_goes_first)
{
	make("2026-11-18", "235959-a-b-1.wav", 10 * KB);
	make("2026-11-19", "100000-a-b-1.wav", 10 * KB);
	make("2026-11-19", "100001-a-b-1.wav", 10 * KB);
	make("2026-11-19", "090000-a-b-1.pcap", 10 * KB);
	make("2026-11-20", "080000-a-b-1.wav", 10 * KB);
	start(30, 30 * KB);
	ck_assert(!exists("2026-11-18", ""));
	ck_assert(!exists("2026-11-19", "090000-a-b-1.pcap"));
	ck_assert(exists("2026-11-19", "100000-a-b-1.wav"));
	ck_assert(exists("2026-11-19", "100001-a-b-1.wav"));
	ck_assert(exists("2026-11-20", "080000-a-b-1.wav"));
	ck_assert_uint_eq(record_keep_bytes(keep), 30 * KB);
}
END_TEST


START_TEST(a_new_one_makes_an_old_one_go)
{
	make("2026-11-19", "100000-a-b-1.wav", 20 * KB);
	start(30, 30 * KB);
	make("2026-11-20", "140000-a-b-1.wav", 20 * KB);
	record_keep_add(keep, "2026-11-20", 20 * KB);
	(void)work(NOW);
	ck_assert(!exists("2026-11-19", ""));
	ck_assert(exists("2026-11-20", "140000-a-b-1.wav"));

	/* one of a day before, as it ends after midnight */
	make("2026-11-19", "235900-a-b-1.wav", 5 * KB);
	record_keep_add(keep, "2026-11-19", 5 * KB);
	make("2026-11-20", "150000-a-b-1.wav", 8 * KB);
	record_keep_add(keep, "2026-11-20", 8 * KB);
	(void)work(NOW);
	ck_assert(!exists("2026-11-19", ""));
	ck_assert(exists("2026-11-20", "140000-a-b-1.wav"));
	ck_assert_uint_eq(record_keep_bytes(keep), 28 * KB);
}
END_TEST


START_TEST(what_is_being_written_counts_too)
{
	make("2026-11-19", "100000-a-b-1.wav", 20 * KB);
	make("2026-11-20", "100000-a-b-1.wav", 10 * KB);
	start(30, 30 * KB);
	ck_assert(!work(NOW));
	record_keep_running(keep, 5 * KB);
	ck_assert(work(NOW));
	ck_assert(!exists("2026-11-19", ""));
	ck_assert(exists("2026-11-20", "100000-a-b-1.wav"));
	ck_assert_uint_eq(record_keep_bytes(keep), 10 * KB);
}
END_TEST


START_TEST(a_turn_is_bounded)
{
	char name[64];

	for (int i = 0; i < 3 * KEEP_FILES; i++) {
		(void)snprintf(name, sizeof(name), "%06d-a-b-1.wav", i);
		make("2020-01-01", name, 1);
	}
	conf.days = 1;
	ck_assert_int_eq(record_keep_alloc(&keep, &conf), 0);
	ck_assert(record_keep_turn(keep, NOW));
	ck_assert(record_keep_turn(keep, NOW));
	for (int i = 0; i < 3; i++) {
		ck_assert_uint_eq(counter_value(conf.deleted),
				  (uint64_t)i * KEEP_FILES);
		ck_assert(record_keep_turn(keep, NOW));
	}
	ck_assert(!record_keep_turn(keep, NOW));
	ck_assert(!exists("2020-01-01", ""));
}
END_TEST


START_TEST(others_may_have_been_there)
{
	make("2026-11-19", "100000-a-b-1.wav", 20 * KB);
	start(30, 0);
	ck_assert_int_eq(unlink(path_of("2026-11-19", "100000-a-b-1.wav")), 0);
	make("2026-11-19", "110000-a-b-1.wav", 1 * KB);
	ck_assert(!work(NOW + 10));
	ck_assert_uint_eq(record_keep_bytes(keep), 20 * KB);
	ck_assert(work(NOW + KEEP_AGAIN_S));
	ck_assert_uint_eq(record_keep_bytes(keep), 1 * KB);
	/* a clock that was set back */
	ck_assert(work(NOW - DAY_S));
}
END_TEST


START_TEST(what_the_killed_left_is_repaired)
{
	const char *day = "2026-11-19";
	int fd;

	make(day, "100000-a-b-1.wav.part", 44 + 8000);
	make(day, "100001-a-b-1.wav.part", 10);
	make(day, "100002-a-b-1.pcap.part", 24);
	make(day, "100003-a-b-1.wav.part", 44 + 8000);
	make(day, "100004-a-b-1.wav.part", 44 + 8000);
	make(day, "100004-a-b-1.wav", 44);
	ck_assert_int_eq(symlink("/etc/hostname",
				 path_of(day, "100005-a-b-1.wav.part")),
			 0);

	/* somebody writes to it: it is his */
	fd = open(path_of(day, "100003-a-b-1.wav.part"), O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), 0);

	start(30, 0);
	ck_assert(exists(day, "100000-a-b-1.wav"));
	ck_assert(!exists(day, "100000-a-b-1.wav.part"));
	ck_assert(!exists(day, "100001-a-b-1.wav.part"));
	ck_assert(!exists(day, "100001-a-b-1.wav"));
	ck_assert(!exists(day, "100002-a-b-1.pcap.part"));
	ck_assert(exists(day, "100003-a-b-1.wav.part"));
	ck_assert(exists(day, "100004-a-b-1.wav.part"));
	ck_assert(exists(day, "100005-a-b-1.wav.part"));
	ck_assert_uint_eq(counter_value(conf.repaired), 1);
	ck_assert_uint_eq(record_keep_bytes(keep), 44 + 8000 + 44);
	(void)close(fd);
}
END_TEST


/* later on, what is unfinished is being written, locked or not */
START_TEST(only_the_start_repairs)
{
	make("2026-11-19", "100000-a-b-1.wav", KB);
	start(30, 0);
	make("2026-11-19", "100001-a-b-1.wav.part", 44 + 8000);
	ck_assert(work(NOW + KEEP_AGAIN_S));
	ck_assert(exists("2026-11-19", "100001-a-b-1.wav.part"));
	ck_assert_uint_eq(counter_value(conf.repaired), 0);
}
END_TEST


START_TEST(running_ones_are_never_removed)
{
	make("2020-01-01", "100000-a-b-1.wav", KB);
	make("2020-01-01", "100000-a-b-2.wav.part", 44 + KB);
	{
		const int fd = open(
			path_of("2020-01-01", "100000-a-b-2.wav.part"),
			O_RDWR | O_CLOEXEC);

		ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), 0);
		start(1, 1);
		(void)close(fd);
	}
	ck_assert(!exists("2020-01-01", "100000-a-b-1.wav"));
	ck_assert(exists("2020-01-01", "100000-a-b-2.wav.part"));
}
END_TEST


START_TEST(a_link_in_place_of_a_day_is_left_alone)
{
	char outside[TEMPDIR_SIZE], link[128];

	tempdir_make(outside);
	(void)snprintf(link, sizeof(link), "%s/2020-01-01", dir);
	ck_assert_int_eq(symlink(outside, link), 0);
	make("2020-01-01", "100000-a-b-1.wav", KB); /* through the link */
	start(1, 1);
	ck_assert(exists("2020-01-01", "100000-a-b-1.wav"));
	tempdir_remove(outside);
}
END_TEST


START_TEST(without_a_directory_there_is_nothing_to_do)
{
	conf.dir = "/nowhere/at/all";
	start(30, 1);
	ck_assert_uint_eq(record_keep_bytes(keep), 0);
	ck_assert_int_eq(record_keep_alloc(NULL, &conf), EINVAL);
	ck_assert_int_eq(record_keep_alloc(&keep, NULL), EINVAL);
}
END_TEST


Suite *suite_record_keep(void);
Suite *suite_record_keep(void)
{
	Suite *s = suite_create("record_keep");
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_is_too_old_goes_and_nothing_else);
	tcase_add_test(tc, for_ever_is_for_ever);
	tcase_add_test(tc, of_too_much_the_oldest_goes_first);
	tcase_add_test(tc, a_new_one_makes_an_old_one_go);
	tcase_add_test(tc, what_is_being_written_counts_too);
	tcase_add_test(tc, a_turn_is_bounded);
	tcase_add_test(tc, others_may_have_been_there);
	tcase_add_test(tc, what_the_killed_left_is_repaired);
	tcase_add_test(tc, only_the_start_repairs);
	tcase_add_test(tc, running_ones_are_never_removed);
	tcase_add_test(tc, a_link_in_place_of_a_day_is_left_alone);
	tcase_add_test(tc, without_a_directory_there_is_nothing_to_do);
	suite_add_tcase(s, tc);

	return s;
}
