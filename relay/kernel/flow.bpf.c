/**
 * @file flow.bpf.c  The kernel's program that forwards flows of RTP
 *
 * On ingress of an Ethernet interface, by tcx or clsact. What it does not
 * forward goes on as if it was not there. Its work is of bounded length, and
 * as much as possible was done when the flow was added: the difference that
 * the new addresses make to a checksum stands in its slot.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "relay/kernel/flow_map.h"
#include "relay/kernel/flow_rtp.h"
#include "relay/kernel/flow_rewrite.h"

#define HEAD(ip) (ETH_HLEN + sizeof(struct ip) + sizeof(struct udphdr))

enum {
	FRAME_MIN = 60,    /* Ethernet's: shorter ones are filled up */
	FRAGMENT = 0x3fff, /* more of them, or not the first */
	PACKET_TO_US = 0,  /* PACKET_HOST of <linux/if_packet.h> */
};

/** A packet of a flow */
struct found {
	struct flow_slot *slot;
	struct rtp_header rtp;
	uint32_t packet, payload; /* octets of IP, and of what UDP carries */
	bool open;                /* its checksum may be to be done */
	bool plain;               /* it may be forwarded */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, FLOW_PAIRS);
	__type(key, uint32_t);
	__type(value, struct flow_pair);
} flow_pairs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, struct flow_slot);
} flow_slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, struct flow_way);
} flow_ways SEC(".maps");

/* CLOCK_MONOTONIC, ns: our process lives */
volatile uint64_t flow_beat_ns;

char LICENSE[] SEC("license") = "Dual BSD/GPL";


static __always_inline bool reach(struct __sk_buff *skb, uint32_t len)
{
	if ((void *)(long)skb->data + len <= (void *)(long)skb->data_end)
		return true;

	return skb->len >= len && !bpf_skb_pull_data(skb, len);
}


/* the frame holds that and, being short, what fills it up */
static __always_inline bool is_filled(const struct __sk_buff *skb,
				      uint32_t len)
{
	return skb->len == len || (len < skb->len && skb->len <= FRAME_MIN);
}


/** What tells a flow from others of its port; of IPv4 one word each */
struct key {
	uint32_t from[4], to[4];
	uint16_t sport, dport;
};


static __always_inline bool is_same(const uint32_t a[4], const uint32_t b[4])
{
	return !((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) |
		 (a[3] ^ b[3]));
}


static __always_inline bool is_of(const struct flow_slot *f,
				  const struct key *key, bool six)
{
	if (f->from_port != key->sport || f->six != six)
		return false;

	if (!six)
		return f->ends4.from == key->from[0] &&
		       f->ends4.to == key->to[0];

	return is_same(f->ends6.from, key->from) &&
	       is_same(f->ends6.to, key->to);
}


/* the next of a port, and whether that is where to stop: there is none, or it
 * is the one */
static __always_inline bool step(struct flow_slot **fp, uint32_t *next,
				 const struct key *key, bool six)
{
	const uint32_t at = *next - 1;

	*fp = *next ? bpf_map_lookup_elem(&flow_slots, &at) : 0;
	if (!*fp || is_of(*fp, key, six))
		return true;

	*next = (*fp)->next;
	*fp = 0;

	return false;
}


/* no loop, for without CAP_PERFMON the verifier walks on where none would */
static __always_inline struct flow_slot *find(const struct key *key, bool six)
{
	const uint32_t port = bpf_ntohs(key->dport), at = port / 2;
	const struct flow_pair *pair = bpf_map_lookup_elem(&flow_pairs, &at);
	struct flow_slot *f = 0;
	uint32_t next;

	if (!pair)
		return 0;

	next = pair->first[port & 1];
	(void)(step(&f, &next, key, six) || step(&f, &next, key, six) ||
	       step(&f, &next, key, six) || step(&f, &next, key, six) ||
	       step(&f, &next, key, six) || step(&f, &next, key, six) ||
	       step(&f, &next, key, six) || step(&f, &next, key, six));
	_Static_assert(FLOW_CHAIN == 8, "as many steps");

	return f;
}


static __always_inline bool is_whole(const struct iphdr *ip)
{
	const uint32_t *p = (const uint32_t *)ip;

	return csum_fold((uint64_t)p[0] + p[1] + p[2] + p[3] + p[4]) == 0xffff;
}


/* ports stand behind options, if there are any */
static __always_inline bool ports4(struct key *key, struct __sk_buff *skb,
				   const struct iphdr *ip)
{
	const struct udphdr *udp = (const void *)(ip + 1);

	if (ip->ihl > 5)
		return !bpf_skb_load_bytes(skb, ETH_HLEN + 4 * ip->ihl,
					   &key->sport,
					   2 * sizeof(key->sport));

	key->sport = udp->source;
	key->dport = udp->dest;

	return ip->ihl == 5;
}


static __always_inline bool find4(struct found *found, struct __sk_buff *skb)
{
	const struct iphdr *ip;
	const struct udphdr *udp;
	struct key key;
	uint32_t len;

	if (!reach(skb, HEAD(iphdr)))
		return false;

	ip = (void *)(long)skb->data + ETH_HLEN;
	udp = (const void *)(ip + 1);
	if ((const void *)(udp + 1) > (void *)(long)skb->data_end)
		return false;

	if (ip->version != 4 || ip->protocol != IPPROTO_UDP ||
	    ip->frag_off & bpf_htons(FRAGMENT))
		return false;

	key.from[0] = ip->saddr;
	key.to[0] = ip->daddr;
	if (!ports4(&key, skb, ip))
		return false;

	found->slot = find(&key, false);
	if (!found->slot)
		return false;

	len = bpf_ntohs(ip->tot_len);
	found->packet = len;
	found->payload = bpf_ntohs(udp->len) - sizeof(*udp);
	found->open = is_open4(ip, udp);
	found->plain = ip->ihl == 5 && ip->ttl > 1 && is_whole(ip) &&
		       bpf_ntohs(udp->len) >= sizeof(*udp) &&
		       len == sizeof(*ip) + bpf_ntohs(udp->len) &&
		       is_filled(skb, ETH_HLEN + len) &&
		       rtp_load(&found->rtp, skb, HEAD(iphdr), found->payload);

	return true;
}


static __always_inline bool find6(struct found *found, struct __sk_buff *skb)
{
	const struct ipv6hdr *ip;
	const struct udphdr *udp;
	struct key key;
	uint32_t len;

	if (!reach(skb, HEAD(ipv6hdr)))
		return false;

	ip = (void *)(long)skb->data + ETH_HLEN;
	udp = (const void *)(ip + 1);
	if ((const void *)(udp + 1) > (void *)(long)skb->data_end)
		return false;

	if (ip->version != 6 || ip->nexthdr != IPPROTO_UDP)
		return false;

	__builtin_memcpy(key.from, &ip->saddr, sizeof(key.from));
	__builtin_memcpy(key.to, &ip->daddr, sizeof(key.to));
	key.sport = udp->source;
	key.dport = udp->dest;
	found->slot = find(&key, true);
	if (!found->slot)
		return false;

	len = bpf_ntohs(ip->payload_len);
	found->packet = sizeof(*ip) + len;
	found->payload = len - sizeof(*udp);
	found->open = is_open6(ip, udp);
	found->plain = ip->hop_limit > 1 && len >= sizeof(*udp) &&
		       len == bpf_ntohs(udp->len) && udp->check &&
		       is_filled(skb, ETH_HLEN + found->packet) &&
		       rtp_load(&found->rtp, skb, HEAD(ipv6hdr),
				found->payload);

	return true;
}


/* what goes up is counted, and in the same word it is said whether it must:
 * so nothing can be forwarded while something before it is on its way up */
static __always_inline bool is_up(struct flow_slot *f, struct __sk_buff *skb,
				  bool must)
{
	const uint64_t n = skb->gso_segs > 1 ? skb->gso_segs : 1;

	if (must) {
		__sync_fetch_and_add(&f->state, n);
		return true;
	}

	if (*(volatile uint64_t *)&f->state & FLOW_STARTED)
		return false;

	if (!(__sync_fetch_and_add(&f->state, n) & FLOW_STARTED))
		return true;

	/* it was started this moment */
	__sync_fetch_and_add(&f->state, -n);

	return false;
}


static __always_inline int redirect(struct flow_way *w, uint64_t now)
{
	struct bpf_redir_neigh nh = {.nh_family = w->family};

	if (w->mode == WAY_MAC && now - w->kept_ns < WAY_KEEP_NS)
		return bpf_redirect(w->ifindex, 0);

	/* by the kernel's own neighbour, which so is kept alive */
	w->kept_ns = now;
	if (w->mode == WAY_ROUTE)
		return bpf_redirect_neigh(w->ifindex, 0, 0, 0);

	__builtin_memcpy(nh.ipv6_nh, w->gateway, sizeof(nh.ipv6_nh));

	return bpf_redirect_neigh(w->ifindex, &nh, sizeof(nh), 0);
}


static __always_inline int forward(struct __sk_buff *skb, struct found *found,
				   bool six, uint64_t now)
{
	struct flow_slot *f = found->slot;
	struct flow_way *w = bpf_map_lookup_elem(&flow_ways, &f->way);
	const uint32_t head = six ? HEAD(ipv6hdr) : HEAD(iphdr);
	const uint64_t now_us = now / 1000;
	struct rtp rtp = {0};

	const bool must = !found->plain || skb->gso_size || !w ||
			  w->mode == WAY_UP || found->packet > w->mtu ||
			  !rtp_read(&rtp, &found->rtp, skb, head,
				    found->payload, f->measure.ssrc);

	if (is_up(f, skb, must) || !w)
		return TC_ACT_UNSPEC;

	if (!(six ? rewrite6(skb, f, w, found->open)
		  : rewrite4(skb, f, w, found->open)))
		return TC_ACT_SHOT;

	__sync_fetch_and_add(&f->packets, 1);
	__sync_fetch_and_add(&f->octets, found->payload);
	f->seen_us = now_us;
	rtp_measure(f, &rtp, now_us);

	return redirect(w, now);
}


SEC("tc")
int flow_forward(struct __sk_buff *skb)
{
	const bool six = skb->protocol == bpf_htons(ETH_P_IPV6);
	struct found found = {0};
	uint64_t now;

	if ((!six && skb->protocol != bpf_htons(ETH_P_IP)) ||
	    skb->vlan_present || skb->pkt_type != PACKET_TO_US)
		return TC_ACT_UNSPEC;

	if (!(six ? find6(&found, skb) : find4(&found, skb)))
		return TC_ACT_UNSPEC;

	now = bpf_ktime_get_ns();
	if ((int64_t)(now - flow_beat_ns) > FLOW_LIFE_NS)
		return TC_ACT_UNSPEC;

	return forward(skb, &found, six, now);
}
