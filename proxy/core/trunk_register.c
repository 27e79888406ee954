/**
 * @file trunk_register.c  Our registration at a trunk
 *
 * Refreshed at half of its life; after a failure tried again, with a pause
 * that doubles. All with some chance in it, so that a carrier which comes back
 * is not run over by those that waited for it.
 */
#include <errno.h>
#include <string.h>
#include "common/addr.h"
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/core/trunk_ask.h"
#include "proxy/core/trunk_register.h"
#include "proxy/sip/agent.h"

enum {
	FIRST_MIN_MS = 50,
	FIRST_SPREAD_MS = 200,
	PAUSE_MIN_MS = 5000,
	PAUSE_MAX_MS = 600000,
	LOST_MS = 1000, /* the connection broke */
	DEADLINE_MS = 10000,
	EXPIRES_MIN_S = 30, /* nobody makes us register more often */
	EXPIRES_MAX_S = 86400,
};

struct trunk_registration {
	struct le le;    /* while it is taken back: */
	struct trunk *t; /* not owned, then referenced */
	bool leaving;
	struct trunk_ask *ask;
	struct timer tmr, end;
	struct flow *flow; /* that it went over */
	struct flow_watch watch;
	struct counter *gauge;
	char callid[AGENT_TAG_SIZE];
	uint32_t cseq;
	uint32_t expires_s; /* asked for */
	uint64_t until;     /* ms; 0: not registered */
	uint32_t pause_ms;
	uint16_t status;
};


static void destructor(void *arg)
{
	struct trunk_registration *r = arg;

	list_unlink(&r->le);
	timer_cancel(&r->tmr);
	timer_cancel(&r->end);
	flow_unwatch(&r->watch);
	mem_deref(r->ask);
	mem_deref(r->flow);
	if (r->leaving)
		mem_deref(r->t);
}


static const struct trunks_conf *conf(const struct trunk_registration *r)
{
	return trunks_conf(r->t->all);
}


static void register_handler(void *arg);


static void again(struct trunk_registration *r, uint32_t ms)
{
	timer_start(conf(r)->timers, &r->tmr, ms - rand_u32() % (ms / 4 + 1),
		    register_handler, r);
}


static void closed_handler(struct flow *flow, int err, void *arg)
{
	struct trunk_registration *r = arg;
	(void)flow;

	log_info(conf(r)->log, "peer.register_lost",
		 KV_STR("peer", r->t->peer->name), KV_ERRNO("err", err));
	if (!r->ask)
		again(r, LOST_MS);
}


static void keep_flow(struct trunk_registration *r, struct flow *flow)
{
	if (r->flow == flow)
		return;

	flow_unwatch(&r->watch);
	mem_deref(r->flow);
	r->flow = mem_ref(flow);
	flow_watch(flow, &r->watch, closed_handler, r);
}


static bool is_ours(const struct nameaddr *na, const char *contact)
{
	struct sipuri uri;
	struct pl pl;

	pl_set_str(&pl, contact);

	return !sipuri_decode(&uri, &pl) && sipuri_equal(&uri, &na->uri);
}


/* what the registrar says of our Contact, else of all, else what we asked */
static uint32_t granted(const struct trunk_registration *r,
			const struct message *resp)
{
	const char *contact = trunk_ask_contact(r->ask);
	uint32_t s = r->expires_s;
	struct value_iter it;
	struct nameaddr na;
	struct pl val, exp;

	(void)message_u32(resp, HDR_EXPIRES, UINT32_MAX, &s);
	message_values(&it, resp, HDR_CONTACT);
	while (message_values_next(&it, &val)) {
		if (nameaddr_decode(&na, &val) || !is_ours(&na, contact))
			continue;
		if (!param_get(&na.params, "expires", &exp) && exp.l &&
		    exp.l < 10)
			s = pl_u32(&exp);
		break;
	}

	if (s < EXPIRES_MIN_S)
		return EXPIRES_MIN_S;

	return s < EXPIRES_MAX_S ? s : EXPIRES_MAX_S;
}


static void end_handler(void *arg)
{
	struct trunk_registration *r = arg;

	r->until = 0;
	counter_set(r->gauge, 0);
	log_warn(conf(r)->log, "peer.register_expired",
		 KV_STR("peer", r->t->peer->name),
		 KV_UINT("status", r->status));
}


static void succeeded(struct trunk_registration *r, const struct message *resp,
		      struct flow *flow)
{
	const uint32_t s = granted(r, resp);

	if (!trunk_is_registered(r))
		log_info(conf(r)->log, "peer.registered",
			 KV_STR("peer", r->t->peer->name),
			 KV_SA("at", &flow->peer), KV_UINT("expires", s));
	r->until = timers_now(conf(r)->timers) + s * 1000ULL;
	r->pause_ms = 0;
	r->status = 0;
	counter_set(r->gauge, 1);
	timer_start(conf(r)->timers, &r->end, s * 1000ULL, end_handler, r);
	keep_flow(r, flow);
	again(r, s * 500);
}


static void failed(struct trunk_registration *r, int err, uint16_t scode)
{
	r->status = scode ? scode : 408;
	r->pause_ms = r->pause_ms ? r->pause_ms * 2 : PAUSE_MIN_MS;
	if (r->pause_ms > PAUSE_MAX_MS)
		r->pause_ms = PAUSE_MAX_MS;

	log_warn(conf(r)->log, "peer.register_failed",
		 KV_STR("peer", r->t->peer->name), KV_ERRNO("err", err),
		 KV_UINT("status", scode), KV_UINT("pause_ms", r->pause_ms));
	again(r, r->pause_ms);
}


/* 423: as long as they want (RFC 3261 section 10.2.8); true: asked again */
static bool prolonged(struct trunk_registration *r, const struct message *resp)
{
	uint32_t s;

	if (resp->scode != 423 ||
	    message_u32(resp, HDR_MIN_EXPIRES, EXPIRES_MAX_S, &s) ||
	    s <= r->expires_s)
		return false;

	r->expires_s = s;
	again(r, 0);

	return true;
}


static void answer_handler(int err, const struct message *resp,
			   struct flow *flow, void *arg)
{
	struct trunk_registration *r = arg;

	if (!err && resp->scode / 100 == 2)
		succeeded(r, resp, flow);
	else if (err || !prolonged(r, resp))
		failed(r, err, resp ? resp->scode : 0);

	r->ask = mem_deref(r->ask);
}


static void register_handler(void *arg)
{
	struct trunk_registration *r = arg;
	char tag[AGENT_TAG_SIZE], extra[32];
	const struct trunk_question q = {
		.met = "REGISTER",
		.callid = r->callid,
		.tag = tag,
		.cseq = &r->cseq,
		.login = true,
		.contact = true,
		.extra = extra,
	};
	int err;

	agent_tag(tag, 'r');
	(void)re_snprintf(extra, sizeof(extra), "Expires: %u\r\n",
			  r->expires_s);
	err = trunk_ask(&r->ask, r->t, &q, DEADLINE_MS, answer_handler, r);
	if (err)
		failed(r, err, 0);
}


/**
 * Begin to register at a trunk
 *
 * @param rp Pointer to allocated registration
 * @param t  Trunk that owns it
 *
 * @return 0 if success, otherwise errorcode
 */
int trunk_registration_alloc(struct trunk_registration **rp, struct trunk *t)
{
	struct trunk_registration *r;

	if (!rp || !t)
		return EINVAL;

	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	r->t = t;
	r->expires_s = t->peer->expires;
	agent_tag(r->callid, 'r');
	r->gauge = metrics_labelled(conf(r)->metrics, "peer_registered",
				    "peer", t->peer->name);
	timer_start(conf(r)->timers, &r->tmr,
		    FIRST_MIN_MS + rand_u32() % FIRST_SPREAD_MS,
		    register_handler, r);
	*rp = r;

	return 0;
}


/**
 * Are we registered?
 *
 * @param r Registration, or NULL
 *
 * @return true if we are
 */
bool trunk_is_registered(const struct trunk_registration *r)
{
	return r && r->until > timers_now(conf(r)->timers);
}


/**
 * How long are we registered?
 *
 * @param r Registration, or NULL
 *
 * @return Seconds, 0 if we are not
 */
uint32_t trunk_registered_for(const struct trunk_registration *r)
{
	return trunk_is_registered(r)
		       ? (uint32_t)((r->until - timers_now(conf(r)->timers)) /
				    1000)
		       : 0;
}


/**
 * What the last attempt has failed with
 *
 * @param r Registration, or NULL
 *
 * @return Status code, 408 for no answer, 0 if it did not fail
 */
uint16_t trunk_register_status(const struct trunk_registration *r)
{
	return r ? r->status : 0;
}


/**
 * Does a request come from the host that we are registered at?
 *
 * @param r   Registration
 * @param req Request
 *
 * @return true if it does
 */
bool trunk_registered_from(const struct trunk_registration *r,
			   const struct message *req)
{
	return trunk_is_registered(r) && r->flow &&
	       (req->flow == r->flow ||
		addr_same_host(&req->src, &r->flow->peer));
}


/* whatever it says */
static void leave_handler(int err, const struct message *resp,
			  struct flow *flow, void *arg)
{
	struct trunk_registration *r = arg;
	(void)flow;

	log_info(conf(r)->log, "peer.unregistered",
		 KV_STR("peer", r->t->peer->name), KV_ERRNO("err", err),
		 KV_UINT("status", resp ? resp->scode : 0));
	mem_deref(r);
}


/**
 * Take a registration back, and forget it
 *
 * @param r      Registration, owned by the list from here on; or NULL
 * @param leavel Where it waits for the answer
 *
 * RFC 3261 section 10.2.2
 */
void trunk_registration_leave(struct trunk_registration *r,
			      struct list *leavel)
{
	char tag[AGENT_TAG_SIZE];
	struct trunk_question q = {
		.met = "REGISTER",
		.tag = tag,
		.login = true,
		.contact = true,
		.extra = "Expires: 0\r\n",
	};

	if (!r)
		return;

	counter_set(r->gauge, 0);
	if (!trunk_is_registered(r)) {
		mem_deref(r);
		return;
	}

	timer_cancel(&r->tmr);
	timer_cancel(&r->end);
	flow_unwatch(&r->watch);
	r->ask = mem_deref(r->ask);
	r->leaving = true;
	(void)mem_ref(r->t);
	list_append(leavel, &r->le, r);

	agent_tag(tag, 'r');
	q.callid = r->callid;
	q.cseq = &r->cseq;
	if (trunk_ask(&r->ask, r->t, &q, DEADLINE_MS, leave_handler, r))
		mem_deref(r);
}
