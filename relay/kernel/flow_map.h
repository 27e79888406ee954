/**
 * @file flow_map.h  What we and the kernel's program share
 *
 * Maps: a flow's key to the index of its slot; slots; ways out. Slots and
 * ways are mapped into our memory, so each word has one writer at a time.
 * Addresses and ports are in network byte order.
 */
#ifndef RELAY_KERNEL_FLOW_MAP_H
#define RELAY_KERNEL_FLOW_MAP_H

#include <stdint.h>
#include "relay/kernel/flow_measure.h"
#include "relay/quality/sequence.h"

/* of a flow's state: the rest counts what went up */
#define FLOW_STARTED ((uint64_t)1 << 63)

/* so long after a beat all goes up; each way's neighbour is used so often */
#define FLOW_LIFE_NS ((int64_t)3000000000)
#define WAY_KEEP_NS  ((uint64_t)5000000000)

struct flow_key4 {
	uint32_t src, dst;
	uint16_t sport, dport;
};

struct flow_key6 {
	uint32_t src[4], dst[4];
	uint16_t sport, dport;
};

/** How packets get to where they go */
enum way_mode {
	WAY_UP = 0, /* not at all */
	WAY_ROUTE,  /* the kernel looks the route up */
	WAY_NEIGH,  /* ... its neighbour only */
	WAY_MAC,    /* nothing is to be looked up */
};

struct flow_way {
	uint32_t mode;
	uint32_t ifindex;
	uint32_t mtu;
	uint32_t family;     /* of the gateway: AF_INET, AF_INET6 */
	uint32_t gateway[4]; /* or the target itself */
	uint64_t dmac, smac; /* the first six octets */
	uint64_t kept_ns;    /* when the kernel last used its neighbour */
};

/** A flow; the key says what is replaced */
struct flow_slot {
	uint64_t state;

	/* how it leaves */
	uint32_t way;
	uint8_t tos; /* without ECN */
	uint8_t spare[3];
	uint32_t src[4], dst[4];
	uint16_t sport, dport;
	uint32_t addr_diff, port_diff; /* of checksums, not folded */

	uint32_t formatc;
	struct flow_format formatv[FLOW_FORMATS];

	/* what it has done */
	uint64_t packets, octets, seen_us;
	struct losses losses;
	struct flow_measure measure;
};

#endif
