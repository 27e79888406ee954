/**
 * @file test/proxy/command/ctl_screen.c  What is drawn on a terminal
 */
#include <stdlib.h>
#include "proxy/command/ctl_screen.h"
#include "test/test.h"

#define TOP  "\x1b[H\x1b[7m"
#define OFF  "\x1b[m"
#define LINE "\r\n\x1b[2K"
#define REST "\r\n\x1b[J"

static const struct {
	const char *text;
	unsigned rows, cols;
	const char *want;
} drawv[] = {
	{"a\nbc\n", 24, 6, TOP "title " OFF LINE "a" LINE "bc" REST},
	{"abc\n\nd", 24, 2, TOP "ti" OFF LINE "ab" LINE LINE "d" REST},
	{"", 24, 5, TOP "title" OFF REST},
	/* just so many, and one more */
	{"a\nb\n", 3, 5, TOP "title" OFF LINE "a" LINE "b"},
	{"a\nb\nc\n", 3, 44,
	 TOP "title                                       " OFF LINE "a" LINE
	     "... and 2 more than the screen has lines for"},
	{"a\nb\n", 2, 5, TOP "title" OFF LINE "... a"},
	{"a\nb\n", 1, 5, TOP "title" OFF},
	{"a\n", 0, 5, TOP "title" OFF},
	{"\xc3\xa4\xc3\xb6\xc3\xbc\n", 24, 2,
	 TOP "ti" OFF LINE "\xc3\xa4\xc3\xb6" REST},
};


START_TEST(what_is_drawn_fits_and_says_what_does_not)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(f);
	ctl_screen_draw(f, "title", drawv[_i].text, drawv[_i].rows,
			drawv[_i].cols);
	(void)fclose(f);
	ck_assert_str_eq(text, drawv[_i].want);
	free(text);
}
END_TEST


Suite *suite_ctl_screen(void);
Suite *suite_ctl_screen(void)
{
	Suite *s = suite_create("ctl_screen");
	TCase *tc = tcase_create("ctl_screen");

	test_table(tc, what_is_drawn_fits_and_says_what_does_not, drawv);
	suite_add_tcase(s, tc);

	return s;
}
