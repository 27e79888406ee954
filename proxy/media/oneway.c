/**
 * @file oneway.c  Why a side that should be heard is not
 *
 * The first that fits: what was seen counts before what is only likely.
 */
#include <re.h>
#include "common/addr.h"
#include "proxy/media/oneway.h"

/* half a second of packets: of fewer a passing scanner may be the sender; RTCP
   comes each five seconds (RFC 3550 section 6.2), and one may be lost */
enum { ENOUGH = 25, RTCP_LIVES_MS = 15000 };

static const struct {
	const char *name, *remedy;
} causev[ONEWAY_CAUSES] = {
	[ONEWAY_NOT_HEARD] =
		{"not-heard",
		 "no packet of it has arrived: look whether a firewall stops "
		 "UDP between it and the media ports, and whether its "
		 "microphone is on"},
	[ONEWAY_REFUSED] =
		{"refused",
		 "its packets come from an address that neither its SDP nor "
		 "its signalling names: give it one way out, or have it "
		 "signal from where its media is"},
	[ONEWAY_UNKNOWN] =
		{"unknown-address",
		 "neither does it send, nor does its SDP name an address that "
		 "can be reached: it must send first, or signal from where "
		 "its "
		 "media is"},
	[ONEWAY_BLOCKED] =
		{"blocked",
		 "its RTCP arrives and its RTP does not: look for a firewall "
		 "or a SIP ALG that knows only one of the ports"},
	[ONEWAY_MAPPING] =
		{"nat-mapping",
		 "its NAT has forgotten or changed the port of its media: "
		 "lengthen the NAT's UDP timeout, or switch silence "
		 "suppression off"},
	[ONEWAY_HELD] =
		{"held",
		 "it says in RTCP that it sends nothing: on hold or muted "
		 "without saying so in SDP, or its microphone is gone"},
	[ONEWAY_STOPPED] =
		{"stopped",
		 "nothing arrives any more, not even RTCP: its network is "
		 "gone, or the phone has ended the call without a BYE"},
	[ONEWAY_DEAF] =
		{"not-delivered",
		 "it is sent to where it sends from, and its RTCP mentions "
		 "nothing of it: look for a firewall that stops UDP towards "
		 "it, or a phone that listens at another port than it sends "
		 "from"},
};


/* the port of a host that was heard before: a NAT does that */
static bool is_moved(const struct relay_stats *st)
{
	const struct sa *was = &st->latched[RELAY_RTP];

	return st->quality.strangers && sa_isset(was, SA_ADDR) &&
	       addr_same_host(was, &st->refused_src);
}


static enum oneway_cause never_heard(const struct relay_stats *st)
{
	if (st->refused >= ENOUGH)
		return ONEWAY_REFUSED;

	if (st->quality.rtcp_ms != UINT64_MAX)
		return ONEWAY_BLOCKED;

	return st->unsent ? ONEWAY_UNKNOWN : ONEWAY_NOT_HEARD;
}


/**
 * Find the likely cause
 *
 * @param f What is known
 *
 * @return Cause
 */
enum oneway_cause oneway_judge(const struct oneway_facts *f)
{
	const struct relay_stats *st = f->stats;
	const struct relay_quality *q = &st->quality;

	if (q->silent_ms == UINT64_MAX)
		return never_heard(st);

	if (is_moved(st))
		return ONEWAY_MAPPING;

	/* RTCP after the last packet */
	if (q->rtcp_ms <= RTCP_LIVES_MS && q->rtcp_ms < q->silent_ms)
		return q->astray >= ENOUGH ? ONEWAY_BLOCKED : ONEWAY_HELD;

	if (q->strangers >= ENOUGH)
		return ONEWAY_REFUSED;

	return f->nat ? ONEWAY_MAPPING : ONEWAY_STOPPED;
}


/**
 * The source that a cause is about
 *
 * @param cause Cause
 * @param st    Statistics that it was found by
 *
 * @return Source that was refused, or that it was heard from; af unset if
 *         there is none
 */
struct sa oneway_source(enum oneway_cause cause, const struct relay_stats *st)
{
	if (cause == ONEWAY_REFUSED ||
	    (cause == ONEWAY_MAPPING && is_moved(st)))
		return st->refused_src;

	return st->latched[RELAY_RTP];
}


/**
 * The name of a cause
 *
 * @param cause Cause
 *
 * @return Name
 */
const char *oneway_name(enum oneway_cause cause)
{
	return (unsigned)cause < ONEWAY_CAUSES ? causev[cause].name : "?";
}


/**
 * What to do about a cause
 *
 * @param cause Cause
 *
 * @return Words for the operator
 */
const char *oneway_remedy(enum oneway_cause cause)
{
	return (unsigned)cause < ONEWAY_CAUSES ? causev[cause].remedy : "";
}
