/**
 * @file test/proxy/sip/ws_handshake.c  Who gets a WebSocket, and who does not
 */
#include <string.h>
#include "test/mock/wsclient.h"
#include "test/test.h"
#include "proxy/sip/ws_handshake.h"


#define GET  "GET /sip?x=1 HTTP/1.1\r\n"
#define HOST "Host: a\r\n"
#define UP   "Upgrade: websocket\r\nConnection: Upgrade\r\n"
#define KEY  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define V13  "Sec-WebSocket-Version: 13\r\n"
#define SIP  "Sec-WebSocket-Protocol: sip\r\n"
#define END  "\r\n"

static const struct {
	const char *text;
	uint16_t status;
} casev[] = {
	{WSCLIENT_REQUEST, 101},
	{GET HOST UP KEY V13 SIP END, 101},
	/* lists, more lines of a name, odd case, any blanks */
	{GET HOST UP KEY V13 "sec-websocket-protocol:msrp,\tsip ,x" END END,
	 101},
	{GET HOST UP KEY V13 "Sec-WebSocket-Protocol: msrp\r\n" SIP END, 101},
	{GET HOST "upgrade: h2c, WebSocket\r\nCONNECTION: Keep-Alive\r\n"
		  "Connection: UPGRADE\r\n" KEY V13 SIP END,
	 101},
	{GET HOST UP KEY V13 SIP "Content-Length: 0\r\n" END, 101},
	{GET HOST UP KEY V13 SIP "X: \xc3\xa4\r\nY:\r\n" END, 101},
	/* not asked for */
	{GET HOST END, 426},
	{GET HOST "Connection: Upgrade\r\n" KEY V13 SIP END, 426},
	{GET HOST "Upgrade: websocket\r\n" KEY V13 SIP END, 426},
	{GET HOST
	 "Upgrade: websocketx\r\nConnection: Upgrade\r\n" KEY V13 SIP END,
	 426},
	/* version */
	{GET HOST UP KEY SIP END, 426},
	{GET HOST UP KEY SIP "Sec-WebSocket-Version: 8\r\n" END, 426},
	{GET HOST UP KEY SIP "Sec-WebSocket-Version: 13, 8\r\n" END, 426},
	/* key */
	{GET HOST UP V13 SIP END, 400},
	{GET HOST UP V13 SIP "Sec-WebSocket-Key:\r\n" END, 400},
	{GET HOST UP V13 SIP "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n" END,
	 400},
	{GET HOST UP V13 SIP
	 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZTE=\r\n" END,
	 400},
	{GET HOST UP V13 SIP
	 "Sec-WebSocket-Key: dGhlIHNhbXBs*SBub25jZQ==\r\n" END,
	 400},
	{GET HOST UP KEY KEY V13 SIP END, 400},
	/* subprotocol */
	{GET HOST UP KEY V13 END, 400},
	{GET HOST UP KEY V13 "Sec-WebSocket-Protocol: msrp\r\n" END, 400},
	{GET HOST UP KEY V13 "Sec-WebSocket-Protocol: sips, xsip\r\n" END,
	 400},
	{GET HOST UP KEY V13 "Sec-WebSocket-Protocol:\r\n" END, 400},
	/* host */
	{GET UP KEY V13 SIP END, 400},
	{GET "Host:\r\n" UP KEY V13 SIP END, 400},
	{GET HOST HOST UP KEY V13 SIP END, 400},
	/* the request line */
	{"GET / HTTP/1.0\r\n" HOST UP KEY V13 SIP END, 505},
	{"GET / HTTP/2.0\r\n" HOST END, 505},
	{"GET / SIP/2.0\r\n" HOST END, 505},
	{"POST / HTTP/1.1\r\n" HOST UP KEY V13 SIP END, 405},
	{"OPTIONS * HTTP/1.1\r\n" HOST END, 405},
	{"get / HTTP/1.1\r\n" HOST UP KEY V13 SIP END, 405},
	{"GET HTTP/1.1\r\n" HOST END, 400},
	{"GET  HTTP/1.1\r\n" HOST END, 400},
	{"GET / x HTTP/1.1\r\n" HOST END, 400},
	{"GET\r\n" HOST END, 400},
	{END, 400},
	/* lines */
	{GET HOST UP KEY V13 SIP "no colon\r\n" END, 400},
	{GET HOST UP KEY V13 SIP ": nameless\r\n" END, 400},
	{GET HOST UP KEY V13 SIP "X : blank\r\n" END, 400},
	{GET HOST UP KEY V13 SIP "X: a\r\n folded\r\n" END, 400},
	{GET HOST UP KEY V13 SIP "X: a\rb\r\n" END, 400},
	{GET HOST UP KEY V13 SIP "X: a\x7f\r\n" END, 400},
	{GET HOST UP KEY V13 SIP "X: a\n" END, 400},
	{"GET / HTTP/1.1\nHost: a\n\n", 400},
	/* a body would be read as frames */
	{GET HOST UP KEY V13 SIP "Content-Length: 5\r\n" END, 400},
	{GET HOST UP KEY V13 SIP "Transfer-Encoding: chunked\r\n" END, 400},
};


static void read_text(struct ws_handshake *hs, const char *text,
		      const struct ws_origins *origins)
{
	ws_handshake_read(hs, (const uint8_t *)text, strlen(text), origins);
}


START_TEST(a_request_gets_what_it_deserves)
{
	struct ws_handshake hs;

	read_text(&hs, casev[_i].text, NULL);
	ck_assert_msg(hs.status == casev[_i].status, "%u %s for\n%s",
		      hs.status, hs.why ? hs.why : "", casev[_i].text);
	ck_assert((hs.status == 101) == !hs.why);
	ck_assert((hs.status == 101) == !!hs.accept[0]);
}
END_TEST


/* RFC 6455 section 1.3 */
START_TEST(the_answer_proves_that_the_key_was_read)
{
	static const char expect[] = "HTTP/1.1 101 Switching Protocols\r\n"
				     "Upgrade: websocket\r\n"
				     "Connection: Upgrade\r\n"
				     "Sec-WebSocket-Accept: " WSCLIENT_ACCEPT
				     "\r\n"
				     "Sec-WebSocket-Protocol: sip\r\n\r\n";
	struct mbuf *mb = mbuf_alloc(64);
	struct ws_handshake hs;

	read_text(&hs, WSCLIENT_REQUEST, NULL);
	ck_assert_str_eq(hs.accept, WSCLIENT_ACCEPT);
	ck_assert_int_eq(ws_handshake_print(mb, &hs), 0);
	ck_assert_uint_eq(mb->end, sizeof(expect) - 1);
	ck_assert_mem_eq(mb->buf, expect, mb->end);
	mem_deref(mb);
}
END_TEST


static const struct {
	uint16_t status;
	const char *start, *holds;
} answerv[] = {
	{400, "HTTP/1.1 400 Bad Request\r\n", "Connection: close\r\n"},
	{403, "HTTP/1.1 403 Forbidden\r\n", "Connection: close\r\n"},
	{405, "HTTP/1.1 405 Method Not Allowed\r\n", "Allow: GET\r\n"},
	{426, "HTTP/1.1 426 Upgrade Required\r\n",
	 "Upgrade: websocket\r\nConnection: close, Upgrade\r\n"
	 "Sec-WebSocket-Version: 13\r\n"},
	{431, "HTTP/1.1 431 Request Header Fields Too Large\r\n",
	 "Connection: close\r\n"},
	{500, "HTTP/1.1 500 Internal Server Error\r\n", "close\r\n"},
	{505, "HTTP/1.1 505 HTTP Version Not Supported\r\n", "close\r\n"},
};

START_TEST(a_refusal_is_short_and_says_why)
{
	const struct ws_handshake hs = {.status = answerv[_i].status,
					.why = "because"};
	struct mbuf *mb = mbuf_alloc(64);

	ck_assert_int_eq(ws_handshake_print(mb, &hs), 0);
	ck_assert_int_eq(mbuf_write_u8(mb, 0), 0);
	ck_assert(!strncmp((char *)mb->buf, answerv[_i].start,
			   strlen(answerv[_i].start)));
	ck_assert_ptr_nonnull(strstr((char *)mb->buf, answerv[_i].holds));
	ck_assert_ptr_nonnull(
		strstr((char *)mb->buf, "Content-Length: 8\r\n\r\nbecause\n"));
	ck_assert_uint_lt(mb->end, 300);
	mem_deref(mb);
}
END_TEST


static const struct {
	const char *line;
	uint16_t status;
} originv[] = {
	{"Origin: https://phone.example.net\r\n", 101},
	{"Origin: HTTPS://Phone.example.net\r\n", 101},
	{"Origin: http://localhost:8000\r\n", 101},
	{"", 101}, /* no browser */
	{"Origin: https://phone.example.net.evil.example\r\n", 403},
	{"Origin: https://phone.example.net:444\r\n", 403},
	{"Origin: http://phone.example.net\r\n", 403},
	{"Origin: null\r\n", 403},
	{"Origin:\r\n", 403},
	{"Origin: https://phone.example.net\r\n"
	 "Origin: https://phone.example.net\r\n",
	 400},
};

START_TEST(a_list_of_origins_keeps_foreign_pages_out)
{
	static const char v[][CONFIG_ORIGIN_SIZE] = {
		"https://phone.example.net", "http://localhost:8000"};
	const struct ws_origins origins = {v, ARRAY_SIZE(v)};
	struct ws_handshake hs;
	char text[1024];

	ck_assert_int_gt(re_snprintf(text, sizeof(text), "%s%s%s",
				     GET HOST UP KEY V13 SIP, originv[_i].line,
				     END),
			 0);
	read_text(&hs, text, &origins);
	ck_assert_uint_eq(hs.status, originv[_i].status);
	if (originv[_i].status == 403) {
		read_text(&hs, text, NULL);
		ck_assert_uint_eq(hs.status, 101);
	}
}
END_TEST


Suite *suite_ws_handshake(void);

Suite *suite_ws_handshake(void)
{
	Suite *s = suite_create("ws_handshake");
	TCase *tc = tcase_create("ws_handshake");

	test_table(tc, a_request_gets_what_it_deserves, casev);
	tcase_add_test(tc, the_answer_proves_that_the_key_was_read);
	test_table(tc, a_refusal_is_short_and_says_why, answerv);
	test_table(tc, a_list_of_origins_keeps_foreign_pages_out, originv);
	suite_add_tcase(s, tc);

	return s;
}
