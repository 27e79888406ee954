/**
 * @file forwarder.h  From a datagram that came to where it goes on
 *
 * What all ways to move packets through user space have in common. In the
 * worker's thread: nothing is allocated, copied or locked for a packet.
 */
#ifndef RELAY_ENGINE_FORWARDER_H
#define RELAY_ENGINE_FORWARDER_H

#include <stdint.h>
#include <re.h>
#include "relay/relay.h"

struct arrival;
struct counter;
struct leg;
struct metrics;
struct port;
struct trail_pool;

/* in the worker's thread; leg is the one that heard src */
typedef void(forwarder_event_h)(struct leg *leg, enum relay_event ev,
				const struct sa *src, void *arg);

struct forwarder {
	forwarder_event_h *h;
	void *arg;
	struct counter *forwarded, *dropped, *answered,
		*unsent;                  /* not owned */
	struct trail_pool *_Atomic pages; /* not owned; NULL: no headers are
					     kept */
};

/** What is to be done with a datagram */
struct forwarder_verdict {
	struct leg *leg;    /* that heard it */
	struct leg *out;    /* from where it leaves; NULL: it does not */
	struct mbuf *reply; /* back to its source from leg, the caller's */
};

void forwarder_init(struct forwarder *f, struct metrics *metrics,
		    forwarder_event_h *h, void *arg);

/* arr has its source, octets and time; somebody listens on the port */
void forwarder_judge(struct forwarder *f, const struct port *port,
		     struct arrival *arr, struct forwarder_verdict *v);

/* what was sent from a leg, of so many */
void forwarder_sent(struct forwarder *f, struct leg *out, uint64_t packets,
		    uint64_t octets, uint64_t of);

#endif
