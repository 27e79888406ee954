/**
 * @file rotation.h  A list of servers, tried in order; a failed one rests
 *
 * The circuit breaker of all who ask other servers: while one rests nobody
 * waits for it, and after its rest one caller at a time probes it.
 */
#ifndef COMMON_ROTATION_H
#define COMMON_ROTATION_H

#include "common/config.h"

struct rotation;
struct timers;

int rotation_alloc(struct rotation **rp, const struct config_addr *serverv,
		   size_t serverc, uint32_t rest_ms,
		   const struct timers *timers);
size_t rotation_count(const struct rotation *r);

/* the address of server i; NULL behind the last */
const struct config_addr *rotation_server(const struct rotation *r, size_t i);

/* for so many ms it is left alone; 0: it is asked */
uint64_t rotation_rests(const struct rotation *r, size_t i);

/* the first usable server from index from on; ENOENT: the others rest */
int rotation_next(size_t *ip, struct rotation *r, size_t from);

/* what became of it; each rotation_next() is followed by one of these */
void rotation_succeed(struct rotation *r, size_t i);
void rotation_fail(struct rotation *r, size_t i);
void rotation_release(struct rotation *r, size_t i); /* not tried out */

#endif
