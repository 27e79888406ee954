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


static int transmit(struct forwarding *fw, const struct mbuf *body)
{
	struct flow *flow = fw->target.flow;
	struct mbuf *mb = NULL;
	int err;

	err = outgoing_build(&mb, fw, body);
	if (err)
		return err;

	forwarding_ladder(fw, fw->req, &fw->req->src, &flow->peer);
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
	case EPROTO:
		forwarding_refuse(fw, 488, "Not Acceptable Here");
		break;

	case ENOSPC:
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ETIMEDOUT:
	case ECONNREFUSED:
	case ECANCELED:
		forwarding_refuse(fw, 503, "No Relay Resource");
		break;

	default:
		forwarding_refuse(fw, 500, "Server Internal Error");
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
		forwarding_done(fw);
	else if (err)
		forwarding_refuse(fw, err == ENOSPC ? 503 : 500,
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
		forwarding_refuse(fw, 503, "Redirect Server Does Not Answer");
		return;
	}

	if (scode != 302) {
		forwarding_refuse(fw, scode, build_reason(scode));
		return;
	}

	memset(&r, 0, sizeof(r));
	if (target_contact(&fw->target, fw->px, fw->req, contact, &r))
		forwarding_refuse(fw, r.scode, r.reason);
	else
		media(fw);
}


static void options_self(struct forwarding *fw)
{
	if (message_is(fw->req, "OPTIONS"))
		(void)server_txn_reply(fw->st, 200, "OK",
				       "Accept: application/sdp\r\n");
	else
		forwarding_refuse(fw, 404, "Not Found");
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
			forwarding_refuse(fw, 503, "Redirect Query Failed");
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
		forwarding_refuse(fw, 487, "Request Terminated");
		return;
	}

	if (reason && reason->line.l < sizeof(extra))
		(void)pl_strcpy(&reason->line, extra, sizeof(extra));

	forwarding_ladder(fw, msg, &msg->src, &fw->target.flow->peer);
	(void)client_txn_cancel(fw->ct, extra[0] ? extra : NULL);
}


/* a caller whose connection broke must not let the callee ring on */
static void gone(struct forwarding *fw)
{
	struct pl aor;

	if (fw->ct && !server_txn_final(fw->st) &&
	    message_is(fw->req, "INVITE"))
		(void)client_txn_cancel(fw->ct, NULL);

	if (forwarding_is_initial_invite(fw) && !server_txn_final(fw->st))
		forwarding_end_call(fw, "caller-gone");

	/* a request whose time is over without an answer ends here as well */
	if (fw->target.aor[0] && !server_txn_final(fw->st)) {
		pl_set_str(&aor, fw->target.aor);
		redirect_forget(fw->px->p.redirect, &aor);
	}

	forwarding_done(fw);
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
			forwarding_done(fw);
		(void)transport_reply(px->p.tp, req, 503, "Overloaded",
				      "Retry-After: 10\r\n");
		return;
	}

	if (outgoing_loops(px, req)) {
		forwarding_refuse(fw, 482, "Loop Detected");
		return;
	}

	if (message_is(req, "INVITE"))
		(void)server_txn_reply(fw->st, 100, "Trying", NULL);

	if (find_target(fw, &r))
		forwarding_refuse(fw, r.scode, r.reason);
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
		forwarding_done(fw);
	else
		media(fw);
}
