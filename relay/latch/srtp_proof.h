/**
 * @file srtp_proof.h  Which packets only the phone can have made
 *
 * Of a side whose keys are known from its SDP. Belongs to a leg, and so to
 * one thread. Only packets that would change a latch are looked at, and of
 * those only so many a second: whoever sends more than that proves nothing.
 *
 * A packet is proof only if it is newer than all that came with its SSRC
 * before. What is copied from the wire, and sent again, is not.
 */
#ifndef RELAY_LATCH_SRTP_PROOF_H
#define RELAY_LATCH_SRTP_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "relay/latch/srtp_key.h"

struct packet;

enum { SRTP_TRACKS = 4 };

/** The newest packet of an SSRC */
struct srtp_track {
	uint32_t ssrc;
	uint64_t index; /* RTP: rollover counter and number; SRTCP: index */
	bool rekeyed;   /* since then */
};

/** Where keys are known, or were: most sides have none */
struct srtp_book {
	struct srtp_key keyv[RELAY_KEYS_MAX]; /* tag 0: not tried yet */
	struct srtp_track trackv[SRTP_TRACKS];
	size_t trackc, track_next;
	uint64_t free_us[2]; /* strangers, others: when all is spent again */
};

struct srtp_proof {
	bool rtcp;
	uint8_t keyc;
	int8_t good;    /* the key that was right, -1: none was yet */
	uint32_t looks; /* tags that were computed */
	const struct relay_key *masterv; /* not owned */
	struct srtp_book *book;
};

void srtp_proof_init(struct srtp_proof *pr, bool rtcp);

/* must live as long as they are in use; 0: none is known. Out of memory:
 * nothing is proof */
void srtp_proof_keys(struct srtp_proof *pr, const struct relay_key *keyv,
		     size_t keyc);
void srtp_proof_close(struct srtp_proof *pr);

/* of a packet that may be anybody's */
bool srtp_proof_check(struct srtp_proof *pr, const struct packet *pkt,
		      const uint8_t *p, size_t len, bool stranger,
		      uint64_t now_us);

/* of a packet that was accepted, whether looked at or not */
void srtp_proof_seen(struct srtp_proof *pr, const struct packet *pkt,
		     const uint8_t *p, size_t len);

#endif
