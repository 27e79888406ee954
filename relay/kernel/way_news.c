/**
 * @file way_news.c  What the kernel tells of routes, neighbours, interfaces
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include "relay/kernel/ways.h"

enum { NEWS_MAX = 64, BUF = 16384 };


static void hear_neigh(struct ways *ws, const struct nlmsghdr *msg)
{
	const struct ndmsg *ndm = NLMSG_DATA(msg);
	struct routing_neigh neigh;
	struct le *le, *next;
	struct sa addr;

	if (routing_read_neigh(&neigh, &addr, msg))
		return;

	le = list_head(
		hash_list(ws->ht_gate, hash_sa(&ws->key, &addr, false)));
	for (; le; le = next) {
		struct way *w = le->data;

		next = le->next;
		if (w->shared->ifindex != (uint32_t)ndm->ndm_ifindex ||
		    !sa_cmp(&w->gateway, &addr, SA_ADDR) ||
		    w->shared->mode < WAY_NEIGH)
			continue;

		way_set_mac(w, neigh.valid ? neigh.mac : NULL);
	}
}


/* what is up again may lead to what was not to be reached */
static void hear_link(struct ways *ws, const struct nlmsghdr *msg)
{
	const struct ifinfomsg *ifi = NLMSG_DATA(msg);
	struct routing_link link;
	struct le *le;

	ways_forget_links(ws);
	routing_read_link(&link, msg);
	LIST_FOREACH(&ws->all, le)
	{
		struct way *w = le->data;

		if (w->shared->mode == WAY_UP) {
			way_block(w);
			continue;
		}
		if (w->shared->ifindex != (uint32_t)ifi->ifi_index)
			continue;

		if (msg->nlmsg_type == RTM_DELLINK || !link.up)
			way_block(w);
		else if (w->link_mtu != link.mtu ||
			 memcmp(&w->shared->smac, link.mac, ROUTING_MAC) != 0)
			way_doubt(w);
	}
}


static bool covers(const struct sa *net, unsigned bits, const struct sa *addr)
{
	const bool four = sa_af(addr) == AF_INET;
	const uint8_t *a = four ? (const uint8_t *)&net->u.in.sin_addr
				: net->u.in6.sin6_addr.s6_addr;
	const uint8_t *b = four ? (const uint8_t *)&addr->u.in.sin_addr
				: addr->u.in6.sin6_addr.s6_addr;

	if (bits > (four ? 32 : 128) || memcmp(a, b, bits / 8) != 0)
		return false;

	return !(bits % 8) || !((a[bits / 8] ^ b[bits / 8]) >> (8 - bits % 8));
}


static void block_all(struct ways *ws)
{
	struct le *le;

	LIST_FOREACH(&ws->all, le)
	{
		way_block(le->data);
	}
}


/* what it means for others, routes and neighbours tell */
static void hear_addr(struct ways *ws, const struct nlmsghdr *msg)
{
	const struct rtattr *attrv[NETLINK_ATTRS];
	struct sa addr;
	struct le *le;

	netlink_attrs(attrv, msg, sizeof(struct ifaddrmsg));
	if (netlink_sa(&addr, attrv[IFA_LOCAL]) &&
	    netlink_sa(&addr, attrv[IFA_ADDRESS]))
		return;

	LIST_FOREACH(&ws->all, le)
	{
		struct way *w = le->data;

		if (sa_cmp(&w->out, &addr, SA_ADDR))
			way_block(w);
	}
}


/* the kernel can look up a route by itself, but only one of the interface
 * that the packet is to leave by */
static void hear_route(struct ways *ws, const struct nlmsghdr *msg)
{
	const struct rtmsg *rtm = NLMSG_DATA(msg);
	const struct rtattr *attrv[NETLINK_ATTRS];
	uint32_t ifindex;
	struct sa net;
	struct le *le;

	netlink_attrs(attrv, msg, sizeof(*rtm));
	ifindex = netlink_get32(attrv[RTA_OIF]);
	if (netlink_sa(&net, attrv[RTA_DST]))
		sa_init(&net, rtm->rtm_family);

	LIST_FOREACH(&ws->all, le)
	{
		struct way *w = le->data;

		if (sa_af(&w->dst) != rtm->rtm_family ||
		    !covers(&net, rtm->rtm_dst_len, &w->dst))
			continue;

		if (w->shared->ifindex == ifindex)
			way_doubt(w);
		else
			way_block(w);
	}
}


static void hear(struct ways *ws, const struct nlmsghdr *msg)
{
	switch (msg->nlmsg_type) {
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		hear_neigh(ws, msg);
		break;

	case RTM_NEWLINK:
	case RTM_DELLINK:
		if (msg->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ifinfomsg)))
			hear_link(ws, msg);
		break;

	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		if (msg->nlmsg_len >= NLMSG_LENGTH(sizeof(struct rtmsg)))
			hear_route(ws, msg);
		break;

	case RTM_NEWADDR:
	case RTM_DELADDR:
		hear_addr(ws, msg);
		break;

	default:
		/* rules, next hops */
		block_all(ws);
		break;
	}
}


/**
 * Read what the kernel told, a bounded part of it
 *
 * @param ws Ways
 *
 * @return True if there may be more
 */
bool ways_hear(struct ways *ws)
{
	union {
		struct nlmsghdr head;
		uint8_t b[BUF];
	} u;

	for (int i = 0; i < NEWS_MAX; i++) {
		const ssize_t n = recv(ws->news, &u, sizeof(u), MSG_DONTWAIT);

		/* it told more than we have read: what it was, nobody knows */
		if (n < 0 && errno == ENOBUFS) {
			ways_forget_links(ws);
			block_all(ws);
			continue;
		}
		if (n <= 0)
			return false;

		/* by itself it tells one thing at a time */
		if (NLMSG_OK(&u.head, (size_t)n))
			hear(ws, &u.head);
	}

	return true;
}
