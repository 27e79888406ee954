/**
 * @file call_queue.c  Messages of a call pass one by one, in their order
 *
 * A relay server may take its time, and those behind wait.
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/media/call_state.h"

enum { PASSES_MAX = 32 }; /* that wait in a call */

static void run(struct call *call);


static void before_release(struct call_before *b)
{
	for (int i = 0; i < 2; i++) {
		mem_deref(b->nowv[i]);
		mem_deref(b->offeredv[i]);
		mem_deref(b->agreedv[i]);
	}
}


static void destructor(void *arg)
{
	struct call_pass *pass = arg;

	list_unlink(&pass->le);
	if (pass->pp)
		*pass->pp = NULL;
	before_release(&pass->before);
	mem_deref(pass->asking);
	mem_deref(pass->dialog);
	mem_deref(pass->sdp);
	mem_deref(pass->req);
	mem_deref(pass->msg);
}


static struct call_pass *pass_new(struct call *call, enum call_side from,
				  struct message *msg, struct message *req)
{
	struct call_pass *pass = mem_zalloc(sizeof(*pass), destructor);

	if (!pass)
		return NULL;

	pass->call = call;
	pass->from = from;
	pass->msg = mem_ref(msg);
	pass->req = mem_ref(req);

	return pass;
}


/**
 * Let go of everything that waits
 *
 * @param call Call
 * @param err  Told to the handlers; 0: they are not called
 */
void call_queue_flush(struct call *call, int err)
{
	struct le *le;

	while (call && (le = call->passl.head)) {
		struct call_pass *pass = le->data;
		call_pass_h *h = pass->h;
		void *arg = pass->arg;

		mem_deref(pass);
		if (err && h)
			h(err, NULL, arg);
	}
}


/* an ACK, or a 180, that carries nothing is no reason to save the call */
static bool is_news(const struct call_pass *pass)
{
	return pass->sdp || pass->quiet ||
	       (pass->msg->req && message_is(pass->msg, "INVITE"));
}


/**
 * A pass is over: its owner is told, the next one may start
 *
 * @param pass Pass, is gone afterwards
 * @param err  0, or why it does not pass
 * @param body Its new body, or NULL: as it came
 */
void call_queue_finish(struct call_pass *pass, int err, struct mbuf *body)
{
	struct call *call = mem_ref(pass->call);
	const bool news = is_news(pass);
	call_pass_h *h = pass->h;
	void *arg = pass->arg;

	if (err && call->calls) {
		counter_inc(call->calls->failed);
		log_warn(call->calls->log, "call.media.failed",
			 KV_PL("call", &call->callid),
			 KV_STR("side", pass->from == CALL_A ? "a" : "b"),
			 KV_ERRNO("error", err));
	}

	mem_deref(pass);
	if (news)
		call_touch(call);
	if (h)
		h(err, body, arg);
	run(call);
	mem_deref(call);
}


/**
 * Next, before all that waits, the leg goes back to what its dialog wants
 *
 * @param pass Pass at work, which has failed
 * @param lost What its transaction offered is void
 */
void call_queue_repair(struct call_pass *pass, bool lost)
{
	struct call_pass *again;

	if (!pass->dialog || !pass->call->calls)
		return;

	again = pass_new(pass->call, pass->from, pass->req, pass->req);
	if (!again)
		return;

	if (!pass->msg->req)
		again->from = pass->from == CALL_A ? CALL_B : CALL_A;
	again->dialog = mem_ref(pass->dialog);
	again->lost = lost;
	again->quiet = true;
	list_insert_after(&pass->call->passl, &pass->le, &again->le, again);
}


static void run(struct call *call)
{
	struct call_pass *pass = list_ledata(call->passl.head);

	if (!call->calls || !pass || pass->started)
		return;

	pass->started = true;
	call_pass_start(pass);
}


static int enter(struct call_pass **pp, struct call *call, enum call_side from,
		 struct message *msg, struct message *req, call_pass_h *h,
		 void *arg)
{
	struct call_pass *pass;

	if (!pp || !call || !call->calls || !msg || !req || !h)
		return EINVAL;
	if (list_count(&call->passl) >= PASSES_MAX)
		return ENOSPC;

	pass = pass_new(call, from, msg, req);
	if (!pass)
		return ENOMEM;

	pass->h = h;
	pass->arg = arg;
	pass->pp = pp;
	*pp = pass;
	list_append(&call->passl, &pass->le, pass);

	run(call);

	return 0;
}


/**
 * Let a message pass from one side to the other
 *
 * @param pp   Pointer to the pass while it is under way, else NULL
 * @param call Call
 * @param from Side that sent it
 * @param msg  Message
 * @param h    Told what becomes of its body
 * @param arg  Handler argument
 *
 * @return 0 if success, ENOSPC if too many wait already, otherwise errorcode
 */
int call_pass(struct call_pass **pp, struct call *call, enum call_side from,
	      struct message *msg, call_pass_h *h, void *arg)
{
	return enter(pp, call, from, msg, msg, h, arg);
}


/**
 * Let a response pass from one side to the other
 *
 * @param pp   Pointer to the pass while it is under way, else NULL
 * @param call Call
 * @param from Side that sent it
 * @param resp Response
 * @param req  Request that it answers, as its sender has sent it
 * @param h    Told what becomes of its body
 * @param arg  Handler argument
 *
 * @return 0 if success, ENOSPC if too many wait already, otherwise errorcode
 */
int call_pass_response(struct call_pass **pp, struct call *call,
		       enum call_side from, struct message *resp,
		       struct message *req, call_pass_h *h, void *arg)
{
	return enter(pp, call, from, resp, req, h, arg);
}


static void enter_quietly(struct call *call, enum call_side from,
			  struct message *req, bool lost)
{
	struct call_pass *pass;

	if (list_count(&call->passl) >= PASSES_MAX)
		return;

	pass = pass_new(call, from, req, req);
	if (!pass)
		return;

	pass->lost = lost;
	pass->quiet = true;
	list_append(&call->passl, &pass->le, pass);
	run(call);
}


/**
 * Set a dialog's leg right, when those before it have passed
 *
 * @param d    Dialog
 * @param side Side that has changed
 */
void call_queue_sync(struct call_dialog *d, enum call_side side)
{
	struct call *call = d->call;
	struct call_pass *pass;

	if (list_count(&call->passl) >= PASSES_MAX)
		return;

	pass = pass_new(call, side, NULL, NULL);
	if (!pass)
		return;

	pass->dialog = mem_ref(d);
	pass->quiet = true;
	list_append(&call->passl, &pass->le, pass);
	run(call);
}


/**
 * A request that has passed will not be answered: what it offered is void
 *
 * @param call Call
 * @param from Side that sent it
 * @param req  Request
 */
void call_lost(struct call *call, enum call_side from, struct message *req)
{
	if (call && call->calls && req)
		enter_quietly(call, from, req, true);
}


/**
 * Take a pass back: its handler will not be called
 *
 * @param pass Pass, or NULL
 */
void call_pass_cancel(struct call_pass *pass)
{
	struct call *call;

	if (!pass)
		return;

	pass->h = NULL;
	if (pass->pp)
		*pass->pp = NULL;
	pass->pp = NULL;

	/* the relay server's answer is waited for: it keeps the order */
	if (pass->busy)
		return;

	call = mem_ref(pass->call);
	mem_deref(pass);
	run(call);
	mem_deref(call);
}
