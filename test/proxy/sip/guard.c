/**
 * @file test/proxy/sip/guard.c  What the guard lets through, and what it says
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "proxy/sip/guard.h"


#define VIA   "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
#define FT    "From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\n"
#define ID    "Call-ID: 1\r\n"
#define CS    "CSeq: 1 OPTIONS\r\n"
#define LEAST VIA FT ID CS
#define REQ   "OPTIONS sip:h SIP/2.0\r\n"

/* octets with NUL inside */
#define B(s) s, sizeof(s) - 1


static struct guard g;


static int check(const char *p, size_t len, bool stream)
{
	return guard_check(&g, (const uint8_t *)p, len, stream);
}


static const struct {
	const char *p;
	size_t len;
	int err;
	uint16_t status;
} checkv[] = {
	{B(REQ LEAST "\r\n"), 0, 0},
	{B(REQ LEAST "\r\nbody"), 0, 0},
	{B("OPTIONS sip:h sip/2.0\r\n" LEAST "\r\n"), 0, 0},

	/* garbage is dropped */
	{B(""), EBADMSG, 0},
	{B("\r\n\r\n"), EBADMSG, 0},
	{B("aaaaaaaaaaaaaaaaa"), EBADMSG, 0},
	{B("\0\0\0\0"), EBADMSG, 0},
	{B("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), EBADMSG, 0},
	{B("OPTIONS\r\n" LEAST "\r\n"), EBADMSG, 0},
	{B("OPTIONS sip:h\r\n" LEAST "\r\n"), EBADMSG, 0},
	{B("OPT(IONS sip:h SIP/2.0\r\n" LEAST "\r\n"), EBADMSG, 0},

	/* start line */
	{B("OPTIONS sip:h SIP/7.0\r\n" LEAST "\r\n"), EBADMSG, 505},
	{B("OPTIONS sip:h SIP/2.00\r\n" LEAST "\r\n"), EBADMSG, 505},
	{B("OPTIONS sip:h SIP/\r\n" LEAST "\r\n"), EBADMSG, 505},
	{B("OPTIONS  sip:h SIP/2.0\r\n" LEAST "\r\n"), EBADMSG, 400},
	{B("OPTIONS sip:h  SIP/2.0\r\n" LEAST "\r\n"), EBADMSG, 400},
	{B("OPTIONS sip:h; lr SIP/2.0\r\n" LEAST "\r\n"), EBADMSG, 400},
	{B("OPTIONS sip:h\t SIP/2.0\r\n" LEAST "\r\n"), EBADMSG, 400},
	{B("OPTIONS sip:h SIP/2.0 \r\n" LEAST "\r\n"), EBADMSG, 400},
	{B("OPTIONS sip:\0h SIP/2.0\r\n" LEAST "\r\n"), EBADMSG, 400},
	{B("OPTIONS sip:\rh SIP/2.0\r\n" LEAST "\r\n"), EBADMSG, 400},

	/* header lines */
	{B(REQ "X : 1\r\nY\t:\r\nZ:\r\n 1\r\n" LEAST "\r\n"), 0, 0},
	{B(REQ " X: 1\r\n" LEAST "\r\n"), EBADMSG, 400},
	{B(REQ ": 1\r\n" LEAST "\r\n"), EBADMSG, 400},
	{B(REQ "X\r\n" LEAST "\r\n"), EBADMSG, 400},
	{B(REQ "X Y: 1\r\n" LEAST "\r\n"), EBADMSG, 400},
	{B(REQ "X\0: 1\r\n" LEAST "\r\n"), EBADMSG, 400},
	{B(REQ "X: \0\r\n" LEAST "\r\n"), EBADMSG, 400},
	{B(REQ "X: \"\0\"\r\n" LEAST "\r\n"), EBADMSG, 400},
	{B(REQ "X: \"\\\0\"\r\n" LEAST "\r\n"), 0, 0},
	{B(REQ "X: \\\0\r\n" LEAST "\r\n"), EBADMSG, 400},
	{B(REQ "X: \"\" \\\0\r\n" LEAST "\r\n"), EBADMSG, 400},
	{B(REQ "X: a\rb\r\n" LEAST "\r\n"), EBADMSG, 400},
	{B(REQ "X: \"\\\r\"\r\n" LEAST "\r\n"), EBADMSG, 400},
	{B(REQ LEAST "\r\r\n\r\n"), EBADMSG, 400},
	{B(REQ LEAST), EBADMSG, 400},
	{B(REQ LEAST "\r"), EBADMSG, 400},
	{B(REQ LEAST "X: cut off"), EBADMSG, 400},
	{B(REQ LEAST "X: cut off\r\n "), EBADMSG, 400},

	/* bare line feeds */
	{B("OPTIONS sip:h SIP/2.0\nv:x\nf:x\nt:x\ni:x\nCSeq:1 OPTIONS\n\n"), 0,
	 0},
	{B(REQ LEAST "\n"), 0, 0},

	/* what must stand once */
	{B(REQ FT ID CS "\r\n"), EBADMSG, 400},
	{B(REQ VIA ID CS "\r\n"), EBADMSG, 400},
	{B(REQ VIA FT CS "\r\n"), EBADMSG, 400},
	{B(REQ VIA FT ID "\r\n"), EBADMSG, 400},
	{B(REQ LEAST "t: <sip:x@h>\r\n\r\n"), EBADMSG, 400},
	{B(REQ LEAST "f : <sip:x@h>\r\n\r\n"), EBADMSG, 400},
	{B(REQ LEAST "i: 1\r\n\r\n"), EBADMSG, 400},
	{B(REQ LEAST CS "\r\n"), EBADMSG, 400},
	{B(REQ LEAST VIA VIA "\r\n"), 0, 0},
	{B(REQ LEAST "Max-Forwards: 1\r\nMax-Forwards: 2\r\n\r\n"), EBADMSG,
	 400},
	{B(REQ LEAST "c: a/b\r\nContent-Type: a/c\r\n\r\n"), EBADMSG, 400},

	/* CSeq */
	{B(REQ VIA FT ID "CSeq: 2147483647 OPTIONS\r\n\r\n"), 0, 0},
	{B(REQ VIA FT ID "CSeq: 00000000000001 OPTIONS\r\n\r\n"), 0, 0},
	{B(REQ VIA FT ID "CSeq: 1\r\n OPTIONS\r\n\r\n"), 0, 0},
	{B(REQ VIA FT ID "CSeq: 2147483648 OPTIONS\r\n\r\n"), EBADMSG, 400},
	{B(REQ VIA FT ID "CSeq: 4294967297 OPTIONS\r\n\r\n"), EBADMSG, 400},
	{B(REQ VIA FT ID "CSeq: 18446744073709551617 OPTIONS\r\n\r\n"),
	 EBADMSG, 400},
	{B(REQ VIA FT ID "CSeq: -1 OPTIONS\r\n\r\n"), EBADMSG, 400},
	{B(REQ VIA FT ID "CSeq: 1OPTIONS\r\n\r\n"), EBADMSG, 400},
	{B(REQ VIA FT ID "CSeq: OPTIONS\r\n\r\n"), EBADMSG, 400},
	{B(REQ VIA FT ID "CSeq: 1\r\n\r\n"), EBADMSG, 400},
	{B(REQ VIA FT ID "CSeq:\r\n\r\n"), EBADMSG, 400},
	{B(REQ VIA FT ID "CSeq: 1 options\r\n\r\n"), EBADMSG, 400},
	{B(REQ VIA FT ID "CSeq: 1 INVITE\r\n\r\n"), EBADMSG, 400},
	{B(REQ VIA FT ID "CSeq: 1 OPTIONS x\r\n\r\n"), EBADMSG, 400},

	/* Content-Length of a datagram */
	{B(REQ LEAST "l: 4\r\n\r\nbody"), 0, 0},
	{B(REQ LEAST "l: 000000004\r\n\r\nbody"), 0, 0},
	{B(REQ LEAST "l: 3\r\n\r\nbody"), 0, 0},
	{B(REQ LEAST "l: 0\r\n\r\nbody"), 0, 0},
	{B(REQ LEAST "l: 5\r\n\r\nbody"), EBADMSG, 400},
	{B(REQ LEAST "l: 0000000004\r\n\r\nbody"), EBADMSG, 400},
	{B(REQ LEAST "l: 4294967300\r\n\r\nbody"), EBADMSG, 400},
	{B(REQ LEAST "l: -4\r\n\r\nbody"), EBADMSG, 400},
	{B(REQ LEAST "l: +4\r\n\r\nbody"), EBADMSG, 400},
	{B(REQ LEAST "l: 4 4\r\n\r\nbody"), EBADMSG, 400},
	{B(REQ LEAST "l: 4,4\r\n\r\nbody"), EBADMSG, 400},
	{B(REQ LEAST "l: 0x4\r\n\r\nbody"), EBADMSG, 400},
	{B(REQ LEAST "l:\r\n\r\nbody"), EBADMSG, 400},
	{B(REQ LEAST "l: 4\r\nContent-Length: 4\r\n\r\nbody"), EBADMSG, 400},

	/* a broken ACK is not answered */
	{B("ACK sip:h SIP/2.0\r\n" VIA FT ID "CSeq: 1 ACK\r\n\r\n"), 0, 0},
	{B("ACK sip:h SIP/2.0\r\n" VIA FT ID "CSeq: 1 BYE\r\n\r\n"), EBADMSG,
	 0},
	{B("ACK sip:h SIP/3.0\r\n" VIA FT ID "CSeq: 1 ACK\r\n\r\n"), EBADMSG,
	 0},

	/* responses */
	{B("SIP/2.0 200 OK\r\n" LEAST "\r\n"), 0, 0},
	{B("sip/2.0 100 \r\n" LEAST "\r\n"), 0, 0},
	{B("SIP/2.0 699\r\n" LEAST "\r\n"), 0, 0},
	{B("SIP/2.0 200 OK\r\n" FT ID CS "\r\n"), 0, 0},
	{B("SIP/2.0 099 x\r\n" LEAST "\r\n"), EBADMSG, 0},
	{B("SIP/2.0 700 x\r\n" LEAST "\r\n"), EBADMSG, 0},
	{B("SIP/2.0 20 OK\r\n" LEAST "\r\n"), EBADMSG, 0},
	{B("SIP/2.0 2000 OK\r\n" LEAST "\r\n"), EBADMSG, 0},
	{B("SIP/2.0 4294967496 OK\r\n" LEAST "\r\n"), EBADMSG, 0},
	{B("SIP/2.0 2x0 OK\r\n" LEAST "\r\n"), EBADMSG, 0},
	{B("SIP/2.0  200 OK\r\n" LEAST "\r\n"), EBADMSG, 0},
	{B("SIP/2.0 200 O\rK\r\n" LEAST "\r\n"), EBADMSG, 0},
	{B("SIP/2.0 200 O\0K\r\n" LEAST "\r\n"), EBADMSG, 0},
	{B("SIP/3.0 200 OK\r\n" LEAST "\r\n"), EBADMSG, 0},
	{B("SIP/2.0 200 OK\r\n" VIA FT ID "\r\n"), EBADMSG, 0},
	{B("SIP/2.0 200 OK\r\n" LEAST FT "\r\n"), EBADMSG, 0},
	{B("SIP/2.0 200 OK\r\n" LEAST "l: 9\r\n\r\n"), EBADMSG, 0},
	{B("SIP/2.0 "), EBADMSG, 0},
	{B("SIP/2.0 \r\n\r\n"), EBADMSG, 0},
};

START_TEST(a_message_passes_or_the_sender_is_told)
{
	const char *p = checkv[_i].p;

	ck_assert_msg(check(p, checkv[_i].len, false) == checkv[_i].err, "%s",
		      p);
	ck_assert_msg(g.status == checkv[_i].status, "%u %s: %s", g.status,
		      g.why ? g.why : "", p);
	ck_assert_msg(!g.why == !checkv[_i].err, "%s", p);
}
END_TEST


START_TEST(the_parts_of_a_request_are_found)
{
	const char *p = REQ LEAST "X-Y \t:  a\r\n\tb \r\nl:2\r\n\r\nok+";

	ck_assert_int_eq(check(p, strlen(p), false), 0);
	ck_assert(g.req);
	ck_assert(!pl_strcmp(&g.met, "OPTIONS"));
	ck_assert(!pl_strcmp(&g.ruri, "sip:h"));
	ck_assert_uint_eq(g.cseq, 1);
	ck_assert(!pl_strcmp(&g.cseq_met, "OPTIONS"));
	ck_assert_uint_eq(g.hdrc, 7);
	ck_assert_int_eq(g.hdrv[0].id, HDR_VIA);
	ck_assert_int_eq(g.hdrv[5].id, HDR_OTHER);
	ck_assert(!pl_strcmp(&g.hdrv[5].name, "X-Y"));
	ck_assert(!pl_strcmp(&g.hdrv[5].val, "a\r\n\tb"));
	ck_assert(!pl_strcmp(&g.hdrv[5].line, "X-Y \t:  a\r\n\tb \r\n"));
	ck_assert(g.has_clen);
	ck_assert_uint_eq(g.clen, 2);
	ck_assert_uint_eq(g.head + 3, strlen(p));
}
END_TEST


START_TEST(the_parts_of_a_response_are_found)
{
	const char *p = "SIP/2.0 486 Busy  here\r\n" LEAST "\r\nbody";

	ck_assert_int_eq(check(p, strlen(p), false), 0);
	ck_assert(!g.req);
	ck_assert_uint_eq(g.scode, 486);
	ck_assert(!pl_strcmp(&g.reason, "Busy  here"));
	ck_assert(!g.has_clen);
	ck_assert_uint_eq(g.clen, 4);
}
END_TEST


START_TEST(a_refused_request_is_indexed_for_its_answer)
{
	const char *p = "OPTIONS sip:h SIP/9.0\r\nX\r\n" LEAST "\r\n";

	ck_assert_int_eq(check(p, strlen(p), false), EBADMSG);
	ck_assert(g.req);
	ck_assert_uint_eq(g.hdrc, 5);
}
END_TEST


START_TEST(a_stream_needs_a_length_but_not_yet_the_body)
{
	static const struct {
		const char *p;
		int err;
		uint16_t status;
		size_t clen;
	} casev[] = {
		{REQ LEAST "l: 7\r\n\r\n", 0, 0, 7},
		{REQ LEAST "l: 65535\r\n\r\nab", 0, 0, 65535},
		{REQ LEAST "l: 0\r\n\r\nOPTIONS", 0, 0, 0},
		{REQ LEAST "\r\n", EBADMSG, 400, 0},
		{REQ LEAST "l: 65536\r\n\r\n", EBADMSG, 413, 0},
		{REQ LEAST "l: 999999999\r\n\r\n", EBADMSG, 413, 0},
		{REQ LEAST "l: 4294967304\r\n\r\n", EBADMSG, 400, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(casev); i++) {
		ck_assert_int_eq(check(casev[i].p, strlen(casev[i].p), true),
				 casev[i].err);
		ck_assert_uint_eq(g.status, casev[i].status);
		ck_assert_uint_eq(g.clen, casev[i].clen);
	}
}
END_TEST


/* n octets of c in a header of its own; returns the guard's verdict */
static int with_filler(size_t lines, size_t n)
{
	static char buf[2 * GUARD_HEAD_MAX];
	size_t len = (size_t)snprintf(buf, sizeof(buf), "%s", REQ LEAST);

	for (size_t i = 0; i < lines; i++) {
		len += (size_t)snprintf(buf + len, sizeof(buf) - len, "X:");
		memset(buf + len, 'a', n);
		len += n;
		len += (size_t)snprintf(buf + len, sizeof(buf) - len, "\r\n");
	}
	len += (size_t)snprintf(buf + len, sizeof(buf) - len, "\r\n");

	return check(buf, len, false);
}


START_TEST(lines_and_head_are_bounded)
{
	ck_assert_int_eq(with_filler(GUARD_LINES_MAX - 5, 1), 0);
	ck_assert_int_eq(with_filler(GUARD_LINES_MAX - 4, 1), EBADMSG);
	ck_assert_uint_eq(g.status, 400);

	ck_assert_int_eq(with_filler(1, GUARD_LINE_MAX - 4), 0);
	ck_assert_int_eq(with_filler(1, GUARD_LINE_MAX - 3), EBADMSG);
	ck_assert_uint_eq(g.status, 400);

	ck_assert_int_eq(with_filler(3, GUARD_LINE_MAX - 4), 0);
	ck_assert_int_eq(with_filler(4, GUARD_LINE_MAX - 4), EBADMSG);
	ck_assert_uint_eq(g.status, 513);
}
END_TEST


START_TEST(an_oversized_body_is_refused)
{
	static char buf[GUARD_BODY_MAX + 512];
	size_t len = (size_t)snprintf(buf, sizeof(buf), "%s",
				      REQ LEAST "\r\n");

	ck_assert_int_eq(check(buf, len + GUARD_BODY_MAX, false), 0);
	ck_assert_int_eq(check(buf, len + GUARD_BODY_MAX + 1, false), EBADMSG);
	ck_assert_uint_eq(g.status, 413);
}
END_TEST


START_TEST(every_prefix_is_refused_or_a_datagram_without_length)
{
	const char *p = REQ LEAST "\r\nbody";
	const size_t head = strlen(REQ LEAST "\r\n");

	for (size_t n = 0; n <= strlen(p); n++)
		ck_assert_int_eq(check(p, n, false), n < head ? EBADMSG : 0);
}
END_TEST


static const struct {
	const char *name;
	enum hdr_id id;
} namev[] = {
	{"Via", HDR_VIA},
	{"vIA", HDR_VIA},
	{"v", HDR_VIA},
	{"V", HDR_VIA},
	{"i", HDR_CALL_ID},
	{"m", HDR_CONTACT},
	{"e", HDR_CONTENT_ENCODING},
	{"l", HDR_CONTENT_LENGTH},
	{"c", HDR_CONTENT_TYPE},
	{"f", HDR_FROM},
	{"k", HDR_SUPPORTED},
	{"t", HDR_TO},
	{"o", HDR_EVENT},
	{"s", HDR_OTHER},
	{"Vi", HDR_OTHER},
	{"Viaa", HDR_OTHER},
	{"", HDR_OTHER},
	{"aerk", HDR_OTHER}, /* libre's hash takes it for From */
	{"WWW-Authenticate", HDR_WWW_AUTHENTICATE},
	{"p-asserted-identity", HDR_P_ASSERTED_IDENTITY},
};

START_TEST(names_are_compared_whole)
{
	struct pl name;

	pl_set_str(&name, namev[_i].name);
	ck_assert_int_eq(guard_hdr_id(&name), namev[_i].id);
}
END_TEST


START_TEST(each_id_has_a_name_and_each_name_its_id)
{
	struct pl name;

	for (int i = 1; i < HDR_ID_MAX; i++) {
		pl_set_str(&name, guard_hdr_name((enum hdr_id)i));
		ck_assert_uint_gt(name.l, 0);
		ck_assert_int_eq(guard_hdr_id(&name), i);
	}
	ck_assert_str_eq(guard_hdr_name(HDR_OTHER), "");
	ck_assert_str_eq(guard_hdr_name(HDR_ID_MAX), "");
	ck_assert_int_eq(guard_hdr_id(NULL), HDR_OTHER);
}
END_TEST


START_TEST(nothing_is_asked_of_nothing)
{
	ck_assert_int_eq(guard_check(NULL, (const uint8_t *)"", 0, false),
			 EINVAL);
	ck_assert_int_eq(guard_check(&g, NULL, 0, false), EINVAL);
}
END_TEST


Suite *suite_guard(void);
Suite *suite_guard(void)
{
	Suite *s = suite_create("guard");
	TCase *tc = tcase_create("guard");

	test_table(tc, a_message_passes_or_the_sender_is_told, checkv);
	tcase_add_test(tc, the_parts_of_a_request_are_found);
	tcase_add_test(tc, the_parts_of_a_response_are_found);
	tcase_add_test(tc, a_refused_request_is_indexed_for_its_answer);
	tcase_add_test(tc, a_stream_needs_a_length_but_not_yet_the_body);
	tcase_add_test(tc, lines_and_head_are_bounded);
	tcase_add_test(tc, an_oversized_body_is_refused);
	tcase_add_test(tc,
		       every_prefix_is_refused_or_a_datagram_without_length);
	test_table(tc, names_are_compared_whole, namev);
	tcase_add_test(tc, each_id_has_a_name_and_each_name_its_id);
	tcase_add_test(tc, nothing_is_asked_of_nothing);
	suite_add_tcase(s, tc);

	return s;
}
