/**
 * @file port.h  A socket of ours, and the legs that listen on it
 *
 * Two are a pair, RTP and RTCP. A pair faces one side of a path or, where
 * several answered one offer, of as many paths. All of them have one worker.
 */
#ifndef RELAY_PORT_H
#define RELAY_PORT_H

#include <stdint.h>
#include <re.h>
#include "relay/relay.h"

struct leg;
struct ports;
struct timers;

struct port {
	/* constant while it is open */
	int fd;
	struct sa local;

	/* the worker's, as soon as it has the first path */
	struct list legl;
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

#endif
