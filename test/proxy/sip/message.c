/**
 * @file test/proxy/sip/message.c  What decodes, into what
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/decoded.h"


#define INVITE "INVITE sip:bob@example.net SIP/2.0\r\n"
#define VIA    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
#define FROM   "From: <sip:a@h>;tag=1\r\n"
#define TO     "To: <sip:b@h>\r\n"
#define IDS    "Call-ID: 1@h\r\nCSeq: 1 INVITE\r\n"
#define REST   FROM TO IDS "\r\n"
#define TAIL   TO IDS "\r\n"


static struct guard g;


START_TEST(a_request_is_taken_apart)
{
	struct message *m = decoded(
		"INVITE sip:bob@example.net;x SIP/2.0\r\n"
		"v: SIP/2.0/tcp [2001:db8::1]:5070;rport;branch=z9hG4bKa,"
		" SIP/2.0/UDP h\r\n"
		"Via: SIP/2.0/UDP other\r\n"
		"f: \"A\" <sip:alice@example.net>;tag=ta\r\n"
		"t: sip:bob@example.net;tag=tb\r\n"
		"i: 1@test\r\nCSeq: 7 INVITE\r\nMax-Forwards: 0068\r\n"
		"c: application/sdp ; a=b\r\nl: 4\r\n\r\nbodyjunk");

	ck_assert(m->req && message_is(m, "INVITE") && !message_is(m, "ACK"));
	decoded_expect_pl(&m->ruri, "sip:bob@example.net;x");
	decoded_expect_pl(&m->uri.host, "example.net");
	ck_assert_int_eq(m->uri_err, 0);
	decoded_expect_pl(&m->via.host, "2001:db8::1");
	decoded_expect_pl(&m->via.branch, "z9hG4bKa");
	ck_assert(m->via.has_rport && m->via.rport == 0);
	decoded_expect_pl(&m->from.uri.user, "alice");
	decoded_expect_pl(&m->from_tag, "ta");
	decoded_expect_pl(&m->to_tag, "tb");
	ck_assert(message_in_dialog(m));
	decoded_expect_pl(&m->callid, "1@test");
	ck_assert_uint_eq(m->cseq, 7);
	ck_assert(m->has_maxfwd);
	ck_assert_uint_eq(m->maxfwd, 68);
	decoded_expect_pl(&m->ctype, "application/sdp");
	decoded_expect_pl(&m->ctype_params, "; a=b");
	decoded_expect_pl(&m->body, "body");
	mem_deref(m);
}
END_TEST


START_TEST(a_response_is_taken_apart)
{
	struct message *m = decoded("SIP/2.0 180 Ringing now\r\n" VIA FROM
				    "To: <sip:b@h>;tag=x\r\n" IDS "\r\n");

	ck_assert(!m->req && message_is(m, "INVITE"));
	ck_assert_uint_eq(m->scode, 180);
	decoded_expect_pl(&m->reason, "Ringing now");
	decoded_expect_pl(&m->to_tag, "x");
	ck_assert_uint_eq(m->body.l, 0);
	mem_deref(m);

	m = decoded("SIP/2.0 200 OK\r\n" REST);
	ck_assert_uint_eq(m->via.val.l, 0);
	mem_deref(m);
}
END_TEST


static const struct {
	const char *text;
	int err;
	uint16_t status;
} decodev[] = {
	{INVITE VIA REST, 0, 0},
	{"INVITE sip:b@h?Route=%3Csip:x%3E SIP/2.0\r\n" VIA REST, EBADMSG,
	 400},
	{"INVITE <sip:b@h> SIP/2.0\r\n" VIA REST, EBADMSG, 400},
	{"INVITE sip: SIP/2.0\r\n" VIA REST, EBADMSG, 400},
	{"INVITE b@h SIP/2.0\r\n" VIA REST, EBADMSG, 400},
	{INVITE "Via: SIP/2.0/UDP\r\n" REST, EBADMSG, 400},
	{INVITE "Via:\r\n" REST, EBADMSG, 400},
	{INVITE "Via:\r\n" VIA REST, 0, 0},
	{INVITE VIA "Via: not looked at\r\n" REST, 0, 0},
	{INVITE "v: SIP/2.0/UDP h;branch=z9hG4bK\r\n" REST, EBADMSG, 400},
	{INVITE "v: SIP/2.0/UDP h;branch=other\r\n" REST, 0, 0},
	{INVITE "v: SIP/2.0/UDP h\r\n" REST, 0, 0},
	{INVITE VIA "From: \"a <sip:a@h>\r\n" TAIL, EBADMSG, 400},
	{INVITE VIA "From: < sip:a@h >\r\n" TAIL, EBADMSG, 400},
	{INVITE VIA "From:\r\n" TAIL, EBADMSG, 400},
	{INVITE VIA "From: *\r\n" TAIL, EBADMSG, 400},
	{INVITE VIA "From: <sip:a@h>,<sip:c@h>\r\n" TAIL, EBADMSG, 400},
	{INVITE VIA "From: <sip:a@h>;tag=\"x y\"\r\n" TAIL, 0, 0},
	{INVITE VIA "From: <sip:a@h>;tag=\r\n" TAIL, EBADMSG, 400},
	{INVITE VIA "From: <sip:a@h>;tag\r\n" TAIL, EBADMSG, 400},
	{INVITE VIA "From: <sip:a@h>;tag=\"\"\r\n" TAIL, EBADMSG, 400},
	{INVITE VIA "From: <sip:a@h>;tag=1;Tag=2\r\n" TAIL, EBADMSG, 400},
	{INVITE VIA "From: <sip:a@h;tag=1>;tag=2\r\n" TAIL, 0, 0},
	{INVITE VIA "From: <name:a>\r\n" TAIL, 0, 0},
	{INVITE VIA FROM "To: Bell, A <sip:b@h>\r\n" IDS "\r\n", EBADMSG, 400},
	{INVITE VIA FROM TO "Call-ID:\r\nCSeq: 1 INVITE\r\n\r\n", EBADMSG,
	 400},
	{INVITE VIA FROM TO "Call-ID: a b\r\nCSeq: 1 INVITE\r\n\r\n", EBADMSG,
	 400},
	{INVITE VIA FROM TO
	 "Call-ID: w(%Z-!.*_+'@w`~)(><:\\/\"][?}{\r\nCSeq: 1 INVITE\r\n\r\n",
	 0, 0},
	{INVITE VIA "Max-Forwards: x\r\n" REST, EBADMSG, 400},
	{INVITE VIA "Max-Forwards: -1\r\n" REST, EBADMSG, 400},
	{INVITE VIA "Max-Forwards:\r\n" REST, EBADMSG, 400},
	{INVITE VIA "Content-Type: x\r\n" REST, EBADMSG, 400},
	{INVITE VIA "Content-Type:\r\n" REST, EBADMSG, 400},
	{INVITE VIA "Content-Type: a/b c\r\n" REST, EBADMSG, 400},
	{INVITE VIA "m: sip:a@h?x=y\r\n" REST, EBADMSG, 400},
	{INVITE VIA "m: <sip:a@h>, sip:a@h?x=y\r\n" REST, EBADMSG, 400},
	{INVITE VIA "m: <sip:a@h?x=y>\r\n" REST, 0, 0},
	{INVITE VIA "m: \"who?\" <sip:a@h>\r\n" REST, 0, 0},
	{INVITE VIA "m: %\r\n" REST, 0, 0},
	{INVITE VIA "m: *\r\n" REST, 0, 0},
	/* never answered */
	{"ACK <x> SIP/2.0\r\n" VIA FROM TO "i: 1\r\nCSeq: 1 ACK\r\n\r\n",
	 EBADMSG, 0},
	{"SIP/2.0 200 OK\r\n" VIA "From: <\r\n" TAIL, EBADMSG, 0},
	{"SIP/2.0 200 OK\r\nVia: x\r\n" REST, EBADMSG, 0},
	{"SIP/2.0 200 OK\r\nm: sip:a@h?x\r\n" REST, 0, 0},
};

START_TEST(a_message_decodes_or_the_sender_is_told)
{
	uint16_t status = 1;

	ck_assert_msg(decoded_refused(decodev[_i].text, &status) ==
			      decodev[_i].err,
		      "%s", decodev[_i].text);
	ck_assert_msg(status == decodev[_i].status, "%u: %s", status,
		      decodev[_i].text);
}
END_TEST


START_TEST(a_foreign_scheme_is_for_the_core_to_answer)
{
	static const char *const urv[] = {"tel:+49301", "http://x/y",
					  "nobodyKnows:this"};
	char buf[512];

	for (size_t i = 0; i < ARRAY_SIZE(urv); i++) {
		struct message *m;

		(void)snprintf(buf, sizeof(buf), "INVITE %s SIP/2.0\r\n%s",
			       urv[i], VIA REST);
		m = decoded(buf);
		ck_assert_int_eq(m->uri_err, EPROTONOSUPPORT);
		mem_deref(m);
	}
}
END_TEST


static const struct {
	const char *line;
	bool has;
	uint8_t n;
} maxfwdv[] = {
	{"", false, 0},
	{"Max-Forwards: 0\r\n", true, 0},
	{"Max-Forwards: 70\r\n", true, 70},
	{"Max-Forwards: 255\r\n", true, 255},
	{"Max-Forwards: 256\r\n", true, 255},
	{"Max-Forwards: 4294967296\r\n", true, 255},
	{"Max-Forwards: 18446744073709551616\r\n", true, 255},
};

START_TEST(max_forwards_never_wraps)
{
	struct message *m = decoded_with("INVITE", maxfwdv[_i].line);

	ck_assert(m->has_maxfwd == maxfwdv[_i].has);
	ck_assert_uint_eq(m->maxfwd, maxfwdv[_i].n);
	mem_deref(m);
}
END_TEST


static const struct {
	const char *line;
	const char *type, *params;
} ctypev[] = {
	{"", "", ""},
	{"c: application/sdp\r\n", "application/sdp", ""},
	{"c: application/sdp;a\r\n", "application/sdp", ";a"},
	{"c: application / sdp\r\n", "application/sdp", ""},
	{"c: application\r\n /\r\n sdp\r\n ;a=b\r\n", "application/sdp",
	 ";a=b"},
	{"c: multipart/mixed;boundary=\"a b\"\r\n", "multipart/mixed",
	 ";boundary=\"a b\""},
};

START_TEST(a_content_type_has_one_spelling)
{
	struct message *m = decoded_with("INVITE", ctypev[_i].line);

	decoded_expect_pl(&m->ctype, ctypev[_i].type);
	decoded_expect_pl(&m->ctype_params, ctypev[_i].params);
	mem_deref(m);
}
END_TEST


START_TEST(headers_are_found_by_id_and_by_name)
{
	struct message *m = decoded_with("INVITE",
					 "X-A : 1\r\nX-B: 2\r\nx-a: 3\r\n"
					 "Route: <sip:r>\r\n"
					 "P-Asserted-Identity : <sip:x>\r\n");
	const struct hdr *h = message_hdr_named(m, "x-A");

	decoded_expect_pl(&h->val, "1");
	h = message_hdr_next(m, h);
	decoded_expect_pl(&h->val, "3");
	ck_assert_ptr_null(message_hdr_next(m, h));
	h = message_hdr(m, HDR_ROUTE);
	ck_assert_ptr_eq(h, message_hdr_named(m, "ROUTE"));
	ck_assert_ptr_null(message_hdr_next(m, h));
	ck_assert_ptr_nonnull(message_hdr(m, HDR_P_ASSERTED_IDENTITY));
	ck_assert_ptr_null(message_hdr(m, HDR_CONTACT));
	ck_assert_ptr_null(message_hdr_named(m, "X-"));
	mem_deref(m);
}
END_TEST


START_TEST(the_copy_stands_on_its_own)
{
	char text[] = INVITE VIA REST "the body is behind";
	struct message *m = NULL;

	ck_assert_int_eq(message_decode(&m, &g, (uint8_t *)text, strlen(text)),
			 0);
	memset(text, 'x', sizeof(text));
	decoded_expect_pl(&m->ruri, "sip:bob@example.net");
	decoded_expect_pl(&m->from_tag, "1");
	decoded_expect_pl(&m->body, "the body is behind");
	ck_assert_uint_eq(m->mb->pos, 0);
	mem_deref(m);
}
END_TEST


START_TEST(no_memory_is_an_error_and_no_leak)
{
	const char *text = INVITE VIA REST;
	struct message *m = NULL;
	int err, n = 0;

	do {
		oom_after(n++);
		err = message_decode(&m, &g, (const uint8_t *)text,
				     strlen(text));
		ck_assert(!err || (err == ENOMEM && !m));
	} while (err);
	oom_after(-1);
	ck_assert_int_gt(n, 2);
	mem_deref(m);
}
END_TEST


START_TEST(nothing_is_asked_of_nothing)
{
	struct message *m = NULL;

	ck_assert_int_eq(message_decode(NULL, &g, (const uint8_t *)"", 0),
			 EINVAL);
	ck_assert_int_eq(message_decode(&m, NULL, (const uint8_t *)"", 0),
			 EINVAL);
	ck_assert_int_eq(message_decode(&m, &g, NULL, 0), EINVAL);
	ck_assert(!message_is(NULL, "ACK"));
	ck_assert(!message_in_dialog(NULL));
	ck_assert_ptr_null(message_hdr(NULL, HDR_VIA));
	ck_assert_ptr_null(message_hdr_next(NULL, NULL));
	ck_assert_ptr_null(message_hdr_named(NULL, "Via"));
}
END_TEST


Suite *suite_message(void);
Suite *suite_message(void)
{
	Suite *s = suite_create("message");
	TCase *tc = tcase_create("message");

	tcase_add_test(tc, a_request_is_taken_apart);
	tcase_add_test(tc, a_response_is_taken_apart);
	test_table(tc, a_message_decodes_or_the_sender_is_told, decodev);
	tcase_add_test(tc, a_foreign_scheme_is_for_the_core_to_answer);
	test_table(tc, max_forwards_never_wraps, maxfwdv);
	test_table(tc, a_content_type_has_one_spelling, ctypev);
	tcase_add_test(tc, headers_are_found_by_id_and_by_name);
	tcase_add_test(tc, the_copy_stands_on_its_own);
	tcase_add_test(tc, no_memory_is_an_error_and_no_leak);
	tcase_add_test(tc, nothing_is_asked_of_nothing);
	suite_add_tcase(s, tc);

	return s;
}
