/**
 * @file traffic.h  Was there a datagram from or to a peer?
 *
 * Whoever measures how long a NAT remembers a silent flow must know that it
 * was silent. Peers that nobody watches cost one comparison a datagram.
 */
#ifndef PROXY_SIP_TRAFFIC_H
#define PROXY_SIP_TRAFFIC_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>

struct traffic;

/** Embed it, zeroed; unwatch in the owner's destructor */
struct traffic_watch {
	struct le he;
	struct traffic *t; /* not owned; NULL: it does not watch */
	struct sa peer;
	uint32_t in, out; /* datagrams since traffic_watch() */
};

int traffic_alloc(struct traffic **tp);

/* begins anew where it watches already */
void traffic_watch(struct traffic *t, struct traffic_watch *w,
		   const struct sa *peer);
void traffic_unwatch(struct traffic_watch *w);

/* NULL: harmless */
void traffic_note(const struct traffic *t, const struct sa *peer, bool in);

#endif
