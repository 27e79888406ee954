/**
 * @file test/common/utf8.c  What is a character, and what only looks like one
 */
#include <string.h>
#include "test/test.h"
#include "common/utf8.h"


static const struct {
	const char *text;
	size_t left, len;
} charv[] = {
	{"a", 1, 1},
	{"\xc3\xa4", 2, 2},
	{"\xe2\x82\xac", 3, 3},
	{"\xf0\x9f\x98\x80", 4, 4},
	{"\xc3\xa4", 1, 0},     /* cut */
	{"\xe2\x82", 2, 0},     /* cut */
	{"\xc0\xaf", 2, 0},     /* longer than it need be */
	{"\xe0\x80\xaf", 3, 0}, /* the same */
	{"\xed\xa0\x80", 3, 0}, /* a surrogate */
	{"\xf4\x90\x80\x80", 4, 0},
	{"\xff", 1, 0},
	{"\x80", 1, 0},
};


START_TEST(a_character_is_as_long_as_rfc_3629_says)
{
	ck_assert_uint_eq(
		utf8_len((const uint8_t *)charv[_i].text, charv[_i].left),
		charv[_i].len);
}
END_TEST


static const struct {
	const char *text;
	unsigned count, chars;
	size_t cut; /* octets of so many characters */
} countv[] = {
	{"", 0, 3, 0},
	{"abc", 3, 2, 2},
	{"abc", 3, 3, 3},
	{"abc", 3, 9, 3},
	{"abc", 3, 0, 0},
	{"\xc3\xa4\xe2\x82\xac"
	 "b",
	 3, 2, 5},
	/* each octet of what is none counts */
	{"\xff\xc3"
	 "a",
	 3, 2, 2},
	{"\xe2\x82", 2, 1, 1},
};


START_TEST(characters_are_counted_and_cut)
{
	const char *text = countv[_i].text;

	ck_assert_uint_eq(utf8_count(text), countv[_i].count);
	ck_assert_uint_eq(utf8_cut(text, strlen(text), countv[_i].chars),
			  countv[_i].cut);
}
END_TEST


Suite *suite_utf8(void);
Suite *suite_utf8(void)
{
	Suite *s = suite_create("utf8");
	TCase *tc = tcase_create("utf8");

	test_table(tc, a_character_is_as_long_as_rfc_3629_says, charv);
	test_table(tc, characters_are_counted_and_cut, countv);
	suite_add_tcase(s, tc);

	return s;
}
