/**
 * @file test/proxy/sip/transport.c  Messages in, replies out, on loopback
 *
 * The handler answers each OPTIONS with 200, as a small user agent.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "test/test.h"
#include "test/mock/fakeflow.h"
#include "test/mock/stack.h"
#include "test/mock/wire.h"
#include "common/metrics.h"
#include "proxy/sip/refuse.h"
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
#define CONTROL OPTIONS("TCP 127.0.0.1;branch=z9hG4bK-control")
#define RESPONSE(via)                                   \
	"SIP/2.0 200 OK\r\n"                            \
	"Via: SIP/2.0/UDP " via ";branch=z9hG4bK-r\r\n" \
	"From: <sip:a@example.com>;tag=s1\r\n"          \
	"To: <sip:b@example.com>;tag=s2\r\n"            \
	"Call-ID: control@test\r\n"                     \
	"CSeq: 1 OPTIONS\r\n"                           \
	"Content-Length: 0\r\n\r\n"

enum { FILE_MAX = 131072 };

static const struct transport_conf conf = {
	.tcp_per_source = 10,
	.tcp_total = 20,
	.tcp_message_ms = 10000,
	.tcp_idle_ms = 120000,
	.tcp_connect_ms = 5000,
};

static struct timers *timers;
static struct metrics *metrics;
static struct transport *t;
static struct sa udp, tcp; /* our listeners */
static struct wire w;
static struct fakeflow *ff;

static struct {
	unsigned requests, responses;
	size_t body; /* of the last one */
	bool drop;   /* the transport, inside the handler */
} seen;


static void message_handler(struct message *m, void *arg)
{
	ck_assert_ptr_eq(arg, &seen);
	ck_assert(sa_cmp(&m->src, &m->flow->peer, SA_ALL));
	++*(m->req ? &seen.requests : &seen.responses);
	seen.body = m->body.l;
	if (seen.drop)
		t = mem_deref(t);
	else if (message_is(m, "OPTIONS") && m->req)
		ck_assert_int_eq(transport_reply(t, m, 200, NULL, NULL), 0);
}


static void listen_on(enum flow_proto proto, const char *host, struct sa *got)
{
	struct sa laddr;

	ck_assert_int_eq(sa_set_str(&laddr, host, 0), 0);
	ck_assert_int_eq(transport_listen(t, proto, &laddr, got), 0);
}


static void setup(void)
{
	memset(&seen, 0, sizeof(seen));
	w.fd = -1;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 5000), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(transport_alloc(&t, timers, NULL, metrics, &conf,
					 message_handler, &seen),
			 0);
	listen_on(FLOW_UDP, "127.0.0.1", &udp);
	listen_on(FLOW_TCP, "127.0.0.1", &tcp);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060",
					"198.51.100.7:1024", timers),
			 0);
}


static void teardown(void)
{
	oom_after(-1);
	wire_close(&w);
	ff = mem_deref(ff);
	t = mem_deref(t);
	metrics = mem_deref(metrics);
	timers = mem_deref(timers);
}


static uint64_t counted(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


static void input(const char *text)
{
	transport_input(t, ff->flow, (const uint8_t *)text, strlen(text));
}


static bool has_ok(void *arg)
{
	wire_poll(&w);

	return wire_count(&w, "SIP/2.0 200 ") >= *(const size_t *)arg;
}


static bool has_end(void *arg)
{
	(void)arg;
	wire_poll(&w);

	return w.eof;
}


static void await_ok(size_t n)
{
	stack_run(timers, has_ok, &n);
}


/* an ordinary request on a connection of its own: all is well */
static void control(void)
{
	wire_close(&w);
	wire_connect(&w, &tcp);
	wire_send(&w, CONTROL, sizeof(CONTROL) - 1);
	await_ok(1);
}


static size_t load(char *buf, const char *name)
{
	char path[256];
	size_t n;
	FILE *f;

	(void)re_snprintf(path, sizeof(path), "test/data/tcp-stream-shapes/%s",
			  name);
	f = fopen(path, "rb");
	ck_assert_msg(f != NULL, "no %s", path);
	n = fread(buf, 1, FILE_MAX, f);
	(void)fclose(f);

	return n;
}


static double cpu_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);

	return 1e3 * (double)ts.tv_sec + (double)ts.tv_nsec / 1e6;
}


/* what SHAPES.tsv of the corpus says */
static const struct {
	const char *name;
	size_t ok;        /* 200s */
	const char *text; /* all of the answer where ok is 0; NULL: 400 */
	bool end;
} shapev[] = {
	{"01-pipelined-2.tcp", 2, "", false},
	{"03-cl-2pow32-plus.tcp", 0, NULL, true},
	{"05-cl-word.tcp", 0, NULL, true},
	{"07-cl-compact-and-long.tcp", 0, NULL, true},
	{"09-crlf-ping.tcp", 0, "\r\n", false},
	{"11-junk-then-sip.tcp", 0, "", true},
	{"13-tls-hello.tcp", 0, "", true},
	{"15-startline-70k.tcp", 0, "", true},
	{"17-cseq-60k.tcp", 0, NULL, true},
	{"19-100-pipelined.tcp", 100, "", false},
};

START_TEST(each_stream_shape_has_its_result)
{
	static char buf[FILE_MAX];
	const size_t len = load(buf, shapev[_i].name);
	const double before = cpu_ms();

	wire_connect(&w, &tcp);
	wire_send(&w, buf, len);
	if (shapev[_i].end)
		stack_run(timers, has_end, NULL);
	else if (shapev[_i].ok)
		await_ok(shapev[_i].ok);
	stack_run(timers, NULL, NULL);
	wire_poll(&w);

	/* libre needs 3500 ms for one of them; wide, for sanitizers */
	ck_assert(cpu_ms() - before < 200);
	ck_assert(w.eof == shapev[_i].end);
	ck_assert_uint_eq(wire_count(&w, "SIP/2.0 200 "), shapev[_i].ok);
	ck_assert_uint_eq(seen.requests, shapev[_i].ok);
	if (!shapev[_i].text) {
		ck_assert_uint_eq(wire_count(&w, "SIP/2.0 "), 1);
		ck_assert_uint_eq(wire_count(&w, "SIP/2.0 400 "), 1);
	}
	else if (!shapev[_i].ok) {
		ck_assert_str_eq(w.buf, shapev[_i].text);
	}
	control();
}
END_TEST


START_TEST(pipelined_requests_are_answered_in_their_order)
{
	static char buf[FILE_MAX];
	const size_t len = load(buf, "19-100-pipelined.tcp");
	const char *p = w.buf;

	wire_connect(&w, &tcp);
	wire_send(&w, buf, len);
	await_ok(100);
	for (int i = 0; i < 100; i++) {
		char callid[32];

		(void)re_snprintf(callid, sizeof(callid), "p%d@shape", i);
		p = strstr(p, callid);
		ck_assert_ptr_nonnull(p);
	}
}
END_TEST


/* Via of a request; what has to be in its reply, wherever the Via points */
static const struct {
	const char *text;
	const char *part;
} viav[] = {
	{OPTIONS("UDP 127.0.0.9:9;branch=z9hG4bK-1"), "received=127.0.0.1"},
	{OPTIONS("UDP 127.0.0.9:9;branch=z9hG4bK-1;rport"), ";rport="},
	{OPTIONS("UDP 127.0.0.9:9;maddr=127.0.0.8;branch=z9hG4bK-1"), ""},
	{OPTIONS("UDP 127.0.0.9:9;received=127.0.0.8;branch=z9hG4bK-1"), ""},
	{OPTIONS("UDP phone.invalid;rport=9;branch=z9hG4bK-1"), ""},
	{"\r\n\r\n" OPTIONS("UDP phone.invalid;branch=z9hG4bK-1"), ""},
};

START_TEST(a_reply_goes_to_the_source_whatever_the_via_says)
{
	struct sa src = {.len = sizeof(src.u)}, far;
	char buf[4096] = "";
	ssize_t n = -1;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	ck_assert_int_eq(sa_set_str(&far, "127.0.0.1", 0), 0);
	ck_assert_int_eq(bind(fd, &far.u.sa, far.len), 0);
	ck_assert_int_eq(sendto(fd, viav[_i].text, strlen(viav[_i].text), 0,
				&udp.u.sa, udp.len),
			 (ssize_t)strlen(viav[_i].text));
	while (n < 0) {
		stack_run(timers, NULL, NULL);
		n = recvfrom(fd, buf, sizeof(buf) - 1, MSG_DONTWAIT, &src.u.sa,
			     &src.len);
	}
	ck_assert(sa_cmp(&src, &udp, SA_ALL));
	ck_assert_ptr_nonnull(strstr(buf, "SIP/2.0 200 "));
	ck_assert_ptr_nonnull(strstr(buf, viav[_i].part));
	(void)close(fd);
}
END_TEST


static const struct {
	const char *text;
	const char *answer; /* "": dropped */
} refusev[] = {
	{"OPTIONS sip:a SIP/2.0\r\n"
	 "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK-1\r\n"
	 "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\n"
	 "CSeq: 1 INVITE\r\n\r\n",
	 "SIP/2.0 400 "},
	{"OPTIONS sip:a SIP/7.0\r\n"
	 "Via: SIP/7.0/UDP 192.0.2.9;branch=z9hG4bK-1\r\n"
	 "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\n"
	 "CSeq: 1 OPTIONS\r\n\r\n",
	 "SIP/2.0 505 "},
	{"ACK sip:a SIP/2.0\r\n"
	 "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK-1\r\n"
	 "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\n"
	 "CSeq: 1 INVITE\r\n\r\n",
	 ""},
	{"SIP/2.0 200 OK\r\n"
	 "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK-1\r\n"
	 "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\n\r\n",
	 ""},
	{"hello\r\n\r\n", ""},
	{"aaaaaaaaaaaaaaaaaaaaaaaaa", ""},
};

START_TEST(the_refused_is_answered_once_or_dropped)
{
	const bool answered = refusev[_i].answer[0] != 0;

	input(refusev[_i].text);
	ck_assert_uint_eq(seen.requests + seen.responses, 0);
	ck_assert_uint_eq(ff->sentc, answered);
	ck_assert(fakeflow_is(ff, 0, refusev[_i].answer));
	ck_assert_uint_eq(counted("sip_refused_total"), 1);
	ck_assert_uint_eq(counted("sip_dropped_total"), !answered);
	timers_advance(timers, 60000);
	ck_assert_uint_eq(ff->sentc, answered);
}
END_TEST


START_TEST(a_source_gets_few_answers_a_second)
{
	for (int second = 0; second < 3; second++) {
		for (int i = 0; i < 100; i++)
			input(refusev[0].text);
		ck_assert_uint_eq(ff->sentc,
				  (size_t)(second + 1) * REFUSE_PER_SOURCE);
		timers_advance(timers, 1000);
	}
	ck_assert_uint_eq(counted("sip_dropped_total"), 270);
}
END_TEST


START_TEST(many_forged_sources_get_few_answers_together)
{
	struct fakeflow *other;
	char peer[32];
	size_t n = 0;

	for (int i = 0; i < 1000; i++) {
		(void)re_snprintf(peer, sizeof(peer), "198.51.%d.%d:5060",
				  i / 250, i % 250 + 1);
		ck_assert_int_eq(fakeflow_alloc(&other, FLOW_UDP,
						"192.0.2.1:5060", peer,
						timers),
				 0);
		transport_input(t, other->flow,
				(const uint8_t *)refusev[0].text,
				strlen(refusev[0].text));
		n += other->sentc;
		mem_deref(other);
	}
	ck_assert_uint_gt(n, 100);
	ck_assert_uint_le(n, REFUSE_TOTAL);
}
END_TEST


static const char *const nobodyv[] = {"224.0.0.1:5060", "0.0.0.0:5060",
				      "255.255.255.255:5060"};

START_TEST(nothing_is_answered_to_where_no_host_is)
{
	ff = mem_deref(ff);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060",
					nobodyv[_i], timers),
			 0);
	input(refusev[0].text);
	ck_assert_uint_eq(ff->sentc, 0);
}
END_TEST


START_TEST(T6_a_response_to_others_is_dropped)
{
	char text[512];

	input(RESPONSE("192.0.2.66"));
	input(RESPONSE("192.0.2.1:5061"));
	input(RESPONSE("proxy.invalid"));
	ck_assert_uint_eq(seen.responses, 0);
	ck_assert_uint_eq(counted("sip_foreign_responses_total"), 3);
	/* the flow's own end, and a listener of ours */
	input(RESPONSE("192.0.2.1"));
	input(RESPONSE("192.0.2.1:5060"));
	(void)re_snprintf(text, sizeof(text),
			  "SIP/2.0 200 OK\r\n"
			  "Via: SIP/2.0/UDP %J;branch=z9hG4bK-r\r\n"
			  "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\n"
			  "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n",
			  &udp);
	input(text);
	ck_assert_uint_eq(seen.responses, 3);
	ck_assert_uint_eq(counted("sip_responses_total{class=\"2xx\"}"), 3);
}
END_TEST


/* of a datagram, with 4 octets of body */
static const struct {
	const char *length; /* the line; what it says against what is there */
	bool request, taken;
	size_t body;
} lengthv[] = {
	{"Content-Length: 4", true, true, 4},
	{"Content-Length: 3", true, true, 3},
	{"Content-Length: 0", true, true, 0},
	{"l: 5", true, false, 0},
	{"Content-Length: 5", true, false, 0},
	{"Content-Length: 4294967300", true, false, 0},
	{"X: none", true, true, 4},
	{"Content-Length: 3", false, true, 3},
	{"Content-Length: 5", false, false, 0},
};

START_TEST(T7_a_short_datagram_is_refused_and_a_long_one_cut)
{
	char text[1024];

	(void)re_snprintf(
		text, sizeof(text),
		"%s\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK-7\r\n"
		"From: <sip:a@example.com>;tag=s1\r\n"
		"To: <sip:b@example.com>;tag=s2\r\n"
		"Call-ID: control@test\r\n"
		"CSeq: 1 INFO\r\n%s\r\n\r\nbody",
		lengthv[_i].request ? "INFO sip:b@c SIP/2.0"
				    : "SIP/2.0 200 OK",
		lengthv[_i].length);
	input(text);
	ck_assert_uint_eq(seen.requests + seen.responses, lengthv[_i].taken);
	if (lengthv[_i].taken)
		ck_assert_uint_eq(seen.body, lengthv[_i].body);
	/* a request is told, a response is not */
	ck_assert_uint_eq(fakeflow_count(ff, "SIP/2.0 400 "),
			  lengthv[_i].request && !lengthv[_i].taken);
}
END_TEST


static const char *to_tag(size_t n, char *buf, size_t size)
{
	const char *p = strstr(fakeflow_text(ff, n), "\r\nTo: ");

	ck_assert_ptr_nonnull(p);
	p = strstr(p, ";tag=");
	ck_assert_ptr_nonnull(p);
	(void)re_snprintf(buf, size, "%b", p + 5, strcspn(p + 5, "\r\n;"));

	return buf;
}


START_TEST(a_retransmission_gets_the_same_stateless_reply)
{
	char a[64], b[64], c[64];

	input(OPTIONS("UDP 192.0.2.9;branch=z9hG4bK-1"));
	input(OPTIONS("UDP 192.0.2.9;branch=z9hG4bK-1"));
	input(OPTIONS("UDP 192.0.2.9;branch=z9hG4bK-2"));
	ck_assert_uint_eq(ff->sentc, 3);
	ck_assert_str_eq(to_tag(0, a, sizeof(a)), to_tag(1, b, sizeof(b)));
	ck_assert_str_ne(a, to_tag(2, c, sizeof(c)));
}
END_TEST


START_TEST(a_flow_leaves_from_the_listener_that_fits)
{
	struct flow *flow = NULL;
	struct sa dst, other, sa;

	ck_assert_int_eq(sa_set_str(&dst, "127.0.0.5", 5060), 0);
	ck_assert_int_eq(transport_flow(&flow, t, FLOW_UDP, &dst), 0);
	ck_assert(sa_cmp(&flow->local, &udp, SA_ALL));
	ck_assert(sa_cmp(&flow->peer, &dst, SA_ALL));
	transport_sentby(t, flow, &sa);
	ck_assert(sa_cmp(&sa, &udp, SA_ALL));
	flow = mem_deref(flow);

	/* the kernel's route towards 127/8 leaves from 127.0.0.1 */
	t = mem_deref(t);
	ck_assert_int_eq(transport_alloc(&t, timers, NULL, NULL, &conf,
					 message_handler, &seen),
			 0);
	listen_on(FLOW_UDP, "127.0.0.9", &other);
	ck_assert_int_eq(transport_flow(&flow, t, FLOW_UDP, &dst), 0);
	ck_assert(sa_cmp(&flow->local, &other, SA_ALL));
	flow = mem_deref(flow);
	listen_on(FLOW_UDP, "127.0.0.1", &udp);
	ck_assert_int_eq(transport_flow(&flow, t, FLOW_UDP, &dst), 0);
	ck_assert(sa_cmp(&flow->local, &udp, SA_ALL));
	flow = mem_deref(flow);

	ck_assert_int_eq(transport_flow(&flow, t, FLOW_TCP, &dst),
			 EAFNOSUPPORT);
	ck_assert_int_eq(sa_set_str(&dst, "2001:db8::1", 5060), 0);
	ck_assert_int_eq(transport_flow(&flow, t, FLOW_UDP, &dst),
			 EAFNOSUPPORT);
	ck_assert_ptr_null(flow);
}
END_TEST


static const struct {
	const char *host;
	uint16_t port;
} undialablev[] = {
	{"224.0.0.5", 5060}, {"0.0.0.0", 5060},   {"255.255.255.255", 5060},
	{"127.0.0.1", 0},    {"240.0.0.1", 5060}, {"ff02::1", 5060},
	{"::", 5060},
};

START_TEST(nobody_makes_us_dial_what_is_no_host)
{
	struct flow *flow = NULL;
	struct sa dst;

	ck_assert_int_eq(
		sa_set_str(&dst, undialablev[_i].host, undialablev[_i].port),
		0);
	ck_assert_int_eq(transport_flow(&flow, t, FLOW_UDP, &dst), EACCES);
	ck_assert_int_eq(transport_flow(&flow, t, FLOW_TCP, &dst), EACCES);
	ck_assert_ptr_null(flow);
}
END_TEST


START_TEST(a_connection_of_ours_shows_the_listener)
{
	struct flow *flow;
	struct wire l;
	struct sa sa;

	wire_listen(&l, "127.0.0.1");
	ck_assert_int_eq(transport_flow(&flow, t, FLOW_TCP, &l.addr), 0);
	transport_sentby(t, flow, &sa);
	ck_assert(sa_cmp(&sa, &tcp, SA_ALL));
	mem_deref(flow);
	wire_close(&l);

	transport_sentby(t, ff->flow, &sa);
	ck_assert(sa_cmp(&sa, &ff->flow->local, SA_ALL));
}
END_TEST


START_TEST(a_datagram_goes_back_from_the_very_listener)
{
	struct flow *flow = NULL;
	struct sa dst, other, none;

	ck_assert_int_eq(sa_set_str(&dst, "127.0.0.5", 5060), 0);
	listen_on(FLOW_UDP, "127.0.0.9", &other);
	ck_assert_int_eq(transport_flow_back(&flow, t, FLOW_UDP, &other, &dst),
			 0);
	ck_assert(sa_cmp(&flow->local, &other, SA_ALL));
	ck_assert(sa_cmp(&flow->peer, &dst, SA_ALL));
	flow = mem_deref(flow);

	ck_assert_int_eq(sa_set_str(&none, "127.0.0.8", 5060), 0);
	ck_assert_int_eq(transport_flow_back(&flow, t, FLOW_UDP, &none, &dst),
			 ENOTCONN);
	ck_assert_int_eq(transport_flow_back(&flow, t, FLOW_UDP, NULL, &dst),
			 EINVAL);
	ck_assert_int_eq(transport_flow_back(&flow, t, FLOW_UDP, &other, NULL),
			 EINVAL);
	ck_assert_ptr_null(flow);
}
END_TEST


static bool is_gone(void *arg)
{
	struct flow *flow = NULL;
	int err = transport_flow_back(&flow, t, FLOW_TCP, &tcp, arg);

	mem_deref(flow);

	return err == ENOTCONN;
}


START_TEST(a_connection_goes_back_while_it_is_open_and_is_never_dialled)
{
	struct flow *flow = NULL;
	struct wire l;
	struct sa peer;

	control();
	peer = w.addr;
	ck_assert_int_eq(transport_flow_back(&flow, t, FLOW_TCP, &tcp, &peer),
			 0);
	ck_assert(flow->proto == FLOW_TCP);
	ck_assert(sa_cmp(&flow->peer, &peer, SA_ALL));
	flow = mem_deref(flow);
	wire_close(&w);
	stack_run(timers, is_gone, &peer);

	wire_listen(&l, "127.0.0.5");
	ck_assert_int_eq(
		transport_flow_back(&flow, t, FLOW_TCP, &tcp, &l.addr),
		ENOTCONN);
	ck_assert_ptr_null(flow);
	wire_close(&l);
}
END_TEST


START_TEST(our_own_addresses_are_known)
{
	struct sa sa = udp;

	ck_assert(transport_is_local(t, &udp));
	ck_assert(transport_is_local(t, &tcp));
	ck_assert(transport_is_local_host(t, &udp));
	sa_set_port(&sa, 1);
	ck_assert(!transport_is_local(t, &sa));
	ck_assert(transport_is_local_host(t, &sa));
	sa_set_port(&sa, 0);
	ck_assert(!transport_is_local(t, &sa)); /* 5060 */
	ck_assert_int_eq(sa_set_str(&sa, "::ffff:127.0.0.1", sa_port(&udp)),
			 0);
	ck_assert(transport_is_local(t, &sa));
	ck_assert_int_eq(sa_set_str(&sa, "127.0.0.2", sa_port(&udp)), 0);
	ck_assert(!transport_is_local(t, &sa));
	ck_assert(!transport_is_local_host(t, &sa));
	ck_assert(!transport_is_local(NULL, &sa));
	ck_assert(!transport_is_local_host(t, NULL));
}
END_TEST


START_TEST(a_closed_one_takes_nothing_in_and_still_sends)
{
	struct flow *flow;
	struct sa dst;
	struct mbuf *mb = mbuf_alloc(4);

	ck_assert_int_eq(sa_set_str(&dst, "127.0.0.1", 9), 0);
	ck_assert_int_eq(transport_flow(&flow, t, FLOW_UDP, &dst), 0);
	transport_close(t);
	input(OPTIONS("UDP 192.0.2.9;branch=z9hG4bK-1"));
	ck_assert_uint_eq(seen.requests, 0);
	(void)mbuf_write_str(mb, "x");
	mb->pos = 0;
	ck_assert_int_eq(flow_send(flow, mb), 0);
	t = mem_deref(t);
	ck_assert_int_eq(flow_send(flow, mb), ENOTCONN);
	mem_deref(flow);
	mem_deref(mb);
	transport_close(NULL);
}
END_TEST


START_TEST(the_handler_may_drop_the_transport)
{
	seen.drop = true;
	wire_connect(&w, &tcp);
	wire_send(&w, CONTROL CONTROL, 2 * (sizeof(CONTROL) - 1));
	stack_run(timers, has_end, NULL);
	ck_assert_uint_eq(seen.requests, 1);
	ck_assert_ptr_null(t);
}
END_TEST


/* every prefix of a message: nothing crashes, one answer at most */
START_TEST(every_prefix_of_a_message_is_survived)
{
	static const char text[] = OPTIONS(
		"UDP 192.0.2.9:5061;branch=z9hG4bK-1;rport");

	for (size_t i = 0; i < sizeof(text); i++) {
		const size_t before = ff->sentc;

		transport_input(t, ff->flow, (const uint8_t *)text, i);
		ck_assert_uint_le(ff->sentc, before + 1);
		fakeflow_clear(ff);
		timers_advance(timers, 200);
	}
	ck_assert_uint_eq(seen.requests, 1);
}
END_TEST


START_TEST(without_memory_or_arguments_it_says_so)
{
	struct transport *other = NULL;
	int n, err = ENOMEM;

	for (n = 0; n < 20 && err; n++) {
		oom_after(n);
		err = transport_alloc(&other, timers, NULL, NULL, &conf,
				      message_handler, &seen);
		oom_after(-1);
	}
	ck_assert_int_eq(err, 0);
	ck_assert_int_ge(n, 3);
	mem_deref(other);
	ck_assert_int_eq(transport_alloc(&other, NULL, NULL, NULL, &conf,
					 message_handler, NULL),
			 EINVAL);
	ck_assert_int_eq(transport_listen(t, FLOW_PROTO_MAX, &udp, NULL),
			 EINVAL);
	ck_assert_int_eq(transport_listen(t, FLOW_UDP, &udp, NULL),
			 EADDRINUSE);
	ck_assert_int_eq(transport_listen(t, FLOW_TCP, &tcp, NULL),
			 EADDRINUSE);
	ck_assert_int_eq(transport_flow(NULL, t, FLOW_UDP, &udp), EINVAL);
	ck_assert_int_eq(transport_reply(t, NULL, 200, NULL, NULL), EINVAL);

	for (n = 0; n < 6; n++) {
		oom_after(n);
		input(OPTIONS("UDP 192.0.2.9;branch=z9hG4bK-1"));
		oom_after(-1);
	}
}
END_TEST


Suite *suite_transport(void);

Suite *suite_transport(void)
{
	Suite *s = suite_create("transport");
	TCase *tc = tcase_create("transport");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 20);
	test_table(tc, each_stream_shape_has_its_result, shapev);
	tcase_add_test(tc, pipelined_requests_are_answered_in_their_order);
	test_table(tc, a_reply_goes_to_the_source_whatever_the_via_says, viav);
	test_table(tc, the_refused_is_answered_once_or_dropped, refusev);
	tcase_add_test(tc, a_source_gets_few_answers_a_second);
	tcase_add_test(tc, many_forged_sources_get_few_answers_together);
	test_table(tc, nothing_is_answered_to_where_no_host_is, nobodyv);
	test_table(tc, T7_a_short_datagram_is_refused_and_a_long_one_cut,
		   lengthv);
	tcase_add_test(tc, T6_a_response_to_others_is_dropped);
	tcase_add_test(tc, a_retransmission_gets_the_same_stateless_reply);
	tcase_add_test(tc, a_flow_leaves_from_the_listener_that_fits);
	test_table(tc, nobody_makes_us_dial_what_is_no_host, undialablev);
	tcase_add_test(tc, a_connection_of_ours_shows_the_listener);
	tcase_add_test(tc, a_datagram_goes_back_from_the_very_listener);
	tcase_add_test(
		tc,
		a_connection_goes_back_while_it_is_open_and_is_never_dialled);
	tcase_add_test(tc, our_own_addresses_are_known);
	tcase_add_test(tc, a_closed_one_takes_nothing_in_and_still_sends);
	tcase_add_test(tc, the_handler_may_drop_the_transport);
	tcase_add_test(tc, every_prefix_of_a_message_is_survived);
	tcase_add_test(tc, without_memory_or_arguments_it_says_so);
	suite_add_tcase(s, tc);

	return s;
}
