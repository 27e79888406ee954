/**
 * @file test/proxy/sip/build_forward.c  Messages of others on their way
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/decoded.h"
#include "proxy/sip/build.h"


#define START "BYE sip:b@h SIP/2.0\r\n"
#define TOP   "Via: SIP/2.0/UDP proxy;branch=z9hG4bKp\r\n"
#define VIA   "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
#define IDS   "f: <sip:a@h>;tag=1\r\nTo : <sip:b@h>\r\ni: 1\r\nCSeq: 1 BYE\r\n"
#define MF    "Max-Forwards: 9\r\n"
#define NEWMF "Max-Forwards: 8\r\n"
#define L0    "Content-Length: 0\r\n"


static struct build_forward plain(void)
{
	struct build_forward f = {
		.via = PL("SIP/2.0/UDP proxy;branch=z9hG4bKp"),
		.maxfwd = 8,
	};

	return f;
}


static void expect(const char *in, const struct build_forward *f,
		   const char *out)
{
	struct message *m = decoded(in);
	struct mbuf *mb = NULL;

	ck_assert_int_eq(build_forward(&mb, m, f), 0);
	decoded_expect(mb, out);
	mem_deref(mb);
	mem_deref(m);
}


static const struct {
	const char *in, *out;
} linev[] = {
	/* lines that stay leave byte for byte */
	{START VIA IDS MF "X \t:  a\r\n\t b \r\ns:\r\nL : 0\r\n\r\n",
	 START TOP VIA IDS NEWMF "X \t:  a\r\n\t b \r\ns:\r\nL : 0\r\n\r\n"},
	{START VIA IDS MF "\r\n", START TOP VIA IDS NEWMF L0 "\r\n"},
	{START VIA IDS L0 "\r\n", START TOP NEWMF VIA IDS L0 "\r\n"},
	{START VIA IDS "max-forwards\r\n : 09\r\n" L0 "\r\n", NULL},
	{START VIA IDS "MAX-FORWARDS : 09\r\n" L0 "\r\n",
	 START TOP VIA IDS NEWMF L0 "\r\n"},
	/* what is behind the length is no part of it */
	{START VIA IDS MF "l: 2\r\n\r\nabcd",
	 START TOP VIA IDS NEWMF "l: 2\r\n\r\nab"},
	{START VIA IDS MF "\r\nabcd",
	 START TOP VIA IDS NEWMF "Content-Length: 4\r\n\r\nabcd"},
	/* bare line feeds go no further */
	{"BYE sip:b@h SIP/2.0\nv: SIP/2.0/UDP h\nX: a\n b\n" IDS MF "\n",
	 START TOP "v: SIP/2.0/UDP h\r\nX: a\r\n b\r\n" IDS NEWMF L0 "\r\n"},
};

START_TEST(a_request_leaves_with_its_lines)
{
	const struct build_forward f = plain();

	if (linev[_i].out)
		expect(linev[_i].in, &f, linev[_i].out);
	else
		ck_assert_int_eq(decoded_refused(linev[_i].in, NULL), EBADMSG);
}
END_TEST


static const struct {
	const char *routes;
	size_t skip;
	bool drop_last;
	const char *put, *last;
	const char *out;
} routev[] = {
	{"Route: <sip:a>\r\n", 0, false, "", "", "Route: <sip:a>\r\n"},
	{"Route: <sip:a>\r\n", 1, false, "", "", ""},
	{"Route: <sip:a>\r\n", 5, false, "", "", ""},
	{"", 1, true, "", "", ""},
	{"Route: <sip:a>, <sip:b>\r\n", 1, false, "", "",
	 "Route: <sip:b>\r\n"},
	{"Route : <sip:a> ,\r\n <sip:b>\t,<sip:c> \r\n", 1, false, "", "",
	 "Route : <sip:b>\t,<sip:c>\r\n"},
	{"Route: <sip:a>,<sip:b>\r\nX: y\r\nrOuTe: <sip:c>,<sip:d>\r\n", 2,
	 false, "", "", "X: y\r\nrOuTe: <sip:c>,<sip:d>\r\n"},
	{"Route: <sip:a>,<sip:b>\r\nRoute: <sip:c>,<sip:d>\r\n", 3, false, "",
	 "", "Route: <sip:d>\r\n"},
	{"Route: <sip:a>,<sip:b>\r\nRoute: <sip:c>\r\n", 0, true, "", "",
	 "Route: <sip:a>,<sip:b>\r\n"},
	{"Route: <sip:a>,<sip:b>\r\nRoute: <sip:c>,<sip:d>\r\n", 1, true, "",
	 "", "Route: <sip:b>\r\nRoute: <sip:c>\r\n"},
	{"Route: <sip:a>\r\n", 1, true, "", "", ""},
	{"Route: <sip:a>,<sip:b>,<sip:c>\r\n", 1, true, "", "",
	 "Route: <sip:b>\r\n"},
	{"Route: \"x,y\" <sip:a,b>,<sip:c>\r\n", 1, false, "", "",
	 "Route: <sip:c>\r\n"},
	{"", 0, false, "<sip:p>", "sip:l",
	 "Route: <sip:p>\r\nRoute: <sip:l>\r\n"},
	{"X: y\r\nRoute: <sip:a>,<sip:b>\r\nRoute: <sip:c>\r\nY: z\r\n", 1,
	 false, "<sip:p>", "sip:l",
	 "Route: <sip:p>\r\nX: y\r\nRoute: <sip:b>\r\nRoute: <sip:c>\r\n"
	 "Route: <sip:l>\r\nY: z\r\n"},
	{"Route: <sip:a>\r\n", 1, false, "", "sip:l", "Route: <sip:l>\r\n"},
};

START_TEST(route_values_come_and_go_at_both_ends)
{
	struct build_forward f = plain();
	char in[1024], out[1024];
	const bool put = routev[_i].put[0] != '\0';

	f.route_skip = routev[_i].skip;
	f.route_drop_last = routev[_i].drop_last;
	f.routec = put ? 1 : 0;
	pl_set_str(&f.routev[0], routev[_i].put);
	pl_set_str(&f.route_last, routev[_i].last);

	(void)re_snprintf(in, sizeof(in), START "%s" VIA IDS MF L0 "\r\n",
			  routev[_i].routes);
	/* put in front of everything, as all that is new */
	(void)re_snprintf(out, sizeof(out),
			  START TOP "%s" VIA IDS NEWMF L0 "\r\n",
			  routev[_i].out);
	expect(in, &f, out);
}
END_TEST


static const struct {
	const char *via;
	const char *src;
	const char *out;
} viav[] = {
	{"Via: SIP/2.0/UDP 192.0.2.1;branch=b\r\n", "192.0.2.1:5060",
	 "Via: SIP/2.0/UDP 192.0.2.1;branch=b\r\n"},
	{"Via: SIP/2.0/UDP 192.0.2.1:7;branch=b\r\n", "192.0.2.1:5060",
	 "Via: SIP/2.0/UDP 192.0.2.1:7;branch=b\r\n"},
	{"Via: SIP/2.0/UDP 192.0.2.1;rport;branch=b\r\n", "192.0.2.1:5070",
	 "Via: SIP/2.0/UDP 192.0.2.1;branch=b;received=192.0.2.1;rport=5070"
	 "\r\n"},
	{"Via: SIP/2.0/UDP 10.0.0.1;branch=b\r\n", "192.0.2.1:5070",
	 "Via: SIP/2.0/UDP 10.0.0.1;branch=b;received=192.0.2.1\r\n"},
	{"Via: SIP/2.0/UDP host\r\n", "192.0.2.1:5070",
	 "Via: SIP/2.0/UDP host;received=192.0.2.1\r\n"},
	{"Via: SIP/2.0/UDP h;received=198.51.100.9;rport=1;branch=b\r\n",
	 "192.0.2.1:5070",
	 "Via: SIP/2.0/UDP h;branch=b;received=192.0.2.1;rport=5070\r\n"},
	{"Via: SIP/2.0/UDP 192.0.2.1 ; received = 9.9.9.9 ; branch = b\r\n",
	 "192.0.2.1:5060", "Via: SIP/2.0/UDP 192.0.2.1 ; branch = b\r\n"},
	{"V : SIP/2.0/UDP h ; rport ,\r\n SIP/2.0/UDP 10.0.0.2;rport \r\n",
	 "192.0.2.1:5070",
	 "V : SIP/2.0/UDP h ;received=192.0.2.1;rport=5070 ,\r\n"
	 " SIP/2.0/UDP 10.0.0.2;rport \r\n"},
	{"Via: SIP/2.0/UDP [2001:db8::2];rport\r\n", "[2001:db8::1]:5070",
	 "Via: SIP/2.0/UDP [2001:db8::2];received=2001:db8::1;rport=5070"
	 "\r\n"},
	{"Via:\r\nVia: SIP/2.0/UDP h\r\nVia: SIP/2.0/UDP h\r\n",
	 "192.0.2.1:5070",
	 "Via:\r\nVia: SIP/2.0/UDP h;received=192.0.2.1\r\n"
	 "Via: SIP/2.0/UDP h\r\n"},
};

START_TEST(T3_the_top_via_shows_the_source)
{
	struct build_forward f = plain();
	char text[1024];
	struct message *m;
	struct mbuf *mb = NULL;

	f.fix_via = true;
	(void)re_snprintf(text, sizeof(text), START "%s" IDS MF L0 "\r\n",
			  viav[_i].via);
	m = decoded(text);
	ck_assert_int_eq(
		sa_decode(&m->src, viav[_i].src, strlen(viav[_i].src)), 0);
	ck_assert_int_eq(build_forward(&mb, m, &f), 0);
	(void)re_snprintf(text, sizeof(text),
			  START TOP "%s" IDS NEWMF L0 "\r\n", viav[_i].out);
	decoded_expect(mb, text);
	mem_deref(mb);
	mem_deref(m);
}
END_TEST


START_TEST(everything_at_once)
{
	struct build_forward f = plain();

	pl_set_str(&f.ruri, "sip:new@h");
	pl_set_str(&f.rrv[0], "<sip:r0;lr>");
	pl_set_str(&f.rrv[1], "<sip:r1;lr>");
	f.rrc = 2;
	f.stripv[0] = HDR_P_ASSERTED_IDENTITY;
	f.stripv[1] = HDR_OTHER;
	f.stripc = 2;
	f.extra = "X-New: 1\r\n";
	f.new_body = true;
	pl_set_str(&f.body, "new body");
	expect(START VIA "Record-Route: <sip:old>\r\n" IDS MF
			 "P-asserted-identity\t: <sip:boss>\r\nX: y\r\n"
			 "c: a/b\r\nl : 3\r\n\r\nold",
	       &f,
	       "BYE sip:new@h SIP/2.0\r\n" TOP
	       "Record-Route: <sip:r0;lr>\r\nRecord-Route: <sip:r1;lr>\r\n" VIA
	       "Record-Route: <sip:old>\r\n" IDS NEWMF
	       "X: y\r\nc: a/b\r\nContent-Length: 8\r\nX-New: 1\r\n\r\n"
	       "new body");
}
END_TEST


START_TEST(a_body_may_go_away)
{
	struct build_forward f = plain();

	f.new_body = true;
	expect(START VIA IDS MF "l: 3\r\n\r\nold", &f,
	       START TOP VIA IDS NEWMF L0 "\r\n");
}
END_TEST


START_TEST(a_binary_body_stays_whole)
{
	static const char in[] = START VIA IDS MF "l: 5\r\n\r\n\0\r\n\0\n";
	const struct build_forward f = plain();
	static struct guard g;
	struct message *m = NULL;
	struct mbuf *mb = NULL;

	ck_assert_int_eq(
		message_decode(&m, &g, (const uint8_t *)in, sizeof(in) - 1),
		0);
	ck_assert_int_eq(build_forward(&mb, m, &f), 0);
	ck_assert_uint_gt(mb->end, 5);
	ck_assert_mem_eq(mb->buf + mb->end - 5, "\0\r\n\0\n", 5);
	mem_deref(mb);
	mem_deref(m);
}
END_TEST


#define OK   "SIP/2.0 200 All right\r\n"
#define MINE "Via: SIP/2.0/UDP proxy;branch=z9hG4bKp"

static const struct {
	const char *in, *out;
	int err;
} responsev[] = {
	{OK MINE "\r\n" VIA IDS L0 "\r\n", OK VIA IDS L0 "\r\n", 0},
	{OK MINE ", SIP/2.0/UDP h ;x\r\n" IDS L0 "\r\n",
	 OK "Via: SIP/2.0/UDP h ;x\r\n" IDS L0 "\r\n", 0},
	{OK MINE " ,\r\n SIP/2.0/UDP h,SIP/2.0/UDP i\r\n" IDS L0 "\r\n",
	 OK "Via: SIP/2.0/UDP h,SIP/2.0/UDP i\r\n" IDS L0 "\r\n", 0},
	{OK MINE "\r\n" VIA IDS "Max-Forwards: 7\r\nRoute: <sip:a>\r\n" L0
		 "\r\n",
	 OK VIA IDS "Max-Forwards: 7\r\nRoute: <sip:a>\r\n" L0 "\r\n", 0},
	{OK MINE "\r\n" VIA IDS "\r\nbody",
	 OK VIA IDS "Content-Length: 4\r\n\r\nbody", 0},
	{"SIP/2.0 200 \r\n" MINE "\r\n" VIA IDS L0 "\r\n",
	 "SIP/2.0 200 \r\n" VIA IDS L0 "\r\n", 0},
	{OK MINE "\r\n" IDS L0 "\r\n", "", ENOENT},
	{OK MINE ",\r\n" IDS L0 "\r\n", "", ENOENT},
	{OK IDS L0 "\r\n", "", ENOENT},
};

START_TEST(a_response_goes_back_without_our_via)
{
	struct message *m = decoded(responsev[_i].in);
	struct mbuf *mb = NULL;

	ck_assert_int_eq(build_response_forward(&mb, m, NULL, NULL, 0, NULL),
			 responsev[_i].err);
	if (!responsev[_i].err)
		decoded_expect(mb, responsev[_i].out);
	mem_deref(mb);
	mem_deref(m);
}
END_TEST


START_TEST(a_response_takes_body_lines_and_stripping)
{
	const enum hdr_id strip = HDR_P_ASSERTED_IDENTITY;
	const struct pl body = PL("new");
	struct message *m = decoded(
		OK MINE "\r\n" VIA IDS
			"P-Asserted-Identity : <sip:x>\r\nl: 1\r\n\r\no");
	struct mbuf *mb = NULL;

	ck_assert_int_eq(
		build_response_forward(&mb, m, &body, &strip, 1, "X: y\r\n"),
		0);
	decoded_expect(mb, OK VIA IDS "Content-Length: 3\r\nX: y\r\n\r\nnew");
	mem_deref(mb);
	mem_deref(m);
}
END_TEST


START_TEST(wrong_arguments_are_refused)
{
	struct build_forward f = plain();
	struct message *req = decoded(START VIA IDS "\r\n");
	struct message *resp = decoded(OK VIA IDS "\r\n");
	struct mbuf *mb = NULL;

	ck_assert_int_eq(build_forward(NULL, req, &f), EINVAL);
	ck_assert_int_eq(build_forward(&mb, NULL, &f), EINVAL);
	ck_assert_int_eq(build_forward(&mb, req, NULL), EINVAL);
	ck_assert_int_eq(build_forward(&mb, resp, &f), EINVAL);
	f.rrc = 3;
	ck_assert_int_eq(build_forward(&mb, req, &f), EINVAL);
	f.rrc = 0;
	f.routec = BUILD_ROUTE_MAX + 1;
	ck_assert_int_eq(build_forward(&mb, req, &f), EINVAL);
	f.routec = 0;
	f.stripc = BUILD_STRIP_MAX + 1;
	ck_assert_int_eq(build_forward(&mb, req, &f), EINVAL);
	ck_assert_int_eq(build_response_forward(&mb, req, NULL, NULL, 0, NULL),
			 EINVAL);
	ck_assert_int_eq(
		build_response_forward(&mb, resp, NULL, NULL, 1, NULL),
		EINVAL);
	mem_deref(resp);
	mem_deref(req);
}
END_TEST


Suite *suite_build_forward(void);
Suite *suite_build_forward(void)
{
	Suite *s = suite_create("build_forward");
	TCase *tc = tcase_create("build_forward");

	test_table(tc, a_request_leaves_with_its_lines, linev);
	test_table(tc, route_values_come_and_go_at_both_ends, routev);
	test_table(tc, T3_the_top_via_shows_the_source, viav);
	tcase_add_test(tc, everything_at_once);
	tcase_add_test(tc, a_body_may_go_away);
	tcase_add_test(tc, a_binary_body_stays_whole);
	test_table(tc, a_response_goes_back_without_our_via, responsev);
	tcase_add_test(tc, a_response_takes_body_lines_and_stripping);
	tcase_add_test(tc, wrong_arguments_are_refused);
	suite_add_tcase(s, tc);

	return s;
}
