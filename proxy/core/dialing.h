/**
 * @file dialing.h  What becomes of a number that is no user of ours
 *
 * The one place that decides it: requests and "viaduct ctl route" ask here.
 */
#ifndef PROXY_CORE_DIALING_H
#define PROXY_CORE_DIALING_H

#include "common/config.h"
#include "common/number.h"
#include "proxy/core/trunk.h"

enum { DIALING_MAX = CONFIG_ROUTE_PEER_MAX };

/** Who dials, or for whom: zeroed is a user without limits */
struct dialing_caller {
	const struct config_peer *peer; /* NULL: a user of ours */
	const char *allow;              /* of the account; NULL: all */
};

/** The answer; filled as far as it goes, also where it is refused */
struct dialing {
	char num[NUMBER_MAX];  /* as dialled, without separators */
	char sent[NUMBER_MAX]; /* as the route rewrites it */
	const struct config_route *route;
	const char *pattern; /* of the route */
	struct dialing_way {
		struct trunk *trunk;  /* not owned */
		char num[NUMBER_MAX]; /* as it goes there */
		const char *skip;     /* NULL: tried; else why not */
	} wayv[DIALING_MAX];
	size_t wayc;     /* all peers of the route, in order */
	uint16_t scode;  /* of a refusal, else 0 */
	const char *why; /* its reason phrase */
};

/* user: the user part of a URI. ENOENT: not a number, or no route takes it;
 * EACCES: refused, scode and why tell */
int dialing_find(struct dialing *d, const struct config *cfg,
		 const struct trunks *ts, const struct pl *user,
		 const struct dialing_caller *caller);

#endif
