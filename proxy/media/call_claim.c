/**
 * @file call_claim.c  Which call has a relay address, when it comes back
 *
 * A call may pass us twice, through a foreign proxy that takes it elsewhere
 * and finds that elsewhere is us. What it then offers is our own relay, which
 * must not be relayed again: a relay does not send to itself. The mark would
 * say so, but a foreign proxy that hides topology takes it out, or gives the
 * call another Call-ID. Our own addresses we know without it.
 */
#include "common/addr.h"
#include "proxy/media/call_state.h"


static uint32_t key_of(const struct calls *calls, const struct sa *rtp)
{
	return hash_sa(&calls->key, rtp, true);
}


/**
 * Forget what stands for that side
 *
 * @param leg  Relay leg
 * @param side Side
 */
void call_unclaim(struct media_leg *leg, enum call_side side)
{
	hash_unlink(&leg->sidev[side].claim.he);
}


/**
 * Remember the address that stands for that side
 *
 * @param leg  Relay leg
 * @param side Side
 * @param rtp  Relay address, of the side's first stream; or NULL
 */
void call_claim(struct media_leg *leg, enum call_side side,
		const struct sa *rtp)
{
	struct claim *claim = &leg->sidev[side].claim;
	struct calls *calls = leg->call->calls;

	call_unclaim(leg, side);
	if (!calls || !rtp)
		return;

	claim->call = leg->call;
	claim->side = side;
	claim->rtp = *rtp;
	hash_append(calls->claims, key_of(calls, rtp), &claim->he, claim);
}


static bool match(struct le *le, void *arg)
{
	const struct claim *claim = le->data;
	const struct sa *rtp = arg;

	return sa_cmp(&claim->rtp, rtp, SA_ALL);
}


/**
 * Whose relay address is offered?
 *
 * @param pass The message, an offer
 *
 * @return Claim of another call, NULL if it is no address of ours
 */
const struct claim *call_claimed(const struct call_pass *pass)
{
	const struct calls *calls = pass->call->calls;

	for (size_t i = 0; i < sdp_streams(pass->sdp); i++) {
		struct sa rtp = sdp_stream(pass->sdp, i)->rtp;
		const struct claim *claim;

		if (!sa_isset(&rtp, SA_ALL))
			continue;

		claim = list_ledata(hash_lookup(
			calls->claims, key_of(calls, &rtp), match, &rtp));
		if (claim && claim->call != pass->call)
			return claim;
	}

	return NULL;
}
