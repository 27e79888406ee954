/**
 * @file test/proxy/media/body.c  The SDP in a body: found, and replaced
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/cpu.h"
#include "proxy/media/body.h"

#define SDP   "v=0\r\ns=-\r\n"
#define MIXED "Content-Type: multipart/mixed;boundary=b\r\n"
#define PART  "--b\r\nContent-Type: application/sdp\r\n\r\n"
#define TEXT  "--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n"
#define END   "\r\n--b--\r\n"
#define LAST  "\n--b--"

enum { BIG = 65535, BUDGET_US = 1000 };


static struct message *message_of(const char *headers, const char *body,
				  size_t len)
{
	struct guard *g = calloc(1, sizeof(*g));
	struct message *m = NULL;
	struct mbuf *mb = mbuf_alloc(512 + len);

	ck_assert_ptr_nonnull(g);
	ck_assert_ptr_nonnull(mb);
	ck_assert_int_eq(
		mbuf_printf(mb,
			    "INVITE sip:bob@example.com SIP/2.0\r\n"
			    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
			    "Max-Forwards: 70\r\n"
			    "From: <sip:a@example.com>;tag=1\r\n"
			    "To: <sip:bob@example.com>\r\n"
			    "Call-ID: 1\r\nCSeq: 1 INVITE\r\n"
			    "%sContent-Length: %zu\r\n\r\n",
			    headers, len),
		0);
	if (len)
		ck_assert_int_eq(
			mbuf_write_mem(mb, (const uint8_t *)body, len), 0);
	ck_assert_msg(!message_decode(&m, g, mb->buf, mb->end), "refused: %s",
		      g->why ? g->why : "");
	mem_deref(mb);
	free(g);

	return m;
}


static const struct {
	const char *what, *headers, *body;
	int err;
	const char *want; /* the part; NULL: not looked at */
} findv[] = {
	{"plain", "Content-Type: application/sdp\r\n", SDP, 0, SDP},
	{"compact and any case", "c: Application/SDP;charset=utf-8\r\n", SDP,
	 0, SDP},
	{"blanks around the slash", "c: application / sdp\r\n", SDP, 0, SDP},
	{"no body", "Content-Type: application/sdp\r\n", "", ENOENT, NULL},
	{"another type", "Content-Type: text/plain\r\n", SDP, ENOENT, NULL},
	{"no type", "", "hello", ENOENT, NULL},
	{"no type, but SDP", "", SDP, EBADMSG, NULL},
	{"identity", "c: application/sdp\r\ne: identity\r\n", SDP, 0, SDP},
	{"gzip", "c: application/sdp\r\nContent-Encoding: gzip\r\n", SDP,
	 ENOTSUP, NULL},
	{"gzip of something else", "c: text/plain\r\ne: gzip\r\n", SDP, ENOENT,
	 NULL},
	{"gzip of a multipart", MIXED "e: gzip\r\n", PART SDP END, ENOTSUP,
	 NULL},
	{"encrypted", "c: application/pkcs7-mime\r\n", SDP, ENOTSUP, NULL},
	{"signed", "c: multipart/signed;boundary=b\r\n", PART SDP END, ENOTSUP,
	 NULL},

	{"alone", MIXED, PART SDP END, 0, SDP},
	{"quoted boundary", "c: multipart/mixed; boundary=\"b\"\r\n",
	 PART SDP END, 0, SDP},
	{"quoted boundary with blanks and signs",
	 "c: multipart/mixed; x=y; boundary=\"a b'()+_,-./:=?\"\r\n",
	 "--a b'()+_,-./:=?\r\nc: application/sdp\r\n\r\n" SDP
	 "\r\n--a b'()+_,-./:=?--",
	 0, SDP},
	{"alternative", "c: multipart/alternative;boundary=b\r\n",
	 TEXT PART SDP END, 0, SDP},
	{"related", "c: Multipart/Related;boundary=b\r\n", PART SDP END, 0,
	 SDP},
	{"preamble and epilogue", MIXED, "hello\r\n" TEXT PART SDP END "bye",
	 0, SDP},
	{"bare LF", MIXED, "--b\nc:application/sdp\n\nv=0\ns=-\n\n--b--", 0,
	 "v=0\ns=-\n"},
	{"padding", MIXED,
	 "--b \t\r\nContent-Type: application/sdp\r\n\r\n" SDP
	 "\r\n--b-- \r\n",
	 0, SDP},
	{"other headers, folded ones too", MIXED,
	 "--b\r\nContent-Disposition: session;\r\n handling=required\r\n"
	 "CONTENT-TYPE :\r\n application/sdp\r\n"
	 "Content-Transfer-Encoding: 8BIT\r\n\r\n" SDP END,
	 0, SDP},
	{"no headers is text", MIXED, "--b\r\n\r\nv=0\r\n--b--", ENOENT, NULL},
	{"SDP among others", MIXED,
	 PART SDP
	 "\r\n--b\r\nContent-Type: application/isup\r\n\r\n\x01\x02" END,
	 0, SDP},
	{"a line that only looks like a delimiter", MIXED,
	 PART SDP "--a\r\n--\r\n-b" END, 0, SDP "--a\r\n--\r\n-b"},
	{"an empty part", MIXED, "--b\r\n\r\n--b--\r\n", ENOENT, NULL},
	{"two empty parts", MIXED, "--b\r\n--b\r\n--b--\r\n", ENOENT, NULL},
	{"headers and nothing else", MIXED,
	 "--b\r\nContent-Type: text/plain\r\n--b--", ENOENT, NULL},
	{"an empty SDP", MIXED, PART "\r\n--b--", EBADMSG, NULL},
	{"an SDP without a blank line", MIXED,
	 "--b\r\nContent-Type: application/sdp\r\n--b--", EBADMSG, NULL},
	{"without SDP", MIXED, TEXT END, ENOENT, NULL},

	{"no boundary", "c: multipart/mixed\r\n", PART SDP END, EBADMSG, NULL},
	{"empty boundary", "c: multipart/mixed;boundary=\"\"\r\n",
	 PART SDP END, EBADMSG, NULL},
	{"boundary that ends in a blank",
	 "c: multipart/mixed;boundary=\"b \"\r\n", PART SDP END, EBADMSG,
	 NULL},
	{"boundary with an escape", "c: multipart/mixed;boundary=\"\\b\"\r\n",
	 PART SDP END, EBADMSG, NULL},
	{"boundary too long",
	 "c: multipart/mixed;boundary="
	 "12345678901234567890123456789012345678901234567890123456789012345678"
	 "901"
	 "\r\n",
	 PART SDP END, EBADMSG, NULL},
	{"no delimiter", MIXED, SDP, EBADMSG, NULL},
	{"only a delimiter", MIXED, "--b", EBADMSG, NULL},
	{"no last delimiter", MIXED, PART SDP, EBADMSG, NULL},
	{"a delimiter with a tail", MIXED, PART SDP "\r\n--bc\r\n" END,
	 EBADMSG, NULL},
	{"two SDPs", MIXED, PART SDP "\r\n" PART SDP END, EBADMSG, NULL},
	{"nested", MIXED,
	 "--b\r\nc: multipart/mixed;boundary=c\r\n\r\n--c\r\n"
	 "c: application/sdp\r\n\r\n" SDP "\r\n--c--" END,
	 EBADMSG, NULL},
	{"two types", MIXED,
	 "--b\r\nc: text/plain\r\nc: application/sdp\r\n\r\n" SDP END, EBADMSG,
	 NULL},
	{"no header line", MIXED, "--b\r\nhello\r\n\r\n" SDP END, EBADMSG,
	 NULL},
	{"base64", MIXED,
	 "--b\r\nc: application/sdp\r\n"
	 "Content-Transfer-Encoding: base64\r\n\r\ndj0w" END,
	 ENOTSUP, NULL},
	{"gzip of a part", MIXED,
	 "--b\r\nc: application/sdp\r\nContent-Encoding: gzip\r\n\r\nx" END,
	 ENOTSUP, NULL},
	{"encrypted part", MIXED,
	 "--b\r\nc: application/pkcs7-mime\r\n\r\nx" END, ENOTSUP, NULL},
};

START_TEST(the_sdp_is_found_or_the_reason_told)
{
	struct message *m = message_of(findv[_i].headers, findv[_i].body,
				       strlen(findv[_i].body));
	struct pl sdp = PL_INIT;
	int err = body_find_sdp(m, &sdp);

	ck_assert_msg(err == findv[_i].err, "%s: %s", findv[_i].what,
		      strerror(err));
	if (findv[_i].want)
		ck_assert_msg(!pl_strcmp(&sdp, findv[_i].want), "%s: %.*s",
			      findv[_i].what, (int)sdp.l, sdp.p);
	mem_deref(m);
}
END_TEST


START_TEST(thirty_two_parts_are_enough)
{
	struct message *m;
	struct pl sdp;
	char body[4096];

	for (int n = 32; n <= 33; n++) {
		struct mbuf mb = {(uint8_t *)body, sizeof(body), 0, 0};

		for (int i = 0; i < n; i++)
			ck_assert_int_eq(mbuf_write_str(&mb, TEXT), 0);
		ck_assert_int_eq(mbuf_write_str(&mb, "--b--"), 0);
		m = message_of(MIXED, body, mb.end);
		ck_assert_int_eq(body_find_sdp(m, &sdp),
				 n == 32 ? ENOENT : EBADMSG);
		mem_deref(m);
	}
}
END_TEST


static const struct {
	const char *headers, *body, *want;
} replacev[] = {
	{"c: application/sdp\r\n", SDP, "NEW"},
	{MIXED, "pre\r\n" TEXT PART SDP END "post",
	 "pre\r\n" TEXT PART "NEW" END "post"},
	{MIXED,
	 "--b\r\nContent-Length: 2\r\n\r\nhi\r\n"
	 "--b\r\nc: application/sdp\r\nContent-Length : 10 \r\n"
	 "l:\r\n 10\r\nX: 10\r\n\r\n" SDP END,
	 "--b\r\nContent-Length: 2\r\n\r\nhi\r\n"
	 "--b\r\nc: application/sdp\r\nContent-Length : 3 \r\n"
	 "l:\r\n 3\r\nX: 10\r\n\r\nNEW" END},
	{MIXED,
	 "--b\r\nc: application/sdp\r\nContent-Length: \r\n\r\n" SDP END,
	 "--b\r\nc: application/sdp\r\nContent-Length:3 \r\n\r\nNEW" END},
};

START_TEST(only_the_part_is_replaced)
{
	struct message *m = message_of(replacev[_i].headers, replacev[_i].body,
				       strlen(replacev[_i].body));
	struct mbuf *with = mbuf_alloc(8), *mb = NULL;
	struct pl sdp;

	ck_assert_int_eq(body_find_sdp(m, &sdp), 0);
	ck_assert_int_eq(mbuf_write_str(with, "xNEW"), 0);
	mbuf_set_pos(with, 1);
	ck_assert_int_eq(body_replace(&mb, &m->body, &sdp, with), 0);
	ck_assert_uint_eq(mb->pos, 0);
	ck_assert_msg(mb->end == strlen(replacev[_i].want) &&
			      !memcmp(mb->buf, replacev[_i].want, mb->end),
		      "%.*s", (int)mb->end, (char *)mb->buf);
	mem_deref(mb);
	mem_deref(with);
	mem_deref(m);
}
END_TEST


START_TEST(a_part_of_another_body_is_refused)
{
	static const char text[] = "0123456789";
	struct pl body = {text + 2, 4}, before = {text + 1, 2},
		  behind = {text + 5, 2}, longer = {text + 2, 5};
	struct mbuf with = {NULL, 0, 0, 0};
	struct mbuf *mb = NULL;

	ck_assert_int_eq(body_replace(&mb, &body, &before, &with), EINVAL);
	ck_assert_int_eq(body_replace(&mb, &body, &behind, &with), EINVAL);
	ck_assert_int_eq(body_replace(&mb, &body, &longer, &with), EINVAL);
	ck_assert_int_eq(body_replace(NULL, &body, &body, &with), EINVAL);
	ck_assert_int_eq(body_replace(&mb, NULL, &body, &with), EINVAL);
	ck_assert_int_eq(body_replace(&mb, &body, NULL, &with), EINVAL);
	ck_assert_int_eq(body_replace(&mb, &body, &body, NULL), EINVAL);
	ck_assert_int_eq(body_find_sdp(NULL, NULL), EINVAL);
	ck_assert_ptr_null(mb);
}
END_TEST


static const struct {
	const char *begin, *line;
} bigv[] = {
	{"", "\n"},
	{"", "--\n"},
	{"", "--c\n"},
	{"--b\r\n", "a:\n"},
	{"--b\r\n", "a:\n "},
	{"--b\r\nc:application/sdp\n\n", "v=0\n"},
	{"--b\r\nc:", " "},
	{"--b\r\nc:", "/"},
	{"--b\r\nc:", "\r"},
	{"--b", " "},
	{"", "-"},
	{"--b\r\n", ":"},
	{"--b\r\nl:", "1"},
};

START_TEST(the_longest_body_takes_less_than_a_millisecond)
{
	const size_t begin = strlen(bigv[_i].begin), l = strlen(bigv[_i].line);
	const size_t end = strlen(LAST);
	char *body = malloc(BIG);
	struct message *m;
	struct pl sdp = PL_INIT;
	uint64_t best = UINT64_MAX;

	ck_assert_ptr_nonnull(body);
	for (size_t i = 0; i < BIG; i++) {
		if (i < begin)
			body[i] = bigv[_i].begin[i];
		else if (i < BIG - end)
			body[i] = bigv[_i].line[(i - begin) % l];
		else
			body[i] = LAST[i - (BIG - end)];
	}
	m = message_of(MIXED, body, BIG);
	free(body);

	for (int i = 0; i < 5; i++) {
		const uint64_t t = cpu_us();
		struct mbuf with = {NULL, 0, 0, 0};
		struct mbuf *mb = NULL;

		if (!body_find_sdp(m, &sdp))
			(void)body_replace(&mb, &m->body, &sdp, &with);
		mem_deref(mb);
		best = cpu_us() - t < best ? cpu_us() - t : best;
	}
	mem_deref(m);
	ck_assert_msg(!CPU_TIMED || best < BUDGET_US,
		      "%llu us for lines of %s", (unsigned long long)best,
		      bigv[_i].line);
}
END_TEST


Suite *suite_body(void);
Suite *suite_body(void)
{
	Suite *s = suite_create("body");
	TCase *tc = tcase_create("body");

	test_table(tc, the_sdp_is_found_or_the_reason_told, findv);
	tcase_add_test(tc, thirty_two_parts_are_enough);
	test_table(tc, only_the_part_is_replaced, replacev);
	tcase_add_test(tc, a_part_of_another_body_is_refused);
	test_table(tc, the_longest_body_takes_less_than_a_millisecond, bigv);
	suite_add_tcase(s, tc);

	return s;
}
