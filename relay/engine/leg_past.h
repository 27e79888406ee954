/**
 * @file leg_past.h  What a leg was before a restart
 *
 * It counts on from there, and who was locked then is locked again as soon as
 * signalling's last word of its side is repeated: he need not prove himself,
 * and nobody else gets the chance to.
 */
#ifndef RELAY_ENGINE_LEG_PAST_H
#define RELAY_ENGINE_LEG_PAST_H

#include <stdint.h>
#include <re.h>

struct leg;
struct relay_past_side;

struct leg_past {
	struct sa src;
	uint32_t ssrc; /* 0: unknown */
};

/* before a worker has it */
int leg_past_set(struct leg *leg, const struct relay_past_side *past);

/* the worker's: its anchor is there */
void leg_past_take(struct leg *leg);

#endif
