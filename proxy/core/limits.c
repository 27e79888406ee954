/**
 * @file limits.c  How many calls an account may make
 *
 * Only who calls costs memory: an account's entry goes a minute after its last
 * call, when its bucket is full again.
 */
#include <errno.h>
#include <string.h>
#include "common/hash.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/throttle.h"
#include "common/timer.h"
#include "proxy/core/limits.h"


enum { BUCKETS = 1024, MINUTE_MS = 60000 };

struct limits {
	const struct config *cfg; /* not owned */
	struct hash *ht;          /* struct caller_calls, by aor */
	struct hash_key key;
	struct timers *timers; /* referenced */
	struct log *log;       /* referenced */
	struct counter *refused;
};

/** An account that calls; its slots and the table keep it */
struct caller_calls {
	struct le he;
	struct limits *l; /* not owned; NULL: they are gone */
	char *aor;
	uint32_t n; /* at once */
	throttle_bucket minute;
	struct timer tmr; /* the table forgets it */
};

/** One call, as long as it lives */
struct slot {
	struct caller_calls *cc; /* referenced */
};


static void calls_destructor(void *arg)
{
	struct caller_calls *cc = arg;

	timer_cancel(&cc->tmr);
	hash_unlink(&cc->he);
	mem_deref(cc->aor);
}


static void forget_handler(void *arg)
{
	mem_deref(arg);
}


static void slot_destructor(void *arg)
{
	struct slot *s = arg;
	struct caller_calls *cc = s->cc;

	if (!cc)
		return;

	--cc->n;
	if (!cc->n && cc->l)
		timer_start(cc->l->timers, &cc->tmr, MINUTE_MS, forget_handler,
			    cc);
	mem_deref(cc);
}


static bool leave_handler(struct le *le, void *arg)
{
	struct caller_calls *cc = le->data;
	(void)arg;

	timer_cancel(&cc->tmr);
	hash_unlink(&cc->he);
	cc->l = NULL;
	mem_deref(cc);

	return false;
}


static void destructor(void *arg)
{
	struct limits *l = arg;

	(void)hash_apply(l->ht, leave_handler, NULL);
	mem_deref(l->ht);
	mem_deref(l->timers);
	mem_deref(l->log);
}


/**
 * Allocate the limits
 *
 * @param lp      Pointer to the allocated limits
 * @param cfg     Configuration, not owned
 * @param timers  Clock
 * @param log     Log, or NULL
 * @param metrics Metrics, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int limits_alloc(struct limits **lp, const struct config *cfg,
		 struct timers *timers, struct log *log,
		 struct metrics *metrics)
{
	struct limits *l;
	int err;

	if (!lp || !cfg || !timers)
		return EINVAL;

	l = mem_zalloc(sizeof(*l), destructor);
	if (!l)
		return ENOMEM;

	l->cfg = cfg;
	l->timers = mem_ref(timers);
	l->log = mem_ref(log);
	l->refused = metrics_counter(metrics, "account_calls_refused_total");
	hash_key_random(&l->key);
	err = hash_alloc(&l->ht, BUCKETS);
	if (err)
		mem_deref(l);
	else
		*lp = l;

	return err;
}


static bool aor_handler(struct le *le, void *arg)
{
	const struct caller_calls *cc = le->data;

	return !strcmp(cc->aor, arg);
}


static uint32_t aor_hash(const struct limits *l, const char *aor)
{
	struct pl pl;

	pl_set_str(&pl, aor);

	return hash_pl(&l->key, &pl);
}


static struct caller_calls *find(const struct limits *l, const char *aor)
{
	return list_ledata(hash_lookup(l->ht, aor_hash(l, aor), aor_handler,
				       (void *)aor));
}


static struct caller_calls *get(struct limits *l, const char *aor)
{
	struct caller_calls *cc = find(l, aor);

	if (cc)
		return cc;

	cc = mem_zalloc(sizeof(*cc), calls_destructor);
	if (!cc || str_dup(&cc->aor, aor))
		return mem_deref(cc);

	cc->l = l;
	hash_append(l->ht, aor_hash(l, aor), &cc->he, cc);

	/* until somebody has a place in it */
	timer_start(l->timers, &cc->tmr, MINUTE_MS, forget_handler, cc);

	return cc;
}


static int refuse_call(struct limits *l, const struct caller_calls *cc,
		       int err, const char *why)
{
	counter_inc(l->refused);
	log_warn(l->log, "account.limit", KV_STR("account", cc->aor),
		 KV_STR("why", why), KV_UINT("calls", cc->n));

	return err;
}


static uint32_t either(uint32_t own, uint32_t all)
{
	return own ? own : all;
}


/**
 * How many calls an account may have at once
 *
 * @param l   Limits
 * @param acc Account
 *
 * @return Their number, 0: any
 */
uint32_t limits_max(const struct limits *l, const struct account *acc)
{
	return l && acc ? either(acc->set.calls_max, l->cfg->limit.calls) : 0;
}


static void minute_rate(struct throttle_rate *rate, const struct limits *l,
			const struct account *acc)
{
	rate->period_ms = MINUTE_MS;
	rate->n = either(acc->set.calls_per_minute,
			 l->cfg->limit.calls_per_minute);
}


/**
 * Would one more call be refused?
 *
 * @param l   Limits
 * @param acc Account
 *
 * @return 0 if there is room; EBUSY: too many at once, EAGAIN: too many a
 *         minute
 */
int limits_room(const struct limits *l, const struct account *acc)
{
	const struct caller_calls *cc = l && acc ? find(l, acc->aor) : NULL;
	struct throttle_rate rate;

	if (!cc)
		return 0;
	if (limits_max(l, acc) && cc->n >= limits_max(l, acc))
		return EBUSY;

	minute_rate(&rate, l, acc);

	return throttle_empty(cc->minute, &rate, timers_now(l->timers))
		       ? EAGAIN
		       : 0;
}


/**
 * Begin one more call of an account
 *
 * @param slotp  The call's place: it is given back when the last reference
 *               goes
 * @param l      Limits
 * @param acc    Account
 * @param always Whatever the limits say: an emergency
 *
 * @return 0 if success; EBUSY: too many at once, EAGAIN: too many a minute,
 *         otherwise errorcode
 */
int limits_admit(void **slotp, struct limits *l, const struct account *acc,
		 bool always)
{
	struct throttle_rate rate;
	struct caller_calls *cc;
	struct slot *s;
	uint32_t max;

	if (!slotp || !l || !acc)
		return EINVAL;

	cc = get(l, acc->aor);
	if (!cc)
		return ENOMEM;

	max = limits_max(l, acc);
	if (!always && max && cc->n >= max)
		return refuse_call(l, cc, EBUSY, "calls at once");

	minute_rate(&rate, l, acc);
	if (!throttle_take(&cc->minute, &rate, timers_now(l->timers),
			   THROTTLE_UNIT) &&
	    !always)
		return refuse_call(l, cc, EAGAIN, "calls a minute");

	s = mem_zalloc(sizeof(*s), slot_destructor);
	if (!s)
		return ENOMEM;

	s->cc = mem_ref(cc);
	++cc->n;
	timer_cancel(&cc->tmr);
	*slotp = s;

	return 0;
}


/**
 * Count an account's calls
 *
 * @param l   Limits
 * @param aor Account
 *
 * @return How many there are at the moment
 */
uint32_t limits_calls(const struct limits *l, const char *aor)
{
	const struct caller_calls *cc = l && aor ? find(l, aor) : NULL;

	return cc ? cc->n : 0;
}
