/**
 * @file engine_socket.h  Moves packets between plain sockets, in batches
 *
 * The lowest rung of the ladder: runs anywhere. Belongs to one worker.
 */
#ifndef RELAY_ENGINE_SOCKET_H
#define RELAY_ENGINE_SOCKET_H

#include <stdint.h>
#include <re.h>
#include "relay/relay.h"

struct engine_socket;
struct leg;
struct port;
struct metrics;

/* in the worker's thread; leg is the one that heard src */
typedef void(engine_event_h)(struct leg *leg, enum relay_event ev,
			     const struct sa *src, void *arg);

int engine_socket_alloc(struct engine_socket **ep, struct metrics *metrics,
			engine_event_h *h, void *arg);

/* one batch from a readable port; returns how many came */
unsigned engine_socket_move(struct engine_socket *e, const struct port *port,
			    uint64_t now_us);

#endif
