/**
 * @file server_machine.c  The state machine of a server transaction
 *
 * One machine for both kinds: an INVITE waits for its ACK where another
 * request is done, and a 2xx hands the INVITE over to the ends (RFC 6026).
 */
#include <errno.h>
#include <re.h>
#include "proxy/sip/server_machine.h"


/**
 * Tell the handler, which may let go of the transaction
 *
 * @param st  Server transaction
 * @param ev  Event
 * @param msg Its message, or NULL
 */
void server_machine_emit(struct server_txn *st, enum server_txn_event ev,
			 const struct message *msg)
{
	mem_ref(st);
	if (st->h)
		st->h(st, ev, msg, st->arg);
	mem_deref(st);
}


/**
 * Take it out of the table; nobody is told, the table's reference is left
 *
 * @param st Server transaction
 */
void server_machine_withdraw(struct server_txn *st)
{
	struct txns *t = st->txns;

	st->txns = NULL;
	st->state = SERVER_TERMINATED;
	hash_unlink(&st->he);
	timer_cancel(&st->tmr_soon);
	timer_cancel(&st->tmr_end);
	flow_unwatch(&st->watch);
	st->last = mem_deref(st->last);
	counter_set(t->server_active, --t->servers);
}


static void terminate(struct server_txn *st)
{
	if (!st->txns)
		return;

	server_machine_withdraw(st);
	server_machine_emit(st, SERVER_TXN_GONE, NULL);
	st->h = NULL;
	mem_deref(st); /* the table's */
}


static void end_handler(void *arg)
{
	struct server_txn *st = arg;

	mem_ref(st);
	if (st->is_invite && st->state == SERVER_COMPLETED) {
		counter_inc(st->txns->timeout_total);
		log_debug(st->txns->log, "sip.no_ack",
			  KV_PL("call", &st->req->callid),
			  KV_SA("peer", &st->req->src));
		server_machine_emit(st, SERVER_TXN_TIMEOUT, NULL);
	}
	terminate(st);
	mem_deref(st);
}


static void error_handler(void *arg)
{
	struct server_txn *st = arg;

	mem_ref(st);
	server_machine_emit(st, SERVER_TXN_ERROR, NULL);
	if (st->state != SERVER_ACCEPTED)
		terminate(st);
	mem_deref(st);
}


static void close_handler(struct flow *flow, int err, void *arg)
{
	struct server_txn *st = arg;
	(void)flow;
	(void)err;

	/* the answer will find another way */
	if (st->returnh && !st->final)
		return;

	mem_ref(st);
	if (!st->final)
		server_machine_emit(st, SERVER_TXN_ERROR, NULL);
	if (st->state != SERVER_ACCEPTED)
		terminate(st);
	mem_deref(st);
}


/* RFC 3261 section 18.2.2: where the connection is gone */
static int reopen(struct server_txn *st)
{
	struct flow *flow = NULL;
	int err;

	if (!st->returnh || !st->flow->closed)
		return ENOTCONN;

	if (!server_txn_request(st))
		return ENOMEM;

	err = st->returnh(&flow, st->req, st->return_arg);
	if (err)
		return err;

	mem_deref(st->flow);
	st->flow = flow;
	if (st->req) {
		mem_deref(st->req->flow);
		st->req->flow = mem_ref(flow);
	}
	flow_watch(flow, &st->watch, close_handler, st);

	return 0;
}


/* an error is told by the clock, never from inside the caller's own call */
static void transmit(struct server_txn *st, struct mbuf *mb)
{
	if (flow_send(st->flow, mb) && (reopen(st) || flow_send(st->flow, mb)))
		timer_start(st->txns->timers, &st->tmr_soon, 0, error_handler,
			    st);
}


/* the last response, or one of the 2xx, which are not kept */
static void failed_handler(struct flow *flow, const struct mbuf *mb, int err,
			   void *arg)
{
	struct server_txn *st = arg;
	(void)flow;
	(void)err;

	if (mb == st->last || st->state == SERVER_ACCEPTED)
		timer_start(st->txns->timers, &st->tmr_soon, 0, error_handler,
			    st);
}


static void g_handler(void *arg)
{
	struct server_txn *st = arg;
	const struct txn_conf *conf = &st->conf;

	st->g_ms = st->g_ms < conf->t2 / 2 ? 2 * st->g_ms : conf->t2;
	timer_start(st->txns->timers, &st->tmr_soon, st->g_ms, g_handler, st);
	transmit(st, st->last);
}


/* a 2xx hands the INVITE over to the ends; other finals wait for their ACK */
static void finish_invite(struct server_txn *st, uint16_t scode)
{
	struct txns *t = st->txns;

	timer_start(t->timers, &st->tmr_end, 64 * st->conf.t1, end_handler,
		    st);

	if (scode < 300) {
		st->state = SERVER_ACCEPTED;
		st->last = mem_deref(st->last);
		return;
	}

	st->state = SERVER_COMPLETED;
	if (flow_reliable(st->flow))
		return;

	st->g_ms = st->conf.t1;
	timer_start(t->timers, &st->tmr_soon, st->g_ms, g_handler, st);
}


static void finish(struct server_txn *st, uint16_t scode)
{
	struct txns *t = st->txns;
	const uint32_t j_ms = flow_reliable(st->flow) ? 0 : 64 * st->conf.t1;

	st->final = true;
	if (st->is_invite) {
		finish_invite(st, scode);
		return;
	}

	st->state = SERVER_COMPLETED;
	timer_start(t->timers, &st->tmr_end, j_ms, end_handler, st);
}


/**
 * The same request came once more
 *
 * @param st Server transaction
 */
void server_machine_repeat(struct server_txn *st)
{
	counter_inc(st->txns->retransmit_total);
	if (st->last &&
	    (st->state == SERVER_PROCEEDING || st->state == SERVER_COMPLETED))
		transmit(st, st->last);
}


/**
 * An ACK came
 *
 * @param st  Server transaction of an INVITE
 * @param ack ACK
 *
 * @return False if it is the core's, as an ACK to a 2xx
 */
bool server_machine_ack(struct server_txn *st, const struct message *ack)
{
	struct txns *t = st->txns;
	const uint32_t i_ms = flow_reliable(st->flow) ? 0 : st->conf.t4;

	if (st->state == SERVER_ACCEPTED)
		return false;
	if (st->state != SERVER_COMPLETED)
		return true;

	st->state = SERVER_CONFIRMED;
	timer_cancel(&st->tmr_soon);
	timer_start(t->timers, &st->tmr_end, i_ms, end_handler, st);
	server_machine_emit(st, SERVER_TXN_ACK, ack);

	return true;
}


/* every entry of the table has a timer, also where its owner never answers: a
 * client waits 64*T1 for other finals (RFC 4320), for an INVITE's as long as
 * Timer C lets provisionals come */
static void start_backstop(struct server_txn *st)
{
	const struct txn_conf *conf = &st->conf;

	timer_start(st->txns->timers, &st->tmr_end,
		    st->is_invite ? conf->timer_c + 128 * conf->t1
				  : 64 * conf->t1,
		    end_handler, st);
}


/**
 * Into the table's life: the request waits for its answer
 *
 * @param st Server transaction, with its request
 */
void server_machine_start(struct server_txn *st)
{
	st->state = st->is_invite ? SERVER_PROCEEDING : SERVER_TRYING;
	st->watch.failedh = failed_handler;
	flow_watch(st->flow, &st->watch, close_handler, st);
	start_backstop(st);
}


/**
 * Send a response
 *
 * @param st    Server transaction
 * @param scode Its status code
 * @param mb    The whole response
 *
 * @return 0 if success, EALREADY after a final
 *
 * RFC 3261 section 17.2, RFC 6026 section 7.1
 */
int server_machine_send(struct server_txn *st, uint16_t scode, struct mbuf *mb)
{
	if (!st->txns)
		return EALREADY;

	if (st->final) {
		if (st->state != SERVER_ACCEPTED || scode / 100 != 2)
			return EALREADY;
		transmit(st, mb);
		return 0;
	}

	mem_ref(mb);
	mem_deref(st->last);
	st->last = mem_ref(mb);

	census_out(&st->txns->census, scode);
	st->state = SERVER_PROCEEDING;
	if (scode >= 200)
		finish(st, scode);
	else if (st->is_invite)
		start_backstop(st);
	transmit(st, mb);
	mem_deref(mb);

	return 0;
}


/**
 * Nobody listens any more: an unanswered one goes after 64*T1, when its client
 * has given up as well
 *
 * @param st Server transaction
 */
void server_machine_orphan(struct server_txn *st)
{
	if (st->txns && !st->final)
		timer_start(st->txns->timers, &st->tmr_end, 64 * st->conf.t1,
			    end_handler, st);
}
