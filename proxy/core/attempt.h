/**
 * @file attempt.h  One target, tried
 *
 * From the target to a final response: where it is known by name or by our
 * redirect server that is asked first, then each of its hops is tried, each
 * with a transaction and a branch of its own, and an INVITE with a media call
 * of its own. What comes back goes through response.h, what became of it
 * into context.h.
 */
#ifndef PROXY_CORE_ATTEMPT_H
#define PROXY_CORE_ATTEMPT_H

#include "proxy/core/forwarding.h"
#include "proxy/sip/hop.h"

struct attempt {
	struct le le;          /* the forwarding owns it */
	struct forwarding *fw; /* not owned */
	struct target *target; /* referenced */
	struct redirect_query *query;
	struct resolve_query *lookup;
	struct hop *hopv;  /* of the target, NULL: its flow is the hop */
	size_t hopc, hopn; /* how many; the next one to be tried */
	struct flow *flow; /* that is tried */
	const struct config_peer *peer; /* whose it is, held; NULL: nobody's */
	struct trunk *trunk;            /* the peer's, referenced, or NULL */
	void *slot;                     /* its place among that one's calls */
	struct timer tmr;               /* to the trunk's first answer */
	uint64_t login_epoch;           /* of the answers that it carries */
	uint8_t logins;                 /* challenges answered */
	uint8_t shift; /* its CSeq is so much higher than the caller's */
	uint64_t call; /* 0: none */
	bool own_call; /* it began with this attempt */
	struct call_report *report; /* of that one, once it has failed */
	struct call_pass *pass;     /* of the request; not owned */
	struct client_txn *ct;
	struct list respl; /* struct response, the first one at work */
	uint32_t breadth;  /* its share */
	bool heard;        /* the hop has said something */
	bool accepted;     /* with a 2xx */
	bool cancelled;
	bool late;     /* called back: nobody waits for it */
	bool followed; /* a 3xx, whose Contacts are targets now */

	/* its failure: */
	uint16_t scode;        /* 300-699; 0: none yet */
	const char *reason;    /* where we say so ourselves */
	bool local;            /* it is our trouble, not the next hop's */
	struct message *final; /* or what came back ... */
	struct mbuf *body;     /* ... and its body, NULL: as it came */
};

/* the forwarding owns it. What becomes of it the context hears, at once or
 * later; ENOMEM */
int attempt_start(struct forwarding *fw, struct target *t, uint32_t breadth);

/** One that rang before a restart */
struct attempt_past {
	struct target *target;
	struct flow *flow;
	struct mbuf *went;              /* as it was sent */
	const struct config_peer *peer; /* or NULL */
	uint64_t call;
	uint32_t breadth;
	uint8_t shift;
};
int attempt_resume(struct forwarding *fw, const struct attempt_past *past);

/* neither failed nor accepted; and somebody waits for it */
bool attempt_pending(const struct attempt *at);
bool attempt_awaited(const struct attempt *at);

/* the next hop of the same target; false: there is none */
bool attempt_next_hop(struct attempt *at);

/* the same hop once more; false: nothing is tried any more */
bool attempt_again(struct attempt *at);

/* it failed: by the next hop's word, or by ours */
void attempt_settle(struct attempt *at, struct message *final,
		    struct mbuf *body);
void attempt_fail(struct attempt *at, uint16_t scode, const char *reason,
		  bool local);

/* extra: whole lines for the CANCEL, or NULL */
void attempt_cancel(struct attempt *at, const char *extra);

/* it has rung long enough: a failure, unless it is accepted all the same */
void attempt_expire(struct attempt *at);

/* where it went nobody answers: the redirect server was wrong */
void attempt_doubt(const struct attempt *at);

/* its call is over */
void attempt_end_call(struct attempt *at, const char *why);

#endif
