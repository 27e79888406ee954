/**
 * @file test/proxy/sip/build_request.c  Requests of our own, ACK and CANCEL
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/decoded.h"
#include "proxy/sip/build.h"


#define VIA  "Via: SIP/2.0/UDP p;branch=z9hG4bK1\r\n"
#define FROM "f: <sip:a@h>;tag=1\r\n"

static const char invite[] =
	"INVITE sip:b@h;x SIP/2.0\r\n"
	"v: SIP/2.0/UDP p;branch=z9hG4bK1, SIP/2.0/UDP q\r\n" VIA
	"Route: <sip:r>\r\nX: y\r\nRoute: <sip:s>\r\n" FROM
	"t: <sip:b@h>\r\ni: 1\r\nCSeq: 007 INVITE\r\nMax-Forwards: 3\r\n"
	"Record-Route: <sip:z>\r\nProxy-Authorization: Digest x\r\n"
	"l: 4\r\n\r\nbody";


START_TEST(a_cancel_is_made_of_its_request)
{
	struct message *m = decoded(invite);
	struct mbuf *mb = NULL;

	ck_assert_int_eq(build_cancel(&mb, m, "Reason: SIP;cause=200\r\n"), 0);
	decoded_expect(mb, "CANCEL sip:b@h;x SIP/2.0\r\n" VIA
			   "Max-Forwards: 70\r\nRoute: <sip:r>\r\n"
			   "Route: <sip:s>\r\n" FROM "t: <sip:b@h>\r\ni: 1\r\n"
			   "CSeq: 7 CANCEL\r\nReason: SIP;cause=200\r\n"
			   "Content-Length: 0\r\n\r\n");
	mem_deref(mb);
	mem_deref(m);
}
END_TEST


START_TEST(an_ack_has_the_to_of_the_response)
{
	struct message *m = decoded(invite);
	struct message *resp = decoded("SIP/2.0 486 Busy\r\n" VIA FROM
				       "To: <sip:b@h>;tag=busy\r\ni: 1\r\n"
				       "CSeq: 7 INVITE\r\n\r\n");
	struct mbuf *mb = NULL;

	ck_assert_int_eq(build_ack(&mb, m, resp), 0);
	decoded_expect(mb, "ACK sip:b@h;x SIP/2.0\r\n" VIA
			   "Max-Forwards: 70\r\nRoute: <sip:r>\r\n"
			   "Route: <sip:s>\r\n" FROM
			   "To: <sip:b@h>;tag=busy\r\ni: 1\r\n"
			   "CSeq: 7 ACK\r\nContent-Length: 0\r\n\r\n");

	ck_assert_int_eq(build_ack(&mb, NULL, resp), EINVAL);
	ck_assert_int_eq(build_ack(&mb, m, m), EINVAL);
	ck_assert_int_eq(build_ack(&mb, resp, resp), EINVAL);
	ck_assert_int_eq(build_ack(NULL, m, resp), EINVAL);
	ck_assert_int_eq(build_cancel(&mb, resp, NULL), EINVAL);
	ck_assert_int_eq(build_cancel(&mb, NULL, NULL), EINVAL);
	mem_deref(mb);
	mem_deref(resp);
	mem_deref(m);
}
END_TEST


static struct build_request request(void)
{
	struct build_request r = {
		.met = "OPTIONS",
		.ruri = PL("sip:h"),
		.via = PL("SIP/2.0/UDP p;branch=z9hG4bK1"),
		.from = PL("<sip:a@h>;tag=1"),
		.to = PL("<sip:b@h>"),
		.callid = PL("1@h"),
		.cseq = 7,
	};

	return r;
}


START_TEST(a_request_of_our_own_decodes)
{
	struct build_request r = request();
	struct message *m = NULL;
	struct mbuf *mb = NULL;
	static struct guard g;

	r.extra = "X: y\r\n";
	r.ctype = "a/b";
	pl_set_str(&r.body, "body");
	ck_assert_int_eq(build_request(&mb, &r), 0);
	decoded_expect(mb,
		       "OPTIONS sip:h SIP/2.0\r\n" VIA
		       "Max-Forwards: 70\r\nFrom: <sip:a@h>;tag=1\r\n"
		       "To: <sip:b@h>\r\nCall-ID: 1@h\r\nCSeq: 7 OPTIONS\r\n"
		       "X: y\r\nContent-Type: a/b\r\n"
		       "Content-Length: 4\r\n\r\nbody");
	ck_assert_int_eq(message_decode(&m, &g, mb->buf, mb->end), 0);
	mem_deref(m);
	mem_deref(mb);
}
END_TEST


START_TEST(a_request_needs_its_parts)
{
	const struct pl none = PL_INIT;
	struct mbuf *mb = NULL;

	for (int i = 0; i < 6; i++) {
		struct build_request r = request();

		if (i == 0)
			r.met = NULL;
		else
			*(struct pl *[]){&r.ruri, &r.via, &r.from, &r.to,
					 &r.callid}[i - 1] = none;
		ck_assert_int_eq(build_request(&mb, &r), EINVAL);
	}
	ck_assert_int_eq(build_request(&mb, NULL), EINVAL);
}
END_TEST


START_TEST(codes_have_phrases)
{
	ck_assert_str_eq(build_reason(200), "OK");
	ck_assert_str_eq(build_reason(483), "Too Many Hops");
	ck_assert_str_eq(build_reason(0), "");
	ck_assert_str_eq(build_reason(299), "");
}
END_TEST


Suite *suite_build_request(void);
Suite *suite_build_request(void)
{
	Suite *s = suite_create("build_request");
	TCase *tc = tcase_create("build_request");

	tcase_add_test(tc, a_cancel_is_made_of_its_request);
	tcase_add_test(tc, an_ack_has_the_to_of_the_response);
	tcase_add_test(tc, a_request_of_our_own_decodes);
	tcase_add_test(tc, a_request_needs_its_parts);
	tcase_add_test(tc, codes_have_phrases);
	suite_add_tcase(s, tc);

	return s;
}
