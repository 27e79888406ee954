/**
 * @file hop.h  A next hop: what RFC 3263 makes of a URI, one of several
 */
#ifndef PROXY_SIP_HOP_H
#define PROXY_SIP_HOP_H

#include "proxy/sip/flow.h"

enum { HOP_HOST_MAX = 256, HOP_MAX = 16 };

struct hop {
	enum flow_proto proto;
	struct sa addr;
	char host[HOP_HOST_MAX]; /* the URI's: what its certificate must name
				  * in TLS; "" where it is numeric */
};

#endif
