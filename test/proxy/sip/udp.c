/**
 * @file test/proxy/sip/udp.c  Datagrams over a real loopback socket
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <sys/socket.h>
#include <unistd.h>
#include "test/test.h"
#include "test/mock/stack.h"
#include "common/clock.h"
#include "common/metrics.h"
#include "proxy/sip/outbox.h"
#include "proxy/sip/udp.h"


enum { DATAGRAM_MAX = 65507, BURST = 200 };

static struct timers *timers;
static struct metrics *metrics;
static struct udp_listener *l;
static int fd; /* the far end's */
static struct sa far;

static struct {
	unsigned n;
	uint8_t buf[65536]; /* the last */
	size_t len;
	uint64_t arrived_us;
	struct flow *flow;
	bool drop;  /* the listener, inside the handler */
	bool echo;  /* by the flow that it came by */
	bool close; /* and that ends it */
} seen;


static int near_send(const void *p, size_t len)
{
	struct mbuf *mb = mbuf_alloc(len);
	int err;

	(void)mbuf_write_mem(mb, p, len);
	mb->pos = 0;
	err = flow_send(seen.flow, mb);
	mem_deref(mb);

	return err;
}


static void input_handler(struct flow *flow, const uint8_t *p, size_t len,
			  uint64_t arrived_us, void *arg)
{
	ck_assert_ptr_eq(arg, &seen);
	++seen.n;
	memcpy(seen.buf, p, len);
	seen.len = len;
	seen.arrived_us = arrived_us;
	mem_deref(seen.flow);
	seen.flow = mem_ref(flow);
	if (seen.echo)
		ck_assert_int_eq(near_send(seen.buf, seen.len), 0);
	if (seen.close)
		udp_listener_close(l);
	if (seen.drop)
		l = mem_deref(l);
}


static int open_on(const char *host, uint16_t port)
{
	struct sa laddr;

	ck_assert_int_eq(sa_set_str(&laddr, host, port), 0);

	return udp_listener_alloc(&l, &laddr, metrics, input_handler, &seen);
}


static void open_far(const char *host)
{
	ck_assert_int_eq(sa_set_str(&far, host, 0), 0);
	fd = socket(sa_af(&far), SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, &far.u.sa, far.len), 0);
	far.len = sizeof(far.u);
	ck_assert_int_eq(getsockname(fd, &far.u.sa, &far.len), 0);
}


static void setup(void)
{
	memset(&seen, 0, sizeof(seen));
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(open_on("127.0.0.1", 0), 0);
	open_far("127.0.0.2");
}


static void teardown(void)
{
	oom_after(-1);
	(void)close(fd);
	seen.flow = mem_deref(seen.flow);
	l = mem_deref(l);
	metrics = mem_deref(metrics);
	timers = mem_deref(timers);
}


static uint64_t counted(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


static void far_send(const void *p, size_t len)
{
	const struct sa *dst = udp_listener_addr(l);

	ck_assert_int_eq(sendto(fd, p, len, 0, &dst->u.sa, dst->len),
			 (ssize_t)len);
}


static bool came(void *arg)
{
	return counted("sip_datagrams_total") >= *(const unsigned *)arg;
}


static void await(unsigned n)
{
	stack_run(timers, came, &n);
}


START_TEST(a_reply_leaves_from_where_the_request_came_to)
{
	char buf[16];
	struct sa src = {.len = sizeof(src.u)};

	far_send("OPTIONS", 7);
	await(1);
	ck_assert_uint_eq(seen.n, 1);
	ck_assert_uint_eq(seen.len, 7);
	ck_assert(sa_cmp(&seen.flow->peer, &far, SA_ALL));
	ck_assert(sa_cmp(&seen.flow->local, udp_listener_addr(l), SA_ALL));
	ck_assert(!flow_reliable(seen.flow));
	ck_assert_int_eq(near_send("hello", 5), 0);
	ck_assert_int_eq(
		recvfrom(fd, buf, sizeof(buf), 0, &src.u.sa, &src.len), 5);
	ck_assert(sa_cmp(&src, udp_listener_addr(l), SA_ALL));
}
END_TEST


static const struct {
	const char *p;
	size_t len;
	const char *counter; /* NULL: it is handed on */
	size_t skip;
} kindv[] = {
	{"", 0, "sip_keepalives_total", 0},
	{"\r\n", 2, "sip_keepalives_total", 0},
	{"\r\n\r\n", 4, "sip_keepalives_total", 0},
	{"\r\n\r\n\r\n\r\n", 8, "sip_keepalives_total", 0},
	{"\n", 1, "sip_keepalives_total", 0},
	{"\0", 1, "sip_keepalives_total", 0},
	{"\0\0\0\0", 4, "sip_keepalives_total", 0},
	{"\x00\x01\x00\x00\x21\x12\xa4\x42"
	 "0123456789ab",
	 20, NULL, 0},
	{"\x01\x01\x00\x00\x21\x12\xa4\x42"
	 "0123456789ab",
	 20, NULL, 0},
	{"\x00\x01\x00\x00\x21\x12\xa4\x43"
	 "0123456789ab",
	 20, "sip_garbage_total", 0},
	{"\x16\x03\x01\x00\x10", 5, "sip_garbage_total", 0},
	{"\0\0\0\0\0", 5, "sip_garbage_total", 0},
	{"\x80\x00", 2, "sip_garbage_total", 0},
	{" OPTIONS", 8, "sip_garbage_total", 0},
	{"<xml/>", 6, "sip_garbage_total", 0},
	{"OPTIONS", 7, NULL, 0},
	{"SIP/2.0", 7, NULL, 0},
	{"\r\n\r\nOPTIONS", 11, NULL, 4},
	{"\r\n\r\n\r\nOPTIONS", 13, NULL, 6},
};

START_TEST(each_datagram_is_told_by_its_first_octets)
{
	far_send(kindv[_i].p, kindv[_i].len);
	await(1);
	ck_assert_uint_eq(seen.n, kindv[_i].counter == NULL);
	if (kindv[_i].counter) {
		ck_assert_uint_eq(counted(kindv[_i].counter), 1);
		return;
	}
	ck_assert_uint_eq(seen.len, kindv[_i].len - kindv[_i].skip);
	ck_assert_mem_eq(seen.buf, kindv[_i].p + kindv[_i].skip, seen.len);
}
END_TEST


START_TEST(T2_the_largest_datagram_comes_whole_and_leaves_whole)
{
	static uint8_t buf[DATAGRAM_MAX + 1];

	memset(buf, 'x', sizeof(buf));
	far_send(buf, DATAGRAM_MAX);
	await(1);
	ck_assert_uint_eq(seen.len, DATAGRAM_MAX);
	ck_assert_int_eq(near_send(buf, DATAGRAM_MAX), 0);
	ck_assert_int_eq(recv(fd, buf, sizeof(buf), 0), DATAGRAM_MAX);
	ck_assert_int_eq(near_send(buf, DATAGRAM_MAX + 1), EMSGSIZE);
}
END_TEST


START_TEST(a_burst_comes_in_full)
{
	for (int i = 0; i < BURST; i++)
		far_send("REGISTER", 8);
	await(BURST);
	ck_assert_uint_eq(seen.n, BURST);
}
END_TEST


/* in the order of the questions, by few calls, and nothing is forgotten */
START_TEST(a_burst_is_answered_in_batches)
{
	struct outbox *box = NULL;
	char text[8], buf[8];
	uint64_t batches;

	ck_assert_int_eq(outbox_alloc(&box, metrics), 0);
	udp_listener_batch(l, box);
	udp_listener_batch(NULL, box);
	seen.echo = true;
	for (int i = 0; i < BURST; i++) {
		(void)re_snprintf(text, sizeof(text), "A%d", i);
		far_send(text, strlen(text));
	}
	await(BURST);
	for (int i = 0; i < BURST; i++) {
		const ssize_t n = recv(fd, buf, sizeof(buf) - 1, MSG_DONTWAIT);

		ck_assert_int_gt(n, 0);
		buf[n] = '\0';
		(void)re_snprintf(text, sizeof(text), "A%d", i);
		ck_assert_str_eq(buf, text);
	}
	batches = counted("sip_send_batches_total");
	ck_assert_uint_ge(batches, BURST / OUTBOX_MAX);
	ck_assert_uint_lt(batches, BURST / 4);
	mem_deref(box);
}
END_TEST


START_TEST(what_waits_leaves_before_the_socket_closes)
{
	struct outbox *box = NULL;
	char buf[8];

	ck_assert_int_eq(outbox_alloc(&box, metrics), 0);
	udp_listener_batch(l, box);
	seen.echo = seen.close = true;
	far_send("A", 1);
	await(1);
	ck_assert_int_eq(recv(fd, buf, sizeof(buf), MSG_DONTWAIT), 1);
	mem_deref(box);
}
END_TEST


START_TEST(nobody_at_the_far_end_is_no_error)
{
	far_send("OPTIONS", 7);
	await(1);
	(void)close(fd);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(near_send("x", 1), 0);
	stack_run(timers, NULL, NULL);
	open_far("127.0.0.2");
	far_send("OPTIONS", 7);
	await(2);
}
END_TEST


START_TEST(the_handler_may_drop_the_listener)
{
	seen.drop = true;
	far_send("OPTIONS", 7);
	far_send("OPTIONS", 7);
	far_send("OPTIONS", 7);
	await(1);
	stack_run(timers, NULL, NULL);
	ck_assert_uint_ge(seen.n, 1);
	ck_assert_ptr_nonnull(seen.flow->owner);
}
END_TEST


START_TEST(a_stopped_listener_still_sends_a_closed_one_does_not)
{
	char buf[8];

	far_send("OPTIONS", 7);
	await(1);
	udp_listener_stop(l);
	far_send("OPTIONS", 7);
	stack_run(timers, NULL, NULL);
	ck_assert_uint_eq(seen.n, 1);
	ck_assert_int_eq(near_send("x", 1), 0);
	ck_assert_int_eq(recv(fd, buf, sizeof(buf), 0), 1);
	udp_listener_close(l);
	ck_assert_int_eq(near_send("x", 1), ENOTCONN);
	udp_listener_close(NULL);
}
END_TEST


START_TEST(a_taken_port_is_said_by_its_errno)
{
	struct udp_listener *first = l;
	const uint16_t port = sa_port(udp_listener_addr(l));

	ck_assert_int_eq(open_on("127.0.0.1", port), EADDRINUSE);
	ck_assert_int_eq(open_on("127.0.0.3", port), 0);
	mem_deref(first);
}
END_TEST


START_TEST(only_specific_addresses_are_listened_on)
{
	struct udp_listener *first = l;

	ck_assert_int_eq(open_on("0.0.0.0", 0), EINVAL);
	ck_assert_int_eq(open_on("::", 0), EINVAL);
	ck_assert_int_eq(open_on("203.0.113.77", 0), EADDRNOTAVAIL);
	ck_assert_ptr_eq(l, first);
}
END_TEST


START_TEST(ipv6_is_served_too)
{
	char buf[8];

	l = mem_deref(l);
	(void)close(fd);
	if (open_on("::1", 0))
		return; /* this machine has no IPv6 */
	open_far("::1");
	far_send("OPTIONS", 7);
	await(1);
	ck_assert(sa_cmp(&seen.flow->peer, &far, SA_ALL));
	ck_assert_int_eq(near_send("x", 1), 0);
	ck_assert_int_eq(recv(fd, buf, sizeof(buf), 0), 1);
}
END_TEST


START_TEST(without_memory_there_is_no_listener)
{
	struct udp_listener *first = l;
	struct flow *flow = NULL;

	oom_after(0);
	ck_assert_int_eq(open_on("127.0.0.1", 0), ENOMEM);
	oom_after(0);
	ck_assert_int_eq(udp_listener_flow(&flow, l, &far), ENOMEM);
	ck_assert_int_eq(udp_listener_flow(&flow, NULL, &far), EINVAL);
	ck_assert_ptr_null(flow);
	ck_assert_ptr_eq(l, first);

	/* a datagram that no flow can be made for is lost, no more */
	far_send("OPTIONS", 7);
	oom_after(0);
	await(1);
	oom_after(-1);
	ck_assert_uint_eq(seen.n, 0);
	far_send("OPTIONS", 7);
	await(2);
	ck_assert_uint_eq(seen.n, 1);
}
END_TEST


/* by the kernel's stamp: it came before it was read */
START_TEST(a_datagram_says_when_it_came)
{
	const uint64_t before = clock_us();
	uint64_t sent;

	far_send("OPTIONS", 7);
	sent = clock_us();
	while (clock_us() < sent + 5000)
		;
	await(1);
	ck_assert_uint_ge(seen.arrived_us + 1000, before);
	ck_assert_uint_le(seen.arrived_us, sent + 1000);
}
END_TEST


static const struct {
	uint64_t then_us, now_us, age_us;
	bool stamped;
} agev[] = {
	{5000000, 5000700, 700, true},  {5000000, 5000000, 0, true},
	{5000700, 5000000, 0, true},    /* the clock was set back */
	{5000000, 3605000000, 0, true}, /* and on */
	{5000000, 5000700, 0, false},
};


START_TEST(a_clock_that_is_set_makes_nothing_old)
{
	union {
		struct cmsghdr align;
		uint8_t b[CMSG_SPACE(sizeof(struct timespec))];
	} control;
	struct msghdr mh = {.msg_control = &control};
	const struct timespec ts = {
		.tv_sec = (time_t)(agev[_i].then_us / 1000000),
		.tv_nsec = (long)(agev[_i].then_us % 1000000) * 1000,
	};
	struct cmsghdr *c;

	memset(&control, 0, sizeof(control));
	if (agev[_i].stamped) {
		mh.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&mh);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_TIMESTAMPNS;
		c->cmsg_len = CMSG_LEN(sizeof(ts));
		memcpy(CMSG_DATA(c), &ts, sizeof(ts));
	}
	ck_assert_uint_eq(udp_age(&mh, agev[_i].now_us), agev[_i].age_us);
}
END_TEST


Suite *suite_udp(void);

Suite *suite_udp(void)
{
	Suite *s = suite_create("udp");
	TCase *tc = tcase_create("udp");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_reply_leaves_from_where_the_request_came_to);
	test_table(tc, each_datagram_is_told_by_its_first_octets, kindv);
	tcase_add_test(tc,
		       T2_the_largest_datagram_comes_whole_and_leaves_whole);
	tcase_add_test(tc, a_datagram_says_when_it_came);
	test_table(tc, a_clock_that_is_set_makes_nothing_old, agev);
	tcase_add_test(tc, a_burst_comes_in_full);
	tcase_add_test(tc, a_burst_is_answered_in_batches);
	tcase_add_test(tc, what_waits_leaves_before_the_socket_closes);
	tcase_add_test(tc, nobody_at_the_far_end_is_no_error);
	tcase_add_test(tc, the_handler_may_drop_the_listener);
	tcase_add_test(tc,
		       a_stopped_listener_still_sends_a_closed_one_does_not);
	tcase_add_test(tc, a_taken_port_is_said_by_its_errno);
	tcase_add_test(tc, only_specific_addresses_are_listened_on);
	tcase_add_test(tc, ipv6_is_served_too);
	tcase_add_test(tc, without_memory_there_is_no_listener);
	suite_add_tcase(s, tc);

	return s;
}
