/**
 * @file response.c  Responses on their way back (RFC 3261 section 16.7)
 *
 * Responses with SDP may have to wait for a relay server; those behind them
 * wait too, so that they arrive in order. A provisional one and a 2xx go on
 * at once, a failure becomes the result of its attempt.
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "proxy/core/attempt_hop.h"
#include "proxy/core/attempt_trunk.h"
#include "proxy/core/chronicle.h"
#include "proxy/core/context.h"
#include "proxy/core/dialog_end.h"
#include "proxy/core/dialog_watch.h"
#include "proxy/core/passback.h"
#include "proxy/core/response.h"
#include "proxy/user/digest.h"

enum { RESPONSES_MAX = 32 }; /* that wait */

struct response {
	struct le le;
	struct attempt *at; /* not owned */
	struct message *msg;
	struct call_pass *pass; /* not owned */
	bool started;
};

static void run(struct attempt *at);


static void destructor(void *arg)
{
	struct response *resp = arg;

	list_unlink(&resp->le);
	call_pass_cancel(resp->pass);
	mem_deref(resp->msg);
}


/* what we cannot read, a phone might, and see our realm in it */
static bool is_our_realm(const struct proxy *px, const struct hdr *h)
{
	struct pl realm;

	return digest_realm(&realm, &h->val) || served_is_domain(px, &realm);
}


/* a callee who challenges in our name is after our users' digests */
static bool harvests(const struct attempt *at, const struct message *msg)
{
	static const enum hdr_id idv[] = {HDR_WWW_AUTHENTICATE,
					  HDR_PROXY_AUTHENTICATE};

	if (at->peer || (msg->scode != 401 && msg->scode != 407))
		return false;

	for (size_t i = 0; i < ARRAY_SIZE(idv); i++) {
		const struct hdr *h = message_hdr(msg, idv[i]);

		for (; h; h = message_hdr_next(msg, h)) {
			if (is_our_realm(at->fw->px, h))
				return true;
		}
	}

	return false;
}


/* a challenge that we could not answer is nothing to a caller of ours */
static bool is_for_us(const struct attempt *at, const struct message *msg)
{
	return (msg->scode == 401 || msg->scode == 407) && at->peer &&
	       at->peer->user[0];
}


/* for others after us the hop does not work either (RFC 3263 section 4.3) */
static void failure(struct attempt *at, struct message *msg, struct mbuf *body)
{
	if (msg->scode == 503)
		attempt_hop_failed(at);

	if (harvests(at, msg))
		attempt_fail(at, 403, "Forbidden", true);
	else if (is_for_us(at, msg))
		attempt_fail(at, 502, "Peer Refuses Our Login", false);
	else if (msg->scode != 503 || !attempt_next_hop(at))
		attempt_settle(at, msg, body);
}


/* who has been told of a failure does not acknowledge a 2xx */
static void refuse_success(struct attempt *at, const struct message *msg)
{
	if (!forwarding_is_initial_invite(at->fw) || at->accepted)
		return;

	dialog_refuse(at, msg);
	attempt_end_call(at, "too-late");
}


static void note_success(const struct attempt *at)
{
	struct call *call = call_find(at->fw->px->p.calls, at->call);

	if (message_is(at->fw->req, "BYE"))
		forwarding_end_call(at->fw, "bye");
	else if (message_is(at->fw->req, "INVITE"))
		call_answered(call);
}


/* both ends have agreed on the next sign of life; lines: what we add */
static void note_session(const struct attempt *at, const struct message *msg,
			 char lines[SESSION_TIMER_LINES])
{
	const struct message *req = at->fw->req;

	lines[0] = '\0';
	if (!message_is(req, "INVITE") && !message_is(req, "UPDATE"))
		return;

	call_session(call_find(at->fw->px->p.calls, at->call),
		     session_timer_answer(lines, &at->fw->session, msg));
}


static void success(struct attempt *at, const struct message *msg,
		    const struct mbuf *body)
{
	char lines[SESSION_TIMER_LINES];

	/* nobody will ever take the call that he has accepted too late */
	if (at->fw->final >= 300) {
		refuse_success(at, msg);
		return;
	}

	/* from now on the call has its place at the peer */
	at->slot = mem_deref(at->slot);
	at->accepted = true;
	chronicle_accepted(at, msg);
	note_session(at, msg, lines);
	passback(at->fw, at, msg, body, lines);
	note_success(at);
	dialog_accepted(at, msg);
	context_accepted(at);
}


static void pass_on(struct attempt *at, struct message *msg, struct mbuf *body)
{
	if (msg->scode >= 300) {
		failure(at, msg, body);
	}
	else if (msg->scode >= 200) {
		success(at, msg, body);
	}
	else if (message_is(at->fw->req, "INVITE")) {
		/* of nothing else a provisional goes on (RFC 4320) */
		passback(at->fw, at, msg, body, NULL);
		call_ringing(call_find(at->fw->px->p.calls, at->call));
	}
}


/* the SDP of an answer could not be relayed, so it must not be seen */
static void spoiled(struct attempt *at, struct message *msg, int err)
{
	struct mbuf *none;

	if (msg->scode < 200 || !attempt_pending(at))
		return;

	if (msg->scode >= 300) {
		none = mbuf_alloc(1);
		if (none)
			failure(at, msg, none);
		mem_deref(none);
		return;
	}

	if (forwarding_is_initial_invite(at->fw))
		dialog_refuse(at, msg);

	attempt_fail(at, err == EBADMSG || err == ENOTSUP ? 488 : 503,
		     "Media Cannot Be Relayed", true);
}


static void pass_handler(int err, struct mbuf *body, void *arg)
{
	struct response *resp = arg;
	struct attempt *at = resp->at;
	struct forwarding *fw = mem_ref(at->fw); /* owns the attempt */
	struct message *msg = mem_ref(resp->msg);

	/* without a body there is nothing that may not be seen */
	mem_deref(resp);
	if (err && msg->body.l)
		spoiled(at, msg, err);
	else
		pass_on(at, msg, body);

	run(at);
	forwarding_rest(fw);
	mem_deref(msg);
	mem_deref(fw);
}


static void start(struct response *resp)
{
	struct attempt *at = resp->at;
	const struct sender *s = &at->fw->sender;
	struct call *call = call_find(at->fw->px->p.calls, at->call);
	enum call_side from = CALL_B;
	int err;

	if (s->dialog)
		from = s->from ? CALL_A : CALL_B;

	if (!at->call) {
		pass_handler(0, NULL, resp);
		return;
	}

	/* a call that has ended meanwhile has nothing to put in its place */
	err = call ? call_pass_response(&resp->pass, call, from, resp->msg,
					at->fw->req, pass_handler, resp)
		   : ECANCELED;
	if (err)
		pass_handler(err, NULL, resp);
}


static void run(struct attempt *at)
{
	struct response *resp = list_ledata(at->respl.head);

	if (!resp || resp->started)
		return;

	resp->started = true;
	start(resp);
}


static void failed(struct attempt *at, int err)
{
	const bool timeout = err == ETIMEDOUT;

	attempt_doubt(at);
	if (!at->heard)
		attempt_hop_failed(at);

	/* a hop that has rung works; nobody wants to ring there */
	if (!(timeout && at->heard) && attempt_next_hop(at))
		return;

	if (at->fw->cancelled)
		attempt_fail(at, 487, "Request Terminated", true);
	else if (timeout)
		attempt_fail(at, 408, "Request Timeout", true);
	else
		attempt_fail(at, 503, "Next Hop Unreachable", false);
}


static void hear(struct attempt *at, int err, struct message *msg)
{
	struct response *resp;

	if (err) {
		attempt_trunk_silent(at);
		failed(at, err);
		return;
	}

	if (!at->heard && msg->scode != 503)
		attempt_hop_works(at);
	at->heard = true;
	if (attempt_trunk_heard(at, msg))
		return;

	if (msg->scode == 100)
		return;

	/* whoever rings faster than a relay server answers is not heard */
	if (msg->scode < 200 && list_count(&at->respl) >= RESPONSES_MAX)
		return;

	resp = mem_zalloc(sizeof(*resp), destructor);
	if (!resp)
		return;

	resp->at = at;
	resp->msg = mem_ref(msg);
	list_append(&at->respl, &resp->le, resp);
	run(at);
}


/**
 * Hear the client transaction of an attempt
 *
 * @param ct  Client transaction
 * @param err 0, or ETIMEDOUT, or the transport's error
 * @param msg Response, where err is 0
 * @param arg Attempt
 */
void response_handler(struct client_txn *ct, int err, struct message *msg,
		      void *arg)
{
	struct attempt *at = arg;
	struct forwarding *fw = mem_ref(at->fw);
	(void)ct;

	if (!forwarding_wake(fw)) {
		hear(at, err, msg);
		forwarding_rest(fw);
	}
	mem_deref(fw);
}
