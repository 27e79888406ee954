/**
 * @file call_mark.c  Two of our proxies in one path agree on one relay
 *
 * The first one signs the relay's address in its offer; the second one leaves
 * it there, and signs into the answer from where its phone really sends, so
 * that the first one's relay can anchor its learning at that address.
 */
#include <string.h>
#include "proxy/media/call_state.h"


/*
 * A secret shared with that peer signs. Without one the mark is no more than
 * checked, and believed from a peer, or from the proxy that the redirect
 * server named, as its SDP is: who could forge it could as well have written
 * that address into the SDP itself. From a phone it is never read.
 */
static void mark_key(struct hash_key *key, const struct side *side)
{
	static const char open_secret[] = "viaduct";
	const char *secret = open_secret;

	if (side->peer && side->peer->secret[0])
		secret = side->peer->secret;

	hash_key_derive(key, (const uint8_t *)secret, strlen(secret),
			"sdp-mark");
}


/**
 * A mark for an offer: this address is a relay of ours
 *
 * @param buf  Buffer of SDP_MARK_MAX octets
 * @param pass The message
 * @param rtp  The relay's address in it, or NULL
 *
 * @return buf, or NULL where none is needed
 */
const char *call_offer_mark(char *buf, const struct call_pass *pass,
			    const struct sa *rtp)
{
	const struct call *call = pass->call;
	const struct side *to = &call->sidev[!pass->from];
	struct hash_key key;

	if (to->phone || !rtp)
		return NULL;

	mark_key(&key, to);
	if (mark_offer(buf, SDP_MARK_MAX, &key, &pass->msg->callid, rtp))
		return NULL;

	return buf;
}


/**
 * Where the phone behind another proxy of ours really is
 *
 * @param seen Its address
 * @param pass The message, its SDP may carry the other proxy's word
 *
 * @return true if it does
 */
bool call_seen_behind(struct sa *seen, const struct call_pass *pass)
{
	const struct call *call = pass->call;
	const struct side *side = &call->sidev[pass->from];
	struct hash_key key;
	struct pl mark;

	if (side->phone)
		return false;

	if (sa_isset(&side->seen, SA_ADDR)) {
		*seen = side->seen;
		return true;
	}

	if (sdp_attr(pass->sdp, "x-viaduct", &mark))
		return false;

	mark_key(&key, side);

	return !mark_answer_check(&key, &mark, &pass->msg->callid, seen);
}


/* the call that came back to us learns it without a mark */
static void tell_looped(const struct call *call, const struct sa *seen)
{
	struct call *other = call_find(call->calls, call->looped);

	if (other && other->sidev[call->beyond].behind == call->id)
		other->sidev[call->beyond].seen = *seen;
}


/**
 * A mark for an answer: the phone behind us really is there
 *
 * @param buf  Buffer of SDP_MARK_MAX octets
 * @param pass The message
 *
 * @return buf, or NULL where none is needed
 */
const char *call_answer_mark(char *buf, const struct call_pass *pass)
{
	const struct call *call = pass->call;
	struct sa seen;

	if (!call->marked || call->marked_by == pass->from)
		return NULL;

	if (call->sidev[pass->from].phone)
		seen = pass->msg->src;
	else if (!call_seen_behind(&seen, pass))
		return NULL;

	tell_looped(call, &seen);
	if (mark_answer(buf, SDP_MARK_MAX, &call->mark_key, &pass->msg->callid,
			&seen))
		return NULL;

	return buf;
}


/* on hold its port is all that is left of it */
static bool names_stream(const struct sdp *sdp, const struct sa *rtp)
{
	for (size_t i = 0; i < sdp_streams(sdp); i++) {
		const struct sdp_stream *s = sdp_stream(sdp, i);

		if (sa_cmp(&s->rtp, rtp, SA_ALL) ||
		    (s->hold && s->port == sa_port(rtp)))
			return true;
	}

	return false;
}


/* a phone of the other family needs a relay that is of both */
static bool is_of_use(const struct side *to, const struct sa *rtp)
{
	return !to->phone || !to->flow || sa_af(&to->flow->peer) == sa_af(rtp);
}


/* what stands for one side of a call is meant for whoever is beyond it */
static bool note_loop(struct call_pass *pass)
{
	struct call *call = pass->call, *other;
	const struct claim *claim = call_claimed(pass);
	struct side *beyond;

	if (!claim)
		return false;

	other = claim->call;
	call->marked = true;
	call->marked_by = pass->from;
	call->looped = other->id;
	call->beyond = claim->side == CALL_A ? CALL_B : CALL_A;

	/* while it rings, and once: a peer that names the ports of a call
	   which stands does not get hold of it */
	beyond = &other->sidev[call->beyond];
	if (!beyond->phone && !beyond->behind && !other->answered)
		beyond->behind = call->id;

	return true;
}


/**
 * Is there a mark of ours that names the very address of this SDP?
 *
 * @param pass The message, an offer
 */
void call_note_mark(struct call_pass *pass)
{
	struct call *call = pass->call;
	const struct side *side = &call->sidev[pass->from];
	struct sa rtp;
	struct pl mark;

	call->marked = false;
	call->looped = 0;
	if (side->phone)
		return;

	mark_key(&call->mark_key, side);
	if (note_loop(pass) || sdp_attr(pass->sdp, "x-viaduct", &mark))
		return;

	if (mark_offer_check(&call->mark_key, &mark, &pass->msg->callid, &rtp))
		return;

	call->marked_by = pass->from;
	call->marked = names_stream(pass->sdp, &rtp) &&
		       is_of_use(&call->sidev[!pass->from], &rtp);
}


/**
 * Find the key of an offer's mark again
 *
 * @param call Call, with its peers
 */
void call_mark_again(struct call *call)
{
	if (call->marked)
		mark_key(&call->mark_key, &call->sidev[call->marked_by]);
}
