/**
 * @file flow_rewrite.h  How the kernel's program makes a packet ours
 *
 * For relay/kernel/flow.bpf.c. A packet's UDP checksum may be complete, not
 * yet computed (its sender is on this machine), or the sum of the whole
 * packet is known (the card computed it): bpf_l4_csum_replace() does right by
 * all of them, but for IPv6, whose header has no sum of its own: what has
 * changed there, the sum of the whole packet has to be told.
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
	ip->saddr = f->src[0];
	ip->daddr = f->dst[0];
}


/* zero: it comes, and leaves, without a checksum (RFC 768) */
static __always_inline bool rewrite4(struct __sk_buff *skb,
				     const struct flow_slot *f,
				     const struct flow_way *w, bool zero)
{
	const uint32_t at = ETH_HLEN + sizeof(struct iphdr) + CHECK_AT;
	struct ethhdr *eth;
	struct iphdr *ip;
	struct udphdr *udp;

	if (!zero &&
	    (bpf_l4_csum_replace(skb, at, 0, f->addr_diff,
				 BPF_F_PSEUDO_HDR | BPF_F_MARK_MANGLED_0) ||
	     bpf_l4_csum_replace(skb, at, 0, f->port_diff,
				 BPF_F_MARK_MANGLED_0)))
		return false;

	eth = (void *)(long)skb->data;
	ip = (void *)(eth + 1);
	udp = (void *)(ip + 1);
	if ((void *)(udp + 1) > (void *)(long)skb->data_end)
		return false;

	write_ethernet(eth, w);
	write_ip4(ip, f);
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
	__builtin_memcpy(&ip->saddr, f->src, sizeof(ip->saddr));
	__builtin_memcpy(&ip->daddr, f->dst, sizeof(ip->daddr));

	return sum;
}


static __always_inline bool rewrite6(struct __sk_buff *skb,
				     const struct flow_slot *f,
				     const struct flow_way *w)
{
	const uint32_t at = ETH_HLEN + sizeof(struct ipv6hdr) + CHECK_AT;
	struct ethhdr *eth;
	struct ipv6hdr *ip;
	struct udphdr *udp;
	uint64_t sum;

	if (bpf_l4_csum_replace(skb, at, 0, f->addr_diff,
				BPF_F_PSEUDO_HDR | BPF_F_MARK_MANGLED_0) ||
	    bpf_l4_csum_replace(skb, at, 0, f->port_diff,
				BPF_F_MARK_MANGLED_0))
		return false;

	eth = (void *)(long)skb->data;
	ip = (void *)(eth + 1);
	udp = (void *)(ip + 1);
	if ((void *)(udp + 1) > (void *)(long)skb->data_end)
		return false;

	write_ethernet(eth, w);
	sum = write_ip6(ip, f);
	write_ports(udp, f);

	/* the addresses and the checksum over them cancel out, but the helper
	 * took the latter's change for the packet's */
	(void)bpf_csum_update(skb, csum_fold(sum + f->addr_diff));

	return true;
}

#endif
