/**
 * @file sdp_codec.c  The codecs of a stream
 *
 * By the payload types of its m= line and what rtpmap says of them (RFC 8866
 * section 6.6); the static types of RFC 3551 need none.
 */
#include <errno.h>
#include <string.h>
#include "proxy/media/sdp_codec.h"
#include "proxy/media/sdp_line.h"

enum { PT_MAX = 127, NONE = 0xff, DIGITS_MAX = 9 };

struct codecs {
	struct relay_terms *terms;
	uint8_t atv[PT_MAX + 1]; /* index of a payload type, or NONE */
};


/* 0 to 999999999; false: no number */
static bool read_number(uint32_t *np, const struct pl *pl)
{
	uint32_t n = 0;

	if (!pl->l || pl->l > DIGITS_MAX)
		return false;

	for (size_t i = 0; i < pl->l; i++) {
		if (pl->p[i] < '0' || pl->p[i] > '9')
			return false;
		n = 10 * n + (uint32_t)(pl->p[i] - '0');
	}

	*np = n;

	return true;
}


/* what is before c, and behind it; all and nothing where there is none */
static void split(struct pl *head, struct pl *rest, char c)
{
	const char *p = rest->l ? memchr(rest->p, c, rest->l) : NULL;

	*head = *rest;
	if (p)
		head->l = (size_t)(p - rest->p);
	pl_advance(rest, (ssize_t)(p ? head->l + 1 : rest->l));
}


/* "96 opus/48000/2"; the first of a payload type counts */
static bool map_handler(const struct pl *name, const struct pl *val, void *arg)
{
	struct codecs *cs = arg;
	struct pl pt, enc, clock, channels, rest = *val;
	struct relay_codec *c;
	uint32_t n, hz;

	if (!SDP_NAME_IS(name, "rtpmap") || !sdp_token(&pt, &rest) ||
	    !read_number(&n, &pt) || n > PT_MAX || cs->atv[n] == NONE)
		return false;

	while (rest.l && rest.p[0] == ' ')
		pl_advance(&rest, 1);
	split(&channels, &rest, ' ');
	split(&enc, &channels, '/');
	split(&clock, &channels, '/');

	c = &cs->terms->codecv[cs->atv[n]];
	if (c->clock || !enc.l || !read_number(&hz, &clock) || !hz)
		return false;

	memcpy(c->name, enc.p, min(enc.l, sizeof(c->name) - 1));
	c->clock = hz;
	c->channels = read_number(&n, &channels) && n && n <= UINT8_MAX
			      ? (uint8_t)n
			      : 1;

	return false;
}


static void take_formats(struct codecs *cs, const struct pl *formats)
{
	struct relay_terms *t = cs->terms;
	struct pl tok, rest = *formats;
	uint32_t n;

	while (t->codecc < RELAY_CODECS_MAX && sdp_token(&tok, &rest)) {
		if (!read_number(&n, &tok) || n > PT_MAX || cs->atv[n] != NONE)
			continue;

		cs->atv[n] = (uint8_t)t->codecc;
		t->codecv[t->codecc++] = (struct relay_codec){
			.pt = (uint8_t)n,
			.channels = 1,
		};
	}
}


/* RFC 3551 has names for some; a type that nobody names is none */
static void name_static(struct relay_terms *t)
{
	uint8_t kept = 0;

	for (size_t i = 0; i < t->codecc; i++) {
		struct relay_codec c = t->codecv[i];

		if (c.clock || !relay_codec_static(&c, c.pt))
			t->codecv[kept++] = c;
	}

	t->codecc = kept;
}


/**
 * Read the codecs of a stream
 *
 * @param t   Terms, whose codecs are set
 * @param sdp SDP
 * @param n   Index of the stream
 *
 * @return 0 if success, ENOENT if there is no such stream, otherwise errorcode
 *
 * RFC 8866 sections 5.14, 6.6; RFC 3551 section 6
 */
int sdp_codec_terms(struct relay_terms *t, const struct sdp *sdp, size_t n)
{
	struct codecs cs = {.terms = t};
	struct pl formats;
	int err;

	if (!t)
		return EINVAL;

	err = sdp_formats(sdp, n, &formats);
	if (err)
		return err;

	memset(cs.atv, NONE, sizeof(cs.atv));
	t->codecc = 0;
	take_formats(&cs, &formats);
	(void)sdp_attrs(sdp, (int)n, map_handler, &cs);
	name_static(t);

	return 0;
}
