/**
 * @file quality.h  What is missing from a stream of RTP, by its numbers
 *
 * Pure. A new SSRC or a jump starts a new count; what was lost stays.
 */
#ifndef RELAY_QUALITY_H
#define RELAY_QUALITY_H

#include <stdbool.h>
#include <stdint.h>

struct quality {
	bool started;
	uint32_t ssrc;
	uint16_t seq;      /* highest */
	uint64_t expected; /* of this run */
	uint64_t received;
	uint64_t past; /* lost in earlier runs */
};

void quality_add(struct quality *q, uint32_t ssrc, uint16_t seq);
uint64_t quality_lost(const struct quality *q);

#endif
