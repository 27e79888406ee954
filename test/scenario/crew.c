/**
 * @file scenario/crew.c  Alice calls bob, who has several phones
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "proxy/core/forwarding.h"
#include "proxy/server_state.h"
#include "test/scenario/crew.h"
#include "test/test.h"

enum { CONF_MAX = 4096, IDLE_MS = 6000, SETTLE_MS = 2000, PORTS = 64 };


static void member_open(struct member *m, const struct rig *rig,
			const char *user, unsigned host)
{
	char addr[32];

	memset(m, 0, sizeof(*m));
	(void)snprintf(addr, sizeof(addr), "127.0.0.%u", host);
	phone_open(&m->ph, rig, addr);
	m->user = user;
	(void)snprintf(m->tag, sizeof(m->tag), "%s%u", user, host);
}


/**
 * Open a server, alice, bob's phones and a peer
 *
 * @param c       Crew
 * @param config  Configuration lines besides the ordinary ones
 * @param t1      T1 in ms, or 0
 * @param timer_c Timer C in ms, or 0
 */
void crew_open(struct crew *c, const char *config, uint32_t t1,
	       uint32_t timer_c)
{
	const unsigned port = 30000 + PORTS * (unsigned)(getpid() % 300);
	char conf[CONF_MAX];

	memset(c, 0, sizeof(*c));
	(void)snprintf(conf, sizeof(conf),
		       "relay { ports = \"%u-%u\"\nallow_local = yes "
		       "quarantine = 0 }\n"
		       "peer \"other\" { address = { \"127.0.0.40\", "
		       "\"127.0.0.41\" } }\n%s",
		       port, port + PORTS - 1, config);

	if (timer_c)
		rig_start_timer_c(&c->rig, conf, t1, timer_c);
	else if (t1)
		rig_start_fast(&c->rig, conf, t1);
	else if (strstr(config, "#dual"))
		rig_start_dual(&c->rig, conf);
	else
		rig_start(&c->rig, conf);

	rig_account(&c->rig, "alice@example.net", "secret-alice");
	rig_account(&c->rig, "bob@example.net", "secret-bob");
	rig_account(&c->rig, "carol@example.net", "secret-carol");
	member_open(&c->alice, &c->rig, "alice", 10);
	for (unsigned i = 0; i < CREW_BOBS; i++)
		member_open(&c->bobv[i], &c->rig, "bob", 20 + i);
	for (unsigned i = 0; i < ARRAY_SIZE(c->peerv); i++)
		member_open(&c->peerv[i], &c->rig, "peer", 40 + i);
	c->callid = "crew";
}


/**
 * Close it all
 *
 * @param c Crew
 */
void crew_close(struct crew *c)
{
	phone_close(&c->alice.ph);
	for (size_t i = 0; i < ARRAY_SIZE(c->peerv); i++)
		phone_close(&c->peerv[i].ph);
	for (size_t i = 0; i < CREW_BOBS; i++)
		phone_close(&c->bobv[i].ph);
	rig_stop(&c->rig);
}


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


static void turn(uint32_t ms)
{
	struct tmr tmr;

	tmr_init(&tmr);
	tmr_start(&tmr, ms, stop_handler, NULL);
	(void)re_main(NULL);
	tmr_cancel(&tmr);
}


/**
 * No media call is left
 *
 * @param c Crew
 */
void crew_no_calls(struct crew *c)
{
	const struct server *srv = c->rig.srv;
	const uint64_t until = tmr_jiffies() + SETTLE_MS;

	while (calls_count(srv->calls) && tmr_jiffies() < until)
		turn(10);
	ck_assert_uint_eq(calls_count(srv->calls), 0);
	rig_settle(&c->rig, "relay_sessions", 0, SETTLE_MS);
}


/**
 * Nothing is left of anything
 *
 * @param c Crew
 */
void crew_idle(struct crew *c)
{
	const struct server *srv = c->rig.srv;
	const uint64_t until = tmr_jiffies() + IDLE_MS;

	while ((srv->proxy->forwardl.head || txns_clients(srv->txns) ||
		txns_servers(srv->txns)) &&
	       tmr_jiffies() < until)
		turn(20);
	ck_assert_uint_eq(list_count(&srv->proxy->forwardl), 0);
	ck_assert_uint_eq(txns_clients(srv->txns), 0);
	ck_assert_uint_eq(txns_servers(srv->txns), 0);
	crew_no_calls(c);
}


static const char *via_proto(const struct member *m)
{
	return m->ph.tcp ? "TCP" : "UDP";
}


static void send_register(struct member *m, const char *user,
			  const char *contacts)
{
	struct phone *ph = &m->ph;

	++ph->cseq;
	phone_send(ph,
		   "REGISTER sip:example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/%s %s:%u;branch=z9hG4bKr%u%u;rport\r\n"
		   "From: <sip:%s@example.net>;tag=r\r\n"
		   "To: <sip:%s@example.net>\r\n"
		   "Call-ID: reg-%s-%u-%u\r\nCSeq: %u REGISTER\r\n"
		   "Supported: path, outbound\r\n"
		   "Contact: %s\r\nExpires: 600\r\n"
		   "%sContent-Length: 0\r\n\r\n",
		   via_proto(m), ph->host, ph->port, ph->port, ph->cseq, user,
		   user, user, ph->port, ph->cseq, ph->cseq, contacts,
		   ph->auth);
}


/**
 * Register Contacts as a user
 *
 * @param m        Member
 * @param user     User
 * @param contacts Contacts, whole
 */
void crew_register_as(struct member *m, const char *user, const char *contacts)
{
	char password[64];

	(void)snprintf(password, sizeof(password), "secret-%s", user);
	m->ph.auth[0] = '\0';
	send_register(m, user, contacts);
	crew_expect(m, "SIP/2.0 401 ");
	phone_answer_challenge(&m->ph, user, password, "REGISTER",
			       "sip:example.net");
	send_register(m, user, contacts);
	crew_expect(m, "SIP/2.0 200 ");
	m->ph.auth[0] = '\0';
}


/**
 * Register a phone's own address
 *
 * @param m      Member
 * @param params Parameters of the Contact, or ""
 */
void crew_register(struct member *m, const char *params)
{
	char contact[512];

	(void)snprintf(contact, sizeof(contact), "<sip:%s@%s:%u>%s", m->user,
		       m->ph.host, m->ph.port, params);
	crew_register_as(m, m->user, contact);
}


static void send_request(struct crew *c, const char *met, const char *uri,
			 const char *extra, const char *body)
{
	struct phone *ph = &c->alice.ph;

	phone_send(ph,
		   "%s %s SIP/2.0\r\n"
		   "Via: SIP/2.0/%s %s:%u;branch=z9hG4bK%s%u;rport\r\n"
		   "Max-Forwards: 70\r\n"
		   "From: <sip:alice@example.net>;tag=alice10\r\n"
		   "To: <sip:bob@example.net>\r\n"
		   "Call-ID: %s\r\nCSeq: %u %s\r\n"
		   "Contact: <sip:alice@%s:%u>\r\n"
		   "%s%s%sContent-Length: %zu\r\n\r\n%s",
		   met, uri, via_proto(&c->alice), ph->host, ph->port,
		   c->callid, ph->branch, c->callid, c->invite, met, ph->host,
		   ph->port, ph->auth, extra,
		   body[0] ? "Content-Type: application/sdp\r\n" : "",
		   strlen(body), body);
}


/**
 * A request of alice's, through the challenge
 *
 * @param c     Crew
 * @param met   Method
 * @param uri   Request-URI
 * @param extra Whole lines
 * @param body  SDP, or ""
 */
void crew_send(struct crew *c, const char *met, const char *uri,
	       const char *extra, const char *body)
{
	struct phone *ph = &c->alice.ph;

	ph->auth[0] = '\0';
	c->invite = ++ph->branch;
	send_request(c, met, uri, extra, body);
	crew_expect(&c->alice, "SIP/2.0 407 ");
	phone_answer_challenge(ph, "alice", "secret-alice", met, uri);
	c->invite = ++ph->branch;
	send_request(c, met, uri, extra, body);
}


/**
 * Alice's last request once more
 *
 * @param c     Crew
 * @param met   Method
 * @param uri   Request-URI
 * @param extra Whole lines
 * @param body  SDP, or ""
 * @param same  A retransmission; else with another branch
 */
void crew_again(struct crew *c, const char *met, const char *uri,
		const char *extra, const char *body, bool same)
{
	if (!same)
		++c->alice.ph.branch;
	send_request(c, met, uri, extra, body);
}


/**
 * Alice's INVITE to bob
 *
 * @param c     Crew
 * @param extra Whole lines
 * @param body  SDP, or ""
 */
void crew_invite(struct crew *c, const char *extra, const char *body)
{
	crew_send(c, "INVITE", "sip:bob@example.net", extra, body);
	crew_expect(&c->alice, "SIP/2.0 100 ");
}


/**
 * Alice's CANCEL of her last request
 *
 * @param c     Crew
 * @param extra Whole lines
 */
void crew_cancel(struct crew *c, const char *extra)
{
	const struct phone *ph = &c->alice.ph;

	phone_send(&c->alice.ph,
		   "CANCEL sip:bob@example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/%s %s:%u;branch=z9hG4bK%s%u;rport\r\n"
		   "Max-Forwards: 70\r\n"
		   "From: <sip:alice@example.net>;tag=alice10\r\n"
		   "To: <sip:bob@example.net>\r\n"
		   "Call-ID: %s\r\nCSeq: %u CANCEL\r\n"
		   "%sContent-Length: 0\r\n\r\n",
		   via_proto(&c->alice), ph->host, ph->port, c->callid,
		   c->invite, c->callid, c->invite, extra);
}


/**
 * A request of the first peer's
 *
 * @param c     Crew
 * @param met   Method
 * @param uri   Request-URI
 * @param extra Whole lines
 * @param body  Body, or ""
 */
void crew_peer_send(struct crew *c, const char *met, const char *uri,
		    const char *extra, const char *body)
{
	struct phone *ph = &c->peerv[0].ph;

	++ph->branch;
	phone_send(ph,
		   "%s %s SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKp%u;rport\r\n"
		   "From: <sip:someone@other.example>;tag=p\r\n"
		   "To: <sip:bob@example.net>\r\n"
		   "Call-ID: of-peer\r\nCSeq: 1 %s\r\n"
		   "Contact: <sip:someone@%s:%u>\r\n"
		   "%sContent-Length: %zu\r\n\r\n%s",
		   met, uri, ph->host, ph->port, ph->branch, met, ph->host,
		   ph->port, extra, strlen(body), body);
}


static bool starts(const char *msg, const char *start)
{
	return !strncmp(msg, start, strlen(start));
}


static void remember(struct member *m)
{
	if (starts(m->ph.msg, "SIP/2.0 ") || starts(m->ph.msg, "ACK ") ||
	    starts(m->ph.msg, "CANCEL "))
		return;

	(void)str_ncpy(m->request, m->ph.msg, sizeof(m->request));
}


/**
 * Wait for a message
 *
 * @param m     Who
 * @param start How it starts; others are passed over
 */
void crew_expect(struct member *m, const char *start)
{
	do {
		(void)phone_recv(&m->ph);
		remember(m);
	} while (!starts(m->ph.msg, start));
}


/**
 * Count messages until it is quiet
 *
 * @param m     Who
 * @param start How they start
 *
 * @return Their number; retransmissions count
 */
unsigned crew_count(struct member *m, const char *start)
{
	unsigned n = 0;

	while (!phone_quiet(&m->ph)) {
		remember(m);
		n += starts(m->ph.msg, start);
	}

	return n;
}


/**
 * Does no such message come?
 *
 * @param m     Who
 * @param start How it would start
 *
 * @return true if none comes
 */
bool crew_silent(struct member *m, const char *start)
{
	return !crew_count(m, start);
}


/* the lines of that name, as they stand in a message */
static void collect(char *buf, size_t size, const char *msg, const char *name)
{
	const char *end = strstr(msg, "\r\n\r\n"), *line = msg;
	size_t pos = 0;

	buf[0] = '\0';
	while (end && (line = strstr(line, "\r\n")) && line < end) {
		const char *next = strstr(line += 2, "\r\n");

		if (strncmp(line, name, strlen(name)))
			continue;
		pos += (size_t)snprintf(buf + pos, size - pos, "%.*s\r\n",
					(int)(next - line), line);
		ck_assert_uint_lt(pos, size);
	}
}


static const char *type_line(const char *extra, const char *body)
{
	return body[0] && !strstr(extra, "Content-Type:")
		       ? "Content-Type: application/sdp\r\n"
		       : "";
}


static void reply_to(struct member *m, const char *request, const char *status,
		     const char *extra, const char *body)
{
	char via[4096], rr[2048], from[512], to[512], callid[512], cseq[128];
	char *text = NULL;

	collect(via, sizeof(via), request, "Via:");
	collect(rr, sizeof(rr), request, "Record-Route:");
	collect(from, sizeof(from), request, "From:");
	collect(to, sizeof(to), request, "To:");
	collect(callid, sizeof(callid), request, "Call-ID:");
	collect(cseq, sizeof(cseq), request, "CSeq:");
	if (to[0] && m->tag[0] && !strstr(to, ";tag="))
		(void)snprintf(to + strlen(to) - 2, sizeof(to) - strlen(to),
			       ";tag=%s\r\n", m->tag);

	ck_assert_int_eq(re_sdprintf(&text,
				     "SIP/2.0 %s\r\n%s%s%s%s%s%s"
				     "%s%sContent-Length: %zu\r\n\r\n%s",
				     status, via, rr, from, to, callid, cseq,
				     extra, type_line(extra, body),
				     strlen(body), body),
			 0);
	phone_send_octets(&m->ph, text, strlen(text));
	mem_deref(text);
}


/**
 * Answer the request that was received last
 *
 * @param m      Who
 * @param status "200 OK"
 * @param extra  Whole lines; without a Contact it is the phone's own
 * @param body   SDP, or ""
 */
void crew_reply(struct member *m, const char *status, const char *extra,
		const char *body)
{
	char lines[4096];

	(void)snprintf(lines, sizeof(lines), "%s", extra);
	if (!strstr(extra, "Contact:"))
		(void)snprintf(lines, sizeof(lines),
			       "Contact: <sip:%s@%s:%u>\r\n%s", m->user,
			       m->ph.host, m->ph.port, extra);
	reply_to(m, m->request, status, lines, body);
}


/**
 * The call at a phone is called back
 *
 * @param m      Whose
 * @param reason What must stand in the CANCEL's Reason, or ""
 */
void crew_cancelled(struct member *m, const char *reason)
{
	crew_expect(m, "CANCEL ");
	ck_assert_str_eq(phone_header(&m->ph, "Reason"), reason);
	reply_to(m, m->ph.msg, "200 OK", "", "");
	crew_reply(m, "487 Request Terminated", "", "");
	crew_expect(m, "ACK ");
}


/* Record-Routes as the caller uses them: from the last to the first */
static void caller_route(char *route, size_t size, const char *msg)
{
	char rr[2048], was[2048], *line, *save = NULL;

	route[0] = '\0';
	collect(rr, sizeof(rr), msg, "Record-Route:");
	for (line = strtok_r(rr, "\r\n", &save); line;
	     line = strtok_r(NULL, "\r\n", &save)) {
		(void)str_ncpy(was, route, sizeof(was));
		(void)re_snprintf(route, size, "Route: %s\r\n%s", line + 14,
				  was);
	}
}


static void callee_route(char *route, size_t size, const char *msg)
{
	char rr[2048], *line, *save = NULL;
	size_t pos = 0;

	route[0] = '\0';
	collect(rr, sizeof(rr), msg, "Record-Route:");
	for (line = strtok_r(rr, "\r\n", &save); line;
	     line = strtok_r(NULL, "\r\n", &save))
		pos += (size_t)snprintf(route + pos, size - pos,
					"Route: %s\r\n", line + 14);
}


/**
 * Send a request in the dialog
 *
 * @param c    Crew
 * @param from Who sends it
 * @param to   For whom it is
 * @param met  Method
 * @param cseq CSeq
 */
void crew_inside(struct crew *c, struct member *from, struct member *to,
		 const char *met, unsigned cseq)
{
	struct phone *ph = &from->ph;

	++ph->branch;
	phone_send(ph,
		   "%s sip:%s@%s:%u SIP/2.0\r\n"
		   "Via: SIP/2.0/%s %s:%u;branch=z9hG4bKi%s%u;rport\r\n"
		   "%sMax-Forwards: 70\r\n"
		   "From: <sip:%s@example.net>;tag=%s\r\n"
		   "To: <sip:%s@example.net>;tag=%s\r\n"
		   "Call-ID: %s\r\nCSeq: %u %s\r\n"
		   "Content-Length: 0\r\n\r\n",
		   met, to->user, to->ph.host, to->ph.port, via_proto(from),
		   ph->host, ph->port, from->tag, ph->branch, from->route,
		   from->user, from->tag, to->user, to->tag, c->callid, cseq,
		   met);
}


/**
 * Alice acknowledges once more
 *
 * @param c   Crew
 * @param bob Whose 2xx it was
 */
void crew_reack(struct crew *c, struct member *bob)
{
	crew_inside(c, &c->alice, bob, "ACK", c->invite);
	crew_expect(bob, "ACK ");
}


/**
 * Alice has received a response of the dialog, and both know its route now
 *
 * @param c   Crew
 * @param bob Whose response it is
 */
void crew_learn(struct crew *c, struct member *bob)
{
	caller_route(c->alice.route, sizeof(c->alice.route), c->alice.ph.msg);
	callee_route(bob->route, sizeof(bob->route), bob->request);
}


/**
 * Alice acknowledges the 2xx that she received last
 *
 * @param c   Crew
 * @param bob Whose it is
 */
void crew_ack(struct crew *c, struct member *bob)
{
	crew_learn(c, bob);
	crew_reack(c, bob);
}


/**
 * One hangs up, the other agrees
 *
 * @param c    Crew
 * @param from Who
 * @param to   The other one
 */
void crew_bye(struct crew *c, struct member *from, struct member *to)
{
	crew_inside(c, from, to, "BYE", 900 + from->ph.branch);
	crew_expect(to, "BYE ");
	crew_reply(to, "200 OK", "", "");
	crew_expect(from, "SIP/2.0 200 ");
}


/**
 * SDP with one audio stream
 *
 * @param addr Address in o= and c=
 *
 * @return Text, in a buffer that the next call reuses
 */
const char *crew_sdp(const char *addr)
{
	static char buf[512];

	(void)snprintf(buf, sizeof(buf),
		       "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\n"
		       "t=0 0\r\nm=audio 4000 RTP/AVP 0\r\n",
		       addr, addr);

	return buf;
}


/**
 * Where the SDP of the last message leads
 *
 * @param m Who received it
 *
 * @return "ADDRESS PORT", in a buffer that the next call reuses
 */
const char *crew_media(const struct member *m)
{
	static char buf[4][64];
	static unsigned turns;
	char *out = buf[turns++ & 3], addr[48];
	const char *body = strstr(m->ph.msg, "\r\n\r\n");
	unsigned port = 0;

	ck_assert_ptr_nonnull(body);
	ck_assert_msg(strstr(body, "c=IN IP4 ") != NULL, "%s", m->ph.msg);
	ck_assert_int_eq(sscanf(strstr(body, "c=IN IP4 ") + 9, "%47s", addr),
			 1);
	ck_assert_int_eq(sscanf(strstr(body, "m=audio ") + 8, "%u", &port), 1);
	(void)snprintf(out, sizeof(buf[0]), "%s %u", addr, port);

	return out;
}


/**
 * A header line of the last message
 *
 * @param m    Who received it
 * @param name Header
 * @param n    Which of the lines of that name, from 0
 *
 * @return Value, "" behind the last; in a buffer that the next call reuses
 */
const char *crew_header(const struct member *m, const char *name, unsigned n)
{
	static char buf[4096];
	char *line, *save = NULL;

	collect(buf, sizeof(buf), m->ph.msg, name);
	for (line = strtok_r(buf, "\r\n", &save); line;
	     line = strtok_r(NULL, "\r\n", &save)) {
		const char *val = line + strlen(name);

		if (*val == ':' && !n--)
			return val + 2;
	}

	return "";
}


/**
 * The branch of the last message's first Via
 *
 * @param m Who received it
 *
 * @return Branch, in a buffer that the fourth call from now reuses
 */
const char *crew_branch(const struct member *m)
{
	static char buf[4][128];
	static unsigned turns;
	char *out = buf[turns++ & 3];
	const char *b = strstr(crew_header(m, "Via", 0), ";branch=");

	ck_assert_ptr_nonnull(b);
	(void)snprintf(out, sizeof(buf[0]), "%.*s", (int)strcspn(b + 8, ";\r"),
		       b + 8);

	return out;
}
