/**
 * @file test/proxy/core/session_timer.c  RFC 4028 as a proxy
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/session_timer.h"
#include "test/mock/decoded.h"
#include "test/test.h"


static const struct session_timer_conf conf = {1800, 120};


/** Lines of an INVITE, and what becomes of it */
static const struct {
	const char *in;
	int err;
	uint32_t expires;
	const char *lines;
} askv[] = {
	/* absent: one is put in, and never below the caller's Min-SE */
	{"", 0, 1800, "Session-Expires: 1800\r\n"},
	{"Supported: timer\r\n", 0, 1800, "Session-Expires: 1800\r\n"},
	{"Supported: timer\r\nMin-SE: 3600\r\n", 0, 3600,
	 "Session-Expires: 3600\r\nMin-SE: 3600\r\n"},
	/* as it is */
	{"Supported: timer\r\nSession-Expires: 600\r\n", 0, 600, ""},
	{"k: timer\r\nx: 1800;refresher=uas\r\n", 0, 1800, ""},
	{"Supported: timer\r\nSession-Expires: 120\r\n", 0, 120, ""},
	/* shortened, the refresher stays */
	{"Supported: timer\r\nSession-Expires: 7200;refresher=uac\r\n", 0,
	 1800, "Session-Expires: 1800;refresher=uac\r\n"},
	{"Supported: timer\r\nSession-Expires: 7200 ; refresher=UAS\r\n", 0,
	 1800, "Session-Expires: 1800;refresher=uas\r\n"},
	{"Session-Expires: 7200;refresher=proxy\r\n", 0, 1800,
	 "Session-Expires: 1800\r\n"},
	{"Supported: timer\r\nSession-Expires: 7200\r\nMin-SE: 3000\r\n", 0,
	 3000, "Session-Expires: 3000\r\nMin-SE: 3000\r\n"},
	{"Session-Expires: 4000\r\nMin-SE: 5000\r\n", 0, 5000,
	 "Session-Expires: 5000\r\nMin-SE: 5000\r\n"},
	/* too small: he is told, or it is raised for him */
	{"Supported: 100rel, timer\r\nSession-Expires: 119\r\n", EPROTO, 0,
	 ""},
	{"Require: timer\r\nSession-Expires: 90\r\n", EPROTO, 0, ""},
	{"Session-Expires: 90\r\n", 0, 120,
	 "Session-Expires: 120\r\nMin-SE: 120\r\n"},
	/* what cannot be read is not there */
	{"Session-Expires: x\r\n", 0, 1800, "Session-Expires: 1800\r\n"},
	{"Session-Expires: 99999999999999\r\n", 0, 1800,
	 "Session-Expires: 1800\r\n"},
	{"Session-Expires: -1\r\n", 0, 1800, "Session-Expires: 1800\r\n"},
	{"Session-Expires: \r\n", 0, 1800, "Session-Expires: 1800\r\n"},
	{"Min-SE: banana\r\n", 0, 1800, "Session-Expires: 1800\r\n"},
};


START_TEST(a_request_asks_for_what_we_can_bear)
{
	struct message *m = decoded_with("INVITE", askv[_i].in);
	char lines[SESSION_TIMER_LINES];
	struct session_timer st;

	ck_assert_int_eq(session_timer_request(&st, m, &conf), askv[_i].err);
	if (!askv[_i].err) {
		ck_assert_uint_eq(st.expires, askv[_i].expires);
		session_timer_lines(lines, &st);
		ck_assert_str_eq(lines, askv[_i].lines);
		ck_assert_int_eq(st.uac, strstr(askv[_i].in, "timer") != NULL);
	}
	mem_deref(m);
}
END_TEST


static struct message *answer(const char *lines)
{
	char text[1024];

	(void)re_snprintf(text, sizeof(text),
			  "SIP/2.0 200 OK\r\n"
			  "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
			  "From: <sip:a@example.net>;tag=1\r\n"
			  "To: <sip:b@example.net>;tag=2\r\n"
			  "Call-ID: x\r\nCSeq: 1 INVITE\r\n%s\r\n",
			  lines);

	return decoded(text);
}


static const struct {
	const char *asked, *answered;
	uint32_t s;
	const char *lines;
} answerv[] = {
	{"Supported: timer\r\n", "Session-Expires: 1800;refresher=uas\r\n",
	 1800, ""},
	{"", "Require: timer\r\nSession-Expires: 900;refresher=uas\r\n", 900,
	 ""},
	/* the callee knows nothing of timers, the caller does */
	{"Supported: timer\r\n", "", 1800,
	 "Session-Expires: 1800;refresher=uac\r\nRequire: timer\r\n"},
	{"Supported: timer\r\nSession-Expires: 300\r\n", "", 300,
	 "Session-Expires: 300;refresher=uac\r\nRequire: timer\r\n"},
	{"Supported: timer\r\n", "x: oops\r\n", 1800,
	 "Session-Expires: 1800;refresher=uac\r\nRequire: timer\r\n"},
	/* neither does */
	{"", "", 0, ""},
};


START_TEST(an_answer_tells_how_long)
{
	struct message *req = decoded_with("INVITE", answerv[_i].asked);
	struct message *resp = answer(answerv[_i].answered);
	char lines[SESSION_TIMER_LINES];
	struct session_timer st;

	ck_assert_int_eq(session_timer_request(&st, req, &conf), 0);
	ck_assert_uint_eq(session_timer_answer(lines, &st, resp),
			  answerv[_i].s);
	ck_assert_str_eq(lines, answerv[_i].lines);
	mem_deref(req);
	mem_deref(resp);
}
END_TEST


START_TEST(switched_off_it_does_nothing)
{
	static const struct session_timer_conf off = {0, 90};
	struct message *req = decoded_with("INVITE", "Supported: timer\r\n"
						     "x: 1\r\n");
	struct message *resp = answer("x: 600\r\n");
	char lines[SESSION_TIMER_LINES];
	struct session_timer st;

	ck_assert_int_eq(session_timer_request(&st, req, &off), 0);
	session_timer_lines(lines, &st);
	ck_assert_str_eq(lines, "");
	ck_assert_uint_eq(session_timer_answer(lines, &st, resp), 0);
	ck_assert_int_eq(session_timer_request(NULL, req, &off), EINVAL);
	ck_assert_int_eq(session_timer_request(&st, NULL, &off), EINVAL);
	ck_assert_uint_eq(session_timer_answer(lines, NULL, resp), 0);
	mem_deref(req);
	mem_deref(resp);
}
END_TEST


Suite *suite_session_timer(void);
Suite *suite_session_timer(void)
{
	Suite *s = suite_create("session_timer");
	TCase *tc = tcase_create("session_timer");

	test_table(tc, a_request_asks_for_what_we_can_bear, askv);
	test_table(tc, an_answer_tells_how_long, answerv);
	tcase_add_test(tc, switched_off_it_does_nothing);
	suite_add_tcase(s, tc);

	return s;
}
