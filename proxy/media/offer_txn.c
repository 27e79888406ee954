/**
 * @file offer_txn.c  The transactions that a dialog's offers are made in
 */
#include <string.h>
#include "proxy/media/offer_txn.h"


/**
 * Find a transaction
 *
 * @param o    State of the dialog
 * @param met  Method
 * @param from Side that sent its request
 * @param cseq CSeq
 *
 * @return Transaction, or NULL
 */
struct offer_txn *offer_txn_find(struct offer *o, enum offer_method met,
				 unsigned from, uint32_t cseq)
{
	for (size_t i = o->txnc; i-- > 0;) {
		struct offer_txn *t = &o->txnv[i];

		if (t->met == met && t->from == from && t->cseq == cseq)
			return t;
	}

	return NULL;
}


/**
 * Forget a transaction; those behind it move
 *
 * @param o State of the dialog
 * @param t Transaction
 */
void offer_txn_forget(struct offer *o, const struct offer_txn *t)
{
	const size_t i = (size_t)(t - o->txnv);

	--o->txnc;
	memmove(&o->txnv[i], &o->txnv[i + 1],
		(o->txnc - i) * sizeof(o->txnv[0]));
}


/* one that is over, else the oldest */
static void make_room(struct offer *o)
{
	size_t i = 0;

	while (i < o->txnc && o->txnv[i].state != OFFER_DONE)
		++i;
	offer_txn_forget(o, &o->txnv[i < o->txnc ? i : 0]);
}


/* an INVITE has no other beside it from that side (RFC 3261 section 14.1) */
static void forget_older(struct offer *o, unsigned from)
{
	for (size_t i = o->txnc; i-- > 0;) {
		const struct offer_txn *t = &o->txnv[i];

		if (t->met == OFFER_INVITE && t->from == from &&
		    t->state != OFFER_OFFERED)
			offer_txn_forget(o, t);
	}
}


/**
 * A request begins a transaction
 *
 * @param o  State of the dialog
 * @param ev The request
 *
 * @return Transaction, good until the next one is forgotten
 */
struct offer_txn *offer_txn_add(struct offer *o, const struct offer_event *ev)
{
	struct offer_txn *t;

	if (ev->met == OFFER_INVITE)
		forget_older(o, ev->from);
	if (o->txnc == OFFER_TXNS_MAX)
		make_room(o);

	t = &o->txnv[o->txnc++];
	memset(t, 0, sizeof(*t));
	t->met = (uint8_t)ev->met;
	t->from = ev->from & 1;
	t->cseq = ev->cseq;
	t->state = ev->sdp ? OFFER_OFFERED : OFFER_IDLE;

	return t;
}
