/**
 * @file quality.c  What is missing from a stream of RTP, by its numbers
 */
#include "relay/quality.h"

/* RFC 3550 appendix A.1 */
enum { MAX_DROPOUT = 3000, MAX_MISORDER = 100 };


static void restart(struct quality *q, uint32_t ssrc, uint16_t seq)
{
	q->past = quality_lost(q);
	q->started = true;
	q->ssrc = ssrc;
	q->seq = seq;
	q->expected = 1;
	q->received = 1;
}


/**
 * Count an RTP packet
 *
 * @param q    Count
 * @param ssrc Its synchronisation source
 * @param seq  Its sequence number
 *
 * RFC 3550 appendix A.1
 */
void quality_add(struct quality *q, uint32_t ssrc, uint16_t seq)
{
	const uint16_t ahead = (uint16_t)(seq - q->seq);

	if (!q->started || ssrc != q->ssrc) {
		restart(q, ssrc, seq);
	}
	else if (ahead < MAX_DROPOUT) {
		q->seq = seq;
		q->expected += ahead;
		++q->received;
	}
	else if (ahead > UINT16_MAX - MAX_MISORDER) {
		++q->received;
	}
	else {
		restart(q, ssrc, seq);
	}
}


/**
 * Get the number of packets that did not come
 *
 * @param q Count
 *
 * @return Lost packets; one that comes late is taken off again
 *
 * RFC 3550 appendix A.3
 */
uint64_t quality_lost(const struct quality *q)
{
	uint64_t lost = q->past;

	if (q->expected > q->received)
		lost += q->expected - q->received;

	return lost;
}
