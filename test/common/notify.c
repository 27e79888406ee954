/**
 * @file test/common/notify.c  What the service manager is told
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "common/notify.h"
#include "test/test.h"

static struct notify *way;
static int manager;
static char name[64];
static char said[512];


/* a manager on an abstract socket, which leaves no file behind */
static void setup(void)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	const int len = re_snprintf(name, sizeof(name), "@viaduct-test-%d",
				    getpid());

	memcpy(un.sun_path + 1, name + 1, (size_t)len - 1);
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(
		bind(manager, (struct sockaddr *)&un,
		     (socklen_t)offsetof(struct sockaddr_un, sun_path) +
			     (socklen_t)len),
		0);
	ck_assert_int_eq(notify_alloc(&way, name), 0);
}


static void teardown(void)
{
	way = mem_deref(way);
	(void)close(manager);
}


static const char *heard(void)
{
	const ssize_t n = recv(manager, said, sizeof(said) - 1, 0);

	said[n > 0 ? n : 0] = '\0';

	return said;
}


START_TEST(each_state_is_a_datagram_of_its_own)
{
	ck_assert_int_eq(notify_more_time(way, 90000), 0);
	ck_assert_str_eq(heard(), "EXTEND_TIMEOUT_USEC=90000000\n");
	ck_assert_int_eq(notify_ready(way), 0);
	ck_assert_str_eq(heard(), "READY=1\n");
	ck_assert_int_eq(notify_alive(way), 0);
	ck_assert_str_eq(heard(), "WATCHDOG=1\n");
	ck_assert_int_eq(notify_status(way, "2 calls"), 0);
	ck_assert_str_eq(heard(), "STATUS=2 calls\n");
	ck_assert_int_eq(notify_stopping(way), 0);
	ck_assert_str_eq(heard(), "STOPPING=1\n");
	ck_assert_str_eq(heard(), "");
}
END_TEST


START_TEST(a_reload_says_since_when)
{
	unsigned long long us = 0;

	ck_assert_int_eq(notify_reloading(way), 0);
	ck_assert_int_eq(
		sscanf(heard(), "RELOADING=1\nMONOTONIC_USEC=%llu\n", &us), 1);
	ck_assert_uint_gt(us, 0);
}
END_TEST


START_TEST(a_status_is_one_line_of_bounded_length)
{
	char text[1000];

	ck_assert_int_eq(notify_status(way, "fine\nREADY=1"), 0);
	ck_assert_str_eq(heard(), "STATUS=fine\n");

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ck_assert_int_eq(notify_status(way, text), 0);
	ck_assert_uint_eq(strlen(heard()), strlen("STATUS=\n") + 200);
	ck_assert_int_eq(notify_status(way, NULL), EINVAL);
}
END_TEST


START_TEST(nobody_waits_for_a_manager_that_reads_nothing)
{
	int err = 0;

	for (int i = 0; !err && i < 10000; i++)
		err = notify_alive(way);
	ck_assert_int_eq(err, EAGAIN);

	while (*heard())
		;
	ck_assert_int_eq(notify_ready(way), 0);
	ck_assert_str_eq(heard(), "READY=1\n");
}
END_TEST


START_TEST(a_manager_that_is_gone_is_an_error_and_no_more)
{
	(void)close(manager);
	ck_assert_int_eq(notify_ready(way), ECONNREFUSED);
	manager = -1;
}
END_TEST


START_TEST(without_a_manager_all_is_swallowed)
{
	ck_assert_int_eq(notify_ready(NULL), 0);
	ck_assert_int_eq(notify_reloading(NULL), 0);
	ck_assert_int_eq(notify_status(NULL, "x"), 0);
	ck_assert_int_eq(notify_stopping(NULL), 0);
	ck_assert_int_eq(notify_alive(NULL), 0);
	ck_assert_int_eq(notify_more_time(NULL, 1), 0);
}
END_TEST


static const struct {
	const char *path;
	int err;
} pathv[] = {
	{"/run/systemd/notify", 0},
	{"@a", 0},
	{"", EINVAL},
	{"/", EINVAL},
	{"@", EINVAL},
	{"run/notify", EINVAL},
	{"vsock:2:1234", EINVAL},
	{"/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	 "aaa"
	 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	 ENAMETOOLONG},
};

START_TEST(a_path_is_of_a_file_or_of_an_abstract_socket)
{
	struct notify *n = NULL;

	ck_assert_int_eq(notify_alloc(&n, pathv[_i].path), pathv[_i].err);
	ck_assert_int_eq(n != NULL, !pathv[_i].err);
	mem_deref(n);
}
END_TEST


START_TEST(it_needs_a_path_and_memory)
{
	struct notify *n = NULL;

	ck_assert_int_eq(notify_alloc(NULL, "@a"), EINVAL);
	ck_assert_int_eq(notify_alloc(&n, NULL), EINVAL);
	oom_after(0);
	ck_assert_int_eq(notify_alloc(&n, "@a"), ENOMEM);
	oom_after(-1);
	ck_assert_ptr_null(n);
}
END_TEST


/* pid: 0 is NULL, 1 ours, 2 another one */
static const struct {
	const char *usec;
	int pid;
	uint64_t ms;
} watchdogv[] = {
	{"5000000", 0, 5000}, {"5000000", 1, 5000},
	{"5000000", 2, 0},    {NULL, 1, 0},
	{"", 0, 0},           {"0", 0, 0},
	{"-1", 0, 0},         {"5 s", 0, 0},
	{" 5000", 0, 0},      {"99999999999999999999999", 0, 0},
};

START_TEST(the_watchdog_is_meant_for_one_process)
{
	char pid[32];

	(void)re_snprintf(pid, sizeof(pid), "%d",
			  watchdogv[_i].pid == 1 ? getpid() : 1);
	ck_assert_uint_eq(notify_watchdog_ms(watchdogv[_i].usec,
					     watchdogv[_i].pid ? pid : NULL),
			  watchdogv[_i].ms);
}
END_TEST


Suite *suite_notify(void);
Suite *suite_notify(void)
{
	Suite *s = suite_create("notify");
	TCase *tc = tcase_create("notify");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_state_is_a_datagram_of_its_own);
	tcase_add_test(tc, a_reload_says_since_when);
	tcase_add_test(tc, a_status_is_one_line_of_bounded_length);
	tcase_add_test(tc, nobody_waits_for_a_manager_that_reads_nothing);
	tcase_add_test(tc, a_manager_that_is_gone_is_an_error_and_no_more);
	tcase_add_test(tc, without_a_manager_all_is_swallowed);
	test_table(tc, a_path_is_of_a_file_or_of_an_abstract_socket, pathv);
	tcase_add_test(tc, it_needs_a_path_and_memory);
	test_table(tc, the_watchdog_is_meant_for_one_process, watchdogv);
	suite_add_tcase(s, tc);

	return s;
}
