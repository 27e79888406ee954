/**
 * @file resolve_lookup.c  One name and type asked of the DNS, for all askers
 *
 * Where an answer ends with a CNAME that the server did not follow, we do.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/sip/resolve_lookup.h"


struct resolve_lookups {
	struct resolve_channel *channel;
	struct timers *timers; /* not owned */
	struct log *log;       /* not owned */
	struct counter *lookups, *failures, *stale;
	uint32_t n, max;
};

struct lookup {
	struct resolve_lookups *l; /* not owned: its channel ends us */
	struct resolve_entry *e;
	char name[RESOLVE_NAME_MAX]; /* asked for now */
	unsigned aliases;
	uint32_t ttl_s; /* of the CNAMEs so far */
};


static void destructor(void *arg)
{
	struct resolve_lookups *l = arg;

	mem_deref(l->channel);
}


static void lookup_destructor(void *arg)
{
	struct lookup *lk = arg;

	--lk->l->n;
	mem_deref(lk->e);
}


static void say_failed(struct lookup *lk, int err, bool stale)
{
	struct resolve_lookups *l = lk->l;

	counter_inc(l->failures);
	if (stale)
		counter_inc(l->stale);
	log_warn(l->log, "dns.failed", KV_STR("name", lk->e->name),
		 KV_STR("type", resolve_type_name(lk->e->type)),
		 KV_ERRNO("err", err),
		 KV_STR("instead", stale ? "what was known" : "-"));
}


static void lookup_end(struct lookup *lk, int err,
		       const struct resolve_answer *a)
{
	struct resolve_entry *e = mem_ref(lk->e);
	bool stale;
	int lerr;

	lerr = resolve_entry_learn(e, err, a, timers_now(lk->l->timers),
				   &stale);
	if (lerr || (err && err != ENOENT))
		say_failed(lk, lerr ? lerr : err, stale);

	e->pending = false;
	mem_deref(lk);
	resolve_entry_wake(e);
	mem_deref(e);
}


static void answer_handler(int err, const uint8_t *p, size_t len, void *arg);


static void follow(struct lookup *lk, const struct resolve_answer *a)
{
	if (++lk->aliases > RESOLVE_ALIAS_MAX) {
		lookup_end(lk, ELOOP, NULL);
		return;
	}

	(void)str_ncpy(lk->name, a->alias, sizeof(lk->name));
	lk->ttl_s = a->ttl_s;
	counter_inc(lk->l->lookups);
	resolve_channel_ask(lk->l->channel, lk->e->type, lk->name,
			    answer_handler, lk);
}


static void answer_handler(int err, const uint8_t *p, size_t len, void *arg)
{
	struct lookup *lk = arg;
	struct resolve_answer a = {0};

	/* the channel closes: those who wait are told by nobody */
	if (err == ECANCELED) {
		lk->e->pending = false;
		mem_deref(lk);
		return;
	}

	if (err) {
		lookup_end(lk, err, NULL);
		return;
	}

	err = resolve_answer_decode(&a, p, len, lk->e->type, lk->name);
	if (lk->aliases && lk->ttl_s < a.ttl_s)
		a.ttl_s = lk->ttl_s;

	if (err == EAGAIN)
		follow(lk, &a);
	else
		lookup_end(lk, err, &a);
}


/**
 * Allocate the ground of lookups
 *
 * @param lp      Pointer to the allocated object
 * @param channel Who asks; taken over, also on failure
 * @param max     How many may be under way
 * @param timers  Timers (not owned)
 * @param log     Log or NULL (not owned)
 * @param metrics Metrics or NULL (not owned)
 *
 * @return 0 if success, otherwise errorcode
 */
int resolve_lookups_alloc(struct resolve_lookups **lp,
			  struct resolve_channel *channel, uint32_t max,
			  struct timers *timers, struct log *log,
			  struct metrics *metrics)
{
	struct resolve_lookups *l;

	if (!lp || !channel || !timers) {
		mem_deref(channel);
		return EINVAL;
	}

	l = mem_zalloc(sizeof(*l), destructor);
	if (!l) {
		mem_deref(channel);
		return ENOMEM;
	}

	l->channel = channel;
	l->max = max;
	l->timers = timers;
	l->log = log;
	l->lookups = metrics_counter(metrics, "dns_lookups_total");
	l->failures = metrics_counter(metrics, "dns_failures_total");
	l->stale = metrics_counter(metrics, "dns_stale_total");

	*lp = l;

	return 0;
}


/**
 * Ask the DNS
 *
 * @param l Ground
 * @param e Entry that nobody asks for yet
 *
 * @return 0 if success, ENOSPC if too many are under way, otherwise errorcode
 */
int resolve_lookup(struct resolve_lookups *l, struct resolve_entry *e)
{
	struct lookup *lk;

	if (!l || !e || e->pending)
		return EINVAL;
	if (l->n >= l->max)
		return ENOSPC;

	lk = mem_zalloc(sizeof(*lk), lookup_destructor);
	if (!lk)
		return ENOMEM;

	lk->l = l;
	lk->e = mem_ref(e);
	(void)str_ncpy(lk->name, e->name, sizeof(lk->name));
	++l->n;
	e->pending = true;
	counter_inc(l->lookups);
	resolve_channel_ask(l->channel, e->type, lk->name, answer_handler, lk);

	return 0;
}
