/**
 * @file test/common/spool_file.c  The file of a spool
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include "test/test.h"
#include "test/mock/small_disk.h"
#include "test/mock/tempdir.h"
#include "common/spool_file.h"

enum { SIZE = 2 * SPOOL_GRAIN };


static char dir[TEMPDIR_SIZE], path[TEMPDIR_SIZE + 16];
static struct spool_file file;
static enum spool_found found;


static void setup(void)
{
	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/spool", dir);
}


static void teardown(void)
{
	spool_file_close(&file);
	tempdir_remove(dir);
}


static int open_file(size_t size)
{
	spool_file_close(&file);

	return spool_file_open(&file, path, size, &found);
}


START_TEST(it_is_the_owners_and_has_all_of_its_room)
{
	struct stat st;

	(void)umask(0);
	ck_assert_int_eq(open_file(SIZE), 0);
	ck_assert_int_eq(found, SPOOL_NEW);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0600);
	ck_assert_int_eq(st.st_size, SPOOL_GRAIN + SIZE);
	ck_assert_int_ge(st.st_blocks * 512, SPOOL_GRAIN + SIZE);
}
END_TEST


START_TEST(the_ring_is_there_twice)
{
	ck_assert_int_eq(open_file(SIZE), 0);
	file.ring[0] = 'a';
	file.ring[2 * SIZE - 1] = 'z';
	ck_assert_int_eq(file.ring[SIZE], 'a');
	ck_assert_int_eq(file.ring[SIZE - 1], 'z');
}
END_TEST


/* as it was left, but for what the case does to it */
static const struct {
	const char *name;
	off_t at; /* of the word that is changed; -1: none */
	uint64_t word;
	off_t size; /* it is made as long; 0: it is left so */
	enum spool_found want;
} foundv[] = {
	{"as it was", -1, 0, 0, SPOOL_KEPT},
	{"another program's", 0, 0, 0, SPOOL_ANEW},
	{"another size of the ring", 8, SPOOL_GRAIN, 0, SPOOL_ANEW},
	{"an endless ring", 8, UINT64_MAX, 0, SPOOL_ANEW},
	{"another key: its items are none", 16, 1, 0, SPOOL_KEPT},
	{"an end before the beginning", 64, 0, 0, SPOOL_ANEW},
	{"more than there is room for", 64, 8 + SIZE + 8, 0, SPOOL_ANEW},
	{"as much as there is room for", 64, 8 + SIZE, 0, SPOOL_KEPT},
	{"an end that is no place", 64, 17, 0, SPOOL_ANEW},
	{"an end that nobody reaches", 64, UINT64_MAX - 7, 0, SPOOL_ANEW},
	{"a beginning that is no place", 128, 9, 0, SPOOL_ANEW},
	{"a beginning behind the end", 128, 24, 0, SPOOL_ANEW},
	{"shorter", -1, 0, SPOOL_GRAIN, SPOOL_ANEW},
	{"longer", -1, 0, 2 * SPOOL_GRAIN + SIZE, SPOOL_ANEW},
	{"a single octet", -1, 0, 1, SPOOL_ANEW},
};


static void change(off_t at, uint64_t word, off_t size)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	if (at >= 0)
		ck_assert_int_eq(pwrite(fd, &word, sizeof(word), at),
				 sizeof(word));
	if (size)
		ck_assert_int_eq(ftruncate(fd, size), 0);
	(void)close(fd);
}


START_TEST(what_was_there_is_kept_or_begun_anew)
{
	ck_assert_int_eq(open_file(SIZE), 0);
	atomic_store(&file.head->end, 16);
	atomic_store(&file.head->begin, 8);
	spool_file_close(&file);
	change(foundv[_i].at, foundv[_i].word, foundv[_i].size);

	ck_assert_int_eq(open_file(SIZE), 0);
	ck_assert_msg(found == foundv[_i].want, "%s: %d", foundv[_i].name,
		      found);
	if (found == SPOOL_ANEW)
		ck_assert_uint_eq(atomic_load(&file.head->end), 0);
	ck_assert_int_eq(open_file(SIZE), 0);
	ck_assert_int_eq(found, SPOOL_KEPT);
}
END_TEST


START_TEST(each_has_a_key_of_its_own)
{
	struct hash_key key;

	ck_assert_int_eq(open_file(SIZE), 0);
	key = file.head->key;
	change(0, 0, 0);
	ck_assert_int_eq(open_file(SIZE), 0);
	ck_assert_int_ne(memcmp(&key, &file.head->key, sizeof(key)), 0);
}
END_TEST


START_TEST(a_full_disk_is_an_error_at_once_and_gets_its_room_back)
{
	struct stat st;

	if (!small_disk_mount(dir, 256))
		return;

	ck_assert_int_eq(open_file(16 * SPOOL_GRAIN), ENOSPC);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_blocks, 0);
	ck_assert_int_eq(open_file(SPOOL_GRAIN), 0);
	ck_assert_int_eq(found, SPOOL_NEW);
	spool_file_close(&file);

	/* it has its room: a disk that is full now takes none away */
	small_disk_fill(dir);
	ck_assert_int_eq(open_file(SPOOL_GRAIN), 0);
	ck_assert_int_eq(found, SPOOL_KEPT);
	memset(file.ring, 'x', SPOOL_GRAIN);
	spool_file_close(&file);
	small_disk_unmount(dir);
}
END_TEST


START_TEST(a_limit_of_files_is_an_error_and_no_signal)
{
	const struct rlimit small = {SPOOL_GRAIN, RLIM_INFINITY};

	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	ck_assert_int_eq(open_file(SIZE), EFBIG);
}
END_TEST


START_TEST(what_cannot_be_is_said)
{
	ck_assert_int_eq(open_file(0), EINVAL);
	ck_assert_int_eq(open_file(SPOOL_GRAIN - 1), EINVAL);
	ck_assert_int_eq(open_file(2 * (size_t)SPOOL_SIZE_MAX), EINVAL);
	ck_assert_int_eq(access(path, F_OK), -1);

	ck_assert_int_eq(symlink("elsewhere", path), 0);
	ck_assert_int_eq(open_file(SIZE), ELOOP);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(open_file(SIZE), EINVAL);
}
END_TEST


Suite *suite_spool_file(void);

Suite *suite_spool_file(void)
{
	Suite *s = suite_create("spool_file");
	TCase *tc = tcase_create("spool_file");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, it_is_the_owners_and_has_all_of_its_room);
	tcase_add_test(tc, the_ring_is_there_twice);
	test_table(tc, what_was_there_is_kept_or_begun_anew, foundv);
	tcase_add_test(tc, each_has_a_key_of_its_own);
	tcase_add_test(tc,
		       a_full_disk_is_an_error_at_once_and_gets_its_room_back);
	tcase_add_test(tc, a_limit_of_files_is_an_error_and_no_signal);
	tcase_add_test(tc, what_cannot_be_is_said);
	suite_add_tcase(s, tc);

	return s;
}
