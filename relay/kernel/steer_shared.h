/**
 * @file steer_shared.h  What steer.bpf.c and steer.c both know
 */
#ifndef RELAY_KERNEL_STEER_SHARED_H
#define RELAY_KERNEL_STEER_SHARED_H

#include <linux/types.h>

enum {
	STEER_ADDRESSES = 16,
	STEER_WORKERS = 64,

	/* a port takes so many packets of strangers in a window of time */
	STEER_STRANGERS = 4096,
	STEER_WINDOW = 27, /* as a power of two ns, some 134 ms */
};

/** A worker's sockets, of each address family */
enum steer_door {
	STEER_KNOWN = 0, /* the port's known source comes here ... */
	STEER_OTHERS,    /* ... and everybody else here, so that he cannot
			    fill the queue of those who are known */
	STEER_DOORS
};

/** Sockets: of the workers, and of nobody, where the rest ends */
enum {
	STEER_SINK = 2 * STEER_DOORS * STEER_WORKERS,
	STEER_SOCKETS = STEER_SINK + 2,
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
	__u64 key;        /* random, of sources' marks */
};

/** Of a port */
struct steer_owner {
	__u32 known;  /* its source's mark; 0: nobody is known */
	__u8 worker;  /* 1 + worker; 0: nobody's */
	__u8 window;  /* the program's: of time, and ... */
	__u16 others; /* ... how many packets of strangers came in it */
};


/* who does not know the key cannot choose to have another one's */
static inline __u32 steer_mark(const struct steer_address *a, __u32 port,
			       __u64 key)
{
	__u64 h = key ^ port;

	for (int i = 0; i < 4; i++) {
		h = (h ^ a->v[i]) * 0x9e3779b97f4a7c15ULL;
		h ^= h >> 29;
	}

	return (__u32)(h >> 32) | 1;
}

#endif
