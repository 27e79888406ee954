/**
 * @file latch.h  From which source a port hears, and where it sends to
 *
 * A state machine without a socket, a clock or a lock (RFC 4961, RFC 7362).
 * Before it is locked it hears only what the anchor makes plausible, and sends
 * to what the anchor says. The first source with enough good packets of one
 * SSRC in a row is locked, and from then on nobody else is heard until
 *
 *   - signalling says something new, or
 *   - it was not where the SDP says, and from there come enough as well: who
 *     was only quicker does not keep that port from the phone, or
 *   - the source has fallen silent, and another port of its host goes on with
 *     its SSRC (its NAT has forgotten it), or with any, once signalling has
 *     spoken since (resume after hold, not hold itself) and the source is not
 *     heard for some looks more: no neighbour behind that NAT overtakes it, or
 *   - where the keys of the side are known (SDES): somebody sends enough
 *     packets that only the phone can have made, newer than all before them,
 *     and the source is not heard meanwhile. He may be anywhere.
 *
 * Where keys are known nothing else than such packets locks at all. Who is to
 * check them is asked by latch_asks: only those that would change something.
 *
 * What it only needs while it learns is allocated then: for plausible sources
 * and new signalling, once. Without memory nobody is learned.
 */
#ifndef RELAY_LATCH_LATCH_H
#define RELAY_LATCH_LATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include "relay/latch/anchor.h"
#include "relay/latch/latch_candidate.h"

struct relay_conf;
struct packet;

/* looks after new signalling, of one second each, at a source that is silent:
   at least the first of these may be shorter */
enum { LATCH_PATIENCE = 2 };

enum latch_verdict {
	LATCH_REFUSED = 0, /* a stranger */
	LATCH_WAITING,     /* not now: nothing known, or not proven yet */
	LATCH_DROPPED,     /* right source, wrong packet */
	LATCH_ACCEPTED,    /* forward it */
	LATCH_LOCKED,      /* forward it; this one locked its source */
};

/** Whose packet's authentication would change something */
enum latch_ask {
	LATCH_ASK_NONE = 0,
	LATCH_ASK_STRANGER,
	LATCH_ASK_PLAUSIBLE,
};

/** Of one that was locked, before signalling moved */
struct latch_past {
	struct sa src;        /* locked to; af unset: nobody */
	struct anchor anchor; /* when it was */
};

/* while it is locked, and nothing is new, it needs no more than this */
struct latch {
	const struct relay_conf *conf; /* not owned */
	int af;                        /* of the port */
	bool rtcp;                     /* learns from RTCP, not RTP */
	bool keyed;                    /* what it learns from is authentic */
	bool eager;                    /* it only listens: see latch_target */
	bool locked;
	bool silent;             /* nothing came from src for some seconds */
	bool renewed;            /* and signalling has confirmed the anchor */
	bool ice;                /* its checks are to lock it, nothing else */
	uint32_t looks;          /* at it, silent still, since then */
	struct sa src;           /* locked source */
	struct anchor anchor;    /* now */
	struct latch_past *past; /* NULL: nobody, and as it is now */
	struct latch_candidates *cands; /* NULL: none */

	/* of the locked source, those that it used last */
	uint32_t ssrcv[LATCH_SSRCS];
	uint8_t ssrcc;
	uint8_t ssrc_next; /* to be replaced */
};

void latch_init(struct latch *l, const struct relay_conf *conf, int af,
		bool rtcp);
void latch_close(struct latch *l);

/* true: learning anew; false: nothing new for it */
bool latch_anchor(struct latch *l, const struct anchor *a);

void latch_lock(struct latch *l, const struct sa *src);

/* one that was locked before a restart; ssrc that it sent, 0: unknown */
void latch_resume(struct latch *l, const struct sa *src, uint32_t ssrc);

/* forgets a source that was learned from the wrong host */
void latch_reset(struct latch *l);

/* the locked source was heard, where its packets are not judged one by one */
void latch_heard(struct latch *l);

/* the locked source was looked at, and is silent; its next packet ends that */
void latch_silent(struct latch *l);

/* the side's keys are known, or are not any more */
void latch_keyed(struct latch *l, bool keyed);

/* is pkt->authentic to be found out before latch_hear? */
enum latch_ask latch_asks(const struct latch *l, const struct sa *src,
			  const struct packet *pkt);

/* rtp (may be NULL), where locked, says whose host and which SSRC RTCP has */
enum latch_verdict latch_hear(struct latch *l, const struct sa *src,
			      const struct packet *pkt,
			      const struct latch *rtp);

/* a side that speaks ICE: by its terms, and by what its checks show; who is
 * nominated is locked */
void latch_ice(struct latch *l, bool on);
enum latch_verdict latch_verified(struct latch *l, const struct packet *pkt);

/* false: nobody to send to is known */
bool latch_target(const struct latch *l, struct sa *dst);

#endif
