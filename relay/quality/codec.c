/**
 * @file codec.c  What a payload type is
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include "relay/quality/codec.h"

enum { PT_MAX = 127, VIDEO_CLOCK = 90000 };

/* RFC 3551 section 6, tables 4 and 5; G722 has the clock that it has there */
static const struct relay_codec staticv[] = {
	{0, "PCMU", 8000, 1},   {3, "GSM", 8000, 1},    {4, "G723", 8000, 1},
	{5, "DVI4", 8000, 1},   {6, "DVI4", 16000, 1},  {7, "LPC", 8000, 1},
	{8, "PCMA", 8000, 1},   {9, "G722", 8000, 1},   {10, "L16", 44100, 2},
	{11, "L16", 44100, 1},  {12, "QCELP", 8000, 1}, {13, "CN", 8000, 1},
	{14, "MPA", 90000, 1},  {15, "G728", 8000, 1},  {16, "DVI4", 11025, 1},
	{17, "DVI4", 22050, 1}, {18, "G729", 8000, 1},  {19, "CN", 8000, 1},
	{25, "CelB", 90000, 0}, {26, "JPEG", 90000, 0}, {28, "nv", 90000, 0},
	{31, "H261", 90000, 0}, {32, "MPV", 90000, 0},  {33, "MP2T", 90000, 0},
	{34, "H263", 90000, 0},
};


/**
 * What a payload type is where no SDP says it
 *
 * @param c  Codec, filled if it is known
 * @param pt Payload type
 *
 * @return 0 if success, ENOENT if it is none of the static ones
 *
 * RFC 3551 section 6
 */
int relay_codec_static(struct relay_codec *c, uint8_t pt)
{
	for (size_t i = 0; i < sizeof(staticv) / sizeof(staticv[0]); i++) {
		if (staticv[i].pt == pt) {
			*c = staticv[i];
			return 0;
		}
	}

	return ENOENT;
}


static int find(struct relay_codec *c, const struct relay_terms *t, uint8_t pt)
{
	for (size_t i = 0; t && i < t->codecc; i++) {
		if (t->codecv[i].pt == pt) {
			*c = t->codecv[i];
			return 0;
		}
	}

	return ENOENT;
}


/**
 * What a payload type is in what a side sends
 *
 * @param c    Codec, filled if it is known
 * @param from Terms of the side that sends, or NULL
 * @param to   Terms of the side that it is for, or NULL
 * @param pt   Payload type
 *
 * @return 0 if success, ENOENT if nobody knows
 *
 * RFC 3264 section 5.1: each names the numbers that it wants to receive; some
 * phones send their own all the same
 */
int codec_find(struct relay_codec *c, const struct relay_terms *from,
	       const struct relay_terms *to, uint8_t pt)
{
	if (!c || pt > PT_MAX)
		return EINVAL;

	if (!find(c, to, pt) || !find(c, from, pt))
		return 0;

	return relay_codec_static(c, pt);
}


/**
 * How a codec's packets are to be measured
 *
 * @param c Codec
 *
 * @return Kind
 */
enum codec_kind codec_kind(const struct relay_codec *c)
{
	if (!c || !c->clock)
		return CODEC_UNKNOWN;

	if (!strcasecmp(c->name, "telephone-event") ||
	    !strcasecmp(c->name, "tone"))
		return CODEC_EVENT;

	if (!strcasecmp(c->name, "CN"))
		return CODEC_NOISE;

	return c->clock == VIDEO_CLOCK ? CODEC_VIDEO : CODEC_AUDIO;
}
