/**
 * @file test/proxy/sip/ws_layer.c  A handshake, messages, pings and the end
 */
#include <errno.h>
#include <string.h>
#include "common/metrics.h"
#include "common/timer.h"
#include "test/mock/wsclient.h"
#include "test/test.h"
#include "proxy/sip/ws_layer.h"
#include "proxy/sip/ws_request.h"


enum { PING_MS = 30000, TEXT_MAX = 16384 };

/** What the neighbours and the connection were told */
static struct {
	struct layer below, above;
	struct mbuf *sent;
	size_t read; /* of sent */
	char up[TEXT_MAX];
	unsigned established, heard, ended;
	bool progress, partial;
	uint16_t refused;
	int end_err, up_err, down_err;
} net;

static struct metrics *metrics;
static struct timers *timers;
static struct ws_conf conf;
static struct layer *ws;
static struct mbuf *mb;


static int start_handler(struct layer *l)
{
	(void)l;
	++net.established;

	return 0;
}


static int up_handler(struct layer *l, const uint8_t *p, size_t len)
{
	const size_t n = strlen(net.up);
	(void)l;

	(void)re_snprintf(net.up + n, sizeof(net.up) - n, "%b|", p, len);

	return net.up_err;
}


static int down_handler(struct layer *l, const uint8_t *p, size_t len)
{
	(void)l;

	net.sent->pos = net.sent->end;

	return net.down_err ? net.down_err : mbuf_write_mem(net.sent, p, len);
}


static void heard_handler(bool progress, bool partial, void *arg)
{
	(void)arg;
	++net.heard;
	net.progress = progress;
	net.partial = partial;
}


static void refused_handler(uint16_t status, const char *why, void *arg)
{
	(void)arg;
	ck_assert_ptr_nonnull(why);
	net.refused = status;
}


static void end_handler(int err, void *arg)
{
	(void)arg;
	++net.ended;
	net.end_err = err;
}


static const struct layer_ops above = {
	.name = "above",
	.start = start_handler,
	.input = up_handler,
};

static const struct layer_ops below = {
	.name = "below",
	.output = down_handler,
};

static const struct ws_hooks hooks = {
	.heardh = heard_handler,
	.refusedh = refused_handler,
	.endh = end_handler,
};


static void open_layer(void)
{
	mem_deref(ws);
	ck_assert_int_eq(ws_layer_alloc(&ws, &conf, timers, &hooks, NULL), 0);
	layer_put_on(&net.below, ws);
	layer_put_on(ws, &net.above);
	ck_assert(ws->ops->whole);
	ck_assert_int_eq(layer_established(&net.below), 0);
}


static void setup(void)
{
	memset(&net, 0, sizeof(net));
	net.above.ops = &above;
	net.below.ops = &below;
	net.sent = mbuf_alloc(1024);
	mb = mbuf_alloc(1024);
	ws = NULL;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	memset(&conf, 0, sizeof(conf));
	conf.ping_ms = PING_MS;
	conf.accepted = metrics_counter(metrics, "accepted");
	conf.refused = metrics_counter(metrics, "refused");
	conf.silent = metrics_counter(metrics, "silent");
	open_layer();
}


static void teardown(void)
{
	oom_after(-1);
	ws = mem_deref(ws);
	ck_assert_uint_eq(timers_pending(timers), 0);
	timers = mem_deref(timers);
	metrics = mem_deref(metrics);
	net.sent = mem_deref(net.sent);
	mb = mem_deref(mb);
}


static int hear(const void *p, size_t len)
{
	return layer_up(&net.below, p, len);
}


static int hear_text(const char *text)
{
	return hear(text, strlen(text));
}


/* what is in mb, once */
static int hear_frames(void)
{
	const int err = hear(mb->buf, mb->end);

	mbuf_rewind(mb);

	return err;
}


static void skip_sent(void)
{
	net.read = net.sent->end;
}


static void shake_hands(void)
{
	ck_assert_int_eq(hear_text(WSCLIENT_REQUEST), 0);
	ck_assert_uint_eq(net.established, 1);
	skip_sent();
}


/* the next frame that we sent is this one */
static void must_send(int first, const char *payload, size_t len)
{
	struct pl pl;
	size_t n;
	int got;

	n = wsclient_take(net.sent->buf + net.read, net.sent->end - net.read,
			  &got, &pl);
	ck_assert_uint_gt(n, 0);
	net.read += n;
	ck_assert_int_eq(got, first);
	ck_assert_uint_eq(pl.l, len);
	ck_assert_mem_eq(pl.p, payload, len);
}


static bool has_sent(const char *text)
{
	const size_t n = strlen(text);

	return net.sent->end - net.read >= n &&
	       !memcmp(net.sent->buf + net.read, text, n);
}


static void must_close(uint16_t code)
{
	const char v[] = {(char)(code >> 8), (char)code};

	must_send(WSCLIENT_FIN | WSCLIENT_CLOSE, v, code ? 2 : 0);
	ck_assert_uint_eq(net.read, net.sent->end);
	ck_assert_uint_eq(net.ended, 1);
	ck_assert_int_eq(net.end_err, 0);
	ck_assert_uint_eq(timers_pending(timers), 0);
}


START_TEST(a_handshake_lets_messages_through)
{
	ck_assert_int_eq(layer_down(&net.above, (const uint8_t *)"x", 1),
			 ENOTCONN);
	ck_assert_int_eq(hear_text(WSCLIENT_REQUEST), 0);
	ck_assert(has_sent("HTTP/1.1 101 "));
	ck_assert_uint_eq(counter_value(conf.accepted), 1);
	ck_assert_uint_eq(net.established, 1);
	skip_sent();

	wsclient_text(mb, "one");
	wsclient_text(mb, "");
	wsclient_frame(mb, WSCLIENT_FIN | WSCLIENT_BINARY, "two", 3);
	ck_assert_int_eq(hear_frames(), 0);
	ck_assert_str_eq(net.up, "one|two|");
	ck_assert(net.progress && !net.partial);

	ck_assert_int_eq(layer_down(&net.above, (const uint8_t *)"three", 5),
			 0);
	must_send(WSCLIENT_FIN | WSCLIENT_TEXT, "three", 5);
}
END_TEST


START_TEST(everything_may_come_octet_by_octet)
{
	(void)mbuf_write_str(mb, WSCLIENT_REQUEST);
	wsclient_text(mb, "one");
	wsclient_text(mb, "two");
	for (size_t i = 0; i < mb->end; i++)
		ck_assert_int_eq(hear(mb->buf + i, 1), 0);
	ck_assert_uint_eq(net.established, 1);
	ck_assert_str_eq(net.up, "one|two|");
	ck_assert(!net.partial);
}
END_TEST


START_TEST(frames_behind_the_request_are_not_lost)
{
	(void)mbuf_write_str(mb, WSCLIENT_REQUEST);
	wsclient_text(mb, "one");
	ck_assert_int_eq(hear_frames(), 0);
	ck_assert_uint_eq(net.established, 1);
	ck_assert_str_eq(net.up, "one|");
}
END_TEST


static const struct {
	const char *text, *answer;
	uint16_t status;
} refusedv[] = {
	{"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
	 "HTTP/1.1 426 Upgrade Required\r\n", 426},
	{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n123456789",
	 "HTTP/1.1 405 Method Not Allowed\r\n", 405},
	{"OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n",
	 "HTTP/1.1 505 HTTP Version Not Supported\r\n", 505},
};

START_TEST(a_refusal_is_told_and_ends_it)
{
	ck_assert_int_eq(hear_text(refusedv[_i].text), 0);
	ck_assert(has_sent(refusedv[_i].answer));
	ck_assert_uint_eq(net.refused, refusedv[_i].status);
	ck_assert_uint_eq(net.ended, 1);
	ck_assert_int_eq(net.end_err, 0);
	ck_assert_uint_eq(counter_value(conf.refused), 1);
	skip_sent();

	/* nothing more is read or said */
	ck_assert_int_eq(hear_text(WSCLIENT_REQUEST), 0);
	layer_end(&net.above);
	ck_assert(!has_sent("H"));
	ck_assert_uint_eq(net.established, 0);
	ck_assert_int_eq(layer_down(&net.above, (const uint8_t *)"x", 1),
			 ENOTCONN);
}
END_TEST


START_TEST(what_is_not_http_gets_no_answer)
{
	ck_assert_int_eq(hear_text("\x16\x03\x01"), EPROTO);
	ck_assert_uint_eq(net.sent->end, 0);
}
END_TEST


START_TEST(a_request_has_a_bound)
{
	static char fill[WS_REQUEST_MAX];

	memset(fill, 'x', sizeof(fill));
	ck_assert_int_eq(hear_text("GET / HTTP/1.1\r\nX: "), 0);
	ck_assert_int_eq(hear(fill, sizeof(fill) - 100), 0);
	ck_assert_uint_eq(net.ended, 0);
	ck_assert_int_eq(hear(fill, 100), 0);
	ck_assert(has_sent("HTTP/1.1 431 "));
	ck_assert_uint_eq(net.ended, 1);
}
END_TEST


START_TEST(a_ping_is_answered_with_what_it_holds)
{
	shake_hands();
	wsclient_frame(mb, WSCLIENT_FIN | WSCLIENT_PING, "are you", 7);
	wsclient_frame(mb, WSCLIENT_FIN | WSCLIENT_PING, "", 0);
	ck_assert_int_eq(hear_frames(), 0);
	must_send(WSCLIENT_FIN | WSCLIENT_PONG, "are you", 7);
	must_send(WSCLIENT_FIN | WSCLIENT_PONG, "", 0);
	ck_assert(net.progress);
}
END_TEST


START_TEST(half_a_message_is_told_and_pings_win_it_no_time)
{
	shake_hands();
	wsclient_frame(mb, WSCLIENT_TEXT, "half", 4);
	ck_assert_int_eq(hear_frames(), 0);
	ck_assert(!net.progress && net.partial);
	wsclient_frame(mb, WSCLIENT_FIN | WSCLIENT_PING, "", 0);
	wsclient_frame(mb, WSCLIENT_CONT, "", 0);
	ck_assert_int_eq(hear_frames(), 0);
	ck_assert(!net.progress && net.partial);
	wsclient_frame(mb, WSCLIENT_FIN | WSCLIENT_CONT, " whole", 6);
	ck_assert_int_eq(hear_frames(), 0);
	ck_assert_str_eq(net.up, "half whole|");
	ck_assert(net.progress && !net.partial);
}
END_TEST


static const struct {
	const char *payload;
	uint16_t code;
} closev[] = {{"", 0}, {"\x03\xe8", 1000}, {"\x03\xe9 bye", 1001}};

START_TEST(a_close_is_said_back)
{
	shake_hands();
	wsclient_frame(mb, WSCLIENT_FIN | WSCLIENT_CLOSE, closev[_i].payload,
		       strlen(closev[_i].payload));
	wsclient_text(mb, "late");
	ck_assert_int_eq(hear_frames(), 0);
	must_close(closev[_i].code);
	ck_assert_str_eq(net.up, "");
}
END_TEST


START_TEST(S21_what_breaks_the_rules_is_told_and_ended)
{
	static const uint16_t codev[] = {1002, 1009, 1002, 1007};

	shake_hands();
	switch (_i) {
	case 0:
		wsclient_head(mb, WSCLIENT_FIN | WSCLIENT_TEXT, true,
			      UINT64_MAX, 9);
		break;
	case 1:
		wsclient_head(mb, WSCLIENT_FIN | WSCLIENT_TEXT, true, 1 << 20,
			      9);
		(void)mbuf_write_str(mb, "and its first octets");
		break;
	case 2:
		wsclient_head(mb, WSCLIENT_FIN | WSCLIENT_PING, true, 126, 3);
		break;
	default:
		wsclient_text(mb, "\xff");
		break;
	}
	ck_assert_int_eq(hear_frames(), 0);
	must_close(codev[_i]);
}
END_TEST


START_TEST(our_end_is_said_once)
{
	shake_hands();
	layer_end(&net.above);
	layer_end(&net.above);
	must_send(WSCLIENT_FIN | WSCLIENT_CLOSE, "\x03\xe9", 2);
	ck_assert_uint_eq(net.read, net.sent->end);
	ck_assert_uint_eq(net.ended, 0);
	ck_assert_uint_eq(timers_pending(timers), 0);
}
END_TEST


START_TEST(a_peer_that_answers_pings_is_kept)
{
	shake_hands();
	for (int i = 0; i < 5; i++) {
		timers_advance(timers, PING_MS);
		must_send(WSCLIENT_FIN | WSCLIENT_PING, "", 0);
		wsclient_frame(mb, WSCLIENT_FIN | WSCLIENT_PONG, "", 0);
		ck_assert_int_eq(hear_frames(), 0);
		ck_assert(net.progress);
	}
	ck_assert_uint_eq(net.ended, 0);
}
END_TEST


START_TEST(a_peer_that_does_not_is_gone)
{
	shake_hands();
	timers_advance(timers, PING_MS);
	must_send(WSCLIENT_FIN | WSCLIENT_PING, "", 0);
	timers_advance(timers, PING_MS - 1);
	ck_assert_uint_eq(net.ended, 0);
	timers_advance(timers, 1);
	ck_assert_uint_eq(net.ended, 1);
	ck_assert_int_eq(net.end_err, ETIMEDOUT);
	ck_assert_uint_eq(counter_value(conf.silent), 1);
	ck_assert_uint_eq(timers_pending(timers), 0);
}
END_TEST


START_TEST(no_ping_where_none_is_wanted)
{
	conf.ping_ms = 0;
	open_layer();
	shake_hands();
	ck_assert_uint_eq(timers_pending(timers), 0);
}
END_TEST


START_TEST(errors_of_the_neighbours_come_back)
{
	shake_hands();
	net.up_err = ENOTCONN;
	wsclient_text(mb, "one");
	wsclient_text(mb, "two");
	ck_assert_int_eq(hear_frames(), ENOTCONN);
	ck_assert_str_eq(net.up, "one|");

	net.down_err = ENOSPC;
	ck_assert_int_eq(layer_down(&net.above, (const uint8_t *)"x", 1),
			 ENOSPC);
	timers_advance(timers, PING_MS);
	ck_assert_uint_eq(net.ended, 1);
	ck_assert_int_eq(net.end_err, ENOSPC);
}
END_TEST


START_TEST(without_memory_it_says_so)
{
	struct layer *l = NULL;
	int err = ENOMEM;

	oom_after(0);
	ck_assert_int_eq(ws_layer_alloc(&l, &conf, timers, &hooks, NULL),
			 ENOMEM);
	ck_assert_ptr_null(l);
	ck_assert_int_eq(ws_layer_alloc(NULL, &conf, timers, &hooks, NULL),
			 EINVAL);
	ck_assert_int_eq(ws_layer_alloc(&l, NULL, timers, &hooks, NULL),
			 EINVAL);

	for (int n = 0; err && n < 10; n++) {
		open_layer();
		oom_after(n);
		err = hear_text(WSCLIENT_REQUEST);
		oom_after(-1);
		ck_assert(!err || err == ENOMEM);
	}
	ck_assert_int_eq(err, 0);
}
END_TEST


Suite *suite_ws_layer(void);

Suite *suite_ws_layer(void)
{
	Suite *s = suite_create("ws_layer");
	TCase *tc = tcase_create("ws_layer");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_handshake_lets_messages_through);
	tcase_add_test(tc, everything_may_come_octet_by_octet);
	tcase_add_test(tc, frames_behind_the_request_are_not_lost);
	test_table(tc, a_refusal_is_told_and_ends_it, refusedv);
	tcase_add_test(tc, what_is_not_http_gets_no_answer);
	tcase_add_test(tc, a_request_has_a_bound);
	tcase_add_test(tc, a_ping_is_answered_with_what_it_holds);
	tcase_add_test(tc, half_a_message_is_told_and_pings_win_it_no_time);
	test_table(tc, a_close_is_said_back, closev);
	tcase_add_loop_test(tc, S21_what_breaks_the_rules_is_told_and_ended, 0,
			    4);
	tcase_add_test(tc, our_end_is_said_once);
	tcase_add_test(tc, a_peer_that_answers_pings_is_kept);
	tcase_add_test(tc, a_peer_that_does_not_is_gone);
	tcase_add_test(tc, no_ping_where_none_is_wanted);
	tcase_add_test(tc, errors_of_the_neighbours_come_back);
	tcase_add_test(tc, without_memory_it_says_so);
	suite_add_tcase(s, tc);

	return s;
}
