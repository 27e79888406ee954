/**
 * @file mime.c  Media types and the header lines of a body part (RFC 2045)
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <re.h>
#include "proxy/media/mime.h"


static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}


/**
 * Cut blanks and line ends off both ends; all blank, it stays where it began
 *
 * @param pl Text
 */
void mime_trim(struct pl *pl)
{
	while (pl->l && is_blank(pl->p[pl->l - 1]))
		--pl->l;
	while (pl->l && is_blank(pl->p[0]))
		pl_advance(pl, 1);
}


/**
 * Compare a token without its case
 *
 * @param pl  Token
 * @param str What it may be
 *
 * @return true if it is
 */
bool mime_token_is(const struct pl *pl, const char *str)
{
	const size_t len = strlen(str);

	return pl->l == len && !strncasecmp(pl->p, str, len);
}


/* "application / sdp" is one too (RFC 3261, SLASH) */
static void type_split(struct pl *type, struct pl *sub, const struct pl *val)
{
	const char *slash = val->l ? memchr(val->p, '/', val->l) : NULL;

	*type = *val;
	*sub = pl_null;
	if (slash) {
		type->l = (size_t)(slash - val->p);
		sub->p = slash + 1;
		sub->l = val->l - type->l - 1;
	}
	mime_trim(type);
	mime_trim(sub);
}


/**
 * Is this media type SDP
 *
 * @param val Type without parameters
 *
 * @return true if it is
 */
bool mime_is_sdp(const struct pl *val)
{
	struct pl type, sub;

	type_split(&type, &sub, val);

	return mime_token_is(&type, "application") &&
	       mime_token_is(&sub, "sdp");
}


/**
 * Is this media type a multipart of any kind
 *
 * @param val Type without parameters
 *
 * @return true if it is
 */
bool mime_is_multipart(const struct pl *val)
{
	struct pl type, sub;

	type_split(&type, &sub, val);

	return mime_token_is(&type, "multipart");
}


/**
 * Is this media type signed or encrypted: not ours to change, or to read
 *
 * @param val Type without parameters
 *
 * @return true if it is
 *
 * RFC 1847, RFC 8551
 */
bool mime_is_sealed(const struct pl *val)
{
	struct pl type, sub;

	type_split(&type, &sub, val);
	if (mime_token_is(&type, "multipart"))
		return mime_token_is(&sub, "signed") ||
		       mime_token_is(&sub, "encrypted");

	return mime_token_is(&type, "application") &&
	       (mime_token_is(&sub, "pkcs7-mime") ||
		mime_token_is(&sub, "x-pkcs7-mime"));
}


/**
 * Does this Content-Encoding leave the content as it is
 *
 * @param encoding Value of the header, empty if there is none
 *
 * @return true if it does
 */
bool mime_is_plain(const struct pl *encoding)
{
	return !encoding->l || mime_token_is(encoding, "identity");
}


/**
 * Take the next line, with its end
 *
 * @param line Line, filled
 * @param rest Text, moved behind it
 *
 * @return true if there was one, otherwise false
 */
bool mime_line_next(struct pl *line, struct pl *rest)
{
	const char *nl;

	if (!rest->l)
		return false;

	nl = memchr(rest->p, '\n', rest->l);
	line->p = rest->p;
	line->l = nl ? (size_t)(nl - rest->p) + 1 : rest->l;
	pl_advance(rest, (ssize_t)line->l);

	return true;
}


/**
 * Take the next header line of a part, with those folded into it
 *
 * @param f    Field, filled
 * @param rest Text, moved behind it
 *
 * @return 0 if success, ENOENT at the blank line or the end, which end the
 *         headers, EBADMSG if it is no header line
 */
int mime_field_next(struct mime_field *f, struct pl *rest)
{
	struct pl line, more, look;
	const char *colon;

	if (!mime_line_next(&line, rest))
		return ENOENT;

	f->all = line;
	mime_trim(&line);
	if (!line.l)
		return ENOENT;

	look = *rest;
	while (mime_line_next(&more, &look) &&
	       (more.p[0] == ' ' || more.p[0] == '\t')) {
		f->all.l += more.l;
		*rest = look;
	}

	colon = memchr(f->all.p, ':', f->all.l);
	/* a leading '-' would be taken for a delimiter when looking back */
	if (!colon || is_blank(f->all.p[0]) || f->all.p[0] == '-')
		return EBADMSG;

	f->name.p = f->all.p;
	f->name.l = (size_t)(colon - f->all.p);
	f->val.p = colon + 1;
	f->val.l = f->all.l - f->name.l - 1;
	mime_trim(&f->name);
	mime_trim(&f->val);

	return 0;
}
