/**
 * @file engine.h  A way to move packets through user space
 *
 * Each worker has one: engine_socket or engine_lookup, which embed this
 * first. A ready source is whatever the engine has put into the worker's
 * epoll set.
 */
#ifndef RELAY_ENGINE_ENGINE_H
#define RELAY_ENGINE_ENGINE_H

#include <stdint.h>
#include "relay/engine/forwarder.h"

struct port;

struct engine {
	struct forwarder forward;

	/* main thread: from now on the worker hears what comes to the port */
	int (*watchh)(struct engine *e, struct port *port);

	/* worker: nobody listens there any more */
	void (*unwatchh)(struct engine *e, struct port *port);

	/* worker: one bounded batch from a ready source; how many came */
	unsigned (*moveh)(struct engine *e, void *ready, uint64_t now_us);
};

#endif
