/**
 * @file test/proxy/user/outbound.c  Does RFC 5626 apply to this REGISTER?
 */
#include "test/test.h"
#include "test/mock/sipmsg.h"
#include "proxy/user/outbound.h"

#define I         ";+sip.instance=\"<i>\""
#define WAY       "Contact: <sip:a@h>" I ";reg-id=1\r\n"
#define SUPPORTED "Supported: path, outbound\r\n"
#define VIA       "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK2\r\n"


static const struct {
	const char *lines;
	int err;
	bool applies;
	uint32_t reg_id; /* of the first Contact */
} casev[] = {
	{"Contact: <sip:a@h>\r\n", 0, false, 0},
	{"Contact: <sip:a@h>\r\n" SUPPORTED, 0, false, 0},
	{"Contact: <sip:a@h>" I "\r\n", 0, false, 0},
	{"Contact: <sip:a@h>;reg-id=1\r\n" SUPPORTED, 0, false, 0},
	{"", 0, false, 0},
	/* over its own flow, whether it asks or not */
	{WAY, 0, true, 1},
	{WAY SUPPORTED, 0, true, 1},
	{"Contact: <sip:a@h>" I ";reg-id=1;expires=0\r\n", 0, true, 1},
	/* through others */
	{VIA WAY, 0, false, 0},
	{VIA WAY SUPPORTED, ENOLINK, false, 0},
	{VIA WAY SUPPORTED "Path: <sip:e;lr>\r\n", ENOLINK, false, 0},
	{VIA WAY "Path: <sip:e;lr>\r\n", 0, false, 0},
	{VIA WAY SUPPORTED "Path: <sip:e;lr;ob>\r\n", 0, true, 1},
	{VIA WAY SUPPORTED "Path: <sip:p;lr>, <sip:e;lr;ob>\r\n", 0, true, 1},
	{VIA WAY SUPPORTED "Path: <sip:p;lr;ob>\r\nPath: <sip:e;lr>\r\n", 0,
	 true, 1},
	{VIA WAY SUPPORTED "Path: <sip:p;lr>;ob, <sip:e;lr>;ob\r\n", ENOLINK,
	 false, 0},
	/* one way at a time */
	{WAY "Contact: <sip:b@h>" I ";reg-id=2\r\n", EBADMSG, false, 0},
	{WAY "Contact: <sip:b@h>" I ";reg-id=2;expires=0\r\n", 0, true, 1},
	{WAY "Contact: <sip:b@h>\r\n", 0, true, 1},
};


START_TEST(it_applies_where_the_flow_is_known)
{
	const struct contact_limits lim = {3600, 60, 7200, 0};
	struct message *m = sipmsg(NULL,
				   "REGISTER sip:example.net SIP/2.0\r\n"
				   "Via: SIP/2.0/UDP 192.0.2.1;"
				   "branch=z9hG4bK1\r\n"
				   "From: <sip:alice@example.net>;tag=1\r\n"
				   "To: <sip:alice@example.net>\r\n"
				   "Call-ID: c\r\nCSeq: 5 REGISTER\r\n%s"
				   "Content-Length: 0\r\n\r\n",
				   casev[_i].lines);
	struct contacts cs;
	bool applies = true;

	ck_assert_int_eq(contacts_decode(&cs, m, &lim), 0);
	ck_assert_msg(outbound_judge(&applies, &cs, m) == casev[_i].err, "%s",
		      casev[_i].lines);
	if (!casev[_i].err) {
		ck_assert_msg(applies == casev[_i].applies, "%s",
			      casev[_i].lines);
		if (cs.n)
			ck_assert_uint_eq(cs.v[0].reg_id, casev[_i].reg_id);
	}
	mem_deref(m);
}
END_TEST


START_TEST(nonsense_is_refused)
{
	struct contacts cs = {.n = 0};
	bool applies;

	ck_assert_int_eq(outbound_judge(NULL, &cs, NULL), EINVAL);
	ck_assert_int_eq(outbound_judge(&applies, NULL, NULL), EINVAL);
	ck_assert_int_eq(outbound_judge(&applies, &cs, NULL), EINVAL);
}
END_TEST


Suite *suite_outbound(void);
Suite *suite_outbound(void)
{
	Suite *s = suite_create("outbound");
	TCase *tc = tcase_create("outbound");

	test_table(tc, it_applies_where_the_flow_is_known, casev);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
