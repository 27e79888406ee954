/**
 * @file test/proxy/admin/http/web_token.c  The token in its file
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <re.h>
#include "proxy/admin/http/web_token.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

static char dir[TEMPDIR_SIZE], path[128];


static void setup(void)
{
	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/http.token", dir);
}


static void teardown(void)
{
	tempdir_remove(dir);
}


static void put(const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	(void)fputs(text, f);
	(void)fclose(f);
}


START_TEST(it_is_made_once_and_for_its_owner)
{
	char a[WEB_TOKEN_SIZE], b[WEB_TOKEN_SIZE];
	struct stat st;

	ck_assert_int_eq(web_token_make(a, dir), 0);
	ck_assert_uint_eq(strlen(a), 64);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	ck_assert_int_eq(web_token_make(b, dir), 0);
	ck_assert_str_eq(a, b);
}
END_TEST


static const struct {
	const char *text;
	int err;
} filev[] = {
	{"0123456789abcdef\n", 0},
	{"0123456789abcdef", 0},
	{"0123456789abcdef\r\nmore", 0},
	{"0123456789abcde\n", EBADMSG},
	{"", EBADMSG},
	{"\n0123456789abcdef\n", EBADMSG},
	{"0123456789 abcdef\n", EBADMSG},
	{"0123456789\x01xxxxxxxxxx\n", EBADMSG},
	{"0123456789\xc3\xa4xxxxxxxxxx\n", EBADMSG},
};


START_TEST(a_file_has_a_token_or_not)
{
	char token[WEB_TOKEN_SIZE];

	put(filev[_i].text);
	ck_assert_int_eq(web_token_read(token, path), filev[_i].err);
	if (!filev[_i].err)
		ck_assert_str_eq(token, "0123456789abcdef");
	/* a bad one is not replaced behind the operator's back */
	ck_assert_int_eq(web_token_make(token, dir), filev[_i].err);
}
END_TEST


START_TEST(a_file_that_is_not_there_is_said)
{
	char token[WEB_TOKEN_SIZE];

	ck_assert_int_eq(web_token_read(token, path), ENOENT);
	ck_assert_int_eq(web_token_make(token, "/nowhere/at/all"), ENOENT);
	ck_assert_int_ne(web_token_read(token, dir), 0);
}
END_TEST


Suite *suite_web_token(void);
Suite *suite_web_token(void)
{
	Suite *s = suite_create("web_token");
	TCase *tc = tcase_create("web_token");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, it_is_made_once_and_for_its_owner);
	tcase_add_loop_test(tc, a_file_has_a_token_or_not, 0,
			    (int)ARRAY_SIZE(filev));
	tcase_add_test(tc, a_file_that_is_not_there_is_said);
	suite_add_tcase(s, tc);

	return s;
}
