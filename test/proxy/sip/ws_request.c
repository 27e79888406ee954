/**
 * @file test/proxy/sip/ws_request.c  The request that asks for a WebSocket
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include "test/mock/wsclient.h"
#include "test/test.h"
#include "proxy/sip/ws_request.h"


#define GET "GET / HTTP/1.1\r\n"

static const struct {
	const char *text;
	bool whole;
} casev[] = {
	{WSCLIENT_REQUEST, true},
	{GET "\r\n", true},
	{"\n\n", true},
	{"GET / HTTP/1.1\n\n", true},
	{"GET / HTTP/1.1\n\r\n", true},
	{GET "Host: a\r\n", false},
	{GET "\r", false},
	{"GET", false},
	{"\r\n", false},
	{"", false},
};

START_TEST(its_end_is_found_however_it_comes)
{
	const char *text = casev[_i].text;
	const size_t len = strlen(text);
	size_t scan = 0, end = 0;

	for (size_t n = 0; !end && n <= len; n++)
		end = ws_request_head((const uint8_t *)text, n, &scan);
	ck_assert_uint_eq(end, casev[_i].whole ? len : 0);

	scan = 0;
	ck_assert_uint_eq(ws_request_head((const uint8_t *)text, len, &scan),
			  end);
}
END_TEST


START_TEST(what_it_says_is_kept_as_it_came)
{
	static const char text[] = WSCLIENT_REQUEST;
	struct ws_request req;

	ck_assert_int_eq(ws_request_decode(&req, (const uint8_t *)text,
					   sizeof(text) - 1),
			 0);
	ck_assert(!pl_strcmp(&req.met, "GET"));
	ck_assert(!pl_strcmp(&req.ver, "HTTP/1.1"));
	ck_assert(!pl_strcmp(&req.host, "sip.example.net"));
	ck_assert(!pl_strcmp(&req.key, "dGhlIHNhbXBsZSBub25jZQ=="));
	ck_assert(!pl_strcmp(&req.version, "13"));
	ck_assert(!pl_strcmp(&req.origin, "https://phone.example.net"));
	ck_assert(req.upgrade && req.connection && req.sip && !req.bad);
}
END_TEST


START_TEST(without_a_request_line_it_is_nothing)
{
	const uint8_t *p = (const uint8_t *)"GET /\r\n\r\n";
	struct ws_request req;

	ck_assert_int_eq(ws_request_decode(&req, p, 9), EBADMSG);
	ck_assert_int_eq(ws_request_decode(NULL, p, 9), EINVAL);
	ck_assert_int_eq(ws_request_decode(&req, NULL, 9), EINVAL);
}
END_TEST


static const struct {
	const char *text;
	bool may;
} beginv[] = {
	{"", true},
	{"G", true},
	{"GET", true},
	{"GET ", true},
	{"POST /", true},
	{"OPTIONS sip:", true},
	{" ", false},
	{"GET/", false},
	{"get ", false},
	{"\x16", false},
	{"\x16\x03\x01", false},
	{"SIP/2.0", false},
	{"\r\n\r\n", false},
	{"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false},
};

START_TEST(what_cannot_become_http_is_known_by_its_first_octets)
{
	const char *text = beginv[_i].text;

	ck_assert(ws_request_may_be((const uint8_t *)text, strlen(text)) ==
		  beginv[_i].may);
}
END_TEST


START_TEST(a_request_of_too_many_lines_is_refused)
{
	struct mbuf *mb = mbuf_alloc(WS_REQUEST_MAX);
	struct ws_request req;

	(void)mbuf_write_str(mb, GET);
	for (int i = 0; i <= WS_REQUEST_LINES_MAX; i++)
		(void)mbuf_write_str(mb, "X: y\r\n");
	(void)mbuf_write_str(mb, "\r\n");
	ck_assert_int_eq(ws_request_decode(&req, mb->buf, mb->end), 0);
	ck_assert(req.bad);
	mem_deref(mb);
}
END_TEST


static double cpu_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);

	return 1e3 * (double)ts.tv_sec + (double)ts.tv_nsec / 1e6;
}


static const char fillv[] = {'a', ' ', ',', ':', '\r', '\t', '\0', '='};

/* the bound is wide, for sanitizers and busy machines */
START_TEST(no_request_takes_long)
{
	uint8_t text[WS_REQUEST_MAX];
	const size_t n = strlen(GET "Upgrade: ");
	struct ws_request req;
	double before;

	memset(text, fillv[_i], sizeof(text));
	memcpy(text, GET "Upgrade: ", n);
	memcpy(text + sizeof(text) - 4, "\r\n\r\n", 4);
	before = cpu_ms();
	for (int i = 0; i < 100; i++)
		(void)ws_request_decode(&req, text, sizeof(text));
	ck_assert(cpu_ms() - before < 1000);
}
END_TEST


Suite *suite_ws_request(void);

Suite *suite_ws_request(void)
{
	Suite *s = suite_create("ws_request");
	TCase *tc = tcase_create("ws_request");

	test_table(tc, its_end_is_found_however_it_comes, casev);
	tcase_add_test(tc, what_it_says_is_kept_as_it_came);
	tcase_add_test(tc, without_a_request_line_it_is_nothing);
	test_table(tc, what_cannot_become_http_is_known_by_its_first_octets,
		   beginv);
	tcase_add_test(tc, a_request_of_too_many_lines_is_refused);
	test_table(tc, no_request_takes_long, fillv);
	suite_add_tcase(s, tc);

	return s;
}
