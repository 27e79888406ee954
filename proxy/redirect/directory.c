/**
 * @file directory.c  Which proxies serve a user, the newest first
 */
#include <string.h>
#include <re.h>
#include "common/hash.h"
#include "common/timer.h"
#include "proxy/redirect/directory.h"
#include "proxy/sip/sipuri.h"


enum { BUCKETS = 8192 };

struct directory {
	struct timers *timers; /* not owned */
	struct hash_key key;
	struct hash *ht;
	uint32_t userc, users_max;
};

struct user {
	struct le he;
	struct directory *d; /* not owned: it owns us */
	char *aor;
	struct list placel; /* newest first */
};

struct place {
	struct le le;
	struct user *user; /* not owned: it owns us */
	char *contact;
	char *peer;
	char *callid;
	uint32_t cseq;
	uint64_t expires_at; /* monotonic ms */
	struct timer tmr;
};


static void place_destructor(void *arg)
{
	struct place *p = arg;

	timer_cancel(&p->tmr);
	list_unlink(&p->le);
	mem_deref(p->contact);
	mem_deref(p->peer);
	mem_deref(p->callid);
}


static void user_destructor(void *arg)
{
	struct user *u = arg;

	list_flush(&u->placel);
	if (u->he.list)
		--u->d->userc;
	hash_unlink(&u->he);
	mem_deref(u->aor);
}


static void destructor(void *arg)
{
	struct directory *d = arg;

	hash_flush(d->ht);
	mem_deref(d->ht);
}


/* the user goes with the last place */
static void place_remove(struct place *p)
{
	struct user *u = p->user;

	mem_deref(p);
	if (list_isempty(&u->placel))
		mem_deref(u);
}


static void place_expired(void *arg)
{
	place_remove(arg);
}


static bool user_match(struct le *le, void *arg)
{
	const struct user *u = le->data;

	return !pl_strcmp(arg, u->aor);
}


static struct user *user_find(const struct directory *d, const struct pl *aor)
{
	struct pl key = *aor;

	return list_ledata(
		hash_lookup(d->ht, hash_pl(&d->key, aor), user_match, &key));
}


static bool contact_equal(const char *a, const struct pl *b)
{
	struct sipuri ua, ub;
	struct pl pa;

	pl_set_str(&pa, a);
	if (sipuri_decode(&ua, &pa) || sipuri_decode(&ub, b))
		return !pl_cmp(&pa, b);

	return sipuri_equal(&ua, &ub);
}


static struct place *place_find(const struct user *u, const struct pl *contact)
{
	for (struct le *le = list_head(&u->placel); le; le = le->next) {
		struct place *p = le->data;

		if (contact_equal(p->contact, contact))
			return p;
	}

	return NULL;
}


/**
 * Allocate a directory
 *
 * @param dp        Pointer to the allocated directory
 * @param timers    Timers (not owned)
 * @param users_max Number of users at most
 *
 * @return 0 if success, otherwise errorcode
 */
int directory_alloc(struct directory **dp, struct timers *timers,
		    uint32_t users_max)
{
	struct directory *d;
	int err;

	if (!dp || !timers)
		return EINVAL;

	d = mem_zalloc(sizeof(*d), destructor);
	if (!d)
		return ENOMEM;

	d->timers = timers;
	d->users_max = users_max;
	hash_key_random(&d->key);
	err = hash_alloc(&d->ht, BUCKETS);
	if (err) {
		mem_deref(d);
		return err;
	}

	*dp = d;
	return 0;
}


static int user_get(struct user **up, struct directory *d,
		    const struct pl *aor)
{
	struct user *u = user_find(d, aor);

	if (u) {
		*up = u;
		return 0;
	}

	if (d->userc >= d->users_max)
		return ENOSPC;

	u = mem_zalloc(sizeof(*u), user_destructor);
	if (!u)
		return ENOMEM;

	u->d = d;
	if (pl_strdup(&u->aor, aor)) {
		mem_deref(u);
		return ENOMEM;
	}

	hash_append(d->ht, hash_pl(&d->key, aor), &u->he, u);
	++d->userc;
	*up = u;
	return 0;
}


static int place_alloc(struct place **pp, const struct directory_entry *e)
{
	struct place *p;
	int err;

	p = mem_zalloc(sizeof(*p), place_destructor);
	if (!p)
		return ENOMEM;

	p->cseq = e->cseq;
	err = pl_strdup(&p->contact, &e->contact);
	err |= pl_strdup(&p->peer, &e->peer);
	err |= pl_strdup(&p->callid, &e->callid);
	if (err) {
		mem_deref(p);
		return ENOMEM;
	}

	*pp = p;
	return 0;
}


/* may that request change it? */
static int place_check(const struct place *p, const struct directory_entry *e)
{
	if (pl_strcmp(&e->peer, p->peer))
		return EACCES;

	if (!pl_strcmp(&e->callid, p->callid) && e->cseq <= p->cseq)
		return EPROTO;

	return 0;
}


static void place_insert(struct user *u, struct place *p, uint32_t expires_s)
{
	struct timers *timers = u->d->timers;

	if (list_count(&u->placel) >= DIRECTORY_PROXIES_MAX)
		mem_deref(list_ledata(list_tail(&u->placel)));

	p->user = u;
	p->expires_at = timers_now(timers) + (uint64_t)expires_s * 1000;
	list_prepend(&u->placel, &p->le, p);
	timer_start(timers, &p->tmr, (uint64_t)expires_s * 1000, place_expired,
		    p);
}


/**
 * A proxy announces that it serves a user
 *
 * @param d         Directory
 * @param e         The announcement
 * @param expires_s How long it holds, in seconds
 *
 * @return 0 if success, otherwise errorcode
 */
int directory_put(struct directory *d, const struct directory_entry *e,
		  uint32_t expires_s)
{
	struct place *p, *old;
	struct user *u;
	int err;

	if (!d || !e || !e->aor.l || !e->contact.l || !expires_s)
		return EINVAL;

	u = user_find(d, &e->aor);
	old = u ? place_find(u, &e->contact) : NULL;
	err = old ? place_check(old, e) : 0;
	if (err)
		return err;

	err = place_alloc(&p, e);
	if (err)
		return err;

	err = user_get(&u, d, &e->aor);
	if (err) {
		mem_deref(p);
		return err;
	}

	mem_deref(old);
	place_insert(u, p, expires_s);
	return 0;
}


static int del_one(struct user *u, const struct directory_entry *e)
{
	struct place *p = place_find(u, &e->contact);
	int err;

	if (!p)
		return ENOENT;

	err = place_check(p, e);
	if (err)
		return err;

	place_remove(p);
	return 0;
}


static int del_all(struct user *u, const struct directory_entry *e)
{
	struct le *le = list_head(&u->placel);
	int err = ENOENT;

	while (le) {
		struct place *p = le->data;

		le = le->next;
		if (place_check(p, e))
			continue;

		place_remove(p);
		err = 0;
	}

	return err;
}


/**
 * A proxy serves a user no more
 *
 * @param d Directory
 * @param e The announcement; no contact: all of that peer's
 *
 * @return 0 if success, ENOENT if there is none, otherwise errorcode
 */
int directory_del(struct directory *d, const struct directory_entry *e)
{
	struct user *u;

	if (!d || !e)
		return EINVAL;

	u = user_find(d, &e->aor);
	if (!u)
		return ENOENT;

	return e->contact.l ? del_one(u, e) : del_all(u, e);
}


/**
 * Walk through the proxies that serve a user, newest first
 *
 * @param d   Directory
 * @param aor The user, "user@host"
 * @param h   Handler, NULL: only counted
 * @param arg Handler argument
 *
 * @return How many there are
 */
size_t directory_apply(const struct directory *d, const struct pl *aor,
		       directory_h *h, void *arg)
{
	const struct user *u;
	uint64_t now;
	size_t n = 0;

	if (!d || !aor)
		return 0;

	u = user_find(d, aor);
	if (!u)
		return 0;

	now = timers_now(d->timers);
	for (struct le *le = list_head(&u->placel); le; le = le->next, n++) {
		const struct place *p = le->data;
		uint64_t left = p->expires_at > now ? p->expires_at - now : 0;

		if (h)
			h(p->contact, (uint32_t)(left / 1000), arg);
	}

	return n;
}


/**
 * Number of users
 *
 * @param d Directory
 *
 * @return Number of users that are announced
 */
uint32_t directory_users(const struct directory *d)
{
	return d ? d->userc : 0;
}
