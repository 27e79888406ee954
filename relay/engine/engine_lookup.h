/**
 * @file engine_lookup.h  Moves packets between all ports by a few sockets
 *
 * A worker hears what comes for all of its ports at one socket for each
 * family, tens at a time, and sends what goes on at once.
 */
#ifndef RELAY_ENGINE_ENGINE_LOOKUP_H
#define RELAY_ENGINE_ENGINE_LOOKUP_H

#include "relay/engine/engine.h"

struct switchboard;

/** Whose engine it is */
struct engine_lookup_conf {
	const struct relay_conf *conf; /* outlives it */
	struct switchboard *board;     /* outlives it */
	unsigned worker;               /* its number */
	int epfd;                      /* its epoll set, outlives it */
};

/* EPERM: CAP_NET_RAW is missing */
int engine_lookup_alloc(struct engine **ep,
			const struct engine_lookup_conf *conf,
			struct metrics *metrics, forwarder_event_h *h,
			void *arg);

#endif
