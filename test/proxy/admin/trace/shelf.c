/**
 * @file test/proxy/admin/trace/shelf.c  Files of packets, and which stay
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "test/mock/tempdir.h"
#include "test/test.h"
#include "common/pcap.h"
#include "proxy/admin/trace/shelf_desk.h"

static char dir[TEMPDIR_SIZE], sub[TEMPDIR_SIZE + 8];
static struct shelf *s;


static void open_shelf(uint32_t days, uint64_t bytes)
{
	const struct shelf_conf conf = {
		.dir = sub,
		.bounds = {.days = days, .bytes = bytes},
	};

	ck_assert_int_eq(shelf_alloc(&s, &conf, NULL), 0);
}


static void setup(void)
{
	tempdir_make(dir);
	(void)snprintf(sub, sizeof(sub), "%s/files", dir);
}


static void teardown(void)
{
	s = mem_deref(s);
	tempdir_remove(dir);
}


static long size_of(const char *name)
{
	char path[256];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/%s", sub, name);

	return stat(path, &st) ? -1 : (long)st.st_size;
}


static void make(const char *name, size_t len, int days_old)
{
	struct timespec at[2] = {{0}, {0}};
	char path[256];
	int fd;

	(void)mkdir(sub, 0700);
	(void)snprintf(path, sizeof(path), "%s/%s", sub, name);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, (off_t)len), 0);
	at[0].tv_sec = at[1].tv_sec = time(NULL) - days_old * 86400;
	ck_assert_int_eq(futimens(fd, at), 0);
	(void)close(fd);
}


START_TEST(packets_are_appended_to_their_file)
{
	int fd = -1;

	open_shelf(7, 1 << 20);
	ck_assert_int_eq(shelf_put(s, "a.pcap", "123", 3), 0);
	ck_assert_int_eq(shelf_put(s, "b.pcap", "1", 1), 0);
	ck_assert_int_eq(shelf_put(s, "a.pcap", "45", 2), 0);
	ck_assert_int_eq(shelf_open(&fd, s, "../a.pcap"), ENOENT);
	ck_assert_int_eq(shelf_open(&fd, s, "c.pcap"), ENOENT);
	s = mem_deref(s);
	ck_assert_int_eq(size_of("a.pcap"), PCAP_FILE_HEADER + 5);
	ck_assert_int_eq(size_of("b.pcap"), PCAP_FILE_HEADER + 1);

	open_shelf(7, 1 << 20);
	ck_assert_int_eq(shelf_open(&fd, s, "a.pcap"), 0);
	(void)close(fd);
}
END_TEST


/** Packets that are made one by one, and what became of whom they came from */
struct maker {
	unsigned left;
};

static _Atomic int dropped;


static void maker_destructor(void *arg)
{
	(void)arg;
	++dropped;
}


static size_t make_handler(uint8_t *buf, size_t size, void *arg)
{
	struct maker *m = arg;

	ck_assert_uint_ge(size, 3);
	if (!m->left)
		return 0;

	--m->left;
	memcpy(buf, "123", 3);

	return 3;
}


static int put_made(struct shelf *shelf, const char *name, size_t bytes)
{
	struct shelf_source source = {.readh = make_handler, .bytes = bytes};
	struct maker *m = mem_zalloc(sizeof(*m), maker_destructor);

	ck_assert_ptr_nonnull(m);
	m->left = 5;
	source.arg = m;

	return shelf_put_from(shelf, name, &source);
}


START_TEST(packets_are_made_when_they_are_written)
{
	dropped = 0;
	open_shelf(7, 1 << 20);
	ck_assert_int_eq(shelf_put(s, "a.pcap", "123", 3), 0);
	ck_assert_int_eq(put_made(s, "a.pcap", 15), 0);
	s = mem_deref(s);
	ck_assert_int_eq(dropped, 1);
	ck_assert_int_eq(size_of("a.pcap"), PCAP_FILE_HEADER + 18);
}
END_TEST


START_TEST(who_makes_packets_for_nobody_goes)
{
	dropped = 0;
	ck_assert_int_eq(put_made(NULL, "a.pcap", 15), 0);
	open_shelf(7, 1 << 20);
	ck_assert_int_eq(put_made(s, "../a.pcap", 15), EINVAL);
	ck_assert_int_eq(put_made(s, "a.pcap", SHELF_WAIT_MAX + 1), ENOSPC);
	ck_assert_int_eq(dropped, 3);
}
END_TEST


static const char *const badv[] = {"", "a/b.pcap", "../b.pcap", ".hidden",
				   NULL};

START_TEST(no_name_leaves_the_directory)
{
	open_shelf(7, 1 << 20);
	ck_assert_int_eq(shelf_put(s, badv[_i], "1", 1), EINVAL);
	ck_assert_int_eq(shelf_put(NULL, badv[_i], "1", 1), 0);
}
END_TEST


START_TEST(a_name_is_made_of_a_time_and_what_is_left_of_a_text)
{
	char name[SHELF_NAME_MAX];

	shelf_name(name, 1700000000, "alice@example.net/../\x01");
	ck_assert_str_eq(name, "20231114-221320-alice_example.net_.._"
			       "_.pcap");
}
END_TEST


START_TEST(a_disk_that_takes_nothing_is_no_matter)
{
	FILE *f = fopen(sub, "w"); /* no directory */

	ck_assert_ptr_nonnull(f);
	(void)fclose(f);
	open_shelf(7, 1 << 20);
	ck_assert_int_eq(shelf_put(s, "a.pcap", "1", 1), 0);
}
END_TEST


static struct shelf_files files;


static void keep(uint32_t days, uint64_t bytes)
{
	const struct shelf_bounds bounds = {.days = days, .bytes = bytes};

	shelf_keep(&files, sub, &bounds, (uint64_t)time(NULL));
}


START_TEST(the_oldest_goes_where_they_are_too_much)
{
	make("3.pcap", 1000, 0);
	make("1.pcap", 1000, 0);
	make("2.pcap", 1000, 0);
	make("0.txt", 100000, 0);
	keep(7, 2500);
	ck_assert_uint_eq(files.n, 2);
	ck_assert_str_eq(files.v[0].name, "2.pcap");
	ck_assert_uint_eq(files.bytes, 2000);
	ck_assert_int_eq(size_of("1.pcap"), -1);
	ck_assert_int_eq(size_of("0.txt"), 100000);
	/* what is being written stays */
	keep(7, 10);
	ck_assert_uint_eq(files.n, 1);
	ck_assert_int_eq(size_of("3.pcap"), 1000);
}
END_TEST


START_TEST(what_is_too_old_goes)
{
	make("1.pcap", 10, 9);
	make("2.pcap", 10, 6);
	make("3.pcap", 10, 0);
	keep(7, 1000);
	ck_assert_uint_eq(files.n, 2);
	ck_assert_int_eq(size_of("1.pcap"), -1);
	(void)snprintf(sub, sizeof(sub), "%s/none", dir);
	keep(7, 1000);
	ck_assert_uint_eq(files.n, 0);
}
END_TEST


static bool count_handler(const struct shelf_file *f, void *arg)
{
	ck_assert_str_eq(f->name, "2.pcap");
	++*(unsigned *)arg;

	return true;
}


START_TEST(the_newest_is_told_first)
{
	unsigned n = 0;

	make("1.pcap", 10, 0);
	make("2.pcap", 10, 0);
	open_shelf(7, 1000);
	for (int i = 0; !n && i < 2000; i++) {
		(void)usleep(1000);
		shelf_apply(s, count_handler, &n);
	}
	ck_assert_uint_eq(n, 1);
	shelf_apply(NULL, count_handler, &n);
}
END_TEST


static bool gone(const char *name)
{
	for (int i = 0; i < 5000 && size_of(name) >= 0; i++)
		(void)usleep(1000);

	return size_of(name) < 0;
}


START_TEST(other_bounds_count_at_once)
{
	static const struct shelf_bounds less = {.days = 7, .bytes = 1500},
					 off = {.days = 1, .bytes = 0};

	make("1.pcap", 1000, 0);
	make("2.pcap", 1000, 3);
	make("3.pcap", 1000, 3);
	open_shelf(7, 1 << 20);
	ck_assert(shelf_is_on(s));
	shelf_limit(s, &less);
	ck_assert(gone("1.pcap"));
	ck_assert(gone("2.pcap"));

	shelf_limit(s, &off);
	ck_assert(!shelf_is_on(s));
	ck_assert_int_eq(shelf_put(s, "4.pcap", "1", 1), ENOTSUP);
	shelf_limit(s, &less);
	ck_assert_int_eq(shelf_put(s, "4.pcap", "1", 1), 0);
	s = mem_deref(s);
	ck_assert_int_eq(size_of("3.pcap"), 1000);
	ck_assert_int_eq(size_of("4.pcap"), PCAP_FILE_HEADER + 1);
	shelf_limit(NULL, &less);
	ck_assert(!shelf_is_on(NULL));
}
END_TEST


Suite *suite_shelf(void);
Suite *suite_shelf(void)
{
	Suite *su = suite_create("shelf");
	TCase *tc = tcase_create("shelf");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, packets_are_appended_to_their_file);
	tcase_add_test(tc, packets_are_made_when_they_are_written);
	tcase_add_test(tc, who_makes_packets_for_nobody_goes);
	test_table(tc, no_name_leaves_the_directory, badv);
	tcase_add_test(tc,
		       a_name_is_made_of_a_time_and_what_is_left_of_a_text);
	tcase_add_test(tc, a_disk_that_takes_nothing_is_no_matter);
	tcase_add_test(tc, the_oldest_goes_where_they_are_too_much);
	tcase_add_test(tc, what_is_too_old_goes);
	tcase_add_test(tc, the_newest_is_told_first);
	tcase_add_test(tc, other_bounds_count_at_once);
	suite_add_tcase(su, tc);

	return su;
}
