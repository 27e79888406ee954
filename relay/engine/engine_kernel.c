/**
 * @file engine_kernel.c  The paths of a worker that the kernel may forward
 */
#include <errno.h>
#include "common/metrics.h"
#include "relay/engine/engine_kernel.h"
#include "relay/engine/path.h"
#include "relay/engine/ride.h"
#include "relay/kernel/flows.h"

/* a few are looked at together; of many some, more often: packets wait for it */
enum {
	BATCH = 64,
	LOOK_US = 100000,
	SOME_US = 20000,
	ALL_US = 500000, /* until each was looked at */
	BEAT_US = 250000,
	MS_US = 1000,
};

struct engine_kernel {
	struct flows *fs;                    /* not owned */
	struct engine_pulse *pulse;          /* not owned */
	struct counter *forwarded, *flowing; /* not owned */
	struct list pathl; /* the next to be looked at first */
	uint32_t pathc;
	uint64_t next_us;
};


/* the worker has stopped: nothing goes on without it */
static void destructor(void *arg)
{
	struct engine_kernel *e = arg;
	struct le *le;

	while ((le = list_head(&e->pathl)))
		engine_kernel_leave(e, le->data);
}


/**
 * Allocate, for one worker
 *
 * @param ep      Pointer to allocated object
 * @param fs      Flows
 * @param pulse   Shared by the workers
 * @param metrics Metrics (optional)
 *
 * @return 0 if success, otherwise errorcode
 */
int engine_kernel_alloc(struct engine_kernel **ep, struct flows *fs,
			struct engine_pulse *pulse, struct metrics *metrics)
{
	struct engine_kernel *e;

	if (!ep || !fs || !pulse)
		return EINVAL;

	e = mem_zalloc(sizeof(*e), destructor);
	if (!e)
		return ENOMEM;

	e->fs = fs;
	e->pulse = pulse;
	e->forwarded = metrics_counter(metrics, "relay_packets_total");
	e->flowing = metrics_counter(metrics, "relay_kernel_flows");
	*ep = e;

	return 0;
}


/**
 * Look after a path from now on
 *
 * @param e    Engine (optional)
 * @param path Path; once or more
 */
void engine_kernel_enter(struct engine_kernel *e, struct path *path)
{
	if (!e || path->ride_le.list)
		return;

	list_append(&e->pathl, &path->ride_le, path);
	++e->pathc;
}


/**
 * Leave nothing of a path in the kernel
 *
 * @param e    Engine (optional)
 * @param path Path, entered or not
 */
void engine_kernel_leave(struct engine_kernel *e, struct path *path)
{
	if (!e || !path->ride_le.list)
		return;

	ride_end(path);
	list_unlink(&path->ride_le);
	--e->pathc;
	counter_set(e->flowing, flows_count(e->fs));
}


/* by one thread at a time, whichever comes by */
static void beat(struct engine_kernel *e, uint64_t now_us)
{
	struct engine_pulse *p = e->pulse;

	if (now_us < atomic_load_explicit(&p->at_us, memory_order_relaxed) +
			     BEAT_US ||
	    !flows_count(e->fs) || atomic_exchange(&p->busy, true))
		return;

	atomic_store_explicit(&p->at_us, now_us, memory_order_relaxed);
	flows_beat(e->fs);
	atomic_store(&p->busy, false);
}


static void look(struct engine_kernel *e, struct path *path, uint64_t now_us)
{
	for (int side = 0; side < 2; side++)
		ride_look(&path->legv[side][RELAY_RTP], e->fs, e->forwarded,
			  now_us);

	list_unlink(&path->ride_le);
	list_append(&e->pathl, &path->ride_le, path);
}


/**
 * Look after some paths, if it is time to
 *
 * @param e      Engine (optional)
 * @param now_us Monotonic time [us]
 */
void engine_kernel_turn(struct engine_kernel *e, uint64_t now_us)
{
	uint32_t n;

	if (!e || now_us < e->next_us || !e->pathc)
		return;

	e->next_us = now_us + (e->pathc > BATCH ? SOME_US : LOOK_US);
	n = e->pathc > BATCH ? e->pathc / (ALL_US / SOME_US) + 1 : e->pathc;
	for (uint32_t i = 0; i < n; i++)
		look(e, list_ledata(list_head(&e->pathl)), now_us);

	counter_set(e->flowing, flows_count(e->fs));
	beat(e, now_us);
}


/**
 * For how long may the worker sleep?
 *
 * @param e      Engine (optional)
 * @param now_us Monotonic time [us]
 *
 * @return Time in ms, -1: for ever
 */
int engine_kernel_wait_ms(const struct engine_kernel *e, uint64_t now_us)
{
	if (!e || !e->pathc)
		return -1;

	return now_us < e->next_us
		       ? (int)((e->next_us - now_us + MS_US - 1) / MS_US)
		       : 0;
}
