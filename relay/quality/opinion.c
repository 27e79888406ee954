/**
 * @file opinion.c  What is to be thought of a side's media
 *
 * From mouth to ear it is half of both round trips, a packet to be filled,
 * and a jitter buffer of twice the jitter. What RTCP does not tell counts as
 * no delay, so an opinion without it is the best that may be.
 */
#include "relay/quality/emodel.h"
#include "relay/quality/opinion.h"

enum { JITTERS = 2 };


static uint32_t mos(const struct relay_quality *q,
		    const struct opinion_facts *facts, uint64_t lost,
		    uint64_t expected, uint32_t jitter_us)
{
	const struct emodel_codec *c = emodel_codec(q->codec);
	const struct emodel_network n = {
		.loss = lost < expected
				? 100.0 * (double)lost / (double)expected
				: 100.0,
		.burst = facts->burst / 100.0,
		.delay_ms = ((facts->near_us + facts->far_us) / 2.0 +
			     q->ptime_us + (double)JITTERS * jitter_us) /
			    1000.0,
	};

	if (!c || !expected)
		return 0;

	return (uint32_t)(100 * emodel_mos(emodel_rating(c, &n), c->wideband) +
			  0.5);
}


/**
 * Form an opinion
 *
 * @param q     What was measured of a side; completed
 * @param facts What else is known
 *
 * ITU-T G.107
 */
void opinion_form(struct relay_quality *q, const struct opinion_facts *facts)
{
	q->delay_us = facts->near_us;
	q->mos = mos(q, facts, q->lost, q->expected, q->jitter_us);
	q->far_mos = mos(q, facts, q->far_lost, q->far_expected,
			 q->far_jitter_us);
}
