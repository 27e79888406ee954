/**
 * @file build_request.c  Requests of our own, ACK and CANCEL
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/build.h"
#include "proxy/sip/line.h"


enum { MAX_FORWARDS = 70 };


/**
 * A request of our own
 *
 * @param mbp Message, pos 0
 * @param r   What it says
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 3261 section 8.1.1
 */
int build_request(struct mbuf **mbp, const struct build_request *r)
{
	struct mbuf *mb;
	int err;

	if (!mbp || !r || !r->met || !r->ruri.l || !r->via.l || !r->from.l ||
	    !r->to.l || !r->callid.l)
		return EINVAL;

	mb = mbuf_alloc(1024 + r->body.l);
	if (!mb)
		return ENOMEM;

	err = mbuf_printf(mb, "%s %r SIP/2.0\r\n", r->met, &r->ruri);
	err |= line_write(mb, "Via", &r->via);
	err |= line_number(mb, "Max-Forwards", MAX_FORWARDS);
	err |= line_write(mb, "From", &r->from);
	err |= line_write(mb, "To", &r->to);
	err |= line_write(mb, "Call-ID", &r->callid);
	err |= mbuf_printf(mb, "CSeq: %u %s\r\n", r->cseq, r->met);
	if (r->extra)
		err |= mbuf_write_str(mb, r->extra);
	if (r->ctype && r->body.l)
		err |= mbuf_printf(mb, "Content-Type: %s\r\n", r->ctype);
	err |= line_body(mb, &r->body);

	return line_finish(mbp, mb, err);
}


static int routes(struct mbuf *mb, const struct message *m)
{
	int err = 0;

	for (size_t i = 0; i < m->hdrc; i++) {
		if (m->hdrv[i].id == HDR_ROUTE)
			err |= line_copy(mb, &m->hdrv[i]);
	}

	return err;
}


/* same Request-URI, Route, top Via, From, Call-ID and CSeq number */
static int follow_up(struct mbuf **mbp, const struct message *m,
		     const char *met, const struct hdr *to, const char *extra)
{
	const struct pl none = PL_INIT;
	struct mbuf *mb;
	int err;

	mb = mbuf_alloc(1024);
	if (!mb)
		return ENOMEM;

	err = mbuf_printf(mb, "%s %r SIP/2.0\r\n", met, &m->ruri);
	err |= line_write(mb, "Via", &m->via.val);
	err |= line_number(mb, "Max-Forwards", MAX_FORWARDS);
	err |= routes(mb, m);
	err |= line_copy(mb, message_hdr(m, HDR_FROM));
	err |= line_copy(mb, to);
	err |= line_copy(mb, message_hdr(m, HDR_CALL_ID));
	err |= mbuf_printf(mb, "CSeq: %u %s\r\n", m->cseq, met);
	if (extra)
		err |= mbuf_write_str(mb, extra);
	err |= line_body(mb, &none);

	return line_finish(mbp, mb, err);
}


/**
 * The ACK to a non-2xx response
 *
 * @param mbp    Message, pos 0
 * @param invite INVITE as it was sent
 * @param resp   Response to it
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 3261 section 17.1.1.3
 */
int build_ack(struct mbuf **mbp, const struct message *invite,
	      const struct message *resp)
{
	if (!mbp || !invite || !invite->req || !resp || resp->req)
		return EINVAL;

	return follow_up(mbp, invite, "ACK", message_hdr(resp, HDR_TO), NULL);
}


/**
 * The CANCEL of a request
 *
 * @param mbp    Message, pos 0
 * @param invite Request as it was sent
 * @param extra  Whole lines for it (Reason), or NULL
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 3261 section 9.1
 */
int build_cancel(struct mbuf **mbp, const struct message *invite,
		 const char *extra)
{
	if (!mbp || !invite || !invite->req)
		return EINVAL;

	return follow_up(mbp, invite, "CANCEL", message_hdr(invite, HDR_TO),
			 extra);
}
