/**
 * @file test/proxy/sip/inlet.c  Listeners come and go while others are heard
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/stack.h"
#include "test/mock/wire.h"
#include "common/timer.h"
#include "proxy/sip/transport.h"


#define REQUEST(tag)                                      \
	"OPTIONS sip:127.0.0.1 SIP/2.0\r\n"               \
	"Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK-1\r\n" \
	"Max-Forwards: 70\r\n"                            \
	"From: <sip:a@example.com>;tag=s1\r\n"            \
	"To: <sip:b@example.com>" tag "\r\n"              \
	"Call-ID: control@test\r\n"                       \
	"CSeq: 1 OPTIONS\r\n"                             \
	"Content-Length: 0\r\n\r\n"

enum { LEAVE_MS = 32000 };

static const struct transport_conf conf = {
	.tcp_per_source = 10,
	.tcp_total = 20,
	.tcp_message_ms = 10000,
	.tcp_idle_ms = 120000,
	.tcp_connect_ms = 5000,
};

static struct timers *timers;
static struct transport *t;
static struct sa udp, tcp;
static struct wire w;


static void message_handler(struct message *m, void *arg)
{
	(void)arg;
	if (m->req)
		ck_assert_int_eq(transport_reply(t, m, 200, NULL, NULL), 0);
}


static void listen_on(enum flow_proto proto, struct sa *got)
{
	struct sa laddr;

	ck_assert_int_eq(sa_set_str(&laddr, "127.0.0.1", 0), 0);
	ck_assert_int_eq(transport_listen(t, proto, &laddr, got), 0);
}


static void setup(void)
{
	w.fd = -1;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 5000), 0);
	ck_assert_int_eq(transport_alloc(&t, timers, NULL, NULL, &conf,
					 message_handler, NULL),
			 0);
	listen_on(FLOW_UDP, &udp);
	listen_on(FLOW_TCP, &tcp);
}


static void teardown(void)
{
	wire_close(&w);
	t = mem_deref(t);
	timers = mem_deref(timers);
}


static bool has_answer(void *arg)
{
	wire_poll(&w);

	return wire_count(&w, arg) >= 1;
}


static bool has_two(void *arg)
{
	(void)arg;
	wire_poll(&w);

	return wire_count(&w, "SIP/2.0 200 ") >= 2;
}


static bool has_end(void *arg)
{
	(void)arg;
	wire_poll(&w);

	return w.eof;
}


static void ask(const char *text, const char *answer)
{
	wire_send(&w, text, strlen(text));
	stack_run(timers, has_answer, (void *)(uintptr_t)answer);
}


START_TEST(where_it_leaves_nothing_begins)
{
	wire_connect(&w, &tcp);
	ask(REQUEST(""), "SIP/2.0 200 ");

	ck_assert_int_eq(transport_unlisten(t, FLOW_TCP, &tcp, LEAVE_MS), 0);
	ask(REQUEST(""), "SIP/2.0 503 ");
}
END_TEST


/* what is under way is served to its end */
START_TEST(where_it_leaves_dialogs_go_on)
{
	wire_connect(&w, &tcp);
	ask(REQUEST(""), "SIP/2.0 200 ");
	ck_assert_int_eq(transport_unlisten(t, FLOW_TCP, &tcp, LEAVE_MS), 0);
	wire_send(&w, REQUEST(";tag=x"), strlen(REQUEST(";tag=x")));
	stack_run(timers, has_two, NULL);
}
END_TEST


START_TEST(then_it_is_closed_with_its_connections)
{
	struct flow *flow = NULL;
	struct sa dst;

	wire_connect(&w, &tcp);
	ask(REQUEST(""), "SIP/2.0 200 ");
	ck_assert_int_eq(transport_unlisten(t, FLOW_TCP, &tcp, LEAVE_MS), 0);
	ck_assert_int_eq(transport_unlisten(t, FLOW_UDP, &udp, LEAVE_MS), 0);
	ck_assert(transport_is_local(t, &udp));

	timers_advance(timers, LEAVE_MS + 1);
	stack_run(timers, has_end, NULL);
	ck_assert(!transport_is_local(t, &udp));
	ck_assert_int_eq(sa_set_str(&dst, "127.0.0.9", 5060), 0);
	ck_assert_int_eq(transport_flow(&flow, t, FLOW_UDP, &dst),
			 EAFNOSUPPORT);
}
END_TEST


/* a flow of it that is still held says so */
START_TEST(its_flows_send_no_more)
{
	struct flow *flow = NULL;
	struct mbuf *mb = mbuf_alloc(8);
	struct sa dst;

	ck_assert_int_eq(sa_set_str(&dst, "127.0.0.9", 5060), 0);
	ck_assert_int_eq(transport_flow(&flow, t, FLOW_UDP, &dst), 0);
	ck_assert_int_eq(transport_unlisten(t, FLOW_UDP, &udp, 0), 0);
	ck_assert_int_eq(mbuf_write_str(mb, "x"), 0);
	mb->pos = 0;
	ck_assert_int_eq(flow_send(flow, mb), ENOTCONN);
	mem_deref(flow);
	mem_deref(mb);
}
END_TEST


START_TEST(it_may_come_back)
{
	struct sa again;

	ck_assert_int_eq(transport_unlisten(t, FLOW_TCP, &tcp, LEAVE_MS), 0);
	ck_assert_int_eq(transport_unlisten(t, FLOW_UDP, &udp, LEAVE_MS), 0);
	ck_assert_int_eq(transport_listen(t, FLOW_TCP, &tcp, &again), 0);
	ck_assert(sa_cmp(&again, &tcp, SA_ALL));
	ck_assert_int_eq(transport_listen(t, FLOW_UDP, &udp, &again), 0);
	ck_assert(sa_cmp(&again, &udp, SA_ALL));
	timers_advance(timers, 2 * LEAVE_MS);
	ck_assert(transport_is_local(t, &udp));

	wire_connect(&w, &tcp);
	ask(REQUEST(""), "SIP/2.0 200 ");
}
END_TEST


START_TEST(only_what_listens_can_leave)
{
	ck_assert_int_eq(transport_unlisten(t, FLOW_TLS, &tcp, 0), ENOENT);
	ck_assert_int_eq(transport_unlisten(NULL, FLOW_TCP, &tcp, 0), EINVAL);
	ck_assert_int_eq(transport_unlisten(t, FLOW_TCP, &tcp, LEAVE_MS), 0);
	ck_assert_int_eq(transport_unlisten(t, FLOW_TCP, &tcp, 0), ENOENT);
}
END_TEST


Suite *suite_inlet(void);
Suite *suite_inlet(void)
{
	Suite *s = suite_create("inlet");
	TCase *tc = tcase_create("inlet");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 20);
	tcase_add_test(tc, where_it_leaves_nothing_begins);
	tcase_add_test(tc, where_it_leaves_dialogs_go_on);
	tcase_add_test(tc, then_it_is_closed_with_its_connections);
	tcase_add_test(tc, its_flows_send_no_more);
	tcase_add_test(tc, it_may_come_back);
	tcase_add_test(tc, only_what_listens_can_leave);
	suite_add_tcase(s, tc);

	return s;
}
