/**
 * @file stun_echo.h  A phone asks by STUN where it is seen (RFC 5626 section 8)
 *
 * On the SIP port STUN keeps a NAT's mapping open and shows a phone when it
 * has changed. Pure: octets in, octets out.
 */
#ifndef PROXY_SIP_STUN_ECHO_H
#define PROXY_SIP_STUN_ECHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

enum { STUN_ECHO_MAX = 64 };

/* SIP begins with a letter, STUN does not (RFC 5626 section 8) */
bool stun_echo_is(const uint8_t *p, size_t len);

/*
 * EBADMSG: not a Binding request of RFC 5389 that ends where the datagram
 * does. What it must not do without is refused by 420, not by silence.
 */
int stun_echo_answer(uint8_t out[STUN_ECHO_MAX], size_t *outlen,
		     const uint8_t *p, size_t len, const struct sa *src);

#endif
