/**
 * @file scenario/complete_flow.c  A server that runs tells what may be typed
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/wait.h>
#include "proxy/command/complete.h"
#include "proxy/command/ctl_command.h"
#include "proxy/server_state.h"
#include "test/mock/decoded.h"
#include "test/mock/tempdir.h"
#include "test/scenario/talk.h"
#include "test/test.h"

enum { WORDS_MAX = 8, OUT_SIZE = 32768, TURN_MS = 5, HANG_S = 10 };

static const struct cli *const cliv[] = {&ctl_cli, NULL};
static struct rig rig;
static char dir[TEMPDIR_SIZE], conf[96], out[OUT_SIZE];


static void setup(void)
{
	FILE *f;

	rig_start(&rig, "");
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
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
	rig_stop(&rig);
	tempdir_remove(dir);
}


static uint64_t add_call(unsigned n)
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
		       "To: <sip:b@example.net>\r\nCall-ID: complete-%u\r\n"
		       "CSeq: 1 INVITE\r\n\r\n",
		       n);
	m = decoded(buf);
	ck_assert_int_eq(call_alloc(&call, rig.srv->calls, 0, m, &leg, &leg),
			 0);
	mem_deref(m);

	return call_id(call);
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


/* the words of a line, "CONF" for the configuration, "_" for none */
static void run_command(const char *line)
{
	char words[256], *argv[WORDS_MAX] = {NULL}, *rest = NULL;
	int argc = 0;

	(void)snprintf(words, sizeof(words), "%s", line);
	for (char *w = strtok_r(words, " ", &rest); w && argc < WORDS_MAX;
	     w = strtok_r(NULL, " ", &rest))
		argv[argc++] = !strcmp(w, "CONF") ? conf
			       : strcmp(w, "_")   ? w
						  : w + 1;
	argc = complete_command(cliv, argc, argv);
	(void)fflush(NULL);
	_exit(argc);
}


/* what is offered; the server answers meanwhile, or hangs */
static const char *complete(const char *line, bool served)
{
	FILE *f = tmpfile();
	int status = 0;
	pid_t pid;

	ck_assert_ptr_nonnull(f);
	(void)fflush(NULL);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		if (dup2(fileno(f), STDOUT_FILENO) < 0 ||
		    dup2(fileno(f), STDERR_FILENO) < 0)
			_exit(99);
		(void)alarm(HANG_S);
		run_command(line);
	}
	while (!waitpid(pid, &status, WNOHANG)) {
		if (served)
			serve();
		else
			sys_msleep(TURN_MS);
	}
	ck_assert(WIFEXITED(status) && !WEXITSTATUS(status));
	rewind(f);
	out[fread(out, 1, sizeof(out) - 1, f)] = '\0';
	(void)fclose(f);

	return out;
}


START_TEST(calls_that_are_up_are_offered)
{
	char want[64], begin[64];
	const uint64_t a = add_call(1), b = add_call(2);

	(void)complete("ctl -c CONF call _", true);
	(void)snprintf(want, sizeof(want), "%016llx\n", (unsigned long long)a);
	ck_assert_msg(strstr(out, want) != NULL, "%s", out);
	ck_assert_uint_eq(strlen(out), 2 * strlen(want));

	(void)snprintf(want, sizeof(want), "%016llx\n", (unsigned long long)b);
	(void)snprintf(begin, sizeof(begin), "ctl -c CONF hangup %.12s", want);
	ck_assert_str_eq(complete(begin, true), want);
	ck_assert_str_eq(complete("ctl -c CONF record zz", true), "");
	(void)snprintf(begin, sizeof(begin), "ctl -c CONF record %.16s o",
		       want);
	ck_assert_str_eq(complete(begin, true), "on\noff\n");
}
END_TEST


/* the one that is meant may stand behind many that are not */
START_TEST(of_many_calls_the_one_that_is_meant_is_offered)
{
	char want[64], begin[64];
	uint64_t id = 0;
	unsigned lines = 0;

	for (unsigned i = 0; i < 450; i++)
		id = add_call(i);
	(void)snprintf(want, sizeof(want), "%016llx\n",
		       (unsigned long long)id);
	(void)snprintf(begin, sizeof(begin), "ctl -c CONF call %.15s", want);
	ck_assert_str_eq(complete(begin, true), want);

	(void)complete("ctl -c CONF call _", true);
	for (const char *p = out; *p; p++)
		lines += *p == '\n';
	ck_assert_uint_eq(lines, 200);
}
END_TEST


START_TEST(users_who_are_registered_are_offered)
{
	struct phone alice, bob, desk;

	ck_assert_str_eq(complete("ctl -c CONF ping _", true), "");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_register(&alice, "alice", "wonderland", "127.0.0.10:5070");
	phone_open(&bob, &rig, "127.0.0.20");
	phone_register(&bob, "bob", "builder99", "127.0.0.20:5070");
	phone_open(&desk, &rig, "127.0.0.21");
	phone_register(&desk, "bob", "builder99", "127.0.0.21:5070");

	(void)complete("ctl -c CONF ping _", true);
	ck_assert_msg(strstr(out, "alice@example.net\n") &&
			      strstr(out, "bob@example.net\n") &&
			      strlen(out) == strlen("alice@example.net\n"
						    "bob@example.net\n"),
		      "%s", out);
	ck_assert_str_eq(complete("ctl -c CONF trace bo", true),
			 "bob@example.net\n");
	ck_assert_str_eq(complete("ctl -c CONF explain --to al", true),
			 "alice@example.net\n");
	ck_assert_str_eq(complete("ctl -c CONF registrations x", true), "");
	/* they are asked for, and hear nothing of it */
	ck_assert(phone_quiet(&bob));
	phone_close(&alice);
	phone_close(&bob);
	phone_close(&desk);
}
END_TEST


START_TEST(a_server_that_hangs_is_not_waited_for)
{
	struct timespec began, now;

	(void)clock_gettime(CLOCK_MONOTONIC, &began);
	ck_assert_str_eq(complete("ctl -c CONF call _", false), "");
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	ck_assert_int_lt(now.tv_sec - began.tv_sec, HANG_S);
}
END_TEST


Suite *suite_complete_flow(void);
Suite *suite_complete_flow(void)
{
	Suite *s = suite_create("complete_flow");
	TCase *tc = tcase_create("complete_flow");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, calls_that_are_up_are_offered);
	tcase_add_test(tc, of_many_calls_the_one_that_is_meant_is_offered);
	tcase_add_test(tc, users_who_are_registered_are_offered);
	tcase_add_test(tc, a_server_that_hangs_is_not_waited_for);
	suite_add_tcase(s, tc);

	return s;
}
