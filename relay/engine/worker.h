/**
 * @file worker.h  A thread with a loop of its own, in which packets move
 *
 * The main thread gives paths to it and takes them back.
 */
#ifndef RELAY_ENGINE_WORKER_H
#define RELAY_ENGINE_WORKER_H

#include <re.h>
#include "relay/latch/anchor.h"
#include "relay/relay.h"
#include "relay/engine/reports.h"

struct worker;
struct engine_pulse;
struct flows;
struct ice;
struct path;
struct metrics;
struct relay_tap;
struct switchboard;
struct trail_pool;

/* index names the thread; board NULL: each port has a socket */
int worker_alloc(struct worker **wp, unsigned index,
		 const struct relay_conf *conf, struct switchboard *board,
		 const struct report_handlers *h, struct metrics *metrics);
int worker_kernel(struct worker *w, struct flows *fs,
		  struct engine_pulse *pulse, struct metrics *metrics);

/* memory for headers of packets; before the first path */
int worker_remember(struct worker *w, size_t bytes, struct metrics *metrics);

void worker_load(const struct worker *w, struct relay_load *load);

/* on error the path is still to be removed */
int worker_add(struct worker *w, struct path *path);
int worker_anchor(struct worker *w, struct path *path, enum relay_side side,
		  const struct anchor anchorv[2], struct relay_terms *terms);
void worker_ice(struct worker *w, struct path *path, enum relay_side side,
		struct ice *ice);
void worker_tap(struct worker *w, struct path *path, struct relay_tap *tap);

/* the remove handler says when it is done */
void worker_remove(struct worker *w, struct path *path);

#endif
