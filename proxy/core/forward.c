/**
 * @file forward.c  One request on its way through (RFC 3261 section 16.6)
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/chronicle.h"
#include "proxy/core/context.h"
#include "proxy/core/destination.h"
#include "proxy/core/forward.h"
#include "proxy/core/outgoing.h"
#include "proxy/core/validate.h"


static void options_self(struct forwarding *fw)
{
	if (message_is(fw->req, "OPTIONS"))
		forwarding_reply(fw, 200, "OK", SERVED_OPTIONS);
	else
		forwarding_refuse(fw, 404, "Not Found");
}


/* a client that hears nothing repeats its request until Timer E is T2; not
 * before that (RFC 4320 section 4.1) */
static uint32_t trying_ms(const struct config *cfg)
{
	uint32_t e = cfg->timer.t1, sum = 0;

	for (; e < cfg->timer.t2; e *= 2)
		sum += e;

	return sum;
}


static void trying_handler(void *arg)
{
	forwarding_reply(arg, 100, "Trying", NULL);
}


static void trying(struct forwarding *fw)
{
	const struct proxy_parts *p = &fw->px->p;

	if (message_is(fw->req, "INVITE"))
		trying_handler(fw);
	else
		timer_start(p->timers, &fw->tmr, trying_ms(p->cfg),
			    trying_handler, fw);
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

	/* it may have waited for a phone alone, or for its ear */
	mem_ref(fw);
	fw->announcing = mem_deref(fw->announcing);
	context_cancel(fw, extra[0] ? extra : NULL);
	context_step(fw);
	mem_deref(fw);
}


/* a response that could not be sent is lost, no more: otherwise whoever forges
 * a Via ends others' calls (16.9). The next one may well arrive */
static void unsent(struct forwarding *fw)
{
	if (!fw->final && !fw->req->flow->closed)
		fw->stateless = true;
}


/* a caller whose connection broke must not let the callee ring on; a request
 * whose time is over without an answer ends here as well */
static void gone(struct forwarding *fw)
{
	if (fw->stateless)
		return;

	mem_ref(fw);
	if (!fw->final) {
		fw->cancelled = true;
		context_cancel(fw, NULL);
	}

	forwarding_done(fw);
	mem_deref(fw);
}


static void server_handler(struct server_txn *st, enum server_txn_event ev,
			   const struct message *msg, void *arg)
{
	struct forwarding *fw = arg;
	(void)st;

	if (ev == SERVER_TXN_CANCEL)
		cancel(fw, msg);
	else if (ev == SERVER_TXN_ERROR)
		unsent(fw);
	else if (ev == SERVER_TXN_GONE)
		gone(fw);
}


/* somebody may know where a user is who is nowhere */
static bool ask_others(struct forwarding *fw)
{
	const struct forwarding_hooks *hooks = fw->px->hooks;

	return hooks && hooks->emptyh && hooks->emptyh(fw);
}


static bool ask_first(struct forwarding *fw)
{
	const struct forwarding_hooks *hooks = fw->px->hooks;

	return fw->ours && hooks && hooks->beginh && hooks->beginh(fw);
}


/**
 * Find where a request outside a dialog goes
 *
 * @param fw Forwarding
 * @param r  What to answer where it goes nowhere
 *
 * @return 0 if it has targets, or waits for them, otherwise errorcode
 */
int forward_find(struct forwarding *fw, struct refusal *r)
{
	int err;

	memset(r, 0, sizeof(*r));
	if (ask_first(fw))
		return 0;

	err = find_targets(fw, r);
	if (err != ENOENT || !ask_others(fw))
		return err;

	memset(r, 0, sizeof(*r));

	return 0;
}


static void begin(struct forwarding *fw)
{
	struct refusal r;

	if (forward_find(fw, &r))
		forwarding_refuse(fw, r.scode, r.reason);
	else
		context_step(fw);
}


/* he asks again for what we can bear (RFC 4028 section 8.1) */
static bool session_too_brief(struct forwarding *fw)
{
	const struct config *cfg = fw->px->p.cfg;
	const struct session_timer_conf conf = {cfg->session.expires,
						cfg->session.min};
	char extra[32];

	if (!message_is(fw->req, "INVITE") && !message_is(fw->req, "UPDATE"))
		return false;

	if (session_timer_request(&fw->session, fw->req, &conf) != EPROTO)
		return false;

	(void)re_snprintf(extra, sizeof(extra), "Min-SE: %u\r\n", conf.min);
	forwarding_reply(fw, 422, "Session Interval Too Small", extra);

	return true;
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

	chronicle_begin(fw);

	/* a peer can be dialled, should its connection break meanwhile */
	if (sender->peer)
		server_txn_return(fw->st, transport_flow_return, px->p.tp);

	if (outgoing_loops(px, req)) {
		forwarding_refuse(fw, 482, "Loop Detected");
		return;
	}

	if (!fw->breadth) {
		forwarding_refuse(fw, 440, "Max-Breadth Exceeded");
		return;
	}

	if (session_too_brief(fw))
		return;

	trying(fw);
	if (sender->refused)
		forwarding_refuse(fw, sender->refused, sender->why);
	else if (destination_is_self(fw))
		options_self(fw);
	else
		begin(fw);
}


/**
 * Take up an INVITE again that came before a restart
 *
 * @param fwp    Pointer to forwarding; the proxy's list owns it
 * @param px     Proxy
 * @param req    INVITE, with its flow
 * @param sender What was known of its sender
 *
 * @return 0 if success, otherwise errorcode
 */
int forward_resume(struct forwarding **fwp, struct proxy *px,
		   struct message *req, const struct sender *sender)
{
	struct forwarding *fw = NULL;
	int err;

	err = forwarding_alloc(&fw, px, req, sender);
	if (err)
		return err;

	err = server_txn_alloc(&fw->st, px->p.txns, req, server_handler, fw);
	if (err) {
		forwarding_done(fw);
		return err;
	}

	if (sender->peer)
		server_txn_return(fw->st, transport_flow_return, px->p.tp);
	(void)session_too_brief(fw);
	trying(fw);
	*fwp = fw;

	return 0;
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


/**
 * Send a request of our own in a dialog, in the name of one of its ends
 *
 * @param px     Proxy
 * @param req    Request as that end would send it; its Via does not leave
 * @param sender That end
 * @param hint   Flow to the other one, where it is a phone, or NULL
 *
 * @return 0 if it is under way, EHOSTUNREACH, otherwise errorcode
 */
int forward_own(struct proxy *px, struct message *req,
		const struct sender *sender, struct flow *hint)
{
	struct forwarding *fw = NULL;
	struct refusal r;
	int err;

	err = forwarding_alloc(&fw, px, req, sender);
	if (err)
		return err;

	fw->own = true;
	fw->hint = mem_ref(hint);
	if (find_targets(fw, &r)) {
		forwarding_done(fw);
		return EHOSTUNREACH;
	}

	context_step(fw);

	return 0;
}
