/**
 * @file codec.h  What a payload type is
 *
 * Pure. By what the SDP of either side says, or by the static table of
 * RFC 3551 where it need not say anything.
 */
#ifndef RELAY_QUALITY_CODEC_H
#define RELAY_QUALITY_CODEC_H

#include <stdbool.h>
#include <stdint.h>
#include "relay/quality/codec_kind.h"
#include "relay/terms.h"

/*
 * What the payload type is in packets from the side whose terms are `from`
 * (NULL: unknown), on their way to `to`. A side's SDP names what it wants to
 * receive (RFC 3264 section 5.1), so `to` counts first. ENOENT: nobody knows.
 */
int codec_find(struct relay_codec *c, const struct relay_terms *from,
	       const struct relay_terms *to, uint8_t pt);
enum codec_kind codec_kind(const struct relay_codec *c);

#endif
