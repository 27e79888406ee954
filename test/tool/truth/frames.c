/**
 * @file frames.c  What comes in by a network interface, header by header
 *
 * A packet socket sees a frame before the kernel has looked at its checksums.
 * On a veth they may be left to hardware that is not there: then they are
 * done here as it would, and verified as all others, in full.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <re.h>
#include "test/tool/truth/frames.h"


enum {
	EVIL_AT = 16, /* of UDP: the SSRC */
	FRAME_MAX = 65536,
	RCVBUF = 8 << 20,
	FRAG = 0x3fff,
	MF_OFFSET = 0xfff9
};

/** The IP header's own, of either family */
struct l3 {
	const uint8_t *src, *dst;
	size_t addrlen, hdr, len; /* len: of the payload, as it says */
	uint8_t proto, tos, ttl;
	bool fragment, first;
};


void frames_close(struct frames *w)
{
	if (w->fd >= 0)
		(void)close(w->fd);
	w->fd = -1;
}


int frames_open(struct frames *w, const char *ifname, uint8_t dscp)
{
	const int on = 1, rcvbuf = RCVBUF;
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(ifname),
	};

	memset(w, 0, sizeof(*w));
	w->dscp = dscp;
	w->ttl_min = UINT8_MAX;
	w->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (w->fd < 0)
		return errno;

	(void)setsockopt(w->fd, SOL_SOCKET, SO_RCVBUFFORCE, &rcvbuf,
			 sizeof(rcvbuf));
	if (setsockopt(w->fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) ||
	    setsockopt(w->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
		       sizeof(on)) ||
	    bind(w->fd, (struct sockaddr *)&ll, sizeof(ll))) {
		const int err = errno;

		frames_close(w);
		return err;
	}

	return 0;
}


static uint32_t sum_add(uint32_t sum, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	if (len % 2)
		sum += (uint32_t)p[len - 1] << 8;

	return sum;
}


static uint16_t sum_end(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);

	return (uint16_t)sum;
}


/* with the field itself: all ones */
static bool udp_sum_is_right(const struct l3 *ip, const uint8_t *udp)
{
	uint32_t sum = IPPROTO_UDP + (uint32_t)ip->len;

	sum = sum_add(sum, ip->src, ip->addrlen);
	sum = sum_add(sum, ip->dst, ip->addrlen);

	return sum_end(sum_add(sum, udp, ip->len)) == 0xffff;
}


/* what the hardware is asked for */
static bool sum_complete(uint8_t *p, size_t len,
			 const struct virtio_net_hdr *vh)
{
	const size_t at = (size_t)vh->csum_start + vh->csum_offset;
	uint16_t sum;

	if (at + 2 > len)
		return false;

	sum = (uint16_t)~sum_end(
		sum_add(0, p + vh->csum_start, len - vh->csum_start));
	if (!sum)
		sum = 0xffff;
	p[at] = (uint8_t)(sum >> 8);
	p[at + 1] = (uint8_t)sum;

	return true;
}


static bool ip4_decode(struct l3 *ip, const uint8_t *p, size_t len)
{
	uint16_t frag, total;

	if (len < sizeof(struct iphdr) || p[0] >> 4 != 4)
		return false;

	frag = (uint16_t)(p[6] << 8 | p[7]);
	total = (uint16_t)(p[2] << 8 | p[3]);
	ip->hdr = (size_t)(p[0] & 15) * 4;
	if (ip->hdr < sizeof(struct iphdr) || total < ip->hdr || total > len)
		return false;

	ip->tos = p[1];
	ip->ttl = p[8];
	ip->proto = p[9];
	ip->len = total - ip->hdr;
	ip->src = p + 12;
	ip->dst = p + 16;
	ip->addrlen = 4;
	ip->fragment = (frag & FRAG) != 0;
	ip->first = (frag & 0x1fff) == 0;

	return true;
}


static bool ip6_decode(struct l3 *ip, const uint8_t *p, size_t len)
{
	const size_t hdr = sizeof(struct ip6_hdr);

	if (len < hdr || p[0] >> 4 != 6)
		return false;

	ip->hdr = hdr;
	ip->len = (size_t)(p[4] << 8 | p[5]);
	if (ip->len > len - hdr)
		return false;

	ip->tos = (uint8_t)(p[0] << 4 | p[1] >> 4);
	ip->proto = p[6];
	ip->ttl = p[7];
	ip->src = p + 8;
	ip->dst = p + 24;
	ip->addrlen = 16;
	ip->fragment = p[6] == IPPROTO_FRAGMENT && ip->len >= 8;
	if (ip->fragment) {
		const uint16_t off = (uint16_t)(p[hdr + 2] << 8 | p[hdr + 3]);

		ip->proto = p[hdr];
		ip->first = (off & MF_OFFSET & ~1) == 0;
	}

	return true;
}


static bool is_addr(const struct sa *sa, const uint8_t *p, size_t len)
{
	if (sa_af(sa) == AF_INET)
		return len == 4 && !memcmp(&sa->u.in.sin_addr, p, len);

	return sa_af(sa) == AF_INET6 && len == 16 &&
	       !memcmp(&sa->u.in6.sin6_addr, p, len);
}


static void udp_judge(struct frames *w, const struct l3 *ip, const uint8_t *p,
		      const struct virtio_net_hdr *vh)
{
	const bool sent_one = ip->len >= 8 && (p[6] || p[7]);

	if (ip->len < 8 || (size_t)(p[4] << 8 | p[5]) != ip->len) {
		++w->length;
		return;
	}
	if (p[0] << 8 != (sa_port(&w->far) & 0xff00) ||
	    p[1] != (sa_port(&w->far) & 0xff))
		++w->ports;

	/* of somebody in the phone's name: a router would have passed it on,
	 * and it stays as wrong as it was */
	if (ip->len >= EVIL_AT + 4 && !memcmp(p + EVIL_AT, "evil", 4)) {
		++w->evil;
		return;
	}

	/* a segment of many is summed when it is cut */
	if (vh->gso_type != VIRTIO_NET_HDR_GSO_NONE)
		return;
	if (sent_one ? !udp_sum_is_right(ip, p) : ip->addrlen == 16)
		++w->udp_sum;
}


static bool is_media(const struct frames *w, const struct l3 *ip,
		     const uint8_t *udp)
{
	if (ip->proto != IPPROTO_UDP ||
	    !is_addr(&w->own, ip->dst, ip->addrlen) ||
	    !is_addr(&w->far, ip->src, ip->addrlen))
		return false;

	return ip->fragment ||
	       (ip->len >= 4 && (udp[2] << 8 | udp[3]) == sa_port(&w->own));
}


static void frame_judge(struct frames *w, uint8_t *p, size_t len,
			const struct virtio_net_hdr *vh)
{
	struct l3 ip = {0};
	uint8_t *l3 = p + ETH_HLEN;
	uint16_t type;

	if (len < ETH_HLEN)
		return;
	type = (uint16_t)(p[12] << 8 | p[13]);
	len -= ETH_HLEN;
	if (!(type == ETH_P_IP && ip4_decode(&ip, l3, len)) &&
	    !(type == ETH_P_IPV6 && ip6_decode(&ip, l3, len)))
		return;
	if (!is_media(w, &ip, l3 + ip.hdr))
		return;

	if (vh->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM &&
	    (vh->csum_offset != offsetof(struct udphdr, uh_sum) ||
	     !sum_complete(p, ip.hdr + ip.len + ETH_HLEN, vh)))
		++w->udp_sum;
	++w->frames;
	if (type == ETH_P_IP && sum_end(sum_add(0, l3, ip.hdr)) != 0xffff)
		++w->ip_sum;
	if (ip.tos >> 2 != w->dscp)
		++w->marks;
	if (ip.ttl < w->ttl_min)
		w->ttl_min = ip.ttl;
	if (ip.fragment)
		++w->fragments;
	else
		udp_judge(w, &ip, l3 + ip.hdr, vh);
}


void frames_read(struct frames *w)
{
	static struct {
		struct virtio_net_hdr vh;
		uint8_t frame[FRAME_MAX];
	} in;

	for (;;) {
		const ssize_t n = recv(w->fd, &in, sizeof(in), 0);

		if (n < (ssize_t)sizeof(in.vh))
			return;
		frame_judge(w, in.frame, (size_t)n - sizeof(in.vh), &in.vh);
	}
}


uint64_t frames_faults(const struct frames *w)
{
	return w->ip_sum + w->udp_sum + w->length + w->marks + w->ports +
	       (w->ttl_min == 0);
}
