/**
 * @file test/proxy/core/validate.c  Is this request one that we may work on?
 */
#include <string.h>
#include "proxy/core/validate.h"
#include "test/test.h"

#define HEAD(met)                                        \
	"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n" \
	"From: <sip:a@example.net>;tag=1\r\n"            \
	"To: <sip:b@example.net>\r\n"                    \
	"Call-ID: c@192.0.2.1\r\n"                       \
	"CSeq: 1 " met "\r\n"


static const struct {
	const char *name;
	const char *text;
	int err;
	uint16_t scode;
	const char *extra;
} casev[] = {
	{"an ordinary request passes",
	 "OPTIONS sip:b@example.net SIP/2.0\r\n" HEAD("OPTIONS") "\r\n", 0, 0,
	 ""},
	{"an unknown method passes",
	 "NEWMETHOD sip:b@example.net SIP/2.0\r\n" HEAD("NEWMETHOD") "\r\n", 0,
	 0, ""},
	{"Max-Forwards 1 passes",
	 "OPTIONS sip:b@example.net SIP/2.0\r\n" HEAD(
		 "OPTIONS") "Max-Forwards: 1\r\n\r\n",
	 0, 0, ""},
	{"Max-Forwards 0 is 483",
	 "OPTIONS sip:b@example.net SIP/2.0\r\n" HEAD(
		 "OPTIONS") "Max-Forwards: 0\r\n\r\n",
	 EPROTO, 483, ""},
	{"an unknown scheme is 416",
	 "OPTIONS nobodyKnowsThisScheme:totallyopaque SIP/2.0\r\n" HEAD(
		 "OPTIONS") "\r\n",
	 EPROTO, 416, ""},
	{"tel is 416: we have no numbering plan",
	 "OPTIONS tel:+4930123 SIP/2.0\r\n" HEAD("OPTIONS") "\r\n", EPROTO,
	 416, ""},
	{"Proxy-Require is 420 and lists the tags",
	 "OPTIONS sip:b@example.net SIP/2.0\r\n" HEAD(
		 "OPTIONS") "Proxy-Require: foo, bar\r\nProxy-Require: "
			    "baz\r\n\r\n",
	 EPROTO, 420, "Unsupported: foo, bar, baz\r\n"},
	{"Require is not ours to judge",
	 "OPTIONS sip:b@example.net SIP/2.0\r\n" HEAD(
		 "OPTIONS") "Require: foo\r\n\r\n",
	 0, 0, ""},
};


START_TEST(validate_table)
{
	static struct guard g;
	struct message *m = NULL;
	struct refusal r;

	ck_assert_int_eq(message_decode(&m, &g,
					(const uint8_t *)casev[_i].text,
					strlen(casev[_i].text)),
			 0);
	ck_assert_msg(validate_request(m, &r) == casev[_i].err, "%s",
		      casev[_i].name);
	ck_assert_msg(r.scode == casev[_i].scode, "%s: %u", casev[_i].name,
		      r.scode);
	ck_assert_str_eq(r.extra, casev[_i].extra);
	mem_deref(m);
}
END_TEST


START_TEST(null_is_einval)
{
	struct refusal r;

	ck_assert_int_eq(validate_request(NULL, &r), EINVAL);
	ck_assert_int_eq(refuse(NULL, 400, "x"), EINVAL);
}
END_TEST


Suite *suite_validate(void);
Suite *suite_validate(void)
{
	Suite *s = suite_create("validate");
	TCase *tc = tcase_create("validate");

	test_table(tc, validate_table, casev);
	tcase_add_test(tc, null_is_einval);
	suite_add_tcase(s, tc);

	return s;
}
