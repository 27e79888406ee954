/**
 * @file client_machine.c  The state machine of a client transaction
 *
 * One machine for both kinds: they differ in how they retransmit, and in that
 * an INVITE acknowledges a failure, stays open for more 2xx (RFC 6026), and
 * can be cancelled.
 */
#include <errno.h>
#include <re.h>
#include "proxy/sip/build.h"
#include "proxy/sip/client_machine.h"
#include "proxy/sip/client_stream.h"


/**
 * Stop all its timers
 *
 * @param ct Client transaction
 */
void client_machine_stop(struct client_txn *ct)
{
	timer_cancel(&ct->tmr_end);
	if (!ct->work)
		return;

	timer_cancel(&ct->work->tmr_re);
	timer_cancel(&ct->work->tmr_c);
}


/**
 * Decode its request; most transactions end without anybody asking for it
 *
 * @param ct Client transaction in the table
 *
 * @return 0 if it is there, otherwise errorcode
 */
int client_machine_decode(struct client_txn *ct)
{
	int err;

	if (!ct->work)
		return EINVAL;
	if (ct->work->req)
		return 0;
	if (!ct->txns)
		return EINVAL;

	err = message_decode(&ct->work->req, &ct->txns->guard,
			     mbuf_buf(ct->work->mb),
			     mbuf_get_left(ct->work->mb));
	if (err)
		return err;

	ct->work->req->flow = mem_ref(ct->flow);
	ct->work->req->src = ct->flow->local;

	return 0;
}


static void log_timeout(struct client_txn *ct)
{
	const bool known = !client_machine_decode(ct);

	counter_inc(ct->txns->timeout_total);
	log_info(ct->txns->log, "sip.timeout", KV_PL("method", &ct->met),
		 KV_PL("call", known ? &ct->work->req->callid : NULL),
		 KV_SA("peer", &ct->flow->peer));
}


static void emit(struct client_txn *ct, int err, struct message *resp)
{
	mem_ref(ct);
	if (ct->h)
		ct->h(ct, err, resp, ct->arg);
	mem_deref(ct);
}


/**
 * Take it out of the table; nobody is told, the table's reference is left
 *
 * @param ct Client transaction
 */
void client_machine_withdraw(struct client_txn *ct)
{
	struct txns *t = ct->txns;

	ct->txns = NULL;
	ct->state = CLIENT_TERMINATED;
	hash_unlink(&ct->he);
	client_machine_stop(ct);
	if (ct->work)
		flow_unwatch(&ct->work->watch);
	counter_set(t->client_active, --t->clients);
}


/* no answer came, or the request could not be sent: told once */
static void fail(struct client_txn *ct, int err)
{
	if (!ct->txns)
		return;

	if (err == ETIMEDOUT)
		log_timeout(ct);

	client_machine_withdraw(ct);
	emit(ct, err, NULL);
	ct->h = NULL;
	mem_deref(ct);
}


/**
 * Is a final still awaited?
 *
 * @param ct Client transaction
 *
 * @return True if so
 */
bool client_machine_pending(const struct client_txn *ct)
{
	return ct->state == CLIENT_CALLING || ct->state == CLIENT_PROCEEDING;
}


static void error_handler(void *arg)
{
	struct client_txn *ct = arg;

	if (client_stream_fails(ct))
		client_machine_start(ct);
	else
		fail(ct, ct->work->err);
}


static void unsent(struct client_txn *ct, int err)
{
	ct->work->err = err;
	timer_cancel(&ct->work->tmr_re);
	timer_start(ct->txns->timers, &ct->tmr_end, 0, error_handler, ct);
}


/* an error is told by the clock, never from inside the caller's own call */
static void transmit(struct client_txn *ct)
{
	const int err = flow_send(ct->flow, ct->work->mb);

	if (err)
		unsent(ct, err);
}


static void failed_handler(struct flow *flow, const struct mbuf *mb, int err,
			   void *arg)
{
	struct client_txn *ct = arg;
	(void)flow;

	if (mb == ct->work->mb && client_machine_pending(ct))
		unsent(ct, err);
}


/* A doubles for ever, E up to T2; with a provisional E is T2 */
static void re_handler(void *arg)
{
	struct client_txn *ct = arg;
	const uint32_t t2 = ct->work->conf.t2;

	ct->work->re_ms *= 2;
	if (!ct->invite &&
	    (ct->state == CLIENT_PROCEEDING || ct->work->re_ms > t2))
		ct->work->re_ms = t2;

	timer_start(ct->txns->timers, &ct->work->tmr_re, ct->work->re_ms,
		    re_handler, ct);
	transmit(ct);
}


static void end_handler(void *arg)
{
	struct client_txn *ct = arg;

	if (client_machine_pending(ct)) {
		fail(ct, ETIMEDOUT);
		return;
	}

	client_machine_withdraw(ct);
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

	err = client_machine_decode(ct);
	if (!err)
		err = build_cancel(&mb, ct->work->req, ct->work->extra);
	if (err)
		return err;

	if (client_txn_alloc(&cancel, t, ct->flow, mb, NULL, NULL))
		(void)flow_send(ct->flow, mb);
	mem_deref(cancel);
	mem_deref(mb);

	ct->cancelling = CLIENT_CANCEL_SENT;
	timer_cancel(&ct->work->tmr_c);
	start_end(ct, 64 * ct->work->conf.t1);

	return 0;
}


static void c_handler(void *arg)
{
	struct client_txn *ct = arg;

	if (ct->state != CLIENT_PROCEEDING || send_cancel(ct))
		fail(ct, ETIMEDOUT);
}


static void start_c(struct client_txn *ct)
{
	timer_start(ct->txns->timers, &ct->work->tmr_c, ct->work->conf.timer_c,
		    c_handler, ct);
}


static void close_handler(struct flow *flow, int err, void *arg)
{
	struct client_txn *ct = arg;
	(void)flow;

	if (!client_machine_pending(ct))
		return;

	if (client_stream_fails(ct))
		client_machine_start(ct);
	else
		fail(ct, err);
}


/* the ACK to a failure is the transaction's own (RFC 3261, 17.1.1.3) */
static void acknowledge(struct client_txn *ct, const struct message *resp)
{
	if (!ct->work->ack && (client_machine_decode(ct) ||
			       build_ack(&ct->work->ack, ct->work->req, resp)))
		return;

	(void)flow_send(ct->flow, ct->work->ack);
}


static void input_provisional(struct client_txn *ct, struct message *resp)
{
	if (!client_machine_pending(ct))
		return;

	if (ct->invite) {
		timer_cancel(&ct->work->tmr_re);
		if (ct->state == CLIENT_CALLING)
			timer_cancel(&ct->tmr_end);
		if (resp->scode > 100 && ct->cancelling != CLIENT_CANCEL_SENT)
			start_c(ct);
	}

	ct->state = CLIENT_PROCEEDING;
	if (ct->cancelling == CLIENT_CANCEL_WANTED)
		(void)send_cancel(ct);

	emit(ct, 0, resp);
}


/* it is not sent again: what it is known by is enough */
static void shed(struct client_txn *ct)
{
	static const struct pl invite = PL("INVITE");
	char *name = NULL;

	if (pl_strdup(&name, &ct->branch))
		return;

	ct->name = name;
	pl_set_str(&ct->branch, name);
	ct->met = invite;
	ct->work = mem_deref(ct->work);
}


/* RFC 6026 section 7.2: all 2xx go up, for 64*T1 after the first */
static void input_success(struct client_txn *ct, struct message *resp)
{
	if (ct->state == CLIENT_COMPLETED)
		return;

	if (ct->state != CLIENT_ACCEPTED) {
		client_machine_stop(ct);
		ct->state = CLIENT_ACCEPTED;
		start_end(ct, 64 * ct->work->conf.t1);
		shed(ct);
	}

	emit(ct, 0, resp);
}


static void input_failure(struct client_txn *ct, struct message *resp)
{
	const bool first = client_machine_pending(ct);

	if (ct->state == CLIENT_ACCEPTED)
		return;

	acknowledge(ct, resp);
	if (!first)
		return;

	client_machine_stop(ct);
	ct->state = CLIENT_COMPLETED;
	start_end(ct, flow_reliable(ct->flow) ? 0 : 64 * ct->work->conf.t1);
	emit(ct, 0, resp);
}


static void input_final(struct client_txn *ct, struct message *resp)
{
	if (!client_machine_pending(ct))
		return;

	client_machine_stop(ct);
	ct->state = CLIENT_COMPLETED;
	start_end(ct, flow_reliable(ct->flow) ? 0 : ct->work->conf.t4);
	emit(ct, 0, resp);
}


/**
 * A response to it came
 *
 * @param ct   Client transaction
 * @param resp Response
 */
void client_machine_input(struct client_txn *ct, struct message *resp)
{
	client_stream_works(ct);

	if (resp->scode < 200)
		input_provisional(ct, resp);
	else if (!ct->invite)
		input_final(ct, resp);
	else if (resp->scode < 300)
		input_success(ct, resp);
	else
		input_failure(ct, resp);
}


/**
 * Send the request, with timers B or F and, where needed, A or E and C
 *
 * @param ct Client transaction in the table
 */
void client_machine_start(struct client_txn *ct)
{
	struct txns *t = ct->txns;

	ct->work->watch.failedh = failed_handler;
	flow_watch(ct->flow, &ct->work->watch, close_handler, ct);
	start_end(ct, 64 * ct->work->conf.t1);
	if (ct->invite)
		start_c(ct);
	if (!flow_reliable(ct->flow)) {
		ct->work->re_ms = ct->work->conf.t1;
		timer_start(t->timers, &ct->work->tmr_re, ct->work->re_ms,
			    re_handler, ct);
	}
	transmit(ct);
}


/**
 * Go on waiting for the final, with timer C
 *
 * @param ct Client transaction of an INVITE in the table, which rang
 */
void client_machine_resume(struct client_txn *ct)
{
	ct->work->watch.failedh = failed_handler;
	flow_watch(ct->flow, &ct->work->watch, close_handler, ct);
	ct->state = CLIENT_PROCEEDING;
	start_c(ct);
}


/**
 * Cancel now, or as soon as a provisional response came
 *
 * @param ct Client transaction of an INVITE that awaits its final
 *
 * @return 0 if success, otherwise errorcode
 */
int client_machine_cancel(struct client_txn *ct)
{
	ct->cancelling = CLIENT_CANCEL_WANTED;

	return ct->state == CLIENT_PROCEEDING ? send_cancel(ct) : 0;
}
