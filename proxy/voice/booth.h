/**
 * @file booth.h  A voice of the relay and the SDP that leads a phone to it
 */
#ifndef PROXY_VOICE_BOOTH_H
#define PROXY_VOICE_BOOTH_H

#include "proxy/sip/message.h"
#include "proxy/voice/speech.h"

struct booth {
	struct voices *vs; /* not owned */
	voice_h *h;
	void *arg;
	struct voice *voice; /* NULL: no SDP was seen yet */
	struct speech speech;
	uint64_t id;
	uint32_t version;
	struct mbuf *said; /* what was shown last, with version */
};

int booth_alloc(struct booth **bp, struct voices *vs, voice_h *h, void *arg);

/*
 * EBADMSG: no SDP; ENOENT: nothing in it that we speak (both 488); ENOSPC:
 * voices or ports are short (503); EAFNOSUPPORT (488).
 */
int booth_answer(struct booth *b, const struct message *m,
		 const struct pl *offer, struct mbuf **mbp);
int booth_offer(struct booth *b, const struct message *m, struct mbuf **mbp);
int booth_take(struct booth *b, const struct message *m,
	       const struct pl *answer);

/* what such an error is answered with */
uint16_t booth_status(int err);

#endif
