/**
 * @file trunk_state.h  What the table of trunks is made of
 *
 * Inside the room: trunk.c knows it, trunk_change.c gives it other peers.
 */
#ifndef PROXY_CORE_TRUNK_STATE_H
#define PROXY_CORE_TRUNK_STATE_H

#include "proxy/core/trunk.h"

struct trunks {
	struct trunks_conf conf;
	struct agent *agent;
	struct trunk **trunkv; /* one for each peer, in order */
	size_t trunkc;
	struct list gonel;  /* trunks that something still holds */
	struct list leavel; /* registrations that are being taken back */
};

/* not in the table yet; neither probed nor registered */
int trunk_alloc(struct trunk **tp, struct trunks *ts,
		const struct config_peer *peer);

/* probing and registering begin, as far as its peer wants it */
int trunk_start(struct trunk *t);

/* out of the table: it does nothing of its own any more */
void trunk_part(struct trunk *t);

#endif
