/**
 * @file sdp_codec.h  The codecs of a stream
 */
#ifndef PROXY_MEDIA_SDP_CODEC_H
#define PROXY_MEDIA_SDP_CODEC_H

#include "proxy/media/sdp.h"
#include "relay/relay.h"

/* the first RELAY_CODECS_MAX of its formats that somebody names; ENOENT: no
 * such stream */
int sdp_codec_terms(struct relay_terms *t, const struct sdp *sdp, size_t n);

#endif
