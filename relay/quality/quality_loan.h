/**
 * @file quality_loan.h  A source whose packets somebody else measures
 *
 * Who moves packets where quality.c does not see them goes on with its
 * numbers, and gives them back: often, while he does, and at the end.
 */
#ifndef RELAY_QUALITY_QUALITY_LOAN_H
#define RELAY_QUALITY_QUALITY_LOAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "relay/quality/quality.h"

/** The state of one source, and what is shown of it */
struct quality_loan {
	struct sequence seq;
	uint32_t ssrc;
	uint8_t pt; /* of the newest */
	bool timed; /* what follows is valid */
	uint32_t ts;
	uint64_t at_us;
	uint32_t jitter; /* us, times 16 */
	uint32_t step_us;
	uint32_t jitter_us, jitter_max_us, ptime_us;
	bool noise; /* it has suppressed silence */
};

/* false: the source was not heard */
bool quality_lend(const struct quality *q, uint32_t ssrc,
		  struct quality_loan *loan);

/* as it is now; its counts grow apart from that, as often as one likes */
void quality_return(struct quality *q, const struct quality_loan *loan);
void quality_grow(struct quality *q, const struct losses *now,
		  const struct losses *before);

/* the same for a copy, in any thread */
void quality_show_grow(struct relay_quality *show, const struct losses *now,
		       const struct losses *before);

#endif
