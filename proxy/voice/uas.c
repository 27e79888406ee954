/**
 * @file uas.c  A dialog in which we are the one who was called
 */
#include <errno.h>
#include <string.h>
#include "proxy/media/body.h"
#include "proxy/sip/build.h"
#include "proxy/voice/uas_state.h"


static void destructor(void *arg)
{
	struct uas *u = arg;

	timer_cancel(&u->tmr);
	server_txn_forget(u->st);
	mem_deref(u->st);
	mem_deref(u->ok);
	mem_deref(u->flow);
	mem_deref(u->callid);
	mem_deref(u->local);
	mem_deref(u->remote);
	mem_deref(u->remote_tag);
	mem_deref(u->target);
	mem_deref(u->contact);
}


static void end(struct uas *u, const char *why)
{
	if (u->over)
		return;

	u->over = true;
	timer_cancel(&u->tmr);
	u->h.endh(why, u->arg);
}


/**
 * Answer an INVITE that begins a call with us
 *
 * @param up     Pointer to the dialog
 * @param p      Parts
 * @param invite Request
 * @param h      Handlers
 * @param arg    Handler argument
 *
 * @return 0 if success, otherwise errorcode: it was answered with a refusal
 *
 * RFC 3261 section 13.3.1
 */
int uas_answer(struct uas **up, const struct uas_parts *p,
	       struct message *invite, const struct uas_handlers *h, void *arg)
{
	struct server_txn *st = NULL;
	struct uas *u;
	int err;

	u = mem_zalloc(sizeof(*u), destructor);
	if (!u) {
		(void)transport_reply(p->tp, invite, 500, NULL, NULL);
		return ENOMEM;
	}

	u->p = p;
	u->h = *h;
	u->arg = arg;
	u->flow = mem_ref(invite->flow);
	u->first = u->rseq = invite->cseq;
	agent_tag(u->tag, 'v');

	err = server_txn_alloc(&st, p->txns, invite, uas_txn_handler, u);
	if (err) {
		(void)transport_reply(p->tp, invite, 503, "Overloaded", NULL);
		goto out;
	}

	err = uas_set_ends(u, invite);
	if (err)
		uas_refuse(st, 500);
	else
		uas_set_target(u, invite);
	if (!err)
		err = uas_take_invite(u, st, invite);
	if (err)
		server_txn_forget(st);

out:
	mem_deref(st);
	if (err)
		mem_deref(u);
	else
		*up = u;

	return err;
}


static void take_ack(struct uas *u, const struct message *ack)
{
	struct pl sdp;

	if (ack->cseq != u->invite || !u->ok)
		return;

	timer_cancel(&u->tmr);
	u->ok = mem_deref(u->ok);

	if (u->offering) {
		u->offering = false;
		if (body_find_sdp(ack, &sdp) ||
		    !u->h.answerh(ack, &sdp, u->arg)) {
			uas_hangup(u, "no-answer-to-our-offer");
			return;
		}
	}

	if (!u->up) {
		u->up = true;
		u->h.uph(ack, u->arg);
	}
}


static void take_other(struct uas *u, struct server_txn *st,
		       const struct message *req)
{
	if (message_is(req, "UPDATE"))
		uas_take_update(u, st, req);
	else if (message_is(req, "BYE") || message_is(req, "OPTIONS"))
		(void)server_txn_reply(st, 200, "OK",
				       UAS_ALLOW
				       "Accept: application/sdp\r\n");
	else
		(void)server_txn_reply(st, 405, "Method Not Allowed",
				       UAS_ALLOW);
}


/**
 * Take a request that is in this dialog
 *
 * @param u   Dialog; may be gone afterwards
 * @param req Request
 *
 * RFC 3261 section 12.2.2
 */
void uas_request(struct uas *u, struct message *req)
{
	const bool invite = message_is(req, "INVITE");
	struct server_txn *st = NULL;

	if (message_is(req, "ACK")) {
		take_ack(u, req);
		return;
	}

	if (server_txn_alloc(&st, u->p->txns, req,
			     invite ? uas_txn_handler : NULL,
			     invite ? u : NULL)) {
		(void)transport_reply(u->p->tp, req, 503, "Overloaded", NULL);
		return;
	}

	if (req->cseq < u->rseq) {
		(void)server_txn_reply(st, 500, "CSeq Is Out Of Order", NULL);
	}
	else {
		u->rseq = req->cseq;
		uas_take_flow(u, req);
		if (invite || message_is(req, "UPDATE"))
			uas_set_target(u, req);
		if (!invite)
			take_other(u, st, req);
		else if (uas_take_invite(u, st, req))
			server_txn_forget(st);
	}

	mem_deref(st);
	if (message_is(req, "BYE"))
		end(u, "bye");
}


/**
 * Hang up
 *
 * @param u   Dialog; may be gone afterwards
 * @param why A word, for its owner
 *
 * RFC 3261 section 15.1.1
 */
void uas_hangup(struct uas *u, const char *why)
{
	struct build_request rq;

	if (!u || u->over)
		return;

	memset(&rq, 0, sizeof(rq));
	rq.met = "BYE";
	pl_set_str(&rq.ruri, u->target);
	pl_set_str(&rq.from, u->local);
	pl_set_str(&rq.to, u->remote);
	pl_set_str(&rq.callid, u->callid);
	rq.cseq = ++u->lseq;
	rq.extra = u->routes[0] ? u->routes : NULL;
	(void)agent_send(NULL, u->p->agent, uas_way(u), &rq, NULL, NULL);

	end(u, why);
}
