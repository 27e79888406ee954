/**
 * @file nameaddr.h  name-addr and addr-spec: From, To, Contact, Route
 */
#ifndef PROXY_SIP_NAMEADDR_H
#define PROXY_SIP_NAMEADDR_H

#include "proxy/sip/sipuri.h"

/** name-addr or addr-spec with header parameters (From, To, Contact, Route) */
struct nameaddr {
	struct pl val; /* the whole value */
	struct pl display;
	struct pl addr; /* the URI's text, without <> */
	struct sipuri uri;
	struct pl params; /* header parameters, from the first ';' */
};

int nameaddr_decode(struct nameaddr *na, const struct pl *val);

#endif
