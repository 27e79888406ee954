/**
 * @file server_machine.h  The state machine of a server transaction
 *
 * Inside the room: server_txn.c finds the transaction that a request belongs
 * to and is its face towards the core, this is what happens in it.
 */
#ifndef PROXY_SIP_SERVER_MACHINE_H
#define PROXY_SIP_SERVER_MACHINE_H

#include "proxy/sip/server_txn.h"
#include "proxy/sip/txn_key.h"
#include "proxy/sip/txn_table.h"

enum server_state {
	SERVER_TRYING = 0, /* not an INVITE, nothing sent */
	SERVER_PROCEEDING,
	SERVER_COMPLETED, /* a final was sent; of an INVITE: not a 2xx */
	SERVER_CONFIRMED, /* INVITE: its ACK came */
	SERVER_ACCEPTED,  /* INVITE: a 2xx was sent */
	SERVER_TERMINATED,
};

struct server_txn {
	struct le he;
	struct txns *txns;    /* not owned; NULL once terminated */
	struct txn_conf conf; /* of its beginning */
	struct message *req;  /* NULL: it rests */
	struct mbuf *mb;      /* the request's octets */
	struct flow *flow;    /* by which it came, and its responses go */
	struct txn_name name; /* what it is known by, in mb ... */
	struct pl met;        /* ... too */
	struct mbuf *last;    /* the response that a retransmission repeats */
	enum server_state state;
	bool is_invite;
	bool final;
	char tag[TXN_KEY_TAG_SIZE];
	struct timer tmr_soon; /* G; or an error that is reported later */
	struct timer tmr_end;  /* H, I, J, L */
	uint32_t g_ms;
	struct flow_watch watch;
	server_txn_return_h *returnh; /* or NULL */
	void *return_arg;
	server_txn_h *h;
	void *arg;
};

void server_machine_start(struct server_txn *st);
int server_machine_send(struct server_txn *st, uint16_t scode,
			struct mbuf *mb);
void server_machine_repeat(struct server_txn *st);
bool server_machine_ack(struct server_txn *st, const struct message *ack);
void server_machine_emit(struct server_txn *st, enum server_txn_event ev,
			 const struct message *msg);
void server_machine_orphan(struct server_txn *st);
void server_machine_withdraw(struct server_txn *st);

#endif
