/**
 * @file call_verdict.c  Direct or relayed: each SDP is judged, an offer decides
 *
 * An answer can no longer change where its reader sends. What is relayed once stays so, because ports do not move.
 */
#include <string.h>
#include "proxy/media/call_state.h"


static void judge(struct call_pass *pass)
{
	struct side *side = &pass->call->sidev[pass->from];
	struct nat_side ns;

	memset(&ns, 0, sizeof(ns));
	ns.source = pass->msg->src;
	ns.sdp = pass->sdp;
	ns.peer = !side->phone;
	ns.policy = side->policy;
	nat_judge(&side->verdict, &ns);
}


static enum call_mode mode_for(const struct call *call)
{
	const struct nat_verdict *v = &call->verdict;

	if (v->media != NAT_RELAY)
		return call->marked ? CALL_UPSTREAM : CALL_DIRECT;

	/* our own relay cannot relay from itself, whatever is configured */
	if (call->looped)
		return CALL_UPSTREAM;

	/* the relay that is there serves this side's NAT as well */
	if (call->marked && v->reason != NAT_FAMILY &&
	    v->reason != NAT_PEER_RELAY && v->reason != NAT_ACCOUNT_RELAY &&
	    !call_record_needs_relay(call))
		return CALL_UPSTREAM;

	return CALL_RELAY;
}


static bool is_page(const struct side *side)
{
	return side->phone && side->flow && flow_proto_web(side->flow->proto);
}


/* they find their way by ICE, unless it is set that we relay: then they find
   us by it */
static bool are_pages(const struct call *call)
{
	bool relay = true;

	for (int i = 0; i < 2; i++) {
		if (!is_page(&call->sidev[i]))
			return false;
		relay &= call_ice_is_agent(call, (enum call_side)i);
	}

	return !relay || (call->sidev[CALL_A].policy != CONFIG_MEDIA_RELAY &&
			  call->sidev[CALL_B].policy != CONFIG_MEDIA_RELAY);
}


static void decide(struct call_pass *pass)
{
	struct call *call = pass->call;
	const enum call_mode old = call->mode;

	if (old == CALL_UPSTREAM && call->marked_by != pass->from)
		return;

	call_note_mark(pass);
	nat_combine(&call->verdict, &call->sidev[CALL_A].verdict,
		    &call->sidev[CALL_B].verdict);
	if (call_record_needs_relay(call))
		nat_recorded(&call->verdict);
	if (are_pages(call))
		nat_pages(&call->verdict);
	call->mode = mode_for(call);

	if (call->mode != old)
		call_log_verdict(call);
}


static bool is_offer(const struct call_pass *pass)
{
	return pass->call->mode == CALL_UNDECIDED || pass->offer.proposes;
}


/**
 * Judge the side that sent this SDP, and decide for the call
 *
 * @param pass The message
 */
void call_judge(struct call_pass *pass)
{
	judge(pass);
	if (pass->call->mode != CALL_RELAY && is_offer(pass))
		decide(pass);

	/* the verdicts live longer than the SDP whose host name they show */
	pass->call->sidev[pass->from].verdict.host = pl_null;
	pass->call->verdict.host = pl_null;
}
