/**
 * @file team.c  The workers, and who has how many sessions
 *
 * A session stays where it began: its packets keep their order, and nothing
 * of it is touched by two threads.
 */
#include <errno.h>
#include <sched.h>
#include "relay/engine/team.h"
#include "relay/engine/worker.h"


/* what a container or taskset leaves us, not what the machine has. None is kept
   free for signalling: it needs little, and packets go before it anyhow */
static uint32_t usable_cores(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;

	return (uint32_t)CPU_COUNT(&set);
}


/**
 * Start the workers
 *
 * @param team    Team, zeroed
 * @param conf    Configuration, not kept
 * @param h       Handlers of what they report
 * @param metrics Metrics (optional)
 *
 * @return 0 if success, otherwise errorcode: close it all the same
 */
int team_open(struct team *team, const struct relay_conf *conf,
	      struct switchboard *board, const struct report_handlers *h,
	      struct metrics *metrics)
{
	const uint32_t n = conf->workers ? conf->workers : usable_cores();
	const size_t share = conf->header_bytes / min(n, RELAY_WORKERS_MAX);

	while (team->c < n && team->c < RELAY_WORKERS_MAX) {
		int err;

		err = worker_alloc(&team->v[team->c].worker, team->c, conf,
				   board, h, metrics);
		if (err)
			return err;

		++team->c;
		if (share) {
			err = worker_remember(team->v[team->c - 1].worker,
					      share, metrics);
			if (err)
				return err;
		}
	}

	return 0;
}


/**
 * Let the kernel forward what it can; before the first path
 *
 * @param team    Open team
 * @param fs      Flows, must outlive it
 * @param metrics Metrics (optional)
 *
 * @return 0 if success, otherwise errorcode
 */
int team_kernel(struct team *team, struct flows *fs, struct metrics *metrics)
{
	int err = 0;

	for (uint32_t i = 0; i < team->c && !err; i++)
		err = worker_kernel(team->v[i].worker, fs, &team->pulse,
				    metrics);

	return err;
}


/**
 * Stop the workers: none of them touches a path any more
 *
 * @param team Team, opened with or without success
 */
void team_close(struct team *team)
{
	while (team->c)
		mem_deref(team->v[--team->c].worker);
}


/**
 * Find the worker that has least to do
 *
 * @param team Open team
 *
 * @return Its number
 */
uint32_t team_idle(struct team *team)
{
	uint32_t best = team->next % team->c;

	for (uint32_t i = 0; i < team->c; i++) {
		const uint32_t k = (team->next + i) % team->c;

		if (team->v[k].sessions < team->v[best].sessions)
			best = k;
	}

	team->next = best + 1;

	return best;
}


/**
 * Give a worker another session
 *
 * @param team Open team
 * @param i    Its number
 *
 * @return The worker
 */
struct worker *team_hire(struct team *team, uint32_t i)
{
	++team->v[i].sessions;

	return team->v[i].worker;
}


/**
 * A session of a worker has ended
 *
 * @param team Open team
 * @param i    Its number
 */
void team_dismiss(struct team *team, uint32_t i)
{
	--team->v[i].sessions;
}
