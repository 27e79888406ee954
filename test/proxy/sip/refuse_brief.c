/**
 * @file test/proxy/sip/refuse_brief.c  Answers that may not be long
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/refuse_brief.h"
#include "test/mock/decoded.h"
#include "test/test.h"


#define VIA    "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;received=192.0.2.1\r\n"
#define DIGEST "Digest realm=\"example.net\", nonce=\"0011\", "

static const char full[] = "SIP/2.0 401 Unauthorized\r\n"
			   "Via: " VIA "From: <sip:a@example.net>;tag=1\r\n"
			   "To: <sip:a@example.net>;tag=2\r\n"
			   "Call-ID: x\r\n"
			   "CSeq: 1 REGISTER\r\n"
			   "WWW-Authenticate: " DIGEST
			   "algorithm=MD5, qop=\"auth\"\r\n"
			   "WWW-Authenticate: " DIGEST
			   "algorithm=SHA-256, qop=\"auth\"\r\n"
			   "Allow: INVITE, ACK\r\n"
			   "Content-Length: 0\r\n\r\n";

static const char one[] = "SIP/2.0 401 Unauthorized\r\n"
			  "Via: " VIA "From: <sip:a@example.net>;tag=1\r\n"
			  "To: <sip:a@example.net>;tag=2\r\n"
			  "Call-ID: x\r\n"
			  "CSeq: 1 REGISTER\r\n"
			  "WWW-Authenticate: " DIGEST
			  "algorithm=MD5, qop=\"auth\"\r\n"
			  "Content-Length: 0\r\n\r\n";

static const char plain[] = "SIP/2.0 401 \r\n"
			    "Via: " VIA "From: <sip:a@example.net>;tag=1\r\n"
			    "To: <sip:a@example.net>;tag=2\r\n"
			    "Call-ID: x\r\n"
			    "CSeq: 1 REGISTER\r\n"
			    "WWW-Authenticate: " DIGEST "qop=\"auth\"\r\n\r\n";

static const char compact[] =
	"SIP/2.0 401 \r\n"
	"v:" VIA "f:<sip:a@example.net>;tag=1\r\n"
	"t:<sip:a@example.net>;tag=2\r\n"
	"i:x\r\n"
	"CSeq:1 REGISTER\r\n"
	"WWW-Authenticate:Digest realm=\"example.net\",nonce=\"0011\","
	"qop=\"auth\"\r\n\r\n";


static struct mbuf *text(const char *s)
{
	struct mbuf *mb = mbuf_alloc(64);

	ck_assert_ptr_nonnull(mb);
	ck_assert_int_eq(mbuf_write_str(mb, s), 0);
	mb->pos = 0;

	return mb;
}


static const struct {
	size_t limit;
	const char *want;
	int err;
} briefv[] = {
	{sizeof(full) - 1, full, 0},
	{sizeof(full) - 2, one, 0},
	{sizeof(one) - 1, one, 0},
	{sizeof(one) - 2, plain, 0},
	{sizeof(plain) - 1, plain, 0},
	{sizeof(plain) - 2, compact, 0},
	{sizeof(compact) - 1, compact, 0},
	{sizeof(compact) - 2, compact, EMSGSIZE},
	{0, compact, EMSGSIZE},
};


START_TEST(as_much_is_left_out_as_is_needed)
{
	struct mbuf *mb = text(full);

	ck_assert_int_eq(refuse_brief(&mb, briefv[_i].limit), briefv[_i].err);
	decoded_expect(mb, briefv[_i].want);
	mem_deref(mb);
}
END_TEST


START_TEST(each_form_is_a_message)
{
	struct mbuf *mb = text(full);

	for (size_t limit = sizeof(full); limit; limit--) {
		struct message *m;

		(void)refuse_brief(&mb, limit);
		mbuf_set_pos(mb, mb->end);
		ck_assert_int_eq(mbuf_write_u8(mb, 0), 0);
		--mb->end;
		m = decoded((char *)mb->buf);
		ck_assert_uint_eq(m->scode, 401);
		decoded_expect_pl(&m->to_tag, "2");
		decoded_expect_pl(&m->callid, "x");
		ck_assert_uint_eq(m->cseq, 1);
		ck_assert_ptr_nonnull(message_hdr(m, HDR_WWW_AUTHENTICATE));
		mb->pos = 0;
		mem_deref(m);
	}
	mem_deref(mb);
}
END_TEST


START_TEST(what_folded_lines_say_stays_whole)
{
	struct mbuf *mb = text("SIP/2.0 400 Bad\r\nVia: a;\r\n b\r\n"
			       "X: 1\r\n 2\r\nfrom :  x\r\nTo: y\r\n\r\n");

	ck_assert_int_eq(refuse_brief(&mb, 1), EMSGSIZE);
	decoded_expect(mb,
		       "SIP/2.0 400 \r\nv:a;\r\n b\r\nf: x\r\nt:y\r\n\r\n");
	mem_deref(mb);
}
END_TEST


START_TEST(what_must_be_said_stays)
{
	static const char said[] =
		"SIP/2.0 420 \r\nUnsupported:a, b\r\nRetry-After:5\r\n"
		"Min-Expires:60\r\n\r\n";
	struct mbuf *mb = text("SIP/2.0 420 Bad Extension\r\n"
			       "Unsupported: a, b\r\nRetry-After: 5\r\n"
			       "Min-Expires: 60\r\nServer: x\r\n\r\n");

	ck_assert_int_eq(refuse_brief(&mb, sizeof(said) - 1), 0);
	decoded_expect(mb, said);
	mem_deref(mb);
}
END_TEST


START_TEST(nonsense_and_no_memory)
{
	struct mbuf *mb = NULL;

	ck_assert_int_eq(refuse_brief(NULL, 1), EINVAL);
	ck_assert_int_eq(refuse_brief(&mb, 1), EINVAL);
	mb = text("garbage without a line");
	ck_assert_int_eq(refuse_brief(&mb, 1), EMSGSIZE);
	mem_deref(mb);
}
END_TEST


Suite *suite_refuse_brief(void);
Suite *suite_refuse_brief(void)
{
	Suite *s = suite_create("refuse_brief");
	TCase *tc = tcase_create("refuse_brief");

	test_table(tc, as_much_is_left_out_as_is_needed, briefv);
	tcase_add_test(tc, each_form_is_a_message);
	tcase_add_test(tc, what_folded_lines_say_stays_whole);
	tcase_add_test(tc, what_must_be_said_stays);
	tcase_add_test(tc, nonsense_and_no_memory);
	suite_add_tcase(s, tc);

	return s;
}
