/**
 * @file server_txn.h  INVITE and non-INVITE server transactions
 *
 * RFC 3261 section 17.2 with the Accepted state of RFC 6026 (Timer L). Keyed
 * by branch, sent-by and method; RFC 2543 matching where there is no branch.
 */
#ifndef PROXY_SIP_SERVER_TXN_H
#define PROXY_SIP_SERVER_TXN_H

#include "proxy/sip/txn.h"

struct server_txn;

enum server_txn_event {
	SERVER_TXN_CANCEL, /* matched; its 200 is sent already; msg = CANCEL */
	SERVER_TXN_ACK,    /* ACK to our non-2xx final; msg = ACK */
	SERVER_TXN_TIMEOUT, /* no ACK to a non-2xx (Timer H) */
	SERVER_TXN_ERROR,   /* the reply could not be sent */
	SERVER_TXN_GONE,    /* terminated: drop your reference */
};
typedef void(server_txn_h)(struct server_txn *st, enum server_txn_event ev,
			   const struct message *msg, void *arg);

/*
 * The layer holds a reference until it terminates; the caller gets one more.
 * ENOSPC: table full (503). ACK is EINVAL. An INVITE's 100 is the caller's.
 */
int server_txn_alloc(struct server_txn **stp, struct txns *t,
		     struct message *req, server_txn_h *h, void *arg);

/* a response built for this request; drives the machine by its status code.
 * Further 2xx after a 2xx pass (RFC 6026); others after a final: EALREADY */
int server_txn_send(struct server_txn *st, uint16_t scode, struct mbuf *mb);

/* build_reply() and server_txn_send() */
int server_txn_reply(struct server_txn *st, uint16_t scode, const char *reason,
		     const char *extra);

/*
 * RFC 3261 section 18.2.2: once the request's connection is gone, responses go
 * by the flow that this handler finds. Without one the transaction ends with
 * its connection: only of somebody whom we know to be reachable, a peer, is
 * it worth waiting for the answer. transport_flow_return() is one.
 */
typedef int(server_txn_return_h)(struct flow **fp, const struct message *req,
				 void *arg);
void server_txn_return(struct server_txn *st, server_txn_return_h *h,
		       void *arg);

/* NULL: it rests, and there is no memory to read it once more */
struct message *server_txn_request(struct server_txn *st);

/* once a 2xx to an INVITE was sent: whoever holds its request, and slices of
 * it, lets go of it and asks again. The octets stay as long as st does */
void server_txn_rest(struct server_txn *st);

bool server_txn_final(const struct server_txn *st); /* one was sent */

/* the To tag of its replies */
const char *server_txn_tag(const struct server_txn *st);

/* no more events: the handler's owner is gone */
void server_txn_forget(struct server_txn *st);

#endif
