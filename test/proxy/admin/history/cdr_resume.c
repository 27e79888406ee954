/**
 * @file test/proxy/admin/history/cdr_resume.c  What the file has already
 */
#include <stdio.h>
#include <string.h>
#include "proxy/admin/history/cdr_resume.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

#define A "{\"id\":\"000000000000000a\",\"n\":1}"
#define B "{\"id\":\"000000000000000b\",\"n\":2}"
#define C "{\"id\":\"000000000000000c\",\"n\":3}"

static char dir[TEMPDIR_SIZE], path[TEMPDIR_SIZE + 32];
static struct cdr_resume resume;
static struct cdr_file file;


static void setup(void)
{
	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/calls.jsonl", dir);
	ck_assert_int_eq(cdr_file_init(&file, path), 0);
}


static void teardown(void)
{
	cdr_resume_close(&resume);
	cdr_file_close(&file);
	tempdir_remove(dir);
}


/* as a server goes on that was killed while it wrote A, B and C */
static const struct {
	const char *name, *before, *after;
} casev[] = {
	{"before", "", A "\n" B "\n" C "\n"},
	{"after", A "\n" B "\n" C "\n", A "\n" B "\n" C "\n"},
	{"between", A "\n", A "\n" B "\n" C "\n"},
	{"in the middle of one", A "\n{\"id\":\"00000", A "\n" B "\n" C "\n"},
	{"of the first one", "{", A "\n" B "\n" C "\n"},
	{"before a line feed", A "\n" B, A "\n" B "\n" C "\n"},
	{"another program's half line",
	 "A\n{\"x\":", "A\n{\"x\":\n" A "\n" B "\n" C "\n"},
};


static void go_on(const char *text)
{
	struct iovec iov[2] = {{NULL, strlen(text)}, {NULL, 1}};
	char line[64], lf[] = "\n";
	struct pl pl;

	(void)strcpy(line, text);
	iov[0].iov_base = line;
	iov[1].iov_base = lf;
	pl_set_str(&pl, line);
	if (!cdr_resume_has(&resume, &file, &pl))
		ck_assert_int_eq(cdr_file_append(&file, iov, 2), 0);
}


static void expect(const char *want)
{
	char text[512] = "";
	FILE *f = fopen(path, "r");

	ck_assert_ptr_nonnull(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	(void)fclose(f);
	ck_assert_str_eq(text, want);
}


START_TEST(what_was_cut_off_is_gone_on_with)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	(void)fputs(casev[_i].before, f);
	(void)fclose(f);
	go_on(A);
	go_on(B);
	go_on(C);
	expect(casev[_i].after);
}
END_TEST


/* by another process, since it was read */
START_TEST(an_end_that_has_changed_is_left_alone)
{
	FILE *f = fopen(path, "w");
	struct pl pl;

	(void)fputs("{\"id\"", f);
	(void)fclose(f);
	pl_set_str(&pl, C);
	ck_assert(!cdr_resume_has(&resume, &file, &pl));
	f = fopen(path, "w");
	(void)fputs("{\"id\":other", f);
	(void)fclose(f);
	go_on(A);
	expect("{\"id\":other\n" A "\n");
}
END_TEST


Suite *suite_cdr_resume(void);
Suite *suite_cdr_resume(void)
{
	Suite *s = suite_create("cdr_resume");
	TCase *tc = tcase_create("cdr_resume");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, what_was_cut_off_is_gone_on_with, casev);
	tcase_add_test(tc, an_end_that_has_changed_is_left_alone);
	suite_add_tcase(s, tc);

	return s;
}
