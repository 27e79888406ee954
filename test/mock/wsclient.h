/**
 * @file wsclient.h  The browser's side of a WebSocket, octet by octet
 */
#ifndef TEST_MOCK_WSCLIENT_H
#define TEST_MOCK_WSCLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

enum {
	WSCLIENT_FIN = 0x80,
	WSCLIENT_CONT = 0,
	WSCLIENT_TEXT = 1,
	WSCLIENT_BINARY = 2,
	WSCLIENT_CLOSE = 8,
	WSCLIENT_PING = 9,
	WSCLIENT_PONG = 10,
};

/* RFC 6455 section 1.3, with the subprotocol of RFC 7118 */
#define WSCLIENT_REQUEST                                  \
	"GET / HTTP/1.1\r\n"                              \
	"Host: sip.example.net\r\n"                       \
	"Upgrade: websocket\r\n"                          \
	"Connection: keep-alive, Upgrade\r\n"             \
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" \
	"Origin: https://phone.example.net\r\n"           \
	"Sec-WebSocket-Protocol: sip\r\n"                 \
	"Sec-WebSocket-Version: 13\r\n\r\n"

#define WSCLIENT_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

/* masked, behind the end of mb; first: FIN and opcode */
void wsclient_frame(struct mbuf *mb, int first, const void *p, size_t len);
void wsclient_text(struct mbuf *mb, const char *text);

/* the head alone, which may lie; size: 1, 3 or 9 octets of length */
void wsclient_head(struct mbuf *mb, int first, bool mask, uint64_t len,
		   int size);

/* a server's frame at the start of p; octets of it, 0: it is not whole */
size_t wsclient_take(const void *p, size_t len, int *first,
		     struct pl *payload);

#endif
