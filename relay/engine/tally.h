/**
 * @file tally.h  What the kernel has forwarded of a leg's packets
 *
 * The kernel counts on while anybody reads. The worker adds to the leg what
 * has come since it looked last; who reads in between adds the rest to his
 * copy, and reads again if the worker was at it meanwhile.
 */
#ifndef RELAY_ENGINE_TALLY_H
#define RELAY_ENGINE_TALLY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include "relay/quality/sequence.h"

struct counter;
struct flow;
struct leg;
struct relay_stats;

struct tally {
	_Atomic uint32_t turn; /* odd while it is written */
	struct flow *_Atomic flow;
	struct counter *forwarded; /* not owned */

	/* of the flow's, what the leg has already */
	_Atomic uint64_t packets, octets;
	struct losses losses;
};

/* the worker's: from here on that flow counts for the leg; and no more */
void tally_begin(struct tally *t, struct flow *flow);
void tally_end(struct leg *leg, struct tally *t);

/* heard: as if its latch had judged them. How many packets there were */
uint64_t tally_take(struct leg *leg, struct tally *t, bool heard);

/* the same for its measure: what the kernel goes on with */
void tally_measure(struct leg *leg, struct tally *t);

/* any thread, of a leg that may have none: read between the two, and again if
 * the second is false */
uint32_t tally_look(const struct tally *t);
bool tally_looked(const struct tally *t, uint32_t look);

/* what is not in the counts of a leg of that side yet, as its source, and as
 * the other side's */
void tally_add_rx(const struct tally *t, struct relay_stats *st);
void tally_add_tx(const struct tally *t, struct relay_stats *st);

#endif
