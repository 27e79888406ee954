/**
 * @file ws_handshake.c  How a connection becomes a WebSocket (RFC 6455, 4.2)
 *
 * The path is nobody's business: whoever configured it into a page meant us.
 * An Origin is what a browser says of its page; other programs send none, or
 * any, so a list of origins keeps foreign pages out and nobody else.
 */
#include <errno.h>
#include <string.h>
#include <openssl/evp.h>
#include "proxy/sip/syntax.h"
#include "proxy/sip/ws_handshake.h"


enum {
	TOKEN_MAX = 32,
	KEY_SIZE = 24, /* 16 octets in base64 */
	SHA1_SIZE = 20,
};

/** What the lines say that count */
struct ask {
	bool upgrade;    /* Upgrade: websocket */
	bool connection; /* Connection: Upgrade */
	bool sip;        /* Sec-WebSocket-Protocol: sip */
	struct pl host, key, version, origin;
};

typedef int(field_h)(struct ask *a, const struct pl *val);


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


static int host(struct ask *a, const struct pl *val)
{
	return once(&a->host, val);
}


static int key(struct ask *a, const struct pl *val)
{
	return once(&a->key, val);
}


static int version(struct ask *a, const struct pl *val)
{
	return once(&a->version, val);
}


static int origin(struct ask *a, const struct pl *val)
{
	return once(&a->origin, val);
}


static int upgrade(struct ask *a, const struct pl *val)
{
	a->upgrade |= has_word(val, "websocket");

	return 0;
}


static int connection(struct ask *a, const struct pl *val)
{
	a->connection |= has_word(val, "upgrade");

	return 0;
}


/* a browser compares our answer with its offer octet by octet */
static int protocol(struct ask *a, const struct pl *val)
{
	struct pl rest = *val, pl;

	while (next_word(&rest, &pl))
		a->sip |= !pl_strcmp(&pl, "sip");

	return 0;
}


static int length(struct ask *a, const struct pl *val)
{
	(void)a;

	return pl_strcmp(val, "0") ? EBADMSG : 0;
}


static int encoding(struct ask *a, const struct pl *val)
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
static int field(struct ask *a, const struct pl *line)
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


static int fields(struct ask *a, struct pl *rest)
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


static void refuse(struct ws_handshake *hs, uint16_t status, const char *why)
{
	hs->status = status;
	hs->why = why;
}


/* "GET /any/path HTTP/1.1" */
static int request_line(struct ws_handshake *hs, struct pl *rest)
{
	struct pl line, met, path, ver;
	const char *a, *z;

	if (next_line(rest, &line))
		return EBADMSG;

	a = memchr(line.p, ' ', line.l);
	z = memrchr(line.p, ' ', line.l);
	if (!a || a == z)
		return EBADMSG;

	met = syntax_span(line.p, a);
	path = syntax_span(a + 1, z);
	ver = syntax_span(z + 1, line.p + line.l);
	if (!syntax_is_token(&met) || !path.l || memchr(path.p, ' ', path.l))
		return EBADMSG;

	if (pl_strcmp(&ver, "HTTP/1.1"))
		refuse(hs, 505, "HTTP/1.1 is spoken here");
	else if (pl_strcmp(&met, "GET"))
		refuse(hs, 405, "A WebSocket begins with GET");

	return 0;
}


static bool is_base64(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '+' || c == '/';
}


static bool is_key(const struct pl *pl)
{
	if (pl->l != KEY_SIZE || memcmp(pl->p + KEY_SIZE - 2, "==", 2))
		return false;

	for (size_t i = 0; i < KEY_SIZE - 2; i++) {
		if (!is_base64(pl->p[i]))
			return false;
	}

	return true;
}


static bool is_welcome(const struct pl *pl, const struct ws_origins *origins)
{
	if (!origins || !origins->n || !pl->p)
		return true;

	for (size_t i = 0; i < origins->n; i++) {
		if (!pl_strcasecmp(pl, origins->v[i]))
			return true;
	}

	return false;
}


/* section 4.2.2 step 5.4 */
static int make_accept(char accept[WS_ACCEPT_SIZE], const struct pl *k)
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	char text[KEY_SIZE + sizeof(guid)];
	uint8_t md[SHA1_SIZE];

	memcpy(text, k->p, KEY_SIZE);
	memcpy(text + KEY_SIZE, guid, sizeof(guid));
	if (!EVP_Digest(text, sizeof(text) - 1, md, NULL, EVP_sha1(), NULL))
		return EPROTO;

	(void)EVP_EncodeBlock((uint8_t *)accept, md, sizeof(md));

	return 0;
}


static void judge(struct ws_handshake *hs, const struct ask *a,
		  const struct ws_origins *origins)
{
	if (!a->host.l)
		refuse(hs, 400, "Host is missing");
	else if (!a->upgrade || !a->connection)
		refuse(hs, 426,
		       "SIP over WebSocket is spoken here (RFC 7118)");
	else if (pl_strcmp(&a->version, "13"))
		refuse(hs, 426, "Sec-WebSocket-Version is not 13");
	else if (!is_key(&a->key))
		refuse(hs, 400, "Sec-WebSocket-Key is not 16 octets");
	else if (!a->sip)
		refuse(hs, 400, "Sec-WebSocket-Protocol does not name sip");
	else if (!is_welcome(&a->origin, origins))
		refuse(hs, 403, "This origin is not allowed here");
	else if (make_accept(hs->accept, &a->key))
		refuse(hs, 500, "No digest");
	else
		hs->status = 101;
}


/**
 * May this be the beginning of a HTTP request?
 *
 * @param p   Octets
 * @param len How many
 *
 * @return True if so
 */
bool ws_handshake_may_be(const uint8_t *p, size_t len)
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
size_t ws_handshake_head(const uint8_t *p, size_t len, size_t *scan)
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
 * Read a request and decide what it gets
 *
 * @param hs      What it gets
 * @param p       Its head
 * @param len     How many octets, the blank line included
 * @param origins Who may come, NULL for all
 *
 * RFC 6455 section 4.2.1
 */
void ws_handshake_read(struct ws_handshake *hs, const uint8_t *p, size_t len,
		       const struct ws_origins *origins)
{
	struct pl rest = {(const char *)p, len};
	struct ask a;

	memset(hs, 0, sizeof(*hs));
	memset(&a, 0, sizeof(a));
	if (request_line(hs, &rest)) {
		refuse(hs, 400, "Bad request line");
		return;
	}
	if (hs->status)
		return;

	if (fields(&a, &rest))
		refuse(hs, 400, "Bad header");
	else
		judge(hs, &a, origins);
}


static const char *reason(uint16_t status)
{
	switch (status) {
	case 403:
		return "Forbidden";
	case 405:
		return "Method Not Allowed";
	case 426:
		return "Upgrade Required";
	case 431:
		return "Request Header Fields Too Large";
	case 500:
		return "Internal Server Error";
	case 505:
		return "HTTP Version Not Supported";
	default:
		return "Bad Request";
	}
}


static const char *extra(uint16_t status)
{
	switch (status) {
	case 405:
		return "Allow: GET\r\nConnection: close\r\n";
	case 426:
		return "Upgrade: websocket\r\n"
		       "Connection: close, Upgrade\r\n"
		       "Sec-WebSocket-Version: 13\r\n";
	default:
		return "Connection: close\r\n";
	}
}


/**
 * Print the answer
 *
 * @param mb Buffer
 * @param hs What the request gets
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 6455 section 4.2.2
 */
int ws_handshake_print(struct mbuf *mb, const struct ws_handshake *hs)
{
	if (hs->status == 101)
		return mbuf_printf(mb,
				   "HTTP/1.1 101 Switching Protocols\r\n"
				   "Upgrade: websocket\r\n"
				   "Connection: Upgrade\r\n"
				   "Sec-WebSocket-Accept: %s\r\n"
				   "Sec-WebSocket-Protocol: sip\r\n\r\n",
				   hs->accept);

	return mbuf_printf(mb,
			   "HTTP/1.1 %u %s\r\n"
			   "%s"
			   "Content-Type: text/plain\r\n"
			   "Content-Length: %zu\r\n\r\n"
			   "%s\n",
			   hs->status, reason(hs->status), extra(hs->status),
			   strlen(hs->why) + 1, hs->why);
}
