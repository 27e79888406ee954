/**
 * @file sdp_bundle.h  m= lines that share one transport (RFC 9143)
 */
#ifndef PROXY_MEDIA_SDP_BUNDLE_H
#define PROXY_MEDIA_SDP_BUNDLE_H

#include "proxy/media/sdp.h"

/** By the index of the m= line: the one whose transport it uses, or itself */
struct sdp_bundle {
	uint8_t withv[SDP_STREAMS_MAX];
};

void sdp_bundle(struct sdp_bundle *b, const struct sdp *sdp, bool answer);

#endif
