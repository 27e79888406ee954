/**
 * @file scenario/deskside.c  Alice calls a server that answers itself
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <re.h>
#include <rem.h>
#include "proxy/media/sdp.h"
#include "test/mock/tone.h"
#include "test/scenario/deskside.h"
#include "test/test.h"

enum { PT_PCMA = 8, PT_EVENT = 101, HEAR_MAX = 1500, REPEATS = 50 };


static void open_with(struct deskside *d, const char *config,
		      const char *relay, uint32_t t1, unsigned ports)
{
	const unsigned port = 20000 + ports * (getpid() % (10000 / ports));
	char conf[4096];

	memset(d, 0, sizeof(*d));
	(void)snprintf(conf, sizeof(conf),
		       "relay { ports = \"%u-%u\"\nallow_local = yes\n"
		       "quarantine = 0\n%s }\n%s",
		       port, port + ports - 1, relay, config);
	if (t1)
		rig_start_fast(&d->rig, conf, t1);
	else
		rig_start(&d->rig, conf);
	rig_account(&d->rig, "alice@example.net", "wonderland");
	phone_open(&d->ph, &d->rig, "127.0.0.10");
	media_open(&d->rtp, "127.0.0.10");
	media_open(&d->rtcp, "127.0.0.10");
	(void)snprintf(d->host, sizeof(d->host), "%s:%u", d->ph.host,
		       d->ph.port);
	d->uri = "sip:test@example.net";
	d->way = "";
	(void)snprintf(d->callid, sizeof(d->callid), "desk-1@127.0.0.10");
}


void deskside_open(struct deskside *d, const char *config, uint32_t t1)
{
	open_with(d, config, "", t1, DESKSIDE_PORTS);
}


void deskside_open_many(struct deskside *d, const char *config)
{
	open_with(d, config, "", 0, DESKSIDE_MANY);
}


void deskside_open_relay(struct deskside *d, const char *relay)
{
	open_with(d, "", relay, 0, DESKSIDE_PORTS);
}


void deskside_close(struct deskside *d)
{
	phone_close(&d->ph);
	media_close(&d->rtp);
	media_close(&d->rtcp);
	rig_stop(&d->rig);
}


const char *deskside_sdp(const struct deskside *d, const char *host,
			 const char *more)
{
	static char buf[2048];

	if (!host[0])
		host = d->ph.host;
	(void)snprintf(buf, sizeof(buf),
		       "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\n"
		       "t=0 0\r\nm=audio %u RTP/AVP 8 0 101\r\n"
		       "a=rtpmap:101 telephone-event/8000\r\na=rtcp:%u\r\n%s",
		       host, host, sa_port(&d->rtp.addr),
		       sa_port(&d->rtcp.addr), more);

	return buf;
}


static void send_request(struct deskside *d, const char *met, const char *uri,
			 unsigned cseq, const char *extra, const char *sdp)
{
	phone_send(&d->ph,
		   "%s %s SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s;branch=z9hG4bK%s%s%s%u;rport\r\n"
		   "Max-Forwards: 70\r\n"
		   "From: <sip:alice@example.net>;tag=a1\r\n"
		   "To: <sip:test@example.net>%s%s\r\n"
		   "Call-ID: %s\r\nCSeq: %u %s\r\n"
		   "Contact: <sip:alice@%s>\r\n%s%s%s"
		   "Content-Length: %zu\r\n\r\n%s",
		   met, uri, d->host, d->callid, d->way,
		   !strcmp(met, "CANCEL") ? "INVITE" : met, cseq,
		   d->to_tag[0] ? ";tag=" : "", d->to_tag, d->callid, cseq,
		   met, d->host, d->ph.auth, extra,
		   sdp[0] ? "Content-Type: application/sdp\r\n" : "",
		   strlen(sdp), sdp);
}


/* the SDP's first stream that is on */
static void learn_media(struct deskside *d)
{
	struct sdp *sdp = NULL;
	struct pl pl;

	pl_set_str(&pl, d->body);
	ck_assert_msg(!sdp_parse(&sdp, &pl), "%s", d->body);
	for (size_t i = 0; i < sdp_streams(sdp); i++) {
		const struct sdp_stream *s = sdp_stream(sdp, i);

		if (!s->port)
			continue;
		d->at[0] = s->rtp;
		d->at[1] = s->rtcp;
		break;
	}
	mem_deref(sdp);
}


static void learn(struct deskside *d)
{
	const char *body = strstr(d->ph.msg, "\r\n\r\n");
	const char *to = phone_header(&d->ph, "To");
	const char *tag = strstr(to, ";tag=");
	const char *contact;

	(void)snprintf(d->body, sizeof(d->body), "%s", body ? body + 4 : "");
	if (!phone_status(&d->ph))
		return;

	if (tag && phone_status(&d->ph) != 407)
		(void)snprintf(d->to_tag, sizeof(d->to_tag), "%s", tag + 5);
	contact = strchr(phone_header(&d->ph, "Contact"), '<');
	if (contact) {
		(void)snprintf(d->target, sizeof(d->target), "%s",
			       contact + 1);
		d->target[strcspn(d->target, ">")] = '\0';
	}
	if (strstr(d->body, "m=audio"))
		learn_media(d);
}


void deskside_expect(struct deskside *d, const char *start)
{
	char last[RIG_TEXT_MAX] = "";

	for (int i = 0; i < REPEATS; i++) {
		(void)phone_recv(&d->ph);
		if (!strncmp(d->ph.msg, start, strlen(start))) {
			learn(d);
			return;
		}

		/* a 100, or what was there before */
		ck_assert_msg(phone_status(&d->ph) == 100 ||
				      !strncmp(d->ph.msg, "SIP/2.0 200", 11) ||
				      !strcmp(last, d->ph.msg),
			      "no %s but %s", start, d->ph.msg);
		(void)str_ncpy(last, d->ph.msg, sizeof(last));
	}
	ck_abort_msg("no %s", start);
}


void deskside_invite(struct deskside *d, const char *extra, const char *sdp)
{
	d->to_tag[0] = '\0';
	d->ph.auth[0] = '\0';
	++d->cseq;
	send_request(d, "INVITE", d->uri, d->cseq, extra, sdp);
	deskside_expect(d, "SIP/2.0 407");
	phone_answer_challenge(&d->ph, "alice", "wonderland", "INVITE",
			       d->uri);
	d->invite = ++d->cseq;
	send_request(d, "INVITE", d->uri, d->cseq, extra, sdp);
	d->ph.auth[0] = '\0';
}


void deskside_fork(struct deskside *d, const char *sdp)
{
	char tag[64];

	(void)str_ncpy(tag, d->to_tag, sizeof(tag));
	d->to_tag[0] = '\0';
	d->way = "fork-0";
	send_request(d, "INVITE", d->uri, d->invite, "", sdp);
	deskside_expect(d, "SIP/2.0 407");
	d->way = "fork-1";
	phone_answer_challenge(&d->ph, "alice", "wonderland", "INVITE",
			       d->uri);
	send_request(d, "INVITE", d->uri, d->invite, "", sdp);
	d->way = "";
	d->ph.auth[0] = '\0';
	(void)str_ncpy(d->to_tag, tag, sizeof(d->to_tag));
}


void deskside_cancel(struct deskside *d)
{
	char tag[64];

	/* as it was asked for: without a tag */
	(void)str_ncpy(tag, d->to_tag, sizeof(tag));
	d->to_tag[0] = '\0';
	send_request(d, "CANCEL", d->uri, d->invite, "", "");
	(void)str_ncpy(d->to_tag, tag, sizeof(d->to_tag));
}


void deskside_request(struct deskside *d, const char *met, const char *sdp)
{
	++d->cseq;
	if (!strcmp(met, "INVITE"))
		d->invite = d->cseq;
	send_request(d, met, d->target, d->cseq, "", sdp);
}


void deskside_ack(struct deskside *d, const char *sdp)
{
	send_request(d, "ACK", d->target, d->invite, "", sdp);
}


void deskside_reply(struct deskside *d, const char *status)
{
	char via[512], from[256], to[256], callid[128], cseq[64];

	(void)str_ncpy(via, phone_header(&d->ph, "Via"), sizeof(via));
	(void)str_ncpy(from, phone_header(&d->ph, "From"), sizeof(from));
	(void)str_ncpy(to, phone_header(&d->ph, "To"), sizeof(to));
	(void)str_ncpy(callid, phone_header(&d->ph, "Call-ID"),
		       sizeof(callid));
	(void)str_ncpy(cseq, phone_header(&d->ph, "CSeq"), sizeof(cseq));
	phone_send(&d->ph,
		   "SIP/2.0 %s\r\nVia: %s\r\nFrom: %s\r\nTo: %s\r\n"
		   "Call-ID: %s\r\nCSeq: %s\r\nContent-Length: 0\r\n\r\n",
		   status, via, from, to, callid, cseq);
}


void deskside_call(struct deskside *d, const char *extra)
{
	deskside_invite(d, extra, deskside_sdp(d, "", ""));
	deskside_expect(d, "SIP/2.0 200");
	deskside_ack(d, "");
}


static void send_rtp(struct deskside *d, uint8_t pt, const uint8_t *payload,
		     size_t n)
{
	uint8_t p[DESKSIDE_RTP];

	(void)media_make_rtp(p, d->rtp.ssrc, d->rtp.seq++);
	p[1] = pt;
	for (int i = 0; i < 4; i++)
		p[4 + i] = (uint8_t)(d->ts >> (24 - 8 * i));
	memcpy(p + 12, payload, n);
	media_send(&d->rtp, &d->at[0], p, 12 + n);
}


void deskside_speak(struct deskside *d, const struct sound *s)
{
	uint8_t payload[160];

	for (size_t i = 0; i < sizeof(payload); i++)
		payload[i] = g711_pcm2alaw(
			s ? s->samplev[(d->ts + i) % s->samplec] : 0);
	send_rtp(d, PT_PCMA, payload, sizeof(payload));
	d->ts += 160;
}


void deskside_press(struct deskside *d, uint8_t event)
{
	for (int i = 0; i < 3; i++) {
		const uint8_t p[4] = {event, (uint8_t)(i == 2 ? 0x8a : 10), 1,
				      64};

		send_rtp(d, PT_EVENT, p, sizeof(p));
	}
	d->ts += 320;
}


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


void deskside_run(unsigned ms)
{
	struct tmr tmr;

	tmr_init(&tmr);
	tmr_start(&tmr, ms, stop_handler, NULL);
	(void)re_main(NULL);
	tmr_cancel(&tmr);
}


size_t deskside_get(struct deskside *d, uint8_t p[2048])
{
	for (int i = 0; i < 1000 && media_is_silent(&d->rtp); i++)
		deskside_run(5);

	return media_recv(&d->rtp, p, 2048, NULL);
}


void deskside_hears(struct deskside *d, const struct sound *says, unsigned hz,
		    unsigned n)
{
	uint8_t p[2048];
	unsigned run = 0;

	for (int i = 0; i < HEAR_MAX && run < n; i++) {
		size_t len;

		deskside_speak(d, says);
		len = deskside_get(d, p);
		run = tone_in_rtp(p, len, hz) ? run + 1 : 0;
	}
	ck_assert_msg(run == n, "%u Hz is not heard", hz);
}


void deskside_ports(struct deskside *d, uint32_t n)
{
	rig_settle(&d->rig, "relay_ports_free", n, 10000);
}
