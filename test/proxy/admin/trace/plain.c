/**
 * @file test/proxy/admin/trace/plain.c  Any octets become a text
 */
#include "common/json.h"
#include <string.h>
#include "test/test.h"
#include "proxy/admin/trace/plain.h"


static const struct {
	const char *octets;
	size_t len;
	const char *want;
} plainv[] = {
	{"a\r\n\tb", 5, "a\r\n\tb"},
	{"\xc3\xa4\xff", 3, "\xc3\xa4\\xff"},
	{"\0\x1b[2J\x7f", 6, "\\x00\\x1b[2J\\x7f"},
	{"\xc2\x9b", 2, "\\xc2\\x9b"}, /* CSI in one character */
	{"\xc3", 1, "\\xc3"},
	{"", 0, ""},
};


START_TEST(what_is_no_text_is_escaped)
{
	json_t *text = plain_json(plainv[_i].octets, plainv[_i].len);
	char *dump = json_dumps(text, JSON_ENCODE_ANY);

	ck_assert_str_eq(json_string_value(text), plainv[_i].want);
	ck_assert_ptr_nonnull(dump);
	free(dump);
	json_decref(text);
}
END_TEST


Suite *suite_plain(void);
Suite *suite_plain(void)
{
	Suite *s = suite_create("plain");
	TCase *tc = tcase_create("plain");

	test_table(tc, what_is_no_text_is_escaped, plainv);
	suite_add_tcase(s, tc);

	return s;
}
