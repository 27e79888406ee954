/**
 * @file glimpse.c  What a message is, at a glance: no grammar, no refusal
 */
#include <string.h>
#include <strings.h>
#include "proxy/admin/trace/glimpse.h"
#include "proxy/sip/syntax.h"


/* without its end; false: the header is over */
static bool next_line(struct pl *rest, struct pl *line)
{
	const char *end;

	if (!rest->l)
		return false;

	end = memchr(rest->p, '\n', rest->l);
	line->p = rest->p;
	line->l = end ? (size_t)(end - rest->p) : rest->l;
	syntax_advance(rest, end ? line->l + 1 : rest->l);
	if (line->l && line->p[line->l - 1] == '\r')
		--line->l;

	return line->l > 0;
}


/* is it that header, by its long name or by its letter? */
static bool is_header(struct pl *val, const struct pl *line, const char *name,
		      size_t len, char letter)
{
	struct pl rest = *line;

	if (line->l > len && !strncasecmp(line->p, name, len))
		syntax_advance(&rest, len);
	else if (letter && (line->p[0] | 0x20) == letter)
		syntax_advance(&rest, 1);
	else
		return false;

	syntax_skip_lws(&rest);
	if (!syntax_skip_char(&rest, ':'))
		return false;

	syntax_trim(&rest);
	*val = rest;

	return true;
}

#define IS(val, line, name, letter) \
	is_header(val, line, name, sizeof(name) - 1, letter)


/* up to a blank, which goes as well */
static void take_word(struct pl *rest, struct pl *word)
{
	size_t n = 0;

	while (n < rest->l && rest->p[n] != ' ')
		++n;
	syntax_take(rest, word, n);
	syntax_skip_lws(rest);
}


static void start_line(struct glimpse *g, struct pl line)
{
	struct pl word;

	take_word(&line, &word);
	g->req = word.l < 4 || strncasecmp(word.p, "SIP/", 4);
	if (g->req) {
		g->method = word;
		take_word(&line, &g->uri);
		return;
	}

	take_word(&line, &word);
	if (word.l == 3)
		g->status = (uint16_t)pl_u32(&word);
	g->reason = line;
}


static bool is_sdp(const struct pl *type)
{
	static const char sdp[] = "application/sdp";
	const size_t n = sizeof(sdp) - 1;

	return type->l >= n && !strncasecmp(type->p, sdp, n) &&
	       (type->l == n || strchr("; \t", type->p[n]));
}


static void header_line(struct glimpse *g, const struct pl *line)
{
	struct pl val;

	if (IS(&val, line, "Call-ID", 'i'))
		g->callid = val;
	else if (IS(&val, line, "CSeq", 0))
		g->cseq = val;
	else if (IS(&val, line, "From", 'f'))
		g->from = val;
	else if (IS(&val, line, "To", 't'))
		g->to = val;
	else if (IS(&val, line, "Content-Type", 'c'))
		g->sdp = is_sdp(&val);
}


/**
 * Look at a message
 *
 * @param g   What is seen
 * @param p   Message
 * @param len Octets
 */
void glimpse(struct glimpse *g, const char *p, size_t len)
{
	struct pl rest = {p, len}, line;

	memset(g, 0, sizeof(*g));
	if (!next_line(&rest, &line))
		return;

	start_line(g, line);
	while (next_line(&rest, &line))
		header_line(g, &line);

	if (!g->req && g->cseq.l) {
		line = g->cseq;
		take_word(&line, &g->method);
		g->method = line;
	}
}


/**
 * Look for the Call-ID alone
 *
 * @param callid Call-ID
 * @param p      Message
 * @param len    Octets
 *
 * @return True if there is one
 */
bool glimpse_callid(struct pl *callid, const char *p, size_t len)
{
	const char *const end = p + len;

	/* of all lines but one the first letter is enough */
	while (p < end && *p != '\r' && *p != '\n') {
		const char c = (char)(*p | 0x20);
		struct pl rest = {p, (size_t)(end - p)}, line;

		if ((c == 'c' || c == 'i') && next_line(&rest, &line) &&
		    IS(callid, &line, "Call-ID", 'i'))
			return callid->l > 0;

		p = memchr(p, '\n', (size_t)(end - p));
		if (!p)
			break;
		++p;
	}

	return false;
}


/* from behind the scheme of the URI that is in it */
static void skip_scheme(struct pl *rest)
{
	const char *angle = pl_strchr(rest, '<');
	const char *colon;

	if (angle)
		syntax_advance(rest, (size_t)(angle - rest->p) + 1);

	colon = pl_strchr(rest, ':');
	if (colon)
		syntax_advance(rest, (size_t)(colon - rest->p) + 1);
}


/**
 * Who stands in a From, To or URI
 *
 * @param user User, may be empty
 * @param host Host without its port, may be empty
 * @param val  Value of the header, or the URI
 */
void glimpse_who(struct pl *user, struct pl *host, const struct pl *val)
{
	struct pl rest = *val;
	size_t n = 0;

	memset(user, 0, sizeof(*user));
	memset(host, 0, sizeof(*host));
	if (!val->l)
		return;

	skip_scheme(&rest);
	while (n < rest.l && !strchr("@;>?", rest.p[n]))
		++n;
	if (n < rest.l && rest.p[n] == '@') {
		syntax_take(&rest, user, n);
		syntax_advance(&rest, 1);
	}

	n = 0;
	if (rest.l && *rest.p == '[')
		while (n < rest.l && rest.p[n] != ']')
			++n;
	while (n < rest.l && !strchr(":;>?", rest.p[n]))
		++n;
	syntax_take(&rest, host, n);
}
