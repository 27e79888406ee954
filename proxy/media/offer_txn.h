/**
 * @file offer_txn.h  The transactions that a dialog's offers are made in
 */
#ifndef PROXY_MEDIA_OFFER_TXN_H
#define PROXY_MEDIA_OFFER_TXN_H

#include "proxy/media/offer.h"

/* of the exchange that a transaction is for */
enum offer_state {
	OFFER_IDLE =
		0, /* no offer yet; of an INVITE, the response may bring one */
	OFFER_OFFERED,  /* the request is an offer */
	OFFER_RETURNED, /* a response is, and PRACK or ACK will answer */
	OFFER_DONE,     /* over, for better or worse */
};

struct offer_txn *offer_txn_find(struct offer *o, enum offer_method met,
				 unsigned from, uint32_t cseq);

/* a bounded number of them: one that is over goes, or the oldest */
struct offer_txn *offer_txn_add(struct offer *o, const struct offer_event *ev);
void offer_txn_forget(struct offer *o, const struct offer_txn *t);

#endif
