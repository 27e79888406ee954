/**
 * @file quality_format.h  How packets of a payload type are measured
 */
#ifndef RELAY_QUALITY_QUALITY_FORMAT_H
#define RELAY_QUALITY_QUALITY_FORMAT_H

#include <stddef.h>
#include <stdint.h>
#include "relay/quality/codec_kind.h"

struct quality;
struct relay_codec;

struct quality_format {
	uint8_t pt;
	uint8_t sid, frame; /* octets; 0: it marks no silence */
	enum codec_kind kind;
	uint32_t scale; /* us a tick, times 2^20; 0: unknown */
};

/* filled in any case; ENOENT: nobody knows the codec */
int quality_format(struct quality_format *f, struct relay_codec *c,
		   const struct quality *q, uint8_t pt);

/* those that its packets may have, the newest one's first: how many */
size_t quality_formats(struct quality_format *fv, size_t max,
		       const struct quality *q);

#endif
