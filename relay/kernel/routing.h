/**
 * @file routing.h  What the kernel knows of routes, neighbours, interfaces
 *
 * Over a socket of netlink.h; no privilege is needed.
 */
#ifndef RELAY_KERNEL_ROUTING_H
#define RELAY_KERNEL_ROUTING_H

#include <stdbool.h>
#include <stdint.h>
#include "relay/kernel/netlink.h"

enum { ROUTING_MAC = 6 };

/** Where packets go */
struct routing_route {
	uint32_t ifindex;
	uint32_t mtu;      /* the route's own; 0: the interface's */
	struct sa gateway; /* or the target itself */
};

struct routing_link {
	uint8_t mac[ROUTING_MAC];
	uint32_t mtu;
	bool up;
	bool ethernet; /* and not loopback */
};

struct routing_neigh {
	uint8_t mac[ROUTING_MAC];
	bool valid;
};

int routing_route(int fd, struct routing_route *route, const struct sa *src,
		  const struct sa *dst);
int routing_link(int fd, struct routing_link *link, uint32_t ifindex);
int routing_neigh(int fd, struct routing_neigh *neigh, uint32_t ifindex,
		  const struct sa *addr);

/* what it tells by itself */
void routing_read_link(struct routing_link *link, const struct nlmsghdr *msg);
int routing_read_neigh(struct routing_neigh *neigh, struct sa *addr,
		       const struct nlmsghdr *msg);

#endif
