/**
 * @file test/proxy/media/call.c  Calls between sides, with a maker by hand
 */
#include <errno.h>
#include <string.h>
#include "common/timer.h"
#include "proxy/media/call.h"
#include "test/test.h"

/** A resource whose answers the test decides on */
struct fake {
	struct resource res;
	struct resource_request rq; /* the last one */
	resource_h *h;
	void *arg;
	bool later; /* answer when told to */
	int err;
	unsigned asked, alive;
	resource_event_h *eventh;
	void *eventarg;
};

static struct fake fake;
static struct resource *live;

static struct timers *timers;
static struct calls *callsv[2];
static struct flow *flowv[4]; /* phone A, phone B, proxy 1, proxy 2 */
static struct config_peer peer_of[2];

/* of the messages that are made */
static unsigned cseq;
static bool b_asks; /* it is the callee's request that they are or answer */

static const char sdp[] = "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\n"
			  "c=IN IP4 %s\r\nt=0 0\r\nm=audio %u RTP/AVP 0\r\n";


static void answer_now(struct resource_media **mp)
{
	struct resource_media *ours;

	ck_assert_int_eq(resource_media_alloc(mp, 1), 0);
	ours = *mp;
	ours->v[0].used = true;
	(void)sa_set_str(&ours->v[0].rtp, "203.0.113.1",
			 fake.rq.side == RELAY_A ? 20000 : 30000);
	(void)sa_set_str(&ours->v[0].rtcp, "203.0.113.1",
			 fake.rq.side == RELAY_A ? 20001 : 30001);
}


static void answer(void)
{
	struct resource_media *ours;

	answer_now(&ours);
	fake.h(fake.err, fake.err ? NULL : ours, fake.arg);
	mem_deref(ours);
}


static int fake_request(struct resource *r, const struct resource_request *rq,
			resource_h *h, void *arg)
{
	(void)r;
	fake.rq = *rq;
	fake.h = h;
	fake.arg = arg;
	++fake.asked;
	if (!fake.later)
		answer();

	return 0;
}


static void fake_destructor(void *data)
{
	(void)data;
	--fake.alive;
	live = NULL;
}


static int fake_alloc(struct resource **rp, struct resource_maker *maker,
		      const struct pl *id, resource_event_h *h, void *arg)
{
	(void)maker;
	(void)id;
	fake.eventh = h;
	fake.eventarg = arg;
	live = mem_zalloc(sizeof(*live), fake_destructor);
	if (!live)
		return ENOMEM;
	live->request = fake_request;
	++fake.alive;
	*rp = live;

	return 0;
}


static struct resource_maker maker = {.name = "fake", .alloc = fake_alloc};


static int no_send(struct flow *flow, struct mbuf *mb)
{
	(void)flow;
	(void)mb;

	return 0;
}


static void setup(void)
{
	static const char *const addrv[] = {"198.51.100.7", "198.51.100.8",
					    "203.0.113.1", "203.0.113.2"};
	struct calls_conf conf = {.maker = &maker,
				  .ringing_ms = 200000,
				  .answered_ms = 1000000,
				  .max = 3};
	struct sa us, peer;

	memset(&fake, 0, sizeof(fake));
	cseq = 1;
	b_asks = false;
	(void)sa_set_str(&us, "203.0.113.1", 5060);
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(
			calls_alloc(&callsv[i], &conf, timers, NULL, NULL), 0);
		(void)str_ncpy(peer_of[i].secret, "the-shared-secret",
			       sizeof(peer_of[i].secret));
	}
	for (size_t i = 0; i < ARRAY_SIZE(addrv); i++) {
		(void)sa_set_str(&peer, addrv[i], 5060);
		ck_assert_int_eq(flow_alloc(&flowv[i], FLOW_UDP, &us, &peer,
					    no_send, NULL),
				 0);
	}
}


static void teardown(void)
{
	for (int i = 0; i < 2; i++)
		callsv[i] = mem_deref(callsv[i]);
	for (size_t i = 0; i < ARRAY_SIZE(flowv); i++)
		flowv[i] = mem_deref(flowv[i]);
	timers = mem_deref(timers);
	ck_assert_uint_eq(fake.alive, 0);
}


/* start: "INVITE sip:b@example.net SIP/2.0", "SIP/2.0 200 OK" ... */
static struct message *message(const char *start, const char *met,
			       struct flow *from, const char *body)
{
	static struct guard g;
	struct message *m = NULL;
	char buf[4096];

	ck_assert_int_gt(
		re_snprintf(buf, sizeof(buf),
			    "%s\r\n"
			    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
			    "From: <sip:x@example.net>;tag=%u\r\n"
			    "To: <sip:y@example.net>;tag=%u\r\n"
			    "Call-ID: c1\r\nCSeq: %u %s\r\n%s\r\n%s",
			    start, b_asks ? 2 : 1, b_asks ? 1 : 2, cseq, met,
			    body[0] ? "Content-Type: application/sdp\r\n" : "",
			    body),
		0);
	ck_assert_int_eq(
		message_decode(&m, &g, (const uint8_t *)buf, strlen(buf)), 0);
	m->flow = mem_ref(from);
	m->src = from->peer;

	return m;
}


static struct message *with_sdp(bool req, struct flow *from, const char *addr,
				unsigned port)
{
	char body[512];

	ck_assert_int_gt(
		re_snprintf(body, sizeof(body), sdp, addr, addr, port), 0);

	return message(req ? "INVITE sip:b@example.net SIP/2.0"
			   : "SIP/2.0 200 OK",
		       "INVITE", from, body);
}


/** What came out of a pass */
struct out {
	unsigned n;
	int err;
	char body[1024]; /* "": unchanged */
};


static void pass_handler(int err, struct mbuf *body, void *arg)
{
	struct out *out = arg;

	++out->n;
	out->err = err;
	out->body[0] = '\0';
	if (body) {
		ck_assert_uint_lt(body->end, sizeof(out->body));
		memcpy(out->body, body->buf, body->end);
		out->body[body->end] = '\0';
	}
}


static struct call *begin(struct calls *calls, struct flow *a, bool a_phone,
			  struct flow *b, bool b_phone, enum nat_media b_nat)
{
	struct message *invite = message("INVITE sip:b@example.net SIP/2.0",
					 "INVITE", a, "");
	struct call_leg leg_a, leg_b;
	struct call *call = NULL;

	memset(&leg_a, 0, sizeof(leg_a));
	memset(&leg_b, 0, sizeof(leg_b));
	leg_a.flow = a;
	leg_a.phone = a_phone;
	leg_a.peer = a_phone ? NULL : &peer_of[0];
	leg_b.flow = b;
	leg_b.phone = b_phone;
	leg_b.peer = b_phone ? NULL : &peer_of[1];
	leg_a.verdict.media = NAT_DIRECT;
	leg_b.verdict.media = b_nat;
	leg_b.verdict.reason = b_nat == NAT_RELAY ? NAT_CALLEE : NAT_MATCH;
	ck_assert_int_eq(call_alloc(&call, calls, 0, invite, &leg_a, &leg_b),
			 0);
	mem_deref(invite);

	return call;
}


static struct out pass(struct call *call, enum call_side from,
		       struct message *m)
{
	struct call_pass *pp = NULL;
	struct out out = {0};

	ck_assert_int_eq(call_pass(&pp, call, from, m, pass_handler, &out), 0);
	ck_assert_ptr_null(pp);
	ck_assert_uint_eq(out.n, 1);
	mem_deref(m);

	return out;
}


START_TEST(caller_behind_nat_is_relayed)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_DIRECT);
	struct out out;

	out = pass(call, CALL_A,
		   with_sdp(true, flowv[0], "192.168.1.10", 4000));
	ck_assert_int_eq(out.err, 0);
	ck_assert_ptr_nonnull(strstr(out.body, "c=IN IP4 203.0.113.1\r\n"));
	ck_assert_ptr_nonnull(strstr(out.body, "m=audio 20000 RTP/AVP 0\r\n"));
	ck_assert_ptr_null(strstr(out.body, "192.168"));
	ck_assert_ptr_null(strstr(out.body, "x-viaduct"));
	ck_assert(sa_cmp(&fake.rq.signalling, &flowv[0]->peer, SA_ADDR));
	ck_assert_int_eq(fake.rq.side, RELAY_A);

	out = pass(call, CALL_B,
		   with_sdp(false, flowv[1], "198.51.100.8", 5000));
	ck_assert_ptr_nonnull(strstr(out.body, "m=audio 30000 RTP/AVP 0\r\n"));
	ck_assert_int_eq(fake.rq.side, RELAY_B);
	ck_assert_uint_eq(fake.asked, 2);

	call_end(call, "test");
	ck_assert_uint_eq(calls_count(callsv[0]), 0);
}
END_TEST


START_TEST(equal_addresses_are_not_relayed)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_DIRECT);
	struct out out;

	out = pass(call, CALL_A,
		   with_sdp(true, flowv[0], "198.51.100.7", 4000));
	ck_assert_int_eq(out.err, 0);
	ck_assert_str_eq(out.body, "");
	out = pass(call, CALL_B,
		   with_sdp(false, flowv[1], "198.51.100.8", 5000));
	ck_assert_str_eq(out.body, "");
	ck_assert_uint_eq(fake.asked, 0);
	call_end(call, "test");
}
END_TEST


START_TEST(callee_behind_nat_is_relayed)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_RELAY);
	struct out out;

	out = pass(call, CALL_A,
		   with_sdp(true, flowv[0], "198.51.100.7", 4000));
	ck_assert_ptr_nonnull(strstr(out.body, "m=audio 20000 RTP/AVP 0\r\n"));
	call_end(call, "test");
}
END_TEST


START_TEST(late_offer_is_decided_with_the_2xx)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_DIRECT);
	struct out out;

	out = pass(call, CALL_A,
		   message("INVITE sip:b@example.net SIP/2.0", "INVITE",
			   flowv[0], ""));
	ck_assert_str_eq(out.body, "");
	out = pass(call, CALL_B,
		   with_sdp(false, flowv[1], "192.168.1.10", 5000));
	ck_assert_ptr_nonnull(strstr(out.body, "m=audio 30000 RTP/AVP 0\r\n"));
	call_end(call, "test");
}
END_TEST


/* both were reachable; then a re-INVITE without SDP asks for an offer, and
   that comes from where nobody can answer to */
START_TEST(late_offer_of_a_reinvite_is_decided_too)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_DIRECT);
	struct out out;

	out = pass(call, CALL_A,
		   with_sdp(true, flowv[0], "198.51.100.7", 4000));
	ck_assert_str_eq(out.body, "");
	out = pass(call, CALL_B,
		   with_sdp(false, flowv[1], "198.51.100.8", 5000));
	ck_assert_str_eq(out.body, "");

	cseq = 2;
	out = pass(call, CALL_A,
		   message("INVITE sip:b@example.net SIP/2.0", "INVITE",
			   flowv[0], ""));
	ck_assert_str_eq(out.body, "");
	out = pass(call, CALL_B,
		   with_sdp(false, flowv[1], "192.168.1.10", 5000));
	ck_assert_ptr_nonnull(strstr(out.body, "m=audio 30000 RTP/AVP 0\r\n"));
	call_end(call, "test");
}
END_TEST


START_TEST(same_answer_twice_asks_once)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_DIRECT);
	struct out out;

	(void)pass(call, CALL_A,
		   with_sdp(true, flowv[0], "192.168.1.10", 4000));
	(void)pass(call, CALL_B,
		   with_sdp(false, flowv[1], "198.51.100.8", 5000));
	out = pass(call, CALL_B,
		   with_sdp(false, flowv[1], "198.51.100.8", 5000));
	ck_assert_ptr_nonnull(strstr(out.body, "m=audio 30000 RTP/AVP 0\r\n"));
	ck_assert_uint_eq(fake.asked, 2);
	call_end(call, "test");
}
END_TEST


START_TEST(two_proxies_agree_on_one_relay)
{
	struct call *one, *two;
	struct message *m;
	struct out out;

	/* first proxy: phone A behind NAT, second proxy is a peer */
	one = begin(callsv[0], flowv[0], true, flowv[3], false, NAT_DIRECT);
	out = pass(one, CALL_A,
		   with_sdp(true, flowv[0], "192.168.1.10", 4000));
	ck_assert_ptr_nonnull(strstr(out.body, "a=x-viaduct:"));
	ck_assert_uint_eq(fake.asked, 1);

	/* second one: phone B registered from behind NAT */
	two = begin(callsv[1], flowv[2], false, flowv[1], true, NAT_RELAY);
	m = message("INVITE sip:b@example.net SIP/2.0", "INVITE", flowv[2],
		    out.body);
	out = pass(two, CALL_A, m);
	ck_assert_int_eq(out.err, 0);
	ck_assert_ptr_nonnull(strstr(out.body, "m=audio 20000 RTP/AVP 0\r\n"));
	ck_assert_ptr_null(strstr(out.body, "x-viaduct"));
	ck_assert_uint_eq(fake.asked, 1);

	out = pass(two, CALL_B,
		   with_sdp(false, flowv[1], "192.168.1.10", 5000));
	ck_assert_ptr_nonnull(strstr(out.body, "c=IN IP4 192.168.1.10\r\n"));
	ck_assert_ptr_nonnull(strstr(out.body, "a=x-viaduct:"));
	ck_assert_uint_eq(fake.asked, 1);

	/* back at the first one: anchored where phone B really sends from */
	m = message("SIP/2.0 200 OK", "INVITE", flowv[3], out.body);
	out = pass(one, CALL_B, m);
	ck_assert_ptr_nonnull(strstr(out.body, "m=audio 30000 RTP/AVP 0\r\n"));
	ck_assert_ptr_null(strstr(out.body, "x-viaduct"));
	ck_assert(sa_cmp(&fake.rq.signalling, &flowv[1]->peer, SA_ADDR));

	call_end(one, "test");
	call_end(two, "test");
}
END_TEST


/* the second proxy's phone keeps the ports that it has */
START_TEST(two_proxies_agree_on_it_during_hold)
{
	struct call *one, *two;
	struct out out;

	one = begin(callsv[0], flowv[0], true, flowv[3], false, NAT_DIRECT);
	two = begin(callsv[1], flowv[2], false, flowv[1], true, NAT_RELAY);
	for (cseq = 1; cseq <= 3; cseq++) {
		const unsigned asked = fake.asked;

		out = pass(one, CALL_A,
			   with_sdp(true, flowv[0],
				    cseq == 2 ? "0.0.0.0" : "192.168.1.10",
				    4000));
		ck_assert_ptr_nonnull(strstr(out.body, "a=x-viaduct:"));
		fake.asked = asked;
		out = pass(two, CALL_A,
			   message("INVITE sip:b@example.net SIP/2.0",
				   "INVITE", flowv[2], out.body));
		ck_assert_ptr_nonnull(strstr(out.body, "m=audio 20000 "));
		(void)pass(two, CALL_B,
			   with_sdp(false, flowv[1], "192.168.1.10", 5000));
		ck_assert_uint_eq(fake.asked, asked);
	}

	call_end(one, "test");
	call_end(two, "test");
}
END_TEST


START_TEST(a_phone_of_the_other_family_is_relayed_once_more)
{
	struct call *one, *two;
	struct flow *phone;
	struct sa us, peer;
	struct out out;

	(void)sa_set_str(&us, "2001:db8::1", 5060);
	(void)sa_set_str(&peer, "2001:db8::8", 5060);
	ck_assert_int_eq(
		flow_alloc(&phone, FLOW_UDP, &us, &peer, no_send, NULL), 0);
	one = begin(callsv[0], flowv[0], true, flowv[3], false, NAT_DIRECT);
	out = pass(one, CALL_A,
		   with_sdp(true, flowv[0], "192.168.1.10", 4000));
	two = begin(callsv[1], flowv[2], false, phone, true, NAT_RELAY);
	(void)pass(two, CALL_A,
		   message("INVITE sip:b@example.net SIP/2.0", "INVITE",
			   flowv[2], out.body));
	ck_assert_uint_eq(fake.asked, 2);
	ck_assert_int_eq(fake.rq.other_af, AF_INET6);

	call_end(one, "test");
	call_end(two, "test");
	mem_deref(phone);
}
END_TEST


START_TEST(a_forged_mark_changes_nothing)
{
	struct call *two = begin(callsv[1], flowv[2], false, flowv[1], true,
				 NAT_RELAY);
	char body[1024];
	struct out out;

	ck_assert_int_gt(re_snprintf(body, sizeof(body), sdp, "198.51.100.66",
				     "198.51.100.66", 4000u),
			 0);
	strcat(body, "a=x-viaduct:1;relay=198.51.100.66:4000;call=00;mac=00"
		     "\r\n");
	out = pass(two, CALL_A,
		   message("INVITE sip:b@example.net SIP/2.0", "INVITE",
			   flowv[2], body));
	ck_assert_ptr_nonnull(strstr(out.body, "m=audio 20000 RTP/AVP 0\r\n"));
	ck_assert_uint_eq(fake.asked, 1);
	call_end(two, "test");
}
END_TEST


START_TEST(a_foreign_proxy_tells_the_source_in_via)
{
	struct call *call = begin(callsv[0], flowv[2], false, flowv[1], true,
				  NAT_DIRECT);
	struct sa nat;
	struct out out;
	struct message *m = NULL;
	static struct guard g;
	static const char text[] =
		"INVITE sip:b@example.net SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 203.0.113.1;branch=z9hG4bK1\r\n"
		"Via: SIP/2.0/UDP 192.168.1.10:5060;branch=z9hG4bK2;"
		"received=198.51.100.7;rport=1024\r\n"
		"From: <sip:a@example.net>;tag=1\r\n"
		"To: <sip:b@example.net>\r\n"
		"Call-ID: c1\r\nCSeq: 1 INVITE\r\n"
		"Content-Type: application/sdp\r\n\r\n"
		"v=0\r\no=- 1 1 IN IP4 192.168.1.10\r\ns=-\r\n"
		"c=IN IP4 192.168.1.10\r\nt=0 0\r\n"
		"m=audio 4000 RTP/AVP 0\r\n";

	ck_assert_int_eq(message_decode(&m, &g, (const uint8_t *)text,
					sizeof(text) - 1),
			 0);
	m->flow = mem_ref(flowv[2]);
	m->src = flowv[2]->peer;
	out = pass(call, CALL_A, m);
	ck_assert_ptr_nonnull(strstr(out.body, "m=audio 20000 RTP/AVP 0\r\n"));
	(void)sa_set_str(&nat, "198.51.100.7", 0);
	ck_assert(sa_cmp(&fake.rq.signalling, &nat, SA_ADDR));

	/* an answer shows no such Via: it is still there, and asks nothing */
	(void)pass(call, CALL_B,
		   with_sdp(false, flowv[1], "192.168.1.20", 5000));
	b_asks = true;
	(void)pass(call, CALL_B,
		   with_sdp(true, flowv[1], "192.168.1.20", 5000));
	ck_assert_uint_eq(fake.asked, 2);
	(void)pass(call, CALL_A,
		   with_sdp(false, flowv[2], "192.168.1.10", 4000));
	ck_assert_uint_eq(fake.asked, 2);
	(void)pass(call, CALL_A,
		   with_sdp(false, flowv[2], "192.168.1.10", 4002));
	ck_assert_uint_eq(fake.asked, 3);
	ck_assert(sa_cmp(&fake.rq.signalling, &nat, SA_ADDR));
	(void)pass(call, CALL_A, with_sdp(false, flowv[2], "0.0.0.0", 4002));
	ck_assert(sa_cmp(&fake.rq.signalling, &nat, SA_ADDR));

	/* a media server of that proxy's is somewhere else */
	(void)pass(call, CALL_A,
		   with_sdp(false, flowv[2], "203.0.113.50", 4000));
	ck_assert(sa_cmp(&fake.rq.signalling, &flowv[2]->peer, SA_ADDR));
	call_end(call, "test");
}
END_TEST


static const struct {
	const char *name;
	int err;
} failv[] = {
	{"ports are short", ENOSPC},
	{"no relay server", ETIMEDOUT},
	{"relay server refuses", ECONNREFUSED},
};


START_TEST(errors_of_the_resource_are_told)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_DIRECT);
	struct out out;

	fake.err = failv[_i].err;
	out = pass(call, CALL_A,
		   with_sdp(true, flowv[0], "192.168.1.10", 4000));
	ck_assert_int_eq(out.err, failv[_i].err);
	call_end(call, "test");
}
END_TEST


START_TEST(bad_sdp_is_refused)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_DIRECT);
	struct out out = pass(call, CALL_A,
			      message("INVITE sip:b@example.net SIP/2.0",
				      "INVITE", flowv[0],
				      "this is no SDP\r\n"));

	ck_assert_int_eq(out.err, EBADMSG);
	call_end(call, "test");
}
END_TEST


START_TEST(slow_relay_server_keeps_the_order)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_DIRECT);
	struct call_pass *pp[2] = {NULL, NULL};
	struct out out[2] = {{0}, {0}};
	struct message *a, *b;

	fake.later = true;
	a = with_sdp(true, flowv[0], "192.168.1.10", 4000);
	b = message("INFO sip:b@example.net SIP/2.0", "INFO", flowv[0], "");
	ck_assert_int_eq(
		call_pass(&pp[0], call, CALL_A, a, pass_handler, &out[0]), 0);
	ck_assert_int_eq(
		call_pass(&pp[1], call, CALL_A, b, pass_handler, &out[1]), 0);
	ck_assert_uint_eq(out[0].n + out[1].n, 0);

	answer();
	ck_assert_uint_eq(out[0].n, 1);
	ck_assert_uint_eq(out[1].n, 1);
	ck_assert_ptr_null(pp[0]);
	ck_assert_ptr_null(pp[1]);
	mem_deref(a);
	mem_deref(b);
	call_end(call, "test");
}
END_TEST


START_TEST(no_more_messages_wait_than_a_call_may_have)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_DIRECT);
	struct call_pass *ppv[100] = {NULL};
	struct out out = {0};
	struct message *m;
	int err = 0, n = 0;

	fake.later = true;
	m = with_sdp(true, flowv[0], "192.168.1.10", 4000);
	while (n < 100 && !err)
		err = call_pass(&ppv[n++], call, CALL_A, m, pass_handler,
				&out);
	ck_assert_int_eq(err, ENOSPC);
	ck_assert_int_gt(n, 10);
	mem_deref(m);
	call_end(call, "test");
}
END_TEST


START_TEST(a_pass_taken_back_is_silent)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_DIRECT);
	struct call_pass *pp = NULL;
	struct message *m = with_sdp(true, flowv[0], "192.168.1.10", 4000);
	struct out out = {0};

	fake.later = true;
	ck_assert_int_eq(call_pass(&pp, call, CALL_A, m, pass_handler, &out),
			 0);
	call_pass_cancel(pp);
	ck_assert_ptr_null(pp);
	answer();
	ck_assert_uint_eq(out.n, 0);
	mem_deref(m);
	call_end(call, "test");
}
END_TEST


START_TEST(the_end_of_a_call_is_told_to_those_who_wait)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_DIRECT);
	struct call_pass *pp = NULL;
	struct message *m = with_sdp(true, flowv[0], "192.168.1.10", 4000);
	struct out out = {0};

	fake.later = true;
	ck_assert_int_eq(call_pass(&pp, call, CALL_A, m, pass_handler, &out),
			 0);
	call_end(call, "test");
	ck_assert_uint_eq(out.n, 1);
	ck_assert_int_eq(out.err, ECANCELED);
	mem_deref(m);
}
END_TEST


START_TEST(no_call_lives_for_ever)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_DIRECT);
	const uint64_t id = call_id(call);

	timers_advance(timers, 199999);
	ck_assert_ptr_eq(call_find(callsv[0], id), call);
	call_answered(call);
	timers_advance(timers, 999999);
	ck_assert_ptr_eq(call_find(callsv[0], id), call);
	timers_advance(timers, 1);
	ck_assert_ptr_null(call_find(callsv[0], id));
}
END_TEST


/* an INVITE with SDP, a 200 without, no BYE: the ports come back */
START_TEST(an_answered_call_with_one_sided_media_is_over_soon)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_DIRECT);
	const uint64_t id = call_id(call);

	(void)pass(call, CALL_A,
		   with_sdp(true, flowv[0], "192.168.1.10", 4000));
	call_answered(call);
	timers_advance(timers, 199999);
	ck_assert_ptr_eq(call_find(callsv[0], id), call);
	timers_advance(timers, 1);
	ck_assert_ptr_null(call_find(callsv[0], id));
	ck_assert_uint_eq(fake.alive, 0);
}
END_TEST


/* late, as the ACK of a late offer */
START_TEST(a_call_whose_media_is_complete_lives_on)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_DIRECT);
	const uint64_t id = call_id(call);

	(void)pass(call, CALL_A,
		   with_sdp(true, flowv[0], "192.168.1.10", 4000));
	call_answered(call);
	(void)pass(call, CALL_B,
		   with_sdp(false, flowv[1], "192.168.2.10", 4000));
	timers_advance(timers, 200000);
	ck_assert_ptr_eq(call_find(callsv[0], id), call);
	timers_advance(timers, 799999);
	ck_assert_ptr_eq(call_find(callsv[0], id), call);
	timers_advance(timers, 1);
	ck_assert_ptr_null(call_find(callsv[0], id));
}
END_TEST


START_TEST(a_session_that_nobody_refreshes_is_over)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_DIRECT);
	const uint64_t id = call_id(call);

	call_answered(call);
	call_session(call, 90);
	timers_advance(timers, 89999);
	call_session(call, 90);
	timers_advance(timers, 89999);
	ck_assert_ptr_eq(call_find(callsv[0], id), call);
	call_session(call, 0);
	timers_advance(timers, 200000);
	ck_assert_ptr_eq(call_find(callsv[0], id), call);
	call_session(call, 90);
	timers_advance(timers, 90000);
	ck_assert_ptr_null(call_find(callsv[0], id));
	call_session(NULL, 90);
}
END_TEST


START_TEST(a_call_that_rings_on_lives_on)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_DIRECT);
	const uint64_t id = call_id(call);

	for (int i = 0; i < 5; i++) {
		timers_advance(timers, 199999);
		ck_assert_ptr_eq(call_find(callsv[0], id), call);
		call_ringing(call);
	}
	timers_advance(timers, 200000);
	ck_assert_ptr_null(call_find(callsv[0], id));
	call_ringing(NULL);
}
END_TEST


START_TEST(media_timeout_ends_an_answered_call)
{
	struct call *call = begin(callsv[0], flowv[0], true, flowv[1], true,
				  NAT_DIRECT);
	const uint64_t id = call_id(call);

	(void)pass(call, CALL_A,
		   with_sdp(true, flowv[0], "192.168.1.10", 4000));
	fake.eventh(RELAY_TIMEOUT, NULL, fake.eventarg);
	ck_assert_ptr_eq(call_find(callsv[0], id), call);
	call_answered(call);
	fake.eventh(RELAY_TIMEOUT, NULL, fake.eventarg);
	ck_assert_ptr_null(call_find(callsv[0], id));
	ck_assert_uint_eq(fake.alive, 0);
}
END_TEST


START_TEST(too_many_calls_are_enospc)
{
	struct message *m = message("INVITE sip:b@example.net SIP/2.0",
				    "INVITE", flowv[0], "");
	struct call_leg leg;
	struct call *call;

	memset(&leg, 0, sizeof(leg));
	leg.flow = flowv[0];
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(
			call_alloc(&call, callsv[0], 0, m, &leg, &leg), 0);
	ck_assert_int_eq(call_alloc(&call, callsv[0], 0, m, &leg, &leg),
			 ENOSPC);
	mem_deref(m);
}
END_TEST


Suite *suite_call(void);
Suite *suite_call(void)
{
	Suite *s = suite_create("call");
	TCase *tc = tcase_create("call");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, caller_behind_nat_is_relayed);
	tcase_add_test(tc, equal_addresses_are_not_relayed);
	tcase_add_test(tc, callee_behind_nat_is_relayed);
	tcase_add_test(tc, late_offer_is_decided_with_the_2xx);
	tcase_add_test(tc, late_offer_of_a_reinvite_is_decided_too);
	tcase_add_test(tc, same_answer_twice_asks_once);
	tcase_add_test(tc, two_proxies_agree_on_one_relay);
	tcase_add_test(tc, two_proxies_agree_on_it_during_hold);
	tcase_add_test(tc, a_phone_of_the_other_family_is_relayed_once_more);
	tcase_add_test(tc, a_forged_mark_changes_nothing);
	tcase_add_test(tc, a_foreign_proxy_tells_the_source_in_via);
	test_table(tc, errors_of_the_resource_are_told, failv);
	tcase_add_test(tc, bad_sdp_is_refused);
	tcase_add_test(tc, slow_relay_server_keeps_the_order);
	tcase_add_test(tc, no_more_messages_wait_than_a_call_may_have);
	tcase_add_test(tc, a_pass_taken_back_is_silent);
	tcase_add_test(tc, the_end_of_a_call_is_told_to_those_who_wait);
	tcase_add_test(tc, no_call_lives_for_ever);
	tcase_add_test(tc, an_answered_call_with_one_sided_media_is_over_soon);
	tcase_add_test(tc, a_call_whose_media_is_complete_lives_on);
	tcase_add_test(tc, a_session_that_nobody_refreshes_is_over);
	tcase_add_test(tc, a_call_that_rings_on_lives_on);
	tcase_add_test(tc, media_timeout_ends_an_answered_call);
	tcase_add_test(tc, too_many_calls_are_enospc);
	suite_add_tcase(s, tc);

	return s;
}
