/**
 * @file engine_kernel.c  The paths of a worker that the kernel may forward
 */
#include <errno.h>
#include "common/metrics.h"
#include "relay/engine/engine_kernel.h"
#include "relay/engine/path.h"
#include "relay/engine/ride.h"
#include "relay/kernel/flows.h"

/* a few are looked at together; of many some, more often: packets wait for
   it. Sooner those that are on their way into the kernel or out of it */
enum {
	BATCH = 64,
	HOT_BATCH = 256,
	ADDS = 128, /* 3 us each, 20 where its target is new */
	LOOK_US = 400000,
	SOON_US = 20000,
	ALL_US =
		800000, /* until each was: the main thread looks once a second */
	BEAT_US = 250000,
	MS_US = 1000,
};

struct engine_kernel {
	struct flows *fs;                    /* not owned */
	struct engine_pulse *pulse;          /* not owned */
	struct counter *forwarded, *flowing; /* not owned */
	struct list pathl, hotl; /* the next to be looked at first */
	uint32_t pathc, hotc;
	uint64_t next_us, next_hot_us;
};


/* the worker has stopped: nothing goes on without it */
static void destructor(void *arg)
{
	struct engine_kernel *e = arg;
	struct le *le;

	while ((le = list_head(&e->pathl)) || (le = list_head(&e->hotl)))
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


static void take(struct engine_kernel *e, struct path *path)
{
	if (path->ride_le.list == &e->hotl)
		--e->hotc;
	else if (path->ride_le.list)
		--e->pathc;
	list_unlink(&path->ride_le);
}


static void put(struct engine_kernel *e, struct path *path, bool hot)
{
	take(e, path);
	list_append(hot ? &e->hotl : &e->pathl, &path->ride_le, path);
	if (hot)
		++e->hotc;
	else
		++e->pathc;
}


/**
 * Look after a path from now on
 *
 * @param e    Engine (optional)
 * @param path Path; once or more
 */
void engine_kernel_enter(struct engine_kernel *e, struct path *path)
{
	if (!e)
		return;

	/* something about it is new */
	put(e, path, true);
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
	take(e, path);
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


static void look(struct engine_kernel *e, struct list *l, uint32_t n,
		 struct ride_guide *guide)
{
	for (uint32_t i = 0; i < n; i++) {
		struct path *path = list_ledata(list_head(l));
		bool hot = false;

		for (int side = 0; side < 2; side++)
			hot |= ride_look(&path->legv[side][RELAY_RTP], guide);
		put(e, path, hot);
	}
}


static void look_all(struct engine_kernel *e, struct ride_guide *guide)
{
	const bool many = e->pathc > BATCH;

	e->next_us = guide->now_us + (many ? SOON_US : LOOK_US);
	look(e, &e->pathl, many ? e->pathc / (ALL_US / SOON_US) + 1 : e->pathc,
	     guide);
	counter_set(e->flowing, flows_count(e->fs));
}


/**
 * Look after some paths, if it is time to
 *
 * @param e      Engine (optional)
 * @param now_us Monotonic time [us]
 */
void engine_kernel_turn(struct engine_kernel *e, uint64_t now_us)
{
	struct ride_guide guide = {.now_us = now_us, .adds = ADDS};

	if (!e || !(e->pathc + e->hotc))
		return;

	guide.fs = e->fs;
	guide.forwarded = e->forwarded;
	if (now_us >= e->next_hot_us) {
		e->next_hot_us = now_us + SOON_US;
		look(e, &e->hotl, min(e->hotc, (uint32_t)HOT_BATCH), &guide);
	}
	if (now_us >= e->next_us)
		look_all(e, &guide);
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
	uint64_t next_us;

	if (!e || !(e->pathc + e->hotc))
		return -1;

	next_us = e->hotc ? min(e->next_us, e->next_hot_us) : e->next_us;

	return now_us < next_us ? (int)((next_us - now_us + MS_US - 1) / MS_US)
				: 0;
}
