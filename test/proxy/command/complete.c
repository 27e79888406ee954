/**
 * @file test/proxy/command/complete.c  What may come next on a line
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "proxy/command/complete.h"
#include "proxy/command/config_command.h"
#include "proxy/command/ctl_command.h"
#include "proxy/command/user_command.h"
#include "test/mock/command.h"
#include "test/test.h"

enum { WORDS_MAX = 12, OUT_SIZE = 2048 };

static const struct cli *const cliv[] = {&user_cli, &ctl_cli, &config_cli,
					 NULL};
static struct command cmd;
static char out[OUT_SIZE];


static void setup(void)
{
	command_open(&cmd);
}


static void teardown(void)
{
	command_close(&cmd);
}


/* "_" is a word without letters, CONF the configuration's file */
static const char *complete(const char *text)
{
	char words[256], *argv[WORDS_MAX + 1] = {NULL}, *rest = NULL;
	FILE *f = tmpfile();
	int argc = 0, save;

	ck_assert_ptr_nonnull(f);
	(void)snprintf(words, sizeof(words), "%s", text);
	for (char *w = strtok_r(words, " ", &rest); w && argc < WORDS_MAX;
	     w = strtok_r(NULL, " ", &rest)) {
		argv[argc++] = !strcmp(w, "CONF") ? cmd.conf
			       : strcmp(w, "_")   ? w
						  : w + 1;
	}

	(void)fflush(stdout);
	save = dup(STDOUT_FILENO);
	(void)dup2(fileno(f), STDOUT_FILENO);
	ck_assert_int_eq(complete_command(cliv, argc, argv), 0);
	(void)fflush(stdout);
	(void)dup2(save, STDOUT_FILENO);
	(void)close(save);
	rewind(f);
	out[fread(out, 1, sizeof(out) - 1, f)] = '\0';
	(void)fclose(f);

	return out;
}


static const struct {
	const char *typed, *want;
} linev[] = {
	{"_", "user\nctl\nconfig\n"},
	{"c", "ctl\nconfig\n"},
	{"nonsense _", ""},
	{"user l", "list\n"},
	{"user list -", "--config\n--json\n--help\n"},
	{"user set a@example.net forward-b", "forward-busy=\n"},
	{"user set a@example.net calls=1 reco", "record=\n"},
	{"user set a@example.net calls=1 media=relay ali",
	 "alias+=\nalias-=\n"},
	{"user import _", ""},
	{"ctl record 7 _", "on\noff\n"},
	{"ctl record 7 on _", ""},
	{"ctl log w", "warn\n"},
	{"ctl --json drain o", "on\noff\n"},
	{"ctl ladder --m", "--message\n"},
	{"ctl peers --m", ""},
	{"ctl -c _", ""},
	{"ctl status _", ""},
	{"config --k", "--keys\n"},
};


START_TEST(a_line_is_completed_by_the_tables)
{
	ck_assert_msg(!strcmp(complete(linev[_i].typed), linev[_i].want),
		      "%s: %s", linev[_i].typed, out);
}
END_TEST


START_TEST(accounts_are_those_of_the_configuration)
{
	ck_assert_int_eq(
		command_run_in(&cmd, "user add -c CONF a@example.net", "x\n"),
		0);
	ck_assert_int_eq(command_run_in(&cmd,
					"user add -c CONF bob@example.net",
					"x\n"),
			 0);
	ck_assert_str_eq(complete("user show -c CONF _"),
			 "a@example.net\nbob@example.net\n");
	ck_assert_str_eq(complete("user del -c CONF bo"), "bob@example.net\n");
}
END_TEST


/* nobody is told while he types that the server does not run */
START_TEST(a_server_that_does_not_run_is_no_trouble)
{
	ck_assert_str_eq(complete("ctl -c CONF call _"), "");
	ck_assert_str_eq(complete("ctl -c /nowhere/v.conf ping _"), "");
}
END_TEST


Suite *suite_complete(void);
Suite *suite_complete(void)
{
	Suite *s = suite_create("complete");
	TCase *tc = tcase_create("complete");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, a_line_is_completed_by_the_tables, linev);
	tcase_add_test(tc, accounts_are_those_of_the_configuration);
	tcase_add_test(tc, a_server_that_does_not_run_is_no_trouble);
	suite_add_tcase(s, tc);

	return s;
}
