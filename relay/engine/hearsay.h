/**
 * @file hearsay.h  How a side sounds, by its RTP, and what RTCP says of it
 *
 * The worker's. RTCP that came to a leg tells of its own side how much it has
 * sent, of the other side how that one sounds there, and how far away it is.
 */
#ifndef RELAY_ENGINE_HEARSAY_H
#define RELAY_ENGINE_HEARSAY_H

#include "relay/quality/quality.h"
#include "relay/quality/roundtrip.h"

struct leg;
struct arrival;

/** Of a side, for both of its legs */
struct hearsay {
	struct quality quality;     /* what comes from it */
	struct roundtrip roundtrip; /* to it and back */
};

/* the terms of the leg's side are new */
void hearsay_terms(struct leg *leg);

/* a packet that was accepted; RTCP on an RTP port as well (RFC 5761) */
void hearsay_take(struct leg *leg, const struct arrival *arr);

#endif
