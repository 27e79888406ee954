/**
 * @file call_offer.c  What a message means for its dialog: offer, answer, undo
 */
#include <errno.h>
#include "proxy/media/call_state.h"
#include "proxy/sip/syntax.h"


static void keep(struct ask **askp, struct ask *ask)
{
	mem_ref(ask);
	mem_deref(*askp);
	*askp = ask;
}


static enum offer_method method_of(const struct message *msg)
{
	static const struct {
		const char *met;
		enum offer_method is;
	} v[] = {
		{"INVITE", OFFER_INVITE},
		{"ACK", OFFER_ACK},
		{"PRACK", OFFER_PRACK},
		{"UPDATE", OFFER_UPDATE},
	};

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		if (message_is(msg, v[i].met))
			return v[i].is;
	}

	return OFFER_OTHER;
}


/* "776656 1 INVITE" (RFC 3262 section 7.2): the second number */
static uint32_t rack_cseq(const struct message *msg)
{
	const struct hdr *h = message_hdr(msg, HDR_RACK);
	struct pl rest, number, cseq;
	uint32_t n;

	if (!h)
		return 0;

	rest = h->val;
	syntax_token(&rest, &number);
	syntax_skip_lws(&rest);
	syntax_token(&rest, &cseq);

	return syntax_u32(&n, &cseq, UINT32_MAX) ? 0 : n;
}


static void fill_event(struct offer_event *ev, const struct call_pass *pass)
{
	const struct message *msg = pass->msg;

	*ev = (struct offer_event){
		.from = pass->from,
		.met = method_of(pass->req),
		.cseq = pass->req->cseq,
		.scode = msg->req ? 0 : msg->scode,
		.sdp = pass->sdp != NULL,
		.reliable = !msg->req && msg->scode < 200 &&
			    message_hdr_named(msg, "RSeq"),
		.rack = msg->req ? rack_cseq(msg) : 0,
	};
}


static void note_before(struct call_pass *pass)
{
	const struct call_dialog *d = pass->dialog;
	struct call_before *b = &pass->before;

	b->taken = true;
	b->offer = d->offer;
	b->mode = pass->call->mode;
	for (int i = 0; i < 2; i++) {
		keep(&b->nowv[i], d->sidev[i].now);
		keep(&b->offeredv[i], d->sidev[i].offered);
		keep(&b->agreedv[i], d->sidev[i].agreed);
	}
}


static bool is_opening(const struct call_pass *pass)
{
	return pass->msg->req && pass->from == CALL_A && !pass->lost &&
	       !pass->msg->to_tag.l && message_is(pass->msg, "INVITE");
}


static bool confirms(const struct call_pass *pass)
{
	const struct message *msg = pass->msg;

	return pass->from == CALL_B && !msg->req && msg->scode >= 200 &&
	       msg->scode < 300 && message_is(pass->req, "INVITE");
}


/**
 * Hear a message: what is its SDP?
 *
 * @param pass The message, its dialog is known
 */
void call_offer_hear(struct call_pass *pass)
{
	struct call_dialog *d = pass->dialog;
	struct offer_event ev;

	note_before(pass);
	if (pass->quiet && !pass->lost)
		return;

	fill_event(&ev, pass);
	if (pass->foreign)
		pass->offer.kind = pass->sdp ? OFFER_MISPLACED : OFFER_NONE;
	else if (pass->lost)
		offer_lost(&pass->offer, &d->offer, pass->from, ev.met,
			   ev.cseq);
	else
		offer_hear(&pass->offer, &d->offer, &ev);

	if (is_opening(pass))
		pass->call->opening = d->offer;
	if (!pass->foreign && confirms(pass))
		d->confirmed = pass->confirms = true;
}


/* what was said before is said again by those who have changed their mind
 * since: there are phones that do so in their 200, and mean it */
static bool is_taken(const struct call_pass *pass)
{
	switch (pass->offer.kind) {
	case OFFER_OFFER:
	case OFFER_ANSWER:
	case OFFER_PREVIEW:
		return true;

	case OFFER_REPEAT:
		return pass->msg->scode >= 200 ||
		       !pass->dialog->sidev[pass->from].now;

	default:
		return false;
	}
}


static int take(struct call_pass *pass)
{
	struct call_dialog *d = pass->dialog;
	struct dialog_side *side = &d->sidev[pass->from];
	struct ask *ask;
	int err;

	err = call_ask_alloc(&ask, pass);
	if (err)
		return err;

	keep(&side->now, ask);
	if (pass->offer.kind == OFFER_OFFER)
		keep(&side->offered, ask);
	if (pass->offer.kind == OFFER_REPEAT && side->agreed)
		keep(&side->agreed, ask);
	if (is_opening(pass))
		keep(&pass->call->first, ask);
	mem_deref(ask);

	return 0;
}


/* who has offered again meanwhile stands by that */
static void agree(struct call_pass *pass)
{
	struct call_dialog *d = pass->dialog;
	const unsigned o = pass->offer.offerer;
	struct dialog_side *by = &d->sidev[o], *to = &d->sidev[!o];
	struct ask *offer = mem_ref(by->offered ? by->offered : by->now);
	struct ask *was = offer;

	pass->call->agreed = pass->call->mode;
	if (offer && to->now)
		offer = call_answer_reduce(pass->call, offer, to->now,
					   (enum call_side)o);

	keep(&by->agreed, offer);
	keep(&to->agreed, to->now);
	if (by->now == was || !offer_is_open(&d->offer, o))
		keep(&by->now, offer);
	if (!offer_is_open(&d->offer, o))
		by->offered = mem_deref(by->offered);
	mem_deref(offer);
}


static void undo_side(struct dialog_side *side)
{
	if (side->agreed)
		keep(&side->now, side->agreed);
	side->offered = mem_deref(side->offered);
}


/* it was direct, and an offer that has failed wanted a relay: its ports go */
static void undo_mode(struct call_pass *pass)
{
	struct call *call = pass->call;
	struct call_dialog *d = pass->dialog;
	struct media_leg *leg;

	if (call->mode != CALL_RELAY || call->agreed == CALL_RELAY ||
	    call->agreed == CALL_UNDECIDED || offer_is_open(&d->offer, 0) ||
	    offer_is_open(&d->offer, 1) || call_leg_alloc(&leg, call))
		return;

	mem_deref(d->leg);
	d->leg = leg;
	call->mode = call->agreed;
	for (int i = 0; i < 2; i++)
		d->sidev[i].now = mem_deref(d->sidev[i].now);
}


/**
 * Take over what a message says
 *
 * @param pass The message, heard and judged
 *
 * @return 0 if success, otherwise errorcode
 */
int call_offer_take(struct call_pass *pass)
{
	struct call_dialog *d = pass->dialog;
	bool undone = false;
	int err;

	if (pass->sdp && pass->call->mode == CALL_RELAY && is_taken(pass)) {
		err = take(pass);
		if (err)
			return err;
	}

	if (pass->offer.agreed)
		agree(pass);

	for (int i = 0; i < 2; i++) {
		if (!pass->offer.undov[i])
			continue;
		undo_side(&d->sidev[i]);
		undone = true;
	}
	if (undone)
		undo_mode(pass);

	return 0;
}


/**
 * Take a message back: it does not pass
 *
 * @param pass The message
 */
void call_offer_undo(struct call_pass *pass)
{
	struct call_dialog *d = pass->dialog;
	struct call_before *b = &pass->before;

	if (!d || !b->taken)
		return;

	d->offer = b->offer;
	pass->call->mode = b->mode;
	for (int i = 0; i < 2; i++) {
		keep(&d->sidev[i].now, b->nowv[i]);
		keep(&d->sidev[i].offered, b->offeredv[i]);
		keep(&d->sidev[i].agreed, b->agreedv[i]);
		d->leg->sidev[i].asked = mem_deref(d->leg->sidev[i].asked);
	}
}


/**
 * An offer goes to the other side
 *
 * @param pass The message
 */
void call_offer_sent(struct call_pass *pass)
{
	if (is_opening(pass))
		pass->call->opened = pass->dialog->sidev[CALL_B].received;
}
