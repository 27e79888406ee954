/**
 * @file steer_shared.h  What steer.bpf.c and steer.c both know
 */
#ifndef RELAY_KERNEL_STEER_SHARED_H
#define RELAY_KERNEL_STEER_SHARED_H

#include <linux/types.h>

enum {
	STEER_ADDRESSES = 16,
	STEER_SOCKETS = 128, /* two for each worker */
	STEER_SLOT = 8,      /* ports; an array's element has no less */
};

/** Ours; of IPv4 as IPv6 writes it, in network order */
struct steer_address {
	__u32 v[4];
};

/** What is ours */
struct steer_place {
	struct steer_address addressv[STEER_ADDRESSES];
	__u32 addressc;
	__u32 min, ports; /* of each of them */
};

/** By port: 0: nobody's; otherwise 1 + worker */
struct steer_owners {
	__u8 v[STEER_SLOT];
};

#endif
