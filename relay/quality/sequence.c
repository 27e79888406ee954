/**
 * @file sequence.c  What is missing from a source of RTP, by its numbers
 */
#include <string.h>
#include "relay/quality/sequence_step.h"


/**
 * Begin with the first packet of a source
 *
 * @param s   Sequence
 * @param l   Counts of its leg
 * @param seq Sequence number
 */
void sequence_begin(struct sequence *s, struct losses *l, uint16_t seq)
{
	memset(s, 0, sizeof(*s));
	sequence_restart(s, l, seq);
}


/**
 * Add a packet of the source
 *
 * @param s   Sequence, begun
 * @param l   Counts of its leg
 * @param seq Sequence number
 *
 * @return How far it is ahead; SEQUENCE_LATE, SEQUENCE_JUMP
 *
 * RFC 3550 appendix A.1; RFC 3611 section 4.7.2
 */
int sequence_add(struct sequence *s, struct losses *l, uint16_t seq)
{
	return sequence_step(s, l, seq);
}


/**
 * How much longer losses last than they would if they came at random
 *
 * @param l Counts
 *
 * @return Burst ratio in hundredths, 100 at least
 *
 * ITU-T G.107 section 7.3: mean length of losses in a row, over 1 / (1 - Ppl)
 * packets, which it is for random loss
 */
uint32_t losses_burst_ratio(const struct losses *l)
{
	const uint64_t runs = losses_value(&l->runs),
		       lost = losses_value(&l->run_lost);
	const uint64_t expected = losses_value(&l->expected);
	uint64_t ratio;

	if (!runs || lost >= expected)
		return 100;

	ratio = 100 * lost / runs * (expected - lost) / expected;

	return ratio > 100 ? (uint32_t)ratio : 100;
}
