/**
 * @file test/proxy/command/ctl_table.c  A table that fits the terminal
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include "proxy/command/ctl_table.h"
#include "test/test.h"

static const struct ctl_column columnv[] = {
	{"ID", 0, 0, false},  {"N", 0, 0, true},     {"FROM", 4, 0, false},
	{"WHY", 3, 2, false}, {"MORE", 0, 1, false},
};


static char *printed(const struct ctl_table *t, unsigned cols)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(f);
	ctl_table_print(f, t, cols);
	(void)fclose(f);

	return text;
}


static struct ctl_table *example(void)
{
	struct ctl_table *t = NULL;

	ck_assert_int_eq(ctl_table_alloc(&t, columnv, ARRAY_SIZE(columnv)), 0);
	ck_assert_int_eq(ctl_table_add(t, "a1"), 0);
	ck_assert_int_eq(ctl_table_addf(t, "%d", 7), 0);
	ck_assert_int_eq(ctl_table_add(t, "alice@example"), 0);
	ck_assert_int_eq(ctl_table_add(t, "source"), 0);
	ck_assert_int_eq(ctl_table_add(t, "x"), 0);
	ck_assert_int_eq(ctl_table_add(t, "b2"), 0);
	ck_assert_int_eq(ctl_table_addf(t, "%d", 123), 0);
	ck_assert_int_eq(ctl_table_add(t, "j\xc3\xb6rg"), 0);
	ck_assert_int_eq(ctl_table_add(t, NULL), 0);
	ck_assert_int_eq(ctl_table_add(t, "y"), 0);

	return t;
}


#define DOTS "\xe2\x80\xa6"

static const struct {
	unsigned cols;
	const char *want;
} fitv[] = {
	{80, "ID    N  FROM           WHY     MORE\n"
	     "a1    7  alice@example  source  x   \n"
	     "b2  123  j\xc3\xb6rg                   y   \n"},
	{36, "ID    N  FROM           WHY     MORE\n"
	     "a1    7  alice@example  source  x   \n"
	     "b2  123  j\xc3\xb6rg                   y   \n"},
	/* the widest gives way first */
	{29, "ID    N  FROM    WHY     MORE\n"
	     "a1    7  alice" DOTS "  source  x   \n"
	     "b2  123  j\xc3\xb6rg            y   \n"},
	/* then those that may go: WHY first */
	{21, "ID    N  FROM    MORE\n"
	     "a1    7  alice" DOTS "  x   \n"
	     "b2  123  j\xc3\xb6rg    y   \n"},
	{14, "ID    N  FROM \n"
	     "a1    7  alic" DOTS "\n"
	     "b2  123  j\xc3\xb6rg \n"},
	/* less than that is not to be had: the screen cuts it */
	{1, "ID    N  FROM\n"
	    "a1    7  ali" DOTS "\n"
	    "b2  123  j\xc3\xb6rg\n"},
};


START_TEST(it_is_as_wide_as_the_terminal_at_most)
{
	struct ctl_table *t = example();
	char *text = printed(t, fitv[_i].cols);

	ck_assert_str_eq(text, fitv[_i].want);
	free(text);
	mem_deref(t);
}
END_TEST


START_TEST(nothing_in_it_is_a_command_to_the_terminal)
{
	struct ctl_table *t = NULL;
	char *text;

	ck_assert_int_eq(ctl_table_alloc(&t, columnv, 1), 0);
	ck_assert_int_eq(ctl_table_add(t, "\x1b[2J\n\xc2\x9b"
					  "1\xff\x7f"),
			 0);
	text = printed(t, 80);
	ck_assert_str_eq(text, "ID        \n?[2J???1??\n");
	free(text);
	mem_deref(t);
}
END_TEST


START_TEST(a_row_that_is_not_whole_is_left_out)
{
	struct ctl_table *t = NULL;
	char *text;

	ck_assert_int_eq(ctl_table_alloc(&t, columnv, 2), 0);
	text = printed(t, 80);
	ck_assert_str_eq(text, "ID  N\n");
	free(text);
	for (int i = 0; i < 401; i++)
		ck_assert_int_eq(ctl_table_addf(t, "%d", i), 0);
	text = printed(t, 80);
	ck_assert_ptr_nonnull(strstr(text, "\n398  399\n"));
	ck_assert_ptr_null(strstr(text, "400"));
	free(text);
	mem_deref(t);
}
END_TEST


START_TEST(what_cannot_be_is_said)
{
	struct ctl_table *t = NULL;

	ck_assert_int_eq(ctl_table_alloc(NULL, columnv, 1), EINVAL);
	ck_assert_int_eq(ctl_table_alloc(&t, NULL, 1), EINVAL);
	ck_assert_int_eq(ctl_table_alloc(&t, columnv, 0), EINVAL);
	ck_assert_int_eq(
		ctl_table_alloc(&t, columnv, CTL_TABLE_COLUMNS_MAX + 1),
		EINVAL);
	ck_assert_int_eq(ctl_table_add(NULL, "x"), EINVAL);
	ctl_table_print(stdout, NULL, 80);
	oom_after(0);
	ck_assert_int_eq(ctl_table_alloc(&t, columnv, 1), ENOMEM);
	ck_assert_int_eq(ctl_table_alloc(&t, columnv, 1), 0);
	oom_after(0);
	ck_assert_int_eq(ctl_table_add(t, "x"), ENOMEM);
	mem_deref(t);
}
END_TEST


Suite *suite_ctl_table(void);
Suite *suite_ctl_table(void)
{
	Suite *s = suite_create("ctl_table");
	TCase *tc = tcase_create("ctl_table");

	test_table(tc, it_is_as_wide_as_the_terminal_at_most, fitv);
	tcase_add_test(tc, nothing_in_it_is_a_command_to_the_terminal);
	tcase_add_test(tc, a_row_that_is_not_whole_is_left_out);
	tcase_add_test(tc, what_cannot_be_is_said);
	suite_add_tcase(s, tc);

	return s;
}
