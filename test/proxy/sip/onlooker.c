/**
 * @file test/proxy/sip/onlooker.c  Each message is seen, and nothing else
 *
 * A transport that answers each OPTIONS with 200, asked over loopback.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "test/test.h"
#include "test/mock/stack.h"
#include "test/mock/wire.h"
#include "proxy/sip/transport.h"
#include "proxy/sip/udp.h"

#define OPTIONS(proto, n)                         \
	"OPTIONS sip:127.0.0.1 SIP/2.0\r\n"       \
	"Via: SIP/2.0/" proto " 127.0.0.1;rport;" \
	"branch=z9hG4bK-" n "\r\n"                \
	"Max-Forwards: 70\r\n"                    \
	"From: <sip:a@example.com>;tag=s1\r\n"    \
	"To: <sip:b@example.com>\r\n"             \
	"Call-ID: seen@test\r\n"                  \
	"CSeq: 1 OPTIONS\r\n"                     \
	"Content-Length: 0\r\n\r\n"

enum { SEEN_MAX = 16, TEXT_MAX = 1024 };

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
static int fd = -1; /* of a phone over UDP */

static struct {
	bool sent;
	enum flow_proto proto;
	struct sa local, peer;
	char text[TEXT_MAX];
} seenv[SEEN_MAX];
static size_t seenc;


static void onlook(const struct onlook *seen, void *arg)
{
	ck_assert_ptr_eq(arg, &seenc);
	ck_assert_uint_lt(seenc, SEEN_MAX);
	ck_assert_uint_lt(seen->len, TEXT_MAX);
	if (seen->callid)
		ck_assert_int_eq(pl_strcmp(seen->callid, "seen@test"), 0);
	seenv[seenc].sent = seen->sent;
	seenv[seenc].proto = seen->flow->proto;
	seenv[seenc].local = seen->flow->local;
	seenv[seenc].peer = seen->flow->peer;
	memcpy(seenv[seenc].text, seen->p, seen->len);
	seenv[seenc++].text[seen->len] = '\0';
}


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
	memset(seenv, 0, sizeof(seenv));
	seenc = 0;
	w.fd = -1;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 5000), 0);
	ck_assert_int_eq(transport_alloc(&t, timers, NULL, NULL, &conf,
					 message_handler, NULL),
			 0);
	listen_on(FLOW_UDP, &udp);
	listen_on(FLOW_TCP, &tcp);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	ck_assert_int_eq(connect(fd, &udp.u.sa, udp.len), 0);
	transport_watch(t, onlook, NULL, &seenc);
}


static void teardown(void)
{
	(void)close(fd);
	wire_close(&w);
	t = mem_deref(t);
	timers = mem_deref(timers);
}


static void say(const char *text)
{
	ck_assert_int_eq(send(fd, text, strlen(text), 0),
			 (ssize_t)strlen(text));
}


static bool has_seen(void *arg)
{
	wire_poll(&w);

	return seenc >= *(const size_t *)arg;
}


static void await(size_t n)
{
	stack_run(timers, has_seen, &n);
}


START_TEST(a_batch_of_datagrams_is_seen_message_by_message)
{
	char answer[TEXT_MAX] = "";

	say(OPTIONS("UDP", "1"));
	say("\r\n\r\n"); /* a NAT is kept open */
	say(OPTIONS("UDP", "2"));
	await(4);
	stack_run(timers, NULL, NULL);
	ck_assert_uint_eq(seenc, 4);
	for (size_t i = 0; i < 4; i++) {
		ck_assert_int_eq(seenv[i].sent, i % 2);
		ck_assert_int_eq(seenv[i].proto, FLOW_UDP);
		ck_assert(sa_cmp(&seenv[i].local, &udp, SA_ALL));
	}
	ck_assert_str_eq(seenv[0].text, OPTIONS("UDP", "1"));
	ck_assert_str_eq(seenv[2].text, OPTIONS("UDP", "2"));
	ck_assert_int_gt(recv(fd, answer, sizeof(answer) - 1, 0), 0);
	ck_assert_str_eq(seenv[1].text, answer);
}
END_TEST


START_TEST(what_a_stream_carries_is_seen_one_by_one)
{
	wire_connect(&w, &tcp);
	wire_send(&w, OPTIONS("TCP", "1") "\r\n\r\n" OPTIONS("TCP", "2"),
		  2 * strlen(OPTIONS("TCP", "1")) + 4);
	await(4);
	ck_assert_uint_eq(seenc, 4);
	ck_assert_int_eq(seenv[0].proto, FLOW_TCP);
	ck_assert(sa_cmp(&seenv[0].peer, &w.addr, SA_ALL));
	ck_assert_str_eq(seenv[0].text, OPTIONS("TCP", "1"));
	ck_assert_int_eq(seenv[1].sent, true);
	ck_assert_int_eq(strncmp(seenv[1].text, "SIP/2.0 200 ", 12), 0);
	ck_assert_str_eq(seenv[2].text, OPTIONS("TCP", "2"));
}
END_TEST


START_TEST(what_is_no_good_sip_is_seen_with_its_refusal)
{
	say("OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;"
	    "branch=z9hG4bK-x\r\nCSeq: none\r\n\r\n");
	await(2);
	ck_assert_int_eq(seenv[0].sent, false);
	ck_assert_int_eq(strncmp(seenv[1].text, "SIP/2.0 400 ", 12), 0);
}
END_TEST


static bool has_answer(void *arg)
{
	(void)arg;
	wire_poll(&w);

	return w.len;
}


START_TEST(nobody_is_shown_anything_who_looks_no_longer)
{
	transport_watch(t, NULL, NULL, NULL);
	wire_connect(&w, &tcp);
	wire_send(&w, OPTIONS("TCP", "1"), strlen(OPTIONS("TCP", "1")));
	stack_run(timers, has_answer, NULL);
	ck_assert_uint_eq(seenc, 0);
}
END_TEST


START_TEST(nothing_fails_where_there_is_nobody)
{
	onlooker_sent(NULL, NULL, NULL);
	onlooker_heard(NULL, NULL);
	onlooker_tell_sent(NULL, NULL, NULL);
	transport_watch(NULL, onlook, NULL, NULL);
	udp_listener_show(NULL, NULL);
	ck_assert_int_eq(onlooker_alloc(NULL), EINVAL);
}
END_TEST


Suite *suite_onlooker(void);
Suite *suite_onlooker(void)
{
	Suite *s = suite_create("onlooker");
	TCase *tc = tcase_create("onlooker");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_batch_of_datagrams_is_seen_message_by_message);
	tcase_add_test(tc, what_a_stream_carries_is_seen_one_by_one);
	tcase_add_test(tc, what_is_no_good_sip_is_seen_with_its_refusal);
	tcase_add_test(tc, nobody_is_shown_anything_who_looks_no_longer);
	tcase_add_test(tc, nothing_fails_where_there_is_nobody);
	suite_add_tcase(s, tc);

	return s;
}
