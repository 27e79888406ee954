/**
 * @file datagram.c  A UDP datagram with its headers, written by us
 */
#include <string.h>
#include <netinet/in.h>
#include "relay/engine/datagram.h"

enum {
	V4_HEAD = 20,
	V6_HEAD = 40,
	UDP_HEAD = 8,
	FRAGMENT_HEAD = 8,
	UNIT = 8, /* octets, of a fragment's offset */
	PROTO_UDP = 17,
	PROTO_FRAGMENT = 44,
	DSCP_SHIFT = 2,
};

enum {
	/* of IPv4 */
	AT_TOS = 1,
	AT_LEN = 2,
	AT_ID = 4,
	AT_OFFSET = 6,
	AT_TTL = 8,
	AT_PROTO = 9,
	AT_SRC = 12,
	AT_DST = 16,

	/* of IPv6 */
	AT6_LEN = 4,
	AT6_NEXT = 6,
	AT6_HOPS = 7,
	AT6_SRC = 8,
	AT6_DST = 24,
};

enum { MORE = 0x2000, MORE6 = 1 };


static void put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}


/* ones' complement, eight octets at a time: it does not care for their order
   (RFC 1071 section 2) */
static uint64_t add(uint64_t sum, const uint8_t *p, size_t len)
{
	uint64_t v;

	for (; len >= sizeof(v); p += sizeof(v), len -= sizeof(v)) {
		memcpy(&v, p, sizeof(v));
		sum += v;
		sum += sum < v;
	}

	if (len) {
		v = 0;
		memcpy(&v, p, len);
		sum += v;
		sum += sum < v;
	}

	return sum;
}


static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);

	return (uint16_t)~sum;
}


/* 0 would say that there is none (RFC 768, RFC 8200 section 8.1) */
static void seal(uint8_t *udp, size_t len, const uint8_t *addrs, size_t addrl)
{
	const uint16_t pseudo[2] = {htons(PROTO_UDP), htons((uint16_t)len)};
	uint16_t sum;

	sum = fold(add(add(add(0, addrs, addrl), (const uint8_t *)pseudo,
			   sizeof(pseudo)),
		       udp, len));
	if (!sum)
		sum = 0xffff;
	memcpy(udp + 6, &sum, sizeof(sum));
}


/* its checksum is the kernel's to write, which has a faster way */
static uint8_t *wrap_v4(uint8_t *udp, size_t len, const struct sa *src,
			const struct sa *dst,
			const struct datagram_style *style, uint16_t id)
{
	uint8_t *ip = udp - V4_HEAD;

	memset(ip, 0, V4_HEAD);
	ip[0] = 0x45;
	ip[AT_TOS] = (uint8_t)(style->dscp << DSCP_SHIFT);
	put16(ip + AT_LEN, V4_HEAD + len);
	put16(ip + AT_ID, id);
	ip[AT_TTL] = style->hops[0];
	ip[AT_PROTO] = PROTO_UDP;
	memcpy(ip + AT_SRC, &src->u.in.sin_addr, 4);
	memcpy(ip + AT_DST, &dst->u.in.sin_addr, 4);
	seal(udp, len, ip + AT_SRC, 8);

	return ip;
}


static uint8_t *wrap_v6(uint8_t *udp, size_t len, const struct sa *src,
			const struct sa *dst,
			const struct datagram_style *style)
{
	uint8_t *ip = udp - V6_HEAD;
	const unsigned tclass = (unsigned)style->dscp << DSCP_SHIFT;

	ip[0] = (uint8_t)(0x60 | tclass >> 4);
	ip[1] = (uint8_t)(tclass << 4);
	ip[2] = ip[3] = 0;
	put16(ip + AT6_LEN, len);
	ip[AT6_NEXT] = PROTO_UDP;
	ip[AT6_HOPS] = style->hops[1];
	memcpy(ip + AT6_SRC, &src->u.in6.sin6_addr, 16);
	memcpy(ip + AT6_DST, &dst->u.in6.sin6_addr, 16);
	seal(udp, len, ip + AT6_SRC, 32);

	return ip;
}


/**
 * Write the headers of a datagram before its payload
 *
 * @param payload Payload, with DATAGRAM_HEAD octets of room before it
 * @param len     Its length, at most DATAGRAM_MAX
 * @param src     Our address and port
 * @param dst     Where it goes, of the same family
 * @param style   What the headers say else
 * @param id      Of its fragments, if a router makes some; not 0
 *
 * @return Where the datagram begins
 *
 * RFC 791 section 3.1, RFC 768, RFC 8200 section 3
 */
uint8_t *datagram_wrap(uint8_t *payload, size_t len, const struct sa *src,
		       const struct sa *dst,
		       const struct datagram_style *style, uint16_t id)
{
	uint8_t *udp = payload - UDP_HEAD;

	put16(udp, sa_port(src));
	put16(udp + 2, sa_port(dst));
	put16(udp + 4, UDP_HEAD + len);
	put16(udp + 6, 0);

	return sa_af(src) == AF_INET6
		       ? wrap_v6(udp, UDP_HEAD + len, src, dst, style)
		       : wrap_v4(udp, UDP_HEAD + len, src, dst, style, id);
}


static size_t head_v4(uint8_t *piece, const uint8_t *whole, size_t at,
		      size_t n, bool more, uint32_t id)
{
	memcpy(piece, whole, V4_HEAD);
	put16(piece + AT_LEN, V4_HEAD + n);
	put16(piece + AT_ID, (uint16_t)id);
	put16(piece + AT_OFFSET, at / UNIT | (more ? MORE : 0));

	return V4_HEAD;
}


static size_t head_v6(uint8_t *piece, const uint8_t *whole, size_t at,
		      size_t n, bool more, uint32_t id)
{
	uint8_t *frag = piece + V6_HEAD;

	memcpy(piece, whole, V6_HEAD);
	put16(piece + AT6_LEN, FRAGMENT_HEAD + n);
	piece[AT6_NEXT] = PROTO_FRAGMENT;
	frag[0] = PROTO_UDP;
	frag[1] = 0;
	put16(frag + 2, at | (more ? MORE6 : 0));
	put16(frag + 4, id >> 16);
	put16(frag + 6, (uint16_t)id);

	return V6_HEAD + FRAGMENT_HEAD;
}


/**
 * Cut the next piece off a datagram
 *
 * @param piece Piece, out
 * @param size  Room for it: what fits through
 * @param whole Datagram, as datagram_wrap() has made it
 * @param len   Its length with all headers
 * @param at    How much of its payload is cut off; 0 at first
 * @param id    The same one for all pieces; not 0
 *
 * @return Length of the piece, 0 if nothing is left or nothing fits
 *
 * RFC 791 section 3.2, RFC 8200 section 4.5
 */
size_t datagram_piece(uint8_t *piece, size_t size, const uint8_t *whole,
		      size_t len, size_t *at, uint32_t id)
{
	const bool v6 = whole[0] >> 4 == 6;
	const size_t begin = v6 ? V6_HEAD : V4_HEAD;
	const size_t head = begin + (v6 ? FRAGMENT_HEAD : 0);
	size_t n, used;

	if (len <= begin + *at || size < head + UNIT)
		return 0;

	n = len - begin - *at;
	if (n > size - head)
		n = (size - head) / UNIT * UNIT;

	used = (v6 ? head_v6 : head_v4)(piece, whole, *at, n,
					begin + *at + n < len, id);
	memcpy(piece + used, whole + begin + *at, n);
	*at += n;

	return used + n;
}
