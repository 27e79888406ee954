/**
 * @file edge.h  The edge proxy: phones that register elsewhere, through us
 *
 * RFC 3327 and RFC 5626 section 5. A peer that is configured as the home of a
 * domain gets its REGISTERs, with our Path and the phone's flow in it; what
 * comes back by that Path goes to that flow, or nowhere.
 */
#ifndef PROXY_CORE_EDGE_H
#define PROXY_CORE_EDGE_H

#include "proxy/core/forwarding.h"

/* the home of that REGISTER's domain; NULL: none is configured */
const struct config_peer *edge_home(const struct proxy *px,
				    const struct message *req);

/* the flow that our Route names. ENOENT: it names none; EACCES: it is forged
 * (403); ENOTCONN: it is dead (430) */
int edge_flow(struct flow **fp, const struct proxy *px,
	      const struct route_set *rs);

/* its targets: the home; or the flow, and nothing else */
int edge_find_home(struct forwarding *fw);
int edge_find_flow(struct forwarding *fw);

/* whole Path lines for a REGISTER that leaves: ours on top of all others */
int edge_path(struct mbuf *mb, const struct forwarding *fw);

#endif
