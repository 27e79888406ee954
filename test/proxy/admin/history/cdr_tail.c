/**
 * @file test/proxy/admin/history/cdr_tail.c  The last records in the files
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "proxy/admin/history/cdr_tail.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

#define ID_A "{\"id\":\"000000000000000a\""
#define ID_B "{\"id\":\"000000000000000b\""

static char dir[TEMPDIR_SIZE], path[TEMPDIR_SIZE + 32];
static struct cdr_tail *tail;


static void setup(void)
{
	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/calls.jsonl", dir);
}


static void teardown(void)
{
	tail = mem_deref(tail);
	tempdir_remove(dir);
}


static void spill(const char *name, const char *text)
{
	char full[TEMPDIR_SIZE + 64];
	FILE *f;

	(void)snprintf(full, sizeof(full), "%s/%s", dir, name);
	f = fopen(full, "w");
	ck_assert_ptr_nonnull(f);
	(void)fputs(text, f);
	(void)fclose(f);
}


static void load(void)
{
	tail = mem_deref(tail);
	ck_assert_int_eq(cdr_tail_alloc(&tail, path), 0);
}


static const struct {
	const char *text;
	const char *line; /* is it there? */
	bool has;
	const char *rest;
} tailv[] = {
	{"", ID_A "}", false, ""},
	{ID_A "}\n", ID_A "}", true, ""},
	{ID_A "}\n", ID_B "}", false, ""},
	{ID_B ",\"n\":1}\n" ID_A "}\n", ID_A "}", true, ""},
	/* another text is another record */
	{ID_A ",\"n\":1}\n", ID_A ",\"n\":2}", false, ""},
	{ID_A ",\"n\":1}\n", ID_A "}", false, ""},
	/* one that was cut off stands before the whole one, or behind */
	{ID_A ",{}\n" ID_A ",{}}\n", ID_A ",{}}", true, ""},
	{ID_A ",{}}\n" ID_A ",{}\n" ID_A ",\n", ID_A ",{}}", true, ""},
	{ID_A ",{}\n", ID_A ",{}}", false, ""},
	{ID_A "}", ID_A "}", false, ID_A "}"},
	{ID_B "}\n" ID_A ",\"fr", ID_B "}", true, ID_A ",\"fr"},
	/* CSV */
	{"id,call_id\r\n000000000000000a,x\r\n", "000000000000000a,x\r", true,
	 ""},
	{"id,call_id\r\n000000000000000a,x", "000000000000000a,x\r", false,
	 "000000000000000a,x"},
	{"000000000000000a,x\r\n", "000000000000000a,y\r", false, ""},
	/* nothing of ours */
	{"{\"id\":\"nonsense\"}\n\n{}\n}\n", "{}", false, ""},
	{"000000000000000g,x\r\n", "000000000000000g,x\r", false, ""},
};


START_TEST(a_line_is_there_when_it_is_there_as_a_whole)
{
	struct pl line, rest;

	spill("calls.jsonl", tailv[_i].text);
	load();
	pl_set_str(&line, tailv[_i].line);
	ck_assert(cdr_tail_has(tail, &line) == tailv[_i].has);
	cdr_tail_rest(tail, &rest);
	ck_assert_int_eq(pl_strcmp(&rest, tailv[_i].rest), 0);
}
END_TEST


START_TEST(a_record_is_found_in_the_newest_former_file_as_well)
{
	struct pl line;

	spill("calls-2026-11-19.jsonl", ID_A ",\"n\":1}\n");
	spill("calls-2026-11-20.jsonl", ID_A ",\"n\":2}\nhalf");
	spill("calls.jsonl", ID_B "}\n");
	load();
	ck_assert(cdr_tail_find(tail, 10, &line));
	ck_assert_int_eq(pl_strcmp(&line, ID_A ",\"n\":2}"), 0);
	ck_assert(cdr_tail_find(tail, 11, &line));
	ck_assert(!cdr_tail_find(tail, 12, &line));
	/* only what is written now is gone on with */
	cdr_tail_rest(tail, &line);
	ck_assert_uint_eq(line.l, 0);
}
END_TEST


START_TEST(of_a_large_file_the_end_is_read)
{
	struct pl line;
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	(void)fprintf(f, ID_A "}\n");
	ck_assert_int_eq(fseek(f, CDR_TAIL_MAX, SEEK_CUR), 0);
	(void)fprintf(f, "\n" ID_B "}\n");
	(void)fclose(f);
	load();
	ck_assert(cdr_tail_find(tail, 11, &line));
	ck_assert(!cdr_tail_find(tail, 10, &line));
}
END_TEST


START_TEST(no_file_is_an_empty_one)
{
	struct pl line;

	load();
	ck_assert(!cdr_tail_find(tail, 10, &line));
	cdr_tail_rest(tail, &line);
	ck_assert_uint_eq(line.l, 0);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	load();
	ck_assert(!cdr_tail_find(tail, 10, &line));

	ck_assert(!cdr_tail_find(NULL, 10, &line));
	pl_set_str(&line, ID_A "}");
	ck_assert(!cdr_tail_has(NULL, &line));
	ck_assert(!cdr_tail_has(NULL, NULL));
	cdr_tail_rest(NULL, &line);
	ck_assert_uint_eq(line.l, 0);
}
END_TEST


START_TEST(no_memory_is_said)
{
	spill("calls.jsonl", ID_A "}\n");
	for (int i = 0; i < 3; i++) {
		oom_after(i);
		ck_assert_int_eq(cdr_tail_alloc(&tail, path), ENOMEM);
		ck_assert_ptr_null(tail);
	}
}
END_TEST


Suite *suite_cdr_tail(void);
Suite *suite_cdr_tail(void)
{
	Suite *s = suite_create("cdr_tail");
	TCase *tc = tcase_create("cdr_tail");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, a_line_is_there_when_it_is_there_as_a_whole, tailv);
	tcase_add_test(tc,
		       a_record_is_found_in_the_newest_former_file_as_well);
	tcase_add_test(tc, of_a_large_file_the_end_is_read);
	tcase_add_test(tc, no_file_is_an_empty_one);
	tcase_add_test(tc, no_memory_is_said);
	suite_add_tcase(s, tc);

	return s;
}
