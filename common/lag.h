/**
 * @file lag.h  How late the main loop is
 *
 * A clock ticks; when its tick is heard says how long the loop was busy with
 * something else.
 */
#ifndef COMMON_LAG_H
#define COMMON_LAG_H

#include <stdint.h>

struct lag;
struct metrics;

enum { LAG_TICK_MS = 50 };

/* of the loop of this thread */
int lag_alloc(struct lag **lp, struct metrics *metrics);

/* is told of each tick how late it was */
typedef void(lag_h)(uint64_t late_us, void *arg);
void lag_watch(struct lag *l, lag_h *h, void *arg);

/* pure: of a tick that was due then, and the next one that is due */
uint64_t lag_late(uint64_t *due_us, uint64_t now_us);

#endif
