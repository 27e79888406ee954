/**
 * @file onlooker.h  Who sees each SIP message that comes or leaves
 *
 * One for the whole transport, held by its listeners and connections, which
 * show what passes them: whole messages, without frames and encryption.
 */
#ifndef PROXY_SIP_ONLOOKER_H
#define PROXY_SIP_ONLOOKER_H

#include "proxy/sip/flow.h"

/** A message as on the wire, gone when the handler returns */
struct onlook {
	const struct flow *flow;
	bool sent;
	const uint8_t *p;
	size_t len;
	const struct pl *callid; /* NULL: it was not taken apart */
	bool refused; /* a new call in overload, or the answer to it */
};

typedef void(onlooker_h)(const struct onlook *seen, void *arg);

/* what has the Call-ID own, and is said from now on, is said for the sake of
 * the call that has the other */
typedef void(onlooker_tie_h)(const struct pl *own, const struct pl *call,
			     void *arg);

struct onlooker {
	onlooker_h *h; /* NULL: nobody looks */
	onlooker_tie_h *tieh;
	void *arg;
	bool refusing; /* what is sent now is a refusal */
};

int onlooker_alloc(struct onlooker **op);

/* what was sent; line ends and STUN are not shown */
void onlooker_tell_sent(const struct onlooker *o, const struct flow *flow,
			const struct mbuf *mb);

/* inline: these are asked for each message, and cost nothing where nobody
 * looks; o may be NULL */
static inline void onlooker_sent(const struct onlooker *o,
				 const struct flow *flow,
				 const struct mbuf *mb)
{
	if (o && o->h)
		onlooker_tell_sent(o, flow, mb);
}


static inline void onlooker_heard(const struct onlooker *o,
				  const struct onlook *seen)
{
	if (o && o->h)
		o->h(seen, o->arg);
}

#endif
