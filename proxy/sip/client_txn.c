/**
 * @file client_txn.c  INVITE and non-INVITE client transactions
 *
 * One machine for both kinds: they differ in how they retransmit, and in that
 * an INVITE acknowledges a failure, stays open for more 2xx (RFC 6026), and
 * can be cancelled.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/sip/build.h"
#include "proxy/sip/client_txn.h"
#include "proxy/sip/txn_key.h"
#include "proxy/sip/txn_table.h"


enum state {
	CALLING = 0, /* not an INVITE: Trying */
	PROCEEDING,
	COMPLETED,
	ACCEPTED, /* INVITE: a 2xx came */
	TERMINATED,
};

enum cancelling {
	CANCEL_NO = 0,
	CANCEL_WANTED, /* waits for a provisional */
	CANCEL_SENT,
};

struct client_txn {
	struct le he;
	struct txns *txns; /* not owned; NULL once terminated */
	struct message *req;
	struct flow *flow;
	struct mbuf *mb;  /* the request as it is sent */
	struct mbuf *ack; /* to the non-2xx final */
	enum state state;
	bool invite;
	enum cancelling cancelling;
	char *extra;          /* lines for the CANCEL */
	struct timer tmr_re;  /* A, E */
	struct timer tmr_end; /* B, D, F, K, M; an error told later */
	struct timer tmr_c;
	uint32_t re_ms;
	int err; /* of sending */
	struct flow_watch watch;
	client_txn_h *h;
	void *arg;
};


static void stop(struct client_txn *ct)
{
	timer_cancel(&ct->tmr_re);
	timer_cancel(&ct->tmr_end);
	timer_cancel(&ct->tmr_c);
}


static void destructor(void *data)
{
	struct client_txn *ct = data;

	hash_unlink(&ct->he);
	stop(ct);
	flow_unwatch(&ct->watch);
	mem_deref(ct->extra);
	mem_deref(ct->ack);
	mem_deref(ct->mb);
	mem_deref(ct->flow);
	mem_deref(ct->req);
}


static void emit(struct client_txn *ct, int err, struct message *resp)
{
	mem_ref(ct);
	if (ct->h)
		ct->h(ct, err, resp, ct->arg);
	mem_deref(ct);
}


/* out of the table; the caller drops the table's reference */
static void withdraw(struct client_txn *ct)
{
	struct txns *t = ct->txns;

	ct->txns = NULL;
	ct->state = TERMINATED;
	hash_unlink(&ct->he);
	stop(ct);
	flow_unwatch(&ct->watch);
	counter_set(t->client_active, --t->clients);
}


/* no answer came, or the request could not be sent: told once */
static void fail(struct client_txn *ct, int err)
{
	if (!ct->txns)
		return;

	if (err == ETIMEDOUT) {
		counter_inc(ct->txns->timeout_total);
		log_info(ct->txns->log, "sip.timeout",
			 KV_PL("method", &ct->req->met),
			 KV_PL("call", &ct->req->callid),
			 KV_SA("peer", &ct->flow->peer));
	}

	withdraw(ct);
	emit(ct, err, NULL);
	ct->h = NULL;
	mem_deref(ct);
}


static bool is_pending(const struct client_txn *ct)
{
	return ct->state == CALLING || ct->state == PROCEEDING;
}


static void error_handler(void *arg)
{
	struct client_txn *ct = arg;

	fail(ct, ct->err);
}


/* an error is told by the clock, never from inside the caller's own call */
static void transmit(struct client_txn *ct)
{
	ct->err = flow_send(ct->flow, ct->mb);
	if (!ct->err)
		return;

	timer_cancel(&ct->tmr_re);
	timer_start(ct->txns->timers, &ct->tmr_end, 0, error_handler, ct);
}


/* A doubles for ever, E up to T2; with a provisional E is T2 */
static void re_handler(void *arg)
{
	struct client_txn *ct = arg;
	const uint32_t t2 = ct->txns->conf.t2;

	ct->re_ms *= 2;
	if (!ct->invite && (ct->state == PROCEEDING || ct->re_ms > t2))
		ct->re_ms = t2;

	timer_start(ct->txns->timers, &ct->tmr_re, ct->re_ms, re_handler, ct);
	transmit(ct);
}


static void end_handler(void *arg)
{
	struct client_txn *ct = arg;

	if (is_pending(ct)) {
		fail(ct, ETIMEDOUT);
		return;
	}

	withdraw(ct);
	ct->h = NULL;
	mem_deref(ct);
}


static void start_end(struct client_txn *ct, uint32_t delay_ms)
{
	timer_start(ct->txns->timers, &ct->tmr_end, delay_ms, end_handler, ct);
}


/* a transaction of its own (RFC 3261 section 9.1); its answer tells nothing */
static int send_cancel(struct client_txn *ct)
{
	struct txns *t = ct->txns;
	struct client_txn *cancel = NULL;
	struct mbuf *mb = NULL;
	int err;

	err = build_cancel(&mb, ct->req, ct->extra);
	if (err)
		return err;

	if (client_txn_alloc(&cancel, t, ct->flow, mb, NULL, NULL))
		(void)flow_send(ct->flow, mb);
	mem_deref(cancel);
	mem_deref(mb);

	ct->cancelling = CANCEL_SENT;
	timer_cancel(&ct->tmr_c);
	start_end(ct, 64 * t->conf.t1);

	return 0;
}


static void c_handler(void *arg)
{
	struct client_txn *ct = arg;

	if (ct->state != PROCEEDING || send_cancel(ct))
		fail(ct, ETIMEDOUT);
}


static void start_c(struct client_txn *ct)
{
	timer_start(ct->txns->timers, &ct->tmr_c, ct->txns->conf.timer_c,
		    c_handler, ct);
}


static void close_handler(struct flow *flow, int err, void *arg)
{
	struct client_txn *ct = arg;
	(void)flow;

	if (is_pending(ct))
		fail(ct, err);
}


/* the ACK to a failure is the transaction's own (RFC 3261, 17.1.1.3) */
static void acknowledge(struct client_txn *ct, const struct message *resp)
{
	if (!ct->ack && build_ack(&ct->ack, ct->req, resp))
		return;

	(void)flow_send(ct->flow, ct->ack);
}


static void input_provisional(struct client_txn *ct, struct message *resp)
{
	if (!is_pending(ct))
		return;

	if (ct->invite) {
		timer_cancel(&ct->tmr_re);
		if (ct->state == CALLING)
			timer_cancel(&ct->tmr_end);
		if (resp->scode > 100 && ct->cancelling != CANCEL_SENT)
			start_c(ct);
	}

	ct->state = PROCEEDING;
	if (ct->cancelling == CANCEL_WANTED)
		(void)send_cancel(ct);

	emit(ct, 0, resp);
}


/* RFC 6026 section 7.2: all 2xx go up, for 64*T1 after the first */
static void input_success(struct client_txn *ct, struct message *resp)
{
	if (ct->state == COMPLETED)
		return;

	if (ct->state != ACCEPTED) {
		stop(ct);
		ct->state = ACCEPTED;
		start_end(ct, 64 * ct->txns->conf.t1);
	}

	emit(ct, 0, resp);
}


static void input_failure(struct client_txn *ct, struct message *resp)
{
	const bool first = is_pending(ct);

	if (ct->state == ACCEPTED)
		return;

	acknowledge(ct, resp);
	if (!first)
		return;

	stop(ct);
	ct->state = COMPLETED;
	start_end(ct, flow_reliable(ct->flow) ? 0 : 64 * ct->txns->conf.t1);
	emit(ct, 0, resp);
}


static void input_final(struct client_txn *ct, struct message *resp)
{
	if (!is_pending(ct))
		return;

	stop(ct);
	ct->state = COMPLETED;
	start_end(ct, flow_reliable(ct->flow) ? 0 : ct->txns->conf.t4);
	emit(ct, 0, resp);
}


static bool match_handler(struct le *le, void *arg)
{
	const struct client_txn *ct = le->data;

	return txn_key_same_client(ct->req, arg);
}


/**
 * Hand a response to the client transaction that it belongs to
 *
 * @param t    Transaction layer
 * @param resp Response
 *
 * @return True if it belonged to one and is dealt with
 */
bool client_txns_response(struct txns *t, struct message *resp)
{
	struct client_txn *ct = list_ledata(
		hash_lookup(t->ht_client, txn_key_client(&t->key, resp),
			    match_handler, resp));

	if (!ct)
		return false;

	if (resp->scode < 200)
		input_provisional(ct, resp);
	else if (!ct->invite)
		input_final(ct, resp);
	else if (resp->scode < 300)
		input_success(ct, resp);
	else
		input_failure(ct, resp);

	return true;
}


static bool flush_handler(struct le *le, void *arg)
{
	struct client_txn *ct = le->data;
	(void)arg;

	withdraw(ct);
	ct->h = NULL;
	mem_deref(ct);

	return false;
}


/**
 * Drop all client transactions; nobody is told
 *
 * @param t Transaction layer
 */
void client_txns_flush(struct txns *t)
{
	(void)hash_apply(t->ht_client, flush_handler, NULL);
}


static int decode(struct client_txn *ct, struct txns *t)
{
	const int err = message_decode(&ct->req, &t->guard, mbuf_buf(ct->mb),
				       mbuf_get_left(ct->mb));

	if (err)
		return err == ENOMEM ? ENOMEM : EINVAL;
	if (!ct->req->req || message_is(ct->req, "ACK") ||
	    !txn_key_has_branch(ct->req))
		return EINVAL;

	ct->req->flow = mem_ref(ct->flow);
	ct->req->src = ct->flow->local;
	ct->invite = message_is(ct->req, "INVITE");

	return 0;
}


/* into the table, with timers B or F and, where needed, A or E and C */
static void start(struct client_txn *ct, struct txns *t)
{
	ct->txns = t;
	hash_append(t->ht_client, txn_key_client(&t->key, ct->req), &ct->he,
		    ct);
	counter_set(t->client_active, ++t->clients);
	counter_inc(t->client_total);

	flow_watch(ct->flow, &ct->watch, close_handler, ct);
	start_end(ct, 64 * t->conf.t1);
	if (ct->invite)
		start_c(ct);
	if (!flow_reliable(ct->flow)) {
		ct->re_ms = t->conf.t1;
		timer_start(t->timers, &ct->tmr_re, ct->re_ms, re_handler, ct);
	}
	transmit(ct);
}


/**
 * Send a request and wait for what comes of it
 *
 * @param ctp  Pointer to the allocated transaction
 * @param t    Transaction layer
 * @param flow Where the request leaves
 * @param mb   The whole request; not to be changed any more
 * @param h    Response handler, or NULL
 * @param arg  Handler argument
 *
 * @return 0 if success, ENOSPC where the table is full, otherwise errorcode
 */
int client_txn_alloc(struct client_txn **ctp, struct txns *t,
		     struct flow *flow, struct mbuf *mb, client_txn_h *h,
		     void *arg)
{
	struct client_txn *ct;
	int err;

	if (!ctp || !t || !flow || !mbuf_get_left(mb))
		return EINVAL;

	if (t->clients >= t->conf.max) {
		counter_inc(t->full_total);
		return ENOSPC;
	}

	ct = mem_zalloc(sizeof(*ct), destructor);
	if (!ct)
		return ENOMEM;

	ct->flow = mem_ref(flow);
	ct->mb = mem_ref(mb);
	ct->h = h;
	ct->arg = arg;

	err = decode(ct, t);
	if (err) {
		mem_deref(ct);
		return err;
	}

	start(ct, t);
	*ctp = mem_ref(ct);

	return 0;
}


/**
 * Cancel an INVITE, now or as soon as a provisional response came
 *
 * @param ct    Client transaction of an INVITE
 * @param extra Whole header lines for the CANCEL, or NULL
 *
 * @return 0 if success, EALREADY after a final, otherwise errorcode
 *
 * RFC 3261 section 9.1
 */
int client_txn_cancel(struct client_txn *ct, const char *extra)
{
	int err = 0;

	if (!ct || !ct->invite)
		return EINVAL;
	if (!is_pending(ct))
		return EALREADY;
	if (ct->cancelling != CANCEL_NO)
		return 0;

	if (extra)
		err = str_dup(&ct->extra, extra);
	if (err)
		return err;

	ct->cancelling = CANCEL_WANTED;
	if (ct->state == PROCEEDING)
		err = send_cancel(ct);

	return err;
}


/**
 * The request as it was sent
 *
 * @param ct Client transaction
 *
 * @return Request, not referenced
 */
const struct message *client_txn_request(const struct client_txn *ct)
{
	return ct ? ct->req : NULL;
}


/**
 * The flow that the request left by
 *
 * @param ct Client transaction
 *
 * @return Flow, not referenced
 */
struct flow *client_txn_flow(const struct client_txn *ct)
{
	return ct ? ct->flow : NULL;
}


/**
 * No more events; the machine runs on
 *
 * @param ct Client transaction
 */
void client_txn_forget(struct client_txn *ct)
{
	if (ct)
		ct->h = NULL;
}
