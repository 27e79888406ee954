/**
 * @file sdp_ice.h  ICE in an SDP (RFC 8839): read, and written as ours
 */
#ifndef PROXY_MEDIA_SDP_ICE_H
#define PROXY_MEDIA_SDP_ICE_H

#include <stdbool.h>
#include "proxy/media/sdp.h"

struct relay_login;
struct relay_terms;

/* does it offer ICE, full or lite, for that stream? */
bool sdp_ice_offered(const struct sdp *sdp, size_t n);

/* its login, where it is a full agent: we are none */
int sdp_ice_terms(struct relay_terms *t, const struct sdp *sdp, size_t n);

/* what stands for a session, and for a stream, in which the relay is the
 * agent; rtcp with af unset: that component is not used */
int sdp_ice_write_session(struct mbuf *mb, const struct pl *eol);
int sdp_ice_write(struct mbuf *mb, const struct relay_login *login,
		  const struct sa *rtp, const struct sa *rtcp,
		  const struct pl *eol);

#endif
