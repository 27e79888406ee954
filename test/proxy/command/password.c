/**
 * @file test/proxy/command/password.c  From the terminal, or one line
 */
#include <errno.h>
#include <stdio.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "test/test.h"
#include "proxy/command/password.h"


/* waits for words on the terminal; what came before them is in buf */
static bool wait_for(int fd, const char *words, char *buf, size_t size)
{
	size_t n = strlen(buf);

	while (!strstr(buf, words)) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		ssize_t got;

		if (poll(&p, 1, 5000) != 1 || n + 1 >= size)
			return false;
		got = read(fd, buf + n, size - n - 1);
		if (got <= 0)
			return false;
		n += (size_t)got;
		buf[n] = '\0';
	}

	return true;
}


static const struct {
	const char *first, *again;
	int status; /* 0: taken, 1: refused */
} ttyv[] = {
	{"secret\n", "secret\n", 0},
	{"secret\n", "Secret\n", 1},
	{"\n", NULL, 1},
	{"sec\x03ret\n", NULL, 1},
};


START_TEST(a_terminal_asks_twice_and_shows_nothing)
{
	char buf[512] = "";
	int fd, status;
	const pid_t pid = forkpty(&fd, NULL, NULL, NULL);

	/* a container or a chroot may have no /dev/pts */
	if (pid < 0) {
		(void)printf("skipped: no pseudo terminal: %s\n",
			     strerror(errno));
		return;
	}

	if (!pid) {
		char pw[PASSWORD_SIZE];

		_exit(password_read(pw, stdin) ? 1 : strcmp(pw, "secret"));
	}

	ck_assert(wait_for(fd, "Password: ", buf, sizeof(buf)));
	ck_assert_int_gt(write(fd, ttyv[_i].first, strlen(ttyv[_i].first)), 0);
	if (ttyv[_i].again) {
		ck_assert(wait_for(fd, "Again: ", buf, sizeof(buf)));
		ck_assert_int_gt(
			write(fd, ttyv[_i].again, strlen(ttyv[_i].again)), 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), ttyv[_i].status);
	ck_assert_ptr_null(strstr(buf, "ecret"));
	(void)close(fd);
}
END_TEST


Suite *suite_password(void);
Suite *suite_password(void)
{
	Suite *s = suite_create("password");
	TCase *tc = tcase_create("password");

	test_table(tc, a_terminal_asks_twice_and_shows_nothing, ttyv);
	suite_add_tcase(s, tc);

	return s;
}
