/**
 * @file bench/media/datagram.c  UDP over IPv4 over Ethernet, by hand
 */
#include <string.h>
#include <arpa/inet.h>
#include "test/bench/media/datagram.h"

enum { ETH = 14, IP = 20, UDP = 8, TTL = 64, PSEUDO_AT = ETH + 12 };


/* RFC 1071, in the order of the wire: of an even number of octets */
static uint32_t sum_of(const uint8_t *p, size_t len)
{
	uint64_t sum = 0;
	uint32_t word;
	uint16_t half;

	for (; len >= 4; p += 4, len -= 4) {
		memcpy(&word, p, sizeof(word));
		sum += word;
	}
	if (len >= 2) {
		memcpy(&half, p, sizeof(half));
		sum += half;
	}
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);

	return (uint32_t)((sum & 0xffff) + (sum >> 16));
}


static uint16_t fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);

	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}


static void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}


static uint32_t pseudo_sum(const uint8_t *frame, size_t udp_len)
{
	return sum_of(frame + PSEUDO_AT, 8) + htons(IPPROTO_UDP) +
	       htons((uint16_t)udp_len);
}


/**
 * Write what all datagrams of an end begin with
 *
 * @param h    Filled in
 * @param macv The interfaces' addresses, ours and the other one's
 * @param src  Source
 * @param dst  Destination
 * @param len  Octets of data
 */
void datagram_head(struct datagram_head *h, const uint8_t macv[2][6],
		   const struct sockaddr_in *src,
		   const struct sockaddr_in *dst, size_t len)
{
	uint8_t *b = h->buf, *ip = b + ETH, *udp = ip + IP;
	uint16_t sum;

	memset(h, 0, sizeof(*h));
	memcpy(b, macv[1], 6);
	memcpy(b + 6, macv[0], 6);
	put16(b + 12, 0x0800);

	ip[0] = 0x45;
	ip[1] = 46 << 2;
	put16(ip + 2, (uint16_t)(IP + UDP + len));
	put16(ip + 6, 0x4000);
	ip[8] = TTL;
	ip[9] = IPPROTO_UDP;
	memcpy(ip + 12, &src->sin_addr, 4);
	memcpy(ip + 16, &dst->sin_addr, 4);
	sum = (uint16_t)~sum_of(ip, IP);
	memcpy(ip + 10, &sum, sizeof(sum));

	memcpy(udp, &src->sin_port, 2);
	memcpy(udp + 2, &dst->sin_port, 2);
	put16(udp + 4, (uint16_t)(UDP + len));
	h->sum = pseudo_sum(b, UDP + len) + sum_of(udp, UDP);
}


/**
 * Complete a datagram
 *
 * @param buf Frame, with its data behind DATAGRAM_HEAD octets
 * @param h   What it begins with
 * @param len Octets of data, an even number
 */
void datagram_write(uint8_t *buf, const struct datagram_head *h, size_t len)
{
	const uint16_t sum = (uint16_t)~fold(h->sum +
					     sum_of(buf + DATAGRAM_HEAD, len));

	memcpy(buf, h->buf, DATAGRAM_HEAD);
	memcpy(buf + ETH + IP + 6, sum ? &sum : &(const uint16_t){0xffff},
	       sizeof(sum));
}


/* one that was left to a network card has the pseudo header's sum */
static bool udp_intact(const uint8_t *frame, size_t udp_len, bool partial)
{
	const uint8_t *udp = frame + ETH + IP;
	const uint32_t pseudo = pseudo_sum(frame, udp_len);
	uint16_t field;

	memcpy(&field, udp + 6, sizeof(field));
	if (partial)
		return field == fold(pseudo);

	return field && fold(pseudo + sum_of(udp, udp_len)) == 0xffff;
}


/**
 * Read a datagram
 *
 * @param d       Filled in
 * @param buf     Frame
 * @param len     Its octets
 * @param partial Its checksum was left to a network card
 *
 * @return False if it is not one
 */
bool datagram_read(struct datagram *d, const uint8_t *buf, size_t len,
		   bool partial)
{
	const uint8_t *ip = buf + ETH, *udp = ip + IP;
	size_t udp_len;

	if (len < DATAGRAM_HEAD || buf[12] != 8 || buf[13] || ip[0] != 0x45 ||
	    ip[9] != IPPROTO_UDP)
		return false;
	udp_len = (size_t)udp[4] << 8 | udp[5];
	if (udp_len < UDP || udp_len > len - ETH - IP)
		return false;

	memset(d, 0, sizeof(*d));
	memcpy(&d->src.sin_addr, ip + 12, 4);
	memcpy(&d->dst.sin_addr, ip + 16, 4);
	memcpy(&d->src.sin_port, udp, 2);
	memcpy(&d->dst.sin_port, udp + 2, 2);
	d->data = udp + UDP;
	d->len = udp_len - UDP;
	d->intact = sum_of(ip, IP) == 0xffff && udp_len % 2 == 0 &&
		    udp_intact(buf, udp_len, partial);

	return true;
}
