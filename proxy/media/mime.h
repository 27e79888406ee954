/**
 * @file mime.h  Media types and the header lines of a body part; pure
 */
#ifndef PROXY_MEDIA_MIME_H
#define PROXY_MEDIA_MIME_H

#include <stdbool.h>
#include <re.h>

/** One header line of a part, with the lines folded into it */
struct mime_field {
	struct pl name, val, all;
};

void mime_trim(struct pl *pl);
bool mime_token_is(const struct pl *pl, const char *str);

bool mime_is_sdp(const struct pl *val);
bool mime_is_multipart(const struct pl *val);
bool mime_is_sealed(const struct pl *val);
bool mime_is_plain(const struct pl *encoding);

bool mime_line_next(struct pl *line, struct pl *rest);
int mime_field_next(struct mime_field *f, struct pl *rest);

/*
 * The one SDP part. ENOENT: none; EBADMSG: it cannot be split safely;
 * ENOTSUP: encoded, signed or encrypted.
 */
int multipart_find_sdp(struct pl *sdp, const struct pl *body,
		       const struct pl *boundary);

#endif
