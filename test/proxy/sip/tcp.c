/**
 * @file test/proxy/sip/tcp.c  Connections over real loopback sockets
 *
 * The clock is virtual, so deadlines are exact and nothing waits for them.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "test/test.h"
#include "test/mock/stack.h"
#include "test/mock/wire.h"
#include "common/metrics.h"
#include "proxy/sip/tcp.h"


#define MSG                                                \
	"OPTIONS sip:127.0.0.1 SIP/2.0\r\n"                \
	"Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK-t1\r\n" \
	"From: <sip:a@example.com>;tag=s1\r\n"             \
	"To: <sip:b@example.com>\r\n"                      \
	"Call-ID: t1@test\r\n"                             \
	"CSeq: 1 OPTIONS\r\n"                              \
	"Content-Length: 0\r\n\r\n"
#define HALF "OPTIONS sip:127.0.0.1 SIP/2.0\r\n"

enum {
	PER_SOURCE = 3,
	TOTAL = 5,
	MESSAGE_MS = 10000,
	IDLE_MS = 120000,
	CONNECT_MS = 5000,
	SLACK_MS = 4000, /* more than the loop's steps add up to */
};

static struct timers *timers;
static struct metrics *metrics;
static struct tcp_pool *pool;
static struct guard guard;
static struct sa bound;
static struct wire w, w2; /* far ends */

static struct {
	unsigned msgs, bad;
	struct flow *flow; /* of the last message */
	int err;           /* what the handler says */
	bool drop;         /* the pool, inside the handler */
	bool pong;         /* answer each message with "pong" */
} seen;

struct watcher {
	struct flow_watch w;
	unsigned told;
	int err;
};


static int send_text(struct flow *flow, const char *text)
{
	struct mbuf *mb = mbuf_alloc(strlen(text));
	int err;

	(void)mbuf_write_str(mb, text);
	mb->pos = 0;
	err = flow_send(flow, mb);
	mem_deref(mb);

	return err;
}


static int msg_handler(struct flow *flow, const uint8_t *p, size_t len,
		       void *arg)
{
	ck_assert_ptr_eq(arg, &seen);
	ck_assert_uint_eq(len, sizeof(MSG) - 1);
	ck_assert_mem_eq(p, MSG, len);
	++seen.msgs;
	mem_deref(seen.flow);
	seen.flow = mem_ref(flow);
	if (seen.pong)
		(void)send_text(flow, "pong");
	if (seen.drop)
		pool = mem_deref(pool);

	return seen.err;
}


static void bad_handler(struct flow *flow, const struct guard *g, void *arg)
{
	ck_assert_ptr_eq(arg, &seen);
	ck_assert_uint_eq(g->status, 400);
	++seen.bad;
	ck_assert_int_eq(send_text(flow, "no"), 0);
}


static void close_handler(struct flow *flow, int err, void *arg)
{
	struct watcher *watcher = arg;

	ck_assert(flow->closed);
	++watcher->told;
	watcher->err = err;
}


static int open_pool(struct tcp_pool **pp)
{
	const struct tcp_pool_conf conf = {
		.per_source = PER_SOURCE,
		.total = TOTAL,
		.message_ms = MESSAGE_MS,
		.idle_ms = IDLE_MS,
		.connect_ms = CONNECT_MS,
		.guard = &guard,
		.msgh = msg_handler,
		.badh = bad_handler,
		.arg = &seen,
	};

	return tcp_pool_alloc(pp, timers, NULL, metrics, &conf);
}


static void setup(void)
{
	struct sa laddr;

	memset(&seen, 0, sizeof(seen));
	w.fd = w2.fd = -1;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(open_pool(&pool), 0);
	ck_assert_int_eq(sa_set_str(&laddr, "127.0.0.1", 0), 0);
	ck_assert_int_eq(tcp_pool_listen(pool, FLOW_TCP, &laddr, &bound), 0);
	ck_assert_uint_ne(sa_port(&bound), 0);
}


static void teardown(void)
{
	oom_after(-1);
	wire_close(&w);
	wire_close(&w2);
	pool = mem_deref(pool);
	seen.flow = mem_deref(seen.flow);
	metrics = mem_deref(metrics);
	timers = mem_deref(timers);
}


static int dial_out(struct flow **fp, const struct sa *dst)
{
	struct hop hop = {.proto = FLOW_TCP, .addr = *dst};

	return tcp_pool_flow(fp, pool, &bound, &hop);
}


static bool ended(void *arg)
{
	struct wire *wire = arg;

	wire_poll(wire);

	return wire->eof;
}


static bool has_msgs(void *arg)
{
	wire_poll(&w);

	return seen.msgs >= *(const unsigned *)arg;
}


static bool has_connections(void *arg)
{
	return tcp_pool_count(pool) == *(const unsigned *)arg;
}


static void await_msgs(unsigned n)
{
	stack_run(timers, has_msgs, &n);
}


static void await_connections(unsigned n)
{
	stack_run(timers, has_connections, &n);
}


static bool has_text(void *arg)
{
	wire_poll(&w);

	return strstr(w.buf, *(const char *const *)arg) != NULL;
}


static void await_text(const char *text)
{
	stack_run(timers, has_text, &text);
}


static void dial(struct wire *wire, unsigned n)
{
	wire_connect(wire, &bound);
	await_connections(n);
}


static void tell(const char *text)
{
	wire_send(&w, text, strlen(text));
	stack_run(timers, NULL, NULL);
}


static bool is_open(void)
{
	stack_run(timers, NULL, NULL);
	wire_poll(&w);

	return !w.eof;
}


START_TEST(messages_come_whole_and_answers_go_back)
{
	seen.pong = true;
	dial(&w, 1);
	tell(MSG MSG);
	await_msgs(2);
	await_text("pongpong");
	ck_assert(sa_cmp(&seen.flow->peer, &w.addr, SA_ALL));
	ck_assert(sa_cmp(&seen.flow->local, &bound, SA_ALL));
	ck_assert(flow_reliable(seen.flow));
	tell(HALF);
	wire_send(&w, &MSG[sizeof(HALF) - 1], sizeof(MSG) - sizeof(HALF));
	await_msgs(3);
}
END_TEST


START_TEST(a_ping_is_ponged_and_a_single_crlf_is_not)
{
	dial(&w, 1);
	tell("\r\n" MSG);
	ck_assert_uint_eq(w.len, 0);
	tell("\r\n\r\n\r\n\r\n");
	await_text("\r\n\r\n");
	ck_assert_uint_eq(w.len, 4);
	ck_assert(is_open());
}
END_TEST


START_TEST(a_source_has_its_limit)
{
	static struct wire v[PER_SOURCE + 1];

	for (unsigned i = 0; i < PER_SOURCE; i++)
		dial(&v[i], i + 1);
	wire_connect(&v[PER_SOURCE], &bound);
	stack_run(timers, ended, &v[PER_SOURCE]);
	ck_assert_uint_eq(tcp_pool_count(pool), PER_SOURCE);
	ck_assert_uint_eq(counter_value(metrics_counter(
				  metrics, "tcp_connections_refused_total")),
			  1);
	wire_close(&v[0]);
	await_connections(PER_SOURCE - 1);
	dial(&w, PER_SOURCE);
	for (unsigned i = 1; i <= PER_SOURCE; i++)
		wire_close(&v[i]);
}
END_TEST


/* from an address of its own, as another source would */
static void dial_from(struct wire *wire, const char *host)
{
	struct sa src;

	ck_assert_int_eq(sa_set_str(&src, host, 0), 0);
	memset(wire, 0, sizeof(*wire));
	wire->fd = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(wire->fd, &src.u.sa, src.len), 0);
	ck_assert_int_eq(connect(wire->fd, &bound.u.sa, bound.len), 0);
}


START_TEST(all_together_have_a_limit)
{
	static struct wire v[TOTAL];
	struct flow *flow = NULL;

	for (unsigned i = 0; i < TOTAL; i++) {
		dial_from(&v[i], i < PER_SOURCE ? "127.0.0.2" : "127.0.0.3");
		await_connections(i + 1);
	}
	dial_from(&w, "127.0.0.4");
	stack_run(timers, ended, &w);
	ck_assert_uint_eq(tcp_pool_count(pool), TOTAL);
	ck_assert_int_eq(dial_out(&flow, &bound), ENOSPC);
	for (unsigned i = 0; i < TOTAL; i++)
		wire_close(&v[i]);
	await_connections(0);
}
END_TEST


START_TEST(who_never_speaks_is_closed)
{
	dial(&w, 1);
	timers_advance(timers, MESSAGE_MS - SLACK_MS);
	ck_assert(is_open());
	timers_advance(timers, SLACK_MS);
	stack_run(timers, ended, &w);
	ck_assert_uint_eq(tcp_pool_count(pool), 0);
}
END_TEST


START_TEST(pings_alone_do_not_keep_a_stranger_connected)
{
	dial(&w, 1);
	for (int i = 0; i < 4 && is_open(); i++) {
		timers_advance(timers, MESSAGE_MS / 4);
		tell("\r\n\r\n");
	}
	stack_run(timers, ended, &w);
}
END_TEST


START_TEST(a_dribbled_message_has_a_deadline_from_its_first_octet)
{
	dial(&w, 1);
	tell(MSG);
	await_msgs(1);
	timers_advance(timers, IDLE_MS - SLACK_MS);
	ck_assert(is_open());
	tell("O");
	for (int i = 0; i < 3; i++) {
		timers_advance(timers, MESSAGE_MS / 4);
		tell("P");
		ck_assert(is_open());
	}
	timers_advance(timers, MESSAGE_MS / 4);
	stack_run(timers, ended, &w);
	ck_assert_uint_eq(counter_value(metrics_counter(
				  metrics, "tcp_connections_timeout_total")),
			  1);
}
END_TEST


START_TEST(who_spoke_may_be_silent_until_the_idle_timeout)
{
	dial(&w, 1);
	tell(MSG);
	await_msgs(1);
	for (int i = 0; i < 3; i++) {
		timers_advance(timers, IDLE_MS - SLACK_MS);
		tell("\r\n\r\n");
		ck_assert(is_open());
	}
	/* what we send keeps it too: the kernel knows whether it arrives */
	timers_advance(timers, IDLE_MS - SLACK_MS);
	ck_assert_int_eq(send_text(seen.flow, "x"), 0);
	timers_advance(timers, IDLE_MS - SLACK_MS);
	ck_assert(is_open());
	timers_advance(timers, SLACK_MS);
	stack_run(timers, ended, &w);
	ck_assert(seen.flow->closed);
	ck_assert_int_eq(send_text(seen.flow, "x"), ENOTCONN);
}
END_TEST


START_TEST(junk_is_closed_without_a_word)
{
	dial(&w, 1);
	tell("\x16\x03\x01");
	stack_run(timers, ended, &w);
	ck_assert_uint_eq(w.len, 0);
	ck_assert_uint_eq(tcp_pool_count(pool), 0);
}
END_TEST


START_TEST(what_the_guard_refuses_is_told_before_the_end)
{
	static char flood[100000];
	struct watcher watcher = {.told = 0};

	dial(&w, 1);
	tell(MSG);
	await_msgs(1);
	flow_watch(seen.flow, &watcher.w, close_handler, &watcher);
	tell(HALF "no colon\r\n\r\n" MSG);
	stack_run(timers, ended, &w);
	ck_assert_str_eq(w.buf, "no");
	ck_assert_uint_eq(seen.bad, 1);
	ck_assert_uint_eq(seen.msgs, 1);
	ck_assert_uint_eq(watcher.told, 1);
	/* it lingers for what is still under way, not for ever */
	ck_assert_uint_eq(tcp_pool_count(pool), 1);
	w.eof = false;
	memset(flood, 'x', sizeof(flood));
	wire_send(&w, flood, sizeof(flood));
	timers_advance(timers, CONNECTION_LINGER_MS);
	ck_assert_uint_eq(tcp_pool_count(pool), 0);
	ck_assert_uint_eq(watcher.told, 1);
}
END_TEST


START_TEST(a_bad_message_that_was_framed_costs_nothing_but_itself)
{
	seen.err = EBADMSG;
	dial(&w, 1);
	tell(MSG);
	await_msgs(1);
	seen.err = 0;
	tell(MSG);
	await_msgs(2);
	ck_assert(is_open());
	ck_assert(!seen.flow->closed);
}
END_TEST


START_TEST(who_says_nothing_but_bad_ones_loses_his_connection)
{
	seen.err = EBADMSG;
	dial(&w, 1);
	for (unsigned i = 1; i <= 16; i++) {
		tell(MSG);
		await_msgs(i);
		ck_assert(is_open());
	}
	tell(MSG);
	stack_run(timers, ended, &w);
	ck_assert_uint_eq(seen.msgs, 17);
	ck_assert(seen.flow->closed);
}
END_TEST


START_TEST(a_handler_that_says_no_ends_it_after_its_answer)
{
	seen.err = EACCES;
	seen.pong = true;
	dial(&w, 1);
	tell(MSG MSG);
	stack_run(timers, ended, &w);
	ck_assert_str_eq(w.buf, "pong");
	ck_assert_uint_eq(seen.msgs, 1);
}
END_TEST


START_TEST(the_end_of_a_connection_is_told_to_who_watches)
{
	struct watcher watcher = {.told = 0};

	dial(&w, 1);
	tell(MSG);
	await_msgs(1);
	flow_watch(seen.flow, &watcher.w, close_handler, &watcher);
	wire_close(&w);
	await_connections(0);
	ck_assert_uint_eq(watcher.told, 1);
	ck_assert_int_eq(watcher.err, ECONNRESET);
	ck_assert_int_eq(send_text(seen.flow, "x"), ENOTCONN);
}
END_TEST


START_TEST(a_peer_that_does_not_read_loses_its_connection_alone)
{
	static char text[8192];
	struct watcher watcher = {.told = 0};
	struct flow *stuck;
	unsigned n = 0;
	int err = 0;

	memset(text, 't', sizeof(text) - 1);
	dial(&w2, 1);
	wire_send(&w2, MSG, sizeof(MSG) - 1);
	await_msgs(1);
	stuck = mem_ref(seen.flow);
	flow_watch(stuck, &watcher.w, close_handler, &watcher);
	dial(&w, 2);

	/* what the kernel takes, and 64 kB more */
	while (!err && n++ < 10000)
		err = send_text(stuck, text);
	ck_assert_int_eq(err, ENOSPC);
	ck_assert_uint_eq(watcher.told, 0);
	ck_assert_int_eq(send_text(stuck, "x"), ENOTCONN);
	await_connections(1);
	ck_assert_uint_eq(watcher.told, 1);
	ck_assert_int_eq(watcher.err, ENOSPC);

	seen.pong = true;
	tell(MSG);
	await_text("pong");
	mem_deref(stuck);
}
END_TEST


START_TEST(an_open_connection_is_used_again)
{
	struct flow *flow, *again;

	dial(&w, 1);
	tell(MSG);
	await_msgs(1);
	ck_assert_int_eq(dial_out(&flow, &w.addr), 0);
	ck_assert_ptr_eq(flow, seen.flow);
	mem_deref(flow);

	wire_listen(&w2, "127.0.0.2");
	ck_assert_int_eq(dial_out(&flow, &w2.addr), 0);
	ck_assert_int_eq(dial_out(&again, &w2.addr), 0);
	ck_assert_ptr_eq(flow, again);
	ck_assert_uint_eq(tcp_pool_count(pool), 2);
	mem_deref(again);
	mem_deref(flow);
}
END_TEST


static bool accepted(void *arg)
{
	(void)arg;

	return wire_accept(&w, &w2);
}


START_TEST(what_is_sent_before_it_is_connected_waits)
{
	struct flow *flow;

	wire_listen(&w2, "127.0.0.2");
	ck_assert_int_eq(dial_out(&flow, &w2.addr), 0);
	ck_assert_int_eq(send_text(flow, "one "), 0);
	ck_assert_int_eq(send_text(flow, "two"), 0);
	stack_run(timers, accepted, NULL);
	await_text("one two");
	ck_assert(sa_cmp(&flow->local, &bound, SA_ADDR));
	ck_assert(!sa_cmp(&flow->local, &bound, SA_ALL));

	/* it takes requests as any other */
	seen.pong = true;
	tell(MSG);
	await_text("pong");
	ck_assert_ptr_eq(seen.flow, flow);
	mem_deref(flow);
}
END_TEST


START_TEST(too_much_before_it_is_connected_breaks_it)
{
	static char text[CONNECTION_QUEUE_MAX];
	struct flow *flow;

	memset(text, 't', sizeof(text) - 1);
	wire_listen(&w2, "127.0.0.2");
	ck_assert_int_eq(dial_out(&flow, &w2.addr), 0);
	ck_assert_int_eq(send_text(flow, text), 0);
	ck_assert_int_eq(send_text(flow, "xx"), ENOSPC);
	await_connections(0);
	ck_assert(flow->closed);
	mem_deref(flow);
}
END_TEST


static bool told(void *arg)
{
	return ((const struct watcher *)arg)->told != 0;
}


START_TEST(a_refused_connect_is_told)
{
	struct watcher watcher = {.told = 0};
	struct flow *flow = NULL;
	struct sa nobody;
	int err;

	wire_listen(&w2, "127.0.0.2");
	nobody = w2.addr;
	wire_close(&w2);
	err = dial_out(&flow, &nobody);
	if (!err) {
		flow_watch(flow, &watcher.w, close_handler, &watcher);
		stack_run(timers, told, &watcher);
		err = watcher.err;
	}
	ck_assert_int_eq(err, ECONNREFUSED);
	await_connections(0);
	mem_deref(flow);
}
END_TEST


START_TEST(a_connect_has_a_deadline)
{
	struct watcher watcher = {.told = 0};
	struct flow *flow = NULL;

	/* no turn of the loop: it stays connecting */
	wire_listen(&w2, "127.0.0.2");
	ck_assert_int_eq(dial_out(&flow, &w2.addr), 0);
	flow_watch(flow, &watcher.w, close_handler, &watcher);
	timers_advance(timers, CONNECT_MS - 1);
	ck_assert_uint_eq(watcher.told, 0);
	timers_advance(timers, 1);
	ck_assert_uint_eq(watcher.told, 1);
	ck_assert_int_eq(watcher.err, ETIMEDOUT);
	ck_assert_uint_eq(tcp_pool_count(pool), 0);
	mem_deref(flow);
}
END_TEST


static bool pool_gone(void *arg)
{
	(void)arg;

	return !pool;
}


START_TEST(the_handler_may_drop_the_pool)
{
	seen.drop = true;
	dial(&w, 1);
	wire_send(&w, MSG MSG MSG, 3 * (sizeof(MSG) - 1));
	stack_run(timers, pool_gone, NULL);
	ck_assert_uint_eq(seen.msgs, 1);
	ck_assert(seen.flow->closed);
	stack_run(timers, ended, &w);
}
END_TEST


START_TEST(a_stopped_pool_takes_nobody_in_and_keeps_who_is_there)
{
	struct sa any;

	dial(&w, 1);
	tcp_pool_stop(pool);
	stack_run(timers, NULL, NULL);
	w2.fd = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_ne(connect(w2.fd, &bound.u.sa, bound.len), 0);
	tell(MSG);
	await_msgs(1);
	tcp_pool_close(pool);
	ck_assert_uint_eq(tcp_pool_count(pool), 0);
	stack_run(timers, ended, &w);
	any = bound;
	ck_assert_int_eq(tcp_pool_listen(pool, FLOW_TCP, &any, NULL), EINVAL);
}
END_TEST


START_TEST(only_free_and_specific_addresses_are_listened_on)
{
	struct sa sa, got;

	ck_assert_int_eq(tcp_pool_listen(pool, FLOW_TCP, &bound, &got),
			 EADDRINUSE);
	ck_assert_int_eq(sa_set_str(&sa, "0.0.0.0", 0), 0);
	ck_assert_int_eq(tcp_pool_listen(pool, FLOW_TCP, &sa, &got), EINVAL);
	ck_assert_int_eq(sa_set_str(&sa, "203.0.113.77", 0), 0);
	ck_assert_int_eq(tcp_pool_listen(pool, FLOW_TCP, &sa, &got),
			 EADDRNOTAVAIL);
}
END_TEST


START_TEST(without_memory_nothing_is_left_behind)
{
	struct tcp_pool *other = NULL;
	struct flow *flow = NULL;
	int n, err = ENOMEM;

	oom_after(0);
	ck_assert_int_eq(open_pool(&other), ENOMEM);
	ck_assert_ptr_null(other);
	oom_after(0);
	ck_assert_int_eq(tcp_pool_listen(pool, FLOW_TCP, &bound, &bound),
			 ENOMEM);

	wire_listen(&w2, "127.0.0.2");
	for (n = 0; n < 10 && err; n++) {
		oom_after(n);
		err = dial_out(&flow, &w2.addr);
		oom_after(-1);
		if (err)
			ck_assert_uint_eq(tcp_pool_count(pool), 0);
	}
	ck_assert_int_eq(err, 0);
	ck_assert_int_ge(n, 3);
	mem_deref(flow);

	for (n = 0; n < 3; n++) {
		oom_after(n);
		wire_connect(&w, &bound);
		stack_run(timers, ended, &w);
		oom_after(-1);
		ck_assert_uint_eq(tcp_pool_count(pool), 1);
		wire_close(&w);
	}
	dial(&w, 2);
}
END_TEST


Suite *suite_tcp(void);

Suite *suite_tcp(void)
{
	Suite *s = suite_create("tcp");
	TCase *tc = tcase_create("tcp");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 20);
	tcase_add_test(tc, messages_come_whole_and_answers_go_back);
	tcase_add_test(tc, a_ping_is_ponged_and_a_single_crlf_is_not);
	tcase_add_test(tc, a_source_has_its_limit);
	tcase_add_test(tc, all_together_have_a_limit);
	tcase_add_test(tc, who_never_speaks_is_closed);
	tcase_add_test(tc, pings_alone_do_not_keep_a_stranger_connected);
	tcase_add_test(tc,
		       a_dribbled_message_has_a_deadline_from_its_first_octet);
	tcase_add_test(tc, who_spoke_may_be_silent_until_the_idle_timeout);
	tcase_add_test(tc, junk_is_closed_without_a_word);
	tcase_add_test(tc, what_the_guard_refuses_is_told_before_the_end);
	tcase_add_test(tc, a_handler_that_says_no_ends_it_after_its_answer);
	tcase_add_test(tc,
		       a_bad_message_that_was_framed_costs_nothing_but_itself);
	tcase_add_test(tc, who_says_nothing_but_bad_ones_loses_his_connection);
	tcase_add_test(tc, the_end_of_a_connection_is_told_to_who_watches);
	tcase_add_test(tc,
		       a_peer_that_does_not_read_loses_its_connection_alone);
	tcase_add_test(tc, an_open_connection_is_used_again);
	tcase_add_test(tc, what_is_sent_before_it_is_connected_waits);
	tcase_add_test(tc, too_much_before_it_is_connected_breaks_it);
	tcase_add_test(tc, a_refused_connect_is_told);
	tcase_add_test(tc, a_connect_has_a_deadline);
	tcase_add_test(tc, the_handler_may_drop_the_pool);
	tcase_add_test(tc,
		       a_stopped_pool_takes_nobody_in_and_keeps_who_is_there);
	tcase_add_test(tc, only_free_and_specific_addresses_are_listened_on);
	tcase_add_test(tc, without_memory_nothing_is_left_behind);
	suite_add_tcase(s, tc);

	return s;
}
