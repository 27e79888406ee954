/**
 * @file sdp_origin.c  The version in o=, as the receiver of our SDP counts it
 */
#include <errno.h>
#include <string.h>
#include "proxy/media/sdp_line.h"
#include "proxy/media/sdp_origin.h"

enum { TOKENS = 5 }; /* behind the name: id, version, IN, IP4, address */

/** An o= line in its text (RFC 8866 section 5.2) */
struct origin {
	struct pl before, after; /* the lines around it */
	struct pl session;       /* name and id */
	struct pl version;
	uint64_t number;
};


static int number(uint64_t *n, const struct pl *pl)
{
	*n = 0;
	for (size_t i = 0; i < pl->l; i++) {
		const unsigned digit = (unsigned)(pl->p[i] - '0');

		if (digit > 9 || *n > (UINT64_MAX - digit) / 10)
			return EBADMSG;
		*n = *n * 10 + digit;
	}

	return pl->l ? 0 : EBADMSG;
}


/* counted from the end: there are phones with blanks, or nothing, as name */
static int split(struct origin * or, const struct sdp_line *line)
{
	struct pl tokv[TOKENS], tok, rest = line->val;
	size_t n = 0;

	while (sdp_token(&tok, &rest)) {
		memmove(&tokv[0], &tokv[1], sizeof(tokv) - sizeof(tokv[0]));
		tokv[TOKENS - 1] = tok;
		++n;
	}
	if (n < TOKENS)
		return EBADMSG;

	or->session.p = line->val.p;
	or->session.l = (size_t)(tokv[0].p + tokv[0].l - line->val.p);
	or->version = tokv[1];

	return number(& or->number, & or->version);
}


static int find(struct origin * or, const struct pl *text)
{
	struct pl rest = *text;
	struct sdp_line line;

	while (sdp_line_next(&line, &rest) && line.type != 'm') {
		if (line.type != 'o')
			continue;

		or->before.p = text->p;
		or->before.l = (size_t)(line.all.p - text->p);
		or->after = rest;

		return split(or, &line);
	}

	return ENOENT;
}


static uint64_t digest(const struct origin * or, const struct hash_key *key)
{
	const uint64_t v[] = {
		hash_sip(key, or->before.p, or->before.l),
		hash_sip(key, or->after.p, or->after.l),
	};

	return hash_sip(key, v, sizeof(v));
}


static int replace(struct mbuf **mbp, const struct origin * or,
		   uint64_t version)
{
	const struct mbuf *old = *mbp;
	const size_t at = (size_t)((const uint8_t *) or->version.p - old->buf);
	const size_t end = at + or->version.l;
	struct mbuf *mb = mbuf_alloc(old->end + 20);
	int err;

	if (!mb)
		return ENOMEM;

	err = mbuf_write_mem(mb, old->buf, at);
	err |= mbuf_printf(mb, "%llu", (unsigned long long)version);
	err |= mbuf_write_mem(mb, old->buf + end, old->end - end);
	if (err) {
		mem_deref(mb);
		return ENOMEM;
	}

	mb->pos = 0;
	mem_deref(*mbp);
	*mbp = mb;

	return 0;
}


/* RFC 3264 section 8: raised where something has changed, and only there */
static uint64_t next_version(const struct sdp_origin *o, uint64_t session,
			     uint64_t text, uint64_t said)
{
	if (!o->sent || session != o->session)
		return said;
	if (text == o->text)
		return o->version;

	return said > o->version || o->version == UINT64_MAX ? said
							     : o->version + 1;
}


static void note(struct sdp_origin *o, uint64_t session, uint64_t text,
		 uint64_t version)
{
	o->sent = true;
	o->session = session;
	o->text = text;
	o->version = version;
}


/**
 * An SDP goes to a receiver: give it the version that is due
 *
 * @param o   What that receiver was sent, changed
 * @param mbp Pointer to the SDP; replaced where its version has to change
 * @param key Key of the digests, always the same
 *
 * @return 0 if success, otherwise errorcode. What has no version that can be
 *         read stays as it is
 */
int sdp_origin_pass(struct sdp_origin *o, struct mbuf **mbp,
		    const struct hash_key *key)
{
	struct origin or ;
	struct pl text;
	uint64_t session, all, version;
	int err;

	if (!o || !mbp || !*mbp || !key)
		return EINVAL;

	text.p = (const char *)(*mbp)->buf;
	text.l = (*mbp)->end;
	if (find(& or, &text))
		return 0;

	session = hash_sip(key, or.session.p, or.session.l);
	all = digest(& or, key);
	version = next_version(o, session, all, or.number);
	if (version != or.number) {
		err = replace(mbp, & or, version);
		if (err)
			return err;
	}

	note(o, session, all, version);

	return 0;
}


/**
 * An SDP goes to a receiver as it is
 *
 * @param o    What that receiver was sent, changed
 * @param text SDP
 * @param key  Key of the digests, always the same
 */
void sdp_origin_note(struct sdp_origin *o, const struct pl *text,
		     const struct hash_key *key)
{
	struct origin or ;

	if (o && text && key && !find(& or, text))
		note(o, hash_sip(key, or.session.p, or.session.l),
		     digest(& or, key), or.number);
}
