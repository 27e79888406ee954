/**
 * @file test/fuzz/offer.c  No conversation leads the tracker astray
 *
 * Two octets are a message: side, method, SDP, reliable; CSeq and status.
 */
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include "proxy/media/offer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint16_t scodev[] = {0, 0, 180, 183, 200, 202, 401, 488};


static void must(bool ok)
{
	if (!ok)
		abort();
}


static void event_make(struct offer_event *ev, const uint8_t *p)
{
	memset(ev, 0, sizeof(*ev));
	ev->from = p[0] & 1;
	ev->met = (enum offer_method)((p[0] >> 1 & 7) % 5);
	ev->sdp = p[0] & 0x10;
	ev->reliable = p[0] & 0x20;
	ev->rack = p[0] >> 6;
	ev->cseq = p[1] & 0xf;
	ev->scode = scodev[p[1] >> 4 & 7];
}


static void check(const struct offer *o, const struct offer_event *ev,
		  const struct offer_result *r)
{
	must(o->txnc <= OFFER_TXNS_MAX);
	must((r->kind != OFFER_NONE) == ev->sdp);
	must(r->kind != OFFER_OFFER || offer_is_open(o, ev->from));
	must(!r->agreed || r->offerer <= 1);
	must(r->proposes == (r->kind == OFFER_OFFER) ||
	     r->kind == OFFER_PREVIEW);

	/* a failure agrees on nothing; a request undoes only what an ACK
	   should have answered */
	must(ev->scode < 300 || !r->agreed);
	must(ev->scode || !(r->undov[0] || r->undov[1]) ||
	     ev->met == OFFER_ACK);
	for (unsigned s = 0; s < 2; s++)
		must(!(r->undov[s] && offer_is_open(o, s)));
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct offer o;

	memset(&o, 0, sizeof(o));
	for (size_t i = 0; i + 1 < size; i += 2) {
		struct offer_event ev;
		struct offer_result r;

		event_make(&ev, data + i);
		offer_hear(&r, &o, &ev);
		check(&o, &ev, &r);
	}

	/* all of them are lost: nothing stays open */
	while (o.txnc) {
		const struct offer_txn t = o.txnv[0];
		const size_t n = o.txnc;
		struct offer_result r;

		offer_lost(&r, &o, t.from, (enum offer_method)t.met, t.cseq);
		must(o.txnc == n - 1);
	}
	must(!offer_is_open(&o, 0) && !offer_is_open(&o, 1));

	return 0;
}
