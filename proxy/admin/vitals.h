/**
 * @file vitals.h  What of the server is looked at every few seconds
 */
#ifndef PROXY_ADMIN_VITALS_H
#define PROXY_ADMIN_VITALS_H

#include "common/lag.h"

struct metrics;
struct relay;
struct timers;
struct vitals;

/* relay: or NULL; what is given outlives it */
int vitals_alloc(struct vitals **vp, struct metrics *metrics,
		 const struct relay *relay, struct timers *timers);

/* told of how late the main loop is, many times a second */
void vitals_watch(struct vitals *v, lag_h *h, void *arg);

#endif
