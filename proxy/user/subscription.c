/**
 * @file subscription.c  A dialog in which we tell what is registered
 *
 * It lasts until it expires, its connection goes, or its peer knows of it no
 * more. What it is told: subscription_notify.c.
 */
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/user/reg_event_state.h"


static void destructor(void *arg)
{
	struct subscription *s = arg;

	hash_unlink(&s->he_aor);
	hash_unlink(&s->he_tag);
	timer_cancel(&s->expiry);
	timer_cancel(&s->pause);
	flow_unwatch(&s->watch);
	client_txn_forget(s->ct);
	mem_deref(s->ct);
	mem_deref(s->peer_tag);
	mem_deref(s->callid);
	mem_deref(s->from);
	mem_deref(s->to);
	mem_deref(s->target);
	mem_deref(s->route);
	mem_deref(s->flow);
}


/**
 * End a subscription; nobody is told
 *
 * @param s   Subscription
 * @param why Why
 */
void subscription_end(struct subscription *s, const char *why)
{
	struct reg_event *r = s->r;

	/* a failing send ends it twice: by its flow, and by its errorcode */
	if (!s->he_aor.list)
		return;

	counter_inc(r->ended);
	counter_set(r->subscriptions, --r->n);
	log_info(r->p.log, "reg_event.end", KV_STR("aor", s->aor),
		 KV_STR("why", why), KV_SA("source", &s->flow->peer));
	hash_unlink(&s->he_aor);
	hash_unlink(&s->he_tag);
	timer_cancel(&s->expiry);
	timer_cancel(&s->pause);
	flow_unwatch(&s->watch);
	client_txn_forget(s->ct);
	s->ct = mem_deref(s->ct);
	mem_deref(s);
}


static void flow_handler(struct flow *flow, int err, void *arg)
{
	(void)flow;
	(void)err;

	subscription_end(arg, "its connection is gone");
}


/* of a sips or sip Contact; RFC 3261 section 12.1.1: there is one */
static int read_target(char **target, const struct message *req)
{
	struct nameaddr na;
	struct pl val;

	if (message_value(req, HDR_CONTACT, 0, &val) ||
	    nameaddr_decode(&na, &val) || !sipuri_is_sip(&na.uri))
		return EBADMSG;

	/* "?headers" are not for a Request-URI */
	if (na.uri.headers.l)
		na.addr.l = (size_t)(na.uri.headers.p - na.addr.p);

	return pl_strdup(target, &na.addr);
}


/* RFC 3261 section 12.1.1: the Record-Routes in their order */
static int read_route(char **route, const struct message *req)
{
	struct value_iter it;
	struct mbuf *mb;
	struct pl val;
	int err = 0;

	if (!message_hdr(req, HDR_RECORD_ROUTE))
		return 0;

	mb = mbuf_alloc(256);
	if (!mb)
		return ENOMEM;

	message_values(&it, req, HDR_RECORD_ROUTE);
	while (!err && message_values_next(&it, &val))
		err = mbuf_printf(mb, "Route: %r\r\n", &val);

	if (!err) {
		mb->pos = 0;
		err = mbuf_strdup(mb, route, mb->end);
	}
	mem_deref(mb);

	return err;
}


static void set_flow(struct subscription *s, struct flow *flow)
{
	flow_unwatch(&s->watch);
	mem_deref(s->flow);
	s->flow = mem_ref(flow);
	flow_watch(flow, &s->watch, flow_handler, s);
}


static int read_dialog(struct subscription *s, const struct message *req)
{
	int err;

	err = pl_strdup(&s->peer_tag, &req->from_tag);
	err |= pl_strdup(&s->callid, &req->callid);
	err |= pl_strdup(&s->to, &req->from.val);
	err |= re_sdprintf(&s->from, "<%r>;tag=%s", &req->to.addr, s->tag);
	if (!err)
		err = read_route(&s->route, req);
	if (!err)
		err = read_target(&s->target, req);

	return err;
}


static void expiry_handler(void *arg)
{
	struct subscription *s = arg;

	s->last = true;
	subscription_notify(s);
}


/**
 * Set how long it lasts from now on
 *
 * @param s         Subscription
 * @param expires_s Seconds; 0: it ends with the next NOTIFY
 */
void subscription_extend(struct subscription *s, uint32_t expires_s)
{
	s->last = !expires_s;
	timer_cancel(&s->expiry);
	if (expires_s)
		timer_start(s->r->p.timers, &s->expiry, expires_s * 1000ULL,
			    expiry_handler, s);
}


/**
 * Take up a later SUBSCRIBE of the dialog
 *
 * @param s   Subscription
 * @param req SUBSCRIBE
 *
 * @return 0 if success, EPROTO: out of order, otherwise errorcode
 */
int subscription_update(struct subscription *s, const struct message *req)
{
	char *target = NULL;
	int err;

	if (req->cseq <= s->peer_cseq)
		return EPROTO;

	/* target refresh (RFC 6665 section 3.1) */
	err = message_hdr(req, HDR_CONTACT) ? read_target(&target, req) : 0;
	if (err)
		return err;

	if (target) {
		mem_deref(s->target);
		s->target = target;
	}
	s->peer_cseq = req->cseq;
	set_flow(s, req->flow);

	return 0;
}


/**
 * Allocate a subscription; the package owns it
 *
 * @param sp  Pointer to the subscription, not referenced
 * @param r   Package
 * @param aor Whose registrations
 * @param req SUBSCRIBE
 *
 * @return 0 if success, EBADMSG without a Contact, otherwise errorcode
 */
int subscription_alloc(struct subscription **sp, struct reg_event *r,
		       const char *aor, const struct message *req)
{
	struct subscription *s;
	struct pl pl;
	int err;

	s = mem_zalloc(sizeof(*s), destructor);
	if (!s)
		return ENOMEM;

	s->r = r;
	s->budget = REG_EVENT_BUDGET;
	s->filled_at = timers_now(r->p.timers);
	s->peer_cseq = req->cseq;
	(void)str_ncpy(s->aor, aor, sizeof(s->aor));
	agent_tag(s->tag, 'e');
	err = read_dialog(s, req);
	if (err) {
		mem_deref(s);
		return err;
	}

	set_flow(s, req->flow);
	pl_set_str(&pl, s->aor);
	hash_append(r->by_aor, hash_pl(&r->key, &pl), &s->he_aor, s);
	pl_set_str(&pl, s->tag);
	hash_append(r->by_tag, hash_pl(&r->key, &pl), &s->he_tag, s);
	counter_set(r->subscriptions, ++r->n);
	*sp = s;

	return 0;
}


/**
 * How a URI of ours names a flow's transport
 *
 * @param flow Flow
 *
 * @return ";transport=...", "" for UDP
 */
const char *subscription_transport(const struct flow *flow)
{
	switch (flow->proto) {
	case FLOW_TCP:
		return ";transport=tcp";
	case FLOW_TLS:
		return ";transport=tls";
	case FLOW_WS:
	case FLOW_WSS: /* RFC 7118 section 5.2.2 */
		return ";transport=ws";
	default:
		return "";
	}
}
