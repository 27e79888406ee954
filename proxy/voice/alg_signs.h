/**
 * @file alg_signs.h  Has somebody on the way changed what a phone sent?
 *
 * Routers with a "SIP ALG" write their own address into messages, often into
 * some places only, and so break what works without them. A request shows it
 * where it contradicts itself. Pure.
 */
#ifndef PROXY_VOICE_ALG_SIGNS_H
#define PROXY_VOICE_ALG_SIGNS_H

#include "proxy/media/sdp.h"
#include "proxy/sip/message.h"

enum { ALG_SIGNS_MAX = 12, ALG_TEXT_SIZE = 160 };

enum alg_strength {
	ALG_NONE = 0,
	ALG_HINT,    /* a phone that knows its public address does it, too */
	ALG_LIKELY,  /* no phone that we know does it */
	ALG_CERTAIN, /* no client may */
};

struct alg_sign {
	const char *name; /* "via-received", static */
	enum alg_strength strength;
	char text[ALG_TEXT_SIZE];
};

struct alg_signs {
	enum alg_strength strength; /* of the strongest */
	const char *unjudged;       /* why nothing can be said, or NULL */
	struct alg_sign signv[ALG_SIGNS_MAX];
	size_t signc;
};

/** What a phone has shown */
struct alg_evidence {
	const struct message *req; /* its INVITE, with its flow */
	const struct sdp *sdp;     /* NULL: none */
	struct sa rtp;     /* where its RTP came from; af unset: none */
	struct pl contact; /* ours, as we sent it ... */
	struct pl asked;   /* ... and as its ACK asks for it, or "" */
};

void alg_signs(struct alg_signs *s, const struct alg_evidence *ev);

const char *alg_strength_name(enum alg_strength strength);

#endif
