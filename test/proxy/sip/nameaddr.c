/**
 * @file test/proxy/sip/nameaddr.c  name-addr and addr-spec
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/decoded.h"
#include "proxy/sip/nameaddr.h"
#include "proxy/sip/param.h"


static const struct {
	const char *val;
	int err;
	const char *display;
	const char *addr;
	const char *params;
} casev[] = {
	{"sip:a@h", 0, "", "sip:a@h", ""},
	{"<sip:a@h>", 0, "", "sip:a@h", ""},
	{"<sip:a@h;x>;tag=1", 0, "", "sip:a@h;x", ";tag=1"},
	{"sip:a@h;tag=1", 0, "", "sip:a@h", ";tag=1"},
	{"\r\n sip:a@h ;   tag    = 19", 0, "", "sip:a@h", ";   tag    = 19"},
	{"caller<sip:a@h>;tag=3", 0, "caller", "sip:a@h", ";tag=3"},
	{"J. R. (x) <sip:a@h>", 0, "J. R. (x)", "sip:a@h", ""},
	{"\"J \\\\\\\"\"       <sip:a@h>\r\n  ;\r\n tag = 98", 0, "J \\\\\\\"",
	 "sip:a@h", ";\r\n tag = 98"},
	{"\"a;b<c\"<sip:a@h>", 0, "a;b<c", "sip:a@h", ""},
	{"<sip:a@h?x=y>", 0, "", "sip:a@h?x=y", ""},
	{"<sip:a@h>;x=\"<>,;\"", 0, "", "sip:a@h", ";x=\"<>,;\""},
	{"isbn:2983792873", 0, "", "isbn:2983792873", ""},
	{"<http://www.example.com>;tag=1", 0, "", "http://www.example.com",
	 ";tag=1"},
	{"", EBADMSG, "", "", ""},
	{"<", EBADMSG, "", "", ""},
	{"<>", EBADMSG, "", "", ""},
	{"<sip:", EBADMSG, "", "", ""},
	{"<sip:a@>", EBADMSG, "", "", ""},
	{"%", EBADMSG, "", "", ""},
	{"a@h", EBADMSG, "", "", ""},
	{"< sip:a@h >", EBADMSG, "", "", ""},
	{"<sip:a @h>", EBADMSG, "", "", ""},
	{"<sip:a@h>junk", EBADMSG, "", "", ""},
	{"<sip:a@h>;;;;", EBADMSG, "", "", ""},
	{"\"a <sip:a@h>", EBADMSG, "", "", ""},
	{"\"a\" sip:a@h", EBADMSG, "", "", ""},
	{"\"a\" b <sip:a@h>", EBADMSG, "", "", ""},
	{"a \"b\" <sip:a@h>", EBADMSG, "", "", ""},
	{"Bell, Alexander <sip:a@h>;tag=43", EBADMSG, "", "", ""},
	{"sip:a@h?Route=%3Csip:x%3E", EBADMSG, "", "", ""},
	{"sip:a@h,sip:b@h", EBADMSG, "", "", ""},
	{"sip:a@h <sip:b@h", EBADMSG, "", "", ""},
};

START_TEST(a_value_decodes_or_not)
{
	struct nameaddr na;
	struct pl val;
	int err;

	pl_set_str(&val, casev[_i].val);
	err = nameaddr_decode(&na, &val);
	ck_assert_msg(err == casev[_i].err, "%s", casev[_i].val);
	if (err)
		return;

	decoded_expect_pl(&na.display, casev[_i].display);
	decoded_expect_pl(&na.addr, casev[_i].addr);
	decoded_expect_pl(&na.params, casev[_i].params);
}
END_TEST


START_TEST(header_and_uri_parameters_are_kept_apart)
{
	struct pl val = PL("<sip:a@h;uri=1>;hdr=2");
	struct nameaddr na;

	ck_assert_int_eq(nameaddr_decode(&na, &val), 0);
	ck_assert_int_eq(sipuri_param(&na.uri, "uri", NULL), 0);
	ck_assert_int_eq(sipuri_param(&na.uri, "hdr", NULL), ENOENT);
	ck_assert_int_eq(param_get(&na.params, "hdr", NULL), 0);
	ck_assert_int_eq(param_get(&na.params, "uri", NULL), ENOENT);
}
END_TEST


START_TEST(nothing_is_decoded_from_nothing)
{
	struct nameaddr na;
	struct pl val = PL("");

	ck_assert_int_eq(nameaddr_decode(NULL, &val), EINVAL);
	ck_assert_int_eq(nameaddr_decode(&na, NULL), EINVAL);
}
END_TEST


Suite *suite_nameaddr(void);
Suite *suite_nameaddr(void)
{
	Suite *s = suite_create("nameaddr");
	TCase *tc = tcase_create("nameaddr");

	test_table(tc, a_value_decodes_or_not, casev);
	tcase_add_test(tc, header_and_uri_parameters_are_kept_apart);
	tcase_add_test(tc, nothing_is_decoded_from_nothing);
	suite_add_tcase(s, tc);

	return s;
}
