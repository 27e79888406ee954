/**
 * @file pcap.c  Packets of a file for Wireshark, pure
 *
 * https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html
 */
#include <string.h>
#include <netinet/in.h>
#include "common/octets.h"
#include "common/pcap.h"

enum {
	MAGIC_US = 0xa1b2c3d4,
	LINKTYPE_RAW = 101,
	IPV4 = 20,
	IPV6 = 40,
	UDP = 8,
	TTL = 64,
};


static void host32(uint8_t *p, uint32_t n)
{
	memcpy(p, &n, sizeof(n));
}


static void host16(uint8_t *p, uint16_t n)
{
	memcpy(p, &n, sizeof(n));
}


/* RFC 1071; p is whole words but for its end */
static uint32_t add_words(uint32_t sum, const uint8_t *p, size_t len)
{
	for (; len > 1; len -= 2, p += 2)
		sum += (uint32_t)p[0] << 8 | p[1];

	return len ? sum + ((uint32_t)p[0] << 8) : sum;
}


static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);

	return (uint16_t)~sum;
}


static void put_ipv4(uint8_t *p, const struct pcap_datagram *d)
{
	memset(p, 0, IPV4);
	p[0] = 0x45;
	octets_put16(p + 2, (uint16_t)(IPV4 + UDP + d->wire));
	p[6] = 0x40; /* not to be cut */
	p[8] = TTL;
	p[9] = IPPROTO_UDP;
	memcpy(p + 12, d->src, 4);
	memcpy(p + 16, d->dst, 4);
	octets_put16(p + 10, fold(add_words(0, p, IPV4)));
}


static void put_ipv6(uint8_t *p, const struct pcap_datagram *d)
{
	memset(p, 0, IPV6);
	p[0] = 0x60;
	octets_put16(p + 4, (uint16_t)(UDP + d->wire));
	p[6] = IPPROTO_UDP;
	p[7] = TTL;
	memcpy(p + 8, d->src, 16);
	memcpy(p + 24, d->dst, 16);
}


/* RFC 768; the addresses stand at the end of the IP header. Of what is not
 * all there nobody knows the sum */
static void put_udp(uint8_t *udp, const struct pcap_datagram *d,
		    const uint8_t *p)
{
	const size_t addrs = d->v6 ? 32 : 8, len = UDP + d->len;
	uint32_t sum = IPPROTO_UDP + (uint32_t)len;
	uint16_t check;

	octets_put16(udp, d->sport);
	octets_put16(udp + 2, d->dport);
	octets_put16(udp + 4, (uint16_t)(UDP + d->wire));
	octets_put16(udp + 6, 0);
	memcpy(udp + UDP, p, d->len);
	if (d->len != d->wire)
		return;

	sum = add_words(sum, udp - addrs, addrs);
	check = fold(add_words(sum, udp, len));
	octets_put16(udp + 6, check ? check : 0xffff);
}


/**
 * Write what a file begins with
 *
 * @param h Buffer
 */
void pcap_file_header(uint8_t h[PCAP_FILE_HEADER])
{
	memset(h, 0, PCAP_FILE_HEADER);
	host32(h, MAGIC_US);
	host16(h + 4, 2); /* version 2.4, in the octet order of the rest */
	host16(h + 6, 4);
	host32(h + 16, PCAP_SNAPLEN);
	host32(h + 20, LINKTYPE_RAW);
}


/**
 * Write a packet with all its headers
 *
 * @param buf Buffer, of PCAP_MARGIN octets more than the packet has
 * @param d   What it is
 * @param p   Its octets
 *
 * @return Octets in buf, 0 if it is larger than datagrams are
 */
size_t pcap_write(uint8_t *buf, const struct pcap_datagram *d,
		  const uint8_t *p)
{
	const size_t ip = d->v6 ? IPV6 : IPV4;
	const size_t len = ip + UDP + d->len;

	if (d->wire > PCAP_PAYLOAD_MAX || d->len > d->wire)
		return 0;

	host32(buf, (uint32_t)(d->wall_us / 1000000));
	host32(buf + 4, (uint32_t)(d->wall_us % 1000000));
	host32(buf + 8, (uint32_t)len);
	host32(buf + 12, (uint32_t)(ip + UDP + d->wire));
	if (d->v6)
		put_ipv6(buf + PCAP_RECORD, d);
	else
		put_ipv4(buf + PCAP_RECORD, d);
	put_udp(buf + PCAP_RECORD + ip, d, p);

	return PCAP_RECORD + len;
}
