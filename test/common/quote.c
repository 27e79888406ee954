/**
 * @file test/common/quote.c  Values fit their room and can be read back
 */
#include <string.h>
#include "test/test.h"
#include "common/quote.h"


enum { GUARD = 0x5a };


static const struct {
	const char *text;
	size_t size;
	const char *want;
} cutv[] = {
	{"abc", 64, "abc"},
	{"abc", 15, ""},
	{"0123456789ab", 16, "0123456789ab"},
	{"0123456789abc", 16, "0123456789ab..."},
	{"0123456789 ab", 16, "\"0123456789 ...\""},
	{"0123456789a\xc3\xbc\xc3\xbc", 16, "0123456789a..."},
	{"\n\n\n\n\n\n\n", 16, "\"\\n\\n\\n\\n\\n...\""},
	{"\x01\x01\x01\x01", 16, "\"\\x01\\x01...\""},
	{"\"\"\"", 16, "\"\\\"\\\"\\\"\""},
};

START_TEST(a_value_is_cut_between_characters)
{
	char buf[128];
	size_t n = quote_text(buf, cutv[_i].size, cutv[_i].text,
			      strlen(cutv[_i].text));

	buf[n] = '\0';
	ck_assert_str_eq(buf, cutv[_i].want);
}
END_TEST


static bool is_closed(const char *buf, size_t n)
{
	size_t i = 1;

	if (!n || buf[0] != '"')
		return !memchr(buf, ' ', n) && !memchr(buf, '"', n);

	while (i < n && buf[i] != '"')
		i += buf[i] == '\\' ? 2 : 1;

	return i == n - 1;
}


START_TEST(random_octets_never_leave_their_room_or_quotes)
{
	uint8_t in[96];
	char out[128];

	for (int round = 0; round < 5000; round++) {
		size_t len = rand_u32() % sizeof(in);
		size_t size = rand_u32() % 100;
		size_t n;

		rand_bytes(in, len);
		/* text more often than noise */
		for (size_t i = 0; i < len && round % 2; i++)
			in[i] = " \"\\=ab\n\xc3\xbc"[in[i] % 9];

		memset(out, GUARD, sizeof(out));
		n = quote_text(out, size, (const char *)in, len);
		ck_assert_uint_le(n, size);
		ck_assert_int_eq(out[size], GUARD);
		ck_assert(is_closed(out, n));
		for (size_t i = 0; i < n; i++)
			ck_assert((uint8_t)out[i] >= ' ' && out[i] != 0x7f);
	}
}
END_TEST


Suite *suite_quote(void);
Suite *suite_quote(void)
{
	Suite *s = suite_create("quote");
	TCase *tc = tcase_create("quote");

	test_table(tc, a_value_is_cut_between_characters, cutv);
	tcase_add_test(tc, random_octets_never_leave_their_room_or_quotes);
	suite_add_tcase(s, tc);

	return s;
}
