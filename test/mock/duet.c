/**
 * @file mock/duet.c  The media of a call between two ends by hand
 */
#include <stdio.h>
#include <string.h>
#include "proxy/media/relay_local.h"
#include "test/mock/duet.h"
#include "test/mock/stack.h"
#include "test/relay/rig.h"
#include "test/test.h"

enum { FIRST_PORT = 18000, PORTS = 400, MESSAGE_MAX = DUET_BODY_MAX + 1024 };


static int no_send(struct flow *flow, struct mbuf *mb)
{
	(void)flow;
	(void)mb;

	return 0;
}


static void open_flows(struct duet *d)
{
	static const char *const addrv[] = {"198.51.100.7", "198.51.100.8"};
	struct sa us, peer;

	ck_assert_int_eq(sa_set_str(&us, "203.0.113.1", 5060), 0);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(sa_set_str(&peer, addrv[i], 5060), 0);
		ck_assert_int_eq(flow_alloc(&d->flowv[i], FLOW_UDP, &us, &peer,
					    no_send, NULL),
				 0);
	}
}


/**
 * Open a relay and a table of calls
 *
 * @param d Duet
 */
void duet_open(struct duet *d)
{
	struct relay_conf rc = rig_conf();
	struct calls_conf conf = {
		.ringing_ms = 200000, .answered_ms = 1000000, .max = 10};

	memset(d, 0, sizeof(*d));
	rc.port_min = FIRST_PORT;
	rc.port_max = FIRST_PORT + PORTS - 1;
	rc.quarantine_ms = 0;
	ck_assert_int_eq(timers_alloc_virtual(&d->timers, 1000), 0);
	ck_assert_int_eq(relay_alloc(&d->relay, &rc, d->timers, NULL, NULL),
			 0);
	ck_assert_int_eq(relay_local_alloc(&d->maker, d->relay), 0);
	conf.maker = d->maker;
	ck_assert_int_eq(calls_alloc(&d->calls, &conf, d->timers, NULL, NULL),
			 0);
	open_flows(d);
	d->ports = relay_ports_free(d->relay);
}


static struct message *make(const struct duet *d, const struct duet_message *m,
			    bool request)
{
	static struct guard g;
	static char buf[MESSAGE_MAX];
	const bool a_asks = (m->from == CALL_A) == (m->scode == 0);
	const char *tag = m->tag ? m->tag : "", *body = m->body ? m->body : "";
	struct message *msg = NULL;
	char start[64];

	if (request || !m->scode)
		(void)snprintf(start, sizeof(start), "%s sip:x@h SIP/2.0",
			       m->met);
	else
		(void)snprintf(start, sizeof(start), "SIP/2.0 %u X", m->scode);

	(void)snprintf(buf, sizeof(buf),
		       "%s\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
		       "From: <sip:x@h>;tag=%s\r\nTo: <sip:y@h>%s%s\r\n"
		       "Call-ID: c1\r\nCSeq: %u %s\r\n%s%s\r\n%s",
		       start, a_asks ? "a" : tag,
		       a_asks && !tag[0] ? "" : ";tag=", a_asks ? tag : "a",
		       m->cseq, m->met, m->extra ? m->extra : "",
		       body[0] ? "Content-Type: application/sdp\r\n" : "",
		       body);
	ck_assert_int_eq(
		message_decode(&msg, &g, (const uint8_t *)buf, strlen(buf)),
		0);
	msg->flow = mem_ref(d->flowv[m->from]);
	msg->src = d->flowv[m->from]->peer;

	return msg;
}


/**
 * Begin a call between two phones, both behind NAT
 *
 * @param d Duet
 */
void duet_begin(struct duet *d)
{
	const struct duet_message m = {
		.from = CALL_A, .met = "INVITE", .cseq = 1};
	struct message *invite = make(d, &m, true);
	struct call_leg legv[2];

	memset(legv, 0, sizeof(legv));
	for (int i = 0; i < 2; i++) {
		legv[i].flow = d->flowv[i];
		legv[i].phone = true;
		legv[i].verdict.media = NAT_RELAY;
		legv[i].verdict.reason = NAT_CALLEE;
	}
	ck_assert_int_eq(
		call_alloc(&d->call, d->calls, 0, invite, &legv[0], &legv[1]),
		0);
	mem_deref(invite);
}


/** What came out of a pass */
struct out {
	struct duet *d;
	unsigned n;
	int err;
};


static void pass_handler(int err, struct mbuf *body, void *arg)
{
	struct out *out = arg;

	++out->n;
	out->err = err;
	if (body) {
		ck_assert_uint_lt(body->end, DUET_BODY_MAX);
		memcpy(out->d->sdp, body->buf, body->end);
		out->d->sdp[body->end] = '\0';
	}
}


/**
 * Let a message pass
 *
 * @param d Duet
 * @param m Message
 *
 * @return 0 if it passes, otherwise errorcode
 */
int duet_pass(struct duet *d, const struct duet_message *m)
{
	struct message *msg = make(d, m, false), *req = make(d, m, true);
	struct call_pass *pp = NULL;
	struct out out = {.d = d};

	(void)str_ncpy(d->sdp, m->body ? m->body : "", sizeof(d->sdp));
	if (m->scode)
		ck_assert_int_eq(call_pass_response(&pp, d->call, m->from, msg,
						    req, pass_handler, &out),
				 0);
	else
		ck_assert_int_eq(call_pass(&pp, d->call, m->from, msg,
					   pass_handler, &out),
				 0);
	ck_assert_uint_eq(out.n, 1);
	mem_deref(msg);
	mem_deref(req);

	return out.err;
}


/**
 * A request gets no answer
 *
 * @param d Duet
 * @param m Request
 */
void duet_lost(struct duet *d, const struct duet_message *m)
{
	struct message *req = make(d, m, true);

	call_lost(d->call, m->from, req);
	mem_deref(req);
}


/**
 * A request ends its dialog
 *
 * @param d Duet
 * @param m Request
 *
 * @return true if the call goes on
 */
bool duet_leave(struct duet *d, const struct duet_message *m)
{
	struct message *req = make(d, m, true);
	const bool left = call_leave(d->call, m->from, req);

	mem_deref(req);

	return left;
}


/** What is waited for */
struct want {
	const struct duet *d;
	uint32_t taken;
};


static bool is_taken(void *arg)
{
	const struct want *w = arg;

	return w->d->ports - relay_ports_free(w->d->relay) == w->taken;
}


/**
 * Expect that so many ports are taken, as soon as the relay's worker has let
 * go of those that are not
 *
 * @param d     Duet
 * @param ports How many
 */
void duet_expect_taken(struct duet *d, uint32_t ports)
{
	struct want want = {d, ports};

	stack_run(d->timers, is_taken, &want);
}


/**
 * End the call; all of its ports come back
 *
 * @param d Duet
 */
void duet_end(struct duet *d)
{
	call_end(d->call, "test");
	d->call = NULL;
	duet_expect_taken(d, 0);
	ck_assert_uint_eq(relay_sessions(d->relay), 0);
}


/**
 * Close it
 *
 * @param d Duet
 */
void duet_close(struct duet *d)
{
	mem_deref(d->calls);
	mem_deref(d->maker);
	mem_deref(d->relay);
	for (int i = 0; i < 2; i++)
		mem_deref(d->flowv[i]);
	mem_deref(d->timers);
}
