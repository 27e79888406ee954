/**
 * @file latch.c  From which source a port hears, and where it sends to
 *
 * After new signalling the old source is still heard as far as the new anchor
 * covers it, but it does not lock again: a phone that announced another port
 * sends a few more packets from the old one, and these must not shut out the
 * new. It is sent to until another one has proved itself, where NAT makes the
 * new address a guess; who was found where his SDP said is sent to where it
 * says now (RFC 3264 section 8.3.1), for he may only listen there. Only an
 * anchor that goes back to what it was (hold and resume) restores the lock.
 */
#include <string.h>
#include "common/addr.h"
#include "relay/latch/latch.h"
#include "relay/relay.h"


static bool is_set(const struct sa *sa)
{
	return sa_af(sa) != AF_UNSPEC;
}


/* the SDP came after the media had: it adds to what is known already */
static bool sdp_only_adds(const struct latch *l, const struct anchor *next)
{
	return l->locked && !is_set(&l->anchor.sdp) &&
	       anchor_same_signalling(next, &l->anchor) &&
	       anchor_rank(next, l->conf, &l->src);
}


/**
 * Lock to a source
 *
 * @param l   Latch
 * @param src Source
 */
void latch_lock(struct latch *l, const struct sa *src)
{
	l->locked = true;
	l->silent = l->renewed = false;
	l->src = *src;
	l->under = l->anchor;
	l->cands.c = 0;
	sa_init(&l->old, AF_UNSPEC);
}


/**
 * Initialise a latch: it knows nobody
 *
 * @param l    Latch
 * @param conf Configuration, must outlive it
 * @param af   Address family of the port
 * @param rtcp True for the RTCP port
 */
void latch_init(struct latch *l, const struct relay_conf *conf, int af,
		bool rtcp)
{
	memset(l, 0, sizeof(*l));
	l->conf = conf;
	l->af = af;
	l->rtcp = rtcp;
}


/**
 * Tell the latch what signalling says now
 *
 * @param l Latch
 * @param a Anchor; one without an SDP address from the same signalling
 *          address is hold, and changes nothing
 *
 * @return True if the latch learns anew
 *
 * RFC 7362 section 4
 */
bool latch_anchor(struct latch *l, const struct anchor *a)
{
	struct anchor next;

	anchor_clean(&next, a, l->conf, l->af);

	/* fax takes over the ports, and the latch, of the audio it was */
	l->anchor.any = next.any;

	if (anchor_same(&next, &l->anchor) ||
	    (!is_set(&next.sdp) && is_set(&next.signalling) &&
	     anchor_same_signalling(&next, &l->anchor))) {
		l->renewed = l->silent;
		l->looks = 0;
		return false;
	}

	/* its checks say where it is, wherever signalling comes from */
	if (l->ice) {
		l->anchor = next;
		return false;
	}

	if (sdp_only_adds(l, &next)) {
		l->anchor = next;
		l->under = next;
		return false;
	}

	if (l->locked) {
		l->old = l->src;
		l->locked = l->silent = false;
	}
	l->anchor = next;
	l->cands.c = 0;

	if (!is_set(&l->old))
		return true;

	if (anchor_same(&next, &l->under)) {
		const struct sa src = l->old;

		latch_lock(l, &src);
		return false;
	}

	/* a phone that went elsewhere, and can be reached there */
	if (anchor_is_direct(&next) &&
	    !anchor_rank(&l->anchor, l->conf, &l->old))
		sa_init(&l->old, AF_UNSPEC);

	return true;
}


/**
 * Tell the latch whether the side's keys are known
 *
 * @param l     Latch
 * @param keyed True: only what is authentic is learned from; a lock stays
 */
void latch_keyed(struct latch *l, bool keyed)
{
	if (l->keyed == keyed)
		return;

	l->keyed = keyed;
	l->cands.c = 0;
}


/**
 * Forget what was learned, and learn anew under the same anchor
 *
 * @param l Latch
 */
void latch_reset(struct latch *l)
{
	l->locked = l->silent = l->renewed = false;
	l->cands.c = 0;
	l->ssrcc = 0;
	sa_init(&l->src, AF_UNSPEC);
	sa_init(&l->old, AF_UNSPEC);
}


/**
 * Its locked source is silent, as was seen once more: another port of its host
 * may take over
 *
 * @param l Latch
 */
void latch_silent(struct latch *l)
{
	if (!l->locked)
		return;

	l->silent = true;
	if (l->looks < LATCH_PATIENCE)
		++l->looks;
}


/* the first packet of the phone may be a neighbour's: until enough have come
   it goes on to where signalling says. A handshake finds no other way, and
   who only listens says little. */
static bool is_sent_to(const struct latch *l, const struct latch_candidate *c)
{
	return c->rank == ANCHOR_EXACT || c->greeted || l->eager ||
	       (l->keyed && !l->anchor.any);
}


/* what it was locked to stood in the SDP: there is no NAT */
static bool is_believed(const struct latch *l)
{
	return anchor_is_direct(&l->anchor) &&
	       anchor_rank(&l->under, l->conf, &l->old) == ANCHOR_EXACT;
}


/**
 * Get the address to send to
 *
 * @param l   Latch
 * @param dst Address, set if one is known
 *
 * @return True if one is known
 */
bool latch_target(const struct latch *l, struct sa *dst)
{
	const bool old = is_set(&l->old) && !is_believed(l);

	if (l->locked)
		*dst = l->src;
	else if (l->ice)
		return false;
	else if (old && anchor_rank(&l->anchor, l->conf, &l->old))
		*dst = l->old;
	else if (l->cands.c && is_sent_to(l, &l->cands.v[0]))
		*dst = l->cands.v[0].src;
	else if (old)
		*dst = l->old;
	else
		return anchor_target(&l->anchor, l->conf, dst);

	return true;
}


/**
 * Its side speaks ICE, or does so no more: then nobody is heard, or sent to,
 * but who has shown himself by a check. What was locked stays until then.
 *
 * @param l  Latch
 * @param on True if it does
 */
void latch_ice(struct latch *l, bool on)
{
	if (l->ice == on)
		return;

	l->ice = on;
	l->cands.c = 0;
	if (!on && l->locked) {
		l->old = l->src;
		l->locked = l->silent = false;
	}
}
