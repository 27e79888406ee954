/**
 * @file test/proxy/sip/ws_connection.c  Browsers over real loopback sockets
 *
 * The clock is virtual, so deadlines are exact and nothing waits for them.
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/stack.h"
#include "test/mock/wire.h"
#include "test/mock/wsclient.h"
#include "common/metrics.h"
#include "proxy/sip/tcp.h"
#include "proxy/sip/ws_connection.h"


enum {
	MESSAGE_MS = 10000,
	IDLE_MS = 120000,
	CONNECT_MS = 5000,
	PING_MS = 30000,
	PART_SIZE = 16384,
	SLACK_MS = 4000, /* more than the loop's steps add up to */
};

static struct timers *timers;
static struct metrics *metrics;
static struct tcp_pool *pool;
static struct guard guard;
static struct sa bound;
static struct wire w;
static struct mbuf *mb;

static struct {
	char text[4096]; /* messages, a '|' behind each */
	struct flow *flow;
	int err; /* what the handler says */
} seen;


static int send_text(struct flow *flow, const char *text)
{
	struct mbuf out = {.buf = (uint8_t *)text,
			   .size = strlen(text),
			   .end = strlen(text)};

	return flow_send(flow, &out);
}


static int msg_handler(struct flow *flow, const uint8_t *p, size_t len,
		       void *arg)
{
	const size_t n = strlen(seen.text);
	(void)arg;

	(void)re_snprintf(seen.text + n, sizeof(seen.text) - n, "%b|", p, len);
	mem_deref(seen.flow);
	seen.flow = mem_ref(flow);

	return seen.err;
}


static void bad_handler(struct flow *flow, const struct guard *g, void *arg)
{
	(void)flow;
	(void)g;
	(void)arg;
	ck_abort_msg("nothing is framed here");
}


static void setup(void)
{
	const struct tcp_pool_conf conf = {
		.per_source = 5,
		.total = 5,
		.message_ms = MESSAGE_MS,
		.idle_ms = IDLE_MS,
		.connect_ms = CONNECT_MS,
		.ws_ping_ms = PING_MS,
		.guard = &guard,
		.msgh = msg_handler,
		.badh = bad_handler,
	};
	struct sa laddr;

	memset(&seen, 0, sizeof(seen));
	w.fd = -1;
	mb = mbuf_alloc(1024);
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(tcp_pool_alloc(&pool, timers, NULL, metrics, &conf),
			 0);
	ck_assert_int_eq(sa_set_str(&laddr, "127.0.0.1", 0), 0);
	ck_assert_int_eq(tcp_pool_listen(pool, FLOW_WS, &laddr, &bound), 0);
}


static void teardown(void)
{
	wire_close(&w);
	pool = mem_deref(pool);
	seen.flow = mem_deref(seen.flow);
	timers = mem_deref(timers);
	metrics = mem_deref(metrics);
	mb = mem_deref(mb);
}


static bool has_connections(void *arg)
{
	wire_poll(&w);

	return tcp_pool_count(pool) == *(const unsigned *)arg;
}


static void await_connections(unsigned n)
{
	stack_run(timers, has_connections, &n);
}


static bool has_octets(void *arg)
{
	wire_poll(&w);

	return w.len >= *(const size_t *)arg;
}


static bool has_ended(void *arg)
{
	(void)arg;
	wire_poll(&w);

	return w.eof;
}


static void await_end(void)
{
	stack_run(timers, has_ended, NULL);
}


static bool is_open(void)
{
	stack_run(timers, NULL, NULL);
	wire_poll(&w);

	return !w.eof;
}


static void tell(const void *p, size_t len)
{
	wire_send(&w, p, len);
	stack_run(timers, NULL, NULL);
	wire_poll(&w);
}


/* what is in mb, once */
static void tell_frames(void)
{
	tell(mb->buf, mb->end);
	mbuf_rewind(mb);
}


static void dial(void)
{
	wire_connect(&w, &bound);
	await_connections(1);
}


static void shake_hands(void)
{
	size_t n = 1;

	dial();
	tell(WSCLIENT_REQUEST, sizeof(WSCLIENT_REQUEST) - 1);
	stack_run(timers, has_octets, &n);
	ck_assert_ptr_eq(strstr(w.buf, "HTTP/1.1 101 "), w.buf);
	ck_assert_ptr_nonnull(strstr(w.buf, WSCLIENT_ACCEPT));
	w.len = 0;
}


static void must_have(int first, const char *payload, size_t len)
{
	size_t n = len + 2;
	struct pl pl;
	int got;

	stack_run(timers, has_octets, &n);
	n = wsclient_take(w.buf, w.len, &got, &pl);
	ck_assert_uint_eq(n, w.len);
	ck_assert_int_eq(got, first);
	ck_assert_uint_eq(pl.l, len);
	ck_assert_mem_eq(pl.p, payload, len);
	w.len = 0;
}


START_TEST(messages_come_whole_and_answers_go_back_in_frames)
{
	shake_hands();
	wsclient_text(mb, "one");
	wsclient_frame(mb, WSCLIENT_TEXT, "t", 1);
	wsclient_frame(mb, WSCLIENT_FIN | WSCLIENT_CONT, "wo", 2);
	tell_frames();
	ck_assert_str_eq(seen.text, "one|two|");
	ck_assert_int_eq(seen.flow->proto, FLOW_WS);
	ck_assert(seen.flow->accepted);
	ck_assert(flow_reliable(seen.flow));
	ck_assert_int_eq(send_text(seen.flow, "three"), 0);
	must_have(WSCLIENT_FIN | WSCLIENT_TEXT, "three", 5);
}
END_TEST


/* RFC 7118 section 6, RFC 5626 section 4.4.1 */
START_TEST(line_ends_in_a_message_are_a_ping)
{
	shake_hands();
	wsclient_text(mb, "\r\n");
	tell_frames();
	ck_assert_uint_eq(w.len, 0);
	wsclient_text(mb, "\r\n\r\n");
	tell_frames();
	must_have(WSCLIENT_FIN | WSCLIENT_TEXT, "\r\n", 2);
	ck_assert_str_eq(seen.text, "");
}
END_TEST


START_TEST(a_bad_message_costs_only_itself)
{
	seen.err = EBADMSG;
	shake_hands();
	wsclient_text(mb, "bad");
	wsclient_text(mb, "good");
	tell_frames();
	ck_assert_str_eq(seen.text, "bad|good|");
	ck_assert(is_open());
}
END_TEST


static const struct {
	const char *text, *answer;
} refusedv[] = {
	{"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 426 "},
	{"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
	 "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
	 "HTTP/1.1 400 "},
};

START_TEST(S21_a_refused_handshake_is_answered_before_the_end)
{
	dial();
	tell(refusedv[_i].text, strlen(refusedv[_i].text));
	await_end();
	ck_assert_ptr_eq(strstr(w.buf, refusedv[_i].answer), w.buf);
	ck_assert_uint_eq(
		counter_value(metrics_counter(metrics, "ws_refused_total")),
		1);
	wire_close(&w);
	await_connections(0);
}
END_TEST


START_TEST(what_is_not_http_is_closed_without_a_word)
{
	dial();
	tell("\x16\x03\x01", 3);
	await_end();
	ck_assert_uint_eq(w.len, 0);
	ck_assert_uint_eq(tcp_pool_count(pool), 0);
}
END_TEST


START_TEST(a_dribbled_handshake_has_a_deadline)
{
	dial();
	for (int i = 0; i < 2; i++) {
		tell(&WSCLIENT_REQUEST[i], 1);
		timers_advance(timers, (CONNECT_MS - SLACK_MS) / 2);
		ck_assert(is_open());
	}
	timers_advance(timers, SLACK_MS);
	await_end();
}
END_TEST


START_TEST(half_a_message_has_a_deadline)
{
	shake_hands();
	wsclient_frame(mb, WSCLIENT_TEXT, "h", 1);
	tell_frames();
	for (int i = 0; i < 3; i++) {
		timers_advance(timers, MESSAGE_MS / 4);
		wsclient_frame(mb, WSCLIENT_CONT, "a", 1);
		wsclient_frame(mb, WSCLIENT_FIN | WSCLIENT_PONG, "", 0);
		tell_frames();
		ck_assert(is_open());
	}
	timers_advance(timers, MESSAGE_MS / 4);
	await_end();
	ck_assert_str_eq(seen.text, "");
}
END_TEST


START_TEST(who_answers_pings_is_kept_beyond_the_idle_timeout)
{
	shake_hands();
	for (int i = 0; i < 2 * IDLE_MS / PING_MS; i++) {
		timers_advance(timers, PING_MS);
		must_have(WSCLIENT_FIN | WSCLIENT_PING, "", 0);
		wsclient_frame(mb, WSCLIENT_FIN | WSCLIENT_PONG, "", 0);
		tell_frames();
	}
	ck_assert(is_open());
}
END_TEST


START_TEST(who_does_not_is_gone_and_his_flow_with_him)
{
	shake_hands();
	wsclient_text(mb, "one");
	tell_frames();
	timers_advance(timers, PING_MS);
	must_have(WSCLIENT_FIN | WSCLIENT_PING, "", 0);
	timers_advance(timers, PING_MS);
	await_end();
	ck_assert(seen.flow->closed);
	ck_assert_int_eq(send_text(seen.flow, "x"), ENOTCONN);
	ck_assert_uint_eq(
		counter_value(metrics_counter(metrics, "ws_silent_total")), 1);
}
END_TEST


START_TEST(a_close_is_said_back_and_ends_it)
{
	shake_hands();
	wsclient_text(mb, "one");
	wsclient_frame(mb, WSCLIENT_FIN | WSCLIENT_CLOSE, "\x03\xe8", 2);
	tell_frames();
	await_end();
	must_have(WSCLIENT_FIN | WSCLIENT_CLOSE, "\x03\xe8", 2);
	ck_assert(seen.flow->closed);
	wire_close(&w);
	await_connections(0);
}
END_TEST


/* S21: 1 MB in one frame, and in many */
START_TEST(S21_a_message_of_a_megabyte_is_told_and_ended)
{
	static char part[PART_SIZE];

	shake_hands();
	if (_i)
		for (int i = 0; i < (1 << 20) / PART_SIZE; i++)
			wsclient_frame(mb, i ? WSCLIENT_CONT : WSCLIENT_BINARY,
				       part, sizeof(part));
	else
		wsclient_head(mb, WSCLIENT_FIN | WSCLIENT_BINARY, true,
			      1 << 20, 9);
	(void)mbuf_fill(mb, 'x', 1000);
	wire_send(&w, (char *)mb->buf, mb->end);
	await_end();
	ck_assert_mem_eq(w.buf, "\x88\x02\x03\xf1", 4);
	ck_assert_str_eq(seen.text, "");
}
END_TEST


START_TEST(a_browser_is_never_dialled)
{
	struct hop hop = {.proto = FLOW_WS};
	struct flow *flow = NULL;

	ck_assert_int_eq(sa_set_str(&hop.addr, "127.0.0.9", 5062), 0);
	ck_assert_int_eq(tcp_pool_flow(&flow, pool, &bound, &hop),
			 EAFNOSUPPORT);
	ck_assert_int_eq(tcp_pool_find(&flow, pool, FLOW_WS, &hop.addr),
			 ENOTCONN);
	ck_assert_ptr_null(flow);
	ck_assert_int_eq(ws_connection_layer(NULL), EINVAL);

	shake_hands();
	ck_assert_int_eq(tcp_pool_find(&flow, pool, FLOW_WS, &w.addr), 0);
	ck_assert_int_eq(send_text(flow, "found"), 0);
	must_have(WSCLIENT_FIN | WSCLIENT_TEXT, "found", 5);
	mem_deref(flow);
}
END_TEST


Suite *suite_ws_connection(void);

Suite *suite_ws_connection(void)
{
	Suite *s = suite_create("ws_connection");
	TCase *tc = tcase_create("ws_connection");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 20);
	tcase_add_test(tc, messages_come_whole_and_answers_go_back_in_frames);
	tcase_add_test(tc, line_ends_in_a_message_are_a_ping);
	tcase_add_test(tc, a_bad_message_costs_only_itself);
	test_table(tc, S21_a_refused_handshake_is_answered_before_the_end,
		   refusedv);
	tcase_add_test(tc, what_is_not_http_is_closed_without_a_word);
	tcase_add_test(tc, a_dribbled_handshake_has_a_deadline);
	tcase_add_test(tc, half_a_message_has_a_deadline);
	tcase_add_test(tc, who_answers_pings_is_kept_beyond_the_idle_timeout);
	tcase_add_test(tc, who_does_not_is_gone_and_his_flow_with_him);
	tcase_add_test(tc, a_close_is_said_back_and_ends_it);
	tcase_add_loop_test(tc, S21_a_message_of_a_megabyte_is_told_and_ended,
			    0, 2);
	tcase_add_test(tc, a_browser_is_never_dialled);
	suite_add_tcase(s, tc);

	return s;
}
