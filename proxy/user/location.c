/**
 * @file location.c  Where the users are: bindings in memory
 *
 * A request that changes several bindings of a user changes all or none
 * (RFC 3261 section 10.3): what can fail (memory, bounds) is done before the
 * first one is touched. A refreshed binding stays the same object, so that
 * whoever refers to it need not follow.
 */
#include <string.h>
#include <re.h>
#include "common/hash.h"
#include "proxy/user/audience.h"
#include "proxy/user/location.h"
#include "proxy/user/user.h"


enum { BUCKETS = 16384 };

struct location {
	struct hash *users;
	struct hash_key key;
	struct timers *timers;
	uint32_t contacts_max;
	uint32_t max;
	uint32_t count;
	struct audience audience;
};


static void destructor(void *arg)
{
	struct location *l = arg;

	hash_flush(l->users);
	mem_deref(l->users);
	mem_deref(l->timers);
}


static bool user_equal(struct le *le, void *arg)
{
	const struct user *u = le->data;

	return !pl_strcmp(arg, u->aor);
}


static struct user *user_find(const struct location *l, const struct pl *aor)
{
	struct pl key = *aor;

	return list_ledata(hash_lookup(l->users, hash_pl(&l->key, aor),
				       user_equal, &key));
}


/* the user may be gone afterwards, the binding too */
static void binding_remove(struct binding *b)
{
	struct user *u = b->user;
	struct location *l = u->loc;

	mem_ref(l);
	mem_ref(u);
	user_drop(b);
	audience_tell(&l->audience, LOCATION_REMOVED, b);
	if (list_isempty(&u->bindingl) && u->he.list) {
		audience_tell(&l->audience, LOCATION_LAST, b);
		hash_unlink(&u->he);
		mem_deref(u);
	}
	mem_deref(b);
	mem_deref(u);
	mem_deref(l);
}


static void expire_handler(void *arg)
{
	binding_remove(arg);
}


static void close_handler(struct flow *flow, int err, void *arg)
{
	(void)flow;
	(void)err;

	binding_remove(arg);
}


static void binding_start(struct user *u, struct binding *b,
			  uint32_t expires_s)
{
	const uint64_t ms = (uint64_t)expires_s * 1000;

	user_take(u, b);
	b->expires_at = timers_now(u->loc->timers) + ms;
	timer_start(u->loc->timers, &b->tmr, ms, expire_handler, b);
	if (b->flow)
		flow_watch(b->flow, &b->watch, close_handler, b);
}


static void commit_one(struct user *u, struct binding *fresh,
		       uint32_t expires_s)
{
	struct location *l = u->loc;
	struct binding *b = binding_find(&u->bindingl, fresh->contact);
	struct pl aor;

	if (b) {
		flow_unwatch(&b->watch);
		binding_absorb(b, fresh);
		binding_start(u, b, expires_s);
		audience_tell(&l->audience, LOCATION_REFRESHED, b);
		return;
	}

	b = mem_ref(fresh);
	binding_start(u, b, expires_s);
	if (!u->he.list) {
		pl_set_str(&aor, u->aor);
		hash_append(l->users, hash_pl(&l->key, &aor), &u->he,
			    mem_ref(u));
		audience_tell(&l->audience, LOCATION_FIRST, b);
	}
	audience_tell(&l->audience, LOCATION_ADDED, b);
}


static int check_bounds(const struct user *u,
			const struct location_change *chgv, size_t chgc)
{
	const struct location *l = u->loc;
	const size_t have = list_count(&u->bindingl);
	size_t want = have;

	for (size_t i = 0; i < chgc; i++) {
		const bool known = binding_find(&u->bindingl,
						chgv[i].b.contact) != NULL;

		if (chgv[i].expires_s && !known)
			++want;
		else if (!chgv[i].expires_s && known)
			--want;
	}

	if (want <= have)
		return 0;

	return want > l->contacts_max || l->count + (want - have) > l->max
		       ? ENOSPC
		       : 0;
}


static void commit(struct user *u, struct binding *const *freshv,
		   const struct location_change *chgv, size_t chgc)
{
	struct binding *b;

	for (size_t i = 0; i < chgc; i++) {
		if (chgv[i].expires_s)
			commit_one(u, freshv[i], chgv[i].expires_s);
	}

	/* removals last, so that a moved user is never without a binding */
	for (size_t i = 0; i < chgc; i++) {
		b = chgv[i].expires_s
			    ? NULL
			    : binding_find(&u->bindingl, chgv[i].b.contact);
		if (b)
			binding_remove(b);
	}
}


static bool change_valid(const struct location_change *chg)
{
	return chg->b.contact && (!chg->expires_s || chg->b.callid);
}


/**
 * Change several bindings of one address-of-record: all or none
 *
 * @param l    Location
 * @param aor  Canonical address-of-record
 * @param chgv Changes, no two of one URI
 * @param chgc How many, LOCATION_CHANGES_MAX at most
 *
 * @return 0 if success, otherwise errorcode and nothing is changed; ENOSPC:
 *         too many bindings
 */
int location_change(struct location *l, const struct pl *aor,
		    const struct location_change *chgv, size_t chgc)
{
	struct binding *freshv[LOCATION_CHANGES_MAX] = {NULL};
	struct user *u;
	int err = 0;

	if (!l || !aor || !aor->l || !chgv || chgc > LOCATION_CHANGES_MAX)
		return EINVAL;

	u = mem_ref(user_find(l, aor));
	if (!u)
		err = user_alloc(&u, l, &l->count, aor);
	if (err)
		return err;

	for (size_t i = 0; i < chgc && !err; i++) {
		if (!change_valid(&chgv[i]))
			err = EINVAL;
		else if (chgv[i].expires_s)
			err = binding_copy(&freshv[i], &chgv[i].b, u->aor);
	}
	if (!err)
		err = check_bounds(u, chgv, chgc);
	if (!err)
		commit(u, freshv, chgv, chgc);

	for (size_t i = 0; i < chgc; i++)
		mem_deref(freshv[i]);
	mem_deref(u);

	return err;
}


/**
 * Add or refresh one binding
 *
 * @param l         Location
 * @param b         Binding to copy
 * @param expires_s Lifetime in s
 *
 * @return 0 if success, otherwise errorcode; ENOSPC: too many bindings
 */
int location_put(struct location *l, const struct binding *b,
		 uint32_t expires_s)
{
	struct location_change chg;
	struct pl aor;

	if (!b || !b->aor || !expires_s)
		return EINVAL;

	chg.b = *b;
	chg.expires_s = expires_s;
	pl_set_str(&aor, b->aor);

	return location_change(l, &aor, &chg, 1);
}


/**
 * Remove a binding
 *
 * @param l Location
 * @param b Binding; nothing happens where it is removed already
 */
void location_del(struct location *l, struct binding *b)
{
	if (l && b && b->user && b->user->loc == l)
		binding_remove(b);
}


/**
 * Get the bindings of an address-of-record, newest first
 *
 * @param l   Location
 * @param aor Canonical address-of-record
 *
 * @return List of struct binding, NULL if there is none
 */
const struct list *location_get(const struct location *l, const struct pl *aor)
{
	const struct user *u = l && aor ? user_find(l, aor) : NULL;

	return u ? &u->bindingl : NULL;
}


/**
 * Count all bindings
 *
 * @param l Location
 *
 * @return Number of bindings
 */
uint32_t location_count(const struct location *l)
{
	return l ? l->count : 0;
}


/**
 * Allocate an empty location
 *
 * @param lp           Location
 * @param timers       Timers
 * @param contacts_max Bindings of one address-of-record at most
 *
 * @return 0 if success, otherwise errorcode
 */
int location_alloc(struct location **lp, struct timers *timers,
		   uint32_t contacts_max)
{
	struct location *l;
	int err;

	if (!lp || !timers || !contacts_max)
		return EINVAL;

	l = mem_zalloc(sizeof(*l), destructor);
	if (!l)
		return ENOMEM;

	l->timers = mem_ref(timers);
	l->contacts_max = contacts_max;
	l->max = LOCATION_MAX;
	hash_key_random(&l->key);
	err = hash_alloc(&l->users, BUCKETS);
	if (err)
		mem_deref(l);
	else
		*lp = l;

	return err;
}


/**
 * Set how many bindings there may be in all
 *
 * @param l   Location
 * @param max Bindings at most
 */
void location_bound(struct location *l, uint32_t max)
{
	if (l)
		l->max = max;
}


/**
 * Hear of all changes
 *
 * @param l   Location
 * @param h   Handler; the binding lives for the time of the call
 * @param arg Handler's argument
 *
 * @return 0 if success, otherwise errorcode
 */
int location_listen(struct location *l, location_h *h, void *arg)
{
	return l && h ? audience_add(&l->audience, h, arg) : EINVAL;
}


/**
 * Hear no more; not from inside of a handler
 *
 * @param l   Location
 * @param h   Handler
 * @param arg Its argument
 */
void location_unlisten(struct location *l, location_h *h, void *arg)
{
	if (l)
		audience_remove(&l->audience, h, arg);
}
