/**
 * @file ringing.c  A call that rings, as text and after a restart
 *
 * The machines are made anew, in the state in which they were: the INVITE is
 * not sent again, for a phone that has forgotten it would ring once more.
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/attempt.h"
#include "proxy/core/context.h"
#include "proxy/core/forward.h"
#include "proxy/core/ringing.h"
#include "proxy/media/call_note.h"


static const struct attempt *attempt_of(const struct forwarding *fw,
					uint64_t call)
{
	for (const struct le *le = fw->attemptl.head; le; le = le->next) {
		const struct attempt *at = le->data;

		if (at->call == call && at->own_call && at->ct &&
		    attempt_awaited(at))
			return at;
	}

	return NULL;
}


/* of thousands that were answered and are not forgotten yet, the last ones
 * are those that ring */
static const struct attempt *find(const struct proxy *px, uint64_t call)
{
	for (const struct le *le = px->forwardl.tail; le; le = le->prev) {
		const struct forwarding *fw = le->data;
		const struct attempt *at;

		if (fw->final || fw->stateless || fw->cancelled || !fw->req)
			continue;

		at = attempt_of(fw, call);
		if (at)
			return at;
	}

	return NULL;
}


/* a text has no NUL in it */
static char *text_of(const uint8_t *p, size_t len)
{
	char *text = memchr(p, 0, len) ? NULL : mem_alloc(len + 1, NULL);

	if (text) {
		memcpy(text, p, len);
		text[len] = '\0';
	}

	return text;
}


static void put_flow(struct json_out *o, const char *name,
		     const struct flow *flow)
{
	json_out_object(o, name);
	json_out_string(o, "proto", flow_proto_param(flow->proto));
	json_out_sa(o, "local", &flow->local);
	json_out_sa(o, "at", &flow->peer);
	json_out_object_end(o);
}


static void put_sender(struct json_out *o, const struct sender *s)
{
	json_out_object(o, "sender");
	if (s->peer)
		json_out_exact(o, "peer", s->peer->name);
	json_out_exact(o, "aor", s->aor);
	json_out_exact(o, "asserted", s->asserted);
	json_out_exact(o, "inbound", s->inbound);
	json_out_object_end(o);
}


static void put_target(struct json_out *o, const struct target *t)
{
	json_out_object(o, "target");
	json_out_number(o, "kind", t->kind);
	json_out_exact(o, "ruri", t->ruri);
	json_out_exact(o, "path", t->path);
	json_out_exact(o, "next", t->next);
	json_out_exact(o, "instance", t->instance);
	json_out_exact(o, "aor", t->aor);
	json_out_number(o, "reg_id", t->reg_id);
	json_out_object_end(o);
}


static void put_all(struct json_out *o, const struct attempt *at,
		    const char *came, const char *went)
{
	const struct forwarding *fw = at->fw;

	json_out_object(o, "ringing");
	json_out_exact(o, "came", came);
	put_flow(o, "by", fw->req->flow);
	put_sender(o, &fw->sender);
	json_out_exact(o, "went", went);
	put_flow(o, "to", at->flow);
	put_target(o, at->target);
	if (at->peer)
		json_out_exact(o, "peer", at->peer->name);
	json_out_number(o, "shift", at->shift);
	json_out_number(o, "breadth", at->breadth);
	json_out_object_end(o);
}


/**
 * Write what rings for a call
 *
 * @param o    Writer, in an object
 * @param px   Proxy
 * @param call The call's number
 *
 * @return 0 if success, ENOENT if nothing does, or what cannot be written
 */
int ringing_save(struct json_out *o, const struct proxy *px, uint64_t call)
{
	const struct attempt *at = find(px, call);
	const struct mbuf *came, *went;
	char *a = NULL, *b = NULL;

	went = at ? client_txn_octets(at->ct) : NULL;
	if (!went)
		return ENOENT;

	came = at->fw->req->mb;
	a = text_of(came->buf, came->end);
	b = text_of(mbuf_buf(went), mbuf_get_left(went));
	if (a && b)
		put_all(o, at, a, b);
	mem_deref(a);
	mem_deref(b);

	return a && b ? o->err : ENOENT;
}


/** What is read of one that rang */
struct past {
	struct message *req;
	struct flow *by, *to; /* NULL: it is gone */
	struct mbuf *went;
	struct target *target;
	struct sender sender;
	const struct config_peer *peer; /* not held */
	uint64_t shift, breadth;
};


static void past_close(struct past *p)
{
	mem_deref(p->req);
	mem_deref(p->by);
	mem_deref(p->to);
	mem_deref(p->went);
	mem_deref(p->target);
	mem_deref(p->sender.aor);
	mem_deref(p->sender.asserted);
	mem_deref(p->sender.inbound);
}


/* it stays NULL where the way is gone */
static int get_flow(struct flow **fp, struct transport *tp, const json_t *o,
		    const char *name)
{
	const json_t *val = json_object_get(o, name);
	const char *text = json_string_value(json_object_get(val, "proto"));
	struct sa local, peer;
	enum flow_proto proto;
	struct pl pl;

	pl_set_str(&pl, text ? text : "");
	if (flow_proto_decode(&proto, &pl) ||
	    json_in_sa(&local, val, "local") || json_in_sa(&peer, val, "at"))
		return EBADMSG;

	(void)transport_flow_back(fp, tp, proto, &local, &peer);

	return 0;
}


static const struct config_peer *peer_named(const struct proxy *px,
					    const json_t *o)
{
	const char *name = json_string_value(json_object_get(o, "peer"));
	const struct config *cfg = px->p.cfg;

	for (size_t i = 0; name && i < cfg->peerc; i++) {
		if (!strcmp(cfg->peerv[i].name, name))
			return &cfg->peerv[i];
	}

	return NULL;
}


static int get_request(struct message **mp, const json_t *o)
{
	static struct guard guard;
	char *text = NULL;
	int err;

	err = json_in_text(&text, o, "came");
	if (err || !text)
		return err ? err : ENOENT;

	err = message_decode(mp, &guard, (uint8_t *)text, strlen(text));
	mem_deref(text);
	if (!err && !message_is(*mp, "INVITE"))
		err = EBADMSG;

	return err;
}


static int get_went(struct mbuf **mbp, const json_t *o)
{
	char *text = NULL;
	struct mbuf *mb;
	int err;

	err = json_in_text(&text, o, "went");
	if (err || !text)
		return err ? err : EBADMSG;

	mb = mbuf_alloc(strlen(text));
	err = mb ? mbuf_write_str(mb, text) : ENOMEM;
	mem_deref(text);
	if (err) {
		mem_deref(mb);
		return err;
	}

	mb->pos = 0;
	*mbp = mb;

	return 0;
}


static int get_target(struct target **tp, const json_t *o)
{
	const json_t *val = json_object_get(o, "target");
	uint64_t kind, reg_id;
	char *ruri = NULL;
	struct target *t;
	struct pl pl;
	int err;

	err = json_in_number(&kind, val, "kind", TARGET_QUERY);
	if (!err)
		err = json_in_number(&reg_id, val, "reg_id", UINT32_MAX);
	if (!err)
		err = json_in_text(&ruri, val, "ruri");
	if (err || !ruri)
		return err ? err : EBADMSG;

	pl_set_str(&pl, ruri);
	err = target_alloc(&t, (enum target_kind)kind, &pl);
	mem_deref(ruri);
	if (err)
		return err;

	t->reg_id = (uint32_t)reg_id;
	err = json_in_text(&t->path, val, "path");
	err |= json_in_text(&t->next, val, "next");
	err |= json_in_text(&t->instance, val, "instance");
	err |= json_in_text(&t->aor, val, "aor");
	if (t->kind == TARGET_QUERY && !t->aor)
		err = EBADMSG;
	if (err)
		mem_deref(t);
	else
		*tp = t;

	return err ? EBADMSG : 0;
}


static bool local_handler(const struct sipuri *uri, void *arg)
{
	return served_is_ours(arg, uri);
}


static int get_sender(struct sender *s, struct proxy *px,
		      const struct message *req, const json_t *o)
{
	const json_t *val = json_object_get(o, "sender");
	int err;

	err = route_process(&s->rs, req, local_handler, px);
	if (!err)
		err = json_in_text(&s->aor, val, "aor");
	if (!err)
		err = json_in_text(&s->asserted, val, "asserted");
	if (!err)
		err = json_in_text(&s->inbound, val, "inbound");
	s->peer = peer_named(px, val);

	return err;
}


static int get_past(struct past *p, struct proxy *px, const json_t *o)
{
	int err;

	err = get_request(&p->req, o);
	if (!err)
		err = get_flow(&p->by, px->p.tp, o, "by");
	if (!err)
		err = get_flow(&p->to, px->p.tp, o, "to");
	if (!err)
		err = get_went(&p->went, o);
	if (!err)
		err = get_target(&p->target, o);
	if (!err)
		err = get_sender(&p->sender, px, p->req, o);
	if (!err)
		err = json_in_number(&p->shift, o, "shift", UINT8_MAX);
	if (!err)
		err = json_in_number(&p->breadth, o, "breadth", UINT32_MAX);
	p->peer = peer_named(px, o);

	return err;
}


/* another call of the same INVITE was there before */
static struct forwarding *same_request(const struct proxy *px,
				       const struct message *req)
{
	for (struct le *le = px->forwardl.head; le; le = le->next) {
		struct forwarding *fw = le->data;

		if (fw->req && fw->req->mb->end == req->mb->end &&
		    !memcmp(fw->req->mb->buf, req->mb->buf, req->mb->end))
			return fw;
	}

	return NULL;
}


/* who waits for the answer is gone: the callee need not ring on */
static int give_up(struct proxy *px, const struct past *p)
{
	struct client_txn *ct = NULL;

	if (p->to &&
	    !client_txn_resume(&ct, px->p.txns, p->to, p->went, NULL, NULL))
		(void)client_txn_cancel(ct, NULL);
	mem_deref(ct);

	return ENOTCONN;
}


static int get_forwarding(struct forwarding **fwp, struct proxy *px,
			  struct call *call, const struct past *p)
{
	int err;

	*fwp = same_request(px, p->req);
	if (*fwp) {
		call_note_share(call, (*fwp)->origin);
		return 0;
	}

	p->req->flow = mem_ref(p->by);
	p->req->src = p->by->peer;
	err = forward_resume(fwp, px, p->req, &p->sender);
	if (!err)
		(*fwp)->origin = mem_ref(call_note_source(call));

	return err;
}


static int resume(struct proxy *px, struct call *call, const struct past *p)
{
	const struct attempt_past ap = {
		.target = p->target,
		.flow = p->to,
		.went = p->went,
		.peer = p->peer,
		.call = call_id(call),
		.shift = (uint8_t)p->shift,
		.breadth = (uint32_t)p->breadth,
	};
	struct forwarding *fw;
	int err;

	if (!p->by)
		return give_up(px, p);

	err = get_forwarding(&fw, px, call, p);
	if (err)
		return err;

	/* his phone has no way to answer: others may ring still */
	if (!p->to)
		return ENOTCONN;

	return attempt_resume(fw, &ap);
}


/**
 * Let ring on what rang before a restart
 *
 * @param px   Proxy, whose transport layer listens
 * @param call Call that is back, not answered
 * @param o    Object that was written into
 *
 * @return 0 if success, ENOENT if nothing rang, ENOTCONN if one of its ends
 *         cannot be reached, EBADMSG if it is broken, otherwise errorcode
 */
int ringing_restore(struct proxy *px, struct call *call, const json_t *o)
{
	const json_t *ringing = json_object_get(o, "ringing");
	struct past p = {.req = NULL};
	int err;

	if (!ringing)
		return ENOENT;

	err = get_past(&p, px, ringing);
	if (!err)
		err = resume(px, call, &p);
	past_close(&p);

	return err;
}


/**
 * All that rang before a restart is there: a caller for whom nobody rings any
 * more gets his answer
 *
 * @param px Proxy
 */
void ringing_settle(struct proxy *px)
{
	struct le *le = list_head(&px->forwardl);

	while (le) {
		struct forwarding *fw = le->data;

		le = le->next;
		context_step(fw);
	}
}
