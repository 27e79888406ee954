/**
 * @file build_reply.c  Replies of our own, also to what the guard refused
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/build.h"
#include "proxy/sip/line.h"


enum { ERROR_TAG_SIZE = 9 };


static int status_line(struct mbuf *mb, uint16_t scode, const char *reason)
{
	struct pl pl;

	pl_set_str(&pl, reason ? reason : build_reason(scode));

	return line_status(mb, scode, &pl);
}


static int reply_line(struct mbuf *mb, const struct message *req,
		      const struct build_reply *r, const struct hdr *h)
{
	switch (h->id) {
	case HDR_VIA:
		if (line_holds(h, &req->via.val))
			return line_via(mb, h, &req->via, &req->src);
		return line_copy(mb, h);

	case HDR_TO:
		return line_to(mb, h, &r->to_tag);

	case HDR_FROM:
	case HDR_CALL_ID:
	case HDR_CSEQ:
		return line_copy(mb, h);

	case HDR_TIMESTAMP:
		return r->scode == 100 ? line_copy(mb, h) : 0;

	case HDR_RECORD_ROUTE:
		return r->record_route ? line_copy(mb, h) : 0;

	default:
		return 0;
	}
}


/**
 * A reply of our own
 *
 * @param mbp Message, pos 0
 * @param req Request
 * @param r   What to answer
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 3261 section 8.2.6
 */
int build_reply(struct mbuf **mbp, const struct message *req,
		const struct build_reply *r)
{
	struct mbuf *mb;
	int err;

	if (!mbp || !req || !r || !req->req || r->scode < 100 ||
	    r->scode > 699)
		return EINVAL;

	mb = mbuf_alloc(1024 + r->body.l);
	if (!mb)
		return ENOMEM;

	err = status_line(mb, r->scode, r->reason);
	for (size_t i = 0; i < req->hdrc; i++)
		err |= reply_line(mb, req, r, &req->hdrv[i]);
	if (r->extra)
		err |= mbuf_write_str(mb, r->extra);
	if (r->ctype && r->body.l)
		err |= mbuf_printf(mb, "Content-Type: %s\r\n", r->ctype);
	err |= line_body(mb, &r->body);

	return line_finish(mbp, mb, err);
}


/* the top one with received and rport, as far as it can be read */
static int error_via(struct mbuf *mb, const struct hdr *h, bool top,
		     const struct sa *src)
{
	struct pl rest = h->val, val;
	struct via via;

	if (!top || !message_value_cut(&rest, &val) || via_decode(&via, &val))
		return line_copy(mb, h);

	return line_via(mb, h, &via, src);
}


/* the same for each retransmission, without any state (8.2.7) */
static void error_tag(char buf[ERROR_TAG_SIZE], const struct guard *g)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < g->hdrc; i++) {
		if (g->hdrv[i].id == HDR_VIA || g->hdrv[i].id == HDR_CALL_ID)
			sum ^= hash_joaat((const uint8_t *)g->hdrv[i].val.p,
					  g->hdrv[i].val.l);
	}
	(void)re_snprintf(buf, ERROR_TAG_SIZE, "%08x", sum);
}


/* each once, though there may be more in what was refused */
static int error_lines(struct mbuf *mb, const struct guard *g,
		       const struct sa *src, const struct pl *tag,
		       size_t *count)
{
	bool seenv[HDR_ID_MAX] = {false};
	int err = 0;

	for (size_t i = 0; i < g->hdrc; i++) {
		const struct hdr *h = &g->hdrv[i];
		const bool first = !seenv[h->id];

		seenv[h->id] = true;
		if (h->id == HDR_VIA)
			err |= error_via(mb, h, first, src);
		else if (h->id == HDR_TO && first)
			err |= line_to(mb, h, tag);
		else if (first && (h->id == HDR_FROM || h->id == HDR_CSEQ ||
				   h->id == HDR_CALL_ID))
			err |= line_copy(mb, h);
		else
			continue;
		++*count;
	}

	return err;
}


static int error_reply(struct mbuf **mbp, const struct guard *g,
		       const struct sa *src, const struct build_refusal *r)
{
	const struct pl none = PL_INIT;
	struct mbuf *mb = mbuf_alloc(1024);
	size_t count = 0;
	int err;

	if (!mb)
		return ENOMEM;

	err = status_line(mb, r->scode, r->reason);
	err |= error_lines(mb, g, src, &r->to_tag, &count);
	if (r->extra)
		err |= mbuf_write_str(mb, r->extra);
	err |= line_body(mb, &none);
	if (!err && !count)
		err = ENOENT;

	return line_finish(mbp, mb, err);
}


/**
 * The reply to what guard or decoder refused
 *
 * @param mbp Message, pos 0
 * @param g   What they found; the octets behind it must still be there
 * @param src Where it came from
 *
 * @return 0 if success, ENOENT if nothing is to be answered or there is
 *         nothing to answer with, otherwise errorcode
 */
int build_error(struct mbuf **mbp, const struct guard *g, const struct sa *src)
{
	char tag[ERROR_TAG_SIZE];
	struct build_refusal r;

	if (!mbp || !g)
		return EINVAL;
	if (!g->req || !g->status)
		return ENOENT;

	error_tag(tag, g);
	r.scode = g->status;
	r.reason = g->why;
	pl_set_str(&r.to_tag, tag);
	r.extra = NULL;

	return error_reply(mbp, g, src, &r);
}


/**
 * The reply to a request that is refused before it is decoded
 *
 * @param mbp Message, pos 0
 * @param g   What the guard found; the octets behind it must still be there
 * @param src Where it came from
 * @param r   What it says
 *
 * @return 0 if success, ENOENT if there is nothing to answer with, otherwise
 *         errorcode
 */
int build_refusal(struct mbuf **mbp, const struct guard *g,
		  const struct sa *src, const struct build_refusal *r)
{
	if (!mbp || !g || !src || !r || !g->req || r->scode < 300 ||
	    r->scode > 699)
		return EINVAL;

	return error_reply(mbp, g, src, r);
}
