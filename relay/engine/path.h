/**
 * @file path.h  The four ports of one stream, which a worker has or has not
 */
#ifndef RELAY_ENGINE_PATH_H
#define RELAY_ENGINE_PATH_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include "relay/engine/leg.h"
#include "relay/engine/orders.h"
#include "relay/engine/reckoning.h"

struct port_pair;
struct ports;
struct ice;
struct relay_session;
struct sheaf;
struct switchboard;
struct trail;
struct trail_pool;

struct path {
	struct leg legv[2][2]; /* by side and component */

	/* the main thread's */
	struct le le;                  /* of the relay's paths */
	struct relay_session *session; /* not owned; NULL: closing */
	unsigned stream;
	struct port_pair *pairv[2]; /* by side; NULL: none yet */
	bool sharedv[2];            /* with another path */
	_Atomic bool troubled;      /* somebody is not heard; for the worker */
	struct timers *timers;      /* not owned */
	struct reckoned reckoned;
	struct sheaf *sheaf; /* for its trail; NULL: nobody wants it */

	struct order order; /* under the lock of the orders */

	/* the worker's */
	struct relay_terms *termsv[2]; /* by side; NULL: nothing is known */
	struct relay_tap *tap;         /* held; NULL: nobody hears it */
	struct hearsay hearsayv[2];    /* by side; anybody may read it */
	struct le ride_le;             /* of those that may be in the kernel */
	struct ice *icev[2];           /* by side; NULL: we gave it no login */
	struct trail *trail; /* headers of its packets; NULL: none yet */
};

int path_alloc(struct path **pp, const struct relay_conf *conf,
	       struct timers *timers);

/* binds the ports of a side */
int path_open(struct path *path, enum relay_side side, const struct sa *addr,
	      struct ports *ports);

/* or has them without binding them */
int path_steer(struct path *path, enum relay_side side,
	       const struct switchboard *board, const struct sa *addr,
	       struct ports *ports);

/* or has those of another path */
void path_share(struct path *path, enum relay_side side,
		const struct path *of);

/* the worker's: where headers of its packets go, made with the first of them.
 * NULL: no memory */
struct trail *path_trail(struct path *path, struct trail_pool *pool);

/* whoever wanted them has them, after the worker has let the path go */
void path_kept(struct path *path);

/* the worker's; it takes the path back itself */
void path_obey(struct path *path, const struct order *order);

/* our login towards a side, which has none yet; given away */
void path_ice(struct path *path, enum relay_side side, struct ice *ice);

void path_stats(const struct path *path, enum relay_side side,
		struct relay_stats *st);
uint64_t path_received(const struct path *path, enum relay_side side);

/* packets of others that came to its RTP port */
uint64_t path_refused(const struct path *path, enum relay_side side);

/* once a second: whose source has fallen silent? */
void path_look(struct path *path);

#endif
