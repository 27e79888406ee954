/**
 * @file subscription_notify.c  What the peer of a subscription is told
 *
 * One NOTIFY at a time (RFC 6665 section 4.2.2); what changes meanwhile is told
 * by the next. Three may leave at once, then one in five seconds (RFC 3680
 * section 4.10). They leave by the flow of the last SUBSCRIBE. Whoever does not
 * answer, or says that there is no such dialog, is told nothing any more.
 */
#include <string.h>
#include <re.h>
#include "common/metrics.h"
#include "proxy/user/reg_event_state.h"
#include "proxy/user/reginfo.h"


enum { REFILL_MS = 5000, EXTRA_SIZE = 512 };


static void refill(struct subscription *s)
{
	const uint64_t now = timers_now(s->r->p.timers);

	while (s->budget < REG_EVENT_BUDGET &&
	       now - s->filled_at >= REFILL_MS) {
		++s->budget;
		s->filled_at += REFILL_MS;
	}
	if (s->budget >= REG_EVENT_BUDGET)
		s->filled_at = now;
}


static uint32_t left_s(const struct subscription *s)
{
	const uint64_t now = timers_now(s->r->p.timers);

	if (!timer_isrunning(&s->expiry) || s->expiry.at <= now)
		return 0;

	return (uint32_t)((s->expiry.at - now + 999) / 1000);
}


static int print_extra(char *buf, size_t size, const struct subscription *s)
{
	char state[64];
	struct sa us;

	if (s->last)
		(void)str_ncpy(state, "terminated;reason=timeout",
			       sizeof(state));
	else
		(void)re_snprintf(state, sizeof(state), "active;expires=%u",
				  left_s(s));

	transport_sentby(s->r->p.tp, s->flow, &us);

	return re_snprintf(buf, size,
			   "Event: reg%s%s\r\n"
			   "Subscription-State: %s\r\n"
			   "Contact: <sip:reg@%J%s>\r\n",
			   s->id[0] ? ";id=" : "", s->id, state, &us,
			   subscription_transport(s->flow)) < 0
		       ? EOVERFLOW
		       : 0;
}


static int print_body(struct mbuf **mbp, struct subscription *s)
{
	struct reginfo ri = {.aor = s->aor,
			     .version = s->version,
			     .seen = s->seen,
			     .now_ms = timers_now(s->r->p.timers)};
	struct pl aor;
	int err;

	pl_set_str(&aor, s->aor);
	ri.bindingl = location_get(s->r->p.loc, &aor);
	s->seen |= !list_isempty(ri.bindingl);

	*mbp = mbuf_alloc(1024);
	if (!*mbp)
		return ENOMEM;

	err = reginfo_print(*mbp, &ri);
	if (err)
		*mbp = mem_deref(*mbp);

	return err;
}


static void response_handler(struct client_txn *ct, int err,
			     struct message *resp, void *arg)
{
	struct subscription *s = arg;
	(void)ct;

	if (!err && resp->scode < 200)
		return;

	s->ct = mem_deref(s->ct);
	if (err)
		subscription_end(s, "does not answer");
	else if (resp->scode / 100 != 2 && resp->scode / 100 != 5)
		subscription_end(s, "does not know of it");
	else if (s->dirty)
		subscription_notify(s);
	else if (s->last)
		subscription_end(s, "over");
}


static int send_notify(struct subscription *s)
{
	struct build_request rq = {.met = "NOTIFY", .ctype = REGINFO_TYPE};
	char extra[EXTRA_SIZE], *whole = NULL;
	struct mbuf *body = NULL;
	int err;

	err = print_extra(extra, sizeof(extra), s);
	if (!err)
		err = re_sdprintf(&whole, "%s%s", s->route ? s->route : "",
				  extra);
	if (!err)
		err = print_body(&body, s);
	if (err)
		goto out;

	pl_set_str(&rq.ruri, s->target);
	pl_set_str(&rq.from, s->from);
	pl_set_str(&rq.to, s->to);
	pl_set_str(&rq.callid, s->callid);
	rq.cseq = ++s->cseq;
	rq.extra = whole;
	rq.body.p = (const char *)body->buf;
	rq.body.l = body->end;
	err = agent_send(&s->ct, s->r->agent, s->flow, &rq, response_handler,
			 s);
	if (!err) {
		++s->version;
		counter_inc(s->r->notifies);
	}
out:
	mem_deref(whole);
	mem_deref(body);
	return err;
}


static void pause_handler(void *arg)
{
	struct subscription *s = arg;

	if (s->budget)
		--s->budget;
	s->dirty = false;

	/* sending may close the flow, which ends it */
	mem_ref(s);
	if (send_notify(s))
		subscription_end(s, "cannot be told");
	mem_deref(s);
}


/**
 * Tell what is registered: soon, so that what changes together is told at once
 *
 * @param s Subscription
 */
void subscription_notify(struct subscription *s)
{
	const uint64_t now = timers_now(s->r->p.timers);
	uint64_t wait = 0;

	s->dirty = true;
	if (s->ct)
		return;

	refill(s);
	if (!s->budget && !s->last)
		wait = s->filled_at + REFILL_MS - now;

	if (!timer_isrunning(&s->pause) || now + wait < s->pause.at)
		timer_start(s->r->p.timers, &s->pause, wait, pause_handler, s);
}
