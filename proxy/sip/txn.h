/**
 * @file txn.h  The transaction layer's shared ground: tables and timers
 *
 * RFC 3261 section 17 with RFC 6026. server_txn.h and client_txn.h stand on
 * it; messages that match no transaction go up to the core's handlers.
 */
#ifndef PROXY_SIP_TXN_H
#define PROXY_SIP_TXN_H

#include "common/hash.h"
#include "proxy/sip/message.h"

struct txns;
struct timers;
struct log;
struct metrics;

/** All in ms */
struct txn_conf {
	uint32_t t1, t2, t4;
	uint32_t timer_c; /* more than 180 s */
	uint32_t max;     /* transactions at most, of each kind */
};

/* a request that starts something, an ACK without a transaction (2xx), or a
 * CANCEL without one */
typedef void(txns_request_h)(struct message *req, void *arg);
/* a response without a client transaction */
typedef void(txns_stray_h)(struct message *resp, void *arg);

int txns_alloc(struct txns **tp, struct timers *timers, struct log *log,
	       struct metrics *metrics, const struct txn_conf *conf,
	       txns_request_h *reqh, txns_stray_h *strayh, void *arg);

/* transactions that begin from now on have these timers; max stays */
void txns_reconfigure(struct txns *t, const struct txn_conf *conf);

/* feed it what the transport decoded */
void txns_input(struct txns *t, struct message *msg);

uint32_t txns_servers(const struct txns *t);
uint32_t txns_clients(const struct txns *t);

#endif
