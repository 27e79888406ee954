/**
 * @file relay_remote.c  A resource that a relay server keeps for us
 *
 * One INVITE for each side; the side that asks first chooses the server and
 * binds the resource to it, the other waits for that. See RELAY-PROTOCOL.md.
 */
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/media/relay_dialog.h"
#include "proxy/media/relay_protocol.h"
#include "proxy/media/relay_remote.h"


enum {
	REFRESH_MIN_MS = 1000,
	EXPIRES_MAX = 86400,
};

struct client_side {
	struct client_resource *r; /* not owned: it owns us */
	bool granted;              /* once */
	bool waiting; /* until the other side has found a server */
	struct resource_request rq; /* its media referenced */
	struct enquiry *q;          /* under way */
	resource_h *h;              /* until it is answered */
	void *arg;
};

struct client_resource {
	struct resource resource; /* first */
	struct relay_client *rc;
	char *call; /* Call-ID of the call that it is for */
	struct relay_dialog dialog;
	size_t server; /* that we are bound to, once there is a To tag */
	struct client_side sidev[2];
	struct enquiry *refresh; /* under way */
	struct timer tmr;        /* next refresh */
	struct timer kick;       /* starts the side that waits */
	uint32_t lease_ms;
	uint64_t lease_end; /* monotonic ms */
	resource_event_h *eventh;
	void *arg;
};


static enum relay_side known_side(const struct client_resource *r)
{
	return r->sidev[RELAY_A].granted ? RELAY_A : RELAY_B;
}


/* what is said next is of interest to the call; a lease that is kept up is
 * not */
static void tie(const struct client_resource *r)
{
	struct pl call;

	if (!r->call)
		return;

	pl_set_str(&call, r->call);
	agent_tie(r->rc->agent, r->dialog.callid, &call);
}


/* without the BYE the lease ends it */
static void release(struct client_resource *r)
{
	if (!r->dialog.to_tag)
		return;

	tie(r);
	(void)relay_dialog_bye(&r->dialog, r->rc->agent,
			       rotation_server(r->rc->rotation, r->server),
			       known_side(r));
}


static void destructor(void *arg)
{
	struct client_resource *r = arg;

	timer_cancel(&r->tmr);
	timer_cancel(&r->kick);
	mem_deref(r->refresh);
	mem_deref(r->sidev[RELAY_A].q);
	mem_deref(r->sidev[RELAY_B].q);
	mem_deref(r->sidev[RELAY_A].rq.media);
	mem_deref(r->sidev[RELAY_B].rq.media);
	release(r);
	mem_deref(r->dialog.to_tag);
	mem_deref(r->call);
	mem_deref(r->rc);
}


static int invite_send(struct client_txn **ctp,
		       const struct enquiry_path *path, client_txn_h *h,
		       void *harg, void *arg)
{
	struct client_side *s = arg;
	struct relay_client *rc = s->r->rc;

	return relay_dialog_invite(ctp, &s->r->dialog, rc->agent, path, &s->rq,
				   rc->lease_s, h, harg);
}


/* the others are answers of a server that has something against this one
 * session, not of one in trouble */
static bool is_final(const struct message *resp)
{
	struct resource_media *ours = NULL;
	int err;

	if (resp->scode == 302) {
		err = relay_protocol_decode_answer(&ours, &resp->body);
		mem_deref(ours);
		return resp->to_tag.l && !err;
	}

	return resp->scode == 481 || resp->scode == 488;
}


static void refresh_handler(void *arg);


static void lease_start(struct client_resource *r, const struct message *resp)
{
	uint32_t s = r->rc->lease_s;

	if (message_u32(resp, HDR_EXPIRES, EXPIRES_MAX, &s) || !s)
		s = r->rc->lease_s;

	r->lease_ms = s * 1000;
	r->lease_end = timers_now(r->rc->timers) + r->lease_ms;
	timer_start(r->rc->timers, &r->tmr, r->lease_ms / 2, refresh_handler,
		    r);
}


static int granted(struct client_side *s, struct resource_media **ours,
		   const struct message *resp, size_t server)
{
	struct client_resource *r = s->r;
	int err;

	if (resp->scode != 302)
		return resp->scode == 481 ? ECONNREFUSED : EPROTO;

	err = relay_protocol_decode_answer(ours, &resp->body);
	if (err)
		return err;

	if (!r->dialog.to_tag) {
		err = pl_strdup(&r->dialog.to_tag, &resp->to_tag);
		if (err)
			return err;
		r->server = server;
	}

	s->granted = true;
	lease_start(r, resp);

	return relay_protocol_covers(*ours, s->rq.media) ? 0 : EPROTO;
}


/* the last thing: the resource may be gone after it */
static void side_done(struct client_side *s, int err,
		      struct resource_media *ours)
{
	struct relay_client *rc = s->r->rc;
	resource_h *h = s->h;

	if (err) {
		counter_inc(rc->failed);
		log_warn(rc->log, "relay.request_failed",
			 KV_STR("call", s->r->dialog.callid),
			 KV_ERRNO("err", err));
	}
	else {
		counter_inc(rc->granted);
	}

	s->h = NULL;
	h(err, err ? NULL : ours, s->arg);
}


static int side_start(struct client_side *s);


static void kick_handler(void *arg)
{
	struct client_resource *r = arg;

	for (int i = RELAY_A; i <= RELAY_B; i++) {
		struct client_side *s = &r->sidev[i];
		int err;

		if (!s->waiting)
			continue;

		s->waiting = false;
		err = side_start(s);
		if (err)
			side_done(s, err, NULL);
		return;
	}
}


static void answer_handler(int err, const struct message *resp, size_t server,
			   void *arg)
{
	struct client_side *s = arg;
	struct client_resource *r = s->r;
	struct resource_media *ours = NULL;

	if (!err)
		err = granted(s, &ours, resp, server);

	s->q = mem_deref(s->q);
	timer_start(r->rc->timers, &r->kick, 0, kick_handler, r);
	side_done(s, err, ours);
	mem_deref(ours);
}


static int ask(struct enquiry **qp, struct client_side *s, enquiry_h *h)
{
	struct client_resource *r = s->r;
	const struct enquiry_conf conf = {
		.server = r->dialog.to_tag ? (int)r->server
					   : ENQUIRY_ANY_SERVER,
		.bye_late = !r->dialog.to_tag,
		.sendh = invite_send,
		.finalh = is_final,
		.h = h,
		.arg = s,
	};

	return enquiry_alloc(qp, r->rc->enquirer, &conf);
}


static int side_start(struct client_side *s)
{
	tie(s->r);

	return ask(&s->q, s, answer_handler);
}


/* the session has gone, so have its ports: the call hears nothing more */
static void lost(struct client_resource *r, const char *why)
{
	struct relay_info info = {.stream = 0};

	counter_inc(r->rc->lost);
	log_warn(r->rc->log, "relay.lost", KV_STR("call", r->dialog.callid),
		 KV_STR("why", why));
	if (r->eventh)
		r->eventh(RELAY_TIMEOUT, &info, r->arg);
}


static void refresh_soon(struct client_resource *r)
{
	uint32_t ms = r->lease_ms / 8;

	timer_start(r->rc->timers, &r->tmr,
		    ms < REFRESH_MIN_MS ? REFRESH_MIN_MS : ms, refresh_handler,
		    r);
}


/* the last thing: the resource may be gone after it */
static void refresh_again(struct client_resource *r)
{
	if (timers_now(r->rc->timers) >= r->lease_end)
		lost(r, "lease ended");
	else
		refresh_soon(r);
}


static void refreshed(int err, const struct message *resp, size_t server,
		      void *arg)
{
	struct client_side *s = arg;
	struct client_resource *r = s->r;
	(void)server;

	if (!err && resp->scode == 302)
		lease_start(r, resp);

	r->refresh = mem_deref(r->refresh);
	if (!err && resp->scode == 481)
		lost(r, "unknown to the server");
	else if (err || resp->scode != 302)
		refresh_again(r);
}


static void refresh_handler(void *arg)
{
	struct client_resource *r = arg;

	if (ask(&r->refresh, &r->sidev[known_side(r)], refreshed))
		refresh_again(r);
}


/* this request refreshes as well */
static void refresh_drop(struct client_resource *r)
{
	if (!r->refresh)
		return;

	r->refresh = mem_deref(r->refresh);
	refresh_soon(r);
}


static bool searching(const struct client_resource *r)
{
	return !r->dialog.to_tag &&
	       (r->sidev[RELAY_A].q || r->sidev[RELAY_B].q);
}


static int client_request(struct resource *resource,
			  const struct resource_request *rq, resource_h *h,
			  void *arg)
{
	struct client_resource *r = (struct client_resource *)resource;
	struct client_side *s;
	int err;

	if (!r || !rq || !rq->media || !h || rq->side > RELAY_B)
		return EINVAL;

	s = &r->sidev[rq->side];
	if (s->h)
		return EBUSY;

	mem_ref(rq->media);
	mem_deref(s->rq.media);
	s->rq = *rq;
	s->h = h;
	s->arg = arg;
	if (searching(r)) {
		s->waiting = true;
		return 0;
	}

	refresh_drop(r);
	err = side_start(s);
	if (err)
		side_done(s, err, NULL);

	return 0;
}


static int client_stats(const struct resource *resource, unsigned stream,
			enum relay_side side, struct relay_stats *st)
{
	(void)resource;
	(void)stream;
	(void)side;
	(void)st;

	return ENOSYS;
}


/**
 * Allocate a resource; its server is found by its first request
 *
 * @param rp    Pointer to the allocated resource
 * @param maker The relay client
 * @param id    Call-ID of the call
 * @param h     Event handler, or NULL
 * @param arg   Handler argument
 *
 * @return 0 if success, otherwise errorcode
 */
int relay_remote_alloc(struct resource **rp, struct resource_maker *maker,
		       const struct pl *id, resource_event_h *h, void *arg)
{
	struct relay_client *rc = (struct relay_client *)maker;
	struct client_resource *r;

	int err;

	if (!rp || !rc)
		return EINVAL;

	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	r->rc = mem_ref(rc);
	err = pl_isset(id) ? pl_strdup(&r->call, id) : 0;
	if (err) {
		mem_deref(r);
		return err;
	}

	r->resource.request = client_request;
	r->resource.stats = client_stats;
	r->eventh = h;
	r->arg = arg;
	r->sidev[RELAY_A].r = r;
	r->sidev[RELAY_B].r = r;
	relay_dialog_init(&r->dialog, id);

	*rp = &r->resource;
	return 0;
}
