/**
 * @file ws_request.h  The HTTP request that asks for a WebSocket: pure
 */
#ifndef PROXY_SIP_WS_REQUEST_H
#define PROXY_SIP_WS_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

enum { WS_REQUEST_MAX = 8192, WS_REQUEST_LINES_MAX = 100 };

/** Slices of the request; what is not there has no p */
struct ws_request {
	struct pl met, ver;
	bool bad;        /* a header is malformed, or holds what may not be */
	bool upgrade;    /* Upgrade: websocket */
	bool connection; /* Connection: Upgrade */
	bool sip;        /* Sec-WebSocket-Protocol: sip */
	struct pl host, key, version, origin;
};

/* what does not even begin as HTTP does is not worth an answer */
bool ws_request_may_be(const uint8_t *p, size_t len);

/*
 * Octets of the head, its blank line included; 0: it is not whole. *scan:
 * octets looked at before, so that a dribbled one costs linear time.
 */
size_t ws_request_head(const uint8_t *p, size_t len, size_t *scan);

/* EBADMSG: not even a request line */
int ws_request_decode(struct ws_request *req, const uint8_t *p, size_t len);

#endif
