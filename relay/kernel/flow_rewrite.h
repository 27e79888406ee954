/**
 * @file flow_rewrite.h  How the kernel's program makes a packet ours
 *
 * For relay/kernel/flow.bpf.c. A packet's UDP checksum may be complete; not
 * yet computed, as its sender is on this machine: then the sum of its pseudo
 * header stands there; or the sum of the whole packet is known beside it (the
 * card computed it). We are not told which. One that looks as if it was not
 * computed is left to bpf_l4_csum_replace(), which knows; the others are
 * changed here, and what that does to the sum of the whole packet is told.
 */
#ifndef RELAY_KERNEL_FLOW_REWRITE_H
#define RELAY_KERNEL_FLOW_REWRITE_H

#include "relay/kernel/flow_map.h"

enum {
	ECN = 3,
	TCLASS_SHIFT = 20,
	CHECK_AT = offsetof(struct udphdr, check),
};


/* ones' complement, of sums in memory's order */
static __always_inline uint16_t csum_fold(uint64_t sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);

	return (uint16_t)sum;
}


static __always_inline void write_ethernet(struct ethhdr *eth,
					   const struct flow_way *w)
{
	const uint64_t dmac = w->dmac, smac = w->smac;

	if (w->mode != WAY_MAC)
		return;

	__builtin_memcpy(eth->h_dest, &dmac, ETH_ALEN);
	__builtin_memcpy(eth->h_source, &smac, ETH_ALEN);
}


static __always_inline void write_ports(struct udphdr *udp,
					const struct flow_slot *f)
{
	udp->source = f->sport;
	udp->dest = f->dport;
}


/*
 * What we send may be cut where a link is smaller, for nobody would tell its
 * first sender of that. A datagram that was not to be cut need not have had a
 * number of its own (RFC 6864 section 4.1).
 */
static __always_inline void write_ip4(struct iphdr *ip,
				      const struct flow_slot *f)
{
	uint16_t *tos = (uint16_t *)ip, *ttl = (uint16_t *)&ip->ttl;
	uint64_t sum = (uint64_t)f->addr_diff + (uint16_t)~ip->check;

	sum += (uint16_t) ~*tos + (uint32_t)(uint16_t) ~*ttl;
	sum += (uint16_t)~ip->id + (uint32_t)(uint16_t)~ip->frag_off;
	ip->tos = f->tos | (ip->tos & ECN);
	--ip->ttl;
	ip->id = (uint16_t)(f->packets + f->sport);
	ip->frag_off = 0;
	sum += (uint32_t)*tos + *ttl + ip->id;
	ip->check = (uint16_t)~csum_fold(sum);
	ip->saddr = f->ends4.src;
	ip->daddr = f->ends4.dst;
}


static __always_inline void write_check(struct udphdr *udp,
					const struct flow_slot *f)
{
	const uint16_t check = (uint16_t)~csum_fold(
		(uint64_t)(uint16_t)~udp->check + f->addr_diff + f->port_diff);

	udp->check = check ? check : 0xffff;
}


/* as above, where its sender may not have computed it; at: of the checksum */
static __always_inline bool replace_check(struct __sk_buff *skb,
					  const struct flow_slot *f,
					  uint32_t at)
{
	return !bpf_l4_csum_replace(skb, at, 0, f->addr_diff,
				    BPF_F_PSEUDO_HDR | BPF_F_MARK_MANGLED_0) &&
	       !bpf_l4_csum_replace(skb, at, 0, f->port_diff,
				    BPF_F_MARK_MANGLED_0);
}


/* 0: the sum of its pseudo header is all that stands there, or it happens to
 * be the same */
static __always_inline uint64_t computed4(const struct iphdr *ip,
					  const struct udphdr *udp)
{
	return udp->check ^ csum_fold((uint64_t)ip->saddr + ip->daddr +
				      udp->len + bpf_htons(IPPROTO_UDP));
}


/* without a checksum it comes, and leaves (RFC 768); what has changed in the
 * rest of the packet makes good for the header's own, and for the ports */
static __always_inline bool rewrite4(struct __sk_buff *skb,
				     const struct flow_slot *f,
				     const struct flow_way *w, bool open)
{
	struct ethhdr *eth;
	struct iphdr *ip;
	struct udphdr *udp;

	if (open && !replace_check(skb, f, ETH_HLEN + sizeof(*ip) + CHECK_AT))
		return false;

	eth = (void *)(long)skb->data;
	ip = (void *)(eth + 1);
	udp = (void *)(ip + 1);
	if ((void *)(udp + 1) > (void *)(long)skb->data_end)
		return false;

	write_ethernet(eth, w);
	write_ip4(ip, f);
	if (!open && udp->check) {
		write_check(udp, f);
		(void)bpf_csum_update(skb, (uint16_t)~csum_fold(f->addr_diff));
	}
	write_ports(udp, f);

	return true;
}


/* by how much the sum over its words has changed, less the addresses */
static __always_inline uint64_t write_ip6(struct ipv6hdr *ip,
					  const struct flow_slot *f)
{
	uint32_t *word = (uint32_t *)ip;
	uint64_t sum = (uint64_t)(uint32_t)~word[0] + (uint32_t)~word[1];

	word[0] &= bpf_htonl(~((0xffU & ~ECN) << TCLASS_SHIFT));
	word[0] |= bpf_htonl((uint32_t)f->tos << TCLASS_SHIFT);
	--ip->hop_limit;
	sum += (uint64_t)word[0] + word[1];
	__builtin_memcpy(&ip->saddr, f->ends6.src, sizeof(ip->saddr));
	__builtin_memcpy(&ip->daddr, f->ends6.dst, sizeof(ip->daddr));

	return sum;
}


static __always_inline uint64_t computed6(const struct ipv6hdr *ip,
					  const struct udphdr *udp)
{
	const uint32_t *a = ip->saddr.in6_u.u6_addr32;
	const uint32_t *b = ip->daddr.in6_u.u6_addr32;

	return udp->check ^
	       csum_fold((uint64_t)a[0] + a[1] + a[2] + a[3] + b[0] + b[1] +
			 b[2] + b[3] + udp->len + bpf_htons(IPPROTO_UDP));
}


static __always_inline bool rewrite6(struct __sk_buff *skb,
				     const struct flow_slot *f,
				     const struct flow_way *w, bool open)
{
	struct ethhdr *eth;
	struct ipv6hdr *ip;
	struct udphdr *udp;
	uint64_t sum;

	if (open && !replace_check(skb, f, ETH_HLEN + sizeof(*ip) + CHECK_AT))
		return false;

	eth = (void *)(long)skb->data;
	ip = (void *)(eth + 1);
	udp = (void *)(ip + 1);
	if ((void *)(udp + 1) > (void *)(long)skb->data_end)
		return false;

	write_ethernet(eth, w);
	sum = write_ip6(ip, f);
	if (!open)
		write_check(udp, f);
	write_ports(udp, f);

	/* the addresses and the checksum over them cancel out, but the helper
	 * took the latter's change for the packet's */
	(void)bpf_csum_update(skb, csum_fold(sum + (open ? f->addr_diff : 0)));

	return true;
}

#endif
