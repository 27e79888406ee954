/**
 * @file offer.h  Offer and answer in a dialog: what is the SDP of a message?
 *
 * INVITE, its responses, PRACK, UPDATE and ACK may all carry one (RFC 3261
 * section 13.2.1, 3262 section 5, 3311, 6337). What it is follows from those
 * before it: hear each message once, in order, also those without SDP. What a
 * message that nobody may send has in it changes nothing. Pure: the state is
 * a struct that may be copied, and put back.
 */
#ifndef PROXY_MEDIA_OFFER_H
#define PROXY_MEDIA_OFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OFFER_TXNS_MAX = 8 };

/** What an SDP is */
enum offer_kind {
	OFFER_NONE = 0,  /* there is none */
	OFFER_OFFER,     /* an answer is due */
	OFFER_ANSWER,    /* of the open offer: both are agreed on */
	OFFER_PREVIEW,   /* of what will come in a reliable response */
	OFFER_REPEAT,    /* was said before */
	OFFER_MISPLACED, /* no offer, and no answer to one */
};

enum offer_method {
	OFFER_OTHER = 0, /* carries neither */
	OFFER_INVITE,
	OFFER_ACK,
	OFFER_PRACK,
	OFFER_UPDATE,
};

/** What is to be known of a message */
struct offer_event {
	unsigned from; /* side that sent it, 0 or 1 */
	enum offer_method met;
	uint32_t cseq;  /* of the request, or of that which it answers */
	uint16_t scode; /* 0: a request */
	bool sdp;       /* it carries one */
	bool reliable;  /* a provisional response that wants a PRACK */
	uint32_t rack;  /* of a PRACK: the CSeq of its INVITE */
};

/** What follows from it */
struct offer_result {
	enum offer_kind kind;
	bool proposes;    /* an offer, or a preview of one */
	bool agreed;      /* an exchange is complete ... */
	unsigned offerer; /* ... and this side began it */
	/* by side: the last thing it said does not hold, what was agreed on
	 * before does */
	bool undov[2];
};

/** A transaction that is under way */
struct offer_txn {
	uint32_t cseq;
	uint8_t met, state;
	uint8_t from : 1;   /* side that sent the request */
	bool previewed : 1; /* its answer was */
	bool acked : 1;     /* an ACK with SDP has come */
};

/** A dialog's; zeroed: nothing was heard */
struct offer {
	struct offer_txn txnv[OFFER_TXNS_MAX]; /* the newest is the last */
	uint8_t txnc;
	bool met; /* it has heard an INVITE: it knows what is due */
};

void offer_hear(struct offer_result *r, struct offer *o,
		const struct offer_event *ev);

/* nobody will ever answer that request */
void offer_lost(struct offer_result *r, struct offer *o, unsigned from,
		enum offer_method met, uint32_t cseq);

/* has that side an offer that is not answered? */
bool offer_is_open(const struct offer *o, unsigned side);

const char *offer_kind_name(enum offer_kind kind);

#endif
