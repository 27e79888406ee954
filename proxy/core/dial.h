/**
 * @file dial.h  A number becomes the targets of a request
 */
#ifndef PROXY_CORE_DIAL_H
#define PROXY_CORE_DIAL_H

#include "proxy/core/forwarding.h"
#include "proxy/core/validate.h"

/*
 * Adds the trunks that the dial plan has for the number in a URI's user part:
 * tried one after the other, as one target. payer: the account whose rights
 * count, who calls or who has forwarded his calls there; NULL: the sender is a
 * peer, or nobody is asked who he is. ENOENT: not a number, or no route takes
 * it; EPROTO: *r is the answer.
 */
int dial_add(struct forwarding *fw, const struct pl *user, const char *payer,
	     uint16_t q, struct refusal *r);

#endif
