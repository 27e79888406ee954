/**
 * @file client_machine.h  The state machine of a client transaction
 *
 * Inside the room: client_txn.c finds the transaction that a response belongs
 * to and is its face towards the core, this is what happens in it.
 */
#ifndef PROXY_SIP_CLIENT_MACHINE_H
#define PROXY_SIP_CLIENT_MACHINE_H

#include "proxy/sip/client_txn.h"
#include "proxy/sip/txn_key.h"
#include "proxy/sip/txn_table.h"

enum client_state {
	CLIENT_CALLING = 0, /* not an INVITE: Trying */
	CLIENT_PROCEEDING,
	CLIENT_COMPLETED,
	CLIENT_ACCEPTED, /* INVITE: a 2xx came */
	CLIENT_TERMINATED,
};

enum client_cancelling {
	CLIENT_CANCEL_NO = 0,
	CLIENT_CANCEL_WANTED, /* waits for a provisional */
	CLIENT_CANCEL_SENT,
};

/** What it needs until a final, and behind one but a 2xx to an INVITE */
struct client_work {
	struct txn_conf conf;  /* of its beginning */
	struct mbuf *mb;       /* the request as it is sent */
	struct message *req;   /* decoded when somebody asks; or NULL */
	struct flow *small;    /* what a stream stands in for; or NULL */
	struct mbuf *small_mb; /* the request for it */
	struct mbuf *ack;      /* to the non-2xx final */
	char *extra;           /* lines for the CANCEL */
	struct timer tmr_re;   /* A, E */
	struct timer tmr_c;
	uint32_t re_ms;
	int err; /* of sending */
	struct flow_watch watch;
};

struct client_txn {
	struct le he;
	struct txns *txns;     /* not owned; NULL once terminated */
	struct pl branch, met; /* what it is known by, in work or name */
	struct flow *flow;
	struct client_work *work; /* NULL: an INVITE that is accepted ... */
	char *name;               /* ... and its branch; or NULL */
	enum client_state state;
	bool invite;
	enum client_cancelling cancelling;
	struct timer tmr_end; /* B, D, F, K, M; an error told later */
	client_txn_h *h;
	void *arg;
};

/* req is there afterwards. EBADMSG: it cannot be */
int client_machine_decode(struct client_txn *ct);
void client_machine_start(struct client_txn *ct);
void client_machine_resume(struct client_txn *ct);
void client_machine_input(struct client_txn *ct, struct message *resp);
int client_machine_cancel(struct client_txn *ct);
bool client_machine_pending(const struct client_txn *ct);
void client_machine_stop(struct client_txn *ct);
void client_machine_withdraw(struct client_txn *ct);

#endif
