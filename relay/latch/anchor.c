/**
 * @file anchor.c  What signalling says of a port's far end, and what follows
 */
#include "common/addr.h"
#include "relay/latch/anchor.h"
#include "relay/latch/reach.h"
#include "relay/relay.h"


static bool is_set(const struct sa *sa)
{
	return sa_af(sa) != AF_UNSPEC;
}


/* RFC 3550 section 11: RTCP is on the next port where nothing else is said */
static struct sa rtcp_of(const struct relay_anchor *a)
{
	struct sa sa = a->rtcp;

	if (is_set(&sa) && sa_port(&sa))
		return sa;

	sa = a->rtp;
	if (is_set(&sa) && sa_port(&sa))
		sa_set_port(&sa, (uint16_t)(sa_port(&sa) + 1));

	return sa;
}


/**
 * The anchors of a stream's two ports
 *
 * @param anchorv Anchors of its RTP and its RTCP port
 * @param a       What signalling knows of it
 */
void anchor_pair(struct anchor anchorv[2], const struct relay_anchor *a)
{
	anchorv[RELAY_RTP] = (struct anchor){
		.sdp = a->rtp,
		.signalling = a->signalling,
		.any = a->any,
	};
	anchorv[RELAY_RTCP] = (struct anchor){
		.sdp = rtcp_of(a),
		.signalling = a->signalling,
	};
}


/**
 * Reduce an anchor to what a port can and may use
 *
 * @param out  Clean anchor
 * @param a    Anchor as signalling has it
 * @param conf Configuration
 * @param af   Address family of the port
 */
void anchor_clean(struct anchor *out, const struct anchor *a,
		  const struct relay_conf *conf, int af)
{
	*out = *a;
	addr_unmap(&out->sdp);
	addr_unmap(&out->signalling);

	if (sa_af(&out->sdp) != af || !reach_is_ok(conf, &out->sdp))
		sa_init(&out->sdp, AF_UNSPEC);

	if (sa_af(&out->signalling) != af ||
	    !reach_host_is_ok(conf, &out->signalling))
		sa_init(&out->signalling, AF_UNSPEC);
}


/**
 * Does it say nothing at all?
 *
 * @param a Clean anchor
 *
 * @return True if neither address is known
 */
bool anchor_is_empty(const struct anchor *a)
{
	return !is_set(&a->sdp) && !is_set(&a->signalling);
}


/**
 * Did signalling come from the same address?
 *
 * @param a Clean anchor
 * @param b Clean anchor
 *
 * @return True if the signalling addresses are equal, ports do not count
 */
bool anchor_same_signalling(const struct anchor *a, const struct anchor *b)
{
	return is_set(&a->signalling) == is_set(&b->signalling) &&
	       (!is_set(&a->signalling) ||
		addr_same_host(&a->signalling, &b->signalling));
}


/**
 * Do both name the same addresses?
 *
 * @param a Clean anchor
 * @param b Clean anchor
 *
 * @return True if they are equal
 */
bool anchor_same(const struct anchor *a, const struct anchor *b)
{
	return is_set(&a->sdp) == is_set(&b->sdp) &&
	       (!is_set(&a->sdp) || sa_cmp(&a->sdp, &b->sdp, SA_ALL)) &&
	       anchor_same_signalling(a, b);
}


/**
 * May the SDP's own address be sent to? An inside address that signalling
 * did not come from is in somebody else's network; a host of that address may
 * well be near us, and is not the phone.
 *
 * @param a Clean anchor
 *
 * @return True if it may
 */
bool anchor_is_direct(const struct anchor *a)
{
	if (!is_set(&a->sdp))
		return false;

	return !addr_is_inside(&a->sdp) ||
	       (is_set(&a->signalling) &&
		addr_same_host(&a->sdp, &a->signalling));
}


/* hearing is less dangerous than sending: between two inside networks a
   media server beside the signalling one is believed */
static bool is_audible(const struct anchor *a)
{
	return anchor_is_direct(a) ||
	       (is_set(&a->sdp) && is_set(&a->signalling) &&
		addr_is_inside(&a->signalling));
}


/**
 * Rate a source
 *
 * @param a    Clean anchor
 * @param conf Configuration
 * @param src  Source address
 *
 * @return Rank, ANCHOR_STRANGER if it must not be learned
 */
enum anchor_rank anchor_rank(const struct anchor *a,
			     const struct relay_conf *conf,
			     const struct sa *src)
{
	const bool sdp = is_audible(a);

	if (!reach_is_ok(conf, src))
		return ANCHOR_STRANGER;

	if (sdp && sa_cmp(src, &a->sdp, SA_ALL))
		return ANCHOR_EXACT;

	if (is_set(&a->signalling) && addr_same_host(src, &a->signalling))
		return is_set(&a->sdp) && sa_port(src) == sa_port(&a->sdp)
			       ? ANCHOR_SIGNALLING_PORT
			       : ANCHOR_SIGNALLING;

	return sdp && addr_same_host(src, &a->sdp) ? ANCHOR_SDP
						   : ANCHOR_STRANGER;
}


/**
 * Get the address to send to before anything was heard: that of the SDP, or,
 * where it leads nowhere, the SDP's port where signalling came from
 *
 * @param a    Clean anchor
 * @param conf Configuration
 * @param dst  Address, set if there is one
 *
 * @return True if there is one
 */
bool anchor_target(const struct anchor *a, const struct relay_conf *conf,
		   struct sa *dst)
{
	struct sa guess;

	if (anchor_is_direct(a)) {
		*dst = a->sdp;
		return true;
	}

	if (!is_set(&a->sdp) || !is_set(&a->signalling))
		return false;

	guess = a->signalling;
	sa_set_port(&guess, sa_port(&a->sdp));
	if (!reach_is_ok(conf, &guess))
		return false;

	*dst = guess;

	return true;
}
