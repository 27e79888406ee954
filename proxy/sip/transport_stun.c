/**
 * @file transport_stun.c  STUN on the SIP port is answered, but not to anybody
 *
 * An answer is longer than the shortest request, so strangers, whose address
 * may be forged, get it only where their request was as long.
 */
#include <re.h>
#include "common/metrics.h"
#include "proxy/sip/stun_echo.h"
#include "proxy/sip/transport_state.h"


/**
 * Answer a STUN message, or not
 *
 * @param t    Transport layer
 * @param flow Flow that it came over
 * @param p    Message
 * @param len  Its length
 */
void transport_stun(struct transport *t, struct flow *flow, const uint8_t *p,
		    size_t len)
{
	uint8_t out[STUN_ECHO_MAX];
	struct mbuf *mb;
	size_t n;

	if (gate_admit(t->gate, flow, p, len) ||
	    stun_echo_answer(out, &n, p, len, &flow->peer) ||
	    !gate_may_echo(t->gate, flow, len, n))
		return;

	mb = mbuf_alloc(n);
	if (!mb)
		return;

	(void)mbuf_write_mem(mb, out, n);
	mb->pos = 0;
	if (!flow_send(flow, mb))
		counter_inc(t->stuns);
	mem_deref(mb);
}
