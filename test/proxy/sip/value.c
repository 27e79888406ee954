/**
 * @file test/proxy/sip/value.c  The values of list headers
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/decoded.h"


static const struct {
	const char *lines;
	const char *joined; /* the values with '|' between */
} listv[] = {
	{"", ""},
	{"Route: <sip:a>\r\n", "<sip:a>"},
	{"Route: <sip:a>,<sip:b>\r\n", "<sip:a>|<sip:b>"},
	{"Route: <sip:a> ,\r\n <sip:b>\r\n", "<sip:a>|<sip:b>"},
	{"Route: <sip:a>\r\nX: y\r\nrOUTE : <sip:b>\r\n", "<sip:a>|<sip:b>"},
	{"Route: ,<sip:a>,,<sip:b>,\r\n", "<sip:a>|<sip:b>"},
	{"Route:\r\nRoute: ,\r\nRoute: <sip:b>\r\n", "<sip:b>"},
	{"Route: <sip:a,b>,<sip:c>\r\n", "<sip:a,b>|<sip:c>"},
	{"Route: \"a,\\\",b\" <sip:c>,<sip:d>\r\n",
	 "\"a,\\\",b\" <sip:c>|<sip:d>"},
	{"Route: a (b,c\\),(d,)e,) f,g\r\n", "a (b,c\\),(d,)e,) f|g"},
	{"Route: sip:a(b@h,sip:c@h\r\n", "sip:a(b@h|sip:c@h"},
	{"Route: <sip:a(b@h>, <sip:c\"d@h>,e\r\n",
	 "<sip:a(b@h>|<sip:c\"d@h>,e"},
	{"Route: <sip:a,b\r\n", "<sip:a,b"},
	{"Route: \"a,b\r\n", "\"a,b"},
	{"Route: \"a\\\r\n", "\"a\\"},
	{"Route: (a,b\r\n", "(a,b"},
};

START_TEST(values_are_walked_over_commas_and_lines)
{
	struct message *m = decoded_with("OPTIONS", listv[_i].lines);
	char buf[512] = "";
	size_t len = 0, n = 0;
	struct value_iter it;
	struct pl val, nth;

	message_values(&it, m, HDR_ROUTE);
	while (message_values_next(&it, &val)) {
		ck_assert_int_eq(m->hdrv[it.i].id, HDR_ROUTE);
		ck_assert_int_eq(message_value(m, HDR_ROUTE, n, &nth), 0);
		ck_assert(nth.p == val.p && nth.l == val.l);
		len += (size_t)re_snprintf(buf + len, sizeof(buf) - len,
					   "%s%r", n++ ? "|" : "", &val);
	}
	ck_assert_str_eq(buf, listv[_i].joined);
	ck_assert_int_eq(message_value(m, HDR_ROUTE, n, &nth), ENOENT);
	ck_assert(!message_values_next(&it, &val));
	mem_deref(m);
}
END_TEST


START_TEST(a_token_is_found_in_a_list)
{
	struct message *m = decoded_with("OPTIONS",
					 "Supported: path, Timer\r\n"
					 "k: 100rel\r\n");

	ck_assert(message_has_token(m, HDR_SUPPORTED, "path"));
	ck_assert(message_has_token(m, HDR_SUPPORTED, "timer"));
	ck_assert(message_has_token(m, HDR_SUPPORTED, "100REL"));
	ck_assert(!message_has_token(m, HDR_SUPPORTED, "100"));
	ck_assert(!message_has_token(m, HDR_REQUIRE, "path"));
	ck_assert(!message_has_token(NULL, HDR_REQUIRE, "path"));
	mem_deref(m);
}
END_TEST


START_TEST(a_header_with_a_number_has_it)
{
	static const struct {
		const char *line;
		int err;
		uint32_t n;
	} casev[] = {
		{"Expires: 3600\r\n", 0, 3600},
		{"Expires: 4294967295\r\n", 0, UINT32_MAX},
		{"Expires: 4294967296\r\n", EBADMSG, 0},
		{"Expires: x\r\n", EBADMSG, 0},
		{"Expires:\r\n", EBADMSG, 0},
		{"", ENOENT, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(casev); i++) {
		struct message *m = decoded_with("OPTIONS", casev[i].line);
		uint32_t n = 0;

		ck_assert_int_eq(message_u32(m, HDR_EXPIRES, UINT32_MAX, &n),
				 casev[i].err);
		ck_assert_uint_eq(n, casev[i].n);
		mem_deref(m);
	}
}
END_TEST


START_TEST(nothing_is_walked_in_nothing)
{
	struct value_iter it;
	struct pl val;
	uint32_t n;

	message_values(NULL, NULL, HDR_VIA);
	message_values(&it, NULL, HDR_VIA);
	ck_assert(!message_values_next(&it, &val));
	ck_assert(!message_values_next(NULL, &val));
	ck_assert(!message_value_cut(NULL, &val));
	ck_assert_int_eq(message_value(NULL, HDR_VIA, 0, &val), EINVAL);
	ck_assert_int_eq(message_u32(NULL, HDR_EXPIRES, 1, &n), EINVAL);
}
END_TEST


Suite *suite_value(void);
Suite *suite_value(void)
{
	Suite *s = suite_create("value");
	TCase *tc = tcase_create("value");

	test_table(tc, values_are_walked_over_commas_and_lines, listv);
	tcase_add_test(tc, a_token_is_found_in_a_list);
	tcase_add_test(tc, a_header_with_a_number_has_it);
	tcase_add_test(tc, nothing_is_walked_in_nothing);
	suite_add_tcase(s, tc);

	return s;
}
