/**
 * @file ws_request.c  The HTTP request that asks for a WebSocket: pure
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/syntax.h"
#include "proxy/sip/ws_request.h"


enum { TOKEN_MAX = 32 };

typedef int(field_h)(struct ws_request *a, const struct pl *val);


/* "a, b, c": the first one, and what follows its comma */
static bool next_word(struct pl *rest, struct pl *word)
{
	const char *comma;

	if (!rest->l)
		return false;

	comma = memchr(rest->p, ',', rest->l);
	*word = *rest;
	if (comma)
		word->l = (size_t)(comma - rest->p);
	pl_advance(rest, (ssize_t)(word->l + (comma ? 1 : 0)));
	syntax_trim(word);

	return true;
}


static bool has_word(const struct pl *list, const char *word)
{
	struct pl rest = *list, pl;

	while (next_word(&rest, &pl)) {
		if (!pl_strcasecmp(&pl, word))
			return true;
	}

	return false;
}


static int once(struct pl *dst, const struct pl *val)
{
	if (dst->p)
		return EEXIST;

	*dst = *val;

	return 0;
}


static int host(struct ws_request *a, const struct pl *val)
{
	return once(&a->host, val);
}


static int key(struct ws_request *a, const struct pl *val)
{
	return once(&a->key, val);
}


static int version(struct ws_request *a, const struct pl *val)
{
	return once(&a->version, val);
}


static int origin(struct ws_request *a, const struct pl *val)
{
	return once(&a->origin, val);
}


static int upgrade(struct ws_request *a, const struct pl *val)
{
	a->upgrade |= has_word(val, "websocket");

	return 0;
}


static int connection(struct ws_request *a, const struct pl *val)
{
	a->connection |= has_word(val, "upgrade");

	return 0;
}


/* a browser compares our answer with its offer octet by octet */
static int protocol(struct ws_request *a, const struct pl *val)
{
	struct pl rest = *val, pl;

	while (next_word(&rest, &pl))
		a->sip |= !pl_strcmp(&pl, "sip");

	return 0;
}


static int length(struct ws_request *a, const struct pl *val)
{
	(void)a;

	return pl_strcmp(val, "0") ? EBADMSG : 0;
}


static int encoding(struct ws_request *a, const struct pl *val)
{
	(void)a;
	(void)val;

	return EBADMSG;
}


static const struct {
	const char *name;
	field_h *h;
} fieldv[] = {
	{"Host", host},
	{"Upgrade", upgrade},
	{"Connection", connection},
	{"Sec-WebSocket-Key", key},
	{"Sec-WebSocket-Version", version},
	{"Sec-WebSocket-Protocol", protocol},
	{"Origin", origin},
	/* a GET has no body: its octets would be read as frames */
	{"Content-Length", length},
	{"Transfer-Encoding", encoding},
};


static bool is_clean(const struct pl *pl)
{
	for (size_t i = 0; i < pl->l; i++) {
		const uint8_t c = (uint8_t)pl->p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}

	return true;
}


/* without its CRLF; EBADMSG for any other line end */
static int next_line(struct pl *rest, struct pl *line)
{
	const char *nl = memchr(rest->p, '\n', rest->l);

	if (!nl || nl == rest->p || nl[-1] != '\r')
		return EBADMSG;

	line->p = rest->p;
	line->l = (size_t)(nl - rest->p) - 1;
	pl_advance(rest, nl + 1 - rest->p);

	return is_clean(line) ? 0 : EBADMSG;
}


/* RFC 7230 section 3.2.4: no blank before the colon, no folding */
static int field(struct ws_request *a, const struct pl *line)
{
	const char *colon = memchr(line->p, ':', line->l);
	struct pl name, val;

	if (!colon)
		return EBADMSG;

	name = syntax_span(line->p, colon);
	val = syntax_span(colon + 1, line->p + line->l);
	syntax_trim(&val);
	if (!syntax_is_token(&name))
		return EBADMSG;

	for (size_t i = 0; i < ARRAY_SIZE(fieldv); i++) {
		if (!pl_strcasecmp(&name, fieldv[i].name))
			return fieldv[i].h(a, &val);
	}

	return 0;
}


static int fields(struct ws_request *a, struct pl *rest)
{
	struct pl line;
	int err;

	for (int n = 0; n <= WS_REQUEST_LINES_MAX; n++) {
		err = next_line(rest, &line);
		if (err || !line.l)
			return err;

		err = field(a, &line);
		if (err)
			return err;
	}

	return ENOSPC;
}


/* "GET /any/path HTTP/1.1" */
static int request_line(struct ws_request *req, struct pl *rest)
{
	struct pl line, path;
	const char *a, *z;

	if (next_line(rest, &line))
		return EBADMSG;

	a = memchr(line.p, ' ', line.l);
	z = memrchr(line.p, ' ', line.l);
	if (!a || a == z)
		return EBADMSG;

	req->met = syntax_span(line.p, a);
	req->ver = syntax_span(z + 1, line.p + line.l);
	path = syntax_span(a + 1, z);

	return !syntax_is_token(&req->met) || !path.l ||
			       memchr(path.p, ' ', path.l)
		       ? EBADMSG
		       : 0;
}


/**
 * May this be the beginning of a HTTP request?
 *
 * @param p   Octets
 * @param len How many
 *
 * @return True if so
 */
bool ws_request_may_be(const uint8_t *p, size_t len)
{
	size_t n = 0;

	while (n < len && n < TOKEN_MAX && p[n] >= 'A' && p[n] <= 'Z')
		++n;

	return n == len || (n > 0 && p[n] == ' ');
}


/**
 * How long is the head of the request?
 *
 * @param p    Octets
 * @param len  How many
 * @param scan Octets that were looked at before; counts on
 *
 * @return Octets up to the end of its blank line; 0 while that is missing
 */
size_t ws_request_head(const uint8_t *p, size_t len, size_t *scan)
{
	while (*scan < len) {
		const uint8_t *nl = memchr(p + *scan, '\n', len - *scan);
		size_t end;

		if (!nl) {
			*scan = len;
			break;
		}

		/* "\n\n" ends it too: it is refused, but at once */
		end = (size_t)(nl - p);
		*scan = end + 1;
		if ((end >= 1 && p[end - 1] == '\n') ||
		    (end >= 2 && !memcmp(p + end - 2, "\n\r", 2)))
			return end + 1;
	}

	return 0;
}


/**
 * Decode the head of a request
 *
 * @param req What it says
 * @param p   Octets
 * @param len How many, the blank line included
 *
 * @return 0 if success, EBADMSG where it is not even a request line
 *
 * RFC 6455 section 4.1
 */
int ws_request_decode(struct ws_request *req, const uint8_t *p, size_t len)
{
	struct pl rest = {(const char *)p, len};
	struct ws_request r = {.bad = false};

	if (!req || !p)
		return EINVAL;

	if (request_line(&r, &rest))
		return EBADMSG;

	r.bad = fields(&r, &rest) != 0;
	*req = r;

	return 0;
}
