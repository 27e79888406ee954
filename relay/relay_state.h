/**
 * @file relay_state.h  What the files behind relay.h share: main thread only
 */
#ifndef RELAY_RELAY_STATE_H
#define RELAY_RELAY_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include "common/timer.h"
#include "relay/engine/ladder.h"
#include "relay/engine/reckoning.h"
#include "relay/engine/team.h"
#include "relay/place.h"
#include "relay/relay.h"
#include "relay/quality/silence.h"

struct counter;
struct ice_login;
struct kin;
struct path;
struct ports;
struct worker;

struct relay {
	struct relay_conf conf; /* what workers read of it is constant, or
				 * atomic: own, closedc, latch_packets */
	struct ports *portsv[RELAY_ADDR_MAX];
	struct ladder ladder;
	struct team team;
	struct timers *timers; /* not owned */
	struct log *log;       /* not owned */
	struct list pathl;     /* open ones, and those being taken back */
	struct timer rested;   /* ports have had their quarantine */
	uint32_t sessions;
	struct {
		struct counter *ports_free, *sessions, *short_of_ports,
			*refused, *timeouts, *ports;
	} count; /* not owned */
	struct reckoning reckoning;
};

/** One m= line */
struct relay_stream {
	struct path *path; /* NULL: closed */
	bool anchored[2];  /* by side */
	bool sends[2];     /* by side: it is to be heard, says its SDP */
	bool talks[2];     /* ... and it speaks, and hears */
	bool deaf[2];      /* it says that it gets nothing, and so did we */
	struct silence silencev[2];

	/* by side: hash of its ICE login, now and when ours was given; or 0 */
	uint64_t theirs[2], given[2];
};

struct relay_session {
	struct relay *relay;
	struct worker *worker; /* of all its streams, not owned */
	uint32_t team;         /* its index */
	struct kin *kin;       /* NULL: it shares ports with nobody */
	struct le kin_le;
	struct place placev[2]; /* by side */
	char *id;
	relay_event_h *h;
	void *arg;

	struct relay_stream *streamv; /* as many as were opened */
	unsigned streamc;
	struct relay_tap *tap; /* held; NULL: nobody hears it */
	struct sheaf *sheaf;   /* NULL: nobody wants its headers */

	struct ice_login *loginv[2]; /* ours, by side; NULL: none yet */

	struct timer tmr;
	uint64_t heard[2];    /* packets by side, when it was looked at last */
	uint64_t heard_at[2]; /* ms */
	bool hold;
};

/* stream.c: a path is made, gets ports, and moves packets */
int stream_new(struct path **pp, struct relay_session *s, unsigned n);
int stream_ports(const struct relay *r, struct path *path,
		 enum relay_side side, size_t i, const struct sa *addr);
int stream_add(struct relay_session *s, struct path *path);

/* the media timeouts begin anew */
void session_alive(struct relay_session *s);
bool session_event(struct relay_session *s, enum relay_event ev,
		   const struct relay_info *info);

/* says so where the kernel gives ports of our range to anybody */
void relay_warn_overlap(const struct relay *r);

/* shows the free ports and the sessions to the operator */
void relay_gauge(const struct relay *r);

/* as many sessions as there may be */
static inline bool relay_is_full(const struct relay *r)
{
	return r->conf.sessions && r->sessions >= r->conf.sessions;
}

#endif
