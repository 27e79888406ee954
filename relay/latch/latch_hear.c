/**
 * @file latch_hear.c  Which of the sources that a port hears is the phone
 */
#include "common/addr.h"
#include "relay/latch/latch.h"
#include "relay/latch/packet.h"
#include "relay/latch/reach.h"
#include "relay/relay.h"


static bool is_set(const struct sa *sa)
{
	return sa_af(sa) != AF_UNSPEC;
}


static bool has_ssrc(const struct latch *l, uint32_t ssrc)
{
	for (size_t i = 0; i < l->ssrcc; i++) {
		if (l->ssrcv[i] == ssrc)
			return true;
	}

	return false;
}


static void note_ssrc(struct latch *l, const struct packet *pkt)
{
	if (pkt->type != (l->rtcp ? PACKET_RTCP : PACKET_RTP) ||
	    has_ssrc(l, pkt->ssrc))
		return;

	if (l->ssrcc < LATCH_SSRCS) {
		l->ssrcv[l->ssrcc++] = pkt->ssrc;
		return;
	}

	l->ssrcv[l->ssrc_next] = pkt->ssrc;
	l->ssrc_next = (uint8_t)((l->ssrc_next + 1) % LATCH_SSRCS);
}


/* NULL: there is no room for it, or no memory for any */
static struct latch_candidate *candidate(struct latch *l, const struct sa *src,
					 enum anchor_rank rank)
{
	if (!l->cands)
		l->cands = mem_zalloc(sizeof(*l->cands), NULL);

	return l->cands ? latch_candidate_get(l->cands, src, rank) : NULL;
}


static bool is_own_kind(const struct latch *l, const struct packet *pkt)
{
	return pkt->type == (l->rtcp ? PACKET_RTCP : PACKET_RTP);
}


/* nothing else than authentication makes up for a strange address */
static bool is_proven(const struct latch *l, const struct packet *pkt)
{
	return l->keyed && !l->anchor.any && pkt->authentic &&
	       is_own_kind(l, pkt);
}


static bool is_proof(const struct latch *l, const struct packet *pkt,
		     const struct latch *rtp)
{
	if (l->anchor.any)
		return pkt->udptl || pkt->proof;

	if (l->keyed)
		return is_proven(l, pkt);

	/* what cannot be read to its end must come from the phone's host */
	return is_own_kind(l, pkt) &&
	       (pkt->proof || (l->rtcp && pkt->encrypted && rtp));
}


/* a report comes every five seconds only: that its SSRC is one of those that
   the RTP has is enough */
static uint32_t needed(const struct latch *l, const struct packet *pkt,
		       const struct latch *rtp)
{
	if (l->rtcp &&
	    (is_proven(l, pkt) || (rtp && has_ssrc(rtp, pkt->ssrc))))
		return 1;

	return __atomic_load_n(&l->conf->latch_packets, __ATOMIC_RELAXED);
}


static enum latch_verdict learn(struct latch *l, const struct sa *src,
				enum anchor_rank rank,
				const struct packet *pkt,
				const struct latch *rtp)
{
	const bool ordered = !l->rtcp && !l->anchor.any;
	struct latch_candidate *c;
	struct packet one = *pkt;

	c = candidate(l, src, rank);
	if (!c)
		return LATCH_WAITING;

	if (l->anchor.any)
		one.ssrc = 0;

	if (latch_candidate_count(l->cands, c, ordered, &one) <
	    needed(l, pkt, rtp))
		return c == &l->cands->v[0] ? LATCH_ACCEPTED : LATCH_WAITING;

	l->ssrcc = 0;
	for (size_t i = 0; i < c->runc; i++)
		l->ssrcv[l->ssrcc++] = c->runv[i].ssrc;
	latch_lock(l, src);

	return LATCH_LOCKED;
}


/* the handshake of DTLS-SRTP comes before any RTP and finds no other way to
   a phone behind NAT. It shows where to send to, and locks nothing. */
static enum latch_verdict greet(struct latch *l, const struct sa *src,
				enum anchor_rank rank)
{
	struct latch_candidate *c = candidate(l, src, rank);

	return c && latch_candidate_greet(
			    l->cands, c,
			    __atomic_load_n(&l->conf->latch_packets,
					    __ATOMIC_RELAXED))
		       ? LATCH_ACCEPTED
		       : LATCH_WAITING;
}


/* who was quicker than the phone, from its host, is not where it said it is */
static bool is_rightful(const struct latch *l, const struct sa *src,
			const struct packet *pkt, const struct latch *rtp)
{
	return is_own_kind(l, pkt) &&
	       (!rtp || addr_same_host(src, &rtp->src)) &&
	       anchor_rank(&l->anchor, l->conf, src) == ANCHOR_EXACT &&
	       anchor_rank(&l->anchor, l->conf, &l->src) != ANCHOR_EXACT;
}


/* a NAT forgets who is silent, on hold for one, and then gives him another
   port; what he was locked to stays the target until that is proven. His
   neighbours behind that NAT do not know his SSRC. */
static bool may_move(const struct latch *l, const struct sa *src,
		     const struct packet *pkt, const struct latch *rtp)
{
	if (l->keyed && !l->anchor.any)
		return is_proven(l, pkt) && reach_is_ok(l->conf, src);

	if (is_rightful(l, src, pkt, rtp))
		return true;

	if (!l->silent || !addr_same_host(src, &l->src) ||
	    !anchor_rank(&l->anchor, l->conf, src))
		return false;

	return (l->renewed && l->looks >= LATCH_PATIENCE && !l->eager) ||
	       (!l->anchor.any && is_own_kind(l, pkt) &&
		(has_ssrc(l, pkt->ssrc) || (rtp && has_ssrc(rtp, pkt->ssrc))));
}


static enum latch_verdict hear_moved(struct latch *l, const struct sa *src,
				     const struct packet *pkt,
				     const struct latch *rtp)
{
	if (!may_move(l, src, pkt, rtp))
		return LATCH_REFUSED;

	if (!is_proof(l, pkt, rtp))
		return LATCH_WAITING;

	return learn(l, src, anchor_rank(&l->anchor, l->conf, src), pkt,
		     rtp) == LATCH_LOCKED
		       ? LATCH_LOCKED
		       : LATCH_WAITING;
}


/**
 * Note that the locked source was heard
 *
 * @param l Latch
 */
void latch_heard(struct latch *l)
{
	l->silent = false;

	/* then only its checks count */
	if (l->ice)
		return;

	l->renewed = false;
	l->cands = mem_deref(l->cands);
}


static enum latch_verdict hear_locked(struct latch *l, const struct sa *src,
				      const struct packet *pkt,
				      const struct latch *rtp)
{
	if (!sa_cmp(src, &l->src, SA_ALL))
		return hear_moved(l, src, pkt, rtp);

	if (pkt->type == PACKET_INVALID && !l->anchor.any)
		return LATCH_DROPPED;

	l->silent = l->renewed = false;
	if (l->cands)
		l->cands = mem_deref(l->cands);
	note_ssrc(l, pkt);

	return LATCH_ACCEPTED;
}


static bool is_old(const struct latch *l, const struct sa *src)
{
	return l->past && is_set(&l->past->src) &&
	       sa_cmp(src, &l->past->src, SA_ALL);
}


/* what it was locked to, and is covered by the new anchor: heard, and not
   locked to again, unless it is what the anchor says */
static bool is_former(const struct latch *l, const struct sa *src,
		      enum anchor_rank rank)
{
	return rank && rank < ANCHOR_SIGNALLING_PORT && is_old(l, src);
}


static enum latch_verdict hear_unlocked(struct latch *l, const struct sa *src,
					const struct packet *pkt,
					const struct latch *rtp)
{
	const enum anchor_rank rank = anchor_rank(&l->anchor, l->conf, src);

	if (!is_proven(l, pkt) &&
	    (!rank || (rtp && !addr_same_host(src, &rtp->src))))
		return LATCH_REFUSED;

	if (!reach_is_ok(l->conf, src))
		return LATCH_REFUSED;

	if (pkt->type == PACKET_INVALID && !l->anchor.any)
		return LATCH_DROPPED;

	if (is_former(l, src, rank) || (!rank && is_old(l, src)))
		return LATCH_ACCEPTED;

	if (pkt->type == PACKET_DTLS && pkt->proof && !l->anchor.any)
		return greet(l, src, rank);

	if (is_proof(l, pkt, rtp))
		return learn(l, src, rank, pkt, rtp);

	/* where keys are known, it is not the phone that made it */
	if (l->keyed && is_own_kind(l, pkt))
		return LATCH_DROPPED;

	return rank == ANCHOR_EXACT ? LATCH_ACCEPTED : LATCH_DROPPED;
}


/**
 * Would it change anything if the packet were authentic?
 *
 * @param l   Latch
 * @param src Source of the packet
 * @param pkt What it is
 *
 * @return Who would like to know
 */
enum latch_ask latch_asks(const struct latch *l, const struct sa *src,
			  const struct packet *pkt)
{
	enum anchor_rank rank;

	if (!l->keyed || l->anchor.any || !is_own_kind(l, pkt) ||
	    (l->locked && sa_cmp(src, &l->src, SA_ALL)))
		return LATCH_ASK_NONE;

	if (anchor_is_empty(&l->anchor) || !reach_is_ok(l->conf, src))
		return LATCH_ASK_NONE;

	rank = anchor_rank(&l->anchor, l->conf, src);
	if (!l->locked && is_former(l, src, rank))
		return LATCH_ASK_NONE;

	return rank ? LATCH_ASK_PLAUSIBLE : LATCH_ASK_STRANGER;
}


/**
 * Judge a datagram by its source
 *
 * @param l   Latch
 * @param src Its source
 * @param pkt What it is
 * @param rtp For RTCP: the latch of the side's RTP, or NULL
 *
 * @return Verdict
 *
 * RFC 7362 section 4
 */
enum latch_verdict latch_hear(struct latch *l, const struct sa *src,
			      const struct packet *pkt,
			      const struct latch *rtp)
{
	if (rtp && !rtp->locked)
		rtp = NULL;

	if (l->locked)
		return hear_locked(l, src, pkt, rtp);

	if (anchor_is_empty(&l->anchor))
		return LATCH_WAITING;

	return hear_unlocked(l, src, pkt, rtp);
}


/**
 * Judge a datagram of a source that has shown itself by a check
 *
 * @param l   Latch
 * @param pkt What it is
 *
 * @return Verdict
 *
 * RFC 8445 section 12
 */
enum latch_verdict latch_verified(struct latch *l, const struct packet *pkt)
{
	if (pkt->type == PACKET_INVALID && !l->anchor.any)
		return LATCH_DROPPED;

	l->silent = false;

	return LATCH_ACCEPTED;
}
