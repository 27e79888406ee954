/**
 * @file message.c  Decodes a guarded SIP message into what the proxy acts on
 *
 * libre's sip_msg_decode() is not called at all. It loses valid messages (a
 * top Via without branch, as in longreq and inv2543 of RFC 4475; IPv6 in
 * capitals; "udp" in small letters), is quadratic, and takes a header for
 * another one whose name has the same 12-bit hash. This decoder reads from the
 * guard's index and is linear.
 *
 * Decoded, and refused where malformed, is only what we act on: everything else
 * passes as it came (RFC 3261 section 16.3 step 1).
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/message.h"
#include "proxy/sip/syntax.h"


enum { MAXFWD_MAX = 255 };


static void destructor(void *arg)
{
	struct message *m = arg;

	mem_deref(m->flow);
	mem_deref(m->hdrv);
	mem_deref(m->mb);
}


static int refuse(struct guard *g, const char *why)
{
	if (g->req && pl_strcmp(&g->met, "ACK"))
		g->status = 400;
	g->why = why;

	return EBADMSG;
}


/* what stands behind a '?' must not become headers of anything (RFC 4475
 * section 3.1.2.11) */
static int decode_ruri(struct message *m, struct guard *g)
{
	if (!m->req)
		return 0;
	if (sipuri_decode(&m->uri, &m->ruri))
		return refuse(g, "Bad Request-URI");
	if (m->uri.headers.l)
		return refuse(g, "Headers in the Request-URI");
	if (!sipuri_is_sip(&m->uri))
		m->uri_err = EPROTONOSUPPORT;

	return 0;
}


/* the magic cookie alone is no branch: it would make all such requests one
 * transaction (RFC 4475 section 3.2.1) */
static int decode_via(struct message *m, struct guard *g)
{
	struct pl val;

	if (message_value(m, HDR_VIA, 0, &val))
		return m->req ? refuse(g, "Empty Via") : 0;
	if (via_decode(&m->via, &val))
		return refuse(g, "Bad Via");
	if (!pl_strcasecmp(&m->via.branch, "z9hG4bK"))
		return refuse(g, "Bad Via branch");

	return 0;
}


/* one tag with a value, or none: another reader might take the other one */
static int take_tag(const struct nameaddr *na, struct pl *tag)
{
	struct pl rest = na->params;
	struct param pm;
	bool seen = false;

	while (!param_next(&pm, &rest)) {
		if (pl_strcasecmp(&pm.name, "tag"))
			continue;
		if (seen || !pm.val.l)
			return EBADMSG;
		seen = true;
		*tag = pm.val;
	}

	return 0;
}


static int decode_party(struct message *m, enum hdr_id id, struct nameaddr *na,
			struct pl *tag)
{
	if (nameaddr_decode(na, &message_hdr(m, id)->val))
		return EBADMSG;

	return take_tag(na, tag);
}


static int decode_callid(struct message *m, struct guard *g)
{
	m->callid = message_hdr(m, HDR_CALL_ID)->val;
	for (size_t i = 0; i < m->callid.l; i++) {
		const uint8_t c = (uint8_t)m->callid.p[i];

		if (c <= ' ' || c == 0x7f)
			return refuse(g, "Bad Call-ID");
	}

	return m->callid.l ? 0 : refuse(g, "Empty Call-ID");
}


static int decode_maxfwd(struct message *m, struct guard *g)
{
	const struct hdr *h = message_hdr(m, HDR_MAX_FORWARDS);
	uint32_t n = MAXFWD_MAX;

	if (!h || !m->req)
		return 0;
	if (syntax_u32(&n, &h->val, MAXFWD_MAX) == EBADMSG)
		return refuse(g, "Bad Max-Forwards");

	m->has_maxfwd = true;
	m->maxfwd = (uint8_t)n;

	return 0;
}


/* readers compare "application/sdp": where blanks stand around the slash the
 * type is written once more behind the message, without them */
static void join_type(struct message *m, const struct pl *type,
		      const struct pl *subtype)
{
	char *p = (char *)m->mb->buf + m->mb->end;

	memcpy(p, type->p, type->l);
	p[type->l] = '/';
	memcpy(p + type->l + 1, subtype->p, subtype->l);
	m->ctype = syntax_span(p, p + type->l + 1 + subtype->l);
}


/* RFC 3261 section 20.15 */
static int decode_ctype(struct message *m, struct guard *g)
{
	const struct hdr *h = message_hdr(m, HDR_CONTENT_TYPE);
	struct pl rest, type, subtype;

	if (!h)
		return 0;

	rest = h->val;
	syntax_token(&rest, &type);
	syntax_skip_lws(&rest);
	if (!type.l || !syntax_skip_char(&rest, '/'))
		return refuse(g, "Bad Content-Type");

	syntax_skip_lws(&rest);
	syntax_token(&rest, &subtype);
	syntax_skip_lws(&rest);
	if (!subtype.l || (rest.l && *rest.p != ';'))
		return refuse(g, "Bad Content-Type");

	m->ctype_params = rest;
	if (subtype.p == type.p + type.l + 1)
		m->ctype = syntax_span(type.p, subtype.p + subtype.l);
	else
		join_type(m, &type, &subtype);

	return 0;
}


/* Without <> nobody knows whose '?' it is (RFC 4475 section 3.1.2.13). All
 * else about a Contact is for those who use it: a registrar asks who it is
 * before it looks. */
static int check_contacts(struct message *m, struct guard *g)
{
	struct value_iter it;
	struct pl val;

	message_values(&it, m, HDR_CONTACT);
	while (m->req && message_values_next(&it, &val)) {
		if (memchr(val.p, '?', val.l) && !memchr(val.p, '<', val.l) &&
		    !memchr(val.p, '"', val.l))
			return refuse(g, "Bad Contact");
	}

	return 0;
}


static int decode_headers(struct message *m, struct guard *g)
{
	if (decode_ruri(m, g) || decode_via(m, g))
		return EBADMSG;
	if (decode_party(m, HDR_FROM, &m->from, &m->from_tag))
		return refuse(g, "Bad From");
	if (decode_party(m, HDR_TO, &m->to, &m->to_tag))
		return refuse(g, "Bad To");
	if (decode_callid(m, g) || decode_maxfwd(m, g))
		return EBADMSG;

	return decode_ctype(m, g) ? EBADMSG : check_contacts(m, g);
}


/* with room behind the message for join_type() */
static int copy_bytes(struct message *m, const struct guard *g,
		      const uint8_t *p)
{
	size_t spare = 0;

	for (size_t i = 0; i < g->hdrc; i++) {
		if (g->hdrv[i].id == HDR_CONTENT_TYPE)
			spare = g->hdrv[i].val.l;
	}
	m->mb = mbuf_alloc(g->head + g->clen + spare);
	if (!m->mb)
		return ENOMEM;

	(void)mbuf_write_mem(m->mb, p, g->head + g->clen);
	m->mb->pos = 0;

	return 0;
}


/* the guard's slice of the caller's octets as one of our copy */
static struct pl ours(const struct message *m, const struct pl *pl,
		      const uint8_t *p)
{
	struct pl copy = {NULL, pl->l};

	if (pl->p)
		copy.p = (char *)m->mb->buf + (pl->p - (const char *)p);

	return copy;
}


static int take_index(struct message *m, const struct guard *g,
		      const uint8_t *p)
{
	m->hdrv = mem_zalloc(g->hdrc * sizeof(*m->hdrv), NULL);
	if (!m->hdrv)
		return ENOMEM;

	for (size_t i = 0; i < g->hdrc; i++) {
		m->hdrv[i].id = g->hdrv[i].id;
		m->hdrv[i].name = ours(m, &g->hdrv[i].name, p);
		m->hdrv[i].val = ours(m, &g->hdrv[i].val, p);
		m->hdrv[i].line = ours(m, &g->hdrv[i].line, p);
	}
	m->hdrc = g->hdrc;
	m->req = g->req;
	m->met = ours(m, g->req ? &g->met : &g->cseq_met, p);
	m->ruri = ours(m, &g->ruri, p);
	m->scode = g->scode;
	m->reason = ours(m, &g->reason, p);
	m->cseq = g->cseq;
	m->body = syntax_span((char *)m->mb->buf + g->head,
			      (char *)m->mb->buf + m->mb->end);

	return 0;
}


/**
 * Copy, guard and decode a message
 *
 * @param mp  Message
 * @param g   What the guard found, in slices of p
 * @param p   Octets
 * @param len Their number; what is behind Content-Length is left out
 *
 * @return 0 if success, EBADMSG if it is refused (g says how), ENOMEM
 *
 * RFC 3261 sections 7, 16.3 and 18.3
 */
int message_decode(struct message **mp, struct guard *g, const uint8_t *p,
		   size_t len)
{
	struct message *m;
	int err;

	if (!mp || !g || !p)
		return EINVAL;

	err = guard_check(g, p, len, false);
	if (err)
		return err;

	m = mem_zalloc(sizeof(*m), destructor);
	if (!m)
		return ENOMEM;

	m->beyond = len - g->head - g->clen;
	err = copy_bytes(m, g, p);
	if (err)
		goto out;

	err = take_index(m, g, p);
	if (err)
		goto out;

	err = decode_headers(m, g);

out:
	if (err)
		mem_deref(m);
	else
		*mp = m;

	return err;
}


/**
 * Is it of that method
 *
 * @param m   Message; a response has the method of its CSeq
 * @param met Method
 *
 * @return true if it is
 */
bool message_is(const struct message *m, const char *met)
{
	return m && met && !pl_strcmp(&m->met, met);
}


/**
 * Does it belong to a dialog
 *
 * @param m Message
 *
 * @return true if its To has a tag
 */
bool message_in_dialog(const struct message *m)
{
	return m && m->to_tag.l > 0;
}
