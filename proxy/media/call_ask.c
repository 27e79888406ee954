/**
 * @file call_ask.c  What a message asks of the call's relay resource
 */
#include <string.h>
#include "common/addr.h"
#include "proxy/media/call_state.h"


/**
 * The first RTP address
 *
 * @param m A side's streams, or what stands for them
 *
 * @return Address, NULL if none is known
 */
const struct sa *call_ask_first(const struct resource_media *m)
{
	for (size_t i = 0; i < RELAY_STREAMS_MAX; i++) {
		if (m->v[i].used && sa_isset(&m->v[i].rtp, SA_ADDR))
			return &m->v[i].rtp;
	}

	return NULL;
}


/* on hold a stream keeps the address it had: it is still there */
static void fill_media(struct call_pass *pass)
{
	const struct side *side = &pass->call->sidev[pass->from];
	struct resource_request *rq = &pass->rq;
	bool flowing = false;

	for (size_t i = 0; i < sdp_streams(pass->sdp); i++) {
		const struct sdp_stream *s = sdp_stream(pass->sdp, i);
		struct resource_stream *v = &rq->media.v[i];

		v->used = s->relayable;
		if (!s->relayable)
			continue;

		v->any = s->udptl;
		v->rtp = s->hold ? side->media.v[i].rtp : s->rtp;
		v->rtcp = s->hold ? side->media.v[i].rtcp : s->rtcp;
		if (!s->hold && !s->inactive && !s->sendonly && !s->recvonly)
			flowing = true;
	}
	rq->hold = !flowing;
}


static int other_family(const struct call_pass *pass)
{
	const struct side *to = &pass->call->sidev[!pass->from];
	const struct sa *rtp = call_ask_first(&to->media);

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


/**
 * Fill in what the message asks
 *
 * @param pass The message, judged
 */
void call_ask_fill(struct call_pass *pass)
{
	memset(&pass->rq, 0, sizeof(pass->rq));
	pass->rq.side = pass->from == CALL_A ? RELAY_A : RELAY_B;
	pass->rq.other_af = other_family(pass);
	fill_media(pass);
	find_signalling(pass);
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

	for (size_t i = 0; i < RELAY_STREAMS_MAX; i++) {
		if (side->media.v[i].used != rq->media.v[i].used ||
		    side->media.v[i].any != rq->media.v[i].any ||
		    !same(&side->media.v[i].rtp, &rq->media.v[i].rtp) ||
		    !same(&side->media.v[i].rtcp, &rq->media.v[i].rtcp))
			return false;
	}

	return true;
}
