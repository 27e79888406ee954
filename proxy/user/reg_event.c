/**
 * @file reg_event.c  Who is registered? SUBSCRIBE with Event: reg (RFC 3680)
 *
 * Strangers are challenged without state. What a phone of ours asks of other
 * packages goes to the phone that it asks; who asks ourselves (a URI without
 * a user) is told that there is only this one.
 */
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/user/reg_event_state.h"


enum { BUCKETS = 1024 };

struct by_tag {
	const struct message *req;
};


static bool is_dialog(struct le *le, void *arg)
{
	const struct subscription *s = le->data;
	const struct by_tag *w = arg;

	return !pl_strcmp(&w->req->to_tag, s->tag) &&
	       !pl_strcmp(&w->req->callid, s->callid) &&
	       !pl_strcmp(&w->req->from_tag, s->peer_tag);
}


static struct subscription *find(const struct reg_event *r,
				 const struct message *req)
{
	struct by_tag w = {req};

	return list_ledata(hash_lookup(
		r->by_tag, hash_pl(&r->key, &req->to_tag), is_dialog, &w));
}


static bool is_ours(const struct reg_event *r, const struct sipuri *uri)
{
	struct sa sa;

	return ask_is_domain(r->p.cfg, &uri->host) ||
	       (!sipuri_addr(uri, &sa) && transport_is_local(r->p.tp, &sa));
}


static int send_ok(const struct ask *a)
{
	struct build_reply r = {
		.scode = 200, .reason = "OK", .record_route = true};
	struct mbuf *mb = NULL;
	char extra[192];
	struct sa us;
	int err;

	transport_sentby(a->r->p.tp, a->req->flow, &us);
	if (re_snprintf(extra, sizeof(extra),
			"Contact: <sip:reg@%J%s>\r\nExpires: "
			"%u\r\n" REG_EVENT_ALLOW,
			&us, subscription_transport(a->req->flow),
			a->expires_s) < 0)
		return EOVERFLOW;

	r.extra = extra;
	pl_set_str(&r.to_tag, a->s->tag);
	err = build_reply(&mb, a->req, &r);
	if (!err)
		err = server_txn_send(a->st, 200, mb);
	mem_deref(mb);

	return err;
}


/* the 200 goes before the NOTIFY, and both before anything else */
static void subscribe(struct ask *a)
{
	int err = 0;

	if (!a->s) {
		err = subscription_alloc(&a->s, a->r, a->aor, a->req);
		if (!err)
			(void)pl_strcpy(&a->id, a->s->id, sizeof(a->s->id));
	}
	else {
		err = subscription_update(a->s, a->req);
	}

	if (err) {
		ask_refuse(a, err == EBADMSG ? 400 : 500,
			   err == EBADMSG  ? "Bad Contact"
			   : err == EPROTO ? "CSeq Is Not Higher"
					   : "Server Internal Error",
			   NULL);
		return;
	}

	if (send_ok(a)) {
		subscription_end(a->s, "cannot be answered");
		return;
	}

	log_info(a->r->p.log, "reg_event.subscribe", KV_STR("aor", a->s->aor),
		 KV_UINT("expires", a->expires_s),
		 KV_SA("source", &a->req->src));
	subscription_extend(a->s, a->expires_s);
	subscription_notify(a->s);
}


/**
 * Is it for us?
 *
 * @param r   Package, or NULL
 * @param req Request
 *
 * @return True if so
 */
bool reg_event_wants(const struct reg_event *r, const struct message *req)
{
	if (!r || !message_is(req, "SUBSCRIBE"))
		return false;

	if (message_in_dialog(req))
		return find(r, req) != NULL;

	return is_ours(r, &req->uri) &&
	       (ask_is_reg(req, NULL) || !req->uri.user.l);
}


/**
 * Answer a SUBSCRIBE
 *
 * @param r    Package
 * @param req  SUBSCRIBE that it wants
 * @param peer It came from a peer
 */
void reg_event_request(struct reg_event *r, struct message *req, bool peer)
{
	struct ask a = {.r = r, .req = req};

	if (!r || !req || !req->flow)
		return;

	if (message_in_dialog(req))
		a.s = find(r, req);
	if (ask_check(&a, peer))
		return;

	if (server_txn_alloc(&a.st, r->p.txns, req, NULL, NULL)) {
		ask_refuse(&a, 503, "Service Unavailable", NULL);
		return;
	}

	subscribe(&a);
	mem_deref(a.st);
}


/**
 * How many subscriptions there are
 *
 * @param r Package
 *
 * @return Number
 */
uint32_t reg_event_count(const struct reg_event *r)
{
	return r ? r->n : 0;
}


static void location_handler(enum location_event ev, struct binding *b,
			     void *arg)
{
	struct reg_event *r = arg;
	struct pl aor;
	struct le *le;

	/* what was told of a binding does not change with its connection */
	if (ev == LOCATION_FIRST || ev == LOCATION_LAST || ev == LOCATION_LOST)
		return;

	pl_set_str(&aor, b->aor);
	le = list_head(hash_list(r->by_aor, hash_pl(&r->key, &aor)));
	while (le) {
		struct subscription *s = le->data;

		le = le->next;
		if (!strcmp(s->aor, b->aor))
			subscription_notify(s);
	}
}


static void destructor(void *arg)
{
	struct reg_event *r = arg;

	location_unlisten(r->p.loc, location_handler, r);
	hash_flush(r->by_aor);
	mem_deref(r->by_aor);
	mem_deref(r->by_tag);
	mem_deref(r->agent);
	mem_deref(r->p.auth);
	mem_deref(r->p.loc);
	mem_deref(r->p.timers);
	mem_deref(r->p.log);
}


static int start(struct reg_event *r)
{
	int err;

	hash_key_random(&r->key);
	err = hash_alloc(&r->by_aor, BUCKETS);
	err |= hash_alloc(&r->by_tag, BUCKETS);
	if (err)
		return ENOMEM;

	err = agent_alloc(&r->agent, r->p.tp, r->p.txns, &r->p.branch_key);

	return err ? err : location_listen(r->p.loc, location_handler, r);
}


/**
 * Allocate the package
 *
 * @param rp    Pointer to the package
 * @param parts What it works with; cfg, tp and txns must outlive it
 *
 * @return 0 if success, otherwise errorcode
 */
int reg_event_alloc(struct reg_event **rp, const struct reg_event_parts *parts)
{
	struct reg_event *r;
	int err;

	if (!rp || !parts || !parts->cfg || !parts->loc || !parts->tp ||
	    !parts->txns || !parts->timers ||
	    (parts->cfg->auth && !parts->auth))
		return EINVAL;

	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	r->p = *parts;
	mem_ref(r->p.auth);
	mem_ref(r->p.loc);
	mem_ref(r->p.timers);
	mem_ref(r->p.log);
	r->subscriptions = metrics_counter(parts->metrics,
					   "reg_event_subscriptions");
	r->notifies = metrics_counter(parts->metrics,
				      "reg_event_notifies_total");
	r->refused = metrics_counter(parts->metrics,
				     "reg_event_refused_total");
	r->ended = metrics_counter(parts->metrics, "reg_event_ended_total");
	err = start(r);
	if (err)
		mem_deref(r);
	else
		*rp = r;

	return err;
}
