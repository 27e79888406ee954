/**
 * @file password.c  A password from the terminal or from one line of stdin
 *
 * Read by octets with read(2): stdio would keep a copy in its buffer.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "proxy/command/password.h"
#include "proxy/user/account_name.h"


enum { LINE_SIZE = PASSWORD_SIZE + 1 };


/* one octet too many fits, so that too long is not taken for long enough */
static const char *read_line(char line[LINE_SIZE], int fd)
{
	size_t n = 0;
	char c = 0;

	for (;;) {
		const ssize_t got = read(fd, &c, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return "cannot be read";
		if (!got || c == '\n')
			break;
		if (!c)
			return "contains a control character";
		if (n < LINE_SIZE - 1)
			line[n++] = c;
	}
	if (n && line[n - 1] == '\r')
		--n;
	line[n] = '\0';

	return NULL;
}


/* without ISIG a Ctrl-C is a character, refused like any other control
 * character: nobody is left with a terminal that stays dark */
static bool echo_off(int fd, struct termios *was)
{
	struct termios quiet;

	if (tcgetattr(fd, was))
		return false;

	quiet = *was;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);

	return !tcsetattr(fd, TCSAFLUSH, &quiet);
}


static const char *ask(char line[LINE_SIZE], int fd, const char *prompt)
{
	const char *why;

	(void)fputs(prompt, stderr);
	why = read_line(line, fd);
	(void)fputc('\n', stderr);

	return why;
}


static const char *ask_twice(char line[LINE_SIZE], int fd)
{
	char again[LINE_SIZE];
	struct termios was;
	const char *why;

	if (!echo_off(fd, &was))
		return "cannot be asked for: the terminal keeps its echo";

	why = ask(line, fd, "Password: ");
	if (!why)
		why = account_name_password(line);
	if (!why)
		why = ask(again, fd, "Again: ");
	if (!why && strcmp(line, again))
		why = "was not the same twice";
	(void)tcsetattr(fd, TCSAFLUSH, &was);
	explicit_bzero(again, sizeof(again));

	return why;
}


/**
 * Read a password: twice from a terminal, without echo; else one line
 *
 * @param buf Password; wipe it after use
 * @param in  Where from
 *
 * @return NULL if success, else why not
 */
const char *password_read(char buf[PASSWORD_SIZE], FILE *in)
{
	char line[LINE_SIZE];
	const int fd = fileno(in);
	const char *why;

	why = isatty(fd) ? ask_twice(line, fd) : read_line(line, fd);
	if (!why)
		why = account_name_password(line);
	if (!why)
		memcpy(buf, line, PASSWORD_SIZE);
	explicit_bzero(line, sizeof(line));

	return why;
}
