/**
 * @file line.c  Header lines on their way out
 */
#include <string.h>
#include "common/ink.h"
#include "proxy/sip/line.h"
#include "proxy/sip/syntax.h"


static int text(struct mbuf *mb, const char *p, const char *end)
{
	const char *lf;
	int err = 0;

	while (!err && p < end && (lf = memchr(p, '\n', (size_t)(end - p)))) {
		struct pl before = syntax_span(p, lf);

		/* nearly all: one line, as it should be */
		if (lf + 1 == end && before.l && lf[-1] == '\r')
			break;
		if (before.l && before.p[before.l - 1] == '\r')
			--before.l;
		err |= mbuf_write_pl(mb, &before);
		err |= mbuf_write_str(mb, "\r\n");
		p = lf + 1;
	}
	if (!err && p < end)
		err = mbuf_write_mem(mb, (const uint8_t *)p,
				     (size_t)(end - p));

	return err;
}


/**
 * Write a header line as it came
 *
 * @param mb Buffer
 * @param h  Header
 *
 * @return 0 if success, otherwise errorcode
 */
int line_copy(struct mbuf *mb, const struct hdr *h)
{
	return text(mb, h->line.p, h->line.p + h->line.l);
}


/**
 * Write a header line with a part of its value
 *
 * @param mb   Buffer
 * @param h    Header
 * @param part Slice of its value, without blanks at its ends
 *
 * @return 0 if success, otherwise errorcode
 */
int line_part(struct mbuf *mb, const struct hdr *h, const struct pl *part)
{
	int err;

	err = text(mb, h->line.p, h->val.p);
	err |= text(mb, part->p, part->p + part->l);
	err |= mbuf_write_str(mb, "\r\n");

	return err;
}


/**
 * Is a value in that line
 *
 * @param h   Header
 * @param val Slice of some header's value
 *
 * @return true if it is
 */
bool line_holds(const struct hdr *h, const struct pl *val)
{
	return val->p && val->p >= h->val.p && val->p < h->val.p + h->val.l;
}


static int via_params(struct mbuf *mb, const struct via *via)
{
	struct pl rest = via->params;
	struct param pm;
	int err = 0;

	while (!err && !param_next(&pm, &rest)) {
		if (!pl_strcasecmp(&pm.name, "received") ||
		    !pl_strcasecmp(&pm.name, "rport"))
			continue;
		err = text(mb, pm.all.p, pm.all.p + pm.all.l);
	}

	return err;
}


static int seen_from(struct mbuf *mb, const struct sa *src, bool received,
		     bool rport)
{
	char buf[INK_ADDR_SIZE + 32];
	struct ink k;

	ink_init(&k, buf, sizeof(buf));
	if (received) {
		ink_text(&k, ";received=");
		ink_addr(&k, src);
	}
	if (rport) {
		ink_text(&k, ";rport=");
		ink_number(&k, sa_port(src));
	}

	return mbuf_write_mem(mb, (const uint8_t *)buf, k.len);
}


/**
 * Write a line whose first value is that Via, seen from src
 *
 * @param mb  Buffer
 * @param h   Header that holds it
 * @param via Via
 * @param src Where the request came from; unset: nothing is changed
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 3261 section 18.2.1, RFC 3581 section 4, RFC 5118 section 4.5
 */
int line_via(struct mbuf *mb, const struct hdr *h, const struct via *via,
	     const struct sa *src)
{
	const bool known = src && sa_isset(src, SA_ADDR);
	const bool received = known &&
			      (via->has_rport || !via_is_from(via, src));
	int err;

	if (!known || (!received && !via->received.l))
		return line_copy(mb, h);

	err = text(mb, h->line.p, via->params.p);
	err |= via_params(mb, via);
	err |= seen_from(mb, src, received, via->has_rport);
	err |= text(mb, via->val.p + via->val.l, h->line.p + h->line.l);

	return err;
}


/**
 * Write a To line with a tag
 *
 * @param mb  Buffer
 * @param h   To header
 * @param tag Tag, used where To has none; empty: none
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 3261 section 8.2.6.2
 */
int line_to(struct mbuf *mb, const struct hdr *h, const struct pl *tag)
{
	struct nameaddr na;
	int err;

	if (!tag->l || nameaddr_decode(&na, &h->val) ||
	    !param_get(&na.params, "tag", NULL))
		return line_copy(mb, h);

	err = text(mb, h->line.p, h->val.p + h->val.l);
	err |= mbuf_write_str(mb, ";tag=");
	err |= mbuf_write_pl(mb, tag);
	err |= mbuf_write_str(mb, "\r\n");

	return err;
}


/**
 * Write a line of our own
 *
 * @param mb   Buffer
 * @param name Header name
 * @param val  Value; empty: nothing is written
 *
 * @return 0 if success, otherwise errorcode
 */
int line_write(struct mbuf *mb, const char *name, const struct pl *val)
{
	int err;

	if (!val->l)
		return 0;

	err = mbuf_write_str(mb, name);
	err |= mbuf_write_str(mb, ": ");
	err |= mbuf_write_pl(mb, val);
	err |= mbuf_write_str(mb, "\r\n");

	return err;
}


/**
 * Write a line of our own that is a number
 *
 * @param mb   Buffer
 * @param name Header name
 * @param n    Number
 *
 * @return 0 if success, otherwise errorcode
 */
int line_number(struct mbuf *mb, const char *name, uint64_t n)
{
	char buf[64];
	struct ink k;

	ink_init(&k, buf, sizeof(buf));
	ink_text(&k, name);
	ink_text(&k, ": ");
	ink_number(&k, n);
	ink_text(&k, "\r\n");

	return mbuf_write_mem(mb, (const uint8_t *)buf, k.len);
}


/**
 * Write the first line of a request
 *
 * @param mb   Buffer
 * @param met  Method
 * @param ruri Request-URI
 *
 * @return 0 if success, otherwise errorcode
 */
int line_request(struct mbuf *mb, const struct pl *met, const struct pl *ruri)
{
	int err;

	err = mbuf_write_pl(mb, met);
	err |= mbuf_write_str(mb, " ");
	err |= mbuf_write_pl(mb, ruri);
	err |= mbuf_write_str(mb, " SIP/2.0\r\n");

	return err;
}


/**
 * Write the first line of a response
 *
 * @param mb     Buffer
 * @param scode  Status code
 * @param reason Reason phrase
 *
 * @return 0 if success, otherwise errorcode
 */
int line_status(struct mbuf *mb, uint16_t scode, const struct pl *reason)
{
	char buf[16];
	struct ink k;
	int err;

	ink_init(&k, buf, sizeof(buf));
	ink_text(&k, "SIP/2.0 ");
	ink_number(&k, scode);
	ink_text(&k, " ");

	err = mbuf_write_mem(mb, (const uint8_t *)buf, k.len);
	if (reason->l)
		err |= mbuf_write_pl(mb, reason);
	err |= mbuf_write_str(mb, "\r\n");

	return err;
}


/**
 * Write what ends every message of ours
 *
 * @param mb   Buffer
 * @param body Body, may be empty
 *
 * @return 0 if success, otherwise errorcode
 */
int line_body(struct mbuf *mb, const struct pl *body)
{
	int err;

	err = line_number(mb, "Content-Length", body->l);
	err |= mbuf_write_str(mb, "\r\n");
	if (body->l)
		err |= mbuf_write_mem(mb, (const uint8_t *)body->p, body->l);

	return err;
}


/**
 * Hand out a message that is written, or drop it where that failed
 *
 * @param mbp Message, pos 0; untouched on failure
 * @param mb  Buffer, owned
 * @param err What writing said
 *
 * @return err
 */
int line_finish(struct mbuf **mbp, struct mbuf *mb, int err)
{
	if (err) {
		mem_deref(mb);
		return err;
	}

	mb->pos = 0;
	*mbp = mb;

	return 0;
}
