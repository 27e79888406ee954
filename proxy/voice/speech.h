/**
 * @file speech.h  The SDP of a call that is with us: G.711 or nothing
 *
 * Pure. RFC 3264 for one who answers (or offers, where a call comes without)
 * with one audio stream and refuses all others.
 */
#ifndef PROXY_VOICE_SPEECH_H
#define PROXY_VOICE_SPEECH_H

#include "proxy/media/sdp.h"
#include "relay/voice/voice.h"

enum { SPEECH_BODY_MAX = 16384 };

/** What was read out of an offer or an answer */
struct speech {
	size_t stream; /* which m= line it is */
	struct voice_speech voice;
	struct sa rtp, rtcp; /* the phone's; af unset: on hold, or a name */
};

/** What ours shows beside that */
struct speech_origin {
	uint64_t id;
	uint32_t version;
	struct sa rtp, rtcp; /* ours */
};

/* ENOENT: no stream that we could speak on */
int speech_choose(struct speech *sp, const struct sdp *sdp);

/* each m= line of the offer has one in the answer; ENOSPC: too many */
int speech_answer(struct mbuf **mbp, const struct speech *sp,
		  const struct sdp *offer, const struct speech_origin *o);
int speech_offer(struct mbuf **mbp, const struct speech_origin *o);

#endif
