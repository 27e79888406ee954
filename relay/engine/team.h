/**
 * @file team.h  The workers, and who has how many sessions
 */
#ifndef RELAY_ENGINE_TEAM_H
#define RELAY_ENGINE_TEAM_H

#include <stdint.h>
#include "relay/engine/engine_kernel.h"
#include "relay/relay.h"

struct flows;
struct metrics;
struct report_handlers;
struct switchboard;
struct worker;

struct team {
	struct {
		struct worker *worker;
		uint32_t sessions;
	} v[RELAY_WORKERS_MAX];
	uint32_t c;
	uint32_t next; /* to be asked first */
	struct engine_pulse pulse;
};

/* conf->workers 0: one for each core that we may use but one */
int team_open(struct team *team, const struct relay_conf *conf,
	      struct switchboard *board, const struct report_handlers *h,
	      struct metrics *metrics);

/* before the first path: the kernel forwards what it can */
int team_kernel(struct team *team, struct flows *fs, struct metrics *metrics);
void team_close(struct team *team);

/* the one with the fewest sessions; equals take turns */
uint32_t team_idle(struct team *team);

/* one session more, one less */
struct worker *team_hire(struct team *team, uint32_t i);
void team_dismiss(struct team *team, uint32_t i);

#endif
