/**
 * @file oneway.h  Why a side that should be heard is not
 *
 * Pure: what the relay has counted in, the likely cause and what to do about
 * it out.
 */
#ifndef PROXY_MEDIA_ONEWAY_H
#define PROXY_MEDIA_ONEWAY_H

#include <stdbool.h>
#include "relay/relay.h"

enum oneway_cause {
	ONEWAY_NOT_HEARD = 0, /* not a packet since the answer */
	ONEWAY_REFUSED,       /* packets, but from where nobody knows it */
	ONEWAY_UNKNOWN,       /* nor does it hear: nobody knows where it is */
	ONEWAY_BLOCKED,       /* it sends, says its RTCP, but RTP is stopped */
	ONEWAY_MAPPING, /* its NAT has forgotten its port, or changed it */
	ONEWAY_HELD,    /* RTCP says that it sends nothing */
	ONEWAY_STOPPED, /* nothing comes any more, not even RTCP */
	ONEWAY_DEAF,    /* it is sent to, and says that it gets nothing */
	ONEWAY_CAUSES
};

/** What is known of the side that is not heard, or does not hear */
struct oneway_facts {
	const struct relay_stats *stats; /* of its stream */
	bool nat; /* its media is behind NAT, said the comparison */
};

/* of a side that is not heard */
enum oneway_cause oneway_judge(const struct oneway_facts *f);

/* that was refused, or that it was heard from; af unset: none */
struct sa oneway_source(enum oneway_cause cause, const struct relay_stats *st);

const char *oneway_name(enum oneway_cause cause);   /* "refused" */
const char *oneway_remedy(enum oneway_cause cause); /* for the operator */

#endif
