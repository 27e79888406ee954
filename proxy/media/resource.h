/**
 * @file resource.h  The relay resource of a call: one interface, two makers
 *
 * "These are the addresses of this side's client; where shall the other side
 * send instead?" - asked once for each side, and again when its SDP changes.
 * relay_local answers from the relay in this process, at once; relay_client
 * asks a relay server by INVITE and 302, later. Both through the handler.
 */
#ifndef PROXY_MEDIA_RESOURCE_H
#define PROXY_MEDIA_RESOURCE_H

#include "common/json_out.h"
#include "common/json_in.h"
#include "relay/relay.h"

struct resource;

/** One stream of a side */
struct resource_stream {
	bool used;   /* relayed at all */
	bool any;    /* T.38: what flows there is no RTP */
	bool secure; /* SRTP */
	struct sa rtp, rtcp;
	struct relay_terms *terms; /* referenced, or NULL */
};

/** A side's streams, by the index of their m= lines; an object of libre's mem
 * that nobody changes once it was handed over: who keeps it refers to it */
struct resource_media {
	size_t n;
	struct resource_stream v[];
};

struct resource_request {
	enum relay_side side;         /* whose addresses these are */
	bool answer;                  /* to what it was sent */
	struct resource_media *media; /* not owned: the caller's */
	struct sa signalling;         /* where its signalling comes from */
	int other_af;                 /* family the other side speaks */
	struct sa other;      /* where the other side is; af unset: unknown */
	const char *zonev[2]; /* by side: of the peer, NULL: any */
	bool hold;
};

/*
 * err 0: ours replaces the side's addresses towards the other side. ENOSPC:
 * ports are short, ETIMEDOUT/ECONNREFUSED: no relay server (all: 503).
 */
typedef void(resource_h)(int err, struct resource_media *ours, void *arg);
/* latched, refused, timeout: as the relay says them */
typedef void(resource_event_h)(enum relay_event ev,
			       const struct relay_info *info, void *arg);

/** One of before a restart */
struct resource_past {
	const json_t *o; /* as save() has written it */
	const struct resource_request
		*askedv[2]; /* by side, granted; or NULL */

	/* those of the same call that are there again: they may share ports */
	const struct resource_past *before;
	struct resource *res; /* what became of it; not owned */
};

/** A maker of resources; embedded first in relay_local and relay_client */
struct resource_maker {
	const char *name; /* "internal", "external" */
	int (*alloc)(struct resource **rp, struct resource_maker *maker,
		     const struct pl *id, resource_event_h *h, void *arg);
	/* is there room for one more call? NULL: who knows */
	bool (*roomh)(const struct resource_maker *maker);
	/* NULL: none of them outlives a restart */
	int (*restore)(struct resource **rp, struct resource_maker *maker,
		       const struct pl *id, const struct resource_past *past,
		       resource_event_h *h, void *arg);
};

/** Embedded first in a maker's own resource; released by mem_deref */
struct resource {
	/* at most one request under way for each side; the handler may be
	 * called before it returns, and never after the resource is gone */
	int (*request)(struct resource *r, const struct resource_request *rq,
		       resource_h *h, void *arg);
	/* ENOSYS where the relay is elsewhere */
	int (*stats)(const struct resource *r, unsigned stream,
		     enum relay_side side, struct relay_stats *st);

	/* as of relay.h; NULL where the relay is elsewhere */
	int (*fork)(struct resource **rp, struct resource *r,
		    enum relay_side shared, resource_event_h *h, void *arg);
	int (*login)(struct resource *r, enum relay_side side,
		     struct relay_login *login);
	int (*tap)(struct resource *r, struct relay_tap *tap);
	struct sheaf *(*sheaf)(struct resource *r);

	/* into an object, for its maker's restore; NULL: nothing is kept */
	void (*save)(const struct resource *r, struct json_out *o);
};

int resource_media_alloc(struct resource_media **mp, size_t n);

/* beyond the last one: a stream that is not used */
const struct resource_stream *resource_media_stream(
	const struct resource_media *m, size_t i);

/* the maker's, ENOSYS where it has none */
int resource_fork(struct resource **rp, struct resource *r,
		  enum relay_side shared, resource_event_h *h, void *arg);
int resource_login(struct resource *r, enum relay_side side,
		   struct relay_login *login);
int resource_tap(struct resource *r, struct relay_tap *tap);

/* NULL where it has none */
struct sheaf *resource_sheaf(struct resource *r);

void resource_total(struct relay_stats *total, const struct resource *res,
		    enum relay_side side);

#endif
