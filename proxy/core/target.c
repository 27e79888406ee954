/**
 * @file target.c  Where a request goes
 *
 * Nothing is looked up by name and nothing is sent to an address that only a
 * stranger has named: the targets are our users' flows, configured peers,
 * what our redirect server says, and the ends of dialogs that carry our own
 * cookie.
 */
#include <errno.h>
#include <string.h>
#include "common/addr.h"
#include "proxy/core/target.h"
#include "proxy/user/account.h"


/**
 * Give up what a target holds
 *
 * @param t Target
 */
void target_reset(struct target *t)
{
	if (!t)
		return;

	mem_deref(t->flow);
	mem_deref(t->ruri);
	mem_deref(t->path);
	memset(t, 0, sizeof(*t));
}


static enum flow_proto uri_proto(const struct sipuri *uri)
{
	struct pl transport;

	if (sipuri_param(uri, "transport", &transport))
		return FLOW_UDP;

	return pl_strcasecmp(&transport, "tcp") ? FLOW_UDP : FLOW_TCP;
}


static int reach(struct target *t, struct proxy *px, const struct sipuri *uri,
		 struct refusal *r)
{
	struct sa dst;
	int err;

	if (sipuri_addr(uri, &dst))
		return refuse(r, 404, "No Route To That Host Name");

	if (!served_may_reach(px, &dst))
		return refuse(r, 403, "Address Not Allowed");

	err = transport_flow(&t->flow, px->p.tp, uri_proto(uri), &dst);
	if (err)
		return refuse(r, 503, "No Way To The Next Hop");

	t->kind = TARGET_PROXY;
	t->peer = peers_find(px->peers, &dst);

	return 0;
}


/* one target for now: the newest binding (forking comes with target sets) */
static int phone(struct target *t, const struct list *bindings)
{
	const struct binding *b = list_ledata(list_head(bindings));

	if (!b)
		return ENOENT;

	/* with a Path it is not attached to us, but to an edge proxy */
	t->kind = b->path ? TARGET_PROXY : TARGET_PHONE;
	t->flow = mem_ref(b->flow);
	t->verdict = b->verdict;
	if (b->verdict.media == NAT_RELAY)
		t->verdict.reason = NAT_CALLEE;

	if (str_dup(&t->ruri, b->contact))
		return ENOMEM;

	return b->path ? str_dup(&t->path, b->path) : 0;
}


static int query(struct target *t, const struct proxy *px, const char *aor,
		 struct refusal *r)
{
	if (!px->p.redirect)
		return refuse(r, 404, "Not Found");

	t->kind = TARGET_QUERY;
	(void)str_ncpy(t->aor, aor, sizeof(t->aor));

	return 0;
}


static int user(struct target *t, struct proxy *px, const struct message *req,
		struct refusal *r)
{
	const struct list *bindings;
	struct account acc;
	char aor[SIPURI_AOR_MAX];
	struct pl pl;
	int err;

	err = served_aor(px, &req->uri, &req->to.uri, aor, sizeof(aor));
	if (err == ENOENT) {
		t->kind = TARGET_SELF;
		return 0;
	}
	if (err)
		return refuse(r, 404, "Not Found");

	pl_set_str(&pl, aor);
	bindings = location_get(px->p.loc, &pl);
	if (bindings && bindings->head) {
		err = phone(t, bindings);
		return err ? refuse(r, 500, "Out Of Memory") : 0;
	}

	err = account_get(&acc, px->p.store, &pl);
	if (!err)
		return refuse(r, 480, "Temporarily Unavailable");
	if (err != ENOENT)
		return refuse(r, 500, "Database Trouble");

	return query(t, px, aor, r);
}


static int foreign(struct target *t, struct proxy *px,
		   const struct message *req, struct refusal *r)
{
	char aor[SIPURI_AOR_MAX];
	struct sa sa;

	if (!sipuri_addr(&req->uri, &sa) && peers_find(px->peers, &sa))
		return reach(t, px, &req->uri, r);

	if (!req->uri.user.l || sipuri_aor(&req->uri, aor, sizeof(aor)))
		return refuse(r, 404, "Not Found");

	return query(t, px, aor, r);
}


/* a preloaded Route leads to a peer or nowhere (no open relay) */
static int by_route(struct target *t, struct proxy *px, const struct pl *route,
		    struct refusal *r)
{
	struct nameaddr na;
	struct sa sa;

	if (nameaddr_decode(&na, route))
		return refuse(r, 400, "Bad Route");

	if (sipuri_addr(&na.uri, &sa) || !peers_find(px->peers, &sa))
		return refuse(r, 403, "Route Not Allowed");

	return reach(t, px, &na.uri, r);
}


/**
 * Find the target of a request outside a dialog
 *
 * @param t   Target, zeroed
 * @param px  Proxy
 * @param req Request, its sender is known
 * @param rs  Its Route headers
 * @param r   What to answer where there is none
 *
 * @return 0 if success, EPROTO if refused
 */
int target_find(struct target *t, struct proxy *px, const struct message *req,
		const struct route_set *rs, struct refusal *r)
{
	if (!t || !px || !req || !rs)
		return EINVAL;

	if (rs->next.l)
		return by_route(t, px, &rs->next, r);

	if (served_is_ours(px, &req->uri))
		return user(t, px, req, r);

	return foreign(t, px, req, r);
}


/* same user, or none: only the host says something new */
static bool renames(const struct message *req, const struct sipuri *contact)
{
	return contact->user.l && pl_cmp(&contact->user, &req->uri.user);
}


/**
 * Turn the Contact of a 302 into the target
 *
 * The new Request-URI is the Contact (RFC 3261 section 16.5); one without a
 * user only says where to send.
 *
 * @param t       Target, of kind TARGET_QUERY
 * @param px      Proxy
 * @param req     Request
 * @param contact URI
 * @param r       What to answer where it is of no use
 *
 * @return 0 if success, EPROTO if refused
 */
int target_contact(struct target *t, struct proxy *px,
		   const struct message *req, const struct pl *contact,
		   struct refusal *r)
{
	struct sipuri uri;
	struct sa sa;
	int err;

	if (!t || !px || !req || !contact)
		return EINVAL;

	if (sipuri_decode(&uri, contact) || !sipuri_is_sip(&uri) ||
	    sipuri_addr(&uri, &sa))
		return refuse(r, 502, "Bad Redirection");

	/* it says that we serve him; we know better */
	if (transport_is_local(px->p.tp, &sa) && !renames(req, &uri))
		return refuse(r, 480, "Temporarily Unavailable");

	err = reach(t, px, &uri, r);
	if (err || !uri.user.l)
		return err;

	return pl_strdup(&t->ruri, contact) ? refuse(r, 500, "Out Of Memory")
					    : 0;
}


/* the bindings of the user that a request in a dialog goes to */
static const struct list *to_bindings(const struct proxy *px,
				      const struct message *req)
{
	char aor[SIPURI_AOR_MAX];
	struct pl pl;

	if (!served_is_ours(px, &req->to.uri) ||
	    served_aor(px, &req->to.uri, NULL, aor, sizeof(aor)))
		return NULL;

	pl_set_str(&pl, aor);

	return location_get(px->p.loc, &pl);
}


/* the same Contact, registered from elsewhere since: flows count up */
static struct flow *moved_to(const struct proxy *px, const struct message *req,
			     const struct flow *flow)
{
	struct sipuri uri;
	struct pl contact;
	struct le *le;

	for (le = list_head(to_bindings(px, req)); le; le = le->next) {
		const struct binding *b = le->data;

		pl_set_str(&contact, b->contact);
		if (b->flow->id > flow->id && !b->flow->closed &&
		    !sipuri_decode(&uri, &contact) &&
		    sipuri_equal(&uri, &req->uri))
			return b->flow;
	}

	return NULL;
}


/* a phone that came back from elsewhere: its user's newest binding */
static int new_flow(struct target *t, const struct proxy *px,
		    const struct message *req)
{
	const struct binding *b = list_ledata(list_head(to_bindings(px, req)));

	if (!b || b->flow->closed)
		return ENOTCONN;

	t->flow = mem_ref(b->flow);

	return 0;
}


/* ENOENT: that end is no phone. The call knows the newest flow, the token
 * the first one */
static int dialog_flow(struct target *t, struct proxy *px,
		       const struct message *req,
		       const struct route_token *tok, int to)
{
	const struct route_end *end = &tok->endv[to];
	const struct call *call = call_find(px->p.calls, tok->call);
	struct flow *flow = call_flow(call, (enum call_side)to), *moved;

	if (call ? !call_is_phone(call, (enum call_side)to) : !end->phone)
		return ENOENT;

	if (flow && !flow->closed) {
		moved = moved_to(px, req, flow);
		t->flow = mem_ref(moved ? moved : flow);
		return 0;
	}

	if (!transport_flow_back(&t->flow, px->p.tp, end->proto, &end->local,
				 &end->peer))
		return 0;

	return new_flow(t, px, req);
}


/**
 * Find the target of a request in a dialog (RFC 3261 section 16.12)
 *
 * @param t   Target, zeroed
 * @param px  Proxy
 * @param req Request
 * @param rs  Its Route headers
 * @param tok Our token in them
 * @param to  The end that it goes to, 0 or 1
 * @param r   What to answer where there is none
 *
 * @return 0 if success, EPROTO if refused
 */
int target_dialog(struct target *t, struct proxy *px,
		  const struct message *req, const struct route_set *rs,
		  const struct route_token *tok, int to, struct refusal *r)
{
	struct nameaddr na;
	struct sipuri uri;
	int err;

	if (!t || !px || !req || !rs || !tok)
		return EINVAL;

	if (rs->next.l) {
		if (nameaddr_decode(&na, &rs->next))
			return refuse(r, 400, "Bad Route");

		return reach(t, px, &na.uri, r);
	}

	err = dialog_flow(t, px, req, tok, to);
	if (err != ENOENT) {
		t->kind = TARGET_PHONE;
		return err ? refuse(r, 480, "Phone Is Gone") : 0;
	}

	uri = req->uri;
	if (rs->ruri.l && sipuri_decode(&uri, &rs->ruri))
		return refuse(r, 400, "Bad Route");

	return reach(t, px, &uri, r);
}
