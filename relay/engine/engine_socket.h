/**
 * @file engine_socket.h  Moves packets between plain sockets
 *
 * The lowest rung of the ladder: runs anywhere.
 */
#ifndef RELAY_ENGINE_ENGINE_SOCKET_H
#define RELAY_ENGINE_ENGINE_SOCKET_H

#include "relay/engine/engine.h"

/* epfd: the worker's epoll set, of level-triggered ports */
int engine_socket_alloc(struct engine **ep, int epfd, struct metrics *metrics,
			forwarder_event_h *h, void *arg);

#endif
