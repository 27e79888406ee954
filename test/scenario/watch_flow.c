/**
 * @file scenario/watch_flow.c  A server that is watched on a terminal
 */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utmp.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include "proxy/command/ctl_command.h"
#include "proxy/server_state.h"
#include "test/mock/decoded.h"
#include "test/mock/tempdir.h"
#include "test/scenario/talk.h"
#include "test/test.h"

enum { ARGS_MAX = 8, OUT_SIZE = 1 << 20, TURN_MS = 5, WAIT_MS = 6000 };

#define ENTER "\x1b[?1049h\x1b[?25l\x1b[?7l"
#define LEAVE "\x1b[?7h\x1b[?25h\x1b[?1049l"
#define HOME  "\x1b[H"

static struct rig rig;
static char dir[TEMPDIR_SIZE], conf[96];

/* the command that runs, and what it has said */
static int master, slave;
static pid_t pid;
static int status;
static bool over;
static struct termios was;
static char out[OUT_SIZE];
static size_t outlen;


static void setup(void)
{
	FILE *f;

	rig_start(&rig, "");
	tempdir_make(dir);
	(void)snprintf(conf, sizeof(conf), "%s/viaduct.conf", dir);
	f = fopen(conf, "w");
	ck_assert_ptr_nonnull(f);
	(void)fprintf(f,
		      "listen = { \"udp:127.0.0.1:5060\" }\ndata = \"%s\"\n"
		      "control = \"%s\"\n",
		      rig.dir, rig.cfg->control);
	(void)fclose(f);
}


static void teardown(void)
{
	if (!over && pid > 0) {
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
	}
	rig_stop(&rig);
	tempdir_remove(dir);
}


static void add_call(unsigned n)
{
	char buf[512];
	struct call_leg leg;
	struct call *call = NULL;
	struct message *m;

	memset(&leg, 0, sizeof(leg));
	(void)snprintf(buf, sizeof(buf),
		       "INVITE sip:b@example.net SIP/2.0\r\n"
		       "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
		       "From: <sip:a@example.net>;tag=1\r\n"
		       "To: <sip:b@example.net>\r\nCall-ID: watch-%u\r\n"
		       "CSeq: 1 INVITE\r\n\r\n",
		       n);
	m = decoded(buf);
	ck_assert_int_eq(call_alloc(&call, rig.srv->calls, 0, m, &leg, &leg),
			 0);
	mem_deref(m);
}


static void resize(unsigned rows, unsigned cols)
{
	const struct winsize ws = {.ws_row = (unsigned short)rows,
				   .ws_col = (unsigned short)cols};

	ck_assert_int_eq(ioctl(master, TIOCSWINSZ, &ws), 0);
}


static void run_command(const char *const *wordv)
{
	const char *argv[ARGS_MAX] = {"ctl", "-c", conf};
	int argc = 3;

	while (wordv[argc - 3] && argc < ARGS_MAX - 1) {
		argv[argc] = wordv[argc - 3];
		++argc;
	}
	(void)setenv("TERM", "xterm", 1);
	status = ctl_command(argc, (char **)argv);
	(void)fflush(NULL);
	_exit(status);
}


/* at a terminal of its own */
static void watch(unsigned rows, unsigned cols, const char *const *wordv)
{
	ck_assert_int_eq(openpty(&master, &slave, NULL, NULL, NULL), 0);
	ck_assert_int_eq(fcntl(master, F_SETFL, O_NONBLOCK), 0);
	ck_assert_int_eq(tcgetattr(slave, &was), 0);
	resize(rows, cols);
	(void)fflush(NULL);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		(void)close(master);
		if (login_tty(slave))
			_exit(99);
		run_command(wordv);
	}
}


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


static void serve(void)
{
	struct tmr tmr;

	tmr_init(&tmr);
	tmr_start(&tmr, TURN_MS, stop_handler, NULL);
	(void)re_main(NULL);
	tmr_cancel(&tmr);
}


static void hear(void)
{
	ssize_t n;

	while (outlen < sizeof(out) - 1 &&
	       (n = read(master, out + outlen, sizeof(out) - 1 - outlen)) > 0)
		outlen += (size_t)n;
	out[outlen] = '\0';
	if (!over && waitpid(pid, &status, WNOHANG) == pid)
		over = true;
}


/* what comes from now on has it, sooner or later */
static const char *await(const char *text)
{
	const char *p = NULL;

	for (int ms = 0; ms < WAIT_MS && !p; ms += TURN_MS) {
		serve();
		hear();
		p = strstr(out, text);
	}
	ck_assert_msg(p != NULL, "%s: %s", text, out);

	return p;
}


static void forget(void)
{
	outlen = 0;
	out[0] = '\0';
}


/* and the terminal is as it was */
static void await_end(int code, bool served)
{
	struct termios now;

	for (int ms = 0; ms < WAIT_MS && !over; ms += TURN_MS) {
		if (served)
			serve();
		else
			sys_msleep(TURN_MS);
		hear();
	}
	ck_assert(over);
	hear();
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), code);
	ck_assert_ptr_nonnull(strstr(out, LEAVE));
	ck_assert_int_eq(tcgetattr(slave, &now), 0);
	ck_assert_uint_eq(now.c_lflag, was.c_lflag);
	(void)close(master);
	(void)close(slave);
}


static const char *const callsv[] = {"calls", "--watch", NULL};


START_TEST(calls_are_a_table_that_is_drawn_in_place)
{
	const char *first;

	add_call(1);
	watch(24, 100, callsv);
	first = await("  ringing  0:00  ");
	ck_assert(!strncmp(out, ENTER HOME, strlen(ENTER HOME)));
	ck_assert_ptr_nonnull(strstr(out, "  calls: 1  (q ends)"));
	ck_assert_ptr_nonnull(strstr(out, "ID "));
	ck_assert(strstr(out, "  STATE  ") < first);

	forget();
	add_call(2);
	await("  calls: 2  (q ends)");
	ck_assert_ptr_nonnull(strstr(out, HOME));
	ck_assert_ptr_null(strstr(out, ENTER));
	(void)!write(master, "q", 1);
	await_end(0, true);
}
END_TEST


static const struct {
	const char *keys;
	int sig;
} endv[] = {
	{"q", 0},       {"xyQ", 0},     {"\x03", 0},     {NULL, SIGTERM},
	{NULL, SIGINT}, {NULL, SIGHUP}, {NULL, SIGQUIT},
};


static void end_by(size_t i)
{
	if (endv[i].keys)
		(void)!write(master, endv[i].keys, strlen(endv[i].keys));
	else
		ck_assert_int_eq(kill(pid, endv[i].sig), 0);
}


START_TEST(whatever_ends_it_the_terminal_is_as_it_was)
{
	struct termios now;

	watch(24, 80, callsv);
	await("(q ends)");
	ck_assert_int_eq(tcgetattr(slave, &now), 0);
	ck_assert_uint_eq(now.c_lflag & (ICANON | ECHO), 0);
	end_by((size_t)_i);
	await_end(0, true);
}
END_TEST


/* nobody answers: that keeps neither keys nor signals waiting */
START_TEST(a_server_that_hangs_does_not_keep_the_terminal)
{
	watch(24, 80, callsv);
	await("(q ends)");
	sys_msleep(1200);
	ck_assert_int_eq(kill(pid, SIGINT), 0);
	await_end(0, false);
}
END_TEST


START_TEST(a_server_that_has_gone_is_told_when_the_terminal_is_back)
{
	const char *left, *why;

	watch(24, 80, callsv);
	await("(q ends)");
	rig.srv = mem_deref(rig.srv);
	await_end(1, true);
	left = strstr(out, LEAVE);
	why = strstr(out, "viaduct: ");
	ck_assert_ptr_nonnull(why);
	ck_assert(why > left);
}
END_TEST


/* of one drawing */
static size_t longest_line(const char *p)
{
	size_t longest = 0;

	for (p = strstr(p, "\r\n\x1b[2K"); p; p = strstr(p, "\r\n\x1b[2K")) {
		size_t n = 0;

		for (p += 6; *p && *p != '\r' && *p != '\x1b'; p++)
			n += ((unsigned char)*p & 0xc0) != 0x80;
		longest = n > longest ? n : longest;
	}

	return longest;
}


START_TEST(it_fits_a_window_that_gets_another_size)
{
	for (unsigned i = 0; i < 20; i++)
		add_call(i);
	watch(30, 120, callsv);
	await("  calls: 20  ");
	ck_assert_ptr_null(strstr(out, "more than the screen"));
	ck_assert_uint_gt(longest_line(out), 60);

	forget();
	resize(10, 56);
	await("... and 13 more than the screen has lines for");
	ck_assert_uint_le(longest_line(strstr(out, HOME)), 56);
	(void)!write(master, "q", 1);
	await_end(0, true);
}
END_TEST


/* the shell has its terminal meanwhile */
START_TEST(it_can_be_stopped_and_go_on)
{
	struct termios now;
	int how = 0;

	watch(24, 80, callsv);
	await("(q ends)");
	(void)!write(master, "\x1a", 1);
	for (int ms = 0;
	     ms < WAIT_MS && waitpid(pid, &how, WUNTRACED | WNOHANG) != pid;
	     ms += TURN_MS)
		serve();
	ck_assert(WIFSTOPPED(how));
	hear();
	ck_assert_ptr_nonnull(strstr(out, LEAVE));
	ck_assert_int_eq(tcgetattr(slave, &now), 0);
	ck_assert_uint_eq(now.c_lflag, was.c_lflag);

	forget();
	ck_assert_int_eq(kill(pid, SIGCONT), 0);
	await(ENTER);
	(void)!write(master, "q", 1);
	await_end(0, true);
}
END_TEST


static const struct {
	const char *const wordv[4];
	const char *want;
} otherv[] = {
	{{"status", "--watch"}, "version   "},
	{{"registrations", "--watch"}, "USER  LEFT  PROTO"},
	{{"registrations", "-w", "bob"}, "registrations: 0"},
};


START_TEST(others_can_be_watched_as_well)
{
	watch(24, 80, otherv[_i].wordv);
	await(otherv[_i].want);
	(void)!write(master, "q", 1);
	await_end(0, true);
}
END_TEST


/* into a pipe, where nobody draws */
static void watch_into_a_pipe(const char *const *wordv)
{
	int pipev[2];

	ck_assert_int_eq(pipe(pipev), 0);
	(void)fflush(NULL);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		if (dup2(pipev[1], STDOUT_FILENO) < 0)
			_exit(99);
		run_command(wordv);
	}
	(void)close(pipev[1]);
	master = pipev[0];
	ck_assert_int_eq(fcntl(master, F_SETFL, O_NONBLOCK), 0);
}


static const struct {
	const char *const wordv[4];
	const char *first, *again;
} pipedv[] = {
	{{"calls", "--watch"}, "no call\n\n", "\n\nno call\n\n"},
	{{"calls", "--watch", "--json"}, "\"ok\":true}\n", "}\n{\"count\":0"},
};


START_TEST(without_a_terminal_it_is_lines)
{
	watch_into_a_pipe(pipedv[_i].wordv);
	await(pipedv[_i].first);
	await(pipedv[_i].again);
	ck_assert_ptr_null(strchr(out, '\x1b'));
	ck_assert_int_eq(kill(pid, SIGTERM), 0);
	for (int ms = 0; ms < WAIT_MS && !over; ms += TURN_MS) {
		serve();
		hear();
	}
	ck_assert(over && WIFEXITED(status) && !WEXITSTATUS(status));
	(void)close(master);
}
END_TEST


Suite *suite_watch_flow(void);
Suite *suite_watch_flow(void)
{
	Suite *s = suite_create("watch_flow");
	TCase *tc = tcase_create("watch_flow");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, calls_are_a_table_that_is_drawn_in_place);
	test_table(tc, whatever_ends_it_the_terminal_is_as_it_was, endv);
	tcase_add_test(tc, a_server_that_hangs_does_not_keep_the_terminal);
	tcase_add_test(
		tc, a_server_that_has_gone_is_told_when_the_terminal_is_back);
	tcase_add_test(tc, it_fits_a_window_that_gets_another_size);
	tcase_add_test(tc, it_can_be_stopped_and_go_on);
	test_table(tc, others_can_be_watched_as_well, otherv);
	test_table(tc, without_a_terminal_it_is_lines, pipedv);
	suite_add_tcase(s, tc);

	return s;
}
