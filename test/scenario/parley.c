/**
 * @file scenario/parley.c  Alice calls bob through a rig, with real media
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/addr.h"
#include "test/scenario/parley.h"
#include "test/test.h"

enum {
	LINES_MAX = 16,
	PORTS_WAIT_MS = 10000,
	LATCH_PACKETS = 4,
	LATCH_TRIES = 100
};


static void party_open(struct party *who, const struct rig *rig,
		       const char *host, const char *name, const char *other)
{
	phone_open(&who->ph, rig, host);
	who->name = name;
	who->other = other;
	who->tag = name;
	who->other_tag = other;
	(void)str_ncpy(who->contact, "192.168.1.10:5060",
		       sizeof(who->contact));
	media_open(&who->rtp, host);
	media_open(&who->rtcp, host);
}


static void party_close(struct party *who)
{
	phone_close(&who->ph);
	media_close(&who->rtp);
	media_close(&who->rtcp);
}


void parley_join(struct parley *t, const struct rig *alices,
		 const struct rig *bobs, const char *callid)
{
	memset(t, 0, sizeof(*t));
	(void)str_ncpy(t->callid, callid, sizeof(t->callid));
	(void)str_ncpy(t->ruri, "sip:bob@example.net", sizeof(t->ruri));
	party_open(&t->alice, alices, "127.0.0.10", "alice", "bob");
	party_open(&t->bob, bobs, "127.0.0.20", "bob", "alice");
	media_open(&t->stranger, "127.0.0.66");
}


void parley_open(struct parley *t, const char *relay, const char *config)
{
	const unsigned port = 20000 + PARLEY_PORTS * (getpid() % 300);
	char conf[4096];
	struct rig rig;

	(void)snprintf(conf, sizeof(conf),
		       "relay { ports = \"%u-%u\"\nallow_local = yes\n%s\n}\n"
		       "timer { t1 = 3000\nt2 = 6000 }\n%s",
		       (unsigned)port, (unsigned)(port + PARLEY_PORTS - 1),
		       relay ? relay : "", config ? config : "");
	if (config && strstr(config, "#dual"))
		rig_start_dual(&rig, conf);
	else
		rig_start(&rig, conf);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	parley_join(t, NULL, NULL, "parley-1");
	t->rig = rig;
	t->own_rig = true;
	t->port_min = (uint16_t)port;
	t->alice.ph.rig = t->bob.ph.rig = &t->rig;
}


void parley_close(struct parley *t)
{
	party_close(&t->alice);
	party_close(&t->bob);
	media_close(&t->stranger);
	if (t->own_rig)
		rig_stop(&t->rig);
}


const char *parley_sdp(const char *host, uint16_t port, const char *more)
{
	static char bufv[2][PARLEY_BODY_MAX];
	static unsigned turn;
	char *buf = bufv[turn++ & 1];
	const char af = strchr(host, ':') ? '6' : '4';

	(void)snprintf(buf, PARLEY_BODY_MAX,
		       "v=0\r\no=- 1 1 IN IP%c %s\r\ns=-\r\nc=IN IP%c %s\r\n"
		       "t=0 0\r\nm=audio %u RTP/AVP 0 101\r\n%s",
		       af, host, af, host, port, more);

	return buf;
}


const char *parley_nat_sdp(const struct party *who)
{
	char rtcp[64];

	(void)snprintf(rtcp, sizeof(rtcp), "a=rtcp:%u\r\n",
		       sa_port(&who->rtcp.addr));

	return parley_sdp("192.168.1.10", sa_port(&who->rtp.addr), rtcp);
}


static void keep_sdp(struct party *who)
{
	const char *body = strstr(who->ph.msg, "\r\n\r\n");

	if (body && body[4])
		(void)snprintf(who->sdp, sizeof(who->sdp), "%s", body + 4);
}


void parley_expect(struct party *who, const char *head)
{
	do {
		(void)phone_recv(&who->ph);
	} while (strncmp(who->ph.msg, head, strlen(head)));

	keep_sdp(who);
}


static void send_request(struct parley *t, struct party *who, const char *met,
			 const char *ruri, const char *extra, const char *body)
{
	const bool first = !t->route[0];
	const char *route = who == &t->bob && t->route_b[0] ? t->route_b
							    : t->route;

	phone_send(&who->ph,
		   "%s %s SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bK%s%s%u;rport\r\n"
		   "Max-Forwards: 70\r\n"
		   "From: <sip:%s@example.net>;tag=%s\r\n"
		   "To: <sip:%s@example.net>%s%s\r\n"
		   "Call-ID: %s\r\nCSeq: %u %s\r\n"
		   "Contact: <sip:%s@%s>\r\n"
		   "%s%s%s%s%s%sContent-Length: %zu\r\n\r\n%s",
		   met, ruri, who->ph.host, who->ph.port, t->callid, met,
		   who->cseq, who->name, who->tag, who->other,
		   first ? "" : ";tag=", first ? "" : who->other_tag,
		   t->callid, who->cseq, met, who->name, who->contact,
		   first ? "" : "Route: ", route, first ? "" : "\r\n",
		   who->ph.auth, extra,
		   body[0] && !strstr(extra, "Content-Type")
			   ? "Content-Type: application/sdp\r\n"
			   : "",
		   strlen(body), body);
}


void parley_invite(struct parley *t, const char *body, const char *extra)
{
	struct party *a = &t->alice;

	t->route[0] = t->route_b[0] = '\0';
	a->ph.auth[0] = '\0';
	for (int i = 0; i < 2; i++) {
		++a->cseq;
		send_request(t, a, "INVITE", t->ruri, extra, body);
		if (i)
			break;

		parley_expect(a, "SIP/2.0 407");
		phone_answer_challenge(&a->ph, "alice", "wonderland", "INVITE",
				       t->ruri);
	}
	a->ph.auth[0] = '\0';
}


void parley_answer(struct party *who, const char *status, const char *body)
{
	const char *line = who->ph.msg, *end;
	char via[2048] = "", rr[2048] = "", callid[128];

	(void)snprintf(callid, sizeof(callid), "%s",
		       phone_header(&who->ph, "Call-ID"));

	while ((line = strstr(line, "\r\n")) && strncmp(line, "\r\n\r\n", 4)) {
		line += 2;
		end = strstr(line, "\r\n");
		if (!strncmp(line, "Via:", 4))
			strncat(via, line, (size_t)(end - line) + 2);
		if (!strncmp(line, "Record-Route:", 13))
			strncat(rr, line, (size_t)(end - line) + 2);
	}

	phone_send(&who->ph,
		   "SIP/2.0 %s\r\n%s%s"
		   "From: <sip:%s@example.net>;tag=%s\r\n"
		   "To: <sip:%s@example.net>;tag=%s\r\n"
		   "Call-ID: %s\r\nCSeq: %s\r\n"
		   "Contact: <sip:%s@%s>\r\n"
		   "%sContent-Length: %zu\r\n\r\n%s",
		   status, via, rr, who->other, who->other_tag, who->name,
		   who->tag, callid, phone_header(&who->ph, "CSeq"), who->name,
		   who->contact,
		   body[0] ? "Content-Type: application/sdp\r\n" : "",
		   strlen(body), body);
}


static struct party *opposite(struct parley *t, const struct party *who)
{
	return who == &t->alice ? &t->bob : &t->alice;
}


static void ruri_of(char *buf, size_t size, const struct party *who)
{
	(void)snprintf(buf, size, "sip:%s@%s", who->name, who->contact);
}


void parley_request(struct parley *t, struct party *who, const char *met,
		    const char *body)
{
	struct party *to = opposite(t, who);
	char ruri[160], head[32];

	ruri_of(ruri, sizeof(ruri), to);
	++who->cseq;
	send_request(t, who, met, ruri, "", body ? body : "");
	(void)snprintf(head, sizeof(head), "%s ", met);
	parley_expect(to, head);
}


void parley_ack(struct parley *t, struct party *who, const char *body)
{
	struct party *to = opposite(t, who);
	char ruri[160];

	ruri_of(ruri, sizeof(ruri), to);
	send_request(t, who, "ACK", ruri, "", body ? body : "");
	parley_expect(to, "ACK ");
}


/* the 200's Record-Route is bob's order, alice's is the reverse */
void parley_route(struct parley *t)
{
	const char *line = t->alice.ph.msg, *end;
	char val[512], was[1024];

	t->route[0] = t->route_b[0] = '\0';
	while ((line = strstr(line, "\r\n")) && strncmp(line, "\r\n\r\n", 4)) {
		line += 2;
		end = strstr(line, "\r\n");
		if (strncmp(line, "Record-Route: ", 14))
			continue;

		(void)snprintf(val, sizeof(val), "%.*s",
			       (int)(end - line - 14), line + 14);
		(void)snprintf(was, sizeof(was), "%s", t->route);
		(void)re_snprintf(t->route, sizeof(t->route), "%s%s%s", val,
				  was[0] ? ", " : "", was);
		(void)snprintf(was, sizeof(was), "%s", t->route_b);
		(void)re_snprintf(t->route_b, sizeof(t->route_b), "%s%s%s",
				  was, was[0] ? ", " : "", val);
	}
}


void parley_establish(struct parley *t)
{
	phone_register(&t->bob.ph, "bob", "builder99", t->bob.contact);
	parley_invite(t, parley_nat_sdp(&t->alice), "");
	parley_expect(&t->bob, "INVITE ");
	parley_learn(&t->bob, 0);
	parley_answer(&t->bob, "200 OK", parley_nat_sdp(&t->bob));
	parley_expect(&t->alice, "SIP/2.0 200");
	parley_learn(&t->alice, 0);
	parley_route(t);
	parley_ack(t, &t->alice, NULL);
}


void parley_reinvite(struct parley *t, struct party *who, const char *offer,
		     const char *answer)
{
	struct party *to = opposite(t, who);

	parley_request(t, who, "INVITE", offer);
	parley_answer(to, "200 OK", answer);
	parley_expect(who, "SIP/2.0 200");
	parley_ack(t, who, NULL);
}


void parley_bye(struct parley *t, struct party *who)
{
	parley_request(t, who, "BYE", NULL);
	parley_answer(opposite(t, who), "200 OK", "");
	parley_expect(who, "SIP/2.0 200");
}


void parley_learn(struct party *who, size_t n)
{
	const struct sdp_stream *s;
	struct sdp *sdp = NULL;
	struct pl pl;

	pl_set_str(&pl, who->sdp);
	ck_assert_msg(!sdp_parse(&sdp, &pl), "%s: %s", who->name, who->sdp);
	s = sdp_stream(sdp, n);
	ck_assert_ptr_nonnull(s);
	who->to[0] = s->rtp;
	who->to[1] = s->rtcp;
	mem_deref(sdp);
}


void parley_hears(struct party *from, struct party *to)
{
	const uint16_t seq = media_send_rtp(&from->rtp, &from->to[0]);

	/* from the very port that it sends to itself */
	media_expect_rtp(&to->rtp, from->rtp.ssrc, seq, &to->to[0]);
}


void parley_audio(struct parley *t)
{
	struct media *a = &t->alice.rtp, *b = &t->bob.rtp;
	bool heard = false;

	/* what was sent before the other one was known may be lost */
	for (int i = 0; i < LATCH_TRIES && !heard; i++) {
		const uint16_t x = media_send_rtp(a, &t->alice.to[0]);
		const uint16_t y = media_send_rtp(b, &t->bob.to[0]);

		heard = media_gets_rtp(b, a->ssrc, x, 20) &&
			media_gets_rtp(a, b->ssrc, y, 20);
	}
	ck_assert_msg(heard, "no audio");

	for (int i = 0; i < LATCH_PACKETS; i++) {
		parley_hears(&t->alice, &t->bob);
		parley_hears(&t->bob, &t->alice);
	}
}


void parley_rtcp(struct parley *t)
{
	struct party *v[] = {&t->alice, &t->bob};
	uint8_t rr[8], got[64];
	struct sa src;
	size_t len;

	/* the first ones latch; what they carry may have no target yet */
	for (int i = 0; i < 2; i++) {
		len = media_make_rr(rr, v[i]->rtp.ssrc);
		media_send(&v[i]->rtcp, &v[i]->to[1], rr, len);
	}
	media_settle(&t->alice.rtcp, &t->alice.to[1], &t->bob.rtcp);
	media_settle(&t->bob.rtcp, &t->bob.to[1], &t->alice.rtcp);

	for (int i = 0; i < 2; i++) {
		len = media_make_rr(rr, 0x4711);
		media_send(&v[i]->rtcp, &v[i]->to[1], rr, len);
		ck_assert_uint_eq(
			media_recv(&v[!i]->rtcp, got, sizeof(got), &src), len);
		ck_assert_mem_eq(got, rr, len);
		ck_assert(sa_cmp(&src, &v[!i]->to[1], SA_ALL));
	}
}


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


void parley_wait_ports(const struct parley *t, uint32_t n)
{
	const uint64_t end = tmr_jiffies() + PORTS_WAIT_MS;
	const struct server *srv = t->alice.ph.rig->srv;
	struct tmr tmr;

	tmr_init(&tmr);
	while (server_counter(srv, "relay_ports_free") != n &&
	       tmr_jiffies() < end) {
		tmr_start(&tmr, 20, stop_handler, NULL);
		(void)re_main(NULL);
		tmr_cancel(&tmr);
	}

	ck_assert_uint_eq(server_counter(srv, "relay_ports_free"), n);
}
