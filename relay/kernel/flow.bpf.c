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
#include "relay/kernel/map_index.h"

#define HEAD(ip) (ETH_HLEN + sizeof(struct ip) + sizeof(struct udphdr))

#define NONE 0xffffffff /* index of no slot */

enum {
	FRAME_MIN = 60,    /* Ethernet's: shorter ones are filled up */
	FRAGMENT = 0x3fff, /* more of them, or not the first */
	PACKET_TO_US = 0,  /* PACKET_HOST of <linux/if_packet.h> */
};

/**
 * A packet of a flow. Here as in struct rtp each thing is as long as a
 * register: without CAP_PERFMON verifiers as old as that of Linux 6.1 refuse
 * to have a part of one written where a whole one was put aside.
 */
struct found {
	struct rtp rtp;
	uint64_t packet, payload; /* octets of IP, and of what UDP carries */
	uint64_t computed;        /* 0: its checksum may be to be done yet */
	uint64_t plain;           /* bool: it may be forwarded */
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

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, FLOW_RINGS *FLOW_HEADS);
	__type(key, uint32_t);
	__type(value, struct flow_head);
} flow_heads SEC(".maps");

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
	uint64_t from[2], to[2];
	uint64_t sport, dport;
};


static __always_inline void take6(uint64_t to[2], const struct in6_addr *a)
{
	to[0] = a->in6_u.u6_addr32[0] | (uint64_t)a->in6_u.u6_addr32[1] << 32;
	to[1] = a->in6_u.u6_addr32[2] | (uint64_t)a->in6_u.u6_addr32[3] << 32;
}


static __always_inline bool is_same(const uint32_t a[4], const uint64_t b[2])
{
	return !((a[0] ^ (uint32_t)b[0]) | (a[1] ^ (uint32_t)(b[0] >> 32)) |
		 (a[2] ^ (uint32_t)b[1]) | (a[3] ^ (uint32_t)(b[1] >> 32)));
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


/* goes on from one flow of a port to the next; true: to no other, at is the
 * one or none */
static __always_inline bool step(uint64_t *at, const struct key *key, bool six)
{
	const struct flow_slot *f = map_at(&flow_slots, *at);

	if (!f || is_of(f, key, six))
		return true;

	*at = (uint32_t)(f->next - 1);

	return false;
}


/* the index of its slot, which may be none. No pointer, for where one is
 * known to be none, old verifiers without CAP_PERFMON walk on with it; and no
 * loop, for there they never leave it. */
static __always_inline uint64_t find(const struct key *key, bool six)
{
	const uint32_t port = bpf_ntohs((uint16_t)key->dport);
	const struct flow_pair *pair = map_at(&flow_pairs, port / 2);
	uint64_t at;

	if (!pair)
		return NONE;

	at = (uint32_t)(pair->first[port & 1] - 1);
	if (step(&at, key, six) || step(&at, key, six) ||
	    step(&at, key, six) || step(&at, key, six) ||
	    step(&at, key, six) || step(&at, key, six) ||
	    step(&at, key, six) || step(&at, key, six))
		return at;

	_Static_assert(FLOW_CHAIN == 8, "as many steps");

	return NONE;
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

	uint16_t v[2];

	if (ip->ihl == 5) {
		key->sport = udp->source;
		key->dport = udp->dest;
		return true;
	}

	if (ip->ihl < 5 ||
	    bpf_skb_load_bytes(skb, ETH_HLEN + 4 * ip->ihl, v, sizeof(v)))
		return false;

	key->sport = v[0];
	key->dport = v[1];

	return true;
}


static __always_inline uint64_t find4(struct found *found,
				      struct __sk_buff *skb)
{
	const struct iphdr *ip;
	const struct udphdr *udp;
	struct key key;
	uint64_t at;
	uint32_t len;

	if (!reach(skb, HEAD(iphdr)))
		return NONE;

	ip = (void *)(long)skb->data + ETH_HLEN;
	udp = (const void *)(ip + 1);
	if ((const void *)(udp + 1) > (void *)(long)skb->data_end)
		return NONE;

	if (ip->version != 4 || ip->protocol != IPPROTO_UDP ||
	    ip->frag_off & bpf_htons(FRAGMENT))
		return NONE;

	key.from[0] = ip->saddr;
	key.to[0] = ip->daddr;
	if (!ports4(&key, skb, ip))
		return NONE;

	at = find(&key, false);
	if (at == NONE)
		return NONE;

	len = bpf_ntohs(ip->tot_len);
	found->packet = len;
	found->payload = bpf_ntohs(udp->len) - sizeof(*udp);
	found->computed = computed4(ip, udp);
	found->plain = ip->ihl == 5 && ip->ttl > 1 && is_whole(ip) &&
		       bpf_ntohs(udp->len) >= sizeof(*udp) &&
		       len == sizeof(*ip) + bpf_ntohs(udp->len) &&
		       is_filled(skb, ETH_HLEN + len) &&
		       rtp_load(&found->rtp, skb, HEAD(iphdr), found->payload);

	return at;
}


static __always_inline uint64_t find6(struct found *found,
				      struct __sk_buff *skb)
{
	const struct ipv6hdr *ip;
	const struct udphdr *udp;
	struct key key;
	uint64_t at;
	uint32_t len;

	if (!reach(skb, HEAD(ipv6hdr)))
		return NONE;

	ip = (void *)(long)skb->data + ETH_HLEN;
	udp = (const void *)(ip + 1);
	if ((const void *)(udp + 1) > (void *)(long)skb->data_end)
		return NONE;

	if (ip->version != 6 || ip->nexthdr != IPPROTO_UDP)
		return NONE;

	take6(key.from, &ip->saddr);
	take6(key.to, &ip->daddr);
	key.sport = udp->source;
	key.dport = udp->dest;
	at = find(&key, true);
	if (at == NONE)
		return NONE;

	len = bpf_ntohs(ip->payload_len);
	found->packet = sizeof(*ip) + len;
	found->payload = len - sizeof(*udp);
	found->computed = computed6(ip, udp);
	found->plain = ip->hop_limit > 1 && len >= sizeof(*udp) &&
		       len == bpf_ntohs(udp->len) && udp->check &&
		       is_filled(skb, ETH_HLEN + found->packet) &&
		       rtp_load(&found->rtp, skb, HEAD(ipv6hdr),
				found->payload);

	return at;
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
	/* struct bpf_redir_neigh: the family, and the address */
	const uint32_t *a = w->gateway;
	uint64_t nh[3];

	if (w->mode == WAY_MAC && now - w->kept_ns < WAY_KEEP_NS)
		return bpf_redirect(w->ifindex, 0);

	/* by the kernel's own neighbour, which so is kept alive */
	w->kept_ns = now;
	if (w->mode == WAY_ROUTE)
		return bpf_redirect_neigh(w->ifindex, 0, 0, 0);

	nh[0] = w->family | (uint64_t)a[0] << 32;
	nh[1] = a[1] | (uint64_t)a[2] << 32;
	nh[2] = a[3];

	return bpf_redirect_neigh(w->ifindex, (void *)nh,
				  sizeof(struct bpf_redir_neigh), 0);
}


/* before it is counted: its number is its place in the ring */
static __always_inline void keep_head(const struct flow_slot *f,
				      const struct found *found,
				      uint64_t now_us)
{
	const uint64_t ring = (uint32_t)(f->ring - 1);
	struct flow_head *h = map_at(&flow_heads,
				     ring * FLOW_HEADS +
					     (f->packets & (FLOW_HEADS - 1)));

	if (!h)
		return;

	h->begin = rtp_begin(&found->rtp);
	h->rest = bpf_ntohl((uint32_t)found->rtp.ssrc) |
		  found->payload << FLOW_HEAD_LEN;
	h->at_us = now_us;
}


static __always_inline int forward(struct __sk_buff *skb, struct flow_slot *f,
				   struct found *found, bool six, uint64_t now)
{
	struct flow_way *w = map_at(&flow_ways, f->way);
	const uint32_t head = six ? HEAD(ipv6hdr) : HEAD(iphdr);
	const uint64_t now_us = now / 1000;

	bool must;

	if (!w) {
		(void)is_up(f, skb, true);
		return TC_ACT_UNSPEC;
	}

	must = !found->plain || skb->gso_size || w->mode == WAY_UP ||
	       found->packet > w->mtu ||
	       !rtp_read(&found->rtp, skb, head, found->payload,
			 f->measure.ssrc);

	if (is_up(f, skb, must))
		return TC_ACT_UNSPEC;

	if (!(six ? rewrite6(skb, f, w, !found->computed)
		  : rewrite4(skb, f, w, !found->computed)))
		return TC_ACT_SHOT;

	if (f->ring)
		keep_head(f, found, now_us);
	__sync_fetch_and_add(&f->packets, 1);
	__sync_fetch_and_add(&f->octets, found->payload);
	f->seen_us = now_us;
	rtp_measure(f, &found->rtp, now_us);

	return redirect(w, now);
}


SEC("tc")
int flow_forward(struct __sk_buff *skb)
{
	const bool six = skb->protocol == bpf_htons(ETH_P_IPV6);
	struct found found = {0};
	struct flow_slot *f;
	uint64_t at, now;

	if ((!six && skb->protocol != bpf_htons(ETH_P_IP)) ||
	    skb->vlan_present || skb->pkt_type != PACKET_TO_US)
		return TC_ACT_UNSPEC;

	at = six ? find6(&found, skb) : find4(&found, skb);
	f = map_at(&flow_slots, at);
	if (!f)
		return TC_ACT_UNSPEC;

	now = bpf_ktime_get_ns();
	if ((int64_t)(now - flow_beat_ns) > FLOW_LIFE_NS)
		return TC_ACT_UNSPEC;

	return forward(skb, f, &found, six, now);
}
