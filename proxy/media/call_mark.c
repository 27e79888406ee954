/**
 * @file call_mark.c  Two of our proxies in one path agree on one relay
 *
 * The first one signs the relay's address in its offer; the second one leaves
 * it there, and signs into the answer from where its phone really sends, so
 * that the first one's relay can anchor its learning at that address.
 */
#include <string.h>
#include "proxy/media/call_state.h"


static const struct hash_key *peer_key(struct hash_key *key,
				       const struct call *call,
				       const struct side *side)
{
	const struct config_peer *peer = side->peer;

	if (!peer || !peer->secret[0])
		return &call->calls->conf.mark_key;

	hash_key_derive(key, (const uint8_t *)peer->secret,
			strlen(peer->secret), "sdp-mark");

	return key;
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

	if (mark_offer(buf, SDP_MARK_MAX, peer_key(&key, call, to),
		       &pass->msg->callid, rtp))
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
	const struct pl *callid = &pass->msg->callid;
	struct hash_key key;
	struct pl mark;

	if (side->phone || sdp_attr(pass->sdp, "x-viaduct", &mark))
		return false;

	return !mark_answer_check(peer_key(&key, call, side), &mark, callid,
				  seen) ||
	       !mark_answer_check(&call->calls->conf.mark_key, &mark, callid,
				  seen);
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

	if (mark_answer(buf, SDP_MARK_MAX, &call->mark_key, &pass->msg->callid,
			&seen))
		return NULL;

	return buf;
}


static bool names_stream(const struct sdp *sdp, const struct sa *rtp)
{
	for (size_t i = 0; i < sdp_streams(sdp); i++) {
		if (sa_cmp(&sdp_stream(sdp, i)->rtp, rtp, SA_ALL))
			return true;
	}

	return false;
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
	const struct hash_key *keyv[2];
	struct hash_key key;
	struct sa rtp;
	struct pl mark;

	call->marked = false;
	if (side->phone || sdp_attr(pass->sdp, "x-viaduct", &mark))
		return;

	keyv[0] = peer_key(&key, call, side);
	keyv[1] = &call->calls->conf.mark_key;

	for (int i = 0; i < 2 && !call->marked; i++) {
		if (mark_offer_check(keyv[i], &mark, &pass->msg->callid, &rtp))
			continue;

		call->mark_key = *keyv[i];
		call->marked_by = pass->from;
		call->marked = names_stream(pass->sdp, &rtp);
	}
}
