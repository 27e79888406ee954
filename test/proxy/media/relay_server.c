/**
 * @file test/proxy/media/relay_server.c  INVITE in, 302 and SDP out
 *
 * The client here is written by hand after RELAY-PROTOCOL.md.
 */
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/stack.h"
#include "test/mock/streams.h"
#include "test/relay/rig.h"
#include "proxy/media/relay_protocol.h"
#include "proxy/media/relay_server.h"
#include "proxy/sip/agent.h"


enum { LEASE_S = 120 };

static struct timers *timers;
static struct stack server, peer, other;
static struct relay *relay;
static struct relay_server *rs;
static struct agent *agent, *stranger;
static struct message *resp;
static char to_tag[64];
static uint32_t cseq;
static const struct hash_key key = {{1}};

#define SDP(media)                               \
	"v=0\r\no=- 1 1 IN IP4 127.0.0.5\r\n"    \
	"s=-\r\nc=IN IP4 127.0.0.5\r\nt=0 0\r\n" \
	"a=x-viaduct-source:127.0.0.5\r\n" media
#define AUDIO "m=audio 4000 RTP/AVP 0\r\n"
#define VIDEO "m=video 4002 RTP/AVP 96\r\n"


static void request_handler(struct message *req, void *arg)
{
	(void)arg;
	ck_assert(relay_server_wants(rs, req));
	relay_server_request(rs, req);
}


static void open_relay(uint16_t ports)
{
	struct relay_conf conf = rig_conf();

	conf.port_min = 18000;
	conf.port_max = (uint16_t)(conf.port_min + ports - 1);
	conf.quarantine_ms = 0;
	rs = mem_deref(rs);
	relay = mem_deref(relay);
	ck_assert_int_eq(relay_alloc(&relay, &conf, timers, NULL, NULL), 0);
	ck_assert_int_eq(relay_server_alloc(&rs, relay, server.tp, server.txns,
					    timers, NULL, NULL, LEASE_S),
			 0);
}


static void setup(void)
{
	to_tag[0] = '\0';
	cseq = 0;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	stack_open(&server, timers, "127.0.0.2", request_handler, NULL);
	stack_open(&peer, timers, "127.0.0.1", NULL, NULL);
	stack_open(&other, timers, "127.0.0.3", NULL, NULL);
	ck_assert_int_eq(agent_alloc(&agent, peer.tp, peer.txns, &key), 0);
	ck_assert_int_eq(agent_alloc(&stranger, other.tp, other.txns, &key),
			 0);
	open_relay(400);
}


static void teardown(void)
{
	resp = mem_deref(resp);
	streams_free();
	rs = mem_deref(rs);
	relay = mem_deref(relay);
	agent = mem_deref(agent);
	stranger = mem_deref(stranger);
	stack_close(&server);
	stack_close(&peer);
	stack_close(&other);
	timers = mem_deref(timers);
}


static void response_handler(struct client_txn *ct, int err,
			     struct message *msg, void *arg)
{
	(void)ct;
	(void)arg;
	ck_assert_int_eq(err, 0);
	resp = mem_ref(msg);
}


static bool answered(void *arg)
{
	(void)arg;

	return resp != NULL;
}


/** A request of the peer */
struct ask {
	const char *met, *tag, *body, *extra;
	const struct agent *agent; /* NULL: the peer's */
};


static void heads(struct build_request *rq, const struct ask *ask)
{
	static char ruri[64], from[96], to[160];

	(void)re_snprintf(ruri, sizeof(ruri), "sip:relay@%J", &server.addr);
	(void)re_snprintf(from, sizeof(from), "<sip:peer@127.0.0.1>;tag=%s",
			  ask->tag);
	(void)re_snprintf(to, sizeof(to), "<%s>%s%s", ruri,
			  to_tag[0] ? ";tag=" : "", to_tag);
	pl_set_str(&rq->ruri, ruri);
	pl_set_str(&rq->from, from);
	pl_set_str(&rq->to, to);
	pl_set_str(&rq->callid, "call-1");
	if (ask->body) {
		rq->ctype = "application/sdp";
		pl_set_str(&rq->body, ask->body);
	}
}


static uint16_t send_ask(const struct ask *ask)
{
	const struct config_addr addr = stack_server(&server);
	struct build_request rq = {
		.met = ask->met, .cseq = cseq, .extra = ask->extra};
	const struct agent *ag = ask->agent ? ask->agent : agent;
	struct client_txn *ct = NULL;
	struct flow *flow = NULL;
	struct sa sentby;

	resp = mem_deref(resp);
	rq.cseq = ++cseq;
	heads(&rq, ask);
	ck_assert_int_eq(agent_flow(&flow, &sentby, ag, &addr), 0);
	ck_assert_int_eq(
		agent_send(&ct, ag, flow, &rq, response_handler, NULL), 0);
	stack_run(timers, answered, NULL);
	client_txn_forget(ct);
	mem_deref(ct);
	mem_deref(flow);
	if (resp->scode == 302)
		(void)pl_strcpy(&resp->to_tag, to_tag, sizeof(to_tag));

	return resp->scode;
}


static uint16_t invite(const char *tag, const char *body)
{
	const struct ask ask = {.met = "INVITE", .tag = tag, .body = body};

	return send_ask(&ask);
}


static uint16_t bye(const char *tag)
{
	const struct ask ask = {.met = "BYE", .tag = tag};

	return send_ask(&ask);
}


static struct resource_media *answer(void)
{
	struct resource_media *ours = NULL;

	ck_assert_int_eq(pl_strcasecmp(&resp->ctype, "application/sdp"), 0);
	ck_assert_int_eq(relay_protocol_decode_answer(&ours, &resp->body), 0);

	streams_keep(ours);
	mem_deref(ours);

	return ours;
}


static uint32_t granted(void)
{
	uint32_t s;

	ck_assert_int_eq(message_u32(resp, HDR_EXPIRES, UINT32_MAX, &s), 0);

	return s;
}


START_TEST(both_sides_get_an_address_of_their_own)
{
	struct resource_media *a, *b;

	ck_assert_uint_eq(invite("a1", SDP(AUDIO)), 302);
	ck_assert_ptr_nonnull(message_hdr(resp, HDR_CONTACT));
	ck_assert_uint_eq(granted(), LEASE_S);
	a = answer();
	ck_assert(relay_is_local(relay, &a->v[0].rtp));

	ck_assert_uint_eq(invite("b1", SDP(AUDIO)), 302);
	b = answer();
	ck_assert(relay_is_local(relay, &b->v[0].rtp));
	ck_assert(!sa_cmp(&a->v[0].rtp, &b->v[0].rtp, SA_ALL));
	ck_assert_uint_eq(relay_server_leases(rs), 1);
	ck_assert_uint_eq(relay_sessions(relay), 1);
}
END_TEST


START_TEST(unused_streams_keep_their_place)
{
	struct resource_media *a;

	ck_assert_uint_eq(invite("a1", SDP("m=audio 0 RTP/AVP 0\r\n" VIDEO)),
			  302);
	a = answer();
	ck_assert(!a->v[0].used);
	ck_assert(a->v[1].used);
}
END_TEST


START_TEST(bye_frees_the_session)
{
	ck_assert_uint_eq(invite("a1", SDP(AUDIO)), 302);
	ck_assert_uint_eq(invite("b1", SDP(AUDIO)), 302);
	ck_assert_uint_eq(bye("c1"), 481);
	ck_assert_uint_eq(bye("b1"), 200);
	ck_assert_uint_eq(relay_server_leases(rs), 0);
	ck_assert_uint_eq(relay_sessions(relay), 0);
	ck_assert_uint_eq(bye("b1"), 481);
}
END_TEST


START_TEST(a_lease_ends_by_itself)
{
	ck_assert_uint_eq(invite("a1", SDP(AUDIO)), 302);
	timers_advance(timers, LEASE_S * 1000 - 1000);
	ck_assert_uint_eq(relay_server_leases(rs), 1);
	timers_advance(timers, 1000);
	ck_assert_uint_eq(relay_server_leases(rs), 0);
	ck_assert_uint_eq(relay_sessions(relay), 0);
	ck_assert_uint_eq(invite("a1", SDP(AUDIO)), 481);
}
END_TEST


START_TEST(a_refresh_prolongs_it_with_the_same_ports)
{
	struct resource_media *before, *after;

	ck_assert_uint_eq(invite("a1", SDP(AUDIO)), 302);
	before = answer();
	for (int i = 0; i < 5; i++) {
		timers_advance(timers, LEASE_S * 500);
		ck_assert_uint_eq(invite("a1", SDP(AUDIO)), 302);
	}
	after = answer();
	ck_assert(sa_cmp(&before->v[0].rtp, &after->v[0].rtp, SA_ALL));
	ck_assert_uint_eq(relay_server_leases(rs), 1);
}
END_TEST


static const struct {
	const char *extra;
	uint32_t granted;
} leasev[] = {
	{NULL, LEASE_S},
	{"Expires: 60\r\n", 60},
	{"Expires: 3600\r\n", LEASE_S},
	{"Expires: 0\r\n", 10},
	{"Expires: 5\r\n", 10},
	{"Expires: long\r\n", LEASE_S},
};


START_TEST(the_lease_is_what_was_asked_within_bounds)
{
	const struct ask ask = {.met = "INVITE",
				.tag = "a1",
				.body = SDP(AUDIO),
				.extra = leasev[_i].extra};

	ck_assert_uint_eq(send_ask(&ask), 302);
	ck_assert_uint_eq(granted(), leasev[_i].granted);
	timers_advance(timers, leasev[_i].granted * 1000);
	ck_assert_uint_eq(relay_server_leases(rs), 0);
}
END_TEST


static const struct {
	const char *body;
	uint16_t scode;
} badv[] = {
	{NULL, 488},
	{"hello", 488},
	{SDP(""), 488},
	{SDP("m=audio 0 RTP/AVP 0\r\n"), 488},
	{"v=0\r\no=- 1 1 IN IP4 127.0.0.5\r\ns=-\r\n"
	 "c=IN IP4 127.0.0.5\r\nt=0 0\r\n" AUDIO,
	 488},
	/* no address of ours is of that family */
	{"v=0\r\no=- 1 1 IN IP4 127.0.0.5\r\ns=-\r\n"
	 "c=IN IP4 127.0.0.5\r\nt=0 0\r\n"
	 "a=x-viaduct-source:127.0.0.5\r\n"
	 "a=x-viaduct-peer-family:IP6\r\n" AUDIO,
	 488},
};


START_TEST(a_bad_request_is_488_and_leaves_nothing)
{
	ck_assert_uint_eq(invite("a1", badv[_i].body), badv[_i].scode);
	ck_assert_uint_eq(relay_server_leases(rs), 0);
	ck_assert_uint_eq(relay_sessions(relay), 0);
}
END_TEST


START_TEST(short_ports_are_503_and_leave_nothing)
{
	open_relay(6);
	ck_assert_uint_eq(invite("a1", SDP(AUDIO VIDEO)), 503);
	ck_assert_ptr_nonnull(message_hdr(resp, HDR_RETRY_AFTER));
	ck_assert_uint_eq(relay_server_leases(rs), 0);
}
END_TEST


START_TEST(a_third_side_is_refused)
{
	ck_assert_uint_eq(invite("a1", SDP(AUDIO)), 302);
	ck_assert_uint_eq(invite("b1", SDP(AUDIO)), 302);
	ck_assert_uint_eq(invite("c1", SDP(AUDIO)), 481);
	ck_assert_uint_eq(relay_server_leases(rs), 1);
}
END_TEST


START_TEST(another_peer_cannot_touch_it)
{
	const struct ask again = {.met = "INVITE",
				  .tag = "a1",
				  .body = SDP(AUDIO),
				  .agent = stranger};
	const struct ask end = {.met = "BYE", .tag = "a1", .agent = stranger};

	ck_assert_uint_eq(invite("a1", SDP(AUDIO)), 302);
	ck_assert_uint_eq(send_ask(&again), 481);
	ck_assert_uint_eq(send_ask(&end), 481);
	ck_assert_uint_eq(relay_server_leases(rs), 1);
}
END_TEST


START_TEST(an_old_request_changes_nothing)
{
	ck_assert_uint_eq(invite("a1", SDP(AUDIO)), 302);
	cseq = 0;
	ck_assert_uint_eq(invite("a1", SDP(AUDIO)), 500);
	cseq = 1;
	ck_assert_uint_eq(invite("a1", SDP(AUDIO)), 302);
}
END_TEST


START_TEST(other_methods_are_405)
{
	const struct ask ask = {.met = "MESSAGE", .tag = "a1"};

	ck_assert_uint_eq(send_ask(&ask), 405);
}
END_TEST


START_TEST(a_call_without_media_is_given_up)
{
	ck_assert_uint_eq(invite("a1", SDP(AUDIO)), 302);
	ck_assert_uint_eq(invite("b1", SDP(AUDIO)), 302);
	timers_advance(timers, 70000);
	ck_assert_uint_eq(relay_server_leases(rs), 0);
	ck_assert_uint_eq(invite("a1", SDP(AUDIO)), 481);
}
END_TEST


static const struct {
	const char *ruri;
	bool wanted;
} wantv[] = {
	{"sip:relay@127.0.0.2", true},  {"sip:Relay@127.0.0.2", false},
	{"sip:relay@127.0.0.9", false}, {"sip:bob@127.0.0.2", false},
	{"sip:127.0.0.2", false},       {"sip:relay@example.net", false},
	{"tel:relay", false},
};


START_TEST(only_relay_at_our_address_is_for_us)
{
	static struct guard g;
	struct message *m = NULL;
	char buf[512], port[16];
	int n;

	/* ours is not on port 5060 */
	(void)snprintf(port, sizeof(port), ":%u", sa_port(&server.addr));
	n = snprintf(buf, sizeof(buf),
		     "INVITE %s%s SIP/2.0\r\n"
		     "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\n"
		     "From: <sip:a@127.0.0.1>;tag=1\r\n"
		     "To: <sip:relay@127.0.0.2>\r\n"
		     "Call-ID: 1\r\nCSeq: 1 INVITE\r\n"
		     "Content-Length: 0\r\n\r\n",
		     wantv[_i].ruri, strchr(wantv[_i].ruri, '.') ? port : "");
	ck_assert_int_eq(
		message_decode(&m, &g, (const uint8_t *)buf, (size_t)n), 0);
	ck_assert_int_eq(relay_server_wants(rs, m), wantv[_i].wanted);
	mem_deref(m);
}
END_TEST


START_TEST(no_memory_is_said)
{
	struct relay_server *x = NULL;
	int n, err = ENOMEM;

	for (n = 0; err; n++) {
		oom_after(n);
		err = relay_server_alloc(&x, relay, server.tp, server.txns,
					 timers, NULL, NULL, LEASE_S);
		oom_after(-1);
		ck_assert(!err || (err == ENOMEM && !x));
	}
	ck_assert_int_gt(n, 2);
	mem_deref(x);
	ck_assert_int_eq(relay_server_alloc(&x, relay, server.tp, server.txns,
					    timers, NULL, NULL, 0),
			 EINVAL);
}
END_TEST


START_TEST(no_memory_in_a_request_leaves_nothing_behind)
{
	char text[1024];

	for (int n = 0; n < 60; n++) {
		struct message *m;

		(void)snprintf(
			text, sizeof(text),
			"INVITE sip:relay@127.0.0.2 SIP/2.0\r\n"
			"Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK%d\r\n"
			"From: <sip:a@127.0.0.1>;tag=1\r\n"
			"To: <sip:relay@127.0.0.2>\r\n"
			"Call-ID: %d\r\nCSeq: 1 INVITE\r\n"
			"Content-Type: application/sdp\r\n"
			"Content-Length: %zu\r\n\r\n" SDP(AUDIO),
			n, n, strlen(SDP(AUDIO)));
		m = stack_message(&server, &peer.addr, text);
		oom_after(n);
		relay_server_request(rs, m);
		oom_after(-1);
		mem_deref(m);
		ck_assert_uint_eq(relay_server_leases(rs),
				  relay_sessions(relay));
	}
	ck_assert_uint_gt(relay_server_leases(rs), 0);
	timers_advance(timers, LEASE_S * 1000);
	ck_assert_uint_eq(relay_sessions(relay), 0);
}
END_TEST


Suite *suite_relay_server(void);
Suite *suite_relay_server(void)
{
	Suite *s = suite_create("relay_server");
	TCase *tc = tcase_create("relay_server");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, both_sides_get_an_address_of_their_own);
	tcase_add_test(tc, unused_streams_keep_their_place);
	tcase_add_test(tc, bye_frees_the_session);
	tcase_add_test(tc, a_lease_ends_by_itself);
	tcase_add_test(tc, a_refresh_prolongs_it_with_the_same_ports);
	test_table(tc, the_lease_is_what_was_asked_within_bounds, leasev);
	test_table(tc, a_bad_request_is_488_and_leaves_nothing, badv);
	tcase_add_test(tc, short_ports_are_503_and_leave_nothing);
	tcase_add_test(tc, a_third_side_is_refused);
	tcase_add_test(tc, another_peer_cannot_touch_it);
	tcase_add_test(tc, an_old_request_changes_nothing);
	tcase_add_test(tc, other_methods_are_405);
	tcase_add_test(tc, a_call_without_media_is_given_up);
	test_table(tc, only_relay_at_our_address_is_for_us, wantv);
	tcase_add_test(tc, no_memory_is_said);
	tcase_add_test(tc, no_memory_in_a_request_leaves_nothing_behind);
	suite_add_tcase(s, tc);

	return s;
}
