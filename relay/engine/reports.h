/**
 * @file reports.h  What a worker tells the main thread
 *
 * Events, of which there is room for a bounded number, and the paths that it
 * has let go, of which none is ever lost.
 */
#ifndef RELAY_ENGINE_REPORTS_H
#define RELAY_ENGINE_REPORTS_H

#include <pthread.h>
#include <stddef.h>
#include <re.h>
#include "relay/relay.h"

struct path;
struct leg;

enum { REPORTS_MAX = 128 };

/** Called in the main thread's loop */
struct report_handlers {
	void (*eventh)(struct path *path, enum relay_event ev,
		       const struct relay_info *info, void *arg);
	/* the worker will not touch the path again */
	void (*removeh)(struct path *path, void *arg);
	void *arg; /* a mem object: held while handlers run */
};

struct report {
	struct path *path;
	enum relay_event ev;
	struct relay_info info;
};

struct reports {
	struct report_handlers h;
	pthread_mutex_t lock;
	struct report eventv[REPORTS_MAX];
	size_t eventc;
	struct list removedl;
	int fd; /* rings in the main loop */
};

int reports_init(struct reports *r, const struct report_handlers *h);
void reports_close(struct reports *r);

/* the worker's side; EOVERFLOW: no room for it */
int reports_event(struct reports *r, enum relay_event ev,
		  const struct leg *leg, const struct sa *src);

/* all paths of that list */
void reports_removed(struct reports *r, struct list *pathl);

#endif
