/**
 * @file forward.c  One request on its way through (RFC 3261 section 16.6)
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/context.h"
#include "proxy/core/destination.h"
#include "proxy/core/forward.h"
#include "proxy/core/outgoing.h"


static void options_self(struct forwarding *fw)
{
	if (message_is(fw->req, "OPTIONS"))
		(void)server_txn_reply(fw->st, 200, "OK",
				       "Accept: application/sdp\r\n");
	else
		forwarding_refuse(fw, 404, "Not Found");
}


static int find_targets(struct forwarding *fw, struct refusal *r)
{
	memset(r, 0, sizeof(*r));

	return fw->sender.dialog ? destination_dialog(fw, r)
				 : destination_find(fw, r);
}


static void cancel(struct forwarding *fw, const struct message *msg)
{
	const struct hdr *reason = message_hdr(msg, HDR_REASON);
	char extra[512] = "";

	if (fw->cancelled)
		return;

	fw->cancelled = true;
	if (reason && reason->line.l < sizeof(extra))
		(void)pl_strcpy(&reason->line, extra, sizeof(extra));

	context_cancel(fw, extra[0] ? extra : NULL);
}


/* a caller whose connection broke must not let the callee ring on; a request
 * whose time is over without an answer ends here as well */
static void gone(struct forwarding *fw)
{
	if (!forwarding_answered(fw)) {
		fw->cancelled = true;
		context_cancel(fw, NULL);
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
	char retry[FORWARDING_RETRY_SIZE];
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
				      forwarding_retry_after(retry));
		return;
	}

	if (outgoing_loops(px, req)) {
		forwarding_refuse(fw, 482, "Loop Detected");
		return;
	}

	if (message_is(req, "INVITE"))
		(void)server_txn_reply(fw->st, 100, "Trying", NULL);

	if (destination_is_self(fw))
		options_self(fw);
	else if (find_targets(fw, &r))
		forwarding_refuse(fw, r.scode, r.reason);
	else
		context_step(fw);
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

	if (outgoing_loops(px, req) || find_targets(fw, &r))
		forwarding_done(fw);
	else
		context_step(fw);
}
