/**
 * @file mock/frame.c  Ethernet frames with UDP in them, made and judged
 */
#include <string.h>
#include <sys/socket.h>
#include "common/octets.h"
#include "test/mock/frame.h"

enum { IPPROTO_IS_UDP = 17, UDP_HEADER = 8, UDP_CHECK = 6 };


static uint32_t sum_up(uint32_t sum, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;

	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);

	return sum;
}


static bool is_six(const struct frame *f)
{
	return f->b[FRAME_ETH] >> 4 == 6;
}


static size_t ip_len(const struct frame *f)
{
	return is_six(f) ? FRAME_IP6 : 4 * (size_t)(f->b[FRAME_ETH] & 15);
}


/* with what UDP thinks of IP's header (RFC 768, RFC 8200 section 8.1) */
static uint32_t udp_sum(const struct frame *f)
{
	const uint8_t *ip = f->b + FRAME_ETH, *udp = ip + ip_len(f);
	const size_t len = octets_get16(udp + 4);
	const uint32_t sum = IPPROTO_IS_UDP + (uint32_t)len;

	return sum_up(is_six(f) ? sum_up(sum, ip + 8, 32)
				: sum_up(sum, ip + 12, 8),
		      udp, len);
}


void frame_sum(struct frame *f)
{
	uint8_t *ip = f->b + FRAME_ETH, *udp = ip + ip_len(f);

	if (!is_six(f)) {
		octets_put16(ip + 10, 0);
		octets_put16(ip + 10, (uint16_t)~sum_up(0, ip, ip_len(f)));
	}

	if (octets_get16(udp + UDP_CHECK)) {
		uint16_t check;

		octets_put16(udp + UDP_CHECK, 0);
		check = (uint16_t)~udp_sum(f);
		octets_put16(udp + UDP_CHECK, check ? check : 0xffff);
	}
}


bool frame_is_sound(const struct frame *f)
{
	const uint8_t *ip = f->b + FRAME_ETH, *udp = ip + ip_len(f);

	if (!is_six(f) && sum_up(0, ip, ip_len(f)) != 0xffff)
		return false;

	if (!octets_get16(udp + UDP_CHECK))
		return !is_six(f);

	return udp_sum(f) == 0xffff;
}


static uint8_t *put_ip4(uint8_t *p, const struct frame_spec *s)
{
	p[0] = 0x45;
	p[1] = s->tos;
	octets_put16(p + 2, (uint16_t)(FRAME_IP4 + UDP_HEADER + s->len));
	octets_put16(p + 4, 0x1234);
	octets_put16(p + 6, 0x4000);
	p[8] = s->ttl;
	p[9] = IPPROTO_IS_UDP;
	memcpy(p + 12, &s->src.u.in.sin_addr, 4);
	memcpy(p + 16, &s->dst.u.in.sin_addr, 4);

	return p + FRAME_IP4;
}


static uint8_t *put_ip6(uint8_t *p, const struct frame_spec *s)
{
	octets_put32(p, 6U << 28 | (uint32_t)s->tos << 20 | 0x54321);
	octets_put16(p + 4, (uint16_t)(UDP_HEADER + s->len));
	p[6] = IPPROTO_IS_UDP;
	p[7] = s->ttl;
	memcpy(p + 8, &s->src.u.in6.sin6_addr, 16);
	memcpy(p + 24, &s->dst.u.in6.sin6_addr, 16);

	return p + FRAME_IP6;
}


void frame_make(struct frame *f, const struct frame_spec *s)
{
	const bool six = sa_af(&s->src) == AF_INET6;
	uint8_t *p;

	memset(f, 0, sizeof(*f));
	memcpy(f->b, s->dmac, 6);
	memcpy(f->b + 6, s->smac, 6);
	octets_put16(f->b + 12, six ? 0x86dd : 0x0800);
	p = six ? put_ip6(f->b + FRAME_ETH, s) : put_ip4(f->b + FRAME_ETH, s);

	octets_put16(p, sa_port(&s->src));
	octets_put16(p + 2, sa_port(&s->dst));
	octets_put16(p + 4, (uint16_t)(UDP_HEADER + s->len));
	octets_put16(p + UDP_CHECK, s->unsummed ? 0 : 1);
	memcpy(p + UDP_HEADER, s->payload, s->len);
	f->len = (size_t)(p + UDP_HEADER - f->b) + s->len;
	frame_sum(f);
}
