/**
 * @file routing.c  What the kernel knows of routes, neighbours, interfaces
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <linux/neighbour.h>
#include "relay/kernel/routing.h"


/* a gateway of the other family (RFC 5549): its family, then the address */
static int get_via(struct sa *sa, const struct rtattr *attr)
{
	const size_t len = attr ? RTA_PAYLOAD(attr) : 0;

	if (len != sizeof(struct rtvia) + 16)
		return ENOENT;

	sa_set_in6(sa, (const uint8_t *)RTA_DATA(attr) + sizeof(struct rtvia),
		   0);

	return 0;
}


static uint32_t get_mtu(const struct rtattr *metrics)
{
	const struct rtattr *attrv[NETLINK_ATTRS] = {NULL};

	if (metrics)
		netlink_collect(attrv, RTA_DATA(metrics),
				RTA_PAYLOAD(metrics));

	return netlink_get32(attrv[RTAX_MTU]);
}


/**
 * Where do packets from us to there go?
 *
 * @param fd    Socket
 * @param route Filled
 * @param src   Our address
 * @param dst   Target
 *
 * @return 0 if success, ENETUNREACH if it is no other host's address
 */
int routing_route(int fd, struct routing_route *route, const struct sa *src,
		  const struct sa *dst)
{
	const uint8_t bits = sa_af(dst) == AF_INET ? 32 : 128;
	const struct rtattr *attrv[NETLINK_ATTRS];
	struct netlink_question q;
	union netlink_answer a;
	struct rtmsg *rtm = netlink_begin(&q, RTM_GETROUTE, sizeof(*rtm));
	int err;

	rtm->rtm_family = (uint8_t)sa_af(dst);
	rtm->rtm_dst_len = rtm->rtm_src_len = bits;
	netlink_add_sa(&q, RTA_DST, dst);
	netlink_add_sa(&q, RTA_SRC, src);
	err = netlink_ask(fd, &a, &q, RTM_NEWROUTE);
	if (err)
		return err;

	rtm = NLMSG_DATA(&a.head);
	if (a.head.nlmsg_len < NLMSG_LENGTH(sizeof(*rtm)) ||
	    rtm->rtm_type != RTN_UNICAST)
		return ENETUNREACH;

	netlink_attrs(attrv, &a.head, sizeof(*rtm));
	route->ifindex = netlink_get32(attrv[RTA_OIF]);
	route->mtu = get_mtu(attrv[RTA_METRICS]);
	if (netlink_sa(&route->gateway, attrv[RTA_GATEWAY]) &&
	    get_via(&route->gateway, attrv[RTA_VIA])) {
		route->gateway = *dst;
		sa_set_port(&route->gateway, 0);
	}

	return route->ifindex ? 0 : ENETUNREACH;
}


/**
 * Read what is said of an interface
 *
 * @param link Filled
 * @param msg  RTM_NEWLINK
 */
void routing_read_link(struct routing_link *link, const struct nlmsghdr *msg)
{
	const struct rtattr *attrv[NETLINK_ATTRS];
	const struct ifinfomsg *ifi = NLMSG_DATA(msg);
	const struct rtattr *mac;

	memset(link, 0, sizeof(*link));
	if (msg->nlmsg_len < NLMSG_LENGTH(sizeof(*ifi)))
		return;

	netlink_attrs(attrv, msg, sizeof(*ifi));
	mac = attrv[IFLA_ADDRESS];
	link->mtu = netlink_get32(attrv[IFLA_MTU]);
	link->up = ifi->ifi_flags & IFF_UP;
	link->ethernet = ifi->ifi_type == ARPHRD_ETHER &&
			 !(ifi->ifi_flags & IFF_LOOPBACK) && mac &&
			 RTA_PAYLOAD(mac) == ROUTING_MAC;
	if (link->ethernet)
		memcpy(link->mac, RTA_DATA(mac), ROUTING_MAC);
}


/**
 * What is an interface?
 *
 * @param fd      Socket
 * @param link    Filled
 * @param ifindex Its number
 *
 * @return 0 if success, ENODEV if there is none
 */
int routing_link(int fd, struct routing_link *link, uint32_t ifindex)
{
	const uint32_t mask = RTEXT_FILTER_SKIP_STATS;
	struct netlink_question q;
	union netlink_answer a;
	struct ifinfomsg *ifi = netlink_begin(&q, RTM_GETLINK, sizeof(*ifi));
	int err;

	ifi->ifi_index = (int)ifindex;
	netlink_add(&q, IFLA_EXT_MASK, &mask, sizeof(mask));
	err = netlink_ask(fd, &a, &q, RTM_NEWLINK);
	if (!err)
		routing_read_link(link, &a.head);

	return err;
}


/**
 * Read what is said of a neighbour
 *
 * @param neigh Filled
 * @param addr  Its address
 * @param msg   RTM_NEWNEIGH or RTM_DELNEIGH
 *
 * @return 0 if success, ENOENT if it is none of IP
 */
int routing_read_neigh(struct routing_neigh *neigh, struct sa *addr,
		       const struct nlmsghdr *msg)
{
	const uint16_t good = NUD_REACHABLE | NUD_STALE | NUD_DELAY |
			      NUD_PROBE | NUD_PERMANENT;
	const struct ndmsg *ndm = NLMSG_DATA(msg);
	const struct rtattr *attrv[NETLINK_ATTRS], *mac;

	if (msg->nlmsg_len < NLMSG_LENGTH(sizeof(*ndm)))
		return ENOENT;

	netlink_attrs(attrv, msg, sizeof(*ndm));
	if (netlink_sa(addr, attrv[NDA_DST]))
		return ENOENT;

	mac = attrv[NDA_LLADDR];
	neigh->valid = msg->nlmsg_type == RTM_NEWNEIGH &&
		       ndm->ndm_state & good && mac &&
		       RTA_PAYLOAD(mac) == ROUTING_MAC;
	if (neigh->valid)
		memcpy(neigh->mac, RTA_DATA(mac), ROUTING_MAC);

	return 0;
}


/**
 * What is known of a neighbour?
 *
 * @param fd      Socket
 * @param neigh   Filled
 * @param ifindex Interface that it is at
 * @param addr    Its address
 *
 * @return 0 if success, ENOENT if it is unknown
 */
int routing_neigh(int fd, struct routing_neigh *neigh, uint32_t ifindex,
		  const struct sa *addr)
{
	struct netlink_question q;
	union netlink_answer a;
	struct ndmsg *ndm = netlink_begin(&q, RTM_GETNEIGH, sizeof(*ndm));
	struct sa sa;
	int err;

	ndm->ndm_family = (uint8_t)sa_af(addr);
	ndm->ndm_ifindex = (int)ifindex;
	netlink_add_sa(&q, NDA_DST, addr);
	err = netlink_ask(fd, &a, &q, RTM_NEWNEIGH);

	return err ? err : routing_read_neigh(neigh, &sa, &a.head);
}
