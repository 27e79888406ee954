/**
 * @file worker_state.h  What the files behind worker.h share
 */
#ifndef RELAY_ENGINE_WORKER_STATE_H
#define RELAY_ENGINE_WORKER_STATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include "relay/engine/coalesce.h"
#include "relay/engine/orders.h"
#include "relay/engine/reports.h"
#include "relay/engine/worker.h"

struct counter;
struct engine;
struct engine_kernel;
struct trail_pool;

/** The worker's to write */
struct worker_count {
	_Atomic uint64_t n;
	struct counter *shown; /* not owned */
};

struct worker {
	struct orders orders;
	struct reports reports;
	struct engine *engine;
	struct engine_kernel *_Atomic kernel; /* NULL: nothing rides there */
	struct trail_pool *pages;    /* held; NULL: no headers are kept */
	struct counter *lost_events; /* not owned */
	struct list retiredl;        /* removed in this turn */
	struct coalesce coalesce;
	int epfd;
	pthread_t thread;
	bool running;
	_Atomic bool stop;
	struct worker_count packets, busy_us;
};

#endif
