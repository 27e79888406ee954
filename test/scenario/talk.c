/**
 * @file scenario/talk.c  What alice and bob say to each other
 */
#include <stdio.h>
#include <string.h>
#include "test/scenario/talk.h"
#include "test/test.h"


/**
 * Begin a talk
 *
 * @param t      Talk
 * @param alice  Who calls
 * @param bob    Whom
 * @param callid Call-ID
 */
void talk_begin(struct talk *t, struct phone *alice, struct phone *bob,
		const char *callid)
{
	memset(t, 0, sizeof(*t));
	t->alice = alice;
	t->bob = bob;
	t->callid = callid;
}


/**
 * SDP with one audio stream
 *
 * @param addr Address in o= and c=
 * @param attr Whole lines more
 *
 * @return Text, in a buffer that the next call reuses
 */
const char *talk_sdp(const char *addr, const char *attr)
{
	static char buf[TALK_SDP_MAX];

	(void)snprintf(buf, sizeof(buf),
		       "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\n"
		       "t=0 0\r\nm=audio 4000 RTP/AVP 0\r\n%s",
		       addr, addr, attr);

	return buf;
}


/* what it calls itself */
static const char *phone_contact(const struct phone *ph)
{
	static char buf[64];

	if (!ph->ws)
		return "192.168.1.10:5060";

	(void)snprintf(buf, sizeof(buf), "%s;transport=ws", ph->host);

	return buf;
}


static const char *type_line(const char *body)
{
	return body[0] ? "Content-Type: application/sdp\r\n" : "";
}


/**
 * Send a request outside a dialog
 *
 * @param t     Talk
 * @param ph    Who sends it
 * @param met   Method
 * @param extra Whole lines
 * @param body  SDP, or ""
 */
void talk_request(struct talk *t, struct phone *ph, const char *met,
		  const char *extra, const char *body)
{
	talk_send(t, ph, met, "sip:bob@example.net", extra, body);
}


/**
 * Send a request outside a dialog to any URI
 *
 * @param t     Talk
 * @param ph    Who sends it
 * @param met   Method
 * @param uri   Request-URI
 * @param extra Whole lines
 * @param body  SDP, or ""
 */
void talk_send(struct talk *t, struct phone *ph, const char *met,
	       const char *uri, const char *extra, const char *body)
{
	++ph->branch;
	t->invite = ph->branch;
	phone_send(ph,
		   "%s %s SIP/2.0\r\n"
		   "Via: SIP/2.0/%s %s:%u;branch=z9hG4bK%s%u;rport\r\n"
		   "Max-Forwards: 70\r\n"
		   "From: <sip:alice@example.net>;tag=a\r\n"
		   "To: <sip:bob@example.net>\r\n"
		   "Call-ID: %s\r\nCSeq: %u %s\r\n"
		   "Contact: <sip:alice@%s>\r\n"
		   "%s%s%sContent-Length: %zu\r\n\r\n%s",
		   met, uri, phone_transport(ph), ph->host, ph->port,
		   t->callid, ph->branch, t->callid, ph->branch, met,
		   phone_contact(ph), ph->auth, extra, type_line(body),
		   strlen(body), body);
}


/**
 * Alice's INVITE, through the challenge
 *
 * @param t     Talk
 * @param extra Whole lines
 * @param body  SDP, or ""
 */
void talk_invite(struct talk *t, const char *extra, const char *body)
{
	talk_request(t, t->alice, "INVITE", extra, body);
	talk_expect(t->alice, "SIP/2.0 407 ");
	phone_answer_challenge(t->alice, "alice", "wonderland", "INVITE",
			       "sip:bob@example.net");
	talk_request(t, t->alice, "INVITE", extra, body);
	t->alice->auth[0] = '\0';
	(void)phone_recv(t->alice);
}


/**
 * Alice's CANCEL of her INVITE
 *
 * @param t Talk
 */
void talk_cancel(struct talk *t)
{
	const struct phone *ph = t->alice;

	phone_send(t->alice,
		   "CANCEL sip:bob@example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bK%s%u;rport\r\n"
		   "Max-Forwards: 70\r\n"
		   "From: <sip:alice@example.net>;tag=a\r\n"
		   "To: <sip:bob@example.net>\r\n"
		   "Call-ID: %s\r\nCSeq: %u CANCEL\r\n"
		   "Content-Length: 0\r\n\r\n",
		   ph->host, ph->port, t->callid, t->invite, t->callid,
		   t->invite);
}


/* the lines of that name, as they stand in the last message */
static void collect(char *buf, size_t size, const struct phone *ph,
		    const char *name)
{
	const char *end = strstr(ph->msg, "\r\n\r\n"), *line = ph->msg;
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


/**
 * Answer the request that was received last
 *
 * @param ph     Who answers
 * @param status "200 OK"
 * @param extra  Whole lines
 * @param body   SDP, or ""
 */
void talk_reply(struct phone *ph, const char *status, const char *extra,
		const char *body)
{
	char via[4096], rr[2048], from[512], to[512], rest[1024];

	collect(via, sizeof(via), ph, "Via:");
	collect(rr, sizeof(rr), ph, "Record-Route:");
	collect(from, sizeof(from), ph, "From:");
	collect(to, sizeof(to), ph, "To:");
	if (to[0] && !strstr(to, ";tag="))
		memcpy(to + strlen(to) - 2, ";tag=b\r\n", 9);

	collect(rest, sizeof(rest), ph, "Call-ID:");
	(void)snprintf(rest + strlen(rest), sizeof(rest) - strlen(rest),
		       "CSeq: %s\r\n", phone_header(ph, "CSeq"));

	phone_send(ph,
		   "SIP/2.0 %s\r\n%s%s%s%s%s"
		   "Contact: <sip:bob@%s>\r\n"
		   "%s%sContent-Length: %zu\r\n\r\n%s",
		   status, via, rr, from, to, rest, phone_contact(ph), extra,
		   type_line(body), strlen(body), body);
}


/**
 * Send a request in the dialog
 *
 * @param t     Talk
 * @param ph    Who sends it
 * @param met   Method
 * @param cseq  CSeq
 * @param extra Whole lines
 * @param body  SDP, or ""
 */
void talk_inside(struct talk *t, struct phone *ph, const char *met,
		 unsigned cseq, const char *extra, const char *body)
{
	const bool a = ph == t->alice;

	++ph->branch;
	phone_send(ph,
		   "%s sip:%s@192.168.1.10:5060 SIP/2.0\r\n"
		   "Via: SIP/2.0/%s %s:%u;branch=z9hG4bK%s%u;rport\r\n"
		   "Route: %s\r\nMax-Forwards: 70\r\n"
		   "From: <sip:%s@example.net>;tag=%s\r\n"
		   "To: <sip:%s@example.net>;tag=%s\r\n"
		   "Call-ID: %s\r\nCSeq: %u %s\r\n"
		   "Contact: <sip:%s@192.168.1.10:5060>\r\n"
		   "%s%sContent-Length: %zu\r\n\r\n%s",
		   met, a ? "bob" : "alice", phone_transport(ph), ph->host,
		   ph->port, t->callid, ph->branch, t->route,
		   a ? "alice" : "bob", a ? "a" : "b", a ? "bob" : "alice",
		   a ? "b" : "a", t->callid, cseq, met, a ? "alice" : "bob",
		   extra, type_line(body), strlen(body), body);
}


/**
 * Wait for one message
 *
 * @param ph    Who
 * @param start How it must start
 */
void talk_expect(struct phone *ph, const char *start)
{
	(void)phone_recv(ph);
	ck_assert_msg(!strncmp(ph->msg, start, strlen(start)),
		      "%s wants %s, got: %s", ph->host, start, ph->msg);
}


/**
 * A whole call until its ACK
 *
 * @param t          Talk
 * @param alice_addr Address in alice's SDP
 * @param bob_addr   Address in bob's
 */
void talk_establish(struct talk *t, const char *alice_addr,
		    const char *bob_addr)
{
	phone_register(t->bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(t, "", talk_sdp(alice_addr, ""));
	talk_expect(t->bob, "INVITE sip:bob@192.168.1.10:5060 ");
	talk_reply(t->bob, "200 OK", "", talk_sdp(bob_addr, ""));
	talk_expect(t->alice, "SIP/2.0 200 ");
	(void)snprintf(t->route, sizeof(t->route), "%s",
		       phone_header(t->alice, "Record-Route"));
	talk_inside(t, t->alice, "ACK", t->invite, "", "");
	talk_expect(t->bob, "ACK ");
}
