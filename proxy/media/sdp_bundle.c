/**
 * @file sdp_bundle.c  m= lines that share one transport (RFC 9143)
 *
 * They do where they are in one group and name one address. In a first offer
 * each names its own, so that whoever knows nothing of bundles is served.
 */
#include <string.h>
#include <re.h>
#include "proxy/media/sdp_bundle.h"
#include "proxy/media/sdp_line.h"

enum { WORDS_MAX = 4 * SDP_STREAMS_MAX }; /* read of all groups */

/** What the session's groups are compared with */
struct reading {
	struct sdp_bundle *b;
	const struct sdp *sdp;
	bool answer;
	struct pl midv[SDP_STREAMS_MAX];
	size_t words;
};


static bool mid_handler(const struct pl *name, const struct pl *val, void *arg)
{
	struct pl *mid = arg;

	if (!SDP_NAME_IS(name, "mid"))
		return false;

	*mid = *val;

	return true;
}


static size_t find(const struct reading *r, const struct pl *mid)
{
	size_t i = 0;

	while (i < r->sdp->streamc &&
	       (!r->midv[i].l || pl_cmp(&r->midv[i], mid)))
		++i;

	return i;
}


/* an answer's group is what it says; in an offer it is a proposal, until its
 * lines name one address. ICE's 0.0.0.0:9 is none */
static bool shares(const struct reading *r, const struct sdp_stream *a,
		   const struct sdp_stream *b)
{
	if (!a->relayable || !b->relayable || a->udptl || b->udptl)
		return false;

	return r->answer ||
	       (sa_isset(&a->rtp, SA_ALL) && sa_cmp(&a->rtp, &b->rtp, SA_ALL));
}


/* a line may stand in one group only: what is in two is not led in a circle */
static size_t root(const struct reading *r, size_t i)
{
	while (r->b->withv[i] != i)
		i = r->b->withv[i];

	return i;
}


/* the first one whose line is on is tagged: its transport is the group's */
static void group(struct reading *r, struct pl mids)
{
	const struct sdp_stream *streamv = r->sdp->streamv;
	size_t tagged = SDP_STREAMS_MAX;
	struct pl mid;

	while (r->words++ < WORDS_MAX && sdp_token(&mid, &mids)) {
		const size_t i = find(r, &mid);

		if (i >= r->sdp->streamc || !streamv[i].relayable)
			continue;
		if (tagged == SDP_STREAMS_MAX)
			tagged = root(r, i);
		else if (r->b->withv[i] == i && root(r, tagged) != i &&
			 shares(r, &streamv[tagged], &streamv[i]))
			r->b->withv[i] = (uint8_t)tagged;
	}
}


static bool group_handler(const struct pl *name, const struct pl *val,
			  void *arg)
{
	struct reading *r = arg;
	struct pl kind, rest = *val;

	if (SDP_NAME_IS(name, "group") && sdp_token(&kind, &rest) &&
	    SDP_NAME_IS(&kind, "BUNDLE"))
		group(r, rest);

	return false;
}


/**
 * Find out which m= lines share the transport of another one
 *
 * @param b      Filled
 * @param sdp    SDP
 * @param answer It answers an offer: its groups are agreed on
 *
 * RFC 9143 section 7
 */
void sdp_bundle(struct sdp_bundle *b, const struct sdp *sdp, bool answer)
{
	struct reading r = {.b = b, .sdp = sdp, .answer = answer};
	const size_t n = sdp_streams(sdp);

	for (size_t i = 0; i < SDP_STREAMS_MAX; i++)
		b->withv[i] = (uint8_t)i;

	for (size_t i = 0; i < n; i++)
		(void)sdp_attrs(sdp, (int)i, mid_handler, &r.midv[i]);
	if (n > 1)
		(void)sdp_attrs(sdp, SDP_SESSION, group_handler, &r);
	for (size_t i = 0; i < n; i++)
		b->withv[i] = (uint8_t)root(&r, i);
}
