/**
 * @file test/proxy/sip/syntax.c  Tokens, blanks, quotes, hosts and numbers
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/decoded.h"
#include "proxy/sip/syntax.h"


static const struct {
	const char *text;
	int err;
	const char *host;
	bool ipv6;
	uint16_t port;
	const char *rest;
} hostv[] = {
	{"example.net", 0, "example.net", false, 0, ""},
	{"Example.NET:5060", 0, "Example.NET", false, 5060, ""},
	{"192.0.2.1 : 5070;x", 0, "192.0.2.1", false, 5070, ";x"},
	{"a_b ;x", 0, "a_b", false, 0, " ;x"},
	{"h:65535", 0, "h", false, 65535, ""},
	{"h:0005060", 0, "h", false, 5060, ""},
	{"[2001:DB8::1]", 0, "2001:DB8::1", true, 0, ""},
	{"[::ffff:192.0.2.1]:1", 0, "::ffff:192.0.2.1", true, 1, ""},
	{"[2001:db8:::192.0.2.1]", 0, "2001:db8:::192.0.2.1", true, 0, ""},
	{"", EBADMSG, "", false, 0, ""},
	{":5060", EBADMSG, "", false, 0, ""},
	{"h:0", EBADMSG, "", false, 0, ""},
	{"h:65536", EBADMSG, "", false, 0, ""},
	{"h:4294972356", EBADMSG, "", false, 0, ""},
	{"h:", EBADMSG, "", false, 0, ""},
	{"h:x", EBADMSG, "", false, 0, ""},
	{"2001:db8::1", EBADMSG, "", false, 0, ""},
	{"[::1", EBADMSG, "", false, 0, ""},
	{"[]", EBADMSG, "", false, 0, ""},
	{"[1]", EBADMSG, "", false, 0, ""},
	{"[::x]", EBADMSG, "", false, 0, ""},
	{"[fe80::1%eth0]", EBADMSG, "", false, 0, ""},
	{"(h)", EBADMSG, "", false, 0, ""},
};

START_TEST(a_host_has_a_port_or_none)
{
	struct pl rest, host;
	uint16_t port = 7;
	bool ipv6;
	int err;

	pl_set_str(&rest, hostv[_i].text);
	err = syntax_hostport(&rest, &host, &ipv6, &port);
	ck_assert_msg(err == hostv[_i].err, "%s", hostv[_i].text);
	if (err)
		return;

	decoded_expect_pl(&host, hostv[_i].host);
	decoded_expect_pl(&rest, hostv[_i].rest);
	ck_assert_uint_eq(port, hostv[_i].port);
	ck_assert(ipv6 == hostv[_i].ipv6);
}
END_TEST


static const struct {
	const char *text;
	uint32_t max;
	int err;
	uint32_t n;
} numberv[] = {
	{"0", 0, 0, 0},
	{"0068", 255, 0, 68},
	{"255", 255, 0, 255},
	{"256", 255, ERANGE, 0},
	{"4294967295", UINT32_MAX, 0, UINT32_MAX},
	{"4294967296", UINT32_MAX, ERANGE, 0},
	{"18446744073709551616", UINT32_MAX, ERANGE, 0},
	{"99999999999999999999999999999999999", 7, ERANGE, 0},
	{"9999999999999999999999999999999999x", 7, EBADMSG, 0},
	{"", 7, EBADMSG, 0},
	{"-1", 7, EBADMSG, 0},
	{"+1", 7, EBADMSG, 0},
	{" 1", 7, EBADMSG, 0},
	{"1 ", 7, EBADMSG, 0},
	{"0x1", 7, EBADMSG, 0},
};

START_TEST(a_number_never_wraps)
{
	struct pl pl;
	uint32_t n = 0;

	pl_set_str(&pl, numberv[_i].text);
	ck_assert_msg(syntax_u32(&n, &pl, numberv[_i].max) == numberv[_i].err,
		      "%s", numberv[_i].text);
	ck_assert_uint_eq(n, numberv[_i].n);
}
END_TEST


static const struct {
	const char *text;
	int err;
	const char *quoted;
	const char *rest;
} quotev[] = {
	{"\"\"", 0, "\"\"", ""},
	{"\"a\" b", 0, "\"a\"", " b"},
	{"\"a\\\"b\",", 0, "\"a\\\"b\"", ","},
	{"\"a\\\\\"\"", 0, "\"a\\\\\"", "\""},
	{"\"", EBADMSG, "", ""},
	{"\"a\\\"", EBADMSG, "", ""},
	{"\"a\\", EBADMSG, "", ""},
	{"a\"", EBADMSG, "", ""},
	{"", EBADMSG, "", ""},
};

START_TEST(a_quoted_string_ends_at_its_quote)
{
	struct pl rest, quoted;
	int err;

	pl_set_str(&rest, quotev[_i].text);
	err = syntax_quoted(&rest, &quoted);
	ck_assert_msg(err == quotev[_i].err, "%s", quotev[_i].text);
	if (err)
		return;

	decoded_expect_pl(&quoted, quotev[_i].quoted);
	decoded_expect_pl(&rest, quotev[_i].rest);
}
END_TEST


START_TEST(tokens_have_their_characters)
{
	static const char good[] = "azAZ09-.!%*_+`'~";
	struct pl pl = {good, 1};

	for (pl.p = good; *pl.p; pl.p++)
		ck_assert(syntax_is_token(&pl));

	for (int c = 0; c < 256; c++) {
		const char octet = (char)c;
		struct pl one = {&octet, 1};
		const bool is = c && strchr(good, c);
		const bool alnum = (c >= '0' && c <= '9') ||
				   (c >= 'a' && c <= 'z') ||
				   (c >= 'A' && c <= 'Z');

		ck_assert_msg(syntax_is_token(&one) == (is || alnum), "%d", c);
	}
	pl.l = 0;
	ck_assert(!syntax_is_token(&pl));
}
END_TEST


START_TEST(folded_line_ends_are_blanks)
{
	struct pl pl = PL("\r\n \t a b \r\n\t");

	syntax_trim(&pl);
	decoded_expect_pl(&pl, "a b");
}
END_TEST


Suite *suite_syntax(void);
Suite *suite_syntax(void)
{
	Suite *s = suite_create("syntax");
	TCase *tc = tcase_create("syntax");

	test_table(tc, a_host_has_a_port_or_none, hostv);
	test_table(tc, a_number_never_wraps, numberv);
	test_table(tc, a_quoted_string_ends_at_its_quote, quotev);
	tcase_add_test(tc, tokens_have_their_characters);
	tcase_add_test(tc, folded_line_ends_are_blanks);
	suite_add_tcase(s, tc);

	return s;
}
