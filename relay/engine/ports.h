/**
 * @file ports.h  The media ports of one address: which pair is next
 *
 * Pairs of an even and the following odd port. The choice is random, so that
 * nobody can spray RTP at the next call's port, and a port that was given
 * back rests for a while, so that the last call's packets do not end in the
 * next call. Touches no socket: who asked binds, and may find it taken.
 */
#ifndef RELAY_ENGINE_PORTS_H
#define RELAY_ENGINE_PORTS_H

#include <stdbool.h>
#include <stdint.h>

struct ports;
struct ports_range;

int ports_alloc(struct ports **pp, uint16_t min, uint16_t max,
		uint32_t quarantine_ms);

/* another range: made ready, and given to them. What is taken stays so */
int ports_range_alloc(struct ports_range **rp, uint16_t min, uint16_t max);
void ports_move(struct ports *p, struct ports_range *next);
void ports_quarantine(struct ports *p, uint32_t quarantine_ms);

int ports_take(struct ports *p, uint64_t now_ms, uint16_t *port);

/* that very pair, by its even port; EADDRINUSE: it is not free, EINVAL: it is
 * none of these */
int ports_claim(struct ports *p, uint64_t now_ms, uint16_t port);
void ports_release(struct ports *p, uint64_t now_ms, uint16_t port);

/* somebody else may hear what comes for them, though they can be bound */
void ports_dispute(struct ports *p);
bool ports_disputed(const struct ports *p);

/* pairs */
uint32_t ports_free(struct ports *p, uint64_t now_ms);
uint32_t ports_total(const struct ports *p);

#endif
