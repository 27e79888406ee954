/**
 * @file hindrance.c  Why a leg's packets do not ride in the kernel
 *
 * What is not said here does no harm: who is refused, moves, or is not where
 * its SDP says, comes up to user space, and is judged as if all had come up
 * (ride.c).
 */
#include <errno.h>
#include "relay/engine/hindrance.h"
#include "relay/engine/leg.h"
#include "relay/engine/path.h"
#include "relay/engine/port.h"
#include "relay/ice/ice.h"


/* who shares it may be meant by any packet */
static bool is_shared(const struct leg *leg)
{
	const struct list *l = &leg->port->legl;

	return l->head != l->tail;
}


/* its checks have not shown, or do not show any more, from where it sends */
static bool is_checking(const struct leg *leg)
{
	const struct sa *target;

	if (!leg->latch.ice)
		return false;

	target = leg->ice ? ice_target(leg->ice, leg->comp) : NULL;

	return !target || !sa_cmp(target, &leg->latch.src, SA_ALL);
}


static bool is_silent(const struct leg *leg)
{
	return leg->latch.silent ||
	       atomic_load_explicit(&leg->silent, memory_order_relaxed);
}


static bool is_measured(const struct leg *leg)
{
	return quality_current(&leg->hearsay->quality)->started;
}


/**
 * Find what keeps a leg's packets in user space, by what is known without
 * trying
 *
 * @param leg Leg of RTP, with a port
 *
 * @return Hindrance; HINDRANCE_NONE: nothing
 */
enum hindrance hindrance_of(const struct leg *leg)
{
	const struct latch *in = &leg->latch, *out = &leg->across->latch;

	if (leg->path->tap)
		return HINDRANCE_TAP;
	if (in->keyed)
		return HINDRANCE_KEYS;
	if (in->anchor.any || out->anchor.any)
		return HINDRANCE_ANY;
	if (is_shared(leg))
		return HINDRANCE_PORT;
	if (sa_af(leg->local) != sa_af(leg->across->local))
		return HINDRANCE_FAMILIES;
	if (is_checking(leg))
		return HINDRANCE_ICE;
	if (!in->locked || !is_measured(leg))
		return HINDRANCE_SOURCE;
	if (!out->locked)
		return HINDRANCE_TARGET;

	return is_silent(leg) ? HINDRANCE_SILENT : HINDRANCE_NONE;
}


/**
 * Tell why the kernel has refused a flow
 *
 * @param err Error of flow_add()
 *
 * @return Hindrance
 */
enum hindrance hindrance_error(int err)
{
	switch (err) {
	case ENETUNREACH:
		return HINDRANCE_WAY;

	case ENOSPC:
		return HINDRANCE_ROOM;

	case EEXIST:
		return HINDRANCE_TAKEN;

	case EAFNOSUPPORT:
		return HINDRANCE_FAMILIES;

	case ENOMEM:
		return HINDRANCE_MEMORY;

	default:
		return HINDRANCE_ERROR;
	}
}


/**
 * Say it in a few words
 *
 * @param h Hindrance
 *
 * @return Text, NULL if there is none
 */
const char *hindrance_text(enum hindrance h)
{
	static const char *const textv[] = {
		[HINDRANCE_TAP] = "recorded",
		[HINDRANCE_KEYS] = "SRTP",
		[HINDRANCE_ANY] = "not RTP",
		[HINDRANCE_PORT] = "shared port",
		[HINDRANCE_FAMILIES] = "IPv4 on one side, IPv6 on the other",
		[HINDRANCE_ICE] = "ICE is not done",
		[HINDRANCE_SOURCE] = "not latched",
		[HINDRANCE_TARGET] = "the other side is not latched",
		[HINDRANCE_SILENT] = "silent",
		[HINDRANCE_SOON] = "is about to move there",
		[HINDRANCE_SOURCES] = "several sources",
		[HINDRANCE_MISFIT] = "packets that the kernel leaves to us",
		[HINDRANCE_ELSEWHERE] = "comes by another interface",
		[HINDRANCE_BUSY] = "too busy to hand it over",
		[HINDRANCE_WAY] = "no Ethernet way",
		[HINDRANCE_ROOM] = "no room for more in the kernel",
		[HINDRANCE_TAKEN] = "its addresses are taken there",
		[HINDRANCE_MEMORY] = "out of memory",
		[HINDRANCE_ERROR] = "the kernel refused it",
	};

	return (size_t)h < sizeof(textv) / sizeof(textv[0]) ? textv[h] : NULL;
}
