/**
 * @file quality_format.c  How packets of a payload type are measured
 */
#include <strings.h>
#include "relay/quality/quality.h"
#include "relay/quality/quality_format.h"
#include "relay/quality/timing.h"

enum { CLOCK_MIN = 1000, US = 1000000 };


/* frames that describe silence: RFC 3551 sections 4.5.4 and 4.5.6 */
static void describe_sid(struct quality_format *f, const char *name)
{
	f->sid = f->frame = 0;
	if (!strcasecmp(name, "G729")) {
		f->sid = 2;
		f->frame = 10;
	}
	else if (!strcasecmp(name, "G723")) {
		f->sid = f->frame = 4;
	}
}


/**
 * Get how packets of a payload type are measured
 *
 * @param f  Format, filled in any case
 * @param c  Its codec
 * @param q  Measurement, with the terms of both sides
 * @param pt Payload type
 *
 * @return 0 if success, ENOENT if nobody knows the codec, otherwise errorcode
 */
int quality_format(struct quality_format *f, struct relay_codec *c,
		   const struct quality *q, uint8_t pt)
{
	int err;

	*c = (struct relay_codec){.pt = pt};
	err = codec_find(c, q->from, q->to, pt);

	f->pt = pt;
	f->kind = codec_kind(c);
	f->scale = c->clock < CLOCK_MIN
			   ? 0
			   : (uint32_t)(((uint64_t)US << TIMING_SCALE) /
					c->clock);
	describe_sid(f, c->name);

	return err;
}


static size_t add(struct quality_format *fv, size_t n, const struct quality *q,
		  uint8_t pt)
{
	struct relay_codec c;

	for (size_t i = 0; i < n; i++) {
		if (fv[i].pt == pt)
			return n;
	}

	return quality_format(&fv[n], &c, q, pt) ? n : n + 1;
}


/**
 * Get the formats that a side's packets may have
 *
 * @param fv  Formats, that of the newest packet first
 * @param max Room for so many
 * @param q   Measurement
 *
 * @return Number of formats
 *
 * RFC 3264 section 5.1: the numbers are those that the other side names
 */
size_t quality_formats(struct quality_format *fv, size_t max,
		       const struct quality *q)
{
	const struct relay_terms *termsv[] = {q->to, q->from};
	size_t n = 0;

	if (q->known && max)
		n = add(fv, n, q, q->pt);

	for (size_t k = 0; k < 2; k++) {
		const struct relay_terms *t = termsv[k];

		for (size_t i = 0; t && i < t->codecc && n < max; i++)
			n = add(fv, n, q, t->codecv[i].pt);
	}

	return n;
}
