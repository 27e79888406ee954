/**
 * @file good.c  A good frame, for others to spoil
 */
#include <string.h>
#include <netinet/in.h>
#include <re.h>
#include "test/tool/evil/good.h"


enum { RTP = 12, TTL = 64, JUNK_LEN = 20, PAYLOAD = 172 };


void good_put16(uint8_t *p, size_t n)
{
	p[0] = (uint8_t)(n >> 8);
	p[1] = (uint8_t)n;
}


static uint32_t add(uint32_t sum, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum += (uint32_t)p[i] << (i % 2 ? 0 : 8);

	return sum;
}


static size_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);

	return sum;
}


void good_ip4_sum(uint8_t *f)
{
	good_put16(f + L3 + 10, 0);
	good_put16(f + L3 + 10,
		   ~fold(add(0, f + L3, (size_t)(f[L3] & 15) * 4)));
}


void good_udp_sum(uint8_t *udp, size_t len, const uint8_t *addrs,
		  size_t addrlen)
{
	size_t sum;

	good_put16(udp + 6, 0);
	sum = fold(add(add(IPPROTO_UDP + (uint32_t)len, addrs, addrlen), udp,
		       len));
	good_put16(udp + 6, sum == 0xffff ? sum : ~sum);
}


static size_t payload_make(uint8_t *p, enum payload what)
{
	static const uint8_t rtp[RTP] = {0x80, 0,   0,   1,   0,   0,
					 0,    160, 'e', 'v', 'i', 'l'};

	if (what == JUNK) {
		memset(p, 0xff, JUNK_LEN);
		return JUNK_LEN;
	}
	memcpy(p, rtp, RTP);
	memset(p + RTP, 0x80, PAYLOAD - RTP);

	return PAYLOAD;
}


static void udp_make(uint8_t *udp, const struct good_ends *e, size_t len)
{
	good_put16(udp, sa_port(&e->src));
	good_put16(udp + 2, sa_port(&e->dst));
	good_put16(udp + 4, len);
}


/* a good frame, for others to spoil; its length */
size_t good_make4(uint8_t *f, const struct good_ends *e, enum payload what)
{
	const size_t len = UDP + payload_make(f + DATA, what);

	memcpy(f, e->dst_mac, MAC);
	memcpy(f + MAC, e->src_mac, MAC);
	good_put16(f + 12, ETH_P_IP);
	memset(f + L3, 0, IP4);
	f[L3] = 0x45;
	good_put16(f + L3 + 2, IP4 + len);
	f[L3 + 8] = TTL;
	f[L3 + 9] = IPPROTO_UDP;
	memcpy(f + L3 + 12, &e->src.u.in.sin_addr, 4);
	memcpy(f + L3 + 16, &e->dst.u.in.sin_addr, 4);
	good_ip4_sum(f);
	udp_make(f + L4, e, len);
	good_udp_sum(f + L4, len, f + L3 + 12, 8);

	return L4 + len;
}


size_t good_make6(uint8_t *f, const struct good_ends *e, enum payload what)
{
	const size_t len = UDP + payload_make(f + DATA_6, what);

	memcpy(f, e->dst_mac, MAC);
	memcpy(f + MAC, e->src_mac, MAC);
	good_put16(f + 12, ETH_P_IPV6);
	memset(f + L3, 0, IP6);
	f[L3] = 0x60;
	good_put16(f + L3 + 4, len);
	f[L3 + 6] = IPPROTO_UDP;
	f[L3 + 7] = TTL;
	memcpy(f + L3 + 8, &e->src.u.in6.sin6_addr, 16);
	memcpy(f + L3 + 24, &e->dst.u.in6.sin6_addr, 16);
	udp_make(f + L4_6, e, len);
	good_udp_sum(f + L4_6, len, f + L3 + 8, 32);

	return L4_6 + len;
}
