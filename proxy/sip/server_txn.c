/**
 * @file server_txn.c  INVITE and non-INVITE server transactions
 *
 * One machine for both kinds: an INVITE waits for its ACK where another
 * request is done, and a 2xx hands the INVITE over to the ends (RFC 6026).
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/sip/build.h"
#include "proxy/sip/server_txn.h"
#include "proxy/sip/txn_key.h"
#include "proxy/sip/txn_table.h"


enum state {
	TRYING = 0, /* not an INVITE, nothing sent */
	PROCEEDING,
	COMPLETED, /* a final was sent; of an INVITE: not a 2xx */
	CONFIRMED, /* INVITE: its ACK came */
	ACCEPTED,  /* INVITE: a 2xx was sent */
	TERMINATED,
};

struct server_txn {
	struct le he;
	struct txns *txns; /* not owned; NULL once terminated */
	struct message *req;
	struct mbuf *last; /* the response that a retransmission repeats */
	enum state state;
	bool is_invite;
	bool final;
	char tag[TXN_KEY_TAG_SIZE];
	struct timer tmr_soon; /* G; or an error that is reported later */
	struct timer tmr_end;  /* H, I, J, L */
	uint32_t g_ms;
	struct flow_watch watch;
	server_txn_h *h;
	void *arg;
};

/** What to look for in the table */
struct wanted {
	struct txns *t;
	const struct message *m;
	const struct pl *met;
};

static const struct pl invite = PL("INVITE");


static void destructor(void *data)
{
	struct server_txn *st = data;

	hash_unlink(&st->he);
	timer_cancel(&st->tmr_soon);
	timer_cancel(&st->tmr_end);
	flow_unwatch(&st->watch);
	mem_deref(st->last);
	mem_deref(st->req);
}


static void emit(struct server_txn *st, enum server_txn_event ev,
		 const struct message *msg)
{
	mem_ref(st);
	if (st->h)
		st->h(st, ev, msg, st->arg);
	mem_deref(st);
}


/* out of the table; nobody is told */
static void withdraw(struct server_txn *st)
{
	struct txns *t = st->txns;

	st->txns = NULL;
	st->state = TERMINATED;
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

	withdraw(st);
	emit(st, SERVER_TXN_GONE, NULL);
	st->h = NULL;
	mem_deref(st); /* the table's */
}


static void end_handler(void *arg)
{
	struct server_txn *st = arg;

	mem_ref(st);
	if (st->is_invite && st->state == COMPLETED) {
		counter_inc(st->txns->timeout_total);
		log_debug(st->txns->log, "sip.no_ack",
			  KV_PL("call", &st->req->callid),
			  KV_SA("peer", &st->req->src));
		emit(st, SERVER_TXN_TIMEOUT, NULL);
	}
	terminate(st);
	mem_deref(st);
}


static void error_handler(void *arg)
{
	struct server_txn *st = arg;

	mem_ref(st);
	emit(st, SERVER_TXN_ERROR, NULL);
	if (st->state != ACCEPTED)
		terminate(st);
	mem_deref(st);
}


/* an error is told by the clock, never from inside the caller's own call */
static void transmit(struct server_txn *st, struct mbuf *mb)
{
	if (flow_send(st->req->flow, mb))
		timer_start(st->txns->timers, &st->tmr_soon, 0, error_handler,
			    st);
}


static void g_handler(void *arg)
{
	struct server_txn *st = arg;
	const struct txn_conf *conf = &st->txns->conf;

	st->g_ms = st->g_ms < conf->t2 / 2 ? 2 * st->g_ms : conf->t2;
	timer_start(st->txns->timers, &st->tmr_soon, st->g_ms, g_handler, st);
	transmit(st, st->last);
}


static void close_handler(struct flow *flow, int err, void *arg)
{
	struct server_txn *st = arg;
	(void)flow;
	(void)err;

	mem_ref(st);
	if (!st->final)
		emit(st, SERVER_TXN_ERROR, NULL);
	if (st->state != ACCEPTED)
		terminate(st);
	mem_deref(st);
}


/* a 2xx hands the INVITE over to the ends; other finals wait for their ACK */
static void finish_invite(struct server_txn *st, uint16_t scode)
{
	struct txns *t = st->txns;

	timer_start(t->timers, &st->tmr_end, 64 * t->conf.t1, end_handler, st);

	if (scode < 300) {
		st->state = ACCEPTED;
		st->last = mem_deref(st->last);
		return;
	}

	st->state = COMPLETED;
	if (flow_reliable(st->req->flow))
		return;

	st->g_ms = t->conf.t1;
	timer_start(t->timers, &st->tmr_soon, st->g_ms, g_handler, st);
}


static void finish(struct server_txn *st, uint16_t scode)
{
	struct txns *t = st->txns;
	const uint32_t j_ms = flow_reliable(st->req->flow) ? 0
							   : 64 * t->conf.t1;

	st->final = true;
	if (st->is_invite) {
		finish_invite(st, scode);
		return;
	}

	st->state = COMPLETED;
	timer_start(t->timers, &st->tmr_end, j_ms, end_handler, st);
}


/* the same request once more */
static void repeat(struct server_txn *st)
{
	counter_inc(st->txns->retransmit_total);
	if (st->last && (st->state == PROCEEDING || st->state == COMPLETED))
		transmit(st, st->last);
}


/* false: it is the core's, as an ACK to a 2xx */
static bool acknowledge(struct server_txn *st, const struct message *ack)
{
	struct txns *t = st->txns;
	const uint32_t i_ms = flow_reliable(st->req->flow) ? 0 : t->conf.t4;

	if (st->state == ACCEPTED)
		return false;
	if (st->state != COMPLETED)
		return true;

	st->state = CONFIRMED;
	timer_cancel(&st->tmr_soon);
	timer_start(t->timers, &st->tmr_end, i_ms, end_handler, st);
	emit(st, SERVER_TXN_ACK, ack);

	return true;
}


/* as in RFC 2543 an ACK names its transaction by our response's To tag */
static bool ack_matches(struct server_txn *st, struct txns *t,
			const struct message *ack)
{
	struct message *resp = NULL;
	bool same;

	if (txn_key_has_branch(ack) || !st->last)
		return txn_key_same_server(st->req, ack, &ack->to_tag);

	if (message_decode(&resp, &t->guard, mbuf_buf(st->last),
			   mbuf_get_left(st->last)))
		return false;

	same = txn_key_same_server(st->req, ack, &resp->to_tag);
	mem_deref(resp);

	return same;
}


static bool match_handler(struct le *le, void *arg)
{
	struct server_txn *st = le->data;
	const struct wanted *w = arg;

	if (pl_cmp(&st->req->met, w->met))
		return false;
	if (message_is(w->m, "ACK"))
		return ack_matches(st, w->t, w->m);

	return txn_key_same_server(st->req, w->m, &st->req->to_tag);
}


static struct server_txn *find(struct txns *t, const struct message *m,
			       const struct pl *met)
{
	struct wanted w = {.t = t, .m = m, .met = met};

	return list_ledata(hash_lookup(t->ht_server,
				       txn_key_server(&t->key, m, met),
				       match_handler, &w));
}


static int reply(struct mbuf **mbp, const struct message *req, uint16_t scode,
		 const char *reason, const char *tag, const char *extra)
{
	struct build_reply r = {.scode = scode, .extra = extra};

	r.reason = reason ? reason : build_reason(scode);
	if (scode > 100)
		pl_set_str(&r.to_tag, tag);

	return build_reply(mbp, req, &r);
}


/* 200 by a transaction of its own; without one where there is no room */
static void answer_cancel(struct txns *t, struct message *cancel,
			  const char *tag)
{
	struct server_txn *st = NULL;
	struct mbuf *mb = NULL;

	if (reply(&mb, cancel, 200, NULL, tag, NULL))
		return;

	if (server_txn_alloc(&st, t, cancel, NULL, NULL))
		(void)flow_send(cancel->flow, mb);
	else
		(void)server_txn_send(st, 200, mb);

	mem_deref(st);
	mem_deref(mb);
}


static bool input_cancel(struct txns *t, struct message *cancel)
{
	struct server_txn *st = find(t, cancel, &invite);

	if (!st)
		return false;

	mem_ref(st);
	answer_cancel(t, cancel, st->tag);
	if (!st->final)
		emit(st, SERVER_TXN_CANCEL, cancel);
	mem_deref(st);

	return true;
}


static bool input_ack(struct txns *t, struct message *ack)
{
	struct server_txn *st = find(t, ack, &invite);

	return st && acknowledge(st, ack);
}


/**
 * Hand a request to the server transaction that it belongs to
 *
 * @param t   Transaction layer
 * @param req Request
 *
 * @return True if it belonged to one and is dealt with
 */
bool server_txns_request(struct txns *t, struct message *req)
{
	struct server_txn *st;

	if (message_is(req, "ACK"))
		return input_ack(t, req);

	st = find(t, req, &req->met);
	if (st) {
		repeat(st);
		return true;
	}

	return message_is(req, "CANCEL") && input_cancel(t, req);
}


static bool flush_handler(struct le *le, void *arg)
{
	struct server_txn *st = le->data;
	(void)arg;

	withdraw(st);
	st->h = NULL;
	mem_deref(st);

	return false;
}


/**
 * Drop all server transactions; nobody is told
 *
 * @param t Transaction layer
 */
void server_txns_flush(struct txns *t)
{
	(void)hash_apply(t->ht_server, flush_handler, NULL);
}


static void init(struct server_txn *st, struct txns *t, struct message *req)
{
	st->txns = t;
	st->req = mem_ref(req);
	st->is_invite = !pl_cmp(&req->met, &invite);
	st->state = st->is_invite ? PROCEEDING : TRYING;
	txn_key_tag(st->tag, &t->key, req);
	flow_watch(req->flow, &st->watch, close_handler, st);
}


/**
 * Allocate a server transaction for a request
 *
 * @param stp Pointer to the allocated transaction
 * @param t   Transaction layer
 * @param req Request with its flow; not an ACK
 * @param h   Event handler, or NULL
 * @param arg Handler argument
 *
 * @return 0 if success, ENOSPC where the table is full, otherwise errorcode
 */
int server_txn_alloc(struct server_txn **stp, struct txns *t,
		     struct message *req, server_txn_h *h, void *arg)
{
	struct server_txn *st;

	if (!stp || !t || !req || !req->req || !req->flow ||
	    message_is(req, "ACK"))
		return EINVAL;

	if (t->servers >= t->conf.max) {
		counter_inc(t->full_total);
		return ENOSPC;
	}

	st = mem_zalloc(sizeof(*st), destructor);
	if (!st)
		return ENOMEM;

	init(st, t, req);
	st->h = h;
	st->arg = arg;
	hash_append(t->ht_server, txn_key_server(&t->key, req, &req->met),
		    &st->he, st);
	counter_set(t->server_active, ++t->servers);
	counter_inc(t->server_total);

	*stp = mem_ref(st);

	return 0;
}


/**
 * Send a response; its status code drives the machine
 *
 * @param st    Server transaction
 * @param scode Status code of the response
 * @param mb    The whole response; not to be changed any more
 *
 * @return 0 if success, EALREADY after a final, otherwise errorcode
 *
 * RFC 3261 section 17.2, RFC 6026 section 7.1
 */
int server_txn_send(struct server_txn *st, uint16_t scode, struct mbuf *mb)
{
	if (!st || !mbuf_get_left(mb) || scode < 100 || scode > 699)
		return EINVAL;

	if (!st->txns)
		return EALREADY;

	if (st->final) {
		if (st->state != ACCEPTED || scode / 100 != 2)
			return EALREADY;
		transmit(st, mb);
		return 0;
	}

	mem_ref(mb);
	mem_deref(st->last);
	st->last = mem_ref(mb);

	st->state = PROCEEDING;
	if (scode >= 200)
		finish(st, scode);
	transmit(st, mb);
	mem_deref(mb);

	return 0;
}


/**
 * Build a reply to the request and send it
 *
 * @param st     Server transaction
 * @param scode  Status code
 * @param reason Reason phrase, or NULL for the standard one
 * @param extra  Whole header lines, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int server_txn_reply(struct server_txn *st, uint16_t scode, const char *reason,
		     const char *extra)
{
	struct mbuf *mb = NULL;
	int err;

	if (!st)
		return EINVAL;

	err = reply(&mb, st->req, scode, reason, st->tag, extra);
	if (err)
		return err;

	err = server_txn_send(st, scode, mb);
	mem_deref(mb);

	return err;
}


/**
 * The request that opened the transaction
 *
 * @param st Server transaction
 *
 * @return Request, not referenced
 */
struct message *server_txn_request(const struct server_txn *st)
{
	return st ? st->req : NULL;
}


/**
 * Was a final response sent?
 *
 * @param st Server transaction
 *
 * @return True if so
 */
bool server_txn_final(const struct server_txn *st)
{
	return st && st->final;
}


/**
 * No more events; the machine runs on
 *
 * One that nobody will answer any more goes after 64*T1, when its client has
 * given up as well.
 *
 * @param st Server transaction
 */
void server_txn_forget(struct server_txn *st)
{
	if (!st)
		return;

	st->h = NULL;
	if (st->txns && !st->final)
		timer_start(st->txns->timers, &st->tmr_end,
			    64 * st->txns->conf.t1, end_handler, st);
}
