/**
 * @file client_txn.h  INVITE and non-INVITE client transactions
 *
 * RFC 3261 section 17.1 with the Accepted state of RFC 6026 (Timer M) and
 * Timer C of section 16.6 for INVITE. Keyed by branch and CSeq method.
 */
#ifndef PROXY_SIP_CLIENT_TXN_H
#define PROXY_SIP_CLIENT_TXN_H

#include "proxy/sip/txn.h"

struct client_txn;

/*
 * err 0: resp is a provisional, the final, or one more 2xx (RFC 6026).
 * Otherwise resp is NULL: ETIMEDOUT (B, F, or C fired: act as on 408), or the
 * transport's errno (act as on 503). After a non-2xx final or an error
 * nothing more comes.
 */
typedef void(client_txn_h)(struct client_txn *ct, int err,
			   struct message *resp, void *arg);

/*
 * mb: the whole request with its Via on top, flow: where it leaves. The layer
 * holds a reference until it terminates; the caller gets one more.
 * A send error is reported through the handler, later. ENOSPC: table full.
 */
int client_txn_alloc(struct client_txn **ctp, struct txns *t,
		     struct flow *flow, struct mbuf *mb, client_txn_h *h,
		     void *arg);

/*
 * INVITE only: CANCEL now, or as soon as a provisional came; extra: whole
 * lines for it (Reason), or NULL. Without a final within 64*T1 of the CANCEL
 * the handler gets ETIMEDOUT. EALREADY after a final.
 */
int client_txn_cancel(struct client_txn *ct, const char *extra);

/* an INVITE that was sent before a restart, and rang: nothing is sent */
int client_txn_resume(struct client_txn **ctp, struct txns *t,
		      struct flow *flow, struct mbuf *mb, client_txn_h *h,
		      void *arg);

/* as it was given to client_txn_alloc(); NULL once a 2xx has come */
const struct mbuf *client_txn_octets(const struct client_txn *ct);
const struct message *client_txn_request(struct client_txn *ct);
struct flow *client_txn_flow(const struct client_txn *ct);

/* no more events: the handler's owner is gone; the machine runs on */
void client_txn_forget(struct client_txn *ct);

#endif
