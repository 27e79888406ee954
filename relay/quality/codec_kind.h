/**
 * @file codec_kind.h  How a codec's packets are to be measured
 */
#ifndef RELAY_QUALITY_CODEC_KIND_H
#define RELAY_QUALITY_CODEC_KIND_H

enum codec_kind {
	CODEC_UNKNOWN = 0, /* no clock is known */
	CODEC_AUDIO,
	CODEC_VIDEO,
	CODEC_EVENT, /* RFC 4733: the time stamp stands still */
	CODEC_NOISE, /* RFC 3389: now and then, while nobody speaks */
};

#endif
