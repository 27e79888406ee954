/**
 * @file sdp_line.c  Lines and tokens of an SDP (RFC 8866, section 5)
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <re.h>
#include "proxy/media/sdp_line.h"


static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}


/**
 * Take the next line, ended by CRLF, LF or the end of the text
 *
 * @param line Line, filled
 * @param rest Text, moved behind it
 *
 * @return true if there was one, otherwise false
 */
bool sdp_line_next(struct sdp_line *line, struct pl *rest)
{
	const char *nl;
	size_t l;

	if (!rest->l)
		return false;

	nl = memchr(rest->p, '\n', rest->l);
	l = nl ? (size_t)(nl - rest->p) + 1 : rest->l;
	line->all.p = rest->p;
	line->all.l = l;
	pl_advance(rest, (ssize_t)l);

	if (nl)
		--l;
	if (nl && l && line->all.p[l - 1] == '\r')
		--l;

	line->type = l >= 2 && line->all.p[1] == '=' ? line->all.p[0] : 0;
	line->val.p = line->type ? line->all.p + 2 : line->all.p;
	line->val.l = line->type ? l - 2 : l;

	return true;
}


/**
 * The end of a line as it stands: CRLF, LF or nothing
 *
 * @param eol  End, filled
 * @param line Line
 */
void sdp_line_end(struct pl *eol, const struct sdp_line *line)
{
	eol->p = line->val.p + line->val.l;
	eol->l = (size_t)(line->all.p + line->all.l - eol->p);
}


/**
 * Split the value of an a= line at its colon (RFC 8866, section 5.13)
 *
 * @param line Line
 * @param name Name, filled
 * @param val  Value, filled; empty without a colon
 */
void sdp_line_attr(const struct sdp_line *line, struct pl *name,
		   struct pl *val)
{
	const char *colon;

	name->p = line->val.p;
	name->l = line->val.l;
	val->p = name->p + name->l;
	val->l = 0;

	colon = name->l ? memchr(name->p, ':', name->l) : NULL;
	if (!colon)
		return;

	name->l = (size_t)(colon - name->p);
	val->p = colon + 1;
	val->l = line->val.l - name->l - 1;
}


/**
 * Take the next token off a value; several blanks count as one
 *
 * @param tok  Token, filled
 * @param rest Value, moved behind it
 *
 * @return true if there was one, otherwise false
 */
bool sdp_token(struct pl *tok, struct pl *rest)
{
	while (rest->l && is_blank(rest->p[0]))
		pl_advance(rest, 1);

	tok->p = rest->p;
	tok->l = 0;
	while (tok->l < rest->l && !is_blank(tok->p[tok->l]))
		++tok->l;

	pl_advance(rest, (ssize_t)tok->l);

	return tok->l > 0;
}


/**
 * Split an m= line (RFC 8866, section 5.14); its formats are not looked at
 *
 * @param m   Parts, filled; count is empty if there is none
 * @param val Value of the line
 *
 * @return 0 if success, otherwise errorcode
 */
int sdp_media_split(struct sdp_media *m, const struct pl *val)
{
	struct pl rest = *val;
	const char *slash;

	if (!sdp_token(&m->media, &rest) || !sdp_token(&m->port, &rest) ||
	    !sdp_token(&m->proto, &rest))
		return EBADMSG;

	m->count.p = m->port.p + m->port.l;
	m->count.l = 0;
	slash = memchr(m->port.p, '/', m->port.l);
	if (slash) {
		m->count.p = slash + 1;
		m->count.l = m->port.l - (size_t)(slash - m->port.p) - 1;
		m->port.l = (size_t)(slash - m->port.p);
	}

	return 0;
}


/**
 * Find "IP4 192.0.2.1" in an o= line (RFC 8866, section 5.2)
 *
 * Counted from the end: there are phones with blanks, or nothing, as name.
 *
 * @param addr Address type and address, filled
 * @param val  Value of the line
 *
 * @return 0 if success, otherwise errorcode
 */
int sdp_origin_split(struct pl *addr, const struct pl *val)
{
	struct pl tok, net = PL_INIT, type = PL_INIT, host = PL_INIT;
	struct pl rest = *val;

	while (sdp_token(&tok, &rest)) {
		net = type;
		type = host;
		host = tok;
	}

	if (!net.l || !SDP_NAME_IS(&net, "IN"))
		return EBADMSG;

	addr->p = type.p;
	addr->l = (size_t)(host.p + host.l - type.p);

	return 0;
}


/**
 * Is this attribute a part of ICE (RFC 8839, section 5)
 *
 * @param name Name of the attribute
 *
 * @return true if it is
 */
bool sdp_name_is_ice(const struct pl *name)
{
	return (name->l > 4 && !strncasecmp(name->p, "ice-", 4)) ||
	       SDP_NAME_IS(name, "candidate") ||
	       SDP_NAME_IS(name, "remote-candidates") ||
	       SDP_NAME_IS(name, "end-of-candidates");
}


static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}


/* blank lines are harmless behind the last line, and only there */
static void split_tail(struct sdp *sdp, const struct pl *text)
{
	size_t end = text->l, l;

	while (end && is_space(text->p[end - 1]))
		--end;

	for (l = end; l < text->l && text->p[l] != '\n'; l++)
		;
	l = l < text->l ? l + 1 : end;

	sdp->lines.p = text->p;
	sdp->lines.l = l;
	sdp->tail.p = text->p + l;
	sdp->tail.l = text->l - l;
}


/* bytes that one reader takes as the end of a line, and another does not */
static bool is_clean(const struct pl *text)
{
	const char *p = text->p, *end = text->p + text->l;

	if (memchr(text->p, '\0', text->l))
		return false;

	while ((p = memchr(p, '\r', (size_t)(end - p)))) {
		if (++p == end || *p != '\n')
			return false;
	}

	return true;
}


/**
 * Part the text into lines and blank tail, and see that it begins as SDP
 *
 * @param sdp  SDP, its lines, tail and eol filled
 * @param text Text, not empty
 *
 * @return 0 if success, otherwise errorcode
 */
int sdp_text_split(struct sdp *sdp, const struct pl *text)
{
	struct sdp_line line;
	struct pl rest;

	split_tail(sdp, text);
	rest = sdp->lines;

	if (!sdp_line_next(&line, &rest) || line.type != 'v' ||
	    pl_strcmp(&line.val, "0"))
		return EBADMSG;

	sdp_line_end(&sdp->eol, &line);
	if (!sdp->eol.l)
		pl_set_str(&sdp->eol, "\r\n");

	return is_clean(&sdp->lines) ? 0 : EBADMSG;
}
