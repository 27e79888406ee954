/**
 * @file flow_map.h  What we and the kernel's program share
 *
 * Maps: of a port its first flow; slots, one for each flow; ways out; headers
 * of packets, ring by ring. All are mapped into our memory, so each word has
 * one writer at a time. Addresses and
 * ports are in network byte order.
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

enum {
	FLOW_CHAIN = 8, /* flows that one port can have */
	FLOW_PAIRS = 1 << 15,
	FLOW_LINE = 64,

	/* flows whose packets' headers are kept, and how many of each: of
	 * audio more than come from one look to the next */
	FLOW_RINGS = 320,
	FLOW_HEADS = 128,   /* a power of two */
	FLOW_HEAD_LEN = 32, /* bits of rest before the length */
};

/** The header of a packet that was forwarded: 12 octets of RTP, of which the
 * SSRC is the lower half of rest, as they came; then its length */
struct flow_head {
	uint64_t at_us; /* CLOCK_MONOTONIC; 0: nothing stands here */
	uint64_t begin;
	uint64_t rest;
};

/** A pair of ports, an even one first: the first flow of each, its index and
 * one; 0: there is none. An array's values have eight octets at least. */
struct flow_pair {
	uint32_t first[2];
};

/** What a packet has in front of it, and has in its place when it leaves */
struct flow_ends4 {
	uint32_t from, to, src, dst;
};

struct flow_ends6 {
	uint32_t from[4], to[4], src[4], dst[4];
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

/**
 * A flow. Packets of thousands come one after the other, so that none of it is
 * in a cache: what each packet needs stands in three lines of the cache, the
 * first of which it only reads.
 */
struct flow_slot {
	uint64_t state;
	uint32_t next; /* of the same port: its index and one; 0: none */
	uint32_t way;
	uint8_t six;   /* bool: IPv6 */
	uint8_t tos;   /* without ECN */
	uint16_t ring; /* of its headers: its number and one; 0: none */
	uint16_t from_port, to_port; /* as it comes */
	uint16_t sport, dport;
	uint32_t addr_diff, port_diff; /* of checksums, not folded */
	struct flow_ends4 ends4;

	/* what is not in use has a payload type that no packet has */
	struct flow_format formatv[FLOW_FORMATS] __attribute__((aligned(8)));

	/* what it has done */
	uint64_t packets __attribute__((aligned(FLOW_LINE)));
	uint64_t octets, seen_us;
	struct flow_measure measure;
	struct losses losses;

	struct flow_ends6 ends6;
};

#endif
