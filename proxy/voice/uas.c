/**
 * @file uas.c  A dialog in which we are the one who was called
 */
#include <errno.h>
#include <string.h>
#include "proxy/media/body.h"
#include "proxy/sip/build.h"
#include "proxy/voice/uas.h"

enum { EXTRA_MAX = 1024, TAG_LEN = 17 };


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


static int set_text(char **dst, const struct pl *src)
{
	char *copy = NULL;
	int err = pl_strdup(&copy, src);

	if (err)
		return err;

	mem_deref(*dst);
	*dst = copy;

	return 0;
}


/* RFC 3261 section 12.2.1.1: where our requests go to */
static void set_target(struct uas *u, const struct message *m)
{
	struct nameaddr na;
	struct pl val;

	if (message_value(m, HDR_CONTACT, 0, &val) ||
	    nameaddr_decode(&na, &val))
		return;

	(void)set_text(&u->target, &na.addr);
}


/* in the order in which they stand (RFC 3261 section 12.1.1) */
static int set_routes(struct uas *u, const struct message *invite)
{
	struct value_iter it;
	struct pl val;
	size_t pos = 0;

	message_values(&it, invite, HDR_RECORD_ROUTE);
	while (message_values_next(&it, &val)) {
		const int n = re_snprintf(u->routes + pos,
					  sizeof(u->routes) - pos,
					  "Route: %r\r\n", &val);

		if (n < 0)
			return ENOSPC;
		pos += (size_t)n;
	}

	return 0;
}


/* by the protocol that the call came with; a sips call stays one */
static int set_contact(struct uas *u, const struct message *invite)
{
	const struct flow *flow = invite->flow;
	struct sa sa;

	transport_sentby(u->p->tp, flow, &sa);

	return re_sdprintf(
		&u->contact, "%s:%r@%J%s%s",
		pl_strcasecmp(&invite->uri.scheme, "sips") ? "sip" : "sips",
		&invite->uri.user, &sa,
		flow->proto == FLOW_UDP ? "" : ";transport=",
		flow->proto == FLOW_UDP ? "" : flow_proto_param(flow->proto));
}


static int set_ends(struct uas *u, const struct message *invite)
{
	int err;

	err = pl_strdup(&u->callid, &invite->callid);
	err |= pl_strdup(&u->remote, &invite->from.val);
	err |= pl_strdup(&u->remote_tag, &invite->from_tag);
	err |= re_sdprintf(&u->local, "%r;tag=%s", &invite->to.val, u->tag);
	err |= pl_strdup(&u->target, &invite->from.addr);
	err |= set_contact(u, invite);

	return err ? ENOMEM : set_routes(u, invite);
}


/* EPROTO: it asks for what we have not (RFC 3261 section 8.2.2.3). A reliable
 * provisional response is one that we never send (RFC 3262 section 3) */
static int check_require(struct server_txn *st, const struct message *req)
{
	char lines[EXTRA_MAX] = "";
	struct value_iter it;
	struct pl val;
	size_t pos = 0;

	message_values(&it, req, HDR_REQUIRE);
	while (message_values_next(&it, &val)) {
		int n;

		if (!pl_strcasecmp(&val, "100rel"))
			continue;

		n = re_snprintf(lines + pos, sizeof(lines) - pos,
				"Unsupported: %r\r\n", &val);
		if (n < 0)
			break;
		pos += (size_t)n;
	}
	if (!lines[0])
		return 0;

	(void)server_txn_reply(st, 420, "Bad Extension", lines);

	return EPROTO;
}


static int build_ok(struct mbuf **mbp, const struct uas *u,
		    const struct message *req, const struct mbuf *body)
{
	char extra[EXTRA_MAX];
	struct build_reply r;

	if (re_snprintf(extra, sizeof(extra), "Contact: <%s>\r\n" UAS_ALLOW,
			u->contact) < 0)
		return ENOSPC;

	memset(&r, 0, sizeof(r));
	r.scode = 200;
	r.extra = extra;
	pl_set_str(&r.to_tag, u->tag);
	r.record_route = true;
	if (body) {
		r.ctype = "application/sdp";
		pl_set_mbuf(&r.body, body);
	}

	return build_reply(mbp, req, &r);
}


/* RFC 3261 section 13.3.1.4 */
static void repeat(void *arg)
{
	struct uas *u = arg;
	const struct config *cfg = u->p->cfg;

	if (timers_now(u->p->timers) >= u->deadline) {
		uas_hangup(u, "no-ack");
		return;
	}

	u->ok->pos = 0;
	(void)server_txn_send(u->st, 200, u->ok);
	u->interval = min(2 * u->interval, cfg->timer.t2);
	timer_start(u->p->timers, &u->tmr, u->interval, repeat, u);
}


static void txn_handler(struct server_txn *st, enum server_txn_event ev,
			const struct message *msg, void *arg)
{
	struct uas *u = arg;
	(void)msg;

	/* whoever has not got it asks again, or hears it in an interval */
	if (ev == SERVER_TXN_GONE && st == u->st)
		u->st = mem_deref(u->st);
}


static int send_ok(struct uas *u, struct server_txn *st,
		   const struct message *req, const struct mbuf *body)
{
	struct mbuf *ok = NULL;
	int err;

	err = build_ok(&ok, u, req, body);
	if (err)
		return err;

	/* an ACK to the one before is waited for no more */
	server_txn_forget(u->st);
	mem_deref(u->st);
	mem_deref(u->ok);
	u->st = mem_ref(st);
	u->ok = ok;
	u->invite = req->cseq;
	u->interval = u->p->cfg->timer.t1;
	u->deadline = timers_now(u->p->timers) + 64 * u->p->cfg->timer.t1;
	timer_start(u->p->timers, &u->tmr, u->interval, repeat, u);

	return server_txn_send(st, 200, ok);
}


/* the offer of an INVITE or UPDATE; 0, or the status of a refusal */
static uint16_t take_offer(struct uas *u, const struct message *req,
			   bool wanted, struct mbuf **body)
{
	struct pl sdp;

	switch (body_find_sdp(req, &sdp)) {
	case 0:
		if (u->offering)
			return 491;
		return u->h.offerh(req, &sdp, body, u->arg);

	case ENOENT:
		if (!wanted)
			return 0;
		if (u->offering)
			return 491;
		return u->h.offerh(req, NULL, body, u->arg);

	case ENOTSUP:
		return 415;

	default:
		return 400;
	}
}


static void refuse(struct server_txn *st, uint16_t scode)
{
	const char *extra = NULL;

	if (scode == 415)
		extra = "Accept: application/sdp\r\n";
	else if (scode == 488)
		extra = "Warning: 305 viaduct \"G.711 without SRTP only\"\r\n";
	else if (scode == 503)
		extra = "Retry-After: 10\r\n";

	(void)server_txn_reply(st, scode, build_reason(scode), extra);
}


static int take_invite(struct uas *u, struct server_txn *st,
		       const struct message *req)
{
	struct mbuf *body = NULL;
	struct pl sdp;
	uint16_t scode;
	int err;

	if (check_require(st, req))
		return EPROTO;

	scode = take_offer(u, req, true, &body);
	if (!scode) {
		u->offering = body_find_sdp(req, &sdp) == ENOENT;
		err = send_ok(u, st, req, body);
		if (err)
			scode = 500;
	}
	mem_deref(body);
	if (scode)
		refuse(st, scode);

	return scode ? EPROTO : 0;
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

	err = server_txn_alloc(&st, p->txns, invite, txn_handler, u);
	if (err) {
		(void)transport_reply(p->tp, invite, 503, "Overloaded", NULL);
		goto out;
	}

	err = set_ends(u, invite);
	if (err)
		refuse(st, 500);
	else
		set_target(u, invite);
	if (!err)
		err = take_invite(u, st, invite);
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


/**
 * Could that be a tag of ours?
 *
 * @param tag To tag of a request
 *
 * @return true if it looks like one
 */
bool uas_is_tag(const struct pl *tag)
{
	return tag && tag->l == TAG_LEN && tag->p[0] == 'v';
}


/**
 * Is it the INVITE of this dialog, come by another way?
 *
 * @param u      Dialog
 * @param invite INVITE without a To tag, of a transaction of its own
 *
 * @return true if it was answered already
 *
 * RFC 3261 section 8.2.2.2
 */
bool uas_is_merged(const struct uas *u, const struct message *invite)
{
	return invite->cseq == u->first &&
	       !pl_strcmp(&invite->callid, u->callid) &&
	       !pl_strcmp(&invite->from_tag, u->remote_tag);
}


/**
 * Is a request in this dialog?
 *
 * @param u   Dialog
 * @param req Request
 *
 * @return true if Call-ID and both tags are its
 *
 * RFC 3261 section 12
 */
bool uas_is(const struct uas *u, const struct message *req)
{
	return !pl_strcmp(&req->to_tag, u->tag) &&
	       !pl_strcmp(&req->callid, u->callid) &&
	       !pl_strcmp(&req->from_tag, u->remote_tag);
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


static void take_update(struct uas *u, struct server_txn *st,
			const struct message *req)
{
	struct mbuf *body = NULL, *ok = NULL;
	uint16_t scode;

	scode = take_offer(u, req, false, &body);
	if (!scode && build_ok(&ok, u, req, body))
		scode = 500;

	if (scode)
		refuse(st, scode);
	else
		(void)server_txn_send(st, 200, ok);
	mem_deref(ok);
	mem_deref(body);
}


static void take_other(struct uas *u, struct server_txn *st,
		       const struct message *req)
{
	if (message_is(req, "UPDATE"))
		take_update(u, st, req);
	else if (message_is(req, "BYE") || message_is(req, "OPTIONS"))
		(void)server_txn_reply(st, 200, "OK",
				       UAS_ALLOW
				       "Accept: application/sdp\r\n");
	else
		(void)server_txn_reply(st, 405, "Method Not Allowed",
				       UAS_ALLOW);
}


/* a NAT has given it another port, or it has connected again */
static void take_flow(struct uas *u, const struct message *req)
{
	if (req->flow == u->flow)
		return;

	mem_deref(u->flow);
	u->flow = mem_ref(req->flow);
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

	if (server_txn_alloc(&st, u->p->txns, req, invite ? txn_handler : NULL,
			     invite ? u : NULL)) {
		(void)transport_reply(u->p->tp, req, 503, "Overloaded", NULL);
		return;
	}

	if (req->cseq < u->rseq) {
		(void)server_txn_reply(st, 500, "CSeq Is Out Of Order", NULL);
	}
	else {
		u->rseq = req->cseq;
		take_flow(u, req);
		if (invite || message_is(req, "UPDATE"))
			set_target(u, req);
		if (!invite)
			take_other(u, st, req);
		else if (take_invite(u, st, req))
			server_txn_forget(st);
	}

	mem_deref(st);
	if (message_is(req, "BYE"))
		end(u, "bye");
}


/* its connection is gone: the same way once more, should it be back */
static struct flow *way(struct uas *u)
{
	struct flow *flow = NULL;

	if (u->flow->closed &&
	    !transport_flow_back(&flow, u->p->tp, u->flow->proto,
				 &u->flow->local, &u->flow->peer)) {
		mem_deref(u->flow);
		u->flow = flow;
	}

	return u->flow;
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
	(void)agent_send(NULL, u->p->agent, way(u), &rq, NULL, NULL);

	end(u, why);
}
