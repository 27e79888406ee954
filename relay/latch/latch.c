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


static void forget_candidates(struct latch *l)
{
	l->cands = mem_deref(l->cands);
}


static void forget_past(struct latch *l)
{
	l->past = mem_deref(l->past);
}


/* before the anchor changes: under which one it was locked */
static void keep_anchor(struct latch *l)
{
	if (l->past)
		return;

	l->past = mem_zalloc(sizeof(*l->past), NULL);
	if (!l->past)
		return;

	sa_init(&l->past->src, AF_UNSPEC);
	l->past->anchor = l->anchor;
}


/* heard still, as far as it is plausible */
static void unlock(struct latch *l)
{
	keep_anchor(l);
	if (l->past)
		l->past->src = l->src;
	l->locked = l->silent = false;
}


/* NULL: nobody */
static const struct sa *former(const struct latch *l)
{
	return l->past && is_set(&l->past->src) ? &l->past->src : NULL;
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
	forget_candidates(l);
	forget_past(l);
}


/**
 * Lock to a source that was locked before a restart
 *
 * @param l    Latch, anchored as it was
 * @param src  Source
 * @param ssrc SSRC of what it sent; 0: unknown
 */
void latch_resume(struct latch *l, const struct sa *src, uint32_t ssrc)
{
	latch_lock(l, src);
	l->ssrcv[0] = ssrc;
	l->ssrcc = ssrc != 0;
}


/**
 * Initialise a latch: it knows nobody
 *
 * @param l    Latch, closed or never used
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
 * Let a latch forget what it has memory for
 *
 * @param l Latch
 */
void latch_close(struct latch *l)
{
	forget_candidates(l);
	forget_past(l);
}


/* to the anchor, and so to the source, that it was locked with */
static bool goes_back(struct latch *l)
{
	const struct sa *old = former(l);

	if (!old)
		return false;

	if (anchor_same(&l->anchor, &l->past->anchor)) {
		const struct sa src = *old;

		latch_lock(l, &src);
		return true;
	}

	/* a phone that went elsewhere, and can be reached there */
	if (anchor_is_direct(&l->anchor) &&
	    !anchor_rank(&l->anchor, l->conf, old))
		forget_past(l);

	return false;
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
		if (l->locked)
			keep_anchor(l);
		l->anchor = next;
		return false;
	}

	if (sdp_only_adds(l, &next)) {
		forget_past(l);
		l->anchor = next;
		return false;
	}

	if (l->locked)
		unlock(l);
	l->anchor = next;
	forget_candidates(l);

	return !goes_back(l);
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
	forget_candidates(l);
}


/**
 * Forget what was learned, and learn anew under the same anchor
 *
 * @param l Latch
 */
void latch_reset(struct latch *l)
{
	l->locked = l->silent = l->renewed = false;
	latch_close(l);
	l->ssrcc = 0;
	sa_init(&l->src, AF_UNSPEC);
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
	       anchor_rank(&l->past->anchor, l->conf, &l->past->src) ==
		       ANCHOR_EXACT;
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
	const struct sa *old;

	if (l->locked) {
		*dst = l->src;
		return true;
	}

	if (l->ice)
		return false;

	old = former(l);
	if (old && is_believed(l))
		old = NULL;

	if (old && anchor_rank(&l->anchor, l->conf, old))
		*dst = *old;
	else if (l->cands && l->cands->c && is_sent_to(l, &l->cands->v[0]))
		*dst = l->cands->v[0].src;
	else if (old)
		*dst = *old;
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
	forget_candidates(l);
	if (!on && l->locked)
		unlock(l);
}
