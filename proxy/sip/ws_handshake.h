/**
 * @file ws_handshake.h  How a connection becomes a WebSocket (RFC 6455, 4.2)
 *
 * One HTTP request, read once when its head is whole, and what it gets: 101
 * with the subprotocol "sip" (RFC 7118 section 4), or a short error. Pure.
 */
#ifndef PROXY_SIP_WS_HANDSHAKE_H
#define PROXY_SIP_WS_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>
#include "common/config.h"

enum { WS_ACCEPT_SIZE = 29 };

/** Pages of these origins may come; none: of all */
struct ws_origins {
	const char (*v)[CONFIG_ORIGIN_SIZE]; /* not owned */
	size_t n;
};

struct ws_handshake {
	uint16_t status; /* 101, or 400 403 405 426 505 */
	const char *why; /* NULL with 101 */
	char accept[WS_ACCEPT_SIZE];
};

void ws_handshake_read(struct ws_handshake *hs, const uint8_t *p, size_t len,
		       const struct ws_origins *origins);
int ws_handshake_print(struct mbuf *mb, const struct ws_handshake *hs);

#endif
