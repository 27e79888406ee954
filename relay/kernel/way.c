/**
 * @file way.c  How flows get to their targets: interface, neighbour, MAC
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include "relay/kernel/ways.h"

enum {
	BUCKETS = 1024,
	STALE_MAX = 32, /* asked for anew at a time, some 15 us each */
	CHECK_MAX = 8,  /* ... without a reason */
	MTU6 = 1280,    /* that each link takes */
};


static void destructor(void *data)
{
	struct ways *ws = data;

	list_flush(&ws->all);
	mem_deref(ws->ht_dst);
	mem_deref(ws->ht_gate);
	mem_deref(ws->spare);
	if (ws->asks >= 0)
		(void)close(ws->asks);
	if (ws->news >= 0)
		(void)close(ws->news);
}


static void way_destructor(void *data)
{
	struct way *w = data;

	list_unlink(&w->le);
	list_unlink(&w->stale_le);
	hash_unlink(&w->dst_le);
	hash_unlink(&w->gate_le);
}


/**
 * Allocate ways
 *
 * @param wsp  Ways
 * @param wayv What the kernel's program sees of them, zeroed
 * @param max  How many there can be
 *
 * @return 0 if success, otherwise errorcode
 */
int ways_alloc(struct ways **wsp, struct flow_way *wayv, uint32_t max)
{
	const uint32_t news = RTMGRP_LINK | RTMGRP_NEIGH | RTMGRP_IPV4_IFADDR |
			      RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE |
			      RTMGRP_IPV6_ROUTE | RTMGRP_IPV4_RULE |
			      1 << (RTNLGRP_IPV6_RULE - 1) |
			      1U << (RTNLGRP_NEXTHOP - 1);
	struct ways *ws;
	int err;

	if (!wsp || !wayv || !max)
		return EINVAL;

	ws = mem_zalloc(sizeof(*ws), destructor);
	if (!ws)
		return ENOMEM;

	ws->asks = ws->news = -1;
	ws->wayv = wayv;
	hash_key_random(&ws->key);
	err = spare_alloc(&ws->spare, max);
	err = err ? err : hash_alloc(&ws->ht_dst, BUCKETS);
	err = err ? err : hash_alloc(&ws->ht_gate, BUCKETS);
	err = err ? err : netlink_open(&ws->asks, 0);
	err = err ? err : netlink_open(&ws->news, news);
	if (err)
		mem_deref(ws);
	else
		*wsp = ws;

	return err;
}


static enum way_mode mode_of(const struct way *w)
{
	return __atomic_load_n(&w->shared->mode, __ATOMIC_RELAXED);
}


static void set_mode(struct way *w, enum way_mode mode)
{
	__atomic_store_n(&w->shared->mode, mode, __ATOMIC_RELEASE);
}


/**
 * Let nothing take a way until it was asked for anew
 *
 * @param w Way
 */
void way_block(struct way *w)
{
	set_mode(w, WAY_UP);
	if (!w->stale_le.list)
		list_append(&w->ws->stale, &w->stale_le, w);
}


/**
 * Let the kernel look up each packet's route until it was asked for anew
 *
 * @param w Way
 */
void way_doubt(struct way *w)
{
	if (mode_of(w) != WAY_UP)
		set_mode(w, WAY_ROUTE);
	if (!w->stale_le.list)
		list_append(&w->ws->stale, &w->stale_le, w);
}


static uint64_t mac_word(const uint8_t *mac)
{
	uint64_t n = 0;

	memcpy(&n, mac, ROUTING_MAC);

	return n;
}


/**
 * Say what is known of its next neighbour
 *
 * @param w   Way
 * @param mac Its address, or NULL: the kernel is to find it
 */
void way_set_mac(struct way *w, const uint8_t *mac)
{
	if (mac)
		__atomic_store_n(&w->shared->dmac, mac_word(mac),
				 __ATOMIC_RELAXED);
	set_mode(w, mac ? WAY_MAC : WAY_NEIGH);
}


static bool is_same(const struct way *w, const struct routing_route *r)
{
	return mode_of(w) != WAY_UP && w->shared->ifindex == r->ifindex &&
	       sa_cmp(&w->gateway, &r->gateway, SA_ADDR);
}


/* a packet must not see half of it */
static void turn(struct way *w, const struct routing_route *r)
{
	struct flow_way *s = w->shared;
	const struct sa *gw = &r->gateway;

	set_mode(w, WAY_UP);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	s->ifindex = r->ifindex;
	s->family = (uint32_t)sa_af(gw);
	if (sa_af(gw) == AF_INET)
		memcpy(s->gateway, &gw->u.in.sin_addr, 4);
	else
		memcpy(s->gateway, &gw->u.in6.sin6_addr, 16);

	w->gateway = *gw;
	hash_unlink(&w->gate_le);
	hash_append(w->ws->ht_gate, hash_sa(&w->ws->key, gw, false),
		    &w->gate_le, w);
}


static int look(struct routing_route *r, struct routing_link *link,
		const struct way *w)
{
	int err = routing_route(w->ws->asks, r, &w->out, &w->dst);

	err = err ? err : ways_link(w->ws, link, r->ifindex);
	if (err)
		return err;

	return link->up && link->ethernet ? 0 : ENETUNREACH;
}


/**
 * Ask for a way anew
 *
 * @param w Way
 *
 * @return 0 if success, otherwise errorcode: nothing goes there now
 */
int way_resolve(struct way *w)
{
	struct routing_route r;
	struct routing_link link;
	struct routing_neigh neigh = {.valid = false};
	const int err = look(&r, &link, w);

	list_unlink(&w->stale_le);
	if (err) {
		set_mode(w, WAY_UP);
		return err;
	}

	if (!is_same(w, &r))
		turn(w, &r);

	w->link_mtu = link.mtu;
	w->shared->mtu = r.mtu && r.mtu < link.mtu ? r.mtu : link.mtu;

	/* larger ones may meet a smaller link, and routers do not cut IPv6: our
	 * sockets learn of that (RFC 8200 section 5) */
	if (sa_af(&w->dst) == AF_INET6 && w->shared->mtu > MTU6)
		w->shared->mtu = MTU6;
	__atomic_store_n(&w->shared->smac, mac_word(link.mac),
			 __ATOMIC_RELAXED);
	(void)routing_neigh(w->ws->asks, &neigh, r.ifindex, &r.gateway);
	way_set_mac(w, neigh.valid ? neigh.mac : NULL);

	return 0;
}


static struct way *find(const struct ways *ws, const struct sa *out,
			const struct sa *dst)
{
	struct list *l = hash_list(ws->ht_dst, hash_sa(&ws->key, dst, false));

	for (struct le *le = list_head(l); le; le = le->next) {
		struct way *w = le->data;

		if (sa_cmp(&w->dst, dst, SA_ADDR) &&
		    sa_cmp(&w->out, out, SA_ADDR))
			return w;
	}

	return NULL;
}


static int make(struct way **wp, struct ways *ws, const struct sa *out,
		const struct sa *dst, uint64_t now_us)
{
	struct way *w;
	int err;

	w = mem_zalloc(sizeof(*w), way_destructor);
	if (!w)
		return ENOMEM;

	err = spare_take(ws->spare, &w->index, now_us);
	if (err)
		goto out;

	w->ws = ws;
	w->out = *out;
	w->dst = *dst;
	w->shared = &ws->wayv[w->index];
	memset(w->shared, 0, sizeof(*w->shared));
	list_append(&ws->all, &w->le, w);
	hash_append(ws->ht_dst, hash_sa(&ws->key, dst, false), &w->dst_le, w);
	err = way_resolve(w);
	if (err) {
		spare_give(ws->spare, w->index, now_us);
		err = ENETUNREACH;
	}

out:
	if (err)
		mem_deref(w);
	else
		*wp = w;

	return err;
}


/**
 * Find the way to a target
 *
 * @param wp     Way, to be released
 * @param ws     Ways
 * @param out    Our address
 * @param dst    Target
 * @param now_us Monotonic time
 *
 * @return 0 if success, ENETUNREACH if it is no Ethernet way, ENOSPC if there
 *         are too many, otherwise errorcode
 */
int way_acquire(struct way **wp, struct ways *ws, const struct sa *out,
		const struct sa *dst, uint64_t now_us)
{
	struct way *w = find(ws, out, dst);

	if (!w) {
		const int err = make(&w, ws, out, dst, now_us);

		if (err)
			return err;
	}
	else if (mode_of(w) == WAY_UP && way_resolve(w)) {
		return ENETUNREACH;
	}

	++w->refs;
	*wp = w;

	return 0;
}


/**
 * @param w Way
 *
 * @return Its number among those that are shared
 */
uint32_t way_index(const struct way *w)
{
	return w->index;
}


/**
 * Release a way
 *
 * @param w      Way; NULL is harmless
 * @param now_us Monotonic time
 */
void way_release(struct way *w, uint64_t now_us)
{
	if (!w || --w->refs)
		return;

	spare_give(w->ws->spare, w->index, now_us);
	mem_deref(w);
}


/**
 * Follow what has changed, a bounded part of it
 *
 * @param ws Ways
 *
 * @return True if there is more of it
 */
bool ways_follow(struct ways *ws)
{
	const bool more = ways_hear(ws);

	for (int i = 0; i < STALE_MAX && ws->stale.head; i++)
		(void)way_resolve(ws->stale.head->data);

	return more || ws->stale.head;
}


/**
 * Ask anew for a few ways, by turns
 *
 * @param ws Ways
 */
void ways_check(struct ways *ws)
{
	for (int i = 0; i < CHECK_MAX && ws->all.head; i++) {
		struct way *w = ws->all.head->data;

		list_unlink(&w->le);
		list_append(&ws->all, &w->le, w);
		(void)way_resolve(w);
	}
}
