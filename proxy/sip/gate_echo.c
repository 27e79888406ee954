/**
 * @file gate_echo.c  Who gets an answer that is longer than its question
 */
#include "proxy/sip/gate_state.h"


/**
 * May a few octets be answered with a few more?
 *
 * @param g    Gate
 * @param flow Flow that it goes out by
 * @param in   Octets of the question
 * @param out  Octets of the answer
 *
 * @return True where it is not longer, and to those who are known
 */
bool gate_may_echo(struct gate *g, const struct flow *flow, size_t in,
		   size_t out)
{
	struct throttle_key key;
	struct gate_source *s;

	if (!g || !flow)
		return true;

	s = gate_source(g, &flow->peer, &key);
	if (out > in && !gate_is_known(g, s) &&
	    !gate_is_trusted(g, s, &flow->peer)) {
		counter_inc(g->withheld);
		return false;
	}

	return gate_reply_charge(g, flow, out);
}
