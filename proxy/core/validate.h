/**
 * @file validate.h  Is this request one that a proxy may work on?
 *
 * RFC 3261 section 16.3, the checks that need nothing but the request. Pure.
 */
#ifndef PROXY_CORE_VALIDATE_H
#define PROXY_CORE_VALIDATE_H

#include "proxy/sip/message.h"

enum { VALIDATE_EXTRA_MAX = 512, VALIDATE_MAXFWD = 70 };

/** What a refused request is answered with */
struct refusal {
	uint16_t scode;
	const char *reason;
	char extra[VALIDATE_EXTRA_MAX]; /* whole header lines, or "" */
};

/* 0: fine; EPROTO: *r is the answer */
int validate_request(const struct message *req, struct refusal *r);

/* fills r, returns EPROTO: "return refuse(...)" where a check fails */
int refuse(struct refusal *r, uint16_t scode, const char *reason);

#endif
