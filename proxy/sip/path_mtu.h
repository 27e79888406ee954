/**
 * @file path_mtu.h  Too large for a datagram (RFC 3261 section 18.1.1)
 *
 * A request of more than 1300 octets, or within 200 of a smaller MTU, goes to
 * a next hop by a stream where that can be had. What each next hop takes is
 * remembered for a while. Only flows that we have dialled are attached: a
 * phone behind NAT is reached by its own flow, whatever the size.
 *
 * Who sends asks path_mtu_stream(), rewrites the top Via for the flow that it
 * gets, and says what became of it. Client transactions do, so their users
 * need not: on a failure before any response they begin again by datagram.
 */
#ifndef PROXY_SIP_PATH_MTU_H
#define PROXY_SIP_PATH_MTU_H

#include <stddef.h>
#include "proxy/sip/flow.h"

enum {
	PATH_MTU_LARGE = 1300,       /* octets of a message */
	PATH_MTU_MARGIN = 200,       /* below a known MTU */
	PATH_MTU_MEMORY_MS = 600000, /* what a peer takes */
	PATH_MTU_CONNECT_MS = 2000,  /* then it takes no stream */
	PATH_MTU_PEERS_MAX = 10000,
};

struct metrics;
struct path_mtu;
struct timers;

/* a stream to that peer, open or opening, and what messages show for it */
typedef int(path_mtu_open_h)(struct flow **fp, struct sa *sentby,
			     const struct sa *peer, void *arg);

int path_mtu_alloc(struct path_mtu **pp, struct timers *timers,
		   struct metrics *metrics, path_mtu_open_h *openh, void *arg);

/* flows that are still held get no streams any more */
void path_mtu_close(struct path_mtu *pm);

/* a datagram flow that we have dialled */
void path_mtu_attach(struct path_mtu *pm, struct flow *flow);

/* ENOENT: a datagram is right, or all that there is. certain: only to a peer
 * that is known to take it */
int path_mtu_stream(struct flow **fp, struct sa *sentby,
		    const struct flow *flow, size_t size, bool certain);

/* the peer has answered by it; or it could not be reached */
void path_mtu_result(const struct flow *flow, bool worked);

#endif
