/**
 * @file gate_reply.c  How loud an answer may be
 *
 * Whoever forges a source gets no more thrown at it than he spends himself.
 */
#include "proxy/sip/gate_state.h"


/**
 * The longest answer that is not louder than the request was
 *
 * @param g    Gate
 * @param flow Flow that it goes out by
 * @param in   Octets of the request
 *
 * @return Octets; 0 for any number: a connection is no forgery
 */
size_t gate_reply_limit(struct gate *g, const struct flow *flow, size_t in)
{
	struct throttle_key key;

	if (!g || !flow || flow_reliable(flow))
		return 0;

	if (gate_is_trusted(g, gate_source(g, &flow->peer, &key), &flow->peer))
		return 0;

	return in + in / 2;
}


/**
 * May it be sent, by what its receiver has sent before?
 *
 * @param g    Gate
 * @param flow Flow that it goes out by
 * @param len  Octets of the answer
 *
 * @return false if it must not
 */
bool gate_reply_charge(struct gate *g, const struct flow *flow, size_t len)
{
	struct throttle_key key;
	struct gate_source *s;

	if (!g || !flow || flow_reliable(flow))
		return true;

	s = gate_source(g, &flow->peer, &key);
	if (gate_is_trusted(g, s, &flow->peer))
		return true;

	if (len > INT32_MAX || s->credit < (int32_t)len) {
		counter_inc(g->withheld);
		return false;
	}

	s->credit -= (int32_t)len;

	return true;
}
