/**
 * @file engine_kernel.h  The paths of a worker that the kernel may forward
 *
 * Some of them are looked after every so often, in turn: a bounded number at
 * a time, so that no packet waits for that, and each within a second, so that
 * counters are never older; soon those of which something is new. A worker
 * without paths is not woken.
 */
#ifndef RELAY_ENGINE_ENGINE_KERNEL_H
#define RELAY_ENGINE_ENGINE_KERNEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct engine_kernel;
struct flows;
struct metrics;
struct path;

/** Of all workers: whose turn it is to tell the kernel that we are alive */
struct engine_pulse {
	_Atomic bool busy;
	_Atomic uint64_t at_us;
};

/* fs and pulse must outlive it */
int engine_kernel_alloc(struct engine_kernel **ep, struct flows *fs,
			struct engine_pulse *pulse, struct metrics *metrics);

/* the worker's, all of them; e may be NULL. Something of a path is new */
void engine_kernel_enter(struct engine_kernel *e, struct path *path);
void engine_kernel_leave(struct engine_kernel *e, struct path *path);

/* when no packet waits to be sent */
void engine_kernel_turn(struct engine_kernel *e, uint64_t now_us);

/* at most so long until the next turn; -1: for ever */
int engine_kernel_wait_ms(const struct engine_kernel *e, uint64_t now_us);

#endif
