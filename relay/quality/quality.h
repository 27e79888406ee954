/**
 * @file quality.h  How a stream of RTP comes in, packet by packet
 *
 * Pure. One thread measures and any may read: what is shown is single atomic
 * words, so a reader may see one of them a packet newer than another.
 *
 * A leg may carry several sources (SSRC), of which a few are told apart; the
 * oldest gives way. What was lost, late or double is counted over all of
 * them; jitter, packet time, codec are those of the newest.
 */
#ifndef RELAY_QUALITY_QUALITY_H
#define RELAY_QUALITY_QUALITY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "relay/quality/codec.h"
#include "relay/quality/codec_cell.h"
#include "relay/quality/sequence.h"

struct packet;
struct relay_quality;

enum { QUALITY_SOURCES = 4 };

struct quality_source {
	uint32_t ssrc;
	uint32_t turn; /* when it was heard last, by number of packets */
	struct sequence seq;

	/* of the last packet that jitter was measured with */
	uint64_t at_us;
	uint32_t ts;
	uint32_t jitter;  /* us, times 16 */
	uint32_t step_us; /* between the last two packets in order */

	/* what the sender says that it has sent, less what came */
	uint32_t missing;
	uint32_t highest; /* that its receiver says it got */

	bool started, timed, said; /* any, a time, how much was sent */
};

/** What anybody may read, beside the losses */
struct quality_shown {
	_Atomic uint64_t far_expected, far_lost; /* as its receiver says */
	_Atomic uint32_t jitter_us, jitter_max_us, far_jitter_us;
	_Atomic uint32_t ptime_us, ssrc;
	_Atomic uint64_t reports; /* RTCP of its sender, readable or not */
	struct codec_cell codec;
	_Atomic uint32_t astray; /* sent, it says, and did not come */
	_Atomic bool deaf;       /* its receiver says it gets nothing of it */
	_Atomic bool noise;      /* it has suppressed silence */
};

struct quality {
	struct quality_source one;
	struct quality_source *sourcev; /* NULL: there was no more than one */
	uint32_t current;               /* index of the newest source */
	uint32_t turn;

	/* the payload type that was looked up last */
	bool known;
	uint8_t pt;
	uint8_t sid, frame; /* octets; 0: it marks no silence */
	enum codec_kind kind;
	uint32_t scale;                      /* us a tick, times 2^20 */
	const struct relay_terms *from, *to; /* not owned */

	/* what its receiver gets, from report to report */
	bool news;        /* in this one */
	bool got;         /* ever */
	uint32_t reports; /* without news, and ... */
	uint64_t told;    /* what had come when there were some */

	struct losses losses;
	struct quality_shown shown;
};

/* it is zeroed at first; nobody else may have it */
void quality_close(struct quality *q);

/* those that are told apart */
static inline struct quality_source *quality_sources(struct quality *q)
{
	return q->sourcev ? q->sourcev : &q->one;
}

static inline size_t quality_sourcec(const struct quality *q)
{
	return q->sourcev ? QUALITY_SOURCES : 1;
}

static inline const struct quality_source *quality_current(
	const struct quality *q)
{
	return q->sourcev ? &q->sourcev[q->current] : &q->one;
}

/* from: of the side that sends, to: of the side that hears; both must live
 * until they are replaced. NULL: unknown */
void quality_terms(struct quality *q, const struct relay_terms *from,
		   const struct relay_terms *to);

/* an RTP packet that was accepted, at monotonic time */
void quality_add(struct quality *q, const struct packet *pkt, uint64_t now_us);

/* RTCP of its sender came, whatever is in it */
void quality_reported(struct quality *q);

/* its sender says how many packets it has sent */
void quality_sent(struct quality *q, uint32_t ssrc, uint32_t packets);

/* what its packets are from now on, as the newest one says */
void quality_newest(struct quality *q, uint8_t pt);

/** What its receiver says of a source */
struct quality_receipt {
	uint32_t ssrc;
	int32_t lost;     /* fewer than none with doubles */
	uint32_t jitter;  /* ticks of the codec's clock */
	uint32_t highest; /* sequence number */
};
void quality_missed(struct quality *q, const struct quality_receipt *r);

/* that was all that its receiver had to say this time */
void quality_told(struct quality *q);

/* from any thread: fills all but delay, MOS and how long ago it was */
void quality_show(const struct quality *q, struct relay_quality *show);

uint64_t quality_lost(const struct quality *q);

/* grow as long as RTP, or RTCP, comes */
uint64_t quality_heard(const struct quality *q);
uint64_t quality_reports(const struct quality *q);

/* packets that were sent between the last two reports of their sender, but
 * did not come */
uint32_t quality_astray(const struct quality *q);
bool quality_noise(const struct quality *q);
bool quality_deaf(const struct quality *q);

#endif
