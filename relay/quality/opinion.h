/**
 * @file opinion.h  What is to be thought of a side's media
 *
 * Pure; for the main thread, since it takes a microsecond.
 */
#ifndef RELAY_QUALITY_OPINION_H
#define RELAY_QUALITY_OPINION_H

#include "relay/relay.h"

/** Round trips, and how bursty the losses were */
struct opinion_facts {
	uint32_t near_us,
		far_us; /* to the side, to the other one; 0: unknown */
	uint32_t burst; /* BurstR, hundredths */
};

/* fills delay_us, mos and far_mos */
void opinion_form(struct relay_quality *q, const struct opinion_facts *facts);

#endif
