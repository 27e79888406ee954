/**
 * @file forwarding.h  A request that is under way, from its start to its end
 */
#ifndef PROXY_CORE_FORWARDING_H
#define PROXY_CORE_FORWARDING_H

#include "proxy/core/target.h"

/** What proxy.c has found out about a request */
struct sender {
	const struct config_peer *peer; /* NULL: a phone of ours */
	struct route_set rs;
	bool dialog; /* it carries our cookie: */
	struct route_token tok;
	int from; /* end of the dialog, 0 or 1 */
};

struct forwarding {
	struct le le;     /* px->forwardl owns it */
	struct proxy *px; /* not owned */
	struct message *req;
	struct sender sender;  /* its slices point into req */
	struct server_txn *st; /* NULL: an ACK */
	struct client_txn *ct;
	struct target target;
	struct redirect_query *query;
	uint64_t call;          /* 0: none */
	struct call_pass *pass; /* of the request; not owned */
	struct list respl;      /* struct response, first one at work */
	bool cancelled;
	bool challenged; /* a BYE that was: it comes again */
};

int forwarding_alloc(struct forwarding **fwp, struct proxy *px,
		     struct message *req, const struct sender *sender);

/* a final answer of our own; the call ends with it */
void forwarding_refuse(struct forwarding *fw, uint16_t scode,
		       const char *reason);

/* the forwarding is over */
void forwarding_done(struct forwarding *fw);

bool forwarding_is_initial_invite(const struct forwarding *fw);

/* the call that this request begins, or belongs to, is over */
void forwarding_end_call(const struct forwarding *fw, const char *why);

/* one line of the call's ladder */
void forwarding_ladder(const struct forwarding *fw, const struct message *m,
		       const struct sa *from, const struct sa *to);

#endif
