/**
 * @file txn_table.h  What the two kinds of transactions share, inside the room
 *
 * Only txn.c, server_*.c and client_*.c include it. The table owns each
 * transaction until it terminates; a transaction that outlives the table
 * (somebody holds a reference) has txns == NULL and is dead.
 */
#ifndef PROXY_SIP_TXN_TABLE_H
#define PROXY_SIP_TXN_TABLE_H

#include "common/hash.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/sip/census.h"
#include "proxy/sip/flow.h"
#include "proxy/sip/txn.h"

struct server_txn;
struct client_txn;

struct txns {
	struct hash *ht_server;
	struct hash *ht_client;
	uint32_t servers, clients;
	struct txn_conf conf;
	struct hash_key key;
	struct timers *timers;   /* referenced */
	struct log *log;         /* referenced */
	struct metrics *metrics; /* referenced; owns the counters */
	struct counter *server_total, *client_total;
	struct counter *server_active, *client_active;
	struct counter *full_total, *retransmit_total, *timeout_total;
	struct census census;
	struct guard guard; /* scratch for decoding */
	txns_request_h *reqh;
	txns_stray_h *strayh;
	void *arg;
};

/* true: it belonged to a transaction and is dealt with */
bool server_txns_request(struct txns *t, struct message *req);
bool client_txns_response(struct txns *t, struct message *resp);

/* drops all; nobody is told */
void server_txns_flush(struct txns *t);
void client_txns_flush(struct txns *t);

#endif
