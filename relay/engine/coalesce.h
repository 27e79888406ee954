/**
 * @file coalesce.h  Whether a worker waits for more packets to move at once
 *
 * Pure, one thread's. Where many packets come, most of a packet's cost is to
 * be woken for it. A busy worker therefore takes a turn every so often and not
 * more: what comes meanwhile waits together. That delays a packet by less than
 * that time, and a worker that has no time to wait goes on at once. With fewer
 * packets there is time enough, and none of them shall be late for it.
 */
#ifndef RELAY_ENGINE_COALESCE_H
#define RELAY_ENGINE_COALESCE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	COALESCE_WINDOW_US = 50000, /* over which packets are counted */
	COALESCE_BUSY = 30000,      /* packets a second, from which on ... */
	COALESCE_CALM = 25000,      /* ... and below which no more */
};

struct coalesce {
	uint32_t wait_us; /* from turn to turn; 0: never */
	bool busy;
	uint64_t since_us; /* this window's begin */
	uint64_t packets;  /* in it */
};

void coalesce_init(struct coalesce *c, uint32_t wait_us);

/* after a turn: before which moment the next one shall not begin; 0: at once */
uint64_t coalesce_turn(struct coalesce *c, unsigned packets, uint64_t start_us,
		       uint64_t now_us);

#endif
