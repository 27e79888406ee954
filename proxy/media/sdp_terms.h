/**
 * @file sdp_terms.h  What an SDP says of a stream beside its addresses
 *
 * Each reader (codecs, keys, ICE) fills in its part and is called in one
 * place, here.
 */
#ifndef PROXY_MEDIA_SDP_TERMS_H
#define PROXY_MEDIA_SDP_TERMS_H

#include "proxy/media/sdp.h"
#include "relay/relay.h"

int sdp_terms(struct relay_terms **tp, const struct sdp *sdp, size_t n);

#endif
