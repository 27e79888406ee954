/**
 * @file anchor.h  What signalling says of a port's far end, and what follows
 *
 * Pure. The better a source fits, the higher its rank:
 *
 *   EXACT             address and port of the SDP
 *   SIGNALLING_PORT   address that signalling came from, port of the SDP
 *   SIGNALLING        address that signalling came from
 *   SDP               address of the SDP
 */
#ifndef RELAY_LATCH_ANCHOR_H
#define RELAY_LATCH_ANCHOR_H

#include <stdbool.h>
#include <re.h>

struct relay_anchor;
struct relay_conf;

enum anchor_rank {
	ANCHOR_STRANGER = 0,
	ANCHOR_SDP,
	ANCHOR_SIGNALLING,
	ANCHOR_SIGNALLING_PORT,
	ANCHOR_EXACT,
};

struct anchor {
	struct sa sdp;        /* af unset: unknown */
	struct sa signalling; /* port ignored */
	bool any;             /* not RTP: every datagram is proof */
};

/* by component; RTCP is on the next port where nothing else is said */
void anchor_pair(struct anchor anchorv[2], const struct relay_anchor *a);

/* without what a port of family af cannot or must not send to */
void anchor_clean(struct anchor *out, const struct anchor *a,
		  const struct relay_conf *conf, int af);

bool anchor_is_empty(const struct anchor *a);
bool anchor_same(const struct anchor *a, const struct anchor *b);
bool anchor_same_signalling(const struct anchor *a, const struct anchor *b);

/* the SDP's own address may be sent to */
bool anchor_is_direct(const struct anchor *a);

enum anchor_rank anchor_rank(const struct anchor *a,
			     const struct relay_conf *conf,
			     const struct sa *src);

/* where to send to before anything was heard; false: nowhere */
bool anchor_target(const struct anchor *a, const struct relay_conf *conf,
		   struct sa *dst);

#endif
