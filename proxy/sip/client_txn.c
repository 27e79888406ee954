/**
 * @file client_txn.c  INVITE and non-INVITE client transactions
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/sip/client_machine.h"
#include "proxy/sip/client_stream.h"


static void work_destructor(void *data)
{
	struct client_work *w = data;

	timer_cancel(&w->tmr_re);
	timer_cancel(&w->tmr_c);
	flow_unwatch(&w->watch);
	mem_deref(w->extra);
	mem_deref(w->ack);
	mem_deref(w->small);
	mem_deref(w->small_mb);
	mem_deref(w->mb);
	mem_deref(w->req);
}


static void destructor(void *data)
{
	struct client_txn *ct = data;

	hash_unlink(&ct->he);
	timer_cancel(&ct->tmr_end);
	mem_deref(ct->work);
	mem_deref(ct->name);
	mem_deref(ct->flow);
}


/* RFC 3261 section 17.1.3 */
static bool match_handler(struct le *le, void *arg)
{
	const struct client_txn *ct = le->data;
	const struct message *resp = arg;

	return !pl_cmp(&ct->branch, &resp->via.branch) &&
	       !pl_cmp(&ct->met, &resp->met);
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
	struct client_txn *ct = list_ledata(hash_lookup(
		t->ht_client,
		txn_key_client(&t->key, &resp->via.branch, &resp->met),
		match_handler, resp));

	if (!ct)
		return false;

	client_machine_input(ct, resp);

	return true;
}


static bool flush_handler(struct le *le, void *arg)
{
	struct client_txn *ct = le->data;
	(void)arg;

	client_machine_withdraw(ct);
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


/* not one that we have built: what it is has to be found out */
static int look_closer(struct client_txn *ct)
{
	const int err = client_machine_decode(ct);

	if (err)
		return err == ENOMEM ? ENOMEM : EINVAL;
	if (!ct->work->req->req || !txn_key_has_branch(ct->work->req))
		return EINVAL;

	ct->branch = ct->work->req->via.branch;
	ct->met = ct->work->req->met;

	return 0;
}


static int know(struct client_txn *ct)
{
	int err = txn_key_peek(&ct->branch, &ct->met, mbuf_buf(ct->work->mb),
			       mbuf_get_left(ct->work->mb));

	if (err)
		err = look_closer(ct);
	if (err)
		return err;
	if (!pl_strcmp(&ct->met, "ACK"))
		return EINVAL;

	ct->invite = !pl_strcmp(&ct->met, "INVITE");

	return 0;
}


static void enter(struct client_txn *ct, struct txns *t)
{
	hash_append(t->ht_client,
		    txn_key_client(&t->key, &ct->branch, &ct->met), &ct->he,
		    ct);
	counter_set(t->client_active, ++t->clients);
	counter_inc(t->client_total);
}


static int make(struct client_txn **ctp, struct txns *t, struct flow *flow,
		struct mbuf *mb)
{
	struct client_txn *ct = mem_zalloc(sizeof(*ct), destructor);

	if (!ct)
		return ENOMEM;

	ct->work = mem_zalloc(sizeof(*ct->work), work_destructor);
	if (!ct->work) {
		mem_deref(ct);
		return ENOMEM;
	}

	ct->flow = mem_ref(flow);
	ct->work->mb = mem_ref(mb);
	ct->work->conf = t->conf;
	ct->txns = t;
	*ctp = ct;

	return 0;
}


/* made, and known by its branch */
static int prepare(struct client_txn **ctp, struct txns *t, struct flow *flow,
		   struct mbuf *mb)
{
	struct client_txn *ct = NULL;
	int err;

	if (t->clients >= t->conf.max) {
		counter_inc(t->full_total);
		return ENOSPC;
	}

	err = make(&ct, t, flow, mb);
	if (err)
		return err;

	err = know(ct);
	if (err) {
		ct->txns = NULL;
		mem_deref(ct);
		return err;
	}

	*ctp = ct;

	return 0;
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
	struct client_txn *ct = NULL;
	int err;

	if (!ctp || !t || !flow || !mbuf_get_left(mb))
		return EINVAL;

	err = prepare(&ct, t, flow, mb);
	if (err)
		return err;

	ct->h = h;
	ct->arg = arg;
	client_stream_begin(ct);
	enter(ct, t);
	client_machine_start(ct);
	*ctp = mem_ref(ct);

	return 0;
}


/**
 * Wait for what comes of an INVITE that was sent before a restart, and rang
 *
 * @param ctp  Pointer to the allocated transaction
 * @param t    Transaction layer
 * @param flow Where it left
 * @param mb   The whole request; not to be changed any more
 * @param h    Response handler, or NULL
 * @param arg  Handler argument
 *
 * @return 0 if success, ENOSPC where the table is full, EINVAL if it is no
 *         INVITE, otherwise errorcode
 */
int client_txn_resume(struct client_txn **ctp, struct txns *t,
		      struct flow *flow, struct mbuf *mb, client_txn_h *h,
		      void *arg)
{
	struct client_txn *ct = NULL;
	int err;

	if (!ctp || !t || !flow || !mbuf_get_left(mb))
		return EINVAL;

	err = prepare(&ct, t, flow, mb);
	if (err)
		return err;

	if (!ct->invite) {
		ct->txns = NULL;
		mem_deref(ct);
		return EINVAL;
	}

	ct->h = h;
	ct->arg = arg;
	enter(ct, t);
	client_machine_resume(ct);
	*ctp = mem_ref(ct);

	return 0;
}


/**
 * The octets of its request
 *
 * @param ct Client transaction
 *
 * @return Buffer, not referenced; NULL once a 2xx has come
 */
const struct mbuf *client_txn_octets(const struct client_txn *ct)
{
	return ct && ct->work ? ct->work->mb : NULL;
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
	if (!client_machine_pending(ct))
		return EALREADY;
	if (ct->cancelling != CLIENT_CANCEL_NO)
		return 0;

	if (extra)
		err = str_dup(&ct->work->extra, extra);
	if (err)
		return err;

	return client_machine_cancel(ct);
}


/**
 * The request as it was sent
 *
 * @param ct Client transaction
 *
 * @return Request, not referenced; NULL if nobody asked before it ended, or
 *         was an INVITE that a 2xx has come to
 */
const struct message *client_txn_request(struct client_txn *ct)
{
	return ct && !client_machine_decode(ct) ? ct->work->req : NULL;
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
