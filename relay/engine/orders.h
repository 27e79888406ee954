/**
 * @file orders.h  What the main thread wants of a worker
 *
 * An order is kept in its path: only new signalling needs memory, so nothing
 * else can fail. Of two anchors for one side the later counts. What an order owns is the worker's when it
 * has taken it. The last order of a path comes behind all that were given
 * before it, to whichever path.
 */
#ifndef RELAY_ENGINE_ORDERS_H
#define RELAY_ENGINE_ORDERS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <re.h>
#include "relay/latch/anchor.h"
#include "relay/relay.h"

struct ice;
struct path;
struct relay_tap;

/** What signalling says of a side */
struct order_side {
	struct anchor anchorv[2];  /* by component */
	struct relay_terms *terms; /* owned; NULL: nothing is known */
};

/* in the path */
struct order {
	struct le le;
	bool listen; /* on ports that others have already */
	bool tapped;
	bool remove;
	struct order_side *sidev[2]; /* owned, by side; NULL: as it was */
	struct ice *icev[2];   /* owned: with our new login; NULL: as it was */
	struct relay_tap *tap; /* held, where tapped */
};

struct orders {
	pthread_mutex_t lock;
	struct list pathl;
	_Atomic bool waiting;
	int fd; /* rings when there are some */
};

int orders_init(struct orders *o);
void orders_close(struct orders *o);

void orders_listen(struct orders *o, struct path *path);

/* terms are given away, whatever comes of it */
int orders_anchor(struct orders *o, struct path *path, enum relay_side side,
		  const struct anchor anchorv[2], struct relay_terms *terms);
void orders_ice(struct orders *o, struct path *path, enum relay_side side,
		struct ice *ice);
void orders_tap(struct orders *o, struct path *path, struct relay_tap *tap);
void orders_remove(struct orders *o, struct path *path);

/* the worker's side: without waiting, without a lock if there are none */
bool orders_waiting(const struct orders *o);
struct path *orders_take(struct orders *o, struct order *order);

#endif
