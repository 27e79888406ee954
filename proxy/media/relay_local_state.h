/**
 * @file relay_local_state.h  A resource of our own relay, as relay_local*.c
 * share it
 */
#ifndef PROXY_MEDIA_RELAY_LOCAL_STATE_H
#define PROXY_MEDIA_RELAY_LOCAL_STATE_H

#include "proxy/media/resource.h"

struct relay_local {
	struct resource_maker maker; /* first */
	struct relay *relay;
};

/** What a side has asked */
struct local_side {
	bool asked;
	struct resource_request rq; /* the last one that was granted; its
				       media referenced */
};

/** A stream of the session */
struct local_stream {
	bool open;
	uint8_t af[2]; /* by side */
};

/** A session of the relay */
struct local_resource {
	struct resource resource; /* first */
	struct relay_session *session;
	struct relay_local *rl; /* referenced: the relay outlives us */
	struct local_side sidev[2];
	bool placedv[2];
	struct local_stream streamv[RELAY_STREAMS_MAX];
	resource_event_h *eventh;
	void *arg;
};

int relay_local_anchor(struct local_resource *r, unsigned n,
		       const struct resource_request *rq);
/* what it asked last, and was granted */
void relay_local_keep(struct local_resource *r,
		      const struct resource_request *rq);

/* relay_local.c: without a session yet */
int relay_local_make(struct local_resource **rp, struct relay_local *rl,
		     resource_event_h *h, void *arg);
int relay_local_fork(struct resource **rp, struct resource *resource,
		     enum relay_side shared, resource_event_h *h, void *arg);
void relay_local_event(struct relay_session *s, enum relay_event ev,
		       const struct relay_info *info, void *arg);

/* relay_local_past.c */
void relay_local_save(const struct resource *resource, struct json_out *o);
int relay_local_restore(struct resource **rp, struct resource_maker *maker,
			const struct pl *id, const struct resource_past *past,
			resource_event_h *h, void *arg);

/* what the side asks is done; ours (as many streams) is filled */
int relay_local_grant(struct resource_media *ours, struct local_resource *r,
		      const struct resource_request *rq);

#endif
