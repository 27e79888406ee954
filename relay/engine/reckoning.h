/**
 * @file reckoning.h  What came through paths, added up for the operator
 *
 * Workers count for each path; the main thread adds what is new, each second
 * and when a path is gone, so that packets cost nothing more.
 */
#ifndef RELAY_ENGINE_RECKONING_H
#define RELAY_ENGINE_RECKONING_H

#include <stdint.h>

struct counter;
struct metrics;
struct path;

struct reckoning {
	struct counter *octets, *lost, *foreign; /* not owned */
};

/** Of a path: what was added already */
struct reckoned {
	uint64_t octets, lost, foreign;
};

void reckoning_init(struct reckoning *r, struct metrics *metrics);
void reckoning_add(const struct reckoning *r, struct path *path);

#endif
