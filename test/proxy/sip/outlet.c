/**
 * @file test/proxy/sip/outlet.c  Of several addresses the one that fits
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/fakeflow.h"
#include "test/mock/stack.h"
#include "test/mock/wire.h"
#include "proxy/sip/transport.h"

#define OPTIONS(via)                           \
	"OPTIONS sip:127.0.0.1 SIP/2.0\r\n"    \
	"Via: SIP/2.0/" via "\r\n"             \
	"Max-Forwards: 70\r\n"                 \
	"From: <sip:a@example.com>;tag=s1\r\n" \
	"To: <sip:b@example.com>\r\n"          \
	"Call-ID: control@test\r\n"            \
	"CSeq: 1 OPTIONS\r\n"                  \
	"Content-Length: 0\r\n\r\n"

static const struct transport_conf conf = {
	.tcp_per_source = 10,
	.tcp_total = 20,
	.tcp_message_ms = 10000,
	.tcp_idle_ms = 120000,
	.tcp_connect_ms = 5000,
};

static struct timers *timers;
static struct transport *t;
static struct sa udp, tcp, udp6, other; /* our listeners */
static struct wire w, w2;
static struct message *req; /* the last request */


static void message_handler(struct message *m, void *arg)
{
	(void)arg;
	mem_deref(req);
	req = mem_ref(m);
}


static void listen_on(enum flow_proto proto, const char *host, uint16_t port,
		      struct sa *got)
{
	struct sa laddr;

	ck_assert_int_eq(sa_set_str(&laddr, host, port), 0);
	ck_assert_int_eq(transport_listen(t, proto, &laddr, got), 0);
}


static void setup(void)
{
	req = NULL;
	w.fd = w2.fd = -1;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 5000), 0);
	ck_assert_int_eq(transport_alloc(&t, timers, NULL, NULL, &conf,
					 message_handler, NULL),
			 0);
	listen_on(FLOW_UDP, "127.0.0.1", 0, &udp);
	/* T4: the same port, as everybody expects */
	listen_on(FLOW_TCP, "127.0.0.1", sa_port(&udp), &tcp);
	listen_on(FLOW_UDP, "::1", 0, &udp6);
	listen_on(FLOW_UDP, "127.0.0.9", 0, &other);
}


static void teardown(void)
{
	req = mem_deref(req);
	wire_close(&w);
	wire_close(&w2);
	t = mem_deref(t);
	timers = mem_deref(timers);
}


START_TEST(T4_udp_and_tcp_share_a_port)
{
	ck_assert(sa_cmp(&udp, &tcp, SA_ALL));
	wire_connect(&w, &tcp);
	wire_send(&w, OPTIONS("TCP 127.0.0.1;branch=z9hG4bK-4"),
		  strlen(OPTIONS("TCP 127.0.0.1;branch=z9hG4bK-4")));
	stack_run(timers, NULL, NULL);
	ck_assert_ptr_nonnull(req);
	ck_assert_int_eq(req->flow->proto, FLOW_TCP);
}
END_TEST


static const struct {
	enum flow_proto proto;
	const char *dst;
	const struct sa *from; /* NULL: nothing fits */
} hopv[] = {
	{FLOW_UDP, "127.0.0.5", &udp},    {FLOW_TCP, "127.0.0.5", &tcp},
	{FLOW_UDP, "::1", &udp6},         {FLOW_TCP, "::1", NULL},
	{FLOW_TLS, "127.0.0.5", NULL},    {FLOW_WS, "127.0.0.5", NULL},
	{FLOW_UDP, "2001:db8::1", &udp6},
};

/* by protocol, family, and the kernel's route; the Via shows that one */
START_TEST(each_next_hop_has_its_listener)
{
	struct hop hop = {.proto = hopv[_i].proto};
	struct flow *flow = NULL;
	struct sa sa;
	int err;

	if (hopv[_i].proto == FLOW_TCP && hopv[_i].from) {
		wire_listen(&w2, hopv[_i].dst);
		hop.addr = w2.addr;
	}
	else {
		ck_assert_int_eq(sa_set_str(&hop.addr, hopv[_i].dst, 5060), 0);
	}

	err = transport_flow_hop(&flow, t, &hop);
	ck_assert_int_eq(err, hopv[_i].from ? 0 : EAFNOSUPPORT);
	if (err)
		return;

	transport_sentby(t, flow, &sa);
	ck_assert(sa_cmp(&sa, hopv[_i].from, SA_ALL));
	mem_deref(flow);
}
END_TEST


START_TEST(what_is_advertised_is_shown_and_is_ours)
{
	struct flow *flow = NULL;
	struct sa outer, dst, sa;

	ck_assert_int_eq(sa_set_str(&outer, "198.51.100.7", 0), 0);
	ck_assert_int_eq(transport_advertise(t, FLOW_UDP, &udp, &outer), 0);
	ck_assert_int_eq(sa_set_str(&dst, "127.0.0.5", 5060), 0);
	ck_assert_int_eq(transport_flow(&flow, t, FLOW_UDP, &dst), 0);
	transport_sentby(t, flow, &sa);
	sa_set_port(&outer, sa_port(&udp));
	ck_assert(sa_cmp(&sa, &outer, SA_ALL));
	/* it leaves from where it is */
	ck_assert(sa_cmp(&flow->local, &udp, SA_ALL));
	mem_deref(flow);

	ck_assert(transport_is_local(t, &outer));
	ck_assert(transport_is_local(t, &udp));
	ck_assert(transport_is_local_host(t, &outer));
	sa_set_port(&outer, 5070);
	ck_assert(!transport_is_local(t, &outer));
	ck_assert_int_eq(transport_advertise(t, FLOW_UDP, &udp, &outer), 0);
	ck_assert(transport_is_local(t, &outer));

	/* another listener shows what it did */
	ck_assert_int_eq(transport_flow_back(&flow, t, FLOW_UDP, &other, &dst),
			 0);
	transport_sentby(t, flow, &sa);
	ck_assert(sa_cmp(&sa, &other, SA_ALL));
	mem_deref(flow);

	ck_assert_int_eq(transport_advertise(t, FLOW_TLS, &udp, &outer),
			 ENOENT);
	ck_assert_int_eq(transport_advertise(NULL, FLOW_UDP, &udp, &outer),
			 EINVAL);
	sa_init(&outer, AF_UNSPEC);
	ck_assert_int_eq(transport_advertise(t, FLOW_UDP, &udp, &outer),
			 EINVAL);
}
END_TEST


/* T6: the response to a request that showed the outer address */
START_TEST(T6_a_response_to_what_is_advertised_is_ours)
{
	static const char *const viav[] = {"198.51.100.7:5070",
					   "198.51.100.7:5071"};
	struct fakeflow *ff = NULL;
	struct sa outer;
	char text[512];

	ck_assert_int_eq(sa_set_str(&outer, "198.51.100.7", 5070), 0);
	ck_assert_int_eq(transport_advertise(t, FLOW_UDP, &udp, &outer), 0);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "127.0.0.1:5060",
					"127.0.0.5:5060", timers),
			 0);
	(void)re_snprintf(text, sizeof(text),
			  "SIP/2.0 200 OK\r\n"
			  "Via: SIP/2.0/UDP %s;branch=z9hG4bK-r\r\n"
			  "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\n"
			  "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n",
			  viav[_i]);
	transport_input(t, ff->flow, (const uint8_t *)text, strlen(text));
	ck_assert((req != NULL) == !_i);
	mem_deref(ff);
}
END_TEST


static bool has_request(void *arg)
{
	(void)arg;
	wire_poll(&w);

	return req != NULL;
}


static bool is_closed(void *arg)
{
	(void)arg;

	return req->flow->closed;
}


static bool accepted(void *arg)
{
	(void)arg;

	return wire_accept(&w, &w2);
}


START_TEST(T5_a_peer_whose_connection_is_gone_is_dialled_at_its_via)
{
	struct flow *flow = NULL;
	char text[512];

	/* it listens where its Via says, and connects from another port */
	wire_listen(&w2, "127.0.0.1");
	(void)snprintf(text, sizeof(text),
		       OPTIONS("TCP 10.9.9.9:%u;branch=z9hG4bK-5"),
		       sa_port(&w2.addr));
	wire_connect(&w, &tcp);
	wire_send(&w, text, strlen(text));
	stack_run(timers, has_request, NULL);
	wire_close(&w);
	stack_run(timers, is_closed, NULL);

	ck_assert_int_eq(transport_flow_return(&flow, req, t), 0);
	ck_assert_int_eq(flow->proto, FLOW_TCP);
	ck_assert(sa_cmp(&flow->peer, &w2.addr, SA_ALL));
	stack_run(timers, accepted, NULL);
	mem_deref(flow);

	ck_assert_int_eq(transport_flow_return(NULL, req, t), EINVAL);
	ck_assert_int_eq(transport_flow_return(&flow, NULL, t), EINVAL);
}
END_TEST


START_TEST(T5_a_datagram_goes_back_to_where_it_came_from_alone)
{
	struct fakeflow *ff = NULL;
	struct flow *flow = NULL;
	const char *text = OPTIONS("UDP 127.0.0.1;branch=z9hG4bK-5");

	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "127.0.0.1:5060",
					"127.0.0.5:5060", timers),
			 0);
	transport_input(t, ff->flow, (const uint8_t *)text, strlen(text));
	ck_assert_int_eq(transport_flow_return(&flow, req, t), ENOTCONN);
	mem_deref(ff);
}
END_TEST


Suite *suite_outlet(void);

Suite *suite_outlet(void)
{
	Suite *s = suite_create("outlet");
	TCase *tc = tcase_create("outlet");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, T4_udp_and_tcp_share_a_port);
	test_table(tc, each_next_hop_has_its_listener, hopv);
	tcase_add_test(tc, what_is_advertised_is_shown_and_is_ours);
	tcase_add_loop_test(tc, T6_a_response_to_what_is_advertised_is_ours, 0,
			    2);
	tcase_add_test(
		tc, T5_a_peer_whose_connection_is_gone_is_dialled_at_its_via);
	tcase_add_test(tc,
		       T5_a_datagram_goes_back_to_where_it_came_from_alone);
	suite_add_tcase(s, tc);

	return s;
}
