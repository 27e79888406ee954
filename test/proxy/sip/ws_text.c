/**
 * @file test/proxy/sip/ws_text.c  What is UTF-8
 */
#include <string.h>
#include "test/test.h"
#include "proxy/sip/ws_text.h"


static const struct {
	const char *text;
	bool is;
} casev[] = {
	{"", true},
	{"INVITE sip:a SIP/2.0\r\n", true},
	{"\x7f", true},
	{"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x93\x9e", true},
	{"\xc2\x80", true},
	{"\xdf\xbf", true},
	{"\xe0\xa0\x80", true},
	{"\xed\x9f\xbf", true},
	{"\xee\x80\x80", true},
	{"\xef\xbf\xbf", true},
	{"\xf0\x90\x80\x80", true},
	{"\xf4\x8f\xbf\xbf", true},
	/* an octet that begins nothing */
	{"\x80", false},
	{"\xbf", false},
	{"\xf8\x88\x80\x80\x80", false},
	{"\xfe", false},
	{"\xff", false},
	/* longer than it has to be */
	{"\xc0\x80", false},
	{"\xc1\xbf", false},
	{"\xe0\x9f\xbf", false},
	{"\xf0\x8f\xbf\xbf", false},
	/* surrogates, and above the last character */
	{"\xed\xa0\x80", false},
	{"\xed\xbf\xbf", false},
	{"\xf4\x90\x80\x80", false},
	{"\xf5\x80\x80\x80", false},
	/* cut short */
	{"a\xc3", false},
	{"a\xe2\x82", false},
	{"a\xf0\x9f\x93", false},
	{"\xc3(", false},
	{"\xe2(\x82", false},
	{"\xe2\x82(", false},
	{"\xf0\x9f\x93(", false},
};

START_TEST(text_is_told_from_other_octets)
{
	const char *text = casev[_i].text;

	ck_assert(ws_text_is_utf8((const uint8_t *)text, strlen(text)) ==
		  casev[_i].is);
}
END_TEST


START_TEST(a_nul_is_a_character)
{
	ck_assert(ws_text_is_utf8((const uint8_t *)"a\0b", 3));
}
END_TEST


Suite *suite_ws_text(void);

Suite *suite_ws_text(void)
{
	Suite *s = suite_create("ws_text");
	TCase *tc = tcase_create("ws_text");

	test_table(tc, text_is_told_from_other_octets, casev);
	tcase_add_test(tc, a_nul_is_a_character);
	suite_add_tcase(s, tc);

	return s;
}
