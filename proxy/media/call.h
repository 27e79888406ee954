/**
 * @file call.h  A call's media: verdict, relay resource, the SDP on its way
 *
 * A call has two sides: A, which sent the INVITE, and B. Each SDP that passes
 * from one to the other is judged (nat.h), and where media is relayed it is
 * rewritten to name the relay resource. Two of our proxies in one path agree
 * on one relay by a signed mark (mark.h).
 */
#ifndef PROXY_MEDIA_CALL_H
#define PROXY_MEDIA_CALL_H

#include "common/config.h"
#include "common/hash.h"
#include "proxy/media/nat.h"
#include "proxy/media/resource.h"
#include "proxy/sip/flow.h"
#include "proxy/sip/message.h"

struct calls;
struct call;
struct call_pass;
struct call_report;
struct recorder;

enum call_side { CALL_A = 0, CALL_B = 1 };
enum { CALL_KEEP_MAX = 4 };

/** Who hears what becomes of calls; each may be NULL */
struct calls_handlers {
	/* its time is over, or its media is gone: whoever can tell its ends
	 * does, and ends it; it has ended at once where nobody does */
	void (*expiredh)(struct call *call, const char *why, void *arg);
	/* a call was answered, or has ended; r is read, or referenced */
	void (*reporth)(const struct call_report *r, void *arg);
	/* as the relay says it */
	void (*eventh)(const struct call *call, enum relay_event ev,
		       const struct relay_info *info, void *arg);
	/* something of it is to be saved again (call_saved.h), said once until
	 * that is done; or it is over */
	void (*changedh)(struct call *call, bool over, void *arg);
	void *arg;
};

struct calls_conf {
	struct resource_maker *maker; /* not owned */
	uint32_t ringing_ms;          /* an unanswered call lives at most */
	uint32_t answered_ms;         /* and an answered one */
	uint32_t max;                 /* calls at once */
	bool ice; /* it ends at the relay; false: it is removed */
	struct recorder *recorder; /* not owned; NULL: none */
	struct calls_handlers handlers;
};

/** What is known of a side when the call begins */
struct call_leg {
	struct flow *flow;              /* towards it */
	bool phone;                     /* attached to us, not a proxy */
	const struct config_peer *peer; /* NULL: none */
	enum config_media policy;       /* the peer's, or the account's */
	bool record;                    /* as that one says */
	struct nat_verdict verdict;     /* of the registration; or undecided */
	const char *instance; /* the phone's, or NULL; copied, RFC 5626 */
};

int calls_alloc(struct calls **cp, const struct calls_conf *conf,
		struct timers *timers, struct log *log,
		struct metrics *metrics);
/* for calls that begin from now on; max and handlers stay */
void calls_reconfigure(struct calls *c, const struct calls_conf *conf);
uint32_t calls_count(const struct calls *c);

/* each of them, in any order; true: enough. It may be ended by that */
typedef bool(calls_each_h)(struct call *call, void *arg);
void calls_apply(const struct calls *c, calls_each_h *h, void *arg);

/* the server ends: so do they, for us */
void calls_stop(struct calls *c);

/* ENOSPC: too many calls. The table keeps it until call_end(). id: to be known
 * by; 0, or taken: another one */
int call_alloc(struct call **cp, struct calls *calls, uint64_t id,
	       const struct message *invite, const struct call_leg *a,
	       const struct call_leg *b);

/* a call whose dialog goes on, though we have lost it: under its old number */
int call_revive(struct call **cp, struct calls *calls, uint64_t id,
		const struct message *req, const struct call_leg *a,
		const struct call_leg *b);
struct call *call_find(const struct calls *calls, uint64_t id);
uint64_t call_id(const struct call *call);
bool call_id_is(const struct call *call, const struct pl *callid);
const struct pl *call_name(const struct call *call); /* its Call-ID */
uint64_t call_began(const struct call *call); /* ms, by the timers' clock */

/* the flow towards a side; a newer one after a request came over it, and
 * media is learned from there where that is another host */
struct flow *call_flow(const struct call *call, enum call_side side);

/* where its media is relayed, NULL: nowhere; not referenced for the caller */
struct resource *call_media(const struct call *call);
bool call_is_phone(const struct call *call, enum call_side side);

/* which of its user's phones it is; NULL: it has never said */
const char *call_instance(const struct call *call, enum call_side side);
void call_seen(struct call *call, enum call_side side, struct flow *flow);

/* a phone that was reached at that address has registered by another flow */
void calls_moved(struct calls *calls, const struct sa *old, struct flow *now);

/*
 * err 0: body replaces the message's (NULL: it stays as it is). Otherwise
 * EBADMSG, ENOTSUP (488), ENOSPC, ETIMEDOUT, ECONNREFUSED (503), ENOMEM,
 * ECANCELED (the call ended meanwhile).
 */
typedef void(call_pass_h)(int err, struct mbuf *body, void *arg);

/*
 * A message from that side passes to the other. In order, one after the
 * other; the handler may be called before this returns. *pp (not owned) is
 * for call_pass_cancel() and becomes NULL when the handler is called.
 */
int call_pass(struct call_pass **pp, struct call *call, enum call_side from,
	      struct message *msg, call_pass_h *h, void *arg);

/* the same for a response, with the request that it answers as that came:
 * the CSeq may differ towards a trunk */
int call_pass_response(struct call_pass **pp, struct call *call,
		       enum call_side from, struct message *resp,
		       struct message *req, call_pass_h *h, void *arg);

/* a request that has passed, in a dialog, gets no response that passes: what
 * it has offered is void */
void call_lost(struct call *call, enum call_side from, struct message *req);

/* a request of that side ends its dialog; false: the call has no other */
bool call_leave(struct call *call, enum call_side from,
		const struct message *req);

/* takes it back: its handler is not called */
void call_pass_cancel(struct call_pass *pass);

/* it rings on: a provisional response prolongs it like Timer C */
void call_ringing(struct call *call);
void call_answered(struct call *call);

/* its ends have agreed to give a sign of life before that: without one it is
 * over; 0: they have not */
void call_session(struct call *call, uint32_t expires_s);

/* something that belongs to it is new, and to be saved */
void call_touch(struct call *call);
bool call_is_answered(const struct call *call);
bool call_is_saved(const struct call *call); /* once at least */

/* keeps a reference to an object of libre's mem as long as it lives: a place
 * in a limit, for instance. ENOSPC, EINVAL (no call) */
int call_keep(struct call *call, void *obj);

/* why: for the record; releases the relay resource, forgets the call */
void call_end(struct call *call, const char *why);

#endif
