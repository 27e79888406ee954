/**
 * @file latch.c  From which source a port hears, and where it sends to
 *
 * After new signalling the old source is still heard as far as the new anchor
 * covers it, and sent to until another one has proved itself, but it does not
 * lock again: a phone that announced another port sends a few more packets
 * from the old one, and these must not shut out the new. Only an anchor that
 * goes back to what it was (hold and resume) restores the lock.
 */
#include <string.h>
#include "common/addr.h"
#include "relay/latch.h"
#include "relay/packet.h"
#include "relay/relay.h"

/* numbers this far ahead still are the same stream; RTCP proves itself by
   one packet, it comes every five seconds only */
enum { SEQ_AHEAD = 100, RTCP_PACKETS = 1 };


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


static void lock(struct latch *l, const struct sa *src)
{
	l->locked = true;
	l->silent = false;
	l->src = *src;
	l->under = l->anchor;
	l->candc = 0;
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

	if (anchor_same(&next, &l->anchor))
		return false;

	if (!is_set(&next.sdp) && is_set(&next.signalling) &&
	    anchor_same_signalling(&next, &l->anchor))
		return false;

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
	l->candc = 0;

	if (!is_set(&l->old))
		return true;

	if (anchor_same(&next, &l->under)) {
		const struct sa src = l->old;

		lock(l, &src);
		return false;
	}

	/* a phone that went elsewhere, and can be reached there */
	if (anchor_is_direct(&next) &&
	    !anchor_rank(&l->anchor, l->conf, &l->old))
		sa_init(&l->old, AF_UNSPEC);

	return true;
}


/**
 * Forget what was learned, and learn anew under the same anchor
 *
 * @param l Latch
 */
void latch_reset(struct latch *l)
{
	l->locked = false;
	l->silent = false;
	l->candc = 0;
	sa_init(&l->src, AF_UNSPEC);
	sa_init(&l->old, AF_UNSPEC);
}


/**
 * Its locked source has fallen silent: another port of its host may take over
 *
 * @param l Latch
 */
void latch_silent(struct latch *l)
{
	if (l->locked)
		l->silent = true;
}


static bool is_proof(const struct latch *l, const struct packet *pkt,
		     const struct sa *host)
{
	if (l->anchor.any)
		return true;

	if (!l->rtcp)
		return pkt->type == PACKET_RTP && pkt->proof;

	/* what cannot be read to its end must come from the phone's host */
	return pkt->type == PACKET_RTCP &&
	       (pkt->proof || (pkt->encrypted && host));
}


static struct latch_candidate *candidate_find(struct latch *l,
					      const struct sa *src)
{
	for (size_t i = 0; i < l->candc; i++) {
		if (sa_cmp(&l->candv[i].src, src, SA_ALL))
			return &l->candv[i];
	}

	return NULL;
}


/* keeps the best first and, among equals, the earlier one */
static struct latch_candidate *candidate_add(struct latch *l,
					     const struct sa *src,
					     enum anchor_rank rank)
{
	size_t i;

	if (l->candc < LATCH_CANDIDATES)
		++l->candc;
	else if (rank < l->candv[l->candc - 1].rank)
		return NULL;

	for (i = l->candc - 1; i && l->candv[i - 1].rank < rank; i--)
		l->candv[i] = l->candv[i - 1];

	l->candv[i] = (struct latch_candidate){.src = *src, .rank = rank};

	return &l->candv[i];
}


static void candidate_count(struct latch_candidate *c, bool ordered,
			    const struct packet *pkt)
{
	const uint16_t ahead = (uint16_t)(pkt->seq - c->seq);
	const uint16_t behind = (uint16_t)(c->seq - pkt->seq);

	if (!ordered) {
		++c->count;
		return;
	}

	if (!c->count || pkt->ssrc != c->ssrc ||
	    (ahead > SEQ_AHEAD && behind > SEQ_AHEAD)) {
		c->count = 1;
	}
	else if (ahead && ahead <= SEQ_AHEAD) {
		++c->count;
	}
	else {
		return; /* again, or late: proves nothing more */
	}

	c->ssrc = pkt->ssrc;
	c->seq = pkt->seq;
}


/* a better source is alive: the worse ones begin anew */
static void candidate_outrank(struct latch *l, enum anchor_rank rank)
{
	for (size_t i = 0; i < l->candc; i++) {
		if (l->candv[i].rank < rank)
			l->candv[i].count = 0;
	}
}


static enum latch_verdict learn(struct latch *l, const struct sa *src,
				enum anchor_rank rank,
				const struct packet *pkt)
{
	const uint32_t need = l->rtcp ? RTCP_PACKETS : l->conf->latch_packets;
	struct latch_candidate *c = candidate_find(l, src);

	if (!c)
		c = candidate_add(l, src, rank);
	if (!c)
		return LATCH_WAITING;

	candidate_count(c, !l->rtcp && !l->anchor.any, pkt);
	candidate_outrank(l, rank);

	if (c->count >= need) {
		lock(l, src);
		return LATCH_LOCKED;
	}

	return c == &l->candv[0] ? LATCH_ACCEPTED : LATCH_WAITING;
}


/* the handshake of DTLS-SRTP comes before any RTP and finds no other way to
   a phone behind NAT. It shows where to send to, and locks nothing. */
static enum latch_verdict greet(struct latch *l, const struct sa *src,
				enum anchor_rank rank)
{
	struct latch_candidate *c = candidate_find(l, src);

	if (!c)
		c = candidate_add(l, src, rank);

	return c && c == &l->candv[0] ? LATCH_ACCEPTED : LATCH_WAITING;
}


/* a NAT forgets who is silent, on hold for one, and then gives him another
   port; what he was locked to stays the target until that is proven */
static enum latch_verdict hear_moved(struct latch *l, const struct sa *src,
				     const struct packet *pkt,
				     const struct sa *host)
{
	const enum anchor_rank rank = anchor_rank(&l->anchor, l->conf, src);

	if (!l->silent || !rank || !addr_same_host(src, &l->src))
		return LATCH_REFUSED;

	if (!is_proof(l, pkt, host))
		return LATCH_WAITING;

	return learn(l, src, rank, pkt) == LATCH_LOCKED ? LATCH_LOCKED
							: LATCH_WAITING;
}


static enum latch_verdict hear_locked(struct latch *l, const struct sa *src,
				      const struct packet *pkt,
				      const struct sa *host)
{
	if (!sa_cmp(src, &l->src, SA_ALL))
		return hear_moved(l, src, pkt, host);

	if (pkt->type == PACKET_INVALID && !l->anchor.any)
		return LATCH_DROPPED;

	l->silent = false;
	l->candc = 0;

	return LATCH_ACCEPTED;
}


/**
 * Judge a datagram by its source
 *
 * @param l    Latch
 * @param src  Its source
 * @param pkt  What it is
 * @param host For RTCP: where the side's RTP is locked to, or NULL
 *
 * @return Verdict
 *
 * RFC 7362 section 4
 */
enum latch_verdict latch_hear(struct latch *l, const struct sa *src,
			      const struct packet *pkt, const struct sa *host)
{
	enum anchor_rank rank;

	if (l->locked)
		return hear_locked(l, src, pkt, host);

	if (anchor_is_empty(&l->anchor))
		return LATCH_WAITING;

	rank = anchor_rank(&l->anchor, l->conf, src);
	if (!rank || (host && !addr_same_host(src, host)))
		return LATCH_REFUSED;

	if (pkt->type == PACKET_INVALID && !l->anchor.any)
		return LATCH_DROPPED;

	if (rank < ANCHOR_SIGNALLING_PORT && is_set(&l->old) &&
	    sa_cmp(src, &l->old, SA_ALL))
		return LATCH_ACCEPTED;

	if (pkt->type == PACKET_DTLS && pkt->proof && !l->anchor.any)
		return greet(l, src, rank);

	if (!is_proof(l, pkt, host))
		return rank == ANCHOR_EXACT ? LATCH_ACCEPTED : LATCH_DROPPED;

	return learn(l, src, rank, pkt);
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
	const bool old = is_set(&l->old);

	if (l->locked)
		*dst = l->src;
	else if (old && anchor_rank(&l->anchor, l->conf, &l->old))
		*dst = l->old;
	else if (l->candc)
		*dst = l->candv[0].src;
	else if (old)
		*dst = l->old;
	else
		return anchor_target(&l->anchor, l->conf, dst);

	return true;
}
