/**
 * @file alg_places.c  Where a request shows what ALGs write
 */
#include <string.h>
#include "common/addr.h"
#include "proxy/voice/alg_places.h"


static bool is_set(const struct sa *sa)
{
	return sa_af(sa) != AF_UNSPEC;
}


/* behind the @; a name or none leaves it unset */
static void callid_host(struct sa *sa, const struct pl *callid)
{
	const char *at = pl_strrchr(callid, '@');
	struct pl host;

	sa_init(sa, AF_UNSPEC);
	if (!at)
		return;

	host.p = at + 1;
	host.l = callid->l - (size_t)(host.p - callid->p);
	if (addr_decode(sa, &host, 0))
		sa_init(sa, AF_UNSPEC);
}


/* without its end; false behind the last one */
static bool cut_line(struct pl *line, struct pl *rest)
{
	const char *eol;

	if (!rest->l)
		return false;

	eol = memchr(rest->p, '\n', rest->l);
	line->p = rest->p;
	line->l = eol ? (size_t)(eol - rest->p) : rest->l;
	pl_advance(rest, (ssize_t)(eol ? line->l + 1 : line->l));
	if (line->l && line->p[line->l - 1] == '\r')
		--line->l;

	return true;
}


/* the last word of "o=user 1 1 IN IP4 192.168.1.10" */
static void origin_host(struct sa *sa, const struct pl *body)
{
	struct pl rest = *body, line, host;

	sa_init(sa, AF_UNSPEC);
	while (cut_line(&line, &rest)) {
		if (line.l < 2 || line.p[0] != 'o' || line.p[1] != '=')
			continue;

		host.p = line.p + line.l;
		while (host.p > line.p && host.p[-1] != ' ')
			--host.p;
		host.l = (size_t)(line.p + line.l - host.p);
		if (addr_decode(sa, &host, 0))
			sa_init(sa, AF_UNSPEC);
		return;
	}
}


static void media_host(struct sa *sa, const struct sdp *sdp)
{
	sa_init(sa, AF_UNSPEC);
	for (size_t i = 0; i < sdp_streams(sdp); i++) {
		const struct sdp_stream *st = sdp_stream(sdp, i);

		if (st->port && !st->hold && is_set(&st->rtp)) {
			*sa = st->rtp;
			return;
		}
	}
}


/**
 * Find the addresses that a phone wrote
 *
 * @param p  Places
 * @param ev What it has shown, with its request
 */
void alg_places_find(struct alg_places *p, const struct alg_evidence *ev)
{
	const struct message *req = ev->req;
	struct pl val;

	memset(p, 0, sizeof(*p));
	p->src = &req->src;
	via_addr(&req->via, &p->via);
	if (is_set(&p->via))
		sa_set_port(&p->via, req->via.port ? req->via.port : SIP_PORT);
	sa_init(&p->contact, AF_UNSPEC);
	if (!message_value(req, HDR_CONTACT, 0, &val) &&
	    !nameaddr_decode(&p->contact_na, &val)) {
		p->has_contact = true;
		if (sipuri_addr(&p->contact_na.uri, &p->contact))
			sa_init(&p->contact, AF_UNSPEC);
	}
	callid_host(&p->callid, &req->callid);
	origin_host(&p->origin, &req->body);
	if (ev->sdp)
		media_host(&p->media, ev->sdp);
	else
		sa_init(&p->media, AF_UNSPEC);
}
