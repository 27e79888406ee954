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
#include "proxy/sip/ws_handshake.h"
#include "proxy/sip/ws_request.h"


enum {
	KEY_SIZE = 24, /* 16 octets in base64 */
	SHA1_SIZE = 20,
};

static void refuse(struct ws_handshake *hs, uint16_t status, const char *why)
{
	hs->status = status;
	hs->why = why;
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


static void judge(struct ws_handshake *hs, const struct ws_request *a,
		  const struct ws_origins *origins)
{
	if (pl_strcmp(&a->ver, "HTTP/1.1"))
		refuse(hs, 505, "HTTP/1.1 is spoken here");
	else if (pl_strcmp(&a->met, "GET"))
		refuse(hs, 405, "A WebSocket begins with GET");
	else if (a->bad)
		refuse(hs, 400, "Bad header");
	else if (!a->host.l)
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
	struct ws_request req;

	memset(hs, 0, sizeof(*hs));
	if (ws_request_decode(&req, p, len))
		refuse(hs, 400, "Bad request line");
	else
		judge(hs, &req, origins);
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
