/**
 * @file test/proxy/state/call_shelf.c  Where calls lie that are to outlive a
 * restart
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>
#include <re.h>
#include "test/test.h"
#include "test/mock/small_disk.h"
#include "test/mock/tempdir.h"
#include "common/spool.h"
#include "proxy/state/call_shelf.h"

enum { SPOOL_SIZE = 1 << 20, DISK_KB = 4096, TEXT = 3000, CALLS = 40 };

static char dir[TEMPDIR_SIZE], path[TEMPDIR_SIZE + 32];
static struct spool *sp;
static struct call_shelf *shelf;

/** What was found */
static struct {
	uint64_t calls;
	uint64_t sum; /* of their numbers */
	char first;   /* letter of call 1 */
} found;


static const char *file(const char *name)
{
	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);

	return path;
}


static void setup(void)
{
	tempdir_make(dir);
}


static void open_all(void)
{
	ck_assert_int_eq(spool_alloc(&sp, file("calls.spool"), SPOOL_SIZE), 0);
	ck_assert_int_eq(call_shelf_alloc(&shelf, dir, sp, NULL, NULL), 0);
}


static void close_all(void)
{
	shelf = mem_deref(shelf);
	sp = mem_deref(sp);
}


static void teardown(void)
{
	close_all();
	tempdir_remove(dir);
}


static void put(uint64_t id, char letter)
{
	char text[TEXT];

	memset(text, letter, sizeof(text));
	ck_assert_int_eq(
		spool_put(sp, CALL_SHELF_SAVED, id, text, sizeof(text)), 0);
}


static void over(uint64_t id)
{
	ck_assert_int_eq(spool_put(sp, CALL_SHELF_OVER, id, "", 0), 0);
}


static void found_handler(uint64_t id, const char *text, size_t len, void *arg)
{
	(void)arg;

	ck_assert_uint_eq(len, TEXT);
	++found.calls;
	found.sum += id;
	if (id == 1)
		found.first = text[TEXT - 1];
}


static void look(void)
{
	memset(&found, 0, sizeof(found));
	ck_assert_int_eq(call_shelf_each(shelf, found_handler, NULL), 0);
}


/* by a process that is killed then: calls 1, 2 and 3 are on the disk; the spool says that 1 is another, 2 is
 * over, and there are 4 to CALLS */
static void write_all(void)
{
	open_all();
	put(1, 'a');
	put(2, 'b');
	put(3, 'c');
	close_all();
	open_all();
	put(1, 'z');
	over(2);
	for (uint64_t id = 4; id <= CALLS; id++)
		put(id, 'd');
}


static void disk_and_spool(void)
{
	const pid_t pid = fork();
	int status;

	ck_assert_int_ge(pid, 0);
	if (!pid) {
		write_all();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}


static void assert_all(void)
{
	look();
	ck_assert_uint_eq(found.calls, CALLS - 1);
	ck_assert_uint_eq(found.sum, CALLS * (CALLS + 1) / 2 - 2);
	ck_assert_int_eq(found.first, 'z');
}


START_TEST(the_calls_are_those_of_the_disk_and_of_the_spool)
{
	disk_and_spool();
	open_all();
	assert_all();
	ck_assert_uint_eq(spool_waiting(sp), 0);
}
END_TEST


START_TEST(a_full_disk_at_the_start_loses_no_call)
{
	if (!small_disk_mount(dir, DISK_KB)) {
		(void)printf("skipped: call_shelf: may not mount a disk\n");
		return;
	}

	disk_and_spool();
	small_disk_fill(dir);
	open_all();
	assert_all();
	ck_assert_uint_gt(spool_waiting(sp), 0);
	ck_assert_int_ne(access(file("calls.db.damaged"), F_OK), 0);

	/* nor does the next one */
	close_all();
	open_all();
	assert_all();

	/* its thread takes them when there is room */
	small_disk_free(dir);
	ck_assert_int_eq(call_shelf_run(shelf), 0);
	close_all();
	open_all();
	ck_assert_uint_eq(spool_waiting(sp), 0);
	assert_all();
	close_all();
	small_disk_unmount(dir);
}
END_TEST


START_TEST(a_damaged_file_costs_what_was_in_it_and_not_the_spool)
{
	static const char garbage[4096] = "no database at all";
	FILE *f;

	disk_and_spool();
	ck_assert_int_eq(unlink(file("calls.db-wal")), 0);
	f = fopen(file("calls.db"), "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(garbage, sizeof(garbage), 1, f), 1);
	ck_assert_int_eq(fclose(f), 0);

	open_all();
	look();
	/* all but 2 and 3 */
	ck_assert_uint_eq(found.calls, CALLS - 2);
	ck_assert_int_eq(found.first, 'z');
	ck_assert_int_eq(access(file("calls.db.damaged"), F_OK), 0);
}
END_TEST


Suite *suite_call_shelf(void);

Suite *suite_call_shelf(void)
{
	Suite *s = suite_create("call_shelf");
	TCase *tc = tcase_create("call_shelf");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_calls_are_those_of_the_disk_and_of_the_spool);
	tcase_add_test(tc, a_full_disk_at_the_start_loses_no_call);
	tcase_add_test(tc,
		       a_damaged_file_costs_what_was_in_it_and_not_the_spool);
	suite_add_tcase(s, tc);

	return s;
}
