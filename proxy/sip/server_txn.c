/**
 * @file server_txn.c  INVITE and non-INVITE server transactions
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/sip/build.h"
#include "proxy/sip/server_machine.h"


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
	mem_deref(st->flow);
	mem_deref(st->req);
	mem_deref(st->mb);
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

	if (pl_cmp(&st->met, w->met))
		return false;
	if (st->name.branch.l)
		return txn_key_is_name(&st->name, w->m);
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
		server_machine_emit(st, SERVER_TXN_CANCEL, cancel);
	mem_deref(st);

	return true;
}


static bool input_ack(struct txns *t, struct message *ack)
{
	struct server_txn *st = find(t, ack, &invite);

	return st && server_machine_ack(st, ack);
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
		server_machine_repeat(st);
		return true;
	}

	return message_is(req, "CANCEL") && input_cancel(t, req);
}


static bool flush_handler(struct le *le, void *arg)
{
	struct server_txn *st = le->data;
	(void)arg;

	server_machine_withdraw(st);
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
	st->conf = t->conf;
	st->req = mem_ref(req);
	st->mb = mem_ref(req->mb);
	st->flow = mem_ref(req->flow);
	st->met = req->met;
	txn_key_name(&st->name, req);
	st->is_invite = !pl_cmp(&req->met, &invite);
	txn_key_tag(st->tag, &t->key, req);
	server_machine_start(st);
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
 */
int server_txn_send(struct server_txn *st, uint16_t scode, struct mbuf *mb)
{
	if (!st || !mbuf_get_left(mb) || scode < 100 || scode > 699)
		return EINVAL;

	return server_machine_send(st, scode, mb);
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
	if (!server_txn_request(st))
		return ENOMEM;

	err = reply(&mb, st->req, scode, reason, st->tag, extra);
	if (err)
		return err;

	err = server_txn_send(st, scode, mb);
	mem_deref(mb);

	return err;
}


/**
 * Wait for the answer although the request's connection is gone
 *
 * @param st  Server transaction
 * @param h   Finds a flow for the responses
 * @param arg Handler argument
 *
 * RFC 3261 section 18.2.2
 */
void server_txn_return(struct server_txn *st, server_txn_return_h *h,
		       void *arg)
{
	if (!st)
		return;

	st->returnh = h;
	st->return_arg = arg;
}


/**
 * The request that opened the transaction; one at rest is decoded again
 *
 * @param st Server transaction
 *
 * @return Request, not referenced; NULL: no memory
 */
struct message *server_txn_request(struct server_txn *st)
{
	if (!st || st->req || !st->txns)
		return st ? st->req : NULL;

	if (message_decode(&st->req, &st->txns->guard, mbuf_buf(st->mb),
			   mbuf_get_left(st->mb)))
		return NULL;

	st->req->flow = mem_ref(st->flow);
	st->req->src = st->flow->peer;

	return st->req;
}


/**
 * Keep no more of an answered INVITE than its octets
 *
 * For 64*T1 it waits for more 2xx and for its own repetition, which hardly
 * ever come. One without a branch is known by all that it says.
 *
 * @param st Server transaction
 */
void server_txn_rest(struct server_txn *st)
{
	if (st && st->state == SERVER_ACCEPTED && st->name.branch.l)
		st->req = mem_deref(st->req);
}


/**
 * The To tag of its replies
 *
 * @param st Server transaction
 *
 * @return Tag, "" without a transaction
 */
const char *server_txn_tag(const struct server_txn *st)
{
	return st ? st->tag : "";
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
 * @param st Server transaction
 */
void server_txn_forget(struct server_txn *st)
{
	if (!st)
		return;

	st->h = NULL;
	server_machine_orphan(st);
}
