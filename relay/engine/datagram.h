/**
 * @file datagram.h  A UDP datagram with its headers, written by us
 *
 * Pure. The headers go before the payload, into room that is there for them.
 * Nothing is asked of routers but to fragment where they must.
 */
#ifndef RELAY_ENGINE_DATAGRAM_H
#define RELAY_ENGINE_DATAGRAM_H

#include <stddef.h>
#include <stdint.h>
#include <re.h>

enum {
	DATAGRAM_HEAD = 48, /* at most, before the payload */
	DATAGRAM_MAX = 65535 - DATAGRAM_HEAD,
};

/** What its headers say beside the addresses */
struct datagram_style {
	uint8_t dscp;
	uint8_t hops[2]; /* it may go, IPv4 and IPv6 */
};

/* its first octet; src and dst are of one family, len is at most
 * DATAGRAM_MAX */
uint8_t *datagram_wrap(uint8_t *payload, size_t len, const struct sa *src,
		       const struct sa *dst,
		       const struct datagram_style *style, uint16_t id);

/*
 * The next piece of a datagram that is too long, of at most size octets:
 * how long it is, 0 if there is none left. at begins with 0.
 */
size_t datagram_piece(uint8_t *piece, size_t size, const uint8_t *whole,
		      size_t len, size_t *at, uint32_t id);

#endif
