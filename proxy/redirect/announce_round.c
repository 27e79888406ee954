/**
 * @file announce_round.c  All users that are here are announced, some at a time
 */
#include <errno.h>
#include "proxy/redirect/announce_round.h"

enum { USERS = 200, PAUSE_MS = 20 };

struct announce_round {
	struct announce *a;         /* not owned */
	const struct location *loc; /* not owned */
	struct timers *timers;      /* not owned */
	struct timer tmr;
	uint32_t at;
};


static void destructor(void *arg)
{
	struct announce_round *r = arg;

	timer_cancel(&r->tmr);
}


/**
 * Make a round ready
 *
 * @param rp     Pointer to allocated round
 * @param a      Announcer
 * @param loc    Who is here
 * @param timers Timers
 *
 * @return 0 if success, otherwise errorcode
 */
int announce_round_alloc(struct announce_round **rp, struct announce *a,
			 const struct location *loc, struct timers *timers)
{
	struct announce_round *r;

	if (!rp || !a || !loc || !timers)
		return EINVAL;

	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	r->a = a;
	r->loc = loc;
	r->timers = timers;
	*rp = r;

	return 0;
}


static bool user_handler(const char *aor, const struct list *bindingl,
			 void *arg)
{
	struct announce_round *r = arg;
	struct pl pl;
	(void)bindingl;

	pl_set_str(&pl, aor);
	announce_user(r->a, &pl, true);

	return true;
}


static void turn_handler(void *arg)
{
	struct announce_round *r = arg;

	r->at = location_walk(r->loc, r->at, USERS, user_handler, r);
	if (r->at)
		timer_start(r->timers, &r->tmr, PAUSE_MS, turn_handler, r);
}


/**
 * Begin the round
 *
 * @param r Round, or NULL
 */
void announce_round_begin(struct announce_round *r)
{
	if (r)
		timer_start(r->timers, &r->tmr, 0, turn_handler, r);
}
