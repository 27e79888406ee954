/**
 * @file hearsay.c  How a side sounds, by its RTP, and what RTCP says of it
 */
#include "relay/engine/hearsay.h"
#include "relay/engine/leg.h"
#include "relay/quality/rtcp.h"


/* what it sends is numbered as who hears it wants it */
static void set_terms(struct leg *leg)
{
	if (leg && leg->hearsay)
		quality_terms(&leg->hearsay->quality, leg->terms,
			      leg->across ? leg->across->terms : NULL);
}


/**
 * The terms of a leg's side are new
 *
 * @param leg Leg
 */
void hearsay_terms(struct leg *leg)
{
	set_terms(leg);
	set_terms(leg->across);
}


/* SRTCP looks like it only up to its first SSRC */
static bool is_clear(const struct leg *leg, const struct arrival *arr)
{
	return !arr->pkt.encrypted && !(leg->terms && leg->terms->keyc);
}


static void take_block(struct quality *q, const struct rtcp_block *b)
{
	const struct quality_receipt r = {
		.ssrc = b->ssrc,
		.lost = b->lost,
		.jitter = b->jitter,
		.highest = b->highest,
	};

	quality_missed(q, &r);
}


static void take_report(struct leg *leg, const struct arrival *arr)
{
	struct hearsay *from = leg->hearsay;
	struct hearsay *to = leg->across ? leg->across->hearsay : NULL;
	struct rtcp r;

	quality_reported(&from->quality);
	if (!is_clear(leg, arr) || rtcp_read(&r, arr->p, arr->len))
		return;

	if (r.sender)
		quality_sent(&from->quality, r.ssrc, r.packets);
	if (to && r.sr.set)
		roundtrip_pass(&to->roundtrip, r.sr.ntp, arr->now_us);
	if (to && r.rrtr.set)
		roundtrip_pass(&to->roundtrip, r.rrtr.ntp, arr->now_us);

	for (size_t i = 0; i < r.blockc; i++) {
		const struct rtcp_block *b = &r.blockv[i];

		roundtrip_return(&from->roundtrip, b->lsr, b->dlsr,
				 arr->now_us);
		if (to && b->losses)
			take_block(&to->quality, b);
	}

	if (to && r.report)
		quality_told(&to->quality);
}


/**
 * Take a packet of a side
 *
 * @param leg Leg that it came to
 * @param arr The packet, accepted
 *
 * RFC 3550 section 6.4, RFC 3611 section 4
 */
void hearsay_take(struct leg *leg, const struct arrival *arr)
{
	/* T.38 may look like anything */
	if (!leg->hearsay || leg->latch.anchor.any)
		return;

	if (arr->pkt.type == PACKET_RTCP)
		take_report(leg, arr);
	else if (arr->pkt.type == PACKET_RTP && leg->comp == RELAY_RTP)
		quality_add(&leg->hearsay->quality, &arr->pkt, arr->now_us);
}
