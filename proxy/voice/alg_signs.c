/**
 * @file alg_signs.c  Has somebody on the way changed what a phone sent?
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>
#include "common/addr.h"
#include "proxy/sip/flow.h"
#include "proxy/sip/param.h"
#include "proxy/voice/alg_places.h"


static void add(struct alg_signs *s, const char *name,
		enum alg_strength strength, const char *fmt, ...)
{
	struct alg_sign *sign;
	va_list ap;

	if (s->signc >= ALG_SIGNS_MAX)
		return;

	sign = &s->signv[s->signc++];
	sign->name = name;
	sign->strength = strength;
	va_start(ap, fmt);
	if (re_vsnprintf(sign->text, sizeof(sign->text), fmt, ap) < 0)
		sign->text[0] = '\0';
	va_end(ap);

	if (strength > s->strength)
		s->strength = strength;
}


static bool is_set(const struct sa *sa)
{
	return sa_af(sa) != AF_UNSPEC;
}


/* the address that the network shows */
static bool is_outer(const struct alg_places *p, const struct sa *sa)
{
	return is_set(sa) && addr_same_host(sa, p->src);
}


/* one behind it, which only the phone itself can have written */
static bool is_inner(const struct alg_places *p, const struct sa *sa)
{
	return is_set(sa) && addr_is_inside(sa) && !addr_same_host(sa, p->src);
}


/* RFC 3261 section 18.2.1, RFC 3581: the server writes these */
static void judge_via(struct alg_signs *s, const struct message *req,
		      const struct alg_places *p)
{
	const struct via *via = &req->via;

	if (via->received.l)
		add(s, "via-received", ALG_CERTAIN,
		    "Via came with received=%r, which only a server adds",
		    &via->received);
	else if (via->rport)
		add(s, "via-rport", ALG_CERTAIN,
		    "Via came with rport=%u, which only a server fills in",
		    via->rport);

	if (!is_outer(p, &p->via))
		return;

	if (is_inner(p, &p->contact))
		add(s, "via-rewritten", ALG_LIKELY,
		    "Via shows %j, Contact still %j", &p->via, &p->contact);
	else if (is_inner(p, &p->origin))
		add(s, "via-rewritten", ALG_LIKELY,
		    "Via shows %j, o= of the SDP still %j", &p->via,
		    &p->origin);
}


static bool is_datagram(const struct message *req)
{
	return req->flow && !flow_reliable(req->flow);
}


static void judge_contact(struct alg_signs *s, const struct alg_places *p,
			  bool udp)
{
	struct pl nat;

	if (is_outer(p, &p->contact) && is_inner(p, &p->via))
		add(s, "contact-rewritten", ALG_HINT,
		    "Contact shows %j, Via still %j", &p->contact, &p->via);

	if (udp && is_set(&p->contact) && is_inner(p, &p->via) &&
	    addr_same_host(&p->contact, &p->via) &&
	    sa_port(&p->contact) != sa_port(&p->via))
		add(s, "contact-port", ALG_HINT,
		    "Contact shows port %u, Via %u of the same host",
		    sa_port(&p->contact), sa_port(&p->via));

	if (p->has_contact &&
	    (!sipuri_param(&p->contact_na.uri, "nat", &nat) ||
	     !param_get(&p->contact_na.params, "nat", &nat)))
		add(s, "contact-mark", ALG_LIKELY,
		    "Contact came with the mark nat=%r", &nat);
}


static void judge_callid(struct alg_signs *s, const struct alg_places *p)
{
	if (is_inner(p, &p->callid) && is_outer(p, &p->contact) &&
	    is_outer(p, &p->via))
		add(s, "call-id", ALG_LIKELY,
		    "Call-ID shows %j, Contact and Via %j", &p->callid,
		    p->src);
	else if (is_outer(p, &p->callid) && is_inner(p, &p->via))
		add(s, "call-id", ALG_LIKELY, "Call-ID shows %j, Via %j",
		    &p->callid, &p->via);
}


static void judge_sdp(struct alg_signs *s, const struct alg_places *p,
		      const struct sa *rtp)
{
	const bool outer = is_outer(p, &p->media);

	if (outer && is_inner(p, &p->origin))
		add(s, "sdp-address", ALG_LIKELY,
		    "c= of the SDP shows %j, o= still %j", &p->media,
		    &p->origin);
	else if (is_inner(p, &p->media) && is_outer(p, &p->origin))
		add(s, "sdp-address", ALG_LIKELY,
		    "o= of the SDP shows %j, c= still %j", &p->origin,
		    &p->media);
	else if (outer && is_inner(p, &p->via) && is_inner(p, &p->contact))
		add(s, "sdp-address", ALG_HINT,
		    "the SDP shows %j, Via and Contact %j", &p->media,
		    &p->via);

	if (outer && is_inner(p, &p->via) && is_outer(p, rtp) &&
	    sa_port(rtp) != sa_port(&p->media))
		add(s, "sdp-port", ALG_HINT,
		    "the SDP shows port %u, RTP comes from %u",
		    sa_port(&p->media), sa_port(rtp));
}


/* who changes a body and not its length; a stream would have broken */
static void judge_length(struct alg_signs *s, const struct message *req)
{
	if (!is_datagram(req) || !req->body.l || !req->beyond)
		return;

	add(s, "length", ALG_LIKELY,
	    "Content-Length says %zu, %zu octets of body came", req->body.l,
	    req->body.l + req->beyond);
}


static bool has_word(const struct pl *name, const char *word)
{
	const size_t n = strlen(word);

	for (size_t i = 0; i + n <= name->l; i++) {
		if (!strncasecmp(name->p + i, word, n))
			return true;
	}

	return false;
}


static void judge_headers(struct alg_signs *s, const struct message *req)
{
	for (size_t i = 0; i < req->hdrc; i++) {
		const struct hdr *h = &req->hdrv[i];

		if (h->name.l < 3 || strncasecmp(h->name.p, "X-", 2) ||
		    (!has_word(&h->name, "alg") && !has_word(&h->name, "nat")))
			continue;

		add(s, "header", ALG_LIKELY, "there is a header \"%r\"",
		    &h->name);
		return;
	}
}


static bool same_uri(const struct pl *a, const struct pl *b)
{
	struct sipuri ua, ub;

	if (sipuri_decode(&ua, a) || sipuri_decode(&ub, b))
		return !pl_casecmp(a, b);

	return sipuri_equal(&ua, &ub);
}


/* Digest ...uri="sip:test@example.net": what the phone has signed */
static int signed_uri(struct pl *uri, const struct message *req)
{
	const struct hdr *h = message_hdr(req, HDR_PROXY_AUTHORIZATION);
	const char *p, *end;

	if (!h)
		return ENOENT;

	end = h->val.p + h->val.l;
	for (p = h->val.p; end - p > 5; p++) {
		const char *quote;

		if (strncasecmp(p, "uri=\"", 5) ||
		    (p > h->val.p && p[-1] != ' ' && p[-1] != ','))
			continue;

		quote = memchr(p + 5, '"', (size_t)(end - p - 5));
		uri->p = p + 5;
		uri->l = quote ? (size_t)(quote - uri->p) : 0;
		return quote ? 0 : EBADMSG;
	}

	return ENOENT;
}


static void judge_uris(struct alg_signs *s, const struct alg_evidence *ev)
{
	struct pl uri;

	if (!signed_uri(&uri, ev->req) && !same_uri(&uri, &ev->req->ruri))
		add(s, "request-uri", ALG_LIKELY,
		    "the phone asked for %r, %r came", &uri, &ev->req->ruri);

	if (ev->asked.l && ev->contact.l &&
	    !same_uri(&ev->asked, &ev->contact))
		add(s, "our-contact", ALG_LIKELY,
		    "our Contact was %r, the phone asks for %r", &ev->contact,
		    &ev->asked);
}


static const char *unjudged(const struct message *req)
{
	struct pl second;

	if (req->flow && flow_proto_secure(req->flow->proto))
		return "it is encrypted: nobody on the way can read it";
	if (req->flow && flow_proto_web(req->flow->proto))
		return "it is a web page: routers do not look into these";
	if (!message_value(req, HDR_VIA, 1, &second))
		return "it came by another proxy";

	return NULL;
}


/**
 * Look for the signs of a SIP ALG
 *
 * @param s  Signs
 * @param ev What a phone has shown
 */
void alg_signs(struct alg_signs *s, const struct alg_evidence *ev)
{
	struct alg_places p;

	if (!s)
		return;

	memset(s, 0, sizeof(*s));
	if (!ev || !ev->req)
		return;

	s->unjudged = unjudged(ev->req);
	if (s->unjudged)
		return;

	alg_places_find(&p, ev);
	judge_via(s, ev->req, &p);
	judge_contact(s, &p, is_datagram(ev->req));
	judge_callid(s, &p);
	judge_sdp(s, &p, &ev->rtp);
	judge_length(s, ev->req);
	judge_headers(s, ev->req);
	judge_uris(s, ev);
}


/**
 * How sure that is, in a word
 *
 * @param strength Strength
 *
 * @return Word
 */
const char *alg_strength_name(enum alg_strength strength)
{
	switch (strength) {
	case ALG_HINT:
		return "possible";

	case ALG_LIKELY:
		return "likely";

	case ALG_CERTAIN:
		return "certain";

	default:
		return "none";
	}
}
