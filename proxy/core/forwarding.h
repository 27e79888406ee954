/**
 * @file forwarding.h  A request that is under way, from its start to its end
 *
 * The response context of RFC 3261 section 16: one server transaction, the
 * targets of its request, and an attempt for each that is or was tried.
 */
#ifndef PROXY_CORE_FORWARDING_H
#define PROXY_CORE_FORWARDING_H

#include "common/timer.h"
#include "proxy/core/route.h"
#include "proxy/core/served.h"
#include "proxy/core/session_timer.h"
#include "proxy/core/targets.h"

/** What proxy.c has found out about a request */
struct sender {
	const struct config_peer *peer; /* held by the forwarding; NULL: a
					 * phone of ours */
	const struct config_peer *home; /* of the phone that registers */
	struct flow *flow; /* our Path has led it here, for this flow */
	struct route_set rs;
	bool dialog;             /* it carries our cookie: */
	struct route_token *tok; /* NULL: none */
	int from;                /* end of the dialog, 0 or 1 */
	/* caller.h fills these in; objects of libre's mem, or NULL */
	char *aor;      /* the account that has authenticated */
	char *asserted; /* header lines: who we say it is */
	char *inbound;  /* for whom it is, in place of the Request-URI */
	void *slot;     /* the peer's place among its calls */

	/* an INVITE that is refused once its caller has heard why; 0: none */
	uint16_t refused;
	const char *why;
};

struct diversion;
struct announcing;

struct forwarding {
	struct le le;                 /* px->forwardl owns it */
	struct proxy *px;             /* not owned */
	struct message *req;          /* NULL: it rests */
	uint64_t began_ms;            /* by the timers' clock */
	struct sender sender;         /* its slices point into req */
	struct server_txn *st;        /* NULL: an ACK */
	char *ruri;                   /* what is asked for, as we read it */
	struct sipuri uri;            /* ... decoded */
	bool ours;                    /* it is for one of our users */
	struct session_timer session; /* of an INVITE or UPDATE */
	struct diversion *diversion;  /* NULL: nobody had it forwarded */
	struct call_origin *origin;   /* that it begins; or NULL */
	struct call_report *report;   /* of what its caller is told; or NULL */
	char *announcement;           /* that the dial plan wants, or NULL */
	struct announcing *announcing; /* NULL: none is heard */
	struct targets targets;
	struct list attemptl; /* struct attempt, in the order of their start */
	struct list wakel;    /* phones that it waits for, see waking.h */
	uint32_t breadth;     /* RFC 5393: branches at once, at most */
	struct timer tmr;     /* a 100, though it is no INVITE; later its
				 * end, where no transaction tells */
	struct timer tmr_ring;  /* who rings has rung long enough ... */
	struct timer tmr_group; /* ... where others wait */
	uint16_t final;         /* that it was answered with; 0: not yet */
	bool own;          /* we have made it: nobody waits for the answer */
	bool rehearsed;    /* nothing is sent: an operator asks where to */
	struct flow *hint; /* of it: to a phone whose call is gone; or NULL */
	bool stateless;    /* its transaction has broken, it goes on (16.9) */
	bool stopped;      /* nothing more is tried */
	bool cancelled;    /* by the caller */
	bool by_callee;    /* so was it answered, not by us */
	bool challenged;   /* a BYE that was: it comes again */
	bool stepping, again, over;
};

/** Who may know of more places to try: call forwarding */
struct forwarding_hooks {
	/* before a user of ours is looked for; true: other places are */
	bool (*beginh)(struct forwarding *fw);
	/* a user of ours is nowhere; false: 480 it is */
	bool (*emptyh)(struct forwarding *fw);
	/* all that was tried has failed; false: scode is the answer */
	bool (*failedh)(struct forwarding *fw, uint16_t scode);
};

int forwarding_alloc(struct forwarding **fwp, struct proxy *px,
		     struct message *req, const struct sender *sender);

/* a whole response, by the transaction or without; mb as it is sent */
void forwarding_send(struct forwarding *fw, uint16_t scode, struct mbuf *mb);

void forwarding_reply(struct forwarding *fw, uint16_t scode,
		      const char *reason, const char *extra);

/* a final answer of our own; what belongs to it ends */
void forwarding_refuse(struct forwarding *fw, uint16_t scode,
		       const char *reason);

/* an INVITE whose 2xx was passed back waits for more of them: until one comes
 * its request is as small as can be. ENOMEM: it cannot be read again */
void forwarding_rest(struct forwarding *fw);
int forwarding_wake(struct forwarding *fw);

/* the forwarding is over */
void forwarding_done(struct forwarding *fw);

bool forwarding_is_initial_invite(const struct forwarding *fw);

/* was the request answered? An ACK never is */
bool forwarding_answered(const struct forwarding *fw);

/* the call that a request in a dialog belongs to is over */
void forwarding_end_call(const struct forwarding *fw, const char *why);

/* one line of the call's ladder */
void forwarding_ladder(const struct forwarding *fw, const struct message *m,
		       const struct sa *from, const struct sa *to);

/* "Retry-After: n\r\n": not all come back at once */
enum { FORWARDING_RETRY_SIZE = 32 };
const char *forwarding_retry_after(char buf[FORWARDING_RETRY_SIZE]);

#endif
