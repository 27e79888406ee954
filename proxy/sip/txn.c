/**
 * @file txn.c  The transaction layer's shared ground: tables and dispatch
 */
#include <errno.h>
#include <re.h>
#include "proxy/sip/txn_table.h"


enum { BUCKETS_MIN = 64, BUCKETS_MAX = 65536 };


static void destructor(void *data)
{
	struct txns *t = data;

	server_txns_flush(t);
	client_txns_flush(t);
	mem_deref(t->ht_server);
	mem_deref(t->ht_client);
	mem_deref(t->timers);
	mem_deref(t->log);
	mem_deref(t->metrics);
}


static uint32_t buckets(uint32_t max)
{
	if (max < BUCKETS_MIN)
		return BUCKETS_MIN;
	if (max > BUCKETS_MAX)
		return BUCKETS_MAX;

	return hash_valid_size(max);
}


static void count(struct txns *t, struct metrics *m)
{
	census_init(&t->census, m);
	t->server_total = metrics_counter(m, "sip_server_transactions_total");
	t->client_total = metrics_counter(m, "sip_client_transactions_total");
	t->server_active = metrics_counter(m, "sip_server_transactions");
	t->client_active = metrics_counter(m, "sip_client_transactions");
	t->full_total = metrics_counter(m, "sip_transactions_refused_total");
	t->retransmit_total = metrics_counter(m, "sip_retransmissions_total");
	t->timeout_total = metrics_counter(m,
					   "sip_transaction_timeouts_total");
}


/**
 * Allocate the transaction layer
 *
 * @param tp      Pointer to the allocated layer
 * @param timers  Clock of all transactions
 * @param log     Log, or NULL
 * @param metrics Metrics, or NULL
 * @param conf    Timers in ms and the bound of the tables
 * @param reqh    Told of requests without a transaction
 * @param strayh  Told of responses without one, or NULL
 * @param arg     Handler argument
 *
 * @return 0 if success, otherwise errorcode
 */
int txns_alloc(struct txns **tp, struct timers *timers, struct log *log,
	       struct metrics *metrics, const struct txn_conf *conf,
	       txns_request_h *reqh, txns_stray_h *strayh, void *arg)
{
	struct txns *t;
	int err;

	if (!tp || !timers || !conf || !reqh || !conf->t1 || !conf->max)
		return EINVAL;

	t = mem_zalloc(sizeof(*t), destructor);
	if (!t)
		return ENOMEM;

	t->conf = *conf;
	t->timers = mem_ref(timers);
	t->log = mem_ref(log);
	t->metrics = mem_ref(metrics);
	t->reqh = reqh;
	t->strayh = strayh;
	t->arg = arg;
	hash_key_random(&t->key);
	count(t, metrics);

	err = hash_alloc(&t->ht_server, buckets(conf->max));
	if (err)
		goto out;
	err = hash_alloc(&t->ht_client, buckets(conf->max));

out:
	if (err)
		mem_deref(t);
	else
		*tp = t;

	return err;
}


/**
 * Set the timers of transactions that begin from now on
 *
 * @param t    Transaction layer
 * @param conf Timers in ms; the bound of the tables stays as it was
 */
void txns_reconfigure(struct txns *t, const struct txn_conf *conf)
{
	uint32_t max;

	if (!t || !conf || !conf->t1)
		return;

	max = t->conf.max;
	t->conf = *conf;
	t->conf.max = max;
}


/**
 * Hand a message to its transaction, or up to the core
 *
 * @param t   Transaction layer
 * @param msg Decoded message with its flow
 */
void txns_input(struct txns *t, struct message *msg)
{
	if (!t || !msg)
		return;

	mem_ref(t);
	mem_ref(msg);

	if (msg->req) {
		if (!server_txns_request(t, msg))
			t->reqh(msg, t->arg);
	}
	else if (!client_txns_response(t, msg) && t->strayh) {
		t->strayh(msg, t->arg);
	}

	mem_deref(msg);
	mem_deref(t);
}


/**
 * Count the server transactions
 *
 * @param t Transaction layer
 *
 * @return How many are in the table
 */
uint32_t txns_servers(const struct txns *t)
{
	return t ? t->servers : 0;
}


/**
 * Count the client transactions
 *
 * @param t Transaction layer
 *
 * @return How many are in the table
 */
uint32_t txns_clients(const struct txns *t)
{
	return t ? t->clients : 0;
}
