/**
 * @file forwarding.c  A request that is under way, from its start to its end
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "proxy/core/forwarding.h"


static bool is_bye(const struct forwarding *fw)
{
	return fw->sender.dialog && message_is(fw->req, "BYE");
}


/* whatever became of a BYE, its sender has hung up */
static void destructor(void *arg)
{
	struct forwarding *fw = arg;

	if (is_bye(fw) && !fw->challenged)
		forwarding_end_call(fw, "bye");

	list_unlink(&fw->le);
	list_flush(&fw->respl);
	call_pass_cancel(fw->pass);
	mem_deref(fw->query);
	server_txn_forget(fw->st);
	mem_deref(fw->st);
	client_txn_forget(fw->ct);
	mem_deref(fw->ct);
	target_reset(&fw->target);
	mem_deref(fw->req);
}


/**
 * The forwarding is over
 *
 * @param fw Forwarding
 */
void forwarding_done(struct forwarding *fw)
{
	mem_deref(fw);
}


/**
 * Is it the request that begins a call?
 *
 * @param fw Forwarding
 *
 * @return true for an INVITE outside a dialog
 */
bool forwarding_is_initial_invite(const struct forwarding *fw)
{
	return message_is(fw->req, "INVITE") && !fw->sender.dialog;
}


/**
 * The call is over
 *
 * @param fw  Forwarding
 * @param why Reason, one word
 */
void forwarding_end_call(const struct forwarding *fw, const char *why)
{
	const uint64_t id = fw->sender.dialog ? fw->sender.tok.call : fw->call;

	call_end(call_find(fw->px->p.calls, id), why);
}


/**
 * Write one line of the call's ladder
 *
 * @param fw   Forwarding
 * @param m    Message
 * @param from Where it came from
 * @param to   Where it goes
 */
void forwarding_ladder(const struct forwarding *fw, const struct message *m,
		       const struct sa *from, const struct sa *to)
{
	struct log *log = fw->px->p.log;

	if (m->req)
		log_debug(log, "sip.ladder", KV_PL("call", &m->callid),
			  KV_PL("what", &m->met), KV_SA("from", from),
			  KV_SA("to", to));
	else
		log_debug(log, "sip.ladder", KV_PL("call", &m->callid),
			  KV_UINT("what", m->scode), KV_PL("of", &m->met),
			  KV_SA("from", from), KV_SA("to", to));
}


/**
 * Answer ourselves, finally; the call ends with it
 *
 * @param fw     Forwarding
 * @param scode  Status code
 * @param reason Reason phrase
 */
void forwarding_refuse(struct forwarding *fw, uint16_t scode,
		       const char *reason)
{
	struct proxy *px = fw->px;
	const char *extra = scode == 503 ? "Retry-After: 10\r\n" : NULL;

	if (scode == 488)
		extra = "Warning: 399 viaduct \"SDP cannot be relayed\"\r\n";

	if (forwarding_is_initial_invite(fw))
		forwarding_end_call(fw, "refused");
	else if (is_bye(fw))
		forwarding_end_call(fw, "bye");

	if (!fw->st) {
		forwarding_done(fw);
		return;
	}

	log_info(px->p.log, "sip.answered", KV_PL("call", &fw->req->callid),
		 KV_PL("method", &fw->req->met), KV_UINT("status", scode),
		 KV_STR("reason", reason), KV_SA("source", &fw->req->src));
	(void)server_txn_reply(fw->st, scode, reason, extra);
}


/**
 * Begin to forward a request
 *
 * @param fwp    Pointer to forwarding; the proxy's list owns it
 * @param px     Proxy
 * @param req    Request
 * @param sender What is known of its sender
 *
 * @return 0 if success, otherwise errorcode
 */
int forwarding_alloc(struct forwarding **fwp, struct proxy *px,
		     struct message *req, const struct sender *sender)
{
	struct forwarding *fw = mem_zalloc(sizeof(*fw), destructor);

	if (!fw)
		return ENOMEM;

	fw->px = px;
	fw->req = mem_ref(req);
	fw->sender = *sender;
	list_append(&px->forwardl, &fw->le, fw);
	*fwp = fw;

	return 0;
}
