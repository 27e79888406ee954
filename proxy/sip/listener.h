/**
 * @file listener.h  The addresses that we listen on, and which one fits
 */
#ifndef PROXY_SIP_LISTENER_H
#define PROXY_SIP_LISTENER_H

#include "common/timer.h"
#include "proxy/sip/udp.h"

/** In a list, in the order of configuration */
struct listener {
	struct le le;
	enum flow_proto proto;
	struct sa addr;
	struct sa shown; /* as messages name it: addr, or what is advertised */
	struct udp_listener *udp; /* NULL for other protocols */

	/* nothing new begins here, and then it is closed */
	bool leaving;
	struct transport *tp; /* not owned */
	struct timer tmr;
};

/* NULL: out of memory */
struct listener *listener_alloc(enum flow_proto proto);

/* flag: SA_ALL or SA_ADDR; NULL: none, or it is leaving */
struct listener *listener_find(const struct list *listenerl,
			       enum flow_proto proto, const struct sa *sa,
			       int flag);

/* one that is leaving */
struct listener *listener_leaving(const struct list *listenerl,
				  enum flow_proto proto, const struct sa *sa);

/* as bound or as advertised; flag SA_ALL: port 0 is 5060 or its protocol's */
bool listener_is_local(const struct list *listenerl, const struct sa *sa,
		       int flag);

/* the one that the kernel's route to dst names, else the first of its
 * family; NULL: none of that family */
const struct listener *listener_towards(const struct list *listenerl,
					enum flow_proto proto,
					const struct sa *dst);

/* not to multicast, broadcast, 0.0.0.0, port 0 */
bool listener_may_send(const struct sa *dst);

#endif
