/**
 * @file relay_remote.h  A resource that a relay server keeps for us
 *
 * Inside of relay_client only.
 */
#ifndef PROXY_MEDIA_RELAY_REMOTE_H
#define PROXY_MEDIA_RELAY_REMOTE_H

#include "proxy/media/resource.h"
#include "proxy/sip/enquiry.h"

struct counter;

struct relay_client {
	struct resource_maker maker; /* first */
	struct agent *agent;
	struct rotation *rotation;
	struct enquirer *enquirer;
	struct timers *timers; /* not owned */
	struct log *log;       /* not owned */
	uint32_t lease_s;
	struct counter *granted, *failed, *lost;
};

/* resource_maker.alloc of that maker */
int relay_remote_alloc(struct resource **rp, struct resource_maker *maker,
		       const struct pl *id, resource_event_h *h, void *arg);

#endif
