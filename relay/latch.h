/**
 * @file latch.h  From which source a port hears, and where it sends to
 *
 * A state machine without a socket, a clock or a lock (RFC 4961, RFC 7362).
 * Before it is locked it hears only what the anchor makes plausible. The best
 * source heard so far is sent to at once; the first with enough good packets
 * in a row is locked, and from then on nobody else is heard until signalling
 * says something new, or the source falls silent: its NAT may have given it
 * another port meanwhile, which must prove itself and be of the same host.
 */
#ifndef RELAY_LATCH_H
#define RELAY_LATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include "relay/anchor.h"

struct relay_conf;
struct packet;

enum { LATCH_CANDIDATES = 4 };

enum latch_verdict {
	LATCH_REFUSED = 0, /* a stranger */
	LATCH_WAITING,     /* not now: nothing known, or not proven yet */
	LATCH_DROPPED,     /* right source, wrong packet */
	LATCH_ACCEPTED,    /* forward it */
	LATCH_LOCKED,      /* forward it; this one locked its source */
};

struct latch_candidate {
	struct sa src;
	enum anchor_rank rank;
	uint32_t ssrc;
	uint16_t seq;
	uint32_t count; /* good packets in a row */
};

struct latch {
	const struct relay_conf *conf; /* not owned */
	int af;                        /* of the port */
	bool rtcp;                     /* learns from RTCP, not RTP */
	bool locked;
	bool silent;          /* nothing came from src for some seconds */
	struct sa src;        /* locked source */
	struct sa old;        /* locked one, before signalling moved */
	struct anchor anchor; /* now */
	struct anchor under;  /* when src or old was locked */
	struct latch_candidate candv[LATCH_CANDIDATES]; /* best first */
	size_t candc;
};

void latch_init(struct latch *l, const struct relay_conf *conf, int af,
		bool rtcp);

/* true: learning anew; false: nothing new for it */
bool latch_anchor(struct latch *l, const struct anchor *a);

/* forgets a source that was learned from the wrong host */
void latch_reset(struct latch *l);

/* the locked source has fallen silent; its next packet ends that */
void latch_silent(struct latch *l);

/* host (may be NULL) is the only one that RTCP may be learned from */
enum latch_verdict latch_hear(struct latch *l, const struct sa *src,
			      const struct packet *pkt, const struct sa *host);

/* false: nobody to send to is known */
bool latch_target(const struct latch *l, struct sa *dst);

#endif
