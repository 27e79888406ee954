/**
 * @file test/proxy/admin/user_command.c  viaduct user add|del|list
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "test/test.h"
#include "test/mock/tempdir.h"
#include "common/store.h"
#include "proxy/admin/password.h"
#include "proxy/admin/user_command.h"
#include "proxy/user/account.h"

enum { ARG_MAX_TEST = 8, OUT_SIZE = 4096 };


static char dir[TEMPDIR_SIZE], conf[96];
static char out[OUT_SIZE], errs[OUT_SIZE];


static void write_file(const char *path, const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	(void)fclose(f);
}


static void setup(void)
{
	char text[256];

	tempdir_make(dir);
	(void)snprintf(conf, sizeof(conf), "%s/viaduct.conf", dir);
	(void)snprintf(text, sizeof(text),
		       "listen = { \"udp:127.0.0.1:5060\" }\n"
		       "domain = { \"example.net\", \"example.org\" }\n"
		       "data = \"%s/data\"\n"
		       "relay { address = { \"127.0.0.1\" } "
		       "allow_local = yes }\n",
		       dir);
	write_file(conf, text, strlen(text));
}


static void teardown(void)
{
	tempdir_remove(dir);
}


static void redirect(const char *name, int flags, int fd)
{
	char path[128];
	int file;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = open(path, flags, 0600);
	ck_assert_int_ge(file, 0);
	ck_assert_int_ge(dup2(file, fd), 0);
	(void)close(file);
}


static void slurp(const char *name, char buf[OUT_SIZE])
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	buf[fread(buf, 1, OUT_SIZE - 1, f)] = '\0';
	(void)fclose(f);
}


/* the words of line, with "CONF" for the configuration; in as stdin */
static int run(const char *line, const char *in, size_t len)
{
	char words[256], path[128], *rest = NULL;
	char *argv[ARG_MAX_TEST + 1] = {NULL};
	int argc = 0, code, savev[3];

	(void)snprintf(words, sizeof(words), "%s", line);
	for (char *w = strtok_r(words, " ", &rest); w && argc < ARG_MAX_TEST;
	     w = strtok_r(NULL, " ", &rest))
		argv[argc++] = strcmp(w, "CONF") ? w : conf;

	(void)snprintf(path, sizeof(path), "%s/in", dir);
	write_file(path, in, len);
	(void)fflush(NULL);
	for (int i = 0; i < 3; i++)
		savev[i] = dup(i);
	redirect("in", O_RDONLY, 0);
	redirect("out", O_WRONLY | O_CREAT | O_TRUNC, 1);
	redirect("err", O_WRONLY | O_CREAT | O_TRUNC, 2);
	code = user_command(argc, argv);
	(void)fflush(NULL);
	for (int i = 0; i < 3; i++) {
		(void)dup2(savev[i], i);
		(void)close(savev[i]);
	}
	slurp("out", out);
	slurp("err", errs);

	return code;
}


static int run_in(const char *line, const char *in)
{
	return run(line, in, strlen(in));
}


static bool password_is(const char *aor, const char *password)
{
	struct account acc, want;
	struct store *s = NULL;
	char data[96];
	struct pl pl;
	bool same;

	(void)snprintf(data, sizeof(data), "%s/data", dir);
	ck_assert_int_eq(store_open(&s, data, NULL, 0), 0);
	pl_set_str(&pl, aor);
	ck_assert_int_eq(account_get(&acc, s, &pl), 0);
	ck_assert_int_eq(account_set(s, "probe@example.net", password), 0);
	ck_assert_int_eq(account_set(s, aor, password), 0);
	ck_assert_int_eq(account_get(&want, s, &pl), 0);
	same = !strcmp(acc.ha1_sha256, want.ha1_sha256);
	ck_assert_int_eq(account_del(s, "probe@example.net"), 0);
	mem_deref(s);

	return same;
}


START_TEST(an_account_is_added_listed_and_deleted)
{
	ck_assert_int_eq(
		run_in("user add -c CONF alice@example.net", "secret\n"), 0);
	ck_assert_str_eq(out, "");
	ck_assert_int_eq(run_in("user add --config CONF Bob@EXAMPLE.ORG", "x"),
			 0);
	ck_assert_int_eq(run_in("user list -c CONF", ""), 0);
	ck_assert_str_eq(out, "Bob@example.org\nalice@example.net\n");
	ck_assert(password_is("alice@example.net", "secret"));
	ck_assert(password_is("Bob@example.org", "x"));

	ck_assert_int_eq(run_in("user del alice@example.net -c CONF", ""), 0);
	ck_assert_int_eq(run_in("user del alice@example.net -c CONF", ""), 1);
	ck_assert_ptr_nonnull(strstr(errs, "there is no alice@example.net"));
	ck_assert_int_eq(run_in("user list -c CONF", ""), 0);
	ck_assert_str_eq(out, "Bob@example.org\n");
}
END_TEST


START_TEST(a_second_add_needs_replace)
{
	ck_assert_int_eq(run_in("user add -c CONF a@example.net", "one\n"), 0);
	ck_assert_int_eq(run_in("user add -c CONF a@example.net", "two\n"), 1);
	ck_assert_ptr_nonnull(strstr(errs, "exists already"));
	ck_assert(password_is("a@example.net", "one"));
	ck_assert_int_eq(run_in("user add -r -c CONF a@example.net", "two\n"),
			 0);
	ck_assert(password_is("a@example.net", "two"));
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
	ck_assert_int_eq(run("user add -c CONF a@example.net",
			     passwordv[_i].in, passwordv[_i].len),
			 passwordv[_i].code);
	if (!passwordv[_i].code)
		ck_assert(
			password_is("a@example.net", passwordv[_i].password));
	else
		ck_assert_ptr_nonnull(strstr(errs, "the password "));
}
END_TEST


START_TEST(a_password_has_128_characters_at_most)
{
	char in[256];

	memset(in, 'x', sizeof(in));
	in[PASSWORD_MAX + 1] = '\0';
	ck_assert_int_eq(run_in("user add -c CONF a@example.net", in), 1);
	ck_assert_ptr_nonnull(strstr(errs, "longer than 128"));
	in[PASSWORD_MAX] = '\n';
	ck_assert_int_eq(run_in("user add -c CONF a@example.net", in), 0);
	memset(in, 'x', sizeof(in));
	ck_assert_int_eq(run("user add -c CONF b@example.net", in, 256), 1);
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
	{"user add -c CONF a@example.net secret", 2, "usage:"},
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
	ck_assert_msg(run_in(linev[_i].line, "secret\n") == linev[_i].code,
		      "%s", linev[_i].line);
	ck_assert_msg(strstr(errs, linev[_i].err), "%s: %s", linev[_i].line,
		      errs);
	ck_assert_ptr_null(strstr(errs, "secret\n"));
	ck_assert_str_eq(out, "");
}
END_TEST


START_TEST(help_is_no_error)
{
	ck_assert_int_eq(run_in("user --help", ""), 0);
	ck_assert_ptr_nonnull(strstr(out, "usage:"));
	ck_assert_int_eq(run_in("user add -h", ""), 0);
}
END_TEST


START_TEST(a_wrong_configuration_is_named_by_line)
{
	write_file(conf, "domain = \n nonsense {", 21);
	ck_assert_int_eq(run_in("user list -c CONF", ""), 2);
	ck_assert_ptr_nonnull(strstr(errs, conf));
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
