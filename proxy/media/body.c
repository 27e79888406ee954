/**
 * @file body.c  The SDP in a message body: alone, or a part of a multipart
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/media/body.h"
#include "proxy/media/mime.h"


enum { BOUNDARY_MAX = 70 };


/* RFC 2046, section 5.1.1: 1 to 70 characters, no blank at the end */
static bool is_boundary(const struct pl *pl)
{
	if (!pl->l || pl->l > BOUNDARY_MAX || pl->p[pl->l - 1] == ' ')
		return false;

	for (size_t i = 0; i < pl->l; i++) {
		const char c = pl->p[i];

		if (c < ' ' || c > '~' || c == '\\' || c == '"')
			return false;
	}

	return true;
}


static bool message_is_plain(const struct message *m)
{
	const struct hdr *h = message_hdr(m, HDR_CONTENT_ENCODING);

	while (h) {
		if (!mime_is_plain(&h->val))
			return false;
		h = message_hdr_next(m, h);
	}

	return true;
}


/**
 * Find the SDP in the body of a message
 *
 * @param m   Message
 * @param sdp SDP, filled; a slice of the body
 *
 * @return 0 if success, ENOENT if there is none, EBADMSG if the body is a
 *         multipart that cannot be split safely, ENOTSUP if it is encoded,
 *         signed or encrypted, otherwise errorcode
 */
int body_find_sdp(const struct message *m, struct pl *sdp)
{
	struct pl boundary;

	if (!m || !sdp)
		return EINVAL;
	if (!m->body.l)
		return ENOENT;

	/* a receiver without a type may well look for itself */
	if (!m->ctype.l)
		return m->body.l >= 3 && !memcmp(m->body.p, "v=0", 3) ? EBADMSG
								      : ENOENT;

	if (mime_is_sealed(&m->ctype))
		return ENOTSUP;
	if (!mime_is_sdp(&m->ctype) && !mime_is_multipart(&m->ctype))
		return ENOENT;
	if (!message_is_plain(m))
		return ENOTSUP;

	if (mime_is_sdp(&m->ctype)) {
		*sdp = m->body;
		return 0;
	}

	if (param_get(&m->ctype_params, "boundary", &boundary) ||
	    !is_boundary(&boundary))
		return EBADMSG;

	return multipart_find_sdp(sdp, &m->body, &boundary);
}


/* where the headers of that part begin: behind the last line with "--" */
static const char *part_headers(const struct pl *body, const struct pl *part)
{
	const char *begin = part->p;
	struct pl line, rest = *body;

	while (mime_line_next(&line, &rest) && line.p < part->p) {
		if (line.l >= 2 && !memcmp(line.p, "--", 2))
			begin = line.p + line.l;
	}

	return begin;
}


/* what stands before the part, its Content-Length put right */
static int write_before(struct mbuf *mb, const struct pl *body,
			const struct pl *part, size_t len)
{
	const char *done = body->p;
	struct pl rest;
	struct mime_field f;
	int err = 0;

	rest.p = part_headers(body, part);
	rest.l = (size_t)(part->p - rest.p);

	while (!err && !mime_field_next(&f, &rest)) {
		if (!mime_token_is(&f.name, "Content-Length") &&
		    !mime_token_is(&f.name, "l"))
			continue;

		err = mbuf_write_mem(mb, (const uint8_t *)done,
				     (size_t)(f.val.p - done));
		err |= mbuf_printf(mb, "%zu", len);
		done = f.val.p + f.val.l;
	}

	return err | mbuf_write_mem(mb, (const uint8_t *)done,
				    (size_t)(part->p - done));
}


/**
 * Write a body again with one part replaced
 *
 * @param mbp  Pointer to the new body, its position at the start
 * @param body Body
 * @param part Part of it, from body_find_sdp(); may be all of it
 * @param with What stands there instead, from its position on
 *
 * @return 0 if success, otherwise errorcode
 */
int body_replace(struct mbuf **mbp, const struct pl *body,
		 const struct pl *part, const struct mbuf *with)
{
	const char *end;
	struct mbuf *mb;
	size_t len;
	int err;

	if (!mbp || !body || !part || !with || part->p < body->p ||
	    part->l > body->l ||
	    (size_t)(part->p - body->p) > body->l - part->l)
		return EINVAL;

	len = mbuf_get_left(with);
	mb = mbuf_alloc(body->l - part->l + len + 16);
	if (!mb)
		return ENOMEM;

	end = part->p + part->l;
	err = write_before(mb, body, part, len);
	if (len)
		err |= mbuf_write_mem(mb, mbuf_buf(with), len);
	err |= mbuf_write_mem(mb, (const uint8_t *)end,
			      (size_t)(body->p + body->l - end));
	if (err) {
		mem_deref(mb);
		return err;
	}

	mbuf_set_pos(mb, 0);
	*mbp = mb;

	return 0;
}
