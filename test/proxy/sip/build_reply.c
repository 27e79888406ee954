/**
 * @file test/proxy/sip/build_reply.c  Replies of our own
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/decoded.h"
#include "proxy/sip/build.h"


#define START "INVITE sip:b@h SIP/2.0\r\n"
#define VIA   "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
#define FROM  "From: <sip:a@h>;tag=1\r\n"
#define IDS   "Call-ID: 1\r\nCSeq: 1 INVITE\r\n"
#define L0    "Content-Length: 0\r\n"


static struct sa src;


static void setup(void)
{
	ck_assert_int_eq(sa_set_str(&src, "192.0.2.9", 5070), 0);
}


static void expect(const char *in, const struct build_reply *r,
		   const char *out)
{
	struct message *m = decoded(in);
	struct mbuf *mb = NULL;

	sa_cpy(&m->src, &src);
	ck_assert_int_eq(build_reply(&mb, m, r), 0);
	decoded_expect(mb, out);
	mem_deref(mb);
	mem_deref(m);
}


START_TEST(a_reply_copies_what_it_must)
{
	const struct build_reply r = {
		.scode = 404,
		.to_tag = PL("x"),
		.extra = "Supported: path\r\n",
	};

	expect(START "v: SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bK1,"
		     "SIP/2.0/UDP h\r\nX: y\r\nVia: SIP/2.0/UDP i\r\n"
		     "f : <sip:a@h>;tag=1\r\nt:\r\n sip:b@h\r\n" IDS
		     "Record-Route: <sip:r>\r\nTimestamp: 1\r\n\r\nbody",
	       &r,
	       "SIP/2.0 404 Not Found\r\n"
	       "v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;received=192.0.2.9"
	       ";rport=5070,SIP/2.0/UDP h\r\nVia: SIP/2.0/UDP i\r\n"
	       "f : <sip:a@h>;tag=1\r\nt:\r\n sip:b@h;tag=x\r\n" IDS
	       "Supported: path\r\n" L0 "\r\n");
}
END_TEST


START_TEST(a_100_has_the_timestamp_and_no_tag)
{
	const struct build_reply r = {.scode = 100};

	expect(START VIA FROM "To: <sip:b@h>\r\n" IDS "timestamp : 5\r\n\r\n",
	       &r,
	       "SIP/2.0 100 Trying\r\nVia: SIP/2.0/UDP 192.0.2.1"
	       ";branch=z9hG4bK1;received=192.0.2.9\r\n" FROM
	       "To: <sip:b@h>\r\n" IDS "timestamp : 5\r\n" L0 "\r\n");
}
END_TEST


START_TEST(a_tag_that_is_there_stays)
{
	const struct build_reply r = {
		.scode = 299,
		.reason = "Odd",
		.to_tag = PL("x"),
		.ctype = "text/plain",
		.body = PL("hello"),
		.record_route = true,
	};

	(void)sa_set_str(&src, "192.0.2.1", 5060);
	expect(START VIA FROM "To: <sip:b@h;tag=uri> ; tag=t\r\n" IDS
			      "Record-Route: <sip:r>,\r\n <sip:q>\r\n\r\n",
	       &r,
	       "SIP/2.0 299 Odd\r\n" VIA FROM
	       "To: <sip:b@h;tag=uri> ; tag=t\r\n" IDS
	       "Record-Route: <sip:r>,\r\n <sip:q>\r\n"
	       "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
}
END_TEST


START_TEST(wrong_arguments_are_refused)
{
	struct message *m = decoded(START VIA FROM "t: <sip:b>\r\n" IDS
						   "\r\n");
	struct message *resp = decoded("SIP/2.0 200 OK\r\n" VIA FROM
				       "t: <sip:b>\r\n" IDS "\r\n");
	struct build_reply r = {.scode = 200};
	struct mbuf *mb = NULL;

	ck_assert_int_eq(build_reply(NULL, m, &r), EINVAL);
	ck_assert_int_eq(build_reply(&mb, NULL, &r), EINVAL);
	ck_assert_int_eq(build_reply(&mb, m, NULL), EINVAL);
	ck_assert_int_eq(build_reply(&mb, resp, &r), EINVAL);
	r.scode = 99;
	ck_assert_int_eq(build_reply(&mb, m, &r), EINVAL);
	r.scode = 700;
	ck_assert_int_eq(build_reply(&mb, m, &r), EINVAL);
	mem_deref(resp);
	mem_deref(m);
}
END_TEST


static const struct {
	const char *in;
	int err;
	const char *out; /* "TAG" stands for eight hexadecimal digits */
} errorv[] = {
	{START FROM "To: <sip:b>\r\n" IDS "\r\n", 0,
	 "SIP/2.0 400 No Via\r\n" FROM "To: <sip:b>;tag=TAG\r\n" IDS L0
	 "\r\n"},
	{START VIA FROM "To: <sip:b>;tag=q\r\nt: <sip:c>\r\n" IDS "\r\n", 0,
	 "SIP/2.0 400 Not exactly one To\r\nVia: SIP/2.0/UDP 192.0.2.1"
	 ";branch=z9hG4bK1;received=192.0.2.9\r\n" FROM
	 "To: <sip:b>;tag=q\r\n" IDS L0 "\r\n"},
	{START "Via: SIP/2.0/UDP 192.0.2.15;;,;,,\r\n" FROM "To: \"x\r\n" IDS
	       "\r\n",
	 0,
	 "SIP/2.0 400 Bad Via\r\nVia: SIP/2.0/UDP 192.0.2.15;;,;,,\r\n" FROM
	 "To: \"x\r\n" IDS L0 "\r\n"},
	{"INVITE sip:b SIP/3.0\r\nv: SIP/2.0/UDP 192.0.2.9\n\n", 0,
	 "SIP/2.0 505 Version Not Supported\r\n"
	 "v: SIP/2.0/UDP 192.0.2.9\r\n" L0 "\r\n"},
	{START VIA "cut off", 0,
	 "SIP/2.0 400 No blank line behind the headers\r\n"
	 "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;received=192.0.2.9\r\n" L0
	 "\r\n"},
	{START "\r\n", ENOENT, ""},
	{START "X: y\r\n\r\n", ENOENT, ""},
	{"junk", ENOENT, ""},
	{"ACK sip:b SIP/3.0\r\n" VIA "\r\n", ENOENT, ""},
	{"SIP/2.0 200 OK\r\n" VIA "\r\n", ENOENT, ""},
};

START_TEST(what_was_refused_is_answered_from_its_own_lines)
{
	static struct guard g;
	const char *in = errorv[_i].in;
	struct message *m = NULL;
	struct mbuf *mb = NULL;
	char want[1024];
	const char *mark;

	ck_assert_int_eq(
		message_decode(&m, &g, (const uint8_t *)in, strlen(in)),
		EBADMSG);
	ck_assert_int_eq(build_error(&mb, &g, &src), errorv[_i].err);
	if (errorv[_i].err)
		return;

	(void)re_snprintf(want, sizeof(want), "%s", errorv[_i].out);
	mark = strstr(errorv[_i].out, "TAG");
	if (mark) {
		const size_t at = (size_t)(mark - errorv[_i].out);

		ck_assert_uint_gt(mb->end, at + 8);
		(void)re_snprintf(want + at, sizeof(want) - at, "%b%s",
				  mb->buf + at, (size_t)8, mark + 3);
	}
	decoded_expect(mb, want);
	mem_deref(mb);
}
END_TEST


START_TEST(an_error_is_the_same_each_time_and_without_a_source)
{
	const char *in = START VIA FROM "To: <sip:b>\r\n"
					"Call-ID: 1\r\n\r\n";
	static struct guard g;
	struct mbuf *a = NULL, *b = NULL;

	ck_assert_int_eq(
		guard_check(&g, (const uint8_t *)in, strlen(in), false),
		EBADMSG);
	ck_assert_int_eq(build_error(&a, &g, NULL), 0);
	ck_assert_int_eq(build_error(&b, &g, NULL), 0);
	ck_assert_uint_eq(a->end, b->end);
	ck_assert_mem_eq(a->buf, b->buf, a->end);
	ck_assert_int_eq(build_error(NULL, &g, NULL), EINVAL);
	ck_assert_int_eq(build_error(&a, NULL, NULL), EINVAL);
	mem_deref(b);
	mem_deref(a);
}
END_TEST


Suite *suite_build_reply(void);
Suite *suite_build_reply(void)
{
	Suite *s = suite_create("build_reply");
	TCase *tc = tcase_create("build_reply");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, a_reply_copies_what_it_must);
	tcase_add_test(tc, a_100_has_the_timestamp_and_no_tag);
	tcase_add_test(tc, a_tag_that_is_there_stays);
	tcase_add_test(tc, wrong_arguments_are_refused);
	test_table(tc, what_was_refused_is_answered_from_its_own_lines,
		   errorv);
	tcase_add_test(tc,
		       an_error_is_the_same_each_time_and_without_a_source);
	suite_add_tcase(s, tc);

	return s;
}
