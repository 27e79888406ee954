/**
 * @file lobby_refuse.c  New calls that are refused, without state
 *
 * What it costs is what refusing takes from those that could be taken: no more
 * is read than the guard has, and nothing is remembered but the decision.
 */
#include <errno.h>
#include <string.h>
#include "common/timer.h"
#include "proxy/sip/build.h"
#include "proxy/sip/gate.h"
#include "proxy/sip/lobby_state.h"
#include "proxy/sip/listener.h"
#include "proxy/sip/onlooker.h"
#include "proxy/sip/refuse_brief.h"

enum {
	RETRY_MIN_S = 5,
	RETRY_SPAN_S = 26,
	TAG_SIZE = 17,
	CALL_MAX = 300, /* octets of a Call-ID that count */
};


/**
 * The call that a request begins or ends, by its name and where it comes from:
 * a stranger cannot name another one's
 *
 * @param key Key of it
 * @param in  Lobby, whose scratch guard has read the request
 * @param src Source of it
 */
void lobby_call(struct throttle_key *key, const struct lobby *in,
		const struct sa *src)
{
	const struct hdr *h = urgency_hdr(&in->guard, HDR_CALL_ID);
	struct throttle_key from;
	char buf[CALL_MAX + THROTTLE_KEY_SIZE];
	struct pl pl = {buf, THROTTLE_KEY_SIZE};
	const size_t n = h ? h->val.l : 0;

	throttle_key_sa(&from, src);
	memcpy(buf, from.b, THROTTLE_KEY_SIZE);
	pl.l += n < CALL_MAX ? n : (size_t)CALL_MAX;
	if (n)
		memcpy(buf + THROTTLE_KEY_SIZE, h->val.p,
		       pl.l - THROTTLE_KEY_SIZE);
	throttle_key_text(key, &in->key, &pl);
}


/* no stranger foresees it, and it costs little */
static uint32_t roll(struct lobby *in)
{
	++in->rolls;

	return (uint32_t)hash_sip(&in->key, &in->rolls, sizeof(in->rolls));
}


/**
 * Is it a call that is never refused?
 *
 * @param in Lobby, whose scratch guard has read the INVITE
 *
 * @return true if so
 */
bool lobby_is_spared(const struct lobby *in)
{
	return in->spareh && in->spareh(&in->guard.ruri, in->spare_arg);
}


/**
 * Is a new call refused?
 *
 * @param in   Lobby, whose scratch guard has read the INVITE
 * @param call The call
 *
 * @return true if so
 */
bool lobby_is_too_much(struct lobby *in, const struct throttle_key *call)
{
	return !admission_takes(in->admission, &in->o, call, in->guard.cseq,
				roll(in), timers_now(in->conf.timers)) &&
	       !lobby_is_spared(in);
}


/* of a refusal: the same for each retransmission (RFC 3261 section 8.2.7),
 * and known again in its ACK */
static void to_tag(char tag[TAG_SIZE], const struct lobby *in)
{
	const struct hdr *h = urgency_hdr(&in->guard, HDR_CALL_ID);
	const uint64_t x = h ? hash_sip(&in->key, h->val.p, h->val.l) : 0;

	(void)re_snprintf(tag, TAG_SIZE, "%016llx", (unsigned long long)x);
}


/**
 * Does an ACK acknowledge a refusal of ours?
 *
 * @param in Lobby, whose scratch guard has read it
 *
 * @return true if so: nobody waits for it
 */
bool lobby_is_refusals(const struct lobby *in)
{
	const struct guard *g = &in->guard;
	char ours[TAG_SIZE];
	struct pl tag;

	if (!g->req || pl_strcmp(&g->met, "ACK") ||
	    !urgency_tag(&tag, urgency_hdr(g, HDR_TO)))
		return false;

	to_tag(ours, in);

	return !pl_strcmp(&tag, ours);
}


static void show(const struct lobby *in, const struct flow *flow,
		 const uint8_t *p, size_t len)
{
	const struct hdr *h = urgency_hdr(&in->guard, HDR_CALL_ID);
	const struct onlook seen = {
		.flow = flow,
		.p = p,
		.len = len,
		.callid = h ? &h->val : NULL,
		.refused = true,
	};

	onlooker_heard(in->conf.onlooker, &seen);
}


static void set_refusing(const struct lobby *in, bool refusing)
{
	if (in->conf.onlooker)
		in->conf.onlooker->refusing = refusing;
}


/* as much as its sender may be thrown at */
static int send_refusal(struct lobby *in, struct flow *flow, struct mbuf **mb,
			size_t len)
{
	const size_t limit = gate_reply_limit(in->conf.gate, flow, len);

	if (limit)
		(void)refuse_brief(mb, limit);

	return gate_reply_charge(in->conf.gate, flow, (*mb)->end)
		       ? flow_send(flow, *mb)
		       : EBUSY;
}


/**
 * Refuse a new call, without state
 *
 * @param in   Lobby, whose scratch guard has read the INVITE
 * @param flow Flow that it came over
 * @param p    Its octets
 * @param len  How many
 */
void lobby_refuse(struct lobby *in, struct flow *flow, const uint8_t *p,
		  size_t len)
{
	char tag[TAG_SIZE], retry[32];
	struct build_refusal r = {
		.scode = 503,
		.reason = "Overloaded",
		.extra = retry,
	};
	struct mbuf *mb = NULL;

	counter_inc(in->refused);
	show(in, flow, p, len);
	if (!listener_may_send(&flow->peer))
		return;

	to_tag(tag, in);
	pl_set_str(&r.to_tag, tag);
	(void)re_snprintf(retry, sizeof(retry), "Retry-After: %u\r\n",
			  RETRY_MIN_S + roll(in) % RETRY_SPAN_S);
	if (build_refusal(&mb, &in->guard, &flow->peer, &r))
		return;

	set_refusing(in, true);
	if (!send_refusal(in, flow, &mb, len))
		census_out(&in->census, 503);
	set_refusing(in, false);
	mem_deref(mb);
}
