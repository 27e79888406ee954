/**
 * @file urgency.h  What goes first where not all can be done: pure
 *
 * By what the guard has found, before anything is decoded: it is a guess that
 * a stranger can steer, and decides about nothing but the order.
 */
#ifndef PROXY_SIP_URGENCY_H
#define PROXY_SIP_URGENCY_H

#include "proxy/sip/guard.h"

enum urgency {
	URGENCY_DIALOG = 0, /* responses, and what belongs to a call */
	URGENCY_KNOWN,      /* phones of ours register again */
	URGENCY_OTHER,
	URGENCY_CALL, /* an INVITE that begins something */
	URGENCY_MAX
};

/* known: phones of ours are where it comes from, or a peer */
enum urgency urgency_of(const struct guard *g, bool known);

/* the first header of that kind, NULL: none */
const struct hdr *urgency_hdr(const struct guard *g, enum hdr_id id);

/* the tag of a From or To as it stands there; false: none */
bool urgency_tag(struct pl *tag, const struct hdr *h);

#endif
