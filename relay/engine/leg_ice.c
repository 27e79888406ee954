/**
 * @file leg_ice.c  A port whose side speaks ICE: its checks end here
 *
 * Each side's ICE is with us, not with the other side: where either of a
 * stream's sides speaks it no STUN passes. Between two that do not it is left
 * to them, as any other packet (keepalives, STUN of RFC 3489).
 */
#include "relay/ice/ice.h"
#include "relay/engine/leg.h"
#include "relay/engine/leg_ice.h"
#include "relay/engine/ride.h"
#include "relay/latch/reach.h"


/* true: it is sent to somebody else from now on */
static bool follow(struct leg *leg, const struct ice *ice)
{
	const struct sa *dst = ice_target(ice, leg->comp);

	if (!dst ||
	    (leg->latch.locked && sa_cmp(&leg->latch.src, dst, SA_ALL)))
		return false;

	latch_lock(&leg->latch, dst);
	cell_set(&leg->latched, &leg->latch.src);
	ride_halt(leg->path);

	return true;
}


/**
 * Take up what is new of its side's ICE
 *
 * @param leg Leg
 */
void leg_ice_update(struct leg *leg)
{
	const struct relay_login *theirs = leg->terms ? leg->terms->ice : NULL;
	struct ice *ice = leg->ice;

	if (!ice)
		return;

	latch_ice(&leg->latch, theirs != NULL);

	/* phones check before their answer is here */
	ice_tell(ice, theirs);
	if (theirs)
		(void)follow(leg, ice);
}


/**
 * Hear a STUN message
 *
 * @param leg Leg
 * @param arr The message; its reply and its event are set
 *
 * @return True if it ends here
 *
 * RFC 8445 section 7.3
 */
bool leg_ice_ends(struct leg *leg, struct arrival *arr)
{
	const struct ice_datagram dg = {
		.comp = leg->comp,
		.src = arr->src,
		.p = arr->p,
		.len = arr->len,
		.now_ms = arr->now_us / 1000,
	};
	enum ice_verdict verdict = ICE_FOREIGN;
	struct ice *ice = leg->ice;

	if (ice && reach_is_ok(leg->latch.conf, arr->src))
		verdict = ice_hear(ice, &arr->reply, &dg);

	if (verdict == ICE_MOVED && ice->speaks && follow(leg, ice))
		arr->event = RELAY_LATCHED;

	return verdict != ICE_FOREIGN || leg->latch.ice ||
	       (leg->across && leg->across->latch.ice);
}


/**
 * Judge a datagram that is no STUN, of a side that speaks ICE
 *
 * @param leg Leg
 * @param arr Datagram
 *
 * @return Verdict
 *
 * RFC 8445 section 12
 */
enum latch_verdict leg_ice_judge(struct leg *leg, const struct arrival *arr)
{
	const struct ice *ice = leg->ice;

	if (ice_knows(ice, leg->comp, arr->src))
		return latch_verified(&leg->latch, &arr->pkt);

	/* it was heard before it spoke ICE: until its first check */
	if (leg->latch.locked && !ice_target(ice, leg->comp))
		return latch_hear(&leg->latch, arr->src, &arr->pkt, NULL);

	return leg->latch.locked ? LATCH_REFUSED : LATCH_WAITING;
}


/**
 * How well does a datagram fit a leg, by what ICE knows?
 *
 * @param leg Leg
 * @param src Source of the datagram
 * @param p   Datagram
 * @param len Its length
 *
 * @return 0: nothing speaks for it, 1: a check that may be its side's, 2: its
 *         side has shown itself from there, 3: a check of its side
 */
unsigned leg_ice_fits(const struct leg *leg, const struct sa *src,
		      const uint8_t *p, size_t len)
{
	unsigned fits;

	if (!leg->ice)
		return 0;

	fits = ice_fits(leg->ice, p, len);
	if (fits > 1)
		return 3;

	return ice_knows(leg->ice, leg->comp, src) ? 2 : fits;
}
