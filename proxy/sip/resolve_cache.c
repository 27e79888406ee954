/**
 * @file resolve_cache.c  What is known of names, and who waits to know
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/hash.h"
#include "proxy/sip/resolve_cache.h"


enum {
	BUCKETS = 4096,
	TTL_MIN_S = 1,   /* or each call of a busy second asks again */
	FAILED_S = 2,    /* nobody could say: not asked again for so long */
	STALE_TTL_S = 30 /* RFC 8767 section 4 */
};

struct resolve_cache {
	struct resolve_cache_conf conf;
	struct hash_key key;
	struct hash *ht;
	struct list lru; /* the head was used last */
	uint32_t n;
};

struct wanted {
	enum resolve_type type;
	const char *name;
};


static void entry_destructor(void *arg)
{
	struct resolve_entry *e = arg;

	list_flush(&e->waitl);
	mem_deref(e->set);
}


static void destructor(void *arg)
{
	struct resolve_cache *c = arg;

	while (c->lru.head) {
		struct resolve_entry *e = c->lru.head->data;

		hash_unlink(&e->he);
		list_unlink(&e->lru);
		e->cache = NULL;
		mem_deref(e);
	}
	mem_deref(c->ht);
}


static void forget(struct resolve_entry *e)
{
	--e->cache->n;
	hash_unlink(&e->he);
	list_unlink(&e->lru);
	e->cache = NULL;
	mem_deref(e);
}


static int make_room(struct resolve_cache *c)
{
	struct le *le = c->lru.tail;

	while (c->n >= c->conf.max && le) {
		struct resolve_entry *e = le->data;

		le = le->prev;
		if (!e->pending)
			forget(e);
	}

	return c->n >= c->conf.max ? ENOSPC : 0;
}


static uint32_t hash_name(const struct resolve_cache *c, const char *name)
{
	struct pl pl;

	pl_set_str(&pl, name);

	return hash_pl(&c->key, &pl);
}


static bool is_wanted(struct le *le, void *arg)
{
	const struct resolve_entry *e = le->data;
	const struct wanted *w = arg;

	return e->type == w->type && !strcmp(e->name, w->name);
}


/**
 * Allocate a cache
 *
 * @param cp   Pointer to the allocated cache
 * @param conf Its bounds
 *
 * @return 0 if success, otherwise errorcode
 */
int resolve_cache_alloc(struct resolve_cache **cp,
			const struct resolve_cache_conf *conf)
{
	struct resolve_cache *c;
	int err;

	if (!cp || !conf || !conf->max)
		return EINVAL;

	c = mem_zalloc(sizeof(*c), destructor);
	if (!c)
		return ENOMEM;

	c->conf = *conf;
	hash_key_random(&c->key);
	err = hash_alloc(&c->ht, BUCKETS);
	if (err)
		mem_deref(c);
	else
		*cp = c;

	return err;
}


/**
 * Say how long is believed what is learnt from now on
 *
 * @param c    Cache
 * @param conf Its bounds; the number of entries stays as it was
 */
void resolve_cache_limit(struct resolve_cache *c,
			 const struct resolve_cache_conf *conf)
{
	uint32_t max;

	if (!c || !conf)
		return;

	max = c->conf.max;
	c->conf = *conf;
	c->conf.max = max;
}


/**
 * Forget all that is known; what is being asked for is not learnt any more
 *
 * @param c Cache
 */
void resolve_cache_flush(struct resolve_cache *c)
{
	while (c && c->lru.head)
		forget(c->lru.head->data);
}


/**
 * The entry of a name and type, made where there is none
 *
 * @param ep   Pointer to the entry (not referenced)
 * @param c    Cache
 * @param type Type
 * @param name Name, in lower case
 *
 * @return 0 if success, ENOSPC where each entry is being asked for, otherwise
 *         errorcode
 */
int resolve_cache_entry(struct resolve_entry **ep, struct resolve_cache *c,
			enum resolve_type type, const char *name)
{
	struct wanted w = {type, name};
	const uint32_t key = hash_name(c, name);
	struct resolve_entry *e;
	int err;

	e = list_ledata(hash_lookup(c->ht, key, is_wanted, &w));
	if (e) {
		list_unlink(&e->lru);
		list_prepend(&c->lru, &e->lru, e);
		*ep = e;
		return 0;
	}

	err = make_room(c);
	if (err)
		return err;

	e = mem_zalloc(sizeof(*e) + strlen(name) + 1, entry_destructor);
	if (!e)
		return ENOMEM;

	e->cache = c;
	e->type = type;
	memcpy(e->name, name, strlen(name) + 1);
	hash_append(c->ht, key, &e->he, e);
	list_prepend(&c->lru, &e->lru, e);
	++c->n;

	*ep = e;
	return 0;
}


/**
 * What an entry says
 *
 * @param setp  Pointer to its records
 * @param e     Entry
 * @param now   Now, ms
 * @param stale Whether what has expired serves too
 *
 * @return 0 if there are records, ENOENT if there are none, EINPROGRESS where
 *         it must be asked for, otherwise why nobody could say
 */
int resolve_entry_known(const struct resolve_set **setp,
			const struct resolve_entry *e, uint64_t now,
			bool stale)
{
	if (now < e->until) {
		if (!e->err)
			*setp = e->set;
		return e->err;
	}

	if (stale && e->set && now < e->stale_until) {
		*setp = e->set;
		return 0;
	}

	return EINPROGRESS;
}


/* the names are behind the records, in the same piece of memory */
static int set_alloc(struct resolve_set **setp, const struct resolve_answer *a)
{
	struct resolve_set *set;
	size_t len = 0;
	char *text;

	for (size_t i = 0; i < a->rrc; i++)
		len += a->rrv[i].name ? strlen(a->rrv[i].name) + 1 : 0;

	set = mem_zalloc(sizeof(*set) + a->rrc * sizeof(a->rrv[0]) + len,
			 NULL);
	if (!set)
		return ENOMEM;

	text = (char *)&set->rrv[a->rrc];
	set->rrc = a->rrc;
	for (size_t i = 0; i < a->rrc; i++) {
		set->rrv[i] = a->rrv[i];
		if (!a->rrv[i].name)
			continue;

		len = strlen(a->rrv[i].name) + 1;
		memcpy(text, a->rrv[i].name, len);
		set->rrv[i].name = text;
		text += len;
	}

	*setp = set;

	return 0;
}


static uint64_t after(uint64_t now, uint32_t s, uint32_t max)
{
	if (s > max)
		s = max;

	return now + 1000ULL * (s < TTL_MIN_S ? TTL_MIN_S : s);
}


static bool failed(struct resolve_entry *e, int err, uint64_t now)
{
	if (e->set && now < e->stale_until) {
		e->err = 0;
		e->until = after(now, STALE_TTL_S, UINT32_MAX);
		return true;
	}

	e->err = err;
	e->until = after(now, FAILED_S, UINT32_MAX);

	return false;
}


/**
 * An answer has come, or none
 *
 * @param e     Entry
 * @param err   0, ENOENT, or why nobody could say
 * @param a     The answer where err is 0 or ENOENT
 * @param now   Now, ms
 * @param stale Set where what was known goes on serving
 *
 * @return 0 if success, otherwise errorcode
 */
int resolve_entry_learn(struct resolve_entry *e, int err,
			const struct resolve_answer *a, uint64_t now,
			bool *stale)
{
	const struct resolve_cache_conf *conf;
	struct resolve_set *set = NULL;

	*stale = false;
	if (!e->cache)
		return 0;

	conf = &e->cache->conf;
	if (!err && (!a || set_alloc(&set, a)))
		err = ENOMEM;

	if (!a || (err && err != ENOENT)) {
		*stale = failed(e, err, now);
		return err == ENOMEM ? ENOMEM : 0;
	}

	mem_deref(e->set);
	e->set = set;
	e->err = err;
	e->until = after(now, a->ttl_s,
			 err ? conf->negative_s : conf->ttl_max_s);
	e->stale_until = e->until + 1000ULL * conf->stale_s;

	return 0;
}


static void wait_destructor(void *arg)
{
	struct resolve_wait *w = arg;

	list_unlink(&w->le);
	list_unlink(&w->own);
}


/**
 * Wait for an entry's answer
 *
 * @param e   Entry
 * @param own What the one who waits, waits for
 * @param h   Called when it has come
 * @param arg Its argument
 *
 * @return 0 if success, otherwise errorcode
 */
int resolve_entry_wait(struct resolve_entry *e, struct list *own,
		       resolve_wake_h *h, void *arg)
{
	struct resolve_wait *w;

	for (struct le *le = own->head; le; le = le->next) {
		w = le->data;
		if (w->entry == e)
			return 0;
	}

	w = mem_zalloc(sizeof(*w), wait_destructor);
	if (!w)
		return ENOMEM;

	w->entry = e;
	w->h = h;
	w->arg = arg;
	list_append(&e->waitl, &w->le, w);
	list_append(own, &w->own, w);

	return 0;
}


/**
 * Wake those who wait for an entry
 *
 * @param e Entry, which the caller holds
 */
void resolve_entry_wake(struct resolve_entry *e)
{
	struct list waitl = LIST_INIT;

	/* who begins to wait meanwhile waits for the next answer */
	while (e->waitl.head) {
		struct le *le = e->waitl.head;

		list_unlink(le);
		list_append(&waitl, le, le->data);
	}

	while (waitl.head) {
		struct resolve_wait *w = waitl.head->data;
		resolve_wake_h *h = w->h;
		void *arg = w->arg;

		mem_deref(w);
		h(arg);
	}
}
