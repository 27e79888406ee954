/**
 * @file test/proxy/sip/path_mtu.c  What is too large for a datagram (T1)
 *
 * We are a stack with UDP and TCP; the next hop is a socket of each kind on
 * one port, written by hand.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "test/test.h"
#include "test/mock/stack.h"
#include "test/mock/wire.h"
#include "proxy/sip/client_txn.h"
#include "proxy/sip/path_mtu.h"

enum { TEXT_MAX = 16384 };

static struct timers *timers;
static struct stack us;
static struct wire listener, w; /* the peer's TCP */
static int fd = -1;             /* the peer's UDP */
static struct sa peer;
static char datagram[TEXT_MAX]; /* the last one */
static unsigned datagrams;

static struct {
	int calls, err;
	uint16_t scode;
	struct client_txn *ct;
} seen;


static void open_peer(const char *host, bool stream)
{
	wire_listen(&listener, host);
	peer = listener.addr;
	fd = socket(sa_af(&peer), SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(fd, &peer.u.sa, peer.len), 0);
	if (!stream)
		wire_close(&listener);
}


static void open_us(const char *host)
{
	stack_open(&us, timers, host, NULL, NULL);
	ck_assert_int_eq(transport_listen(us.tp, FLOW_TCP, &us.addr, NULL), 0);
}


static void setup(void)
{
	memset(&seen, 0, sizeof(seen));
	datagrams = 0;
	datagram[0] = '\0';
	w.fd = listener.fd = -1;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 5000), 0);
}


static void teardown(void)
{
	oom_after(-1);
	seen.ct = mem_deref(seen.ct);
	wire_close(&w);
	wire_close(&listener);
	if (fd >= 0)
		(void)close(fd);
	stack_close(&us);
	timers = mem_deref(timers);
}


static void response_handler(struct client_txn *ct, int err,
			     struct message *resp, void *arg)
{
	(void)ct;
	(void)arg;
	++seen.calls;
	seen.err = err;
	seen.scode = resp ? resp->scode : 0;
}


static struct mbuf *request(const char *met, size_t size)
{
	struct mbuf *mb = mbuf_alloc(TEXT_MAX);
	size_t head;

	(void)mbuf_printf(mb,
			  "%s sip:b@example.com SIP/2.0\r\n"
			  "Via: SIP/2.0/UDP %J;branch=z9hG4bK-%zu;rport\r\n"
			  "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK-below\r\n"
			  "Max-Forwards: 70\r\n"
			  "From: <sip:a@example.com>;tag=s1\r\n"
			  "To: <sip:b@example.com>\r\nCall-ID: large\r\n"
			  "CSeq: 1 %s\r\n"
			  "Content-Length: ",
			  met, &us.addr, size, met);
	head = mb->end + 8;
	ck_assert_uint_gt(size, head);
	(void)mbuf_printf(mb, "%04zu\r\n\r\n", size - head);
	while (mb->end < size)
		(void)mbuf_write_u8(mb, 'x');
	mb->pos = 0;

	return mb;
}


static void begin(const char *met, size_t size)
{
	struct mbuf *mb = request(met, size);
	struct flow *flow = NULL;

	ck_assert_int_eq(transport_flow(&flow, us.tp, FLOW_UDP, &peer), 0);
	seen.ct = mem_deref(seen.ct);
	ck_assert_int_eq(client_txn_alloc(&seen.ct, us.txns, flow, mb,
					  response_handler, NULL),
			 0);
	mem_deref(mb);
	mem_deref(flow);
}


static void poll_peer(void)
{
	ssize_t n;

	if (listener.fd >= 0 && w.fd < 0 && !wire_accept(&w, &listener))
		w.fd = -1;
	if (w.fd >= 0)
		wire_poll(&w);
	while ((n = recv(fd, datagram, sizeof(datagram) - 1, 0)) > 0) {
		datagram[n] = '\0';
		++datagrams;
	}
}


static bool has_come(void *arg)
{
	(void)arg;
	poll_peer();

	return datagrams || (w.fd >= 0 && w.len);
}


static void await(void)
{
	stack_run(timers, has_come, NULL);
}


/* the whole of a response to what came by TCP */
static void answer(const char *status, const char *met)
{
	static char text[2048];
	const char *via = strstr(w.buf, "\r\nVia: ");
	const char *end = strstr(via, "\r\nMax-Forwards");

	(void)snprintf(text, sizeof(text),
		       "SIP/2.0 %s%.*s\r\nFrom: <sip:a@example.com>;tag=s1\r\n"
		       "To: <sip:b@example.com>;tag=t\r\nCall-ID: large\r\n"
		       "CSeq: 1 %s\r\nContent-Length: 0\r\n\r\n",
		       status, (int)(end - via), via, met);
	wire_send(&w, text, strlen(text));
}


static bool has_heard(void *arg)
{
	poll_peer();

	return seen.calls >= *(const int *)arg;
}


static void await_calls(int n)
{
	stack_run(timers, has_heard, &n);
}


static const struct {
	const char *host;
	size_t size;
	bool stream;
} sizev[] = {
	{"127.0.0.2", 900, false}, {"127.0.0.2", 1300, false},
	{"127.0.0.2", 1301, true}, {"127.0.0.2", 9000, true},
	{"::1", 1300, false},      {"::1", 1301, true},
};

START_TEST(T1_over_1300_octets_a_request_goes_by_tcp)
{
	const bool v6 = strchr(sizev[_i].host, ':') != NULL;
	char via[128];

	open_us(v6 ? "::1" : "127.0.0.1");
	open_peer(sizev[_i].host, true);
	begin("OPTIONS", sizev[_i].size);
	await();
	ck_assert((datagrams == 0) == sizev[_i].stream);
	(void)re_snprintf(via, sizeof(via),
			  "\r\nVia: SIP/2.0/%s %J;branch=z9hG4bK-%zu;rport\r\n"
			  "Via: SIP/2.0/UDP 192.0.2.9;",
			  sizev[_i].stream ? "TCP" : "UDP", &us.addr,
			  sizev[_i].size);
	ck_assert_ptr_nonnull(
		strstr(sizev[_i].stream ? w.buf : datagram, via));
	if (!sizev[_i].stream)
		return;

	/* all of it, and its answer finds it */
	ck_assert_uint_eq(w.len, sizev[_i].size);
	answer("200 OK", "OPTIONS");
	await_calls(1);
	ck_assert_uint_eq(seen.scode, 200);
}
END_TEST


START_TEST(T1_where_tcp_is_refused_it_goes_by_datagram_and_that_is_kept)
{
	open_us("127.0.0.1");
	open_peer("127.0.0.2", false);
	begin("OPTIONS", 2000);
	await();
	ck_assert_uint_eq(strlen(datagram), 2000);
	ck_assert_ptr_nonnull(strstr(datagram, "SIP/2.0/UDP 127.0.0.1"));
	ck_assert_int_eq(seen.calls, 0);

	/* the next one asks nobody */
	wire_close(&listener);
	datagrams = 0;
	begin("OPTIONS", 2001);
	poll_peer();
	ck_assert_uint_eq(datagrams, 1);

	/* until some time has passed */
	seen.ct = mem_deref(seen.ct);
	datagrams = 0;
	timers_advance(timers, PATH_MTU_MEMORY_MS);
	poll_peer();
	datagrams = 0;
	begin("OPTIONS", 2002);
	poll_peer();
	ck_assert_uint_eq(datagrams, 0);
	await();
	ck_assert_uint_eq(strlen(datagram), 2002);
}
END_TEST


START_TEST(T1_where_tcp_gets_no_answer_it_goes_by_datagram_soon)
{
	open_us("127.0.0.1");
	open_peer("127.0.0.2", true);
	begin("OPTIONS", 2000);
	/* no turn of the loop: it stays connecting */
	timers_advance(timers, PATH_MTU_CONNECT_MS - 1);
	poll_peer();
	ck_assert_uint_eq(datagrams, 0);
	timers_advance(timers, 1);
	poll_peer();
	ck_assert_uint_eq(datagrams, 1);
	/* with all the time of a datagram: Timer E goes on */
	timers_advance(timers, 500);
	poll_peer();
	ck_assert_uint_eq(datagrams, 2);
	timers_advance(timers, 40000);
	ck_assert_int_eq(seen.calls, 1);
	ck_assert_int_eq(seen.err, ETIMEDOUT);
}
END_TEST


START_TEST(T1_a_connection_that_ends_without_an_answer_is_as_good_as_none)
{
	open_us("127.0.0.1");
	open_peer("127.0.0.2", true);
	begin("OPTIONS", 2000);
	await();
	ck_assert_uint_eq(datagrams, 0);
	wire_close(&w);
	wire_close(&listener);
	await();
	ck_assert_uint_eq(datagrams, 1);
	ck_assert_int_eq(seen.calls, 0);
}
END_TEST


START_TEST(T1_after_an_answer_the_end_of_the_connection_is_an_error)
{
	open_us("127.0.0.1");
	open_peer("127.0.0.2", true);
	begin("INVITE", 2000);
	await();
	answer("180 Ringing", "INVITE");
	await_calls(1);
	wire_close(&w);
	wire_close(&listener);
	await_calls(2);
	ck_assert_int_ne(seen.err, 0);
	poll_peer();
	ck_assert_uint_eq(datagrams, 0);
}
END_TEST


START_TEST(T1_the_cancel_and_the_ack_take_the_same_way)
{
	open_us("127.0.0.1");
	open_peer("127.0.0.2", true);
	begin("INVITE", 2000);
	await();
	answer("180 Ringing", "INVITE");
	await_calls(1);
	ck_assert_int_eq(client_txn_cancel(seen.ct, NULL), 0);
	for (int i = 0; i < 20 && !wire_count(&w, "CANCEL "); i++) {
		stack_run(timers, NULL, NULL);
		poll_peer();
	}
	ck_assert_ptr_nonnull(strstr(strstr(w.buf, "CANCEL "),
				     "Via: SIP/2.0/TCP 127.0.0.1"));
	answer("487 Request Terminated", "INVITE");
	await_calls(2);
	for (int i = 0; i < 20 && !wire_count(&w, "ACK "); i++) {
		stack_run(timers, NULL, NULL);
		poll_peer();
	}
	ck_assert_ptr_nonnull(
		strstr(strstr(w.buf, "ACK "), "Via: SIP/2.0/TCP 127.0.0.1"));
	ck_assert_uint_eq(datagrams, 0);
}
END_TEST


START_TEST(T1_a_phone_is_reached_by_its_own_flow_whatever_the_size)
{
	struct flow *flow = NULL;
	struct mbuf *mb;

	open_us("127.0.0.1");
	open_peer("127.0.0.2", true);
	ck_assert_int_eq(
		transport_flow_back(&flow, us.tp, FLOW_UDP, &us.addr, &peer),
		0);
	mb = request("OPTIONS", 5000);
	ck_assert_int_eq(client_txn_alloc(&seen.ct, us.txns, flow, mb,
					  response_handler, NULL),
			 0);
	await();
	ck_assert_uint_eq(strlen(datagram), 5000);
	ck_assert_int_eq(w.fd, -1);
	mem_deref(mb);
	mem_deref(flow);
}
END_TEST


START_TEST(T1_an_ack_without_transaction_goes_by_tcp_to_whom_takes_it)
{
	struct flow *flow = NULL;
	struct mbuf *mb;

	open_us("127.0.0.1");
	open_peer("127.0.0.2", true);
	ck_assert_int_eq(transport_flow(&flow, us.tp, FLOW_UDP, &peer), 0);
	mb = request("ACK", 3000);

	/* who knows: it is not tried by what nobody retransmits */
	ck_assert_int_eq(transport_send(us.tp, flow, mb), 0);
	await();
	ck_assert_uint_eq(datagrams, 1);

	datagrams = 0;
	begin("OPTIONS", 2000);
	await();
	answer("200 OK", "OPTIONS");
	await_calls(1);
	ck_assert_int_eq(transport_send(us.tp, flow, mb), 0);
	w.len = 0;
	await();
	ck_assert_uint_eq(datagrams, 0);
	ck_assert_uint_eq(wire_count(&w, "ACK "), 1);
	ck_assert_uint_eq(wire_count(&w, "SIP/2.0/TCP 127.0.0.1"), 1);

	ck_assert_int_eq(transport_send(NULL, flow, mb), EINVAL);
	ck_assert_int_eq(transport_send(us.tp, NULL, mb), EINVAL);
	mem_deref(mb);
	mem_deref(flow);
}
END_TEST


START_TEST(T1_without_a_tcp_listener_there_is_no_tcp)
{
	stack_open(&us, timers, "127.0.0.1", NULL, NULL);
	open_peer("127.0.0.2", true);
	begin("OPTIONS", 2000);
	poll_peer();
	ck_assert_uint_eq(datagrams, 1);
}
END_TEST


static unsigned opened;

static int open_handler(struct flow **fp, struct sa *sentby,
			const struct sa *dst, void *arg)
{
	(void)fp;
	(void)sentby;
	(void)dst;
	(void)arg;
	++opened;

	return ENOMEM;
}


START_TEST(T1_the_memory_is_bounded)
{
	struct path_mtu *pm = NULL;
	struct flow *flow, *stream;
	struct sa sentby;

	open_us("127.0.0.1");
	ck_assert_int_eq(
		path_mtu_alloc(NULL, timers, NULL, open_handler, NULL),
		EINVAL);
	ck_assert_int_eq(path_mtu_alloc(&pm, NULL, NULL, open_handler, NULL),
			 EINVAL);
	oom_after(0);
	ck_assert_int_eq(path_mtu_alloc(&pm, timers, NULL, open_handler, NULL),
			 ENOMEM);
	oom_after(-1);
	ck_assert_int_eq(path_mtu_alloc(&pm, timers, NULL, open_handler, NULL),
			 0);
	for (unsigned i = 0; i < PATH_MTU_PEERS_MAX + 100; i++) {
		sa_set_in(&peer, 0x7f010000 + i, 5060);
		ck_assert_int_eq(transport_flow_back(&flow, us.tp, FLOW_UDP,
						     &us.addr, &peer),
				 0);
		path_mtu_attach(pm, flow);
		ck_assert_int_eq(
			path_mtu_stream(&stream, &sentby, flow, 2000, false),
			ENOENT);
		mem_deref(flow);
	}
	ck_assert_uint_eq(opened, PATH_MTU_PEERS_MAX);
	timers_advance(timers, PATH_MTU_MEMORY_MS);

	/* closed: whoever still has a flow opens nothing */
	ck_assert_int_eq(
		transport_flow_back(&flow, us.tp, FLOW_UDP, &us.addr, &peer),
		0);
	path_mtu_attach(pm, flow);
	path_mtu_close(pm);
	pm = mem_deref(pm);
	ck_assert_int_eq(path_mtu_stream(&stream, &sentby, flow, 2000, false),
			 ENOENT);
	path_mtu_result(flow, true);
	ck_assert_uint_eq(opened, PATH_MTU_PEERS_MAX);
	ck_assert_int_eq(path_mtu_stream(NULL, &sentby, flow, 2000, false),
			 EINVAL);
	path_mtu_result(NULL, true);
	path_mtu_close(NULL);
	mem_deref(flow);
}
END_TEST


START_TEST(T1_out_of_memory_leaves_the_datagram)
{
	open_us("127.0.0.1");
	open_peer("127.0.0.2", true);
	for (int n = 0; n < 12; n++) {
		struct mbuf *mb = request("OPTIONS", 1500 + (size_t)n);
		struct flow *flow = NULL;
		int err;

		ck_assert_int_eq(transport_flow(&flow, us.tp, FLOW_UDP, &peer),
				 0);
		oom_after(n);
		err = client_txn_alloc(&seen.ct, us.txns, flow, mb,
				       response_handler, NULL);
		oom_after(-1);
		ck_assert(!err == !!seen.ct);
		seen.ct = mem_deref(seen.ct);
		mem_deref(flow);
		mem_deref(mb);
	}
}
END_TEST


Suite *suite_path_mtu(void);

Suite *suite_path_mtu(void)
{
	Suite *s = suite_create("path_mtu");
	TCase *tc = tcase_create("path_mtu");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 20);
	test_table(tc, T1_over_1300_octets_a_request_goes_by_tcp, sizev);
	tcase_add_test(
		tc,
		T1_where_tcp_is_refused_it_goes_by_datagram_and_that_is_kept);
	tcase_add_test(tc,
		       T1_where_tcp_gets_no_answer_it_goes_by_datagram_soon);
	tcase_add_test(
		tc,
		T1_a_connection_that_ends_without_an_answer_is_as_good_as_none);
	tcase_add_test(
		tc, T1_after_an_answer_the_end_of_the_connection_is_an_error);
	tcase_add_test(tc, T1_the_cancel_and_the_ack_take_the_same_way);
	tcase_add_test(
		tc, T1_a_phone_is_reached_by_its_own_flow_whatever_the_size);
	tcase_add_test(
		tc,
		T1_an_ack_without_transaction_goes_by_tcp_to_whom_takes_it);
	tcase_add_test(tc, T1_without_a_tcp_listener_there_is_no_tcp);
	tcase_add_test(tc, T1_the_memory_is_bounded);
	tcase_add_test(tc, T1_out_of_memory_leaves_the_datagram);
	suite_add_tcase(s, tc);

	return s;
}
