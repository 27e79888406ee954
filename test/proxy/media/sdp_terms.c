/**
 * @file test/proxy/media/sdp_terms.c  What an SDP says beside its addresses
 */
#include <errno.h>
#include "proxy/media/sdp_terms.h"
#include "test/mock/decoded.h"
#include "test/test.h"

#define HEAD  "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n"
#define CONN  "c=IN IP4 192.0.2.1\r\nt=0 0\r\n"
#define HELD  "c=IN IP4 0.0.0.0\r\nt=0 0\r\n"
#define AUDIO "m=audio 4000 RTP/AVP 0\r\n"

static const struct {
	const char *sdp;
	bool mux, sends, hears;
} termv[] = {
	{HEAD CONN AUDIO, false, true, true},
	{HEAD CONN AUDIO "a=sendrecv\r\n", false, true, true},
	{HEAD CONN AUDIO "a=sendonly\r\n", false, true, false},
	{HEAD CONN AUDIO "a=recvonly\r\n", false, false, true},
	{HEAD CONN AUDIO "a=inactive\r\n", false, false, false},
	{HEAD HELD AUDIO, false, false, false},
	{HEAD HELD AUDIO "a=sendonly\r\n", false, false, false},
	{HEAD CONN "a=sendonly\r\n" AUDIO, false, true, false},
	{HEAD CONN "a=sendonly\r\n" AUDIO "a=sendrecv\r\n", false, true, true},
	{HEAD CONN AUDIO "a=rtcp-mux\r\n", true, true, true},
};


START_TEST(directions_and_rtcp_mux)
{
	struct sdp *sdp = decoded_sdp(termv[_i].sdp);
	struct relay_terms *t = NULL;

	ck_assert_int_eq(sdp_terms(&t, sdp, 0), 0);
	ck_assert_int_eq(t->mux, termv[_i].mux);
	ck_assert_int_eq(t->sends, termv[_i].sends);
	ck_assert_int_eq(t->hears, termv[_i].hears);
	mem_deref(t);
	mem_deref(sdp);
}
END_TEST


START_TEST(there_are_no_terms_of_no_stream)
{
	struct sdp *sdp = decoded_sdp(HEAD CONN AUDIO);
	struct relay_terms *t = NULL;

	ck_assert_int_eq(sdp_terms(NULL, sdp, 0), EINVAL);
	ck_assert_int_eq(sdp_terms(&t, sdp, 1), ENOENT);
	ck_assert_int_eq(sdp_terms(&t, NULL, 0), ENOENT);
	ck_assert_ptr_null(t);
	mem_deref(sdp);
}
END_TEST


Suite *suite_sdp_terms(void);
Suite *suite_sdp_terms(void)
{
	Suite *s = suite_create("sdp_terms");
	TCase *tc = tcase_create("sdp_terms");

	test_table(tc, directions_and_rtcp_mux, termv);
	tcase_add_test(tc, there_are_no_terms_of_no_stream);
	suite_add_tcase(s, tc);

	return s;
}
