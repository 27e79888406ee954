/**
 * @file switchboard.h  All our addresses' media ports: who has which
 *
 * For ports that have no socket of their own. The main thread connects a port
 * to a worker, that worker alone disconnects it, so what a worker finds to be
 * its own stays while it looks at it.
 */
#ifndef RELAY_ENGINE_SWITCHBOARD_H
#define RELAY_ENGINE_SWITCHBOARD_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include "relay/kernel/steer.h"
#include "relay/relay.h"

struct port;
struct switchboard;

enum { SWITCHBOARD_NOWHERE = UINT32_MAX };

/* `why` (a static text) is set on error: why it is not possible here */
int switchboard_alloc(struct switchboard **bp, const struct relay_conf *conf,
		      const char **why);

/* number of an address and port of ours; SWITCHBOARD_NOWHERE */
uint32_t switchboard_place(const struct switchboard *b,
			   const struct sa *local);

/* the main thread: nobody else here has the port or the one after it */
bool switchboard_is_free(const struct switchboard *b, const struct sa *local);

/* what comes for the worker's ports by that door comes to that socket */
int switchboard_hear(struct switchboard *b, unsigned worker, int af,
		     enum steer_door door, int fd);

/* port->place is where it is */
void switchboard_connect(struct switchboard *b, struct port *port,
			 unsigned worker);
void switchboard_disconnect(struct switchboard *b, const struct port *port);

/* who comes by the door of the known; by the port's worker */
void switchboard_know(struct switchboard *b, const struct port *port,
		      const struct sa *src);

/* the worker's port at that place, NULL if it has none there */
struct port *switchboard_port(const struct switchboard *b, uint32_t place,
			      unsigned worker);

#endif
