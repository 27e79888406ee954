/**
 * @file onlooker.h  Who sees each SIP message that comes or leaves
 *
 * One for the whole transport, held by its listeners and connections, which
 * show what passes them: whole messages, without frames and encryption.
 */
#ifndef PROXY_SIP_ONLOOKER_H
#define PROXY_SIP_ONLOOKER_H

#include "proxy/sip/flow.h"

/* p: the message as on the wire; it is gone afterwards */
typedef void(onlooker_h)(const struct flow *flow, bool sent, const uint8_t *p,
			 size_t len, void *arg);

struct onlooker {
	onlooker_h *h; /* NULL: nobody looks */
	void *arg;
};

int onlooker_alloc(struct onlooker **op);

/* a message, or what only keeps a connection open; o may be NULL */
void onlooker_tell(const struct onlooker *o, const struct flow *flow,
		   bool sent, const uint8_t *p, size_t len);

/* inline: it is asked for each message, and costs nothing where nobody looks
 */
static inline void onlooker_show(const struct onlooker *o,
				 const struct flow *flow, bool sent,
				 const uint8_t *p, size_t len)
{
	if (o && o->h)
		onlooker_tell(o, flow, sent, p, len);
}

#endif
