/**
 * @file path.h  The four ports of one stream, which a worker has or has not
 */
#ifndef RELAY_PATH_H
#define RELAY_PATH_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include "relay/leg.h"
#include "relay/orders.h"

struct ports;
struct relay_session;

struct path {
	struct leg legv[2][2]; /* by side and component */

	/* the main thread's */
	struct le le;                  /* of the relay's paths */
	struct relay_session *session; /* not owned; NULL: closing */
	unsigned stream;
	struct {
		struct ports *ports; /* not owned; NULL: no port taken */
		uint16_t port;
	} takenv[2];
	struct timers *timers; /* not owned */

	struct order order; /* under the lock of the orders */

	/* the worker's */
	struct relay_terms *termsv[2]; /* by side; NULL: nothing is known */
	struct relay_tap *tap;         /* held; NULL: nobody hears it */
	struct hearsay hearsayv[2];    /* by side; anybody may read it */
	bool removed;
};

int path_alloc(struct path **pp, const struct relay_conf *conf,
	       struct timers *timers);

/* binds the ports of a side; EADDRINUSE: try another pair */
int path_open(struct path *path, enum relay_side side, const struct sa *addr,
	      struct ports *ports);

void path_stats(const struct path *path, enum relay_side side,
		struct relay_stats *st);
uint64_t path_received(const struct path *path, enum relay_side side);

/* once a second: whose source has fallen silent? */
void path_look(struct path *path);

#endif
