/**
 * @file announce_round.h  All users that are here are announced, some at a time
 */
#ifndef PROXY_REDIRECT_ANNOUNCE_ROUND_H
#define PROXY_REDIRECT_ANNOUNCE_ROUND_H

#include "proxy/redirect/announce.h"
#include "proxy/user/location.h"

struct announce_round;

/* the announcer and the location outlive it */
int announce_round_alloc(struct announce_round **rp, struct announce *a,
			 const struct location *loc, struct timers *timers);

/* who comes meanwhile is announced anyhow; mem_deref(): no further */
void announce_round_begin(struct announce_round *r);

#endif
