/**
 * @file port.h  An address and port of ours, and the legs that listen on it
 *
 * It has a socket, or what comes for it is steered to its worker's.
 *
 * Two are a pair, RTP and RTCP. A pair faces one side of a path or, where
 * several answered one offer, of as many paths. All of them have one worker.
 */
#ifndef RELAY_ENGINE_PORT_H
#define RELAY_ENGINE_PORT_H

#include <stdint.h>
#include <re.h>
#include "relay/relay.h"

struct leg;
struct ports;
struct switchboard;
struct timers;

struct port {
	/* constant while it is open */
	int fd; /* -1: what comes for it is steered */
	struct sa local;
	uint32_t place; /* in the switchboard, if it is steered */

	/* the worker's, as soon as it has the first path */
	struct list legl;
	uint8_t hops;     /* of what it sends now; 0: the system's */
	uint8_t reads;    /* by engine_socket: one of some looks at hops */
	uint64_t read_us; /* when engine_socket last did, monotonic */
};

/** The main thread's, and so are references to it */
struct port_pair {
	struct port portv[2]; /* by component */
	struct ports *ports;  /* not owned */
	uint16_t port;
	struct timers *timers; /* not owned */
};

int port_open(struct port *port, const struct sa *local, uint8_t dscp);
void port_close(struct port *port);

/* whose datagram that is, NULL if nobody listens */
struct leg *port_leg(const struct port *port, const struct sa *src,
		     const uint8_t *p, size_t len);

/* binds the next free ones; ENOSPC: ports are short */
int port_pair_alloc(struct port_pair **pp, const struct relay_conf *conf,
		    const struct sa *addr, struct ports *ports,
		    struct timers *timers);

/* or has them without binding them; where and how as above */
int port_pair_steer(struct port_pair **pp, const struct switchboard *board,
		    const struct sa *addr, struct ports *ports,
		    struct timers *timers);

#endif
