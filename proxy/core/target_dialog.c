/**
 * @file target_dialog.c  Where a request in a dialog goes
 *
 * By its Routes, or to the end that did not send it: a phone of ours by its
 * newest flow, whatever its Contact says.
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/destination.h"


/* the bindings of the user that a request in a dialog goes to */
static const struct list *to_bindings(const struct forwarding *fw)
{
	const struct proxy *px = fw->px;
	const struct message *req = fw->req;
	char aor[SIPURI_AOR_MAX];
	struct pl pl;

	if (!served_is_ours(px, &req->to.uri) ||
	    served_aor(px, &req->to.uri, NULL, aor, sizeof(aor)))
		return NULL;

	pl_set_str(&pl, aor);

	return location_get(px->p.loc, &pl);
}


/* the same Contact, registered from elsewhere since: flows count up */
static struct flow *moved_to(const struct forwarding *fw,
			     const struct flow *flow)
{
	struct sipuri uri;
	struct pl contact;
	struct le *le;

	for (le = list_head(to_bindings(fw)); le; le = le->next) {
		const struct binding *b = le->data;

		pl_set_str(&contact, b->contact);
		if (binding_flow(b) && b->flow->id > flow->id &&
		    !sipuri_decode(&uri, &contact) &&
		    sipuri_equal(&uri, &fw->uri))
			return b->flow;
	}

	return NULL;
}


static bool is_instance(const struct binding *b, const char *instance)
{
	return b->instance && !strcmp(b->instance, instance);
}


/* a phone that came back from elsewhere: the newest binding of it, where it
 * has said which one it is, else of its user */
static int new_flow(struct target *t, const struct forwarding *fw,
		    const char *instance)
{
	struct flow *newest = NULL, *flow = NULL;

	for (struct le *le = list_head(to_bindings(fw)); le && !flow;
	     le = le->next) {
		const struct binding *b = le->data;

		if (!newest)
			newest = binding_flow(b);
		if (instance && is_instance(b, instance))
			flow = binding_flow(b);
	}

	if (!flow)
		flow = newest;
	if (!flow)
		return ENOTCONN;

	t->flow = mem_ref(flow);

	return 0;
}


/* ENOENT: that end is no phone. The call knows the newest flow, the token
 * the first one */
static int phone_flow(struct target *t, const struct forwarding *fw, int to)
{
	struct proxy *px = fw->px;
	const struct route_token *tok = fw->sender.tok;
	const struct route_end *end = &tok->endv[to];
	const struct call *call = call_find(px->p.calls, tok->call);
	struct flow *flow = call ? call_flow(call, (enum call_side)to)
				 : fw->hint,
		    *moved;

	if (call ? !call_is_phone(call, (enum call_side)to) : !end->phone)
		return ENOENT;

	if (flow && !flow->closed) {
		moved = moved_to(fw, flow);
		t->flow = mem_ref(moved ? moved : flow);
		return 0;
	}

	if (!transport_flow_back(&t->flow, px->p.tp, end->proto, &end->local,
				 &end->peer))
		return 0;

	return new_flow(t, fw, call_instance(call, (enum call_side)to));
}


/* to the phone, where that end is one of ours; else where the URI says */
static int to_end(struct target *t, const struct forwarding *fw,
		  const struct pl *ruri, struct refusal *r)
{
	const int err = phone_flow(t, fw, !fw->sender.from);

	if (err != ENOENT) {
		t->kind = TARGET_PHONE;
		return err ? refuse(r, 480, "Phone Is Gone") : 0;
	}

	return pl_strdup(&t->next, ruri) ? refuse(r, 500, "Out Of Memory") : 0;
}


static int to_route(struct target *t, const struct forwarding *fw,
		    struct refusal *r)
{
	struct nameaddr na;

	if (nameaddr_decode(&na, &fw->sender.rs.next))
		return refuse(r, 400, "Bad Route");

	return pl_strdup(&t->next, &na.addr) ? refuse(r, 500, "Out Of Memory")
					     : 0;
}


/**
 * Find the target of a request in a dialog: the end that did not send it
 *
 * @param fw Forwarding of a request that carries our cookie
 * @param r  What to answer where there is none
 *
 * @return 0 if success, EPROTO if refused
 *
 * RFC 3261 section 16.12
 */
int destination_dialog(struct forwarding *fw, struct refusal *r)
{
	struct target *t = NULL;
	struct pl ruri;
	int err;

	pl_set_str(&ruri, fw->ruri);
	if (target_alloc(&t, TARGET_PROXY, &ruri))
		return refuse(r, 500, "Out Of Memory");

	if (fw->sender.rs.next.l)
		err = to_route(t, fw, r);
	else
		err = to_end(t, fw, &ruri, r);

	if (!err && targets_add(&fw->targets, t))
		err = refuse(r, 500, "Out Of Memory");
	mem_deref(t);

	return err;
}
