/**
 * @file push.c  Wakes sleeping phones (RFC 8599)
 *
 * Asleep is who has no flow, and who is on UDP and has not registered lately:
 * there nobody tells that the application was suspended. Each phone is woken
 * once for all who want it at a time.
 */
#include <string.h>
#include <time.h>
#include <re.h>
#include "common/courier.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/user/kinship.h"
#include "proxy/user/push.h"
#include "proxy/user/push_params.h"
#include "proxy/user/push_text.h"


enum {
	AWAKE_MS = 20000, /* after a REGISTER over UDP */
};

struct push {
	const struct config *cfg; /* not owned */
	struct location *loc;
	struct timers *timers;
	struct log *log;
	struct courier *courier;
	struct list wakel;
	uint32_t wakes, waits;
	struct counter *sent, *failed, *woken, *silent;
};

/** A phone that is being woken */
struct wake {
	struct le le;
	struct push *p; /* not owned; NULL once all of it is over */
	struct binding *b;
	struct delivery *delivery;
	struct timer tmr;
	struct list waitl;
	int err; /* that it ended with */
};

struct push_wait {
	struct le le;
	struct wake *w; /* referenced */
	push_h *h;
	void *arg;
};


static void wake_destructor(void *arg)
{
	struct wake *w = arg;

	timer_cancel(&w->tmr);
	list_unlink(&w->le);
	mem_deref(w->delivery);
	mem_deref(w->b);
	if (w->p)
		--w->p->wakes;
}


static void wait_destructor(void *arg)
{
	struct push_wait *wt = arg;

	if (wt->le.list && wt->w->p)
		--wt->w->p->waits;
	list_unlink(&wt->le);
	mem_deref(wt->w);
}


/* all who wait hear so; each may give up others */
static void end(struct wake *w, int err, const struct binding *b)
{
	struct le *le;

	mem_ref(w);
	timer_cancel(&w->tmr);
	w->delivery = mem_deref(w->delivery);
	list_unlink(&w->le);
	while ((le = list_head(&w->waitl))) {
		struct push_wait *wt = le->data;

		list_unlink(le);
		if (w->p)
			--w->p->waits;
		wt->h(err, b, wt->arg);
	}
	mem_deref(w);
}


static void give_up(struct wake *w, int err, struct counter *c)
{
	counter_inc(c);
	log_info(w->p->log, "push.failed", KV_STR("aor", w->b->aor),
		 KV_ERRNO("why", err));
	end(w, err, NULL);
}


static void timeout_handler(void *arg)
{
	struct wake *w = arg;

	give_up(w, ETIMEDOUT, w->p->silent);
}


static void delivery_handler(int err, unsigned status, void *arg)
{
	struct wake *w = arg;

	w->delivery = mem_deref(w->delivery);
	if (!err && status / 100 == 2)
		return;

	log_warn(w->p->log, "push.refused", KV_STR("aor", w->b->aor),
		 KV_UINT("status", status), KV_INT("error", err));
	give_up(w, EIO, w->p->failed);
}


/* the phone's transaction goes first: its 200 is on its way then */
static void come_handler(void *arg)
{
	struct wake *w = arg;

	counter_inc(w->p->woken);
	end(w, 0, w->b);
}


static void location_handler(enum location_event ev, struct binding *b,
			     void *arg)
{
	struct push *p = arg;

	if ((ev != LOCATION_ADDED && ev != LOCATION_REFRESHED) ||
	    !binding_flow(b))
		return;

	for (struct le *le = p->wakel.head; le; le = le->next) {
		struct wake *w = le->data;

		if (strcmp(w->b->aor, b->aor) ||
		    (w->b != b && !kinship_same_phone(w->b, b)))
			continue;

		mem_ref(b);
		mem_deref(w->b);
		w->b = b;
		timer_start(p->timers, &w->tmr, 0, come_handler, w);
	}
}


static void destructor(void *arg)
{
	struct push *p = arg;
	struct le *le;

	location_unlisten(p->loc, location_handler, p);
	while ((le = list_head(&p->wakel))) {
		struct wake *w = le->data;

		list_unlink(le);
		timer_cancel(&w->tmr);
		w->delivery = mem_deref(w->delivery);
		w->p = NULL;
	}
	mem_deref(p->courier);
	mem_deref(p->loc);
	mem_deref(p->timers);
	mem_deref(p->log);
}


/**
 * Allocate what wakes phones
 *
 * @param pp      Push
 * @param cfg     Configuration, not owned
 * @param loc     Location
 * @param timers  Timers
 * @param log     Log, or NULL
 * @param metrics Counters, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int push_alloc(struct push **pp, const struct config *cfg,
	       struct location *loc, struct timers *timers, struct log *log,
	       struct metrics *metrics)
{
	struct push *p;
	int err;

	if (!pp || !cfg || !loc || !timers)
		return EINVAL;

	p = mem_zalloc(sizeof(*p), destructor);
	if (!p)
		return ENOMEM;

	p->cfg = cfg;
	p->loc = mem_ref(loc);
	p->timers = mem_ref(timers);
	p->log = mem_ref(log);
	p->sent = metrics_counter(metrics, "push_sent_total");
	p->failed = metrics_counter(metrics, "push_failed_total");
	p->woken = metrics_counter(metrics, "push_woken_total");
	p->silent = metrics_counter(metrics, "push_silent_total");
	err = courier_alloc(&p->courier, timers, PUSH_WAKES_MAX);
	if (!err)
		err = location_listen(loc, location_handler, p);
	if (err) {
		mem_deref(p);
		return err;
	}

	location_keep_sleepers(loc, cfg->push.url[0] != '\0');
	*pp = p;

	return 0;
}


/**
 * Do we wake by that push service?
 *
 * @param cfg      Configuration
 * @param provider Its name
 *
 * @return True if so
 */
bool push_serves(const struct config *cfg, const struct pl *provider)
{
	if (!cfg || !cfg->push.url[0] || !provider)
		return false;

	for (size_t i = 0; i < cfg->push.providerc; i++) {
		if (!pl_strcasecmp(provider, cfg->push.providerv[i]))
			return true;
	}

	return false;
}


static bool is_awake(const struct binding *b)
{
	struct timespec ts;

	if (!binding_flow(b))
		return false;
	if (b->proto != FLOW_UDP)
		return true;

	(void)clock_gettime(CLOCK_REALTIME, &ts);

	return (int64_t)ts.tv_sec * 1000 - b->registered_at < AWAKE_MS;
}


/**
 * Is that phone asleep, and can it be woken?
 *
 * @param p Push, or NULL
 * @param b Binding
 *
 * @return True if so
 */
bool push_wanted(const struct push *p, const struct binding *b)
{
	struct push_params pp;

	return p && b && !b->path && !is_awake(b) &&
	       !push_params_decode(&pp, b->contact) &&
	       push_serves(p->cfg, &pp.provider);
}


static struct wake *find(const struct push *p, const struct binding *b)
{
	for (struct le *le = p->wakel.head; le; le = le->next) {
		struct wake *w = le->data;

		if (w->b == b)
			return w;
	}

	return NULL;
}


static int begin(struct wake **wp, struct push *p, const struct binding *b,
		 const struct pl *callid)
{
	struct wake *w;
	char *json = NULL;
	int err;

	if (p->wakes >= PUSH_WAKES_MAX)
		return ENOSPC;

	err = push_text_make(&json, b, callid);
	if (err)
		return err;

	w = mem_zalloc(sizeof(*w), wake_destructor);
	if (!w) {
		err = ENOMEM;
		goto out;
	}

	w->p = p;
	++p->wakes;
	w->b = mem_ref((void *)(uintptr_t)b);
	err = courier_post(&w->delivery, p->courier, p->cfg->push.url, json,
			   p->cfg->push.timeout * 1000, delivery_handler, w);
	if (err) {
		mem_deref(w);
		goto out;
	}

	list_append(&p->wakel, &w->le, w);
	timer_start(p->timers, &w->tmr, (uint64_t)p->cfg->push.wait * 1000,
		    timeout_handler, w);
	counter_inc(p->sent);
	log_info(p->log, "push.sent", KV_STR("aor", b->aor),
		 KV_PL("call", callid));
	*wp = w;
out:
	mem_deref(json);

	return err;
}


/**
 * Wake a phone
 *
 * @param wp     Who waits
 * @param p      Push
 * @param b      Binding of the phone, push_wanted()
 * @param callid Call-ID of what it is wanted for
 * @param h      Handler
 * @param arg    Its argument
 *
 * @return 0 if success, otherwise errorcode; ENOSPC: too many wait
 */
int push_wake(struct push_wait **wp, struct push *p, const struct binding *b,
	      const struct pl *callid, push_h *h, void *arg)
{
	struct push_wait *wt;
	struct wake *w;
	int err;

	if (!wp || !p || !b || !callid || !callid->l || !h)
		return EINVAL;
	if (p->waits >= PUSH_WAITS_MAX)
		return ENOSPC;

	wt = mem_zalloc(sizeof(*wt), wait_destructor);
	if (!wt)
		return ENOMEM;

	w = mem_ref(find(p, b));
	if (!w) {
		err = begin(&w, p, b, callid);
		if (err) {
			mem_deref(wt);
			return err;
		}
	}

	/* those who wait keep it alive, together */
	wt->w = w;
	wt->h = h;
	wt->arg = arg;
	list_append(&w->waitl, &wt->le, wt);
	++p->waits;
	*wp = wt;

	return 0;
}
