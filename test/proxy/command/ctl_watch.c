/**
 * @file test/proxy/command/ctl_watch.c  An answer that is drawn anew
 */
#include <stdlib.h>
#include "proxy/command/ctl_watch.h"
#include "test/test.h"

static const struct {
	const char *text;
	unsigned rows, cols;
	const char *want;
} drawv[] = {
	{"a\nbc\n", 24, 80, "\x1b[Ha\x1b[K\nbc\x1b[K\n\x1b[J"},
	{"abc\n\nd", 24, 2, "\x1b[Hab\x1b[K\n\x1b[K\nd\x1b[K\n\x1b[J"},
	{"a\nb\nc\n", 3, 80, "\x1b[Ha\x1b[K\nb\x1b[K\n\x1b[J"},
	{"\xc3\xa4\xc3\xb6\xc3\xbc\n", 24, 2,
	 "\x1b[H\xc3\xa4\xc3\xb6\x1b[K\n\x1b[J"},
	{"", 24, 80, "\x1b[H\x1b[J"},
};


START_TEST(what_is_watched_fits_the_terminal)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(f);
	ctl_watch_draw(f, drawv[_i].text, drawv[_i].rows, drawv[_i].cols);
	(void)fclose(f);
	ck_assert_str_eq(text, drawv[_i].want);
	free(text);
}
END_TEST


Suite *suite_ctl_watch(void);
Suite *suite_ctl_watch(void)
{
	Suite *s = suite_create("ctl_watch");
	TCase *tc = tcase_create("ctl_watch");

	test_table(tc, what_is_watched_fits_the_terminal, drawv);
	suite_add_tcase(s, tc);

	return s;
}
