/**
 * @file guard.c  Bounds, counts and indexes a message in one linear pass
 *
 * A line ends with LF, a CR before it belongs to it; a CR anywhere else is
 * refused, so nobody behind us can see other lines than we do. A refused
 * request is still indexed to its end, for its Via, From, To, Call-ID and CSeq
 * are what the answer is made of. NUL is let through only where the grammar
 * has it: escaped in a quoted string of a header (RFC 4475 section 3.1.1.2).
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include "proxy/sip/guard.h"
#include "proxy/sip/syntax.h"


struct pass {
	struct guard *g;
	const char *p;
	size_t len;
	size_t pos;
	bool complete; /* the blank line was seen */
	uint8_t countv[HDR_ID_MAX];
};


/* the first reason counts */
static void refuse(struct guard *g, uint16_t status, const char *why)
{
	if (g->why)
		return;

	g->status = status;
	g->why = why;
}


/* behind the next LF; 0 if there is none */
static size_t line_end(const struct pass *ps, size_t pos)
{
	const char *lf = memchr(ps->p + pos, '\n', ps->len - pos);

	return lf ? (size_t)(lf - ps->p) + 1 : 0;
}


/* behind a header's last line, folded ones included; 0: cut off. The blank
 * line is never folded: a body may start with a blank */
static size_t folded_end(const struct pass *ps, size_t pos)
{
	size_t end = line_end(ps, pos);

	if (end && end - pos <= 2 &&
	    (ps->p[pos] == '\r' || ps->p[pos] == '\n'))
		return end;

	while (end && end < ps->len &&
	       (ps->p[end] == ' ' || ps->p[end] == '\t'))
		end = line_end(ps, end);

	return end;
}


static struct pl chomp(struct pl line)
{
	if (line.l && line.p[line.l - 1] == '\n')
		--line.l;
	if (line.l && line.p[line.l - 1] == '\r')
		--line.l;

	return line;
}


/* each CR stands before an LF */
static bool returns_sane(const struct pl *line)
{
	const char *p = line->p, *end = line->p + line->l;

	while ((p = memchr(p, '\r', (size_t)(end - p)))) {
		if (++p == end || *p != '\n')
			return false;
	}

	return true;
}


/* no CR but in a line end; NUL only as a quoted pair */
static bool octets_sane(const struct pl *line, bool header)
{
	bool quoted = false;

	if (!memchr(line->p, '\0', line->l))
		return returns_sane(line); /* nearly all */

	for (size_t i = 0; i < line->l; i++) {
		const char c = line->p[i];

		if (c == '\0')
			return false;
		if (c == '\r' && (i + 1 == line->l || line->p[i + 1] != '\n'))
			return false;
		if (c == '"' && header)
			quoted = !quoted;
		if (c == '\\' && quoted && i + 1 < line->l &&
		    line->p[i + 1] != '\r' && line->p[i + 1] != '\n')
			++i;
	}

	return true;
}


static bool status_line(struct guard *g, const struct pl *line)
{
	struct pl code = {line->p + 8, 3};
	uint32_t n = 0;

	if (line->l < 11 || strncasecmp(line->p, "SIP/2.0 ", 8))
		return false;
	if (line->l > 11 && line->p[11] != ' ')
		return false;
	if (syntax_u32(&n, &code, 699) || n < 100)
		return false;

	g->scode = (uint16_t)n;
	g->reason = syntax_span(line->p + (line->l > 11 ? 12 : 11),
				line->p + line->l);

	return true;
}


static bool is_blank_free(const struct pl *pl)
{
	return pl->l && !memchr(pl->p, ' ', pl->l) &&
	       !memchr(pl->p, '\t', pl->l);
}


/* RFC 3261 section 7.1; what does not end with a SIP version is no request */
static bool request_line(struct guard *g, struct pl line)
{
	const size_t len = line.l;
	const char *sp, *last;
	struct pl version;

	syntax_trim(&line);
	sp = memchr(line.p, ' ', line.l);
	last = memrchr(line.p, ' ', line.l);
	if (!sp || sp == last)
		return false;

	g->met = syntax_span(line.p, sp);
	g->ruri = syntax_span(sp + 1, last);
	version = syntax_span(last + 1, line.p + line.l);
	if (!syntax_is_token(&g->met) || version.l < 4 ||
	    strncasecmp(version.p, "SIP/", 4))
		return false;

	g->req = true;
	if (pl_strcasecmp(&version, "SIP/2.0"))
		refuse(g, 505, "Version Not Supported");
	else if (len != line.l)
		refuse(g, 400, "Blanks around the request line");
	else if (!is_blank_free(&g->ruri))
		refuse(g, 400, "Blanks in the request line");

	return true;
}


/* false: garbage, or a response that cannot be one */
static bool start_line(struct pass *ps)
{
	const size_t end = line_end(ps, 0);
	struct pl whole = {ps->p, end}, line = chomp(whole);

	if (!end || end > GUARD_LINE_MAX)
		return false;

	ps->pos = end;
	if (line.l >= 4 && !strncasecmp(line.p, "SIP/", 4))
		return octets_sane(&whole, false) && status_line(ps->g, &line);
	if (!request_line(ps->g, line))
		return false;
	if (!octets_sane(&whole, false))
		refuse(ps->g, 400, "Control octet in the request line");

	return true;
}


static void header_line(struct pass *ps, const struct pl *line)
{
	struct guard *g = ps->g;
	struct hdr *h = &g->hdrv[g->hdrc];
	const char *colon = memchr(line->p, ':', line->l);

	if (!colon) {
		refuse(g, 400, "Header without colon");
		return;
	}
	h->line = *line;
	h->name = syntax_span(line->p, colon);
	h->val = syntax_span(colon + 1, line->p + line->l);
	syntax_trim(&h->val);
	while (h->name.l && (h->name.p[h->name.l - 1] == ' ' ||
			     h->name.p[h->name.l - 1] == '\t'))
		--h->name.l;

	if (!syntax_is_token(&h->name)) {
		refuse(g, 400, "Bad header name");
		return;
	}
	if (!octets_sane(line, true)) {
		refuse(g, 400, "Control octet in a header");
		return;
	}
	h->id = guard_hdr_id(&h->name);
	++ps->countv[h->id];
	++g->hdrc;
}


/* false at the end of the head, or where it is no use going on */
static bool next_line(struct pass *ps)
{
	const size_t end = folded_end(ps, ps->pos);
	const struct pl line = {ps->p + ps->pos, end - ps->pos};

	if (!end) {
		refuse(ps->g, 400, "No blank line behind the headers");
		return false;
	}
	if (!chomp(line).l) {
		ps->pos += line.l;
		ps->complete = true;
		return false;
	}
	if (line.l > GUARD_LINE_MAX) {
		refuse(ps->g, 400, "Header too long");
		return false;
	}
	if (end > GUARD_HEAD_MAX) {
		refuse(ps->g, 513, "Message Too Large");
		return false;
	}
	if (ps->g->hdrc == GUARD_LINES_MAX) {
		refuse(ps->g, 400, "Too many headers");
		return false;
	}
	header_line(ps, &line);
	ps->pos = end;

	return true;
}


static const struct hdr *first(const struct guard *g, enum hdr_id id)
{
	for (size_t i = 0; i < g->hdrc; i++) {
		if (g->hdrv[i].id == id)
			return &g->hdrv[i];
	}

	return NULL;
}


/* RFC 3261 sections 8.1.1 and 20: how often each may stand */
static void check_counts(struct pass *ps)
{
	static const struct {
		enum hdr_id id;
		bool needed;
		const char *why;
	} rulev[] = {
		{HDR_FROM, true, "Not exactly one From"},
		{HDR_TO, true, "Not exactly one To"},
		{HDR_CALL_ID, true, "Not exactly one Call-ID"},
		{HDR_CSEQ, true, "Not exactly one CSeq"},
		{HDR_MAX_FORWARDS, false, "More than one Max-Forwards"},
		{HDR_CONTENT_LENGTH, false, "More than one Content-Length"},
		{HDR_CONTENT_TYPE, false, "More than one Content-Type"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rulev); i++) {
		const uint8_t n = ps->countv[rulev[i].id];

		if (n > 1 || (!n && rulev[i].needed))
			refuse(ps->g, 400, rulev[i].why);
	}
	if (ps->g->req && !ps->countv[HDR_VIA])
		refuse(ps->g, 400, "No Via");
}


/* RFC 3261 section 8.1.1.5: below 2^31, and the method of the request */
static void check_cseq(struct guard *g)
{
	const struct hdr *h = first(g, HDR_CSEQ);
	struct pl rest, number;

	if (!h)
		return;

	rest = h->val;
	syntax_token(&rest, &number);
	g->cseq_met = rest;
	syntax_trim(&g->cseq_met);

	if (syntax_u32(&g->cseq, &number, INT32_MAX))
		refuse(g, 400, "Bad CSeq number");
	else if (!syntax_is_token(&g->cseq_met) || rest.p == g->cseq_met.p)
		refuse(g, 400, "Bad CSeq method");
	else if (g->req && pl_cmp(&g->cseq_met, &g->met))
		refuse(g, 400, "CSeq method mismatch");
}


/* RFC 3261 section 18.3 */
static void check_length(struct guard *g, size_t left, bool stream)
{
	const struct hdr *h = first(g, HDR_CONTENT_LENGTH);
	uint32_t n = 0;

	g->has_clen = h != NULL;
	if (!h && stream) {
		refuse(g, 400, "No Content-Length");
		return;
	}
	if (h && (h->val.l > 9 || syntax_u32(&n, &h->val, INT32_MAX))) {
		refuse(g, 400, "Bad Content-Length");
		return;
	}
	g->clen = h ? n : left;
	if (!stream && g->clen > left)
		refuse(g, 400, "Body shorter than Content-Length");
	else if (g->clen > GUARD_BODY_MAX)
		refuse(g, 413, "Request Entity Too Large");
	if (g->why)
		g->clen = 0;
}


/**
 * Bound, count and index a message
 *
 * @param g      What was found
 * @param p      Octets, from the start line on
 * @param len    Their number
 * @param stream True for a stream: the body may follow later
 *
 * @return 0 if success, EBADMSG if it is refused
 *
 * RFC 3261 sections 7 and 18.3
 */
int guard_check(struct guard *g, const uint8_t *p, size_t len, bool stream)
{
	struct pass ps = {.g = g, .p = (const char *)p, .len = len};

	if (!g || !p)
		return EINVAL;

	memset(g, 0, offsetof(struct guard, hdrv));
	g->hdrc = g->head = g->clen = 0;
	g->has_clen = false;
	g->status = 0;
	g->why = NULL;

	if (!start_line(&ps)) {
		g->req = false;
		g->why = "Not SIP";
		return EBADMSG;
	}
	while (next_line(&ps))
		;
	g->head = ps.pos;
	check_counts(&ps);
	check_cseq(g);
	if (ps.complete)
		check_length(g, len - ps.pos, stream);
	if (!g->why)
		return 0;

	if (!g->req || !pl_strcmp(&g->met, "ACK"))
		g->status = 0;

	return EBADMSG;
}
