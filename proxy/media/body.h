/**
 * @file body.h  The SDP in a message body: alone, or a part of multipart/mixed
 */
#ifndef PROXY_MEDIA_BODY_H
#define PROXY_MEDIA_BODY_H

#include <re.h>
#include "proxy/sip/message.h"

/*
 * The SDP part. ENOENT: none; EBADMSG: multipart without a usable boundary or
 * part; ENOTSUP: an encoding that we cannot look into (Content-Encoding).
 */
int body_find_sdp(const struct message *m, struct pl *sdp);

/* the body with that part replaced; everything else byte for byte */
int body_replace(struct mbuf **mbp, const struct pl *body,
		 const struct pl *part, const struct mbuf *with);

#endif
