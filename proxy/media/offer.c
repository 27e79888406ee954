/**
 * @file offer.c  Offer and answer in a dialog: what is the SDP of a message?
 */
#include <string.h>
#include "proxy/media/offer_txn.h"


static void agree(struct offer_result *r, struct offer_txn *t,
		  unsigned offerer)
{
	t->state = OFFER_DONE;
	r->agreed = true;
	r->offerer = offerer;
}


/* who has another offer under way stands by that one */
static void undo(struct offer_result *r, const struct offer *o, unsigned side)
{
	r->undov[side] = !offer_is_open(o, side);
}


/* its offer, if it was one, will have no answer */
static void drop(struct offer_result *r, struct offer *o, struct offer_txn *t)
{
	const unsigned from = t->from;
	const enum offer_state state = (enum offer_state)t->state;

	t->state = OFFER_DONE;
	if (state == OFFER_OFFERED)
		undo(r, o, from);
	if (state == OFFER_RETURNED || t->previewed)
		undo(r, o, !from);
}


/* without an INVITE to go by (we were started again, or have given the dialog
 * up) what should be an answer is taken for one */
static enum offer_kind stray(const struct offer *o)
{
	return o->met ? OFFER_MISPLACED : OFFER_ANSWER;
}


static void invite(struct offer_result *r, struct offer *o,
		   const struct offer_event *ev)
{
	const struct offer_txn *t = offer_txn_find(o, OFFER_INVITE, ev->from,
						   ev->cseq);

	o->met = true;
	if (!t)
		t = offer_txn_add(o, ev);
	if (ev->sdp)
		r->kind = t->state == OFFER_OFFERED ? OFFER_OFFER
						    : OFFER_REPEAT;
}


/* the same one once more is sent to the next hop of several */
static void update(struct offer_result *r, struct offer *o,
		   const struct offer_event *ev)
{
	if (!ev->sdp)
		return;

	if (!offer_txn_find(o, ev->met, ev->from, ev->cseq))
		(void)offer_txn_add(o, ev);
	r->kind = OFFER_OFFER;
}


/* RFC 3262 section 5: the answer to the offer in the response, or, after the
 * answer there, a new offer */
static void prack(struct offer_result *r, struct offer *o,
		  const struct offer_event *ev)
{
	struct offer_txn *t = offer_txn_find(o, OFFER_INVITE, ev->from,
					     ev->rack);

	if (!ev->sdp)
		return;

	if (t && t->state == OFFER_RETURNED) {
		r->kind = OFFER_ANSWER;
		agree(r, t, !ev->from);
	}
	else if (t && t->state == OFFER_DONE) {
		update(r, o, ev);
	}
	else {
		r->kind = stray(o);
	}
}


static void ack(struct offer_result *r, struct offer *o,
		const struct offer_event *ev)
{
	struct offer_txn *t = offer_txn_find(o, OFFER_INVITE, ev->from,
					     ev->cseq);

	if (!t) {
		r->kind = ev->sdp ? stray(o) : OFFER_NONE;
		return;
	}

	if (t->state == OFFER_RETURNED && ev->sdp) {
		r->kind = OFFER_ANSWER;
		t->acked = true;
		agree(r, t, !ev->from);
	}
	else if (ev->sdp) {
		r->kind = t->acked ? OFFER_REPEAT : OFFER_MISPLACED;
	}
	else if (t->state == OFFER_RETURNED) {
		drop(r, o, t);
	}
}


static void request(struct offer_result *r, struct offer *o,
		    const struct offer_event *ev)
{
	switch (ev->met) {
	case OFFER_INVITE:
		invite(r, o, ev);
		break;

	case OFFER_ACK:
		ack(r, o, ev);
		break;

	case OFFER_PRACK:
		prack(r, o, ev);
		break;

	case OFFER_UPDATE:
		update(r, o, ev);
		break;

	default:
		r->kind = ev->sdp ? OFFER_MISPLACED : OFFER_NONE;
		break;
	}
}


/* of an INVITE, with SDP */
static void provisional(struct offer_result *r, struct offer_txn *t,
			const struct offer_event *ev)
{
	switch (t->state) {
	case OFFER_OFFERED:
		r->kind = ev->reliable ? OFFER_ANSWER : OFFER_PREVIEW;
		if (ev->reliable)
			agree(r, t, t->from);
		else
			t->previewed = true;
		break;

	case OFFER_IDLE:
		/* nobody may answer an offer that may have got lost */
		r->kind = ev->reliable ? OFFER_OFFER : OFFER_PREVIEW;
		r->proposes = true;
		if (ev->reliable)
			t->state = OFFER_RETURNED;
		else
			t->previewed = true;
		break;

	default:
		r->kind = OFFER_REPEAT;
		break;
	}
}


/* without SDP a preview was the answer: there are phones that leave it at
 * that. Without both the offer has come to nothing. */
static void unanswered(struct offer_result *r, struct offer *o,
		       struct offer_txn *t)
{
	if (t->previewed)
		agree(r, t, t->from);
	else
		drop(r, o, t);
}


static void success_invite(struct offer_result *r, struct offer *o,
			   struct offer_txn *t, const struct offer_event *ev)
{
	if (!ev->sdp) {
		if (t->state == OFFER_OFFERED)
			unanswered(r, o, t);
		return;
	}

	switch (t->state) {
	case OFFER_OFFERED:
		r->kind = OFFER_ANSWER;
		agree(r, t, t->from);
		break;

	case OFFER_IDLE:
		r->kind = OFFER_OFFER;
		t->state = OFFER_RETURNED;
		break;

	default:
		r->kind = OFFER_REPEAT;
		break;
	}
}


static void success(struct offer_result *r, struct offer *o,
		    struct offer_txn *t, const struct offer_event *ev)
{
	if (t->met == OFFER_INVITE) {
		success_invite(r, o, t, ev);
		return;
	}

	if (ev->sdp) {
		r->kind = OFFER_ANSWER;
		agree(r, t, t->from);
	}
	else {
		drop(r, o, t);
	}
	offer_txn_forget(o, t);
}


static void failure(struct offer_result *r, struct offer *o,
		    struct offer_txn *t)
{
	drop(r, o, t);
	offer_txn_forget(o, t);
}


static void response(struct offer_result *r, struct offer *o,
		     const struct offer_event *ev)
{
	struct offer_txn *t = offer_txn_find(o, ev->met, !ev->from, ev->cseq);

	if (ev->scode >= 300) {
		/* what could be offered instead (RFC 3261 section 21.4.26) */
		r->kind = ev->sdp ? OFFER_MISPLACED : OFFER_NONE;
		if (t)
			failure(r, o, t);
	}
	else if (!t) {
		if (ev->sdp)
			r->kind = ev->met == OFFER_INVITE ? stray(o)
							  : OFFER_MISPLACED;
	}
	else if (ev->scode >= 200) {
		success(r, o, t, ev);
	}
	else if (ev->sdp && t->met == OFFER_INVITE) {
		provisional(r, t, ev);
	}
	else if (ev->sdp) {
		r->kind = OFFER_MISPLACED;
	}
}


/**
 * Hear a message
 *
 * @param r  What follows from it, filled
 * @param o  State, changed
 * @param ev Message
 *
 * RFC 3264, RFC 6337 section 2
 */
void offer_hear(struct offer_result *r, struct offer *o,
		const struct offer_event *ev)
{
	memset(r, 0, sizeof(*r));
	if (!o || !ev || ev->from > 1)
		return;

	if (ev->scode)
		response(r, o, ev);
	else
		request(r, o, ev);
	if (r->kind == OFFER_OFFER)
		r->proposes = true;
}


/**
 * A request will not be answered: it has not got through
 *
 * @param r    What follows from it, filled
 * @param o    State, changed
 * @param from Side that sent it
 * @param met  Its method
 * @param cseq Its CSeq
 */
void offer_lost(struct offer_result *r, struct offer *o, unsigned from,
		enum offer_method met, uint32_t cseq)
{
	const struct offer_event ev = {
		.from = !from, .met = met, .cseq = cseq, .scode = 408};

	offer_hear(r, o, &ev);
}


/**
 * Has a side an offer under way?
 *
 * @param o    State
 * @param side Side
 *
 * @return true if one is not answered yet
 */
bool offer_is_open(const struct offer *o, unsigned side)
{
	for (size_t i = 0; o && i < o->txnc; i++) {
		const struct offer_txn *t = &o->txnv[i];

		if ((t->state == OFFER_OFFERED && t->from == side) ||
		    (t->state == OFFER_RETURNED && t->from != side))
			return true;
	}

	return false;
}


/**
 * The name of what an SDP is
 *
 * @param kind Kind
 *
 * @return Name
 */
const char *offer_kind_name(enum offer_kind kind)
{
	static const char *const namev[] = {"none",    "offer",  "answer",
					    "preview", "repeat", "misplaced"};

	return kind <= OFFER_MISPLACED ? namev[kind] : "?";
}
