/**
 * @file way.h  How flows get to their targets: interface, neighbour, MAC
 *
 * One way for each pair of our address and a target, shared by the flows that
 * take it. What changes of routes, neighbours and interfaces is followed by
 * the kernel's messages, a few of them at a time. Not for two threads at once.
 */
#ifndef RELAY_KERNEL_WAY_H
#define RELAY_KERNEL_WAY_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include "relay/kernel/flow_map.h"

struct ways;
struct way;

/* wayv: shared with the kernel's program, max of them, zeroed */
int ways_alloc(struct ways **wsp, struct flow_way *wayv, uint32_t max);

/* ENETUNREACH: no Ethernet way; ENOSPC: there are too many */
int way_acquire(struct way **wp, struct ways *ws, const struct sa *out,
		const struct sa *dst, uint64_t now_us);
uint32_t way_index(const struct way *w);
void way_release(struct way *w, uint64_t now_us);

/* at least once a second: follows what has changed, for less than a
 * millisecond; true: there is more of it */
bool ways_follow(struct ways *ws);

/* asks anew for a few of them, by turns: lest we missed something */
void ways_check(struct ways *ws);

#endif
