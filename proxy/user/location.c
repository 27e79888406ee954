/**
 * @file location.c  Where the users are: bindings in memory
 *
 * The table, and how a binding leaves it. How it comes into it, or changes, is
 * location_batch.c's.
 */
#include <string.h>
#include <re.h>
#include "proxy/user/location_batch.h"
#include "proxy/user/location_state.h"
#include "proxy/user/push_params.h"


enum { BUCKETS = 16384 };


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


/**
 * Find a user
 *
 * @param l   Location
 * @param aor Canonical address-of-record
 *
 * @return User, NULL without bindings
 */
struct user *location_user(const struct location *l, const struct pl *aor)
{
	struct pl key = *aor;

	return list_ledata(hash_lookup(l->users, hash_pl(&l->key, aor),
				       user_equal, &key));
}


/**
 * Remove a binding of the location, and its user with the last one
 *
 * @param b Binding
 */
void location_remove(struct binding *b)
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


/* what does not need the connection that it was registered over */
static bool survives(const struct binding *b)
{
	struct push_params pp;

	if (b->path)
		return true;

	return b->user->loc->keep_sleepers &&
	       !push_params_decode(&pp, b->contact);
}


/**
 * A binding's connection is gone
 *
 * @param b Binding; removed, unless it has a Path or the phone can be woken by
 *          a push: then it stays without a flow
 */
void location_lose(struct binding *b)
{
	struct location *l = b->user->loc;

	if (!survives(b)) {
		location_remove(b);
		return;
	}

	flow_unwatch(&b->watch);
	b->flow = mem_deref(b->flow);
	audience_tell(&l->audience, LOCATION_LOST, b);
}


/**
 * Change several bindings of one address-of-record: all or none
 *
 * @param l    Location
 * @param aor  Canonical address-of-record
 * @param chgv Changes, no two of one binding
 * @param chgc How many, LOCATION_CHANGES_MAX at most
 *
 * @return 0 if success, otherwise errorcode and nothing is changed; ENOSPC:
 *         too many bindings
 */
int location_change(struct location *l, const struct pl *aor,
		    const struct location_change *chgv, size_t chgc)
{
	struct location_batch *lb = NULL;
	int err;

	err = location_prepare(&lb, l, aor, chgv, chgc);
	if (err)
		return err;

	location_commit(lb);
	mem_deref(lb);

	return 0;
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
		location_remove(b);
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
	const struct user *u = l && aor ? location_user(l, aor) : NULL;

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
 * Set how many bindings of one address-of-record there may be from now on
 *
 * @param l            Location
 * @param contacts_max Bindings at most
 */
void location_limit(struct location *l, uint32_t contacts_max)
{
	if (l && contacts_max)
		l->contacts_max = contacts_max;
}


/**
 * Keep phones whose connection is gone, where they told how to wake them
 *
 * @param l    Location
 * @param keep Whether they can be woken
 */
void location_keep_sleepers(struct location *l, bool keep)
{
	if (l)
		l->keep_sleepers = keep;
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
