/**
 * @file sdp_attr.c  The attributes of an SDP, for those who read more of it
 */
#include <errno.h>
#include "proxy/media/sdp_line.h"


/* of the session: what stands before the first m= line */
static struct pl lines_of(const struct sdp *sdp, int n)
{
	struct pl pl = sdp->lines;

	if (n >= 0)
		return sdp->streamv[n].section;

	if (sdp->streamc)
		pl.l = (size_t)(sdp->streamv[0].section.p - pl.p);

	return pl;
}


/**
 * Hear the attributes of a stream, or of the session, in their order
 *
 * @param sdp SDP
 * @param n   Index of the stream, SDP_SESSION for the session's
 * @param h   Handler; true: it has heard enough
 * @param arg Handler argument
 *
 * @return true if the handler had enough
 */
bool sdp_attrs(const struct sdp *sdp, int n, sdp_each_h *h, void *arg)
{
	struct sdp_line line;
	struct pl rest, name, val;

	if (!sdp || !h || n < SDP_SESSION || n >= (int)sdp->streamc)
		return false;

	rest = lines_of(sdp, n);
	while (sdp_line_next(&line, &rest)) {
		if (line.type != 'a')
			continue;

		sdp_line_attr(&line, &name, &val);
		if (h(&name, &val, arg))
			return true;
	}

	return false;
}


/**
 * The formats of a stream's m= line (RFC 8866 section 5.14)
 *
 * @param sdp     SDP
 * @param n       Index of the stream
 * @param formats Filled: "0 8 101", a slice of the SDP
 *
 * @return 0 if success, ENOENT if there is no such stream
 */
int sdp_formats(const struct sdp *sdp, size_t n, struct pl *formats)
{
	const struct sdp_stream *s = sdp_stream(sdp, n);
	struct sdp_line line;
	struct pl rest, tok;

	if (!s || !formats)
		return ENOENT;

	rest = s->section;
	if (!sdp_line_next(&line, &rest))
		return ENOENT;

	/* media, port, proto */
	*formats = line.val;
	for (int i = 0; i < 3; i++)
		(void)sdp_token(&tok, formats);

	while (formats->l && formats->p[0] == ' ')
		pl_advance(formats, 1);

	return 0;
}
