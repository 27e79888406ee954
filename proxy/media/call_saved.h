/**
 * @file call_saved.h  A call as text, and a call out of such a text
 *
 * All that its next message, its next packet and its record need, but the
 * flows: these are there only when somebody listens again. Version numbered;
 * another version's call is refused, and so is one that is broken.
 */
#ifndef PROXY_MEDIA_CALL_SAVED_H
#define PROXY_MEDIA_CALL_SAVED_H

#include "common/json_in.h"
#include "common/json_out.h"
#include "proxy/media/call.h"
#include "proxy/media/saved_note.h"

enum { CALL_SAVED_VERSION = 1 };

/** Where a side was reached */
struct saved_flow {
	bool known;
	enum flow_proto proto;
	struct sa local, peer;
};

/** What a text alone does not say */
struct call_restorer {
	struct saved_time now;
	/* NULL: there is none of that name any more */
	const struct config_peer *(*peerh)(const char *name, void *arg);
	void *arg;
};

/* into an object; ENOENT: it has ended */
int call_save(struct json_out *o, struct call *call,
	      const struct saved_time *now);

/*
 * flowv: where its sides are to be connected again. EBADMSG: it is broken,
 * or another version's; EEXIST; ENOSPC; EADDRINUSE, EADDRNOTAVAIL: its ports
 * are not to be had
 */
int call_restore(struct call **cp, struct saved_flow flowv[2],
		 struct calls *calls, const json_t *o,
		 const struct call_restorer *r);

/* a side is reached there again */
void call_connect(struct call *call, enum call_side side, struct flow *flow);

#endif
