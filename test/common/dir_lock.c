/**
 * @file test/common/dir_lock.c  A directory that one process at a time may use
 */
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>
#include "test/test.h"
#include "test/mock/tempdir.h"
#include "common/dir_lock.h"


static char dir[TEMPDIR_SIZE];


static void setup(void)
{
	tempdir_make(dir);
}


static void teardown(void)
{
	tempdir_remove(dir);
}


START_TEST(the_second_one_has_to_wait_for_the_first)
{
	struct dir_lock *first = NULL, *second = NULL;

	ck_assert_int_eq(dir_lock_alloc(&first, dir), 0);
	ck_assert_int_eq(dir_lock_alloc(&second, dir), EBUSY);
	ck_assert_ptr_null(second);

	mem_deref(first);
	ck_assert_int_eq(dir_lock_alloc(&second, dir), 0);
	mem_deref(second);
}
END_TEST


START_TEST(who_is_killed_gives_it_back)
{
	struct dir_lock *lock = NULL;
	int readyv[2];
	char c;
	pid_t pid;

	ck_assert_int_eq(pipe(readyv), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		if (!dir_lock_alloc(&lock, dir) && write(readyv[1], "x", 1))
			(void)pause();
		_exit(1);
	}

	ck_assert_int_eq(read(readyv[0], &c, 1), 1);
	ck_assert_int_eq(dir_lock_alloc(&lock, dir), EBUSY);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_int_eq(dir_lock_alloc(&lock, dir), 0);
	mem_deref(lock);
}
END_TEST


/* as threads do that outlive the first one of who was killed */
START_TEST(who_is_about_to_let_go_is_waited_for)
{
	struct dir_lock *lock = NULL;
	int readyv[2];
	char c;
	pid_t pid;

	ck_assert_int_eq(pipe(readyv), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		if (!dir_lock_alloc(&lock, dir) && write(readyv[1], "x", 1))
			sys_msleep(50);
		_exit(1);
	}

	ck_assert_int_eq(read(readyv[0], &c, 1), 1);
	ck_assert_int_eq(dir_lock_alloc(&lock, dir), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	mem_deref(lock);
}
END_TEST


START_TEST(what_cannot_be_is_said)
{
	struct dir_lock *lock = NULL;

	ck_assert_int_eq(dir_lock_alloc(NULL, dir), EINVAL);
	ck_assert_int_eq(dir_lock_alloc(&lock, NULL), EINVAL);
	ck_assert_int_eq(dir_lock_alloc(&lock, "/nonexistent"), ENOENT);
	oom_after(0);
	ck_assert_int_eq(dir_lock_alloc(&lock, dir), ENOMEM);
	ck_assert_ptr_null(lock);
}
END_TEST


Suite *suite_dir_lock(void);

Suite *suite_dir_lock(void)
{
	Suite *s = suite_create("dir_lock");
	TCase *tc = tcase_create("dir_lock");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_second_one_has_to_wait_for_the_first);
	tcase_add_test(tc, who_is_killed_gives_it_back);
	tcase_add_test(tc, who_is_about_to_let_go_is_waited_for);
	tcase_add_test(tc, what_cannot_be_is_said);
	suite_add_tcase(s, tc);

	return s;
}
