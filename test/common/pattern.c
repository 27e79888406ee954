/**
 * @file test/common/pattern.c  Which numbers a pattern takes
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "common/pattern.h"


static const struct {
	const char *pattern, *number;
	bool fits;
} matchv[] = {
	{"110", "110", true},        {"110", "1100", false},
	{"110", "11", false},        {"110", "", false},
	{"00*", "00", true},         {"00*", "0049301234", true},
	{"00*", "049", false},       {"*", "", true},
	{"*", "+49", true},          {"*", "*69", true},
	{"+49[1-9]*", "+493", true}, {"+49[1-9]*", "+490", false},
	{"+49[1-9]*", "493", false}, {"+*", "0049", false},
	{"1?", "19", true},          {"1?", "1*", false},
	{"1?", "1", false},          {"1?", "1+", false},
	{"[*]69", "*69", true},      {"[*]69", "069", false},
	{"[*#]#*", "##", true},      {"[0-24]", "1", true},
	{"[0-24]", "3", false},      {"[0-24]", "4", true},
	{"0[1-9]*", "030 1", true}, /* the rest is not looked at */
	{"030?", "030a", false},
};


START_TEST(a_number_fits_or_not)
{
	struct pattern p;
	struct pl pl;

	ck_assert_int_eq(pattern_decode(&p, matchv[_i].pattern), 0);
	pl_set_str(&pl, matchv[_i].number);
	ck_assert_msg(pattern_match(&p, &pl) == matchv[_i].fits, "%s %s",
		      matchv[_i].pattern, matchv[_i].number);
}
END_TEST


static const char *const badv[] = {
	"",    "4+9", "1**", "*1",    "[",    "[]",   "[1",    "1]",
	"a",   "[a]", "1 2", "[3-1]", "[1-]", "[-3]", "[1-*]", "[*-1]",
	"++1", "1.2", "(1)", "[?]",   "[+]",  "\xff", "-",
};


START_TEST(what_is_no_pattern_is_refused)
{
	struct pattern p = {.len = 7};

	ck_assert_msg(pattern_decode(&p, badv[_i]) == EBADMSG, "%s", badv[_i]);
	ck_assert_uint_eq(p.len, 7);
}
END_TEST


START_TEST(a_pattern_has_a_length)
{
	char text[PATTERN_LEN_MAX + 3];
	struct pattern p;

	memset(text, '1', sizeof(text));
	text[PATTERN_LEN_MAX] = '\0';
	ck_assert_int_eq(pattern_decode(&p, text), 0);
	text[PATTERN_LEN_MAX] = '*';
	text[PATTERN_LEN_MAX + 1] = '\0';
	ck_assert_int_eq(pattern_decode(&p, text), 0);
	text[PATTERN_LEN_MAX] = '1';
	ck_assert_int_eq(pattern_decode(&p, text), ERANGE);
}
END_TEST


static const struct {
	const char *a, *b;
	bool covers;
} coverv[] = {
	{"*", "110", true},         {"*", "00*", true},
	{"0*", "00*", true},        {"00*", "0*", false},
	{"00*", "00", true},        {"110", "110", true},
	{"110", "112", false},      {"11?", "110", true},
	{"11?", "11*", false},      {"11*", "11?", true},
	{"1[0-5]", "1[1-3]", true}, {"1[1-3]", "1[0-5]", false},
	{"+49*", "49*", false},     {"?*", "+49*", false},
	{"?*", "*", false},         {"11?*", "11*", false},
};


START_TEST(one_pattern_leaves_nothing_for_another)
{
	struct pattern a, b;

	ck_assert_int_eq(pattern_decode(&a, coverv[_i].a), 0);
	ck_assert_int_eq(pattern_decode(&b, coverv[_i].b), 0);
	ck_assert_msg(pattern_covers(&a, &b) == coverv[_i].covers, "%s %s",
		      coverv[_i].a, coverv[_i].b);
}
END_TEST


START_TEST(null_is_no_pattern)
{
	struct pattern p;

	ck_assert_int_eq(pattern_decode(NULL, "1"), EBADMSG);
	ck_assert_int_eq(pattern_decode(&p, NULL), EBADMSG);
	ck_assert(!pattern_match(NULL, NULL));
	ck_assert(!pattern_covers(NULL, NULL));
}
END_TEST


Suite *suite_pattern(void);
Suite *suite_pattern(void)
{
	Suite *s = suite_create("pattern");
	TCase *tc = tcase_create("pattern");

	test_table(tc, a_number_fits_or_not, matchv);
	test_table(tc, what_is_no_pattern_is_refused, badv);
	tcase_add_test(tc, a_pattern_has_a_length);
	test_table(tc, one_pattern_leaves_nothing_for_another, coverv);
	tcase_add_test(tc, null_is_no_pattern);
	suite_add_tcase(s, tc);

	return s;
}
