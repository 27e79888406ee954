/**
 * @file test/fuzz/rtcp.c  Any RTCP read, any stream of RTP measured
 *
 * The input is a datagram for the reader, and then again, ten octets each,
 * packets of a few sources in any order and at any time, with a report of
 * what was read now and then. Whatever comes, the numbers stay sane.
 */
#include <stdlib.h>
#include <string.h>
#include "relay/quality/opinion.h"
#include "relay/latch/packet.h"
#include "relay/quality/quality.h"
#include "relay/quality/roundtrip.h"
#include "relay/quality/rtcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

enum { STEP = 10 };


static void must(bool held)
{
	if (!held)
		abort();
}


static void check_counts(const struct quality *q)
{
	const struct losses *l = &q->losses;

	must(l->lost <= l->expected);
	must(l->run_lost <= l->expected);
	must(l->runs <= l->run_lost);
	must(l->burst_lost <= l->run_lost);
	must(2 * l->bursts <= l->burst_lost);
	must(losses_burst_ratio(l) >= 100);
}


static void check_opinion(const struct quality *q, const struct roundtrip *rt)
{
	const struct opinion_facts facts = {
		.near_us = roundtrip_us(rt),
		.far_us = roundtrip_us(rt),
		.burst = losses_burst_ratio(&q->losses),
	};
	struct relay_quality show;

	must(roundtrip_us(rt) <= 10000000);
	memset(&show, 0, sizeof(show));
	quality_show(q, &show);
	opinion_form(&show, &facts);
	must(!show.mos || (show.mos >= 100 && show.mos <= 450));
	must(!show.far_mos || (show.far_mos >= 100 && show.far_mos <= 450));
	must(show.jitter_us <= show.jitter_max_us);
	must(show.jitter_max_us <= 1000000);
	must(memchr(show.codec, 0, sizeof(show.codec)) != NULL);
}


static void report(struct quality *q, struct roundtrip *rt,
		   const struct rtcp *r, uint64_t now_us)
{
	quality_reported(q);
	quality_sent(q, r->ssrc & 7, r->packets);
	if (r->sr.set)
		roundtrip_pass(rt, r->sr.ntp, now_us);
	for (size_t i = 0; i < r->blockc; i++) {
		const struct rtcp_block *b = &r->blockv[i];

		roundtrip_return(rt, b->lsr, b->dlsr, now_us);
		quality_missed(q, &(struct quality_receipt){b->ssrc & 7,
							    b->lost, b->jitter,
							    b->highest});
	}
	quality_told(q);
}


int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static struct quality q;
	struct roundtrip rt;
	struct rtcp r;
	uint64_t now_us = 1000000;

	memset(&q, 0, sizeof(q));
	memset(&rt, 0, sizeof(rt));
	must(rtcp_read(&r, p, len) || len >= 4);
	must(r.blockc <= RTCP_BLOCKS_MAX);

	for (; len >= STEP; p += STEP, len -= STEP) {
		const struct packet pkt = {
			.type = PACKET_RTP,
			.proof = true,
			.ssrc = p[0] & 7,
			.marker = p[0] & 8,
			.seq = (uint16_t)(p[1] << 8 | p[2]),
			.ts = (uint32_t)p[3] << 24 | (uint32_t)p[4] << 8 |
			      p[5],
			.pt = p[6] & 0x7f,
			.payload = p[7],
		};

		now_us += (uint64_t)(p[8] << 8 | p[9]) *
			  (p[0] & 16 ? 1000 : 1);
		quality_add(&q, &pkt, now_us);
		if (p[0] & 32)
			report(&q, &rt, &r, now_us);
		check_counts(&q);
	}
	check_opinion(&q, &rt);
	quality_close(&q);

	return 0;
}
