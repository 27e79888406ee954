/**
 * @file forward.c  One request on its way through (RFC 3261 section 16.6)
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "proxy/core/forward.h"
#include "proxy/core/legs.h"
#include "proxy/core/outgoing.h"
#include "proxy/core/response.h"
#include "proxy/sip/build.h"


static bool is_bye(const struct forwarding *fw)
{
	return fw->sender.dialog && message_is(fw->req, "BYE");
}


/* whatever became of a BYE, its sender has hung up */
static void destructor(void *arg)
{
	struct forwarding *fw = arg;

	if (is_bye(fw) && !fw->challenged)
		forward_end_call(fw, "bye");

	list_unlink(&fw->le);
	response_flush(fw);
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
void forward_done(struct forwarding *fw)
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
bool forward_is_initial_invite(const struct forwarding *fw)
{
	return message_is(fw->req, "INVITE") && !fw->sender.dialog;
}


/**
 * The call is over
 *
 * @param fw  Forwarding
 * @param why Reason, one word
 */
void forward_end_call(const struct forwarding *fw, const char *why)
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
void forward_ladder(const struct forwarding *fw, const struct message *m,
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
void forward_refuse(struct forwarding *fw, uint16_t scode, const char *reason)
{
	struct proxy *px = fw->px;
	const char *extra = scode == 503 ? "Retry-After: 10\r\n" : NULL;

	if (scode == 488)
		extra = "Warning: 399 viaduct \"SDP cannot be relayed\"\r\n";

	if (forward_is_initial_invite(fw))
		forward_end_call(fw, "refused");
	else if (is_bye(fw))
		forward_end_call(fw, "bye");

	if (!fw->st) {
		forward_done(fw);
		return;
	}

	log_info(px->p.log, "sip.answered", KV_PL("call", &fw->req->callid),
		 KV_PL("method", &fw->req->met), KV_UINT("status", scode),
		 KV_STR("reason", reason), KV_SA("source", &fw->req->src));
	(void)server_txn_reply(fw->st, scode, reason, extra);
}


static int transmit(struct forwarding *fw, const struct mbuf *body)
{
	struct flow *flow = fw->target.flow;
	struct mbuf *mb = NULL;
	int err;

	err = outgoing_build(&mb, fw, body);
	if (err)
		return err;

	forward_ladder(fw, fw->req, &fw->req->src, &flow->peer);
	if (fw->st)
		err = client_txn_alloc(&fw->ct, fw->px->p.txns, flow, mb,
				       response_handler, fw);
	else
		err = flow_send(flow, mb);

	mem_deref(mb);

	return err;
}


static void refuse_errno(struct forwarding *fw, int err)
{
	switch (err) {
	case EBADMSG:
	case ENOTSUP:
	case EAFNOSUPPORT:
		forward_refuse(fw, 488, "Not Acceptable Here");
		break;

	case ENOSPC:
	case ETIMEDOUT:
	case ECONNREFUSED:
	case ECANCELED:
		forward_refuse(fw, 503, "No Relay Resource");
		break;

	default:
		forward_refuse(fw, 500, "Server Internal Error");
		break;
	}
}


static void media_handler(int err, struct mbuf *body, void *arg)
{
	struct forwarding *fw = arg;

	if (err) {
		refuse_errno(fw, err);
		return;
	}

	err = transmit(fw, body);
	if (!fw->st)
		forward_done(fw);
	else if (err)
		forward_refuse(fw, err == ENOSPC ? 503 : 500,
			       "Cannot Be Forwarded");
}


static void media(struct forwarding *fw)
{
	const enum call_side from = fw->sender.dialog
					    ? (enum call_side)fw->sender.from
					    : CALL_A;
	struct call *call = NULL;
	int err;

	err = legs_call(&call, fw);
	if (!err && !call) {
		media_handler(0, NULL, fw);
		return;
	}

	if (!err)
		err = call_pass(&fw->pass, call, from, fw->req, media_handler,
				fw);
	if (err)
		refuse_errno(fw, err);
}


static void query_handler(int err, uint16_t scode, const struct pl *contact,
			  void *arg)
{
	struct forwarding *fw = arg;
	struct refusal r;

	if (err) {
		forward_refuse(fw, 503, "Redirect Server Does Not Answer");
		return;
	}

	if (scode != 302) {
		forward_refuse(fw, scode, build_reason(scode));
		return;
	}

	memset(&r, 0, sizeof(r));
	if (target_contact(&fw->target, fw->px, fw->req, contact, &r))
		forward_refuse(fw, r.scode, r.reason);
	else
		media(fw);
}


static void options_self(struct forwarding *fw)
{
	if (message_is(fw->req, "OPTIONS"))
		(void)server_txn_reply(fw->st, 200, "OK",
				       "Accept: application/sdp\r\n");
	else
		forward_refuse(fw, 404, "Not Found");
}


static void onward(struct forwarding *fw)
{
	struct pl aor;
	int err;

	switch (fw->target.kind) {
	case TARGET_SELF:
		options_self(fw);
		break;

	case TARGET_QUERY:
		pl_set_str(&aor, fw->target.aor);
		err = redirect_query(&fw->query, fw->px->p.redirect, &aor,
				     query_handler, fw);
		if (err)
			forward_refuse(fw, 503, "Redirect Query Failed");
		break;

	default:
		media(fw);
		break;
	}
}


static int find_target(struct forwarding *fw, struct refusal *r)
{
	const struct sender *s = &fw->sender;

	memset(r, 0, sizeof(*r));

	if (s->dialog)
		return target_dialog(&fw->target, fw->px, fw->req, &s->rs,
				     &s->tok, !s->from, r);

	return target_find(&fw->target, fw->px, fw->req, &s->rs, r);
}


static void cancel(struct forwarding *fw, const struct message *msg)
{
	const struct hdr *reason = message_hdr(msg, HDR_REASON);
	char extra[512] = "";

	if (fw->cancelled)
		return;

	fw->cancelled = true;
	if (!fw->ct) {
		call_pass_cancel(fw->pass);
		fw->query = mem_deref(fw->query);
		forward_refuse(fw, 487, "Request Terminated");
		return;
	}

	if (reason && reason->line.l < sizeof(extra))
		(void)pl_strcpy(&reason->line, extra, sizeof(extra));

	forward_ladder(fw, msg, &msg->src, &fw->target.flow->peer);
	(void)client_txn_cancel(fw->ct, extra[0] ? extra : NULL);
}


/* a caller whose connection broke must not let the callee ring on */
static void gone(struct forwarding *fw)
{
	struct pl aor;

	if (fw->ct && !server_txn_final(fw->st) &&
	    message_is(fw->req, "INVITE"))
		(void)client_txn_cancel(fw->ct, NULL);

	if (forward_is_initial_invite(fw) && !server_txn_final(fw->st))
		forward_end_call(fw, "caller-gone");

	/* a request whose time is over without an answer ends here as well */
	if (fw->target.aor[0] && !server_txn_final(fw->st)) {
		pl_set_str(&aor, fw->target.aor);
		redirect_forget(fw->px->p.redirect, &aor);
	}

	forward_done(fw);
}


static void server_handler(struct server_txn *st, enum server_txn_event ev,
			   const struct message *msg, void *arg)
{
	struct forwarding *fw = arg;
	(void)st;

	if (ev == SERVER_TXN_CANCEL)
		cancel(fw, msg);
	else if (ev == SERVER_TXN_GONE)
		gone(fw);
}


static int forwarding_alloc(struct forwarding **fwp, struct proxy *px,
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


/**
 * Forward a request; answers for itself, whatever happens
 *
 * @param px     Proxy
 * @param req    Request, validated
 * @param sender What is known of its sender, who may send it
 */
void forward_request(struct proxy *px, struct message *req,
		     const struct sender *sender)
{
	struct forwarding *fw = NULL;
	struct refusal r;
	int err;

	err = forwarding_alloc(&fw, px, req, sender);
	if (!err)
		err = server_txn_alloc(&fw->st, px->p.txns, req,
				       server_handler, fw);
	if (err) {
		if (fw)
			forward_done(fw);
		(void)transport_reply(px->p.tp, req, 503, "Overloaded",
				      "Retry-After: 10\r\n");
		return;
	}

	if (outgoing_loops(px, req)) {
		forward_refuse(fw, 482, "Loop Detected");
		return;
	}

	if (message_is(req, "INVITE"))
		(void)server_txn_reply(fw->st, 100, "Trying", NULL);

	if (find_target(fw, &r))
		forward_refuse(fw, r.scode, r.reason);
	else
		onward(fw);
}


/**
 * Forward the ACK of a dialog
 *
 * @param px     Proxy
 * @param req    ACK
 * @param sender What is known of its sender
 */
void forward_ack(struct proxy *px, struct message *req,
		 const struct sender *sender)
{
	struct forwarding *fw;
	struct refusal r;

	if (forwarding_alloc(&fw, px, req, sender))
		return;

	if (outgoing_loops(px, req) || find_target(fw, &r))
		forward_done(fw);
	else
		media(fw);
}
