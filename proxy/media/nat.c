/**
 * @file nat.c  The comparison: is this side reachable where its SDP says?
 *
 * The plain comparison of source and SDP address comes first. What the field
 * needs besides it stands around it, each with a reason of its own.
 */
#include <string.h>
#include <re.h>
#include "common/addr.h"
#include "proxy/media/nat.h"


/** How far away an address is good for anything */
enum scope { SCOPE_PUBLIC = 0, SCOPE_INSIDE, SCOPE_LINK, SCOPE_HOST };


static void decide(struct nat_verdict *v, enum nat_reason reason)
{
	v->reason = reason;
	v->media = nat_reason_media(reason);
}


static bool is_set(const struct sa *sa)
{
	return sa_af(sa) != AF_UNSPEC;
}


static enum nat_reason judge_address(const struct nat_side *side,
				     const struct sa *sdp)
{
	if (!is_set(sdp))
		return NAT_HOSTNAME;
	if (addr_same_host(&side->source, sdp))
		return NAT_MATCH;
	if (addr_is_forbidden(sdp))
		return NAT_FORBIDDEN;
	if (!side->peer)
		return NAT_SOURCE_DIFFERS;

	return addr_is_inside(sdp) ? NAT_PRIVATE : NAT_PEER_AUTO;
}


static void set_stream(struct nat_verdict *v, const struct sdp_stream *s)
{
	v->sdp = s->rtp;
	v->host = s->host;
}


/* the first stream that needs the relay decides, else the first one */
static void judge_streams(struct nat_verdict *v, const struct nat_side *side)
{
	enum nat_reason reason = NAT_NO_MEDIA;

	for (size_t i = 0; i < sdp_streams(side->sdp); i++) {
		const struct sdp_stream *s = sdp_stream(side->sdp, i);
		enum nat_reason r;

		if (!s->relayable)
			continue;
		if (s->hold) {
			if (reason == NAT_NO_MEDIA)
				reason = NAT_HOLD;
			continue;
		}

		r = judge_address(side, &s->rtp);
		if (reason == NAT_NO_MEDIA || reason == NAT_HOLD ||
		    nat_reason_media(r) == NAT_RELAY) {
			reason = r;
			set_stream(v, s);
		}
		if (nat_reason_media(reason) == NAT_RELAY)
			break;
	}

	decide(v, reason);
}


/* the operator has decided; the address is kept for nat_combine() */
static void judge_configured(struct nat_verdict *v,
			     const struct nat_side *side,
			     enum nat_reason reason)
{
	if (side->sdp)
		judge_streams(v, side);

	decide(v, reason);
}


/**
 * The reason that an operator's setting is
 *
 * @param policy Relay or direct
 * @param peer   It is a peer's, not an account's
 *
 * @return Reason; NAT_UNKNOWN for AUTO
 */
enum nat_reason nat_configured(enum config_media policy, bool peer)
{
	switch (policy) {
	case CONFIG_MEDIA_RELAY:
		return peer ? NAT_PEER_RELAY : NAT_ACCOUNT_RELAY;
	case CONFIG_MEDIA_DIRECT:
		return peer ? NAT_PEER_DIRECT : NAT_ACCOUNT_DIRECT;
	default:
		return NAT_UNKNOWN;
	}
}


/**
 * Judge one side of a call by what it has shown
 *
 * @param v    Verdict, filled; its host is a slice of the SDP
 * @param side What it has shown
 */
void nat_judge(struct nat_verdict *v, const struct nat_side *side)
{
	if (!v || !side)
		return;

	memset(v, 0, sizeof(*v));
	v->source = side->source;

	if (side->policy != CONFIG_MEDIA_AUTO)
		judge_configured(v, side,
				 nat_configured(side->policy, side->peer));
	else if (!side->sdp)
		decide(v, NAT_NO_SDP);
	else
		judge_streams(v, side);
}


/**
 * Judge a registration: does it name where it came from
 *
 * A phone that was told its public address (by received and rport) may write
 * it into its Contact, and still send media from behind NAT: its Via does not
 * follow.
 *
 * @param v       Verdict, filled; sdp is the address that decided
 * @param source  Source address of the REGISTER
 * @param contact Numeric address of the Contact; af unset: a name
 * @param via     Numeric address of its topmost Via; af unset: a name
 */
void nat_judge_contact(struct nat_verdict *v, const struct sa *source,
		       const struct sa *contact, const struct sa *via)
{
	if (!v || !source || !contact || !via)
		return;

	memset(v, 0, sizeof(*v));
	v->source = *source;
	v->sdp = *contact;

	if (!is_set(contact))
		decide(v, NAT_HOSTNAME);
	else if (!addr_same_host(source, contact))
		decide(v, NAT_CONTACT_DIFFERS);
	else if (is_set(via) && !addr_same_host(source, via)) {
		v->sdp = *via;
		decide(v, NAT_VIA_DIFFERS);
	}
	else
		decide(v, NAT_MATCH);
}


static enum scope scope(const struct sa *sa)
{
	switch (addr_classify(sa)) {
	case ADDR_PRIVATE:
	case ADDR_SHARED:
		return SCOPE_INSIDE;
	case ADDR_LINKLOCAL:
		return SCOPE_LINK;
	case ADDR_LOOPBACK:
		return SCOPE_HOST;
	default:
		return SCOPE_PUBLIC;
	}
}


static bool family_differs(const struct nat_verdict *a,
			   const struct nat_verdict *b)
{
	struct sa x = a->sdp, y = b->sdp;

	if (!is_set(&x) || !is_set(&y))
		return false;

	addr_unmap(&x);
	addr_unmap(&y);

	return sa_af(&x) != sa_af(&y);
}


static bool is_set_direct(const struct nat_verdict *v)
{
	return v->reason == NAT_PEER_DIRECT || v->reason == NAT_ACCOUNT_DIRECT;
}


/*
 * Both are reachable from here, but from each other? 192.168.1.10 in our own
 * network is no address for somebody on the public one.
 */
static const struct nat_verdict *out_of_reach(const struct nat_verdict *a,
					      const struct nat_verdict *b)
{
	enum scope x, y;

	if (!is_set(&a->sdp) || !is_set(&b->sdp) || is_set_direct(a) ||
	    is_set_direct(b))
		return NULL;

	x = scope(&a->sdp);
	y = scope(&b->sdp);
	if (x == y)
		return NULL;

	return x > y ? a : b;
}


static void combine_direct(struct nat_verdict *call,
			   const struct nat_verdict *a,
			   const struct nat_verdict *b)
{
	const struct nat_verdict *far = out_of_reach(a, b);

	if (family_differs(a, b)) {
		*call = *a;
		call->source = a->sdp;
		call->sdp = b->sdp;
		decide(call, NAT_FAMILY);
	}
	else if (far) {
		*call = *far;
		decide(call, scope(&far->sdp) == SCOPE_INSIDE ? NAT_PRIVATE
							      : NAT_FORBIDDEN);
	}
	else {
		*call = *a;
	}
}


/**
 * Make the call's verdict out of those of its sides
 *
 * @param call Verdict, filled
 * @param a    Verdict of the caller's side
 * @param b    Verdict of the callee's side
 */
void nat_combine(struct nat_verdict *call, const struct nat_verdict *a,
		 const struct nat_verdict *b)
{
	struct nat_verdict v;

	if (!call || !a || !b)
		return;

	if (a->media == NAT_RELAY)
		v = *a;
	else if (b->media == NAT_RELAY)
		v = *b;
	else if (a->media == NAT_UNDECIDED)
		v = *a;
	else if (b->media == NAT_UNDECIDED)
		v = *b;
	else
		combine_direct(&v, a, b);

	*call = v;
}


/**
 * Two web pages: browsers find their way by ICE, and without it they refuse
 * every SDP
 *
 * @param call Verdict, filled in part
 */
void nat_pages(struct nat_verdict *call)
{
	if (call)
		decide(call, NAT_PAGES);
}


/**
 * A call that is to be recorded: its packets have to pass here
 *
 * @param call Verdict; one that says relay has its reason already
 */
void nat_recorded(struct nat_verdict *call)
{
	if (call && call->media != NAT_RELAY)
		decide(call, NAT_RECORDED);
}
