/**
 * @file call_ask.c  What a message asks of the call's relay resource
 */
#include <errno.h>
#include <string.h>
#include "common/addr.h"
#include "proxy/media/call_state.h"
#include "proxy/media/sdp_bundle.h"
#include "proxy/media/sdp_terms.h"


static void destructor(void *arg)
{
	struct ask *ask = arg;

	mem_deref(ask->rq.media);
}


/**
 * Make an ask that asks nothing yet
 *
 * @param askp Pointer to allocated ask
 * @param n    How many m= lines there are
 *
 * @return 0 if success, EINVAL for more than a relay knows, otherwise
 *         errorcode
 */
int call_ask_new(struct ask **askp, size_t n)
{
	struct ask *ask;
	int err;

	ask = mem_zalloc(sizeof(*ask) + n * sizeof(ask->linev[0]), destructor);
	if (!ask)
		return ENOMEM;

	err = resource_media_alloc(&ask->rq.media, n);
	if (err)
		mem_deref(ask);
	else
		*askp = ask;

	return err;
}


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
static int fill_stream(struct ask *ask, const struct call_pass *pass, size_t i)
{
	const struct ask *now = pass->dialog->sidev[pass->from].now;
	const struct resource_stream *was = resource_media_stream(
		now ? now->rq.media : NULL, i);
	const struct sdp_stream *s = sdp_stream(pass->sdp, i);
	struct resource_stream *v = &ask->rq.media->v[i];
	int err;

	ask->linev[i].mux_only = s->rtcp_mux_only;
	v->used = s->relayable && ask->linev[i].with == i;
	if (!v->used)
		return 0;

	v->any = s->udptl;
	v->rtp = s->hold ? was->rtp : s->rtp;
	v->rtcp = s->hold ? was->rtcp : s->rtcp;

	err = sdp_terms(&v->terms, pass->sdp, i);
	if (err)
		return err;

	v->secure = is_secure(s, v->terms);
	if (!call_ice_is_agent(pass->call, pass->from))
		v->terms->ice = mem_deref(v->terms->ice);

	return 0;
}


static bool is_flowing(const struct sdp_stream *s)
{
	return s->relayable && !s->hold && !s->inactive && !s->sendonly &&
	       !s->recvonly;
}


static int fill_media(struct ask *ask, const struct call_pass *pass)
{
	struct sdp_bundle bundle;
	int err = 0;

	sdp_bundle(&bundle, pass->sdp, !pass->offer.proposes);
	ask->rq.hold = true;
	for (size_t i = 0; i < ask->rq.media->n && !err; i++) {
		ask->linev[i].with = bundle.withv[i];
		err = fill_stream(ask, pass, i);
		if (is_flowing(sdp_stream(pass->sdp, i)))
			ask->rq.hold = false;
	}

	return err;
}


static int other_family(const struct call_pass *pass)
{
	const struct side *to = &pass->call->sidev[!pass->from];
	const struct ask *now = pass->dialog->sidev[!pass->from].now;
	const struct sa *rtp = now ? call_ask_first(now->rq.media) : NULL;

	if (rtp)
		return sa_af(rtp);

	return to->flow ? sa_af(&to->flow->peer) : AF_INET;
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
static void find_signalling(struct sa *sa, const struct call_pass *pass)
{
	const struct side *side = &pass->call->sidev[pass->from];
	struct sa *behind = &pass->dialog->sidev[pass->from].behind_nat;

	if (call_seen_behind(sa, pass) || told_by_via(sa, pass))
		*behind = *sa;
	else if (sa_isset(behind, SA_ADDR) &&
		 (side->verdict.reason == NAT_PRIVATE ||
		  side->verdict.reason == NAT_HOLD))
		*sa = *behind;
	else
		*sa = pass->msg->src;
}


/* its next hop, where it has one: its media is not nearer than that */
static void find_other(struct sa *sa, const struct call_pass *pass)
{
	const struct flow *flow = pass->call->sidev[!pass->from].flow;
	const struct ask *now = pass->dialog->sidev[!pass->from].now;
	const struct sa *rtp = now ? call_ask_first(now->rq.media) : NULL;

	sa_init(sa, AF_UNSPEC);
	if (flow)
		*sa = flow->peer;
	else if (rtp)
		*sa = *rtp;
}


/**
 * Find out what a message asks of the relay
 *
 * @param askp Pointer to the allocated ask
 * @param pass The message, judged
 *
 * @return 0 if success, otherwise errorcode
 */
int call_ask_alloc(struct ask **askp, const struct call_pass *pass)
{
	struct ask *ask;
	int err;

	err = call_ask_new(&ask, sdp_streams(pass->sdp));
	if (err)
		return err;

	ask->rq.side = pass->from == CALL_A ? RELAY_A : RELAY_B;
	ask->rq.answer = !pass->offer.proposes;
	ask->rq.other_af = other_family(pass);
	for (int i = 0; i < 2; i++) {
		const struct config_peer *peer = pass->call->sidev[i].peer;

		ask->rq.zonev[i == CALL_A ? RELAY_A : RELAY_B] =
			peer ? peer->zone : NULL;
	}
	find_other(&ask->rq.other, pass);
	find_signalling(&ask->rq.signalling, pass);
	err = fill_media(ask, pass);
	if (err)
		mem_deref(ask);
	else
		*askp = ask;

	return err;
}


/**
 * Copy an ask, to change something in it before it is handed on
 *
 * @param askp Pointer to the copy
 * @param ask  What is copied
 *
 * @return 0 if success, otherwise errorcode
 */
int call_ask_copy(struct ask **askp, const struct ask *ask)
{
	const struct resource_media *m = ask->rq.media;
	struct resource_media *own;
	struct ask *copy;
	int err;

	err = call_ask_new(&copy, m->n);
	if (err)
		return err;

	own = copy->rq.media;
	copy->rq = ask->rq;
	copy->rq.media = own;
	for (size_t i = 0; i < m->n; i++) {
		copy->linev[i] = ask->linev[i];
		own->v[i] = m->v[i];
		mem_ref(own->v[i].terms);
	}

	*askp = copy;

	return 0;
}


/* two that are not set are the same */
static bool same(const struct sa *a, const struct sa *b)
{
	if (!sa_isset(a, SA_ADDR) || !sa_isset(b, SA_ADDR))
		return sa_isset(a, SA_ADDR) == sa_isset(b, SA_ADDR);

	return sa_cmp(a, b, SA_ALL);
}


static bool same_stream(const struct resource_stream *a,
			const struct resource_stream *b)
{
	return a->used == b->used && a->any == b->any &&
	       a->secure == b->secure && same(&a->rtp, &b->rtp) &&
	       same(&a->rtcp, &b->rtcp) &&
	       relay_terms_same(a->terms, b->terms);
}


/**
 * Do both ask the same of the relay?
 *
 * @param a Ask, or NULL
 * @param b Ask, or NULL
 *
 * @return true if the relay needs to hear only one of them
 */
bool call_ask_same(const struct ask *a, const struct ask *b)
{
	if (!a || !b || a == b)
		return a == b;

	if (a->rq.hold != b->rq.hold || a->rq.media->n != b->rq.media->n ||
	    !sa_cmp(&a->rq.signalling, &b->rq.signalling, SA_ADDR))
		return false;

	for (size_t i = 0; i < a->rq.media->n; i++) {
		if (!same_stream(&a->rq.media->v[i], &b->rq.media->v[i]))
			return false;
	}

	return true;
}
