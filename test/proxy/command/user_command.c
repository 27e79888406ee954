/**
 * @file test/proxy/command/user_command.c  viaduct user: its lines
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/command.h"
#include "proxy/command/password.h"


static struct command cmd;


static void setup(void)
{
	command_open(&cmd);
}


static void teardown(void)
{
	command_close(&cmd);
}


START_TEST(an_account_is_added_listed_and_deleted)
{
	ck_assert_int_eq(command_run_in(&cmd,
					"user add -c CONF alice@example.net",
					"secret\n"),
			 0);
	ck_assert_str_eq(cmd.out, "");
	ck_assert_int_eq(
		command_run_in(&cmd, "user add --config CONF Bob@EXAMPLE.ORG",
			       "x"),
		0);
	ck_assert_int_eq(command_run_in(&cmd, "user list -c CONF", ""), 0);
	ck_assert_str_eq(cmd.out, "Bob@example.org\nalice@example.net\n");
	ck_assert(command_password_is(&cmd, "alice@example.net", "secret"));
	ck_assert(command_password_is(&cmd, "Bob@example.org", "x"));

	ck_assert_int_eq(
		command_run_in(&cmd, "user del alice@example.net -c CONF", ""),
		0);
	ck_assert_int_eq(
		command_run_in(&cmd, "user del alice@example.net -c CONF", ""),
		1);
	ck_assert_ptr_nonnull(
		strstr(cmd.err, "there is no alice@example.net"));
	ck_assert_int_eq(command_run_in(&cmd, "user list -c CONF", ""), 0);
	ck_assert_str_eq(cmd.out, "Bob@example.org\n");
}
END_TEST


START_TEST(a_second_add_needs_replace)
{
	ck_assert_int_eq(command_run_in(&cmd, "user add -c CONF a@example.net",
					"one\n"),
			 0);
	ck_assert_int_eq(command_run_in(&cmd, "user add -c CONF a@example.net",
					"two\n"),
			 1);
	ck_assert_ptr_nonnull(strstr(cmd.err, "exists already"));
	ck_assert(command_password_is(&cmd, "a@example.net", "one"));
	ck_assert_int_eq(command_run_in(&cmd,
					"user add -r -c CONF a@example.net",
					"two\n"),
			 0);
	ck_assert(command_password_is(&cmd, "a@example.net", "two"));
}
END_TEST


static const struct {
	const char *in;
	size_t len;
	int code;
	const char *password;
} passwordv[] = {
	{"secret\n", 7, 0, "secret"},
	{"secret", 6, 0, "secret"},
	{"secret\r\n", 8, 0, "secret"},
	{"two words, \"quoted\"\nand more\n", 29, 0, "two words, \"quoted\""},
	{"p\xc3\xa4ss\n", 6, 0, "p\xc3\xa4ss"},
	{"", 0, 1, NULL},
	{"\n", 1, 1, NULL},
	{"\r\n", 2, 1, NULL},
	{"a\tb\n", 4, 1, NULL},
	{"a\x7f\n", 3, 1, NULL},
	{"a\0b\n", 4, 1, NULL},
};


START_TEST(a_password_is_one_line)
{
	ck_assert_int_eq(command_run(&cmd, "user add -c CONF a@example.net",
				     passwordv[_i].in, passwordv[_i].len),
			 passwordv[_i].code);
	if (!passwordv[_i].code)
		ck_assert(command_password_is(&cmd, "a@example.net",
					      passwordv[_i].password));
	else
		ck_assert_ptr_nonnull(strstr(cmd.err, "the password "));
}
END_TEST


START_TEST(a_password_has_128_characters_at_most)
{
	char in[256];

	memset(in, 'x', sizeof(in));
	in[PASSWORD_MAX + 1] = '\0';
	ck_assert_int_eq(
		command_run_in(&cmd, "user add -c CONF a@example.net", in), 1);
	ck_assert_ptr_nonnull(strstr(cmd.err, "longer than 128"));
	in[PASSWORD_MAX] = '\n';
	ck_assert_int_eq(
		command_run_in(&cmd, "user add -c CONF a@example.net", in), 0);
	memset(in, 'x', sizeof(in));
	ck_assert_int_eq(
		command_run(&cmd, "user add -c CONF b@example.net", in, 256),
		1);
}
END_TEST


static const struct {
	const char *line;
	int code;
	const char *err;
} linev[] = {
	{"user", 2, "usage:"},
	{"user add", 2, "usage:"},
	{"user add -c CONF", 2, "usage:"},
	{"user nonsense -c CONF", 2, "usage:"},
	{"user list extra -c CONF", 2, "usage:"},
	{"user list -r -c CONF", 2, "usage:"},
	{"user add -c CONF a@example.net secret", 2, "is not KEY=VALUE"},
	{"user add -c CONF a@example.net =x", 2, "is not KEY=VALUE"},
	{"user add -c CONF a@example.net calls=many", 2,
	 "calls takes a number"},
	{"user add -c CONF a@example.net nonsense=1", 2,
	 "no setting 'nonsense'"},
	{"user add -c CONF a@example.net mdeia=relay", 2,
	 "did you mean 'media'?"},
	{"user lsit -c CONF", 2, "did you mean 'list'?"},
	{"user list --jsno", 2, "did you mean 'json'?"},
	{"user list -r", 2, "--replace is not for list"},
	{"user del", 2, "usage: viaduct user del"},
	{"user add -c CONF a@example.net password=x", 2, "is no argument"},
	{"user add -c CONF a@example.net alias=x", 2, "alias+=NAME"},
	{"user add -c CONF a@example.net alias+=x@example.com", 2,
	 "not at a domain of ours"},
	{"user add -c CONF a@example.net alias+=", 2, "neither"},
	{"user add -p -c CONF a@example.net", 2, "usage:"},
	{"user add -j -c CONF a@example.net", 2, "usage:"},
	{"user set -r -c CONF a@example.net", 2, "usage:"},
	{"user set -c CONF", 2, "usage:"},
	{"user set -c CONF a@example.net", 1, "there is no a@example.net"},
	{"user set -c CONF a@example.net calls=1", 1, "there is no a@"},
	{"user del -c CONF a@example.net calls=1", 2, "usage:"},
	{"user show -c CONF", 2, "usage:"},
	{"user show -c CONF a@example.net", 1, "there is no a@example.net"},
	{"user list -p -c CONF", 2, "usage:"},
	{"user import -c CONF", 2, "usage:"},
	{"user import -c CONF a b", 2, "usage:"},
	{"user import -j -c CONF a", 2, "usage:"},
	{"user import -c CONF /nowhere/a.csv", 1, "/nowhere/a.csv: No such"},
	{"user add -c", 2, "usage:"},
	{"user add -x a@example.net", 2, "usage:"},
	{"user list -c /nowhere/viaduct.conf", 2, "/nowhere/viaduct.conf"},
	{"user add -c CONF alice", 2, "USER@DOMAIN"},
	{"user add -c CONF @example.net", 2, "USER@DOMAIN"},
	{"user add -c CONF alice@", 2, "USER@DOMAIN"},
	{"user add -c CONF a@example.com", 1, "example.net, example.org"},
	{"user add -c CONF a\"b@example.net", 1, "may hold"},
	{"user add -c CONF a%41@example.net", 1, "may hold"},
	{"user add -c CONF a:b@example.net", 1, "may hold"},
	{"user add -c CONF a@b@example.net", 1, "may hold"},
	{"user add -c CONF a@example.net:5060", 1, "no address"},
	{"user add -c CONF a@example.net;x=y", 1, "no address"},
	{"user del -c CONF a@example.com", 1, "example.net, example.org"},
};


START_TEST(a_wrong_line_is_refused_with_its_reason)
{
	ck_assert_msg(command_run_in(&cmd, linev[_i].line, "secret\n") ==
			      linev[_i].code,
		      "%s", linev[_i].line);
	ck_assert_msg(strstr(cmd.err, linev[_i].err), "%s: %s", linev[_i].line,
		      cmd.err);
	ck_assert_ptr_null(strstr(cmd.err, "secret\n"));
	ck_assert_str_eq(cmd.out, "");
}
END_TEST


START_TEST(help_is_no_error)
{
	ck_assert_int_eq(command_run_in(&cmd, "user --help", ""), 0);
	ck_assert_ptr_nonnull(strstr(cmd.out, "usage:"));
	ck_assert_int_eq(command_run_in(&cmd, "user add -h", ""), 0);
}
END_TEST


START_TEST(a_wrong_configuration_is_named_by_line)
{
	command_file(&cmd, "viaduct.conf", "domain = \n nonsense {", 21);
	ck_assert_int_eq(command_run_in(&cmd, "user list -c CONF", ""), 2);
	ck_assert_ptr_nonnull(strstr(cmd.err, cmd.conf));
}
END_TEST


Suite *suite_user_command(void);
Suite *suite_user_command(void)
{
	Suite *s = suite_create("user_command");
	TCase *tc = tcase_create("user_command");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, an_account_is_added_listed_and_deleted);
	tcase_add_test(tc, a_second_add_needs_replace);
	test_table(tc, a_password_is_one_line, passwordv);
	tcase_add_test(tc, a_password_has_128_characters_at_most);
	test_table(tc, a_wrong_line_is_refused_with_its_reason, linev);
	tcase_add_test(tc, help_is_no_error);
	tcase_add_test(tc, a_wrong_configuration_is_named_by_line);
	suite_add_tcase(s, tc);

	return s;
}
