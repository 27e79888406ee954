/**
 * @file response.c  Responses on their way back (RFC 3261 section 16.7)
 *
 * One branch for now. Responses with SDP may have to wait for a relay server;
 * those behind them wait too, so that they arrive in order.
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "proxy/core/hangup.h"
#include "proxy/core/response.h"
#include "proxy/sip/build.h"
#include "proxy/user/digest.h"

struct response {
	struct le le;
	struct forwarding *fw; /* not owned */
	struct message *msg;
	struct call_pass *pass; /* not owned */
	bool started;
};

static void run(struct forwarding *fw);


static void destructor(void *arg)
{
	struct response *resp = arg;

	list_unlink(&resp->le);
	call_pass_cancel(resp->pass);
	mem_deref(resp->msg);
}


/* what an answer means for the call */
static void note(struct forwarding *fw, uint16_t scode)
{
	struct call *call = call_find(fw->px->p.calls, fw->call);
	char why[32];

	if (!call)
		return;

	if (scode < 200) {
		call_ringing(call);
		return;
	}

	if (message_is(fw->req, "BYE")) {
		fw->challenged = scode == 401 || scode == 407;
		if (!fw->challenged)
			call_end(call, "bye");
	}
	else if (message_is(fw->req, "INVITE")) {
		if (scode < 300) {
			call_answered(call);
		}
		else if (forwarding_is_initial_invite(fw) || scode == 481) {
			(void)re_snprintf(why, sizeof(why), "status-%u",
					  scode);
			call_end(call, why);
		}
	}
}


/* a 503 of the next hop says nothing of us (16.7 step 6) */
static bool replaced(struct forwarding *fw, const struct message *msg)
{
	if (msg->scode != 503)
		return false;

	forwarding_refuse(fw, 500, "Next Hop Unavailable");

	return true;
}


/* what we cannot read, a phone might, and see our realm in it */
static bool is_our_realm(const struct proxy *px, const struct hdr *h)
{
	struct pl realm;

	return digest_realm(&realm, &h->val) || served_is_domain(px, &realm);
}


/* a callee who challenges in our name is after our users' digests */
static bool harvests(const struct forwarding *fw, const struct message *msg)
{
	static const enum hdr_id idv[] = {HDR_WWW_AUTHENTICATE,
					  HDR_PROXY_AUTHENTICATE};

	if (msg->scode != 401 && msg->scode != 407)
		return false;

	if (fw->target.peer)
		return false;

	for (size_t i = 0; i < ARRAY_SIZE(idv); i++) {
		const struct hdr *h = message_hdr(msg, idv[i]);

		for (; h; h = message_hdr_next(msg, h)) {
			if (is_our_realm(fw->px, h))
				return true;
		}
	}

	return false;
}


/* the trust headers of a phone are not believed (RFC 3325 section 5) */
static size_t distrusted(enum hdr_id idv[2], const struct forwarding *fw)
{
	if (fw->target.peer)
		return 0;

	idv[0] = HDR_P_ASSERTED_IDENTITY;
	idv[1] = HDR_REMOTE_PARTY_ID;

	return 2;
}


static void pass_back(struct forwarding *fw, const struct message *msg,
		      const struct mbuf *body)
{
	enum hdr_id stripv[2];
	const size_t stripc = distrusted(stripv, fw);
	struct mbuf *mb = NULL;
	struct pl pl;

	if (harvests(fw, msg)) {
		forwarding_refuse(fw, 403, "Forbidden");
		return;
	}

	if (replaced(fw, msg))
		return;

	if (body) {
		pl.p = (const char *)body->buf;
		pl.l = body->end;
	}

	if (build_response_forward(&mb, msg, body ? &pl : NULL, stripv, stripc,
				   NULL))
		return;

	forwarding_ladder(fw, msg, &msg->src, &fw->req->src);
	(void)server_txn_send(fw->st, msg->scode, mb);
	mem_deref(mb);
	note(fw, msg->scode);
}


/* the SDP of an answer could not be relayed, so it must not be seen */
static void spoiled(struct forwarding *fw, const struct message *msg, int err)
{
	struct mbuf none;

	if (msg->scode < 200 || server_txn_final(fw->st))
		return;

	if (msg->scode >= 300) {
		mbuf_init(&none);
		pass_back(fw, msg, &none);
		return;
	}

	if (forwarding_is_initial_invite(fw))
		hangup_callee(fw, msg);

	forwarding_refuse(fw, err == EBADMSG || err == ENOTSUP ? 488 : 503,
			  "Media Cannot Be Relayed");
}


static void pass_handler(int err, struct mbuf *body, void *arg)
{
	struct response *resp = arg;
	struct forwarding *fw = mem_ref(resp->fw);
	struct message *msg = mem_ref(resp->msg);

	mem_deref(resp);
	if (err)
		spoiled(fw, msg, err);
	else
		pass_back(fw, msg, body);

	run(fw);
	mem_deref(msg);
	mem_deref(fw);
}


static void start(struct response *resp)
{
	struct forwarding *fw = resp->fw;
	struct call *call = call_find(fw->px->p.calls, fw->call);
	enum call_side from = CALL_B;
	int err;

	if (fw->sender.dialog)
		from = fw->sender.from ? CALL_A : CALL_B;

	if (!fw->call || !resp->msg->body.l) {
		pass_handler(0, NULL, resp);
		return;
	}

	/* a call that has ended meanwhile has nothing to put in its place */
	err = call ? call_pass(&resp->pass, call, from, resp->msg,
			       pass_handler, resp)
		   : ECANCELED;
	if (err)
		pass_handler(err, NULL, resp);
}


static void run(struct forwarding *fw)
{
	struct response *resp = list_ledata(fw->respl.head);

	if (!resp || resp->started)
		return;

	resp->started = true;
	start(resp);
}


static void failed(struct forwarding *fw, int err)
{
	struct pl aor;

	if (fw->target.aor[0]) {
		pl_set_str(&aor, fw->target.aor);
		redirect_forget(fw->px->p.redirect, &aor);
	}

	/* a 408 to a non-INVITE would only add to the trouble (RFC 4320) */
	if (err == ETIMEDOUT && !message_is(fw->req, "INVITE"))
		forwarding_done(fw);
	else if (fw->cancelled)
		forwarding_refuse(fw, 487, "Request Terminated");
	else if (err == ETIMEDOUT)
		forwarding_refuse(fw, 408, "Request Timeout");
	else
		forwarding_refuse(fw, 500, "Next Hop Unreachable");
}


/**
 * Hear the client transaction of a forwarding
 *
 * @param ct  Client transaction
 * @param err 0, or ETIMEDOUT, or the transport's error
 * @param msg Response, where err is 0
 * @param arg Forwarding
 */
void response_handler(struct client_txn *ct, int err, struct message *msg,
		      void *arg)
{
	struct forwarding *fw = arg;
	struct response *resp;
	(void)ct;

	if (err) {
		failed(fw, err);
		return;
	}

	if (msg->scode == 100)
		return;

	resp = mem_zalloc(sizeof(*resp), destructor);
	if (!resp)
		return;

	resp->fw = fw;
	resp->msg = mem_ref(msg);
	list_append(&fw->respl, &resp->le, resp);
	run(fw);
}
