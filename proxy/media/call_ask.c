/**
 * @file call_ask.c  What a message asks of the call's relay resource
 */
#include <string.h>
#include "common/addr.h"
#include "proxy/media/call_state.h"
#include "proxy/media/sdp_terms.h"


/**
 * The first RTP address
 *
 * @param m A side's streams, or what stands for them; or NULL
 *
 * @return Address, NULL if none is known
 */
const struct sa *call_ask_first(const struct resource_media *m)
{
	for (size_t i = 0; m && i < m->n; i++) {
		if (m->v[i].used && sa_isset(&m->v[i].rtp, SA_ADDR))
			return &m->v[i].rtp;
	}

	return NULL;
}


/* SAVP, SAVPF, or keys beside a plain profile, which the other side takes or
 * does not take (RFC 3711, 4568, 5764) */
static bool is_secure(const struct sdp_stream *s,
		      const struct relay_terms *terms)
{
	return terms->keyc || !re_regex(s->proto.p, s->proto.l, "SAVP");
}


/* on hold a stream keeps the address it had: it is still there */
static int fill_stream(struct resource_stream *v, const struct call_pass *pass,
		       size_t i)
{
	const struct side *side = &pass->call->sidev[pass->from];
	const struct resource_stream *was = resource_media_stream(side->media,
								  i);
	const struct sdp_stream *s = sdp_stream(pass->sdp, i);
	int err;

	v->used = s->relayable;
	if (!s->relayable)
		return 0;

	v->any = s->udptl;
	v->rtp = s->hold ? was->rtp : s->rtp;
	v->rtcp = s->hold ? was->rtcp : s->rtcp;

	err = sdp_terms(&v->terms, pass->sdp, i);
	if (!err)
		v->secure = is_secure(s, v->terms);

	return err;
}


static bool is_flowing(const struct sdp_stream *s)
{
	return s->relayable && !s->hold && !s->inactive && !s->sendonly &&
	       !s->recvonly;
}


static int fill_media(struct call_pass *pass)
{
	struct resource_request *rq = &pass->rq;
	int err;

	err = resource_media_alloc(&rq->media, sdp_streams(pass->sdp));
	if (err)
		return err;

	rq->hold = true;
	for (size_t i = 0; i < rq->media->n && !err; i++) {
		err = fill_stream(&rq->media->v[i], pass, i);
		if (is_flowing(sdp_stream(pass->sdp, i)))
			rq->hold = false;
	}

	return err;
}


static int other_family(const struct call_pass *pass)
{
	const struct side *to = &pass->call->sidev[!pass->from];
	const struct sa *rtp = call_ask_first(to->media);

	if (rtp)
		return sa_af(rtp);

	return to->flow ? sa_af(&to->flow->peer) : AF_INET;
}


/* two that are not set are the same */
static bool same(const struct sa *a, const struct sa *b)
{
	if (!sa_isset(a, SA_ADDR) || !sa_isset(b, SA_ADDR))
		return sa_isset(a, SA_ADDR) == sa_isset(b, SA_ADDR);

	return sa_cmp(a, b, SA_ALL);
}


/*
 * A peer that passes a private SDP on has written into the sender's Via from
 * where it came (RFC 3261 section 18.2.1): that is the NAT's address.
 */
static bool told_by_via(struct sa *seen, const struct call_pass *pass)
{
	const struct side *side = &pass->call->sidev[pass->from];
	struct value_iter it;
	struct via via;
	struct pl val, last = PL_INIT;

	if (!side->peer || !pass->msg->req ||
	    side->verdict.reason != NAT_PRIVATE)
		return false;

	message_values(&it, pass->msg, HDR_VIA);
	while (message_values_next(&it, &val))
		last = val;

	return last.l && !via_decode(&via, &last) && via.received.l &&
	       !addr_decode(seen, &via.received, 0) &&
	       !addr_is_forbidden(seen);
}


/*
 * Where the sender's signalling comes from. What was learned of a phone behind
 * another proxy is good as long as its SDP names no address that is better:
 * neither Via nor mark stands in each of its messages.
 */
static void find_signalling(struct call_pass *pass)
{
	struct side *side = &pass->call->sidev[pass->from];
	struct sa *sa = &pass->rq.signalling;

	if (call_seen_behind(sa, pass) || told_by_via(sa, pass))
		side->behind_nat = *sa;
	else if (sa_isset(&side->behind_nat, SA_ADDR) &&
		 (side->verdict.reason == NAT_PRIVATE ||
		  side->verdict.reason == NAT_HOLD))
		*sa = side->behind_nat;
	else
		*sa = pass->msg->src;
}


/* its next hop, where it has one: its media is not nearer than that */
static void find_other(struct call_pass *pass)
{
	const struct side *to = &pass->call->sidev[!pass->from];
	const struct sa *rtp = call_ask_first(to->media);

	sa_init(&pass->rq.other, AF_UNSPEC);
	if (to->flow)
		pass->rq.other = to->flow->peer;
	else if (rtp)
		pass->rq.other = *rtp;
}


/**
 * Fill in what the message asks
 *
 * @param pass The message, judged
 *
 * @return 0 if success, otherwise errorcode
 */
int call_ask_fill(struct call_pass *pass)
{
	mem_deref(pass->rq.media);
	memset(&pass->rq, 0, sizeof(pass->rq));
	pass->rq.side = pass->from == CALL_A ? RELAY_A : RELAY_B;
	pass->rq.other_af = other_family(pass);
	find_other(pass);
	find_signalling(pass);

	return fill_media(pass);
}


/**
 * Is it what was asked last time?
 *
 * @param pass The message
 *
 * @return True if the side's addresses are the same
 */
bool call_ask_unchanged(const struct call_pass *pass)
{
	const struct side *side = &pass->call->sidev[pass->from];
	const struct resource_request *rq = &pass->rq;

	if (!side->asked || pass->call->hold != rq->hold ||
	    !sa_cmp(&side->signalling, &rq->signalling, SA_ADDR))
		return false;

	if (!side->media || side->media->n != rq->media->n)
		return false;

	for (size_t i = 0; i < rq->media->n; i++) {
		const struct resource_stream *a = &side->media->v[i];
		const struct resource_stream *b = &rq->media->v[i];

		if (a->used != b->used || a->any != b->any ||
		    a->secure != b->secure || !same(&a->rtp, &b->rtp) ||
		    !same(&a->rtcp, &b->rtcp) ||
		    !relay_terms_same(a->terms, b->terms))
			return false;
	}

	return true;
}
