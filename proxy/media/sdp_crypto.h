/**
 * @file sdp_crypto.h  The SRTP keys that a side protects its packets with
 */
#ifndef PROXY_MEDIA_SDP_CRYPTO_H
#define PROXY_MEDIA_SDP_CRYPTO_H

#include "proxy/media/sdp.h"
#include "relay/relay.h"

/* all of them or none: where one is not understood, it may be the one that
 * will be used */
int sdp_crypto_terms(struct relay_terms *t, const struct sdp *sdp, size_t n);

#endif
