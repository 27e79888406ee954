/**
 * @file test/proxy/command/ctl_link.c  The way to a server, and what is wrong
 * with it
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include "common/bell.h"
#include "proxy/command/ctl_link.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

enum { NOBODY = 65534, SOON_MS = 100 };

static char dir[TEMPDIR_SIZE], path[TEMPDIR_SIZE + 16];
static json_t *question, *answer;
static pid_t server;


static void setup(void)
{
	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/ctl.sock", dir);
	question = json_pack("{s:s}", "command", "calls");
}


static void teardown(void)
{
	if (server) {
		(void)kill(server, SIGKILL);
		(void)waitpid(server, NULL, 0);
	}
	server = 0;
	json_decref(question);
	json_decref(answer);
	answer = NULL;
	tempdir_remove(dir);
}


static int open_socket(void)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&sun, sizeof(sun)),
			 0);
	ck_assert_int_eq(listen(fd, 8), 0);

	return fd;
}


static void read_line(int fd)
{
	char c = '\0';

	while (c != '\n' && read(fd, &c, 1) == 1)
		;
}


/* one who answers each question with the next text; NULL: never */
static void serve(const char *const *textv)
{
	const int fd = open_socket();

	server = fork();
	ck_assert_int_ge(server, 0);
	if (server) {
		(void)close(fd);
		return;
	}

	for (;; textv++) {
		const int c = accept(fd, NULL, NULL);

		read_line(c);
		if (!*textv)
			(void)pause();
		(void)!write(c, *textv, strlen(*textv));
		(void)close(c);
	}
}


static int try_link(struct ctl_link *l)
{
	l->path = path;

	return ctl_link_try_all(l, &answer, question, "calls");
}


START_TEST(an_answer_comes_with_all_of_its_pages)
{
	static const char *const textv[] = {
		"{\"ok\":true,\"calls\":[1,2],\"next\":\"2\"}\n",
		"{\"ok\":true,\"calls\":[3],\"next\":\"3\"}\n",
		"{\"ok\":true,\"calls\":[4]}\n", NULL};
	struct ctl_link l = {.stop = -1};

	serve(textv);
	ck_assert_int_eq(try_link(&l), 0);
	ck_assert_uint_eq(json_array_size(json_object_get(answer, "calls")),
			  4);
	ck_assert_ptr_null(json_object_get(answer, "next"));
	/* it can be asked again */
	ck_assert_ptr_null(json_object_get(question, "after"));
}
END_TEST


static const struct {
	const char *const textv[3];
	int err;
	const char *why;
} badv[] = {
	{{"", NULL}, EPIPE, "gave no answer (it has ended)"},
	{{"{\"ok\":true", NULL}, EPIPE, "it has ended"},
	{{"nonsense\n", NULL}, EBADMSG, "gave no answer ("},
	{{NULL}, ETIMEDOUT, "gave no answer for"},
	/* a table that is not whole is none */
	{{"{\"ok\":true,\"calls\":[],\"next\":\"2\"}\n", "", NULL},
	 EPIPE,
	 "it has ended"},
};


START_TEST(a_server_that_gives_no_answer_is_told)
{
	struct ctl_link l = {.stop = -1, .wait_ms = SOON_MS};

	serve(badv[_i].textv);
	ck_assert_int_eq(try_link(&l), badv[_i].err);
	ck_assert_ptr_null(answer);
	ck_assert_msg(strstr(l.why, badv[_i].why) && strstr(l.why, path), "%s",
		      l.why);
}
END_TEST


START_TEST(a_server_that_does_not_run_is_told)
{
	struct ctl_link l = {.stop = -1};

	ck_assert_int_eq(try_link(&l), ENOENT);
	ck_assert_msg(
		!strncmp(l.why, "not running, or with another config", 35),
		"%s", l.why);

	/* what a killed one has left */
	(void)close(open_socket());
	ck_assert_int_eq(try_link(&l), ECONNREFUSED);
	ck_assert_msg(!strncmp(l.why, "not running (nobody answers at", 30),
		      "%s", l.why);
}
END_TEST


START_TEST(who_may_not_ask_is_told)
{
	static const char *const textv[] = {"{\"ok\":true}\n", NULL};
	struct ctl_link l = {.stop = -1};

	serve(textv);
	if (geteuid()) {
		(void)printf("skipped: ctl_link: not root\n");
		return;
	}
	ck_assert_int_eq(chmod(dir, 0755), 0);
	ck_assert_int_eq(chmod(path, 0600), 0);
	ck_assert_int_eq(seteuid(NOBODY), 0);
	ck_assert_int_eq(try_link(&l), EACCES);
	ck_assert_int_eq(seteuid(0), 0);
	ck_assert_msg(!strncmp(l.why, "no access to ", 13), "%s", l.why);
}
END_TEST


START_TEST(who_is_to_stop_does_not_wait)
{
	static const char *const textv[] = {NULL};
	struct ctl_link l = {.stop = bell_open()};

	serve(textv);
	bell_ring(l.stop);
	ck_assert_int_eq(try_link(&l), EINTR);
	(void)close(l.stop);
}
END_TEST


START_TEST(a_path_that_no_socket_can_have_is_told)
{
	char longer[200];
	struct ctl_link l = {.path = longer, .stop = -1};

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	ck_assert_int_eq(ctl_link_try(&l, &answer, question), ENAMETOOLONG);
	ck_assert_ptr_null(ctl_link_ask(longer, question, true));
}
END_TEST


Suite *suite_ctl_link(void);
Suite *suite_ctl_link(void)
{
	Suite *s = suite_create("ctl_link");
	TCase *tc = tcase_create("ctl_link");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, an_answer_comes_with_all_of_its_pages);
	test_table(tc, a_server_that_gives_no_answer_is_told, badv);
	tcase_add_test(tc, a_server_that_does_not_run_is_told);
	tcase_add_test(tc, who_may_not_ask_is_told);
	tcase_add_test(tc, who_is_to_stop_does_not_wait);
	tcase_add_test(tc, a_path_that_no_socket_can_have_is_told);
	suite_add_tcase(s, tc);

	return s;
}
