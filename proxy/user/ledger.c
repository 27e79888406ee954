/**
 * @file ledger.c  What the disk knows of the location
 *
 * Nobody waits for a removal: what has expired is not loaded again, and what
 * has lost its connection would be loaded without a way to it. So the disk is
 * cleaned a while later, by a write of all that is left of an AOR.
 */
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/user/ledger_state.h"


enum {
	BUCKETS = 8192,
	CLEAN_MS = 1000,
	CLEAN_AGAIN_MS = 10000, /* after a failure */
	CLEAN_MAX = 256,        /* AORs at once */
};


static void desk_destructor(void *arg)
{
	struct desk *d = arg;
	struct le *le;

	hash_unlink(&d->he);
	list_unlink(&d->dirty_le);
	mem_deref(d->write);
	mem_deref(d->cleaning);
	mem_deref(d->batch);
	while ((le = list_head(&d->turnl))) {
		struct turn *t = le->data;

		list_unlink(le);
		t->desk = NULL;
	}
	mem_deref(d->aor);
}


static uint32_t desk_hash(const struct ledger *ld, const char *aor)
{
	struct pl pl;

	pl_set_str(&pl, aor);

	return hash_pl(&ld->key, &pl);
}


static bool desk_equal(struct le *le, void *arg)
{
	const struct desk *d = le->data;

	return !strcmp(d->aor, arg);
}


static struct desk *desk_find(const struct ledger *ld, const char *aor)
{
	return list_ledata(hash_lookup(ld->desks, desk_hash(ld, aor),
				       desk_equal, (void *)(uintptr_t)aor));
}


/**
 * The desk of an address-of-record, made where there is none
 *
 * @param dp  Desk; the ledger's
 * @param ld  Ledger
 * @param aor Canonical address-of-record
 *
 * @return 0 if success, otherwise errorcode
 */
int ledger_desk_make(struct desk **dp, struct ledger *ld, const char *aor)
{
	struct desk *d = desk_find(ld, aor);
	int err;

	if (!d) {
		d = mem_zalloc(sizeof(*d), desk_destructor);
		if (!d)
			return ENOMEM;

		d->ld = ld;
		err = str_dup(&d->aor, aor);
		if (err) {
			mem_deref(d);
			return err;
		}
		hash_append(ld->desks, desk_hash(ld, aor), &d->he, d);
	}
	*dp = d;

	return 0;
}


/**
 * Give up a desk that nobody needs any more
 *
 * @param d Desk; perhaps gone afterwards
 */
void ledger_desk_settle(struct desk *d)
{
	if (d->he.list && list_isempty(&d->turnl) && !d->batch &&
	    !d->cleaning && !d->dirty_le.list) {
		hash_unlink(&d->he);
		mem_deref(d);
	}
}


/**
 * Count and log what became of a write
 *
 * @param ld  Ledger
 * @param aor Whose
 * @param err Errorcode
 */
void ledger_note(struct ledger *ld, const char *aor, int err)
{
	counter_inc(err ? ld->failed : ld->written);
	if (err)
		log_error(ld->log, "location.not_stored", KV_STR("aor", aor),
			  KV_ERRNO("why", err));
	else if (ld->failing)
		log_info(ld->log, "location.stored_again", KV_STR("aor", aor));
	ld->failing = err != 0;
}


static void clean_handler(void *arg);


static void schedule(struct ledger *ld)
{
	if (!timer_isrunning(&ld->tmr) && ld->dirtyl.head)
		timer_start(ld->timers, &ld->tmr,
			    ld->failing ? CLEAN_AGAIN_MS : CLEAN_MS,
			    clean_handler, ld);
}


static void soil(struct desk *d)
{
	if (!d->dirty_le.list)
		list_append(&d->ld->dirtyl, &d->dirty_le, d);
	schedule(d->ld);
}


static void cleaned_handler(int err, void *arg)
{
	struct desk *d = arg;
	struct ledger *ld = d->ld;

	ledger_note(ld, d->aor, err);
	d->cleaning = mem_deref(d->cleaning);
	if (err)
		soil(d);
	ledger_desk_settle(d);
}


static int clean(struct desk *d)
{
	struct ledger *ld = d->ld;
	struct ledger_items li = {.n = 0};
	const uint64_t now = timers_now(ld->timers);
	const struct list *bindingl;
	struct pl aor;
	int err;

	pl_set_str(&aor, d->aor);
	bindingl = location_get(ld->loc, &aor);
	err = ledger_items_alloc(&li, list_count(bindingl));
	if (err)
		return err;

	for (struct le *le = list_tail(bindingl); le; le = le->prev) {
		const struct binding *b = le->data;

		if (b->expires_at > now)
			ledger_items_add(
				b,
				(uint32_t)((b->expires_at - now + 999) / 1000),
				&li);
	}
	err = li.err;
	if (!err)
		err = store_items_replace(&d->cleaning, ld->store, d->aor,
					  li.itemv, li.n, cleaned_handler, d);
	ledger_items_reset(&li);

	return err;
}


/* a desk that writes is dirty a while longer: its write comes first */
static void clean_handler(void *arg)
{
	struct ledger *ld = arg;
	struct le *le = list_head(&ld->dirtyl);
	int err = 0;

	for (size_t n = 0; le && !err && n < CLEAN_MAX; n++) {
		struct desk *d = le->data;

		le = le->next;
		if (d->batch || d->cleaning)
			continue;

		err = clean(d);
		if (!err)
			list_unlink(&d->dirty_le);
	}
	if (err)
		ld->failing = true;
	schedule(ld);
}


static void location_handler(enum location_event ev, struct binding *b,
			     void *arg)
{
	struct ledger *ld = arg;
	struct desk *d;

	if (ev != LOCATION_REMOVED || !ld->store)
		return;

	d = desk_find(ld, b->aor);
	if (d && d->committing)
		return;

	/* without memory for that it goes when it expires */
	if (!ledger_desk_make(&d, ld, b->aor))
		soil(d);
}


static void destructor(void *arg)
{
	struct ledger *ld = arg;

	location_unlisten(ld->loc, location_handler, ld);
	timer_cancel(&ld->tmr);
	hash_flush(ld->desks);
	mem_deref(ld->desks);
	mem_deref(ld->store);
	mem_deref(ld->loc);
	mem_deref(ld->timers);
	mem_deref(ld->log);
}


/**
 * Allocate a ledger
 *
 * @param lp      Ledger
 * @param store   Store; NULL: nothing is kept
 * @param loc     Location
 * @param timers  Timers
 * @param log     Log, or NULL
 * @param metrics Counters, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int ledger_alloc(struct ledger **lp, struct store *store, struct location *loc,
		 struct timers *timers, struct log *log,
		 struct metrics *metrics)
{
	struct ledger *ld;
	int err;

	if (!lp || !loc || !timers)
		return EINVAL;

	ld = mem_zalloc(sizeof(*ld), destructor);
	if (!ld)
		return ENOMEM;

	ld->store = mem_ref(store);
	ld->loc = mem_ref(loc);
	ld->timers = mem_ref(timers);
	ld->log = mem_ref(log);
	ld->written = metrics_counter(metrics, "location_writes_total");
	ld->failed = metrics_counter(metrics, "location_write_errors_total");
	ld->loaded = metrics_counter(metrics, "location_loaded_total");
	hash_key_random(&ld->key);
	err = hash_alloc(&ld->desks, BUCKETS);
	if (!err)
		err = location_listen(loc, location_handler, ld);
	if (err)
		mem_deref(ld);
	else
		*lp = ld;

	return err;
}


/**
 * Nobody hears of a turn any more
 *
 * @param ld Ledger
 */
void ledger_close(struct ledger *ld)
{
	if (ld)
		ld->closed = true;
}
