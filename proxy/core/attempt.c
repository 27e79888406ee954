/**
 * @file attempt.c  One target, tried
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "proxy/core/attempt.h"
#include "proxy/core/attempt_hop.h"
#include "proxy/core/attempt_query.h"
#include "proxy/core/chronicle.h"
#include "proxy/core/context.h"
#include "proxy/core/response.h"


/**
 * Is there still something to come of it?
 *
 * @param at Attempt
 *
 * @return true if it has neither failed nor been accepted
 */
bool attempt_pending(const struct attempt *at)
{
	return at && !at->scode && !at->accepted;
}


/**
 * Does anybody wait for what comes of it?
 *
 * @param at Attempt
 *
 * @return true if so
 */
bool attempt_awaited(const struct attempt *at)
{
	return attempt_pending(at) && !at->late;
}


/**
 * The call that began with this attempt is over
 *
 * @param at  Attempt
 * @param why Reason, one word
 */
void attempt_end_call(struct attempt *at, const char *why)
{
	if (!at->own_call)
		return;

	at->own_call = false;
	call_end(call_find(at->fw->px->p.calls, at->call), why);
	chronicle_call_ended(at);
}


/**
 * Nobody answers where the redirect server sent us: ask it again next time
 *
 * @param at Attempt
 */
void attempt_doubt(const struct attempt *at)
{
	struct pl aor;

	if (at->target->kind != TARGET_QUERY)
		return;

	pl_set_str(&aor, at->target->aor);
	redirect_forget(at->fw->px->p.redirect, &aor);
}


static void destructor(void *arg)
{
	struct attempt *at = arg;

	if (attempt_pending(at) && !forwarding_answered(at->fw))
		attempt_doubt(at);

	timer_cancel(&at->tmr);
	list_unlink(&at->le);
	list_flush(&at->respl);
	call_pass_cancel(at->pass);
	mem_deref(at->query);
	mem_deref(at->lookup);
	client_txn_forget(at->ct);
	mem_deref(at->ct);
	if (!at->accepted)
		attempt_end_call(at, "abandoned");
	mem_deref(at->slot);
	mem_deref(at->trunk);
	config_peer_release(at->peer);
	mem_deref(at->hopv);
	mem_deref(at->flow);
	mem_deref(at->final);
	mem_deref(at->body);
	mem_deref(at->report);
	mem_deref(at->target);
}


static void restart(struct attempt *at)
{
	timer_cancel(&at->tmr);
	call_pass_cancel(at->pass);
	list_flush(&at->respl);
	client_txn_forget(at->ct);
	at->ct = mem_deref(at->ct);
	attempt_end_call(at, "next-hop");
	at->heard = false;
	attempt_hop(at);
}


/**
 * Try the next hop of the same target
 *
 * @param at Attempt; what was under way is given up
 *
 * @return false if there is none
 *
 * RFC 3263 section 4.3: it is a new transaction
 */
bool attempt_next_hop(struct attempt *at)
{
	if (at->cancelled || at->fw->stopped || at->hopn >= at->hopc)
		return false;

	restart(at);

	return true;
}


/**
 * Try the hop once more that was tried
 *
 * @param at Attempt; what was under way is given up
 *
 * @return false if nothing is tried any more
 */
bool attempt_again(struct attempt *at)
{
	if (at->cancelled || at->fw->stopped || !at->hopn)
		return false;

	--at->hopn;
	restart(at);

	return true;
}


/* what it offered in a dialog is void: no response says so */
static void note_lost(const struct attempt *at)
{
	const struct forwarding *fw = at->fw;

	if (!at->own_call && !at->final && fw->sender.dialog)
		call_lost(call_find(fw->px->p.calls, at->call),
			  (enum call_side)fw->sender.from, fw->req);
}


static void settle(struct attempt *at, uint16_t scode)
{
	char why[32];

	/* who was called back says so, to us alone */
	at->scode = at->late && scode == 487 ? 408 : scode;
	timer_cancel(&at->tmr);
	at->slot = mem_deref(at->slot);
	call_pass_cancel(at->pass);
	note_lost(at);
	(void)re_snprintf(why, sizeof(why), "status-%u", scode);
	attempt_end_call(at, at->fw->final / 100 == 2 ? "elsewhere" : why);
	context_failed(at);
}


/**
 * The next hop has answered with a failure
 *
 * @param at    Attempt
 * @param final Its answer
 * @param body  What becomes of the body, NULL: it stays as it came
 */
void attempt_settle(struct attempt *at, struct message *final,
		    struct mbuf *body)
{
	if (!attempt_pending(at))
		return;

	at->final = mem_ref(final);
	at->body = mem_ref(body);
	settle(at, final->scode);
}


/**
 * It failed, as we have to say ourselves
 *
 * @param at     Attempt
 * @param scode  Status code
 * @param reason Reason phrase, static
 * @param local  It is our trouble: 503 is meant as it is
 */
void attempt_fail(struct attempt *at, uint16_t scode, const char *reason,
		  bool local)
{
	if (!attempt_pending(at))
		return;

	at->reason = reason;
	at->local = local;
	settle(at, scode);
}


/**
 * Call it back
 *
 * @param at    Attempt
 * @param extra Whole lines for the CANCEL, or NULL
 *
 * RFC 3261 section 16.10
 */
void attempt_cancel(struct attempt *at, const char *extra)
{
	if (!attempt_pending(at) || at->cancelled)
		return;

	at->cancelled = true;
	if (!at->ct) {
		attempt_fail(at, 487, "Request Terminated", true);
		return;
	}

	if (!message_is(at->fw->req, "INVITE"))
		return;

	log_debug(at->fw->px->p.log, "sip.cancel",
		  KV_PL("call", &at->fw->req->callid),
		  KV_SA("to", &at->flow->peer));
	(void)client_txn_cancel(at->ct, extra);
}


/**
 * It has rung long enough: others are tried now
 *
 * Where the callee answers at the last moment he has answered: his call is
 * kept until his transaction is over.
 *
 * @param at Attempt
 */
void attempt_expire(struct attempt *at)
{
	if (!attempt_awaited(at))
		return;

	attempt_cancel(at, NULL);
	at->late = attempt_pending(at);
}


/**
 * Try a target
 *
 * @param fw      Forwarding
 * @param t       Target, one of its set
 * @param breadth How many branches may come of it
 *
 * @return 0 if success, ENOMEM
 */
int attempt_start(struct forwarding *fw, struct target *t, uint32_t breadth)
{
	struct attempt *at = mem_zalloc(sizeof(*at), destructor);

	if (!at)
		return ENOMEM;

	at->fw = fw;
	at->target = mem_ref(t);
	at->breadth = breadth;
	list_append(&fw->attemptl, &at->le, at);

	if (t->kind == TARGET_QUERY)
		attempt_query(at);
	else
		attempt_hops(at);

	return 0;
}


/**
 * Wait for the answer of a target that was tried before a restart
 *
 * @param fw   Forwarding
 * @param past What it was
 *
 * @return 0 if success, otherwise errorcode
 */
int attempt_resume(struct forwarding *fw, const struct attempt_past *past)
{
	struct attempt *at = mem_zalloc(sizeof(*at), destructor);
	int err;

	if (!at)
		return ENOMEM;

	at->fw = fw;
	at->target = mem_ref(past->target);
	at->flow = mem_ref(past->flow);
	at->peer = config_peer_hold(past->peer);
	at->call = past->call;
	at->shift = past->shift;
	at->breadth = past->breadth;
	at->heard = true;
	list_append(&fw->attemptl, &at->le, at);

	err = client_txn_resume(&at->ct, fw->px->p.txns, past->flow,
				past->went, response_handler, at);
	if (err)
		mem_deref(at);
	else
		at->own_call = true;

	return err;
}
