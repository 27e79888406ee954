/**
 * @file test/proxy/admin/trace/glimpse.c  What is seen of a message
 */
#include <string.h>
#include "test/test.h"
#include "proxy/admin/trace/glimpse.h"


static const struct {
	const char *text;
	const char *method, *uri, *callid, *cseq, *reason;
	unsigned status;
	bool req, sdp;
} casev[] = {
	{"INVITE sip:bob@example.net SIP/2.0\r\nCall-ID: a@b\r\n"
	 "CSeq: 7 INVITE\r\nContent-Type: application/sdp\r\n\r\nCall-ID: x",
	 "INVITE", "sip:bob@example.net", "a@b", "7 INVITE", "", 0, true,
	 true},
	{"SIP/2.0 486 Busy Here\r\ni:a\r\nCSeq:  8 INVITE \r\n\r\n", "INVITE",
	 "", "a", "8 INVITE", "Busy Here", 486, false, false},
	{"SIP/2.0 200\r\ncall-id : z\r\nc: text/plain\r\n", "", "", "z", "",
	 "", 200, false, false},
	{"BYE sip:a SIP/2.0\nCALL-ID:q\nCSeq:1 BYE", "BYE", "sip:a", "q",
	 "1 BYE", "", 0, true, false},
	{"OPTIONS", "OPTIONS", "", "", "", "", 0, true, false},
	{"SIP/2.0 7777 X\r\n\r\n", "", "", "", "", "X", 0, false, false},
	{"\r\nCall-ID: a\r\n", "", "", "", "", "", 0, false, false},
	{"X y\r\nCall-IDs: a\r\nInfo: b\r\nContent-Type: application/sdpx\r\n",
	 "X", "y", "", "", "", 0, true, false},
	{"", "", "", "", "", "", 0, false, false},
};


static void is(const struct pl *pl, const char *text)
{
	ck_assert_uint_eq(pl->l, strlen(text));
	if (pl->l)
		ck_assert_mem_eq(pl->p, text, pl->l);
}


START_TEST(a_message_is_taken_in_at_a_glance)
{
	const size_t len = strlen(casev[_i].text);
	struct pl callid = PL_INIT;
	struct glimpse g;

	glimpse(&g, casev[_i].text, len);
	is(&g.method, casev[_i].method);
	is(&g.uri, casev[_i].uri);
	is(&g.callid, casev[_i].callid);
	is(&g.cseq, casev[_i].cseq);
	is(&g.reason, casev[_i].reason);
	ck_assert_uint_eq(g.status, casev[_i].status);
	ck_assert_int_eq(g.req, casev[_i].req);
	ck_assert_int_eq(g.sdp, casev[_i].sdp);
	ck_assert_int_eq(glimpse_callid(&callid, casev[_i].text, len),
			 g.callid.l > 0);
	if (g.callid.l)
		is(&callid, casev[_i].callid);
}
END_TEST


static const struct {
	const char *val, *user, *host;
} whov[] = {
	{"\"A\" <sip:alice@example.net;x=1>;tag=1", "alice", "example.net"},
	{"sip:alice@example.net:5070;transport=tcp", "alice", "example.net"},
	{"<sips:bob@[2001:db8::1]:5061>", "bob", "[2001:db8::1]"},
	{"sip:192.0.2.1", "", "192.0.2.1"},
	{"<tel:+49301>", "", "+49301"},
	{"<sip:a@b?x=y>", "a", "b"},
	{"<", "", ""},
	{"sip:@", "", ""},
	{"sip:[::1", "", "[::1"},
	{"", "", ""},
};


START_TEST(who_stands_in_a_header_is_found)
{
	struct pl val, user, host;

	pl_set_str(&val, whov[_i].val);
	glimpse_who(&user, &host, &val);
	is(&user, whov[_i].user);
	is(&host, whov[_i].host);
}
END_TEST


Suite *suite_glimpse(void);
Suite *suite_glimpse(void)
{
	Suite *s = suite_create("glimpse");
	TCase *tc = tcase_create("glimpse");

	test_table(tc, a_message_is_taken_in_at_a_glance, casev);
	test_table(tc, who_stands_in_a_header_is_found, whov);
	suite_add_tcase(s, tc);

	return s;
}
