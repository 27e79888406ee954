/**
 * @file worker.h  A thread with a loop of its own, in which packets move
 *
 * The main thread gives paths to it and takes them back. Orders and events
 * pass through two short lists under a lock that no packet ever takes; an
 * order is kept in its path, so giving one cannot fail.
 */
#ifndef RELAY_WORKER_H
#define RELAY_WORKER_H

#include <re.h>
#include "relay/relay.h"

struct worker;
struct path;
struct latch_anchor;
struct metrics;

/** Both are called in the main thread's loop */
struct worker_handlers {
	void (*eventh)(struct path *path, enum relay_event ev,
		       const struct relay_info *info, void *arg);
	/* the worker will not touch the path again */
	void (*removeh)(struct path *path, void *arg);
	void *arg; /* a mem object: held while handlers run */
};

int worker_alloc(struct worker **wp, const struct worker_handlers *h,
		 struct metrics *metrics);

/* on error the path is still to be removed */
int worker_add(struct worker *w, struct path *path);
void worker_anchor(struct worker *w, struct path *path, enum relay_side side,
		   const struct latch_anchor anchorv[2]);
void worker_remove(struct worker *w, struct path *path);

#endif
