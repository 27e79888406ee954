/**
 * @file redirect_cache.c  What redirect servers said, as long as it holds
 */
#include <string.h>
#include <re.h>
#include "common/hash.h"
#include "common/timer.h"
#include "proxy/redirect/redirect_cache.h"


enum { BUCKETS = 1024 };

struct redirect_cache {
	struct timers *timers; /* not owned */
	struct hash_key key;
	struct hash *ht;
	struct list agel; /* oldest first */
	uint32_t count, max;
};

struct entry {
	struct le he;
	struct le age;
	struct redirect_cache *c; /* not owned: it owns us */
	char *aor;
	char *contact;
	struct timer tmr;
};


static void entry_destructor(void *arg)
{
	struct entry *e = arg;

	timer_cancel(&e->tmr);
	if (e->he.list)
		--e->c->count;
	hash_unlink(&e->he);
	list_unlink(&e->age);
	mem_deref(e->aor);
	mem_deref(e->contact);
}


static void destructor(void *arg)
{
	struct redirect_cache *c = arg;

	hash_flush(c->ht);
	mem_deref(c->ht);
}


static bool match(struct le *le, void *arg)
{
	const struct entry *e = le->data;

	return !pl_strcmp(arg, e->aor);
}


static struct entry *find(const struct redirect_cache *c, const struct pl *aor)
{
	struct pl key = *aor;

	return list_ledata(
		hash_lookup(c->ht, hash_pl(&c->key, aor), match, &key));
}


static void expired(void *arg)
{
	mem_deref(arg);
}


/**
 * Allocate a cache
 *
 * @param cp     Pointer to the allocated cache
 * @param timers Timers (not owned)
 * @param max    Number of entries at most
 *
 * @return 0 if success, otherwise errorcode
 */
int redirect_cache_alloc(struct redirect_cache **cp, struct timers *timers,
			 uint32_t max)
{
	struct redirect_cache *c;
	int err;

	if (!cp || !timers || !max)
		return EINVAL;

	c = mem_zalloc(sizeof(*c), destructor);
	if (!c)
		return ENOMEM;

	c->timers = timers;
	c->max = max;
	hash_key_random(&c->key);
	err = hash_alloc(&c->ht, BUCKETS);
	if (err) {
		mem_deref(c);
		return err;
	}

	*cp = c;
	return 0;
}


static int entry_alloc(struct entry **ep, const struct pl *aor,
		       const struct pl *contact)
{
	struct entry *e;
	int err;

	e = mem_zalloc(sizeof(*e), entry_destructor);
	if (!e)
		return ENOMEM;

	err = pl_strdup(&e->aor, aor);
	err |= pl_strdup(&e->contact, contact);
	if (err) {
		mem_deref(e);
		return ENOMEM;
	}

	*ep = e;
	return 0;
}


/**
 * Remember where a callee is served
 *
 * @param c         Cache
 * @param aor       The callee, "user@host"
 * @param contact   URI of the proxy that serves it
 * @param expires_s How long that holds, in seconds; 0: it is not kept
 *
 * @return 0 if success, otherwise errorcode
 */
int redirect_cache_put(struct redirect_cache *c, const struct pl *aor,
		       const struct pl *contact, uint32_t expires_s)
{
	struct entry *e;
	int err;

	if (!c || !pl_isset(aor) || !pl_isset(contact))
		return EINVAL;

	redirect_cache_del(c, aor);
	if (!expires_s)
		return 0;

	err = entry_alloc(&e, aor, contact);
	if (err)
		return err;

	if (c->count >= c->max)
		mem_deref(list_ledata(c->agel.head));

	e->c = c;
	hash_append(c->ht, hash_pl(&c->key, aor), &e->he, e);
	list_append(&c->agel, &e->age, e);
	++c->count;
	timer_start(c->timers, &e->tmr, (uint64_t)expires_s * 1000, expired,
		    e);
	return 0;
}


/**
 * Look up a callee
 *
 * @param c   Cache
 * @param aor The callee, "user@host"
 *
 * @return URI of the proxy that serves it, NULL if not known
 */
const char *redirect_cache_get(const struct redirect_cache *c,
			       const struct pl *aor)
{
	const struct entry *e;

	if (!c || !aor)
		return NULL;

	e = find(c, aor);

	return e ? e->contact : NULL;
}


/**
 * Forget a callee
 *
 * @param c   Cache
 * @param aor The callee, "user@host"
 */
void redirect_cache_del(struct redirect_cache *c, const struct pl *aor)
{
	if (c && aor)
		mem_deref(find(c, aor));
}


/**
 * Number of entries
 *
 * @param c Cache
 *
 * @return Number of callees that are remembered
 */
uint32_t redirect_cache_count(const struct redirect_cache *c)
{
	return c ? c->count : 0;
}
