/**
 * @file account_eviction.c  Registrations go with their accounts
 *
 * Who is deleted or disabled is not called any more, long before his
 * registration expires. All users are looked through when the accounts have
 * changed, some hundred at a time so that nobody waits, and once more a while
 * later: a REGISTER may have been on its way to the disk.
 */
#include <errno.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/user/account_eviction.h"


enum { SLICE = 512, SLICE_MS = 10, AGAIN_MS = 10000 };

struct account_eviction {
	struct accounts *accounts;
	struct location *loc;
	struct timers *timers;
	struct log *log;
	struct counter *evicted; /* not owned */
	struct timer timer;
	uint32_t at;
	bool again;
};


static void destructor(void *arg)
{
	struct account_eviction *e = arg;

	timer_cancel(&e->timer);
	accounts_listen(e->accounts, NULL, NULL);
	mem_deref(e->accounts);
	mem_deref(e->loc);
	mem_deref(e->timers);
	mem_deref(e->log);
}


static bool keep_handler(const struct pl *aor, void *arg)
{
	struct account_eviction *e = arg;

	if (accounts_serves(e->accounts, aor))
		return true;

	counter_inc(e->evicted);
	log_info(e->log, "account.evicted", KV_PL("aor", aor));

	return false;
}


static void slice_handler(void *arg)
{
	struct account_eviction *e = arg;

	e->at = location_sweep(e->loc, e->at, SLICE, keep_handler, e);
	if (e->at) {
		timer_start(e->timers, &e->timer, SLICE_MS, slice_handler, e);
		return;
	}

	if (e->again)
		timer_start(e->timers, &e->timer, AGAIN_MS, slice_handler, e);
	e->again = false;
}


static void changed_handler(void *arg)
{
	struct account_eviction *e = arg;

	e->at = 0;
	e->again = true;
	timer_start(e->timers, &e->timer, 0, slice_handler, e);
}


/**
 * Let registrations go with their accounts
 *
 * @param ep       Eviction
 * @param accounts Accounts; it becomes their listener
 * @param loc      Location
 * @param timers   Clock
 * @param log      Log, or NULL
 * @param metrics  Counters, or NULL: accounts_evicted_total
 *
 * @return 0 if success, otherwise errorcode
 */
int account_eviction_alloc(struct account_eviction **ep,
			   struct accounts *accounts, struct location *loc,
			   struct timers *timers, struct log *log,
			   struct metrics *metrics)
{
	struct account_eviction *e;

	if (!ep || !accounts || !loc || !timers)
		return EINVAL;

	e = mem_zalloc(sizeof(*e), destructor);
	if (!e)
		return ENOMEM;

	e->accounts = mem_ref(accounts);
	e->loc = mem_ref(loc);
	e->timers = mem_ref(timers);
	e->log = mem_ref(log);
	e->evicted = metrics_counter(metrics, "accounts_evicted_total");
	accounts_listen(accounts, changed_handler, e);
	changed_handler(e);
	*ep = e;

	return 0;
}
