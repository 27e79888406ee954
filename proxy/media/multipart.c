/**
 * @file multipart.c  The SDP part of a multipart body (RFC 2046, 5.1)
 *
 * Read strictly: a receiver that splits the body at another place would see
 * an SDP that we did not. So whatever is open to two readings (no last
 * delimiter, nested multiparts, two SDPs) is refused, not guessed.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/media/mime.h"


enum { PARTS_MAX = 32, FIELDS_MAX = 64 };

/** What the headers of a part say */
struct part {
	struct pl type; /* without parameters */
	struct pl encoding, transfer;
	bool has_type;
};

enum line_kind { LINE_TEXT, LINE_DELIMITER, LINE_LAST, LINE_UNCLEAR };


static bool is_plain_transfer(const struct pl *transfer)
{
	return !transfer->l || mime_token_is(transfer, "binary") ||
	       mime_token_is(transfer, "8bit") ||
	       mime_token_is(transfer, "7bit");
}


static int take_field(struct part *part, const struct mime_field *f)
{
	if (mime_token_is(&f->name, "Content-Type") ||
	    mime_token_is(&f->name, "c")) {
		const char *semi = memchr(f->val.p, ';', f->val.l);

		if (part->has_type)
			return EBADMSG;

		part->has_type = true;
		part->type = f->val;
		if (semi)
			part->type.l = (size_t)(semi - f->val.p);
		mime_trim(&part->type);
	}
	else if (mime_token_is(&f->name, "Content-Encoding") ||
		 mime_token_is(&f->name, "e")) {
		part->encoding = f->val;
	}
	else if (mime_token_is(&f->name, "Content-Transfer-Encoding")) {
		part->transfer = f->val;
	}

	return 0;
}


/* ENOENT: a part of another kind */
static int part_find_sdp(struct pl *sdp, const struct pl *text)
{
	struct part part;
	struct mime_field f;
	struct pl rest = *text;
	size_t fields = 0;
	int err;

	memset(&part, 0, sizeof(part));
	while (!(err = mime_field_next(&f, &rest))) {
		err = fields++ < FIELDS_MAX ? take_field(&part, &f) : EBADMSG;
		if (err)
			return err;
	}
	if (err != ENOENT)
		return err;

	if (mime_is_sealed(&part.type))
		return ENOTSUP;
	if (mime_is_multipart(&part.type))
		return EBADMSG;
	if (!mime_is_sdp(&part.type))
		return ENOENT;
	if (!mime_is_plain(&part.encoding) ||
	    !is_plain_transfer(&part.transfer))
		return ENOTSUP;

	/* nothing behind the headers, perhaps not even their blank line */
	if (!rest.l)
		return EBADMSG;

	*sdp = rest;

	return 0;
}


/* RFC 2046: the line begins with "--" boundary; then only blanks, or "--" */
static enum line_kind line_kind(const struct pl *line,
				const struct pl *boundary)
{
	struct pl rest = *line;

	if (line->l < boundary->l + 2 || memcmp(line->p, "--", 2) ||
	    memcmp(line->p + 2, boundary->p, boundary->l))
		return LINE_TEXT;

	pl_advance(&rest, (ssize_t)boundary->l + 2);
	if (rest.l >= 2 && !memcmp(rest.p, "--", 2))
		return LINE_LAST;

	mime_trim(&rest);

	return rest.l ? LINE_UNCLEAR : LINE_DELIMITER;
}


/* the line end before a delimiter belongs to the delimiter */
static void part_text(struct pl *text, const char *begin, const char *end)
{
	text->p = begin;
	text->l = end > begin ? (size_t)(end - begin) : 0;
	if (text->l && text->p[text->l - 1] == '\n')
		--text->l;
	if (text->l && text->p[text->l - 1] == '\r')
		--text->l;
}


static int take_part(struct pl *sdp, size_t *found, const char *begin,
		     const char *end)
{
	struct pl text, hit;
	int err;

	/* headers end with a line of their own, the delimiter's may be it */
	part_text(&text, begin, end);
	if (!text.l)
		return 0;

	err = part_find_sdp(&hit, &text);
	if (err == ENOENT)
		return 0;
	if (err)
		return err;
	if ((*found)++)
		return EBADMSG;

	*sdp = hit;

	return 0;
}


/**
 * Find the SDP part of a multipart body
 *
 * @param sdp      SDP, filled; a slice of the body
 * @param body     Body
 * @param boundary Boundary, without the leading "--"
 *
 * @return 0 if success, ENOENT if there is none, EBADMSG if the body cannot
 *         be split safely, ENOTSUP if a part is encoded, signed or encrypted
 */
int multipart_find_sdp(struct pl *sdp, const struct pl *body,
		       const struct pl *boundary)
{
	enum line_kind kind = LINE_TEXT;
	struct pl line, hit = PL_INIT, rest = *body;
	const char *begin = NULL;
	size_t parts = 0, found = 0;
	int err = 0;

	while (!err && kind != LINE_LAST && mime_line_next(&line, &rest)) {
		kind = line_kind(&line, boundary);
		if (kind == LINE_TEXT)
			continue;
		if (kind == LINE_UNCLEAR || parts++ > PARTS_MAX)
			return EBADMSG;

		if (begin)
			err = take_part(&hit, &found, begin, line.p);
		begin = line.p + line.l;
	}

	if (err)
		return err;
	if (kind != LINE_LAST)
		return EBADMSG;
	if (!found)
		return ENOENT;

	*sdp = hit;

	return 0;
}
