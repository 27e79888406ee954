/**
 * @file accounts.c  All accounts, in memory; the database behind them
 *
 * The store's thread makes a whole new table when another process has changed
 * the database, and the loop takes it in place of the old one in one step: it
 * never sees half a change, and never waits for the disk. Accounts at rest are
 * packed (account_table.c); the ones that are asked for are unpacked into a
 * ring, so that a caller can hold some of them for a while.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/store.h"
#include "proxy/user/account_alias.h"
#include "proxy/user/account_table.h"
#include "proxy/user/accounts.h"


enum { RING = ACCOUNTS_AT_HAND + 1 }; /* one for who is not found */

/** The ring of those who were asked for; what a search changes */
struct hand {
	struct account accv[RING];
	size_t next;
};

struct accounts {
	struct store *store;
	struct log *log;
	struct account_table *table; /* NULL: never read */
	struct hand *hand;
	struct counter *count, *spoiled, *size;
	accounts_changed_h *h;
	void *arg;
	int err; /* of the last look */
};

/** A table as the store's thread makes it */
struct making {
	struct account_table *table;
	size_t spoiled;
	char first[ACCOUNT_AOR_MAX]; /* of the spoiled */
};


static void destructor(void *arg)
{
	struct accounts *a = arg;

	store_unwatch(a->store);
	mem_deref(a->table);
	mem_deref(a->hand);
	mem_deref(a->store);
	mem_deref(a->log);
}


static void making_destructor(void *arg)
{
	struct making *m = arg;

	mem_deref(m->table);
}


static int making_alloc(void **viewp, size_t accountc, size_t aliasc)
{
	struct making *m = mem_zalloc(sizeof(*m), making_destructor);
	int err;

	if (!m)
		return ENOMEM;

	err = account_table_alloc(&m->table, accountc, aliasc);
	if (err)
		mem_deref(m);
	else
		*viewp = m;

	return err;
}


/* one that somebody's hand has spoiled is left out, the others count */
static int making_row(void *view, const struct store_row *row)
{
	struct making *m = view;
	struct account acc;

	if (!account_read(&acc, row))
		return account_table_add(m->table, &acc);

	if (!m->spoiled++)
		(void)str_ncpy(m->first, row->key, sizeof(m->first));

	return 0;
}


static int making_alias(void *view, const char *alias, const char *aor)
{
	struct making *m = view;
	const int err = account_table_alias(m->table, alias, aor);

	/* of a spoiled account; of a name that an account has */
	return err == ENOENT || err == EEXIST ? 0 : err;
}


static const struct store_view making = {
	making_alloc,
	making_row,
	making_alias,
};


static void take(struct accounts *a, struct making *m)
{
	struct account_table *old = a->table;

	a->table = m->table;
	m->table = old;
	counter_set(a->count, account_table_count(a->table));
	counter_set(a->size, account_table_size(a->table));
	counter_set(a->spoiled, m->spoiled);
	if (m->spoiled)
		log_warn(a->log, "accounts.spoiled", KV_STR("first", m->first),
			 KV_UINT("n", m->spoiled));

	store_view_free(a->store, m);
	log_info(a->log, "accounts.read",
		 KV_UINT("n", account_table_count(a->table)));
	if (a->h)
		a->h(a->arg);
}


static void view_handler(int err, void *view, void *arg)
{
	struct accounts *a = arg;

	a->err = err;
	if (view)
		take(a, view);
}


/**
 * Read all accounts, and again when another process has changed them
 *
 * @param ap      Accounts
 * @param store   Store; for one of these
 * @param log     Log, or NULL
 * @param metrics Gauges, or NULL: accounts, accounts_bytes, accounts_spoiled
 *
 * @return 0 if success, EIO if they could not be read
 */
int accounts_alloc(struct accounts **ap, struct store *store, struct log *log,
		   struct metrics *metrics)
{
	struct accounts *a;
	int err;

	if (!ap || !store)
		return EINVAL;

	a = mem_zalloc(sizeof(*a), destructor);
	if (!a)
		return ENOMEM;

	a->store = mem_ref(store);
	a->log = mem_ref(log);
	a->count = metrics_counter(metrics, "accounts");
	a->size = metrics_counter(metrics, "accounts_bytes");
	a->spoiled = metrics_counter(metrics, "accounts_spoiled");
	a->hand = mem_zalloc(sizeof(*a->hand), NULL);
	if (!a->hand) {
		err = ENOMEM;
		goto out;
	}

	err = store_watch(store, &making, view_handler, a);
	if (!err)
		err = a->err;
out:
	if (err)
		mem_deref(a);
	else
		*ap = a;

	return err;
}


static const struct account *find(const struct accounts *a,
				  const struct pl *name, bool alias)
{
	struct hand *hand = a->hand;
	struct account *acc = &hand->accv[hand->next];

	if (account_table_find(a->table, acc, name, alias))
		return NULL;

	hand->next = (hand->next + 1) % RING;

	return acc;
}


/**
 * Find an account
 *
 * @param a   Accounts
 * @param aor Canonical address-of-record
 *
 * @return Account, valid until the loop turns; NULL: none
 */
const struct account *accounts_find(const struct accounts *a,
				    const struct pl *aor)
{
	return a && aor ? find(a, aor, false) : NULL;
}


/**
 * Find an account by any of its names
 *
 * @param a   Accounts
 * @param aor Canonical user@domain: its address-of-record, an alias, a number
 *
 * @return Account, valid until the loop turns; NULL: none
 */
const struct account *accounts_find_alias(const struct accounts *a,
					  const struct pl *aor)
{
	const struct account *acc = NULL;
	struct account_names n;
	struct pl pl;

	if (!a || !aor)
		return NULL;

	account_alias_names(&n, aor);
	for (size_t i = 0; i < n.namec && !acc; i++) {
		pl_set_str(&pl, n.namev[i]);
		acc = find(a, &pl, true);
	}

	return acc;
}


/**
 * Is there such an account, and not disabled?
 *
 * @param a   Accounts
 * @param aor Canonical address-of-record
 *
 * @return true if there is
 */
bool accounts_serves(const struct accounts *a, const struct pl *aor)
{
	return a && account_table_serves(a->table, aor);
}


/**
 * Count the accounts
 *
 * @param a Accounts
 *
 * @return Number of accounts
 */
uint32_t accounts_count(const struct accounts *a)
{
	return a ? (uint32_t)account_table_count(a->table) : 0;
}


/**
 * Can they be read?
 *
 * @param a Accounts
 *
 * @return 0 if what is here is what the database says, EIO if it may be old
 */
int accounts_state(const struct accounts *a)
{
	return a && !a->err ? 0 : EIO;
}


/**
 * Read now what others have changed, and wait for it
 *
 * @param a Accounts
 */
void accounts_refresh(struct accounts *a)
{
	if (a)
		store_look(a->store);
}


/**
 * Hear of changes
 *
 * @param a   Accounts
 * @param h   Called after each change; NULL: nobody
 * @param arg Handler's argument
 */
void accounts_listen(struct accounts *a, accounts_changed_h *h, void *arg)
{
	if (!a)
		return;

	a->h = h;
	a->arg = arg;
}
