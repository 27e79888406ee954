/**
 * @file sdp_origin.h  The version in o=, as the receiver of our SDP counts it
 *
 * What a side sends and what the other receives are two texts where media is
 * relayed: a change of the sender's address is none to the receiver, and ours
 * may be one that the sender knows nothing of. The receiver counts what it
 * has seen (RFC 3264 section 8).
 */
#ifndef PROXY_MEDIA_SDP_ORIGIN_H
#define PROXY_MEDIA_SDP_ORIGIN_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include "common/hash.h"

/** Of one direction of a dialog; zeroed: nothing was sent yet */
struct sdp_origin {
	bool sent;
	uint64_t session; /* digest of the sender's name and sess-id */
	uint64_t text;    /* digest of the last one, without o= */
	uint64_t version; /* that it went with */
};

/* the text goes to the receiver: *mbp is replaced by one with another version
 * where that is needed */
int sdp_origin_pass(struct sdp_origin *o, struct mbuf **mbp,
		    const struct hash_key *key);

/* it goes there as it is */
void sdp_origin_note(struct sdp_origin *o, const struct pl *text,
		     const struct hash_key *key);

#endif
