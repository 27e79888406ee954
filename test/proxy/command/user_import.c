/**
 * @file test/proxy/command/user_import.c  viaduct user import
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "test/test.h"
#include "test/mock/command.h"


static struct command cmd;


static void setup(void)
{
	command_open(&cmd);
}


static void teardown(void)
{
	command_close(&cmd);
}


static int import(const char *options, const char *text)
{
	char line[128];

	(void)snprintf(line, sizeof(line), "user import %s -c CONF -",
		       options);

	return command_run_in(&cmd, line, text);
}


static void shows(const char *aor, const char *text)
{
	char line[128];

	(void)snprintf(line, sizeof(line), "user show -c CONF %s", aor);
	ck_assert_int_eq(command_run_in(&cmd, line, ""), 0);
	ck_assert_str_eq(cmd.out, text);
}


START_TEST(a_sheet_becomes_accounts)
{
	ck_assert_int_eq(
		import("", "aor,password,name,alias,calls,forward-busy\r\n"
			   "alice@example.net,secret,\"Liddell, Alice\","
			   "+4930123 100,2,+4930777\r\n"
			   "\r\n"
			   "Bob@EXAMPLE.org,\"a \"\"b\"\",c\",,,,\r\n"),
		0);
	ck_assert_str_eq(cmd.out, "2 accounts\n");
	shows("alice@example.net",
	      "aor=alice@example.net\nname=Liddell, Alice\ncalls=2\n"
	      "forward-busy=+4930777\nalias+=+4930123\n"
	      "alias+=100@example.net\n");
	shows("Bob@example.org", "aor=Bob@example.org\n");
	ck_assert(command_password_is(&cmd, "alice@example.net", "secret"));
	ck_assert(command_password_is(&cmd, "Bob@example.org", "a \"b\",c"));
}
END_TEST


static const struct {
	const char *text;
	const char *err;
} faultv[] = {
	{"", "stdin:1: the first line"},
	{"password\nx\n", "stdin:1: there is no column aor"},
	{"aor,passwort\na@example.net,x\n", "stdin:1: passwort is no column"},
	{"aor,aor\na@example.net,x\n", "stdin:1: aor is there twice"},
	{"aor,password\nok@example.net,x\na@example.net\n",
	 "stdin:3: there are not as many fields"},
	{"aor,password\na@example.net,x,y\n",
	 "stdin:2: there are not as many fields"},
	{"aor,password\na@example.net,\"x\n", "stdin:2: the quotes"},
	{"aor,password\nok@example.net,x\n\na@example.com,x\n",
	 "stdin:4: a@example.com is not at a domain of ours"},
	{"aor,password\nalice,x\n", "stdin:2: alice is not USER@DOMAIN"},
	{"aor,password\na b@example.net,x\n", "is no user name"},
	{"aor,password\na@example.net,\n",
	 "stdin:2: a@example.net the password is empty"},
	{"aor\na@example.net\n", "the password is empty"},
	{"aor,password\na@example.net,x\na@example.net,y\n",
	 "stdin:3: a@example.net exists already"},
	{"aor,password,calls\na@example.net,x,many\n",
	 "stdin:2: a@example.net calls takes a number up to 10000"},
	{"aor,password,alias\na@example.net,x,1\nb@example.net,x,1\n",
	 "stdin:3: b@example.net alias 1 is taken"},
	{"aor,password,alias\na@example.net,x,1@example.com\n",
	 "alias 1@example.com is no user name or number at a domain of ours"},
	{"aor,password,alias\na@example.net,x,b\nb@example.net,x,\n",
	 "stdin:3: b@example.net is another one's alias"},
};


START_TEST(a_fault_is_named_by_its_line_and_nothing_is_written)
{
	ck_assert_int_eq(import("", faultv[_i].text), 1);
	ck_assert_msg(strstr(cmd.err, faultv[_i].err), "%s: %s",
		      faultv[_i].text, cmd.err);
	ck_assert_ptr_nonnull(strstr(cmd.err, "nothing was imported"));
	ck_assert_str_eq(cmd.out, "");
	ck_assert_int_eq(command_run_in(&cmd, "user list -c CONF", ""), 0);
	ck_assert_str_eq(cmd.out, "");
}
END_TEST


START_TEST(all_faults_are_named_at_once)
{
	ck_assert_int_eq(import("", "aor,password,calls,media\n"
				    "a@example.net,x,1,auto\n"
				    "b@example.net,,x,fast\n"
				    "c@example.com,x,1,auto\n"),
			 1);
	ck_assert_ptr_null(strstr(cmd.err, "stdin:2"));
	ck_assert_ptr_nonnull(strstr(cmd.err, "stdin:3: b@example.net calls"));
	ck_assert_ptr_nonnull(strstr(cmd.err, "stdin:3: b@example.net media"));
	ck_assert_ptr_nonnull(strstr(cmd.err, "stdin:3: b@example.net the "));
	ck_assert_ptr_nonnull(strstr(cmd.err, "stdin:4: c@example.com"));
}
END_TEST


START_TEST(a_password_is_not_said_again)
{
	ck_assert_int_eq(import("", "aor,password\na@example.com,Kartoffel\n"
				    "b@example.net,Kartoffel\n"
				    "b@example.net,Kartoffel\n"),
			 1);
	ck_assert_ptr_null(strstr(cmd.err, "Kartoffel"));
}
END_TEST


START_TEST(a_sheet_changes_accounts_where_that_is_wanted)
{
	ck_assert_int_eq(import("", "aor,password,alias,calls,name\n"
				    "a@example.net,one,1 2,5,A\n"),
			 0);
	ck_assert_int_eq(import("", "aor,password\na@example.net,two\n"), 1);
	ck_assert_ptr_nonnull(strstr(cmd.err, "-r changes it"));

	/* an empty password stays, a column that is not there stays */
	ck_assert_int_eq(import("-r", "aor,password,alias,calls\n"
				      "a@example.net,,2 3,\n"
				      "b@example.net,x,1,\n"),
			 0);
	shows("a@example.net", "aor=a@example.net\nname=A\n"
			       "alias+=2@example.net\n"
			       "alias+=3@example.net\n");
	shows("b@example.net", "aor=b@example.net\n"
			       "alias+=1@example.net\n");
	ck_assert(command_password_is(&cmd, "a@example.net", "one"));
	ck_assert_int_eq(import("-r", "aor,password\na@example.net,two\n"), 0);
	ck_assert(command_password_is(&cmd, "a@example.net", "two"));
	shows("a@example.net", "aor=a@example.net\nname=A\n"
			       "alias+=2@example.net\n"
			       "alias+=3@example.net\n");
}
END_TEST


START_TEST(ten_thousand_lines_take_seconds)
{
	const time_t began = time(NULL);
	const size_t size = 10001 * 64;
	char *text = malloc(size);
	size_t n = 0;

	n += (size_t)snprintf(text, size, "aor,password,alias\n");
	for (unsigned i = 0; i < 10000; i++)
		n += (size_t)snprintf(text + n, size - n,
				      "u%u@example.net,pw%u,+4930%06u\n", i, i,
				      i);
	ck_assert_int_eq(command_run(&cmd, "user import -c CONF -", text, n),
			 0);
	ck_assert_str_eq(cmd.out, "10000 accounts\n");
	ck_assert_int_le(time(NULL) - began, 10);
	shows("u9999@example.net", "aor=u9999@example.net\n"
				   "alias+=+4930009999\n");
	ck_assert(command_password_is(&cmd, "u777@example.net", "pw777"));
	free(text);
}
END_TEST


START_TEST(many_faults_are_counted)
{
	char *text = calloc(1, 300 * 16 + 32);

	(void)strcpy(text, "aor,password\n");
	for (unsigned i = 0; i < 300; i++)
		(void)strcat(text, "nonsense,x\n");
	ck_assert_int_eq(import("", text), 1);
	ck_assert_ptr_nonnull(strstr(cmd.err, "stdin:101: nonsense"));
	ck_assert_ptr_null(strstr(cmd.err, "stdin:102: nonsense"));
	ck_assert_ptr_nonnull(strstr(cmd.err, "and 200 more"));
	free(text);
}
END_TEST


Suite *suite_user_import(void);
Suite *suite_user_import(void)
{
	Suite *s = suite_create("user_import");
	TCase *tc = tcase_create("user_import");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, a_sheet_becomes_accounts);
	test_table(tc, a_fault_is_named_by_its_line_and_nothing_is_written,
		   faultv);
	tcase_add_test(tc, all_faults_are_named_at_once);
	tcase_add_test(tc, a_password_is_not_said_again);
	tcase_add_test(tc, a_sheet_changes_accounts_where_that_is_wanted);
	tcase_add_test(tc, ten_thousand_lines_take_seconds);
	tcase_add_test(tc, many_faults_are_counted);
	suite_add_tcase(s, tc);

	return s;
}
