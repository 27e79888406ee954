/**
 * @file replay.c  Which nonce-counts were used: a bounded memory
 *
 * For each nonce the highest count and a window of 64 bits below it, because
 * requests sent in parallel arrive in any order. When the table is full the
 * nonce that was not used for the longest time goes: a replay of it would
 * pass until it is too old, which bounds what a flood of good phones can do.
 */
#include <string.h>
#include <re.h>
#include "common/hash.h"
#include "proxy/user/replay.h"


struct entry {
	struct le he;
	struct le le; /* most recently used last */
	uint64_t nonce;
	uint32_t top;
	uint64_t window; /* bit i: top - i was used */
};

struct replay {
	struct hash *entries;
	struct list lru;
	struct hash_key key;
	uint32_t count;
	uint32_t max;
};


static void entry_destructor(void *arg)
{
	struct entry *e = arg;

	hash_unlink(&e->he);
	list_unlink(&e->le);
}


static void destructor(void *arg)
{
	struct replay *r = arg;

	list_flush(&r->lru);
	mem_deref(r->entries);
}


static bool entry_equal(struct le *le, void *arg)
{
	const struct entry *e = le->data;

	return e->nonce == *(const uint64_t *)arg;
}


static void forget_oldest(struct replay *r)
{
	mem_deref(list_ledata(r->lru.head));
	--r->count;
}


static int entry_add(struct replay *r, uint64_t nonce, uint32_t nc)
{
	struct entry *e = mem_zalloc(sizeof(*e), entry_destructor);

	if (!e)
		return ENOMEM;

	if (r->count >= r->max)
		forget_oldest(r);

	e->nonce = nonce;
	e->top = nc;
	e->window = 1;
	hash_append(r->entries, (uint32_t)nonce, &e->he, e);
	list_append(&r->lru, &e->le, e);
	++r->count;

	return 0;
}


static int entry_use(struct entry *e, uint32_t nc)
{
	uint32_t back;

	if (nc > e->top) {
		const uint32_t ahead = nc - e->top;

		e->window = ahead < REPLAY_WINDOW ? e->window << ahead : 0;
		e->window |= 1;
		e->top = nc;
		return 0;
	}

	back = e->top - nc;
	if (back >= REPLAY_WINDOW || e->window & (1ULL << back))
		return EALREADY;

	e->window |= 1ULL << back;

	return 0;
}


/**
 * Use a nonce-count
 *
 * @param r     Memory
 * @param nonce Nonce of credentials that were verified
 * @param nc    Their count
 *
 * @return 0 if it is fresh; EALREADY: a replay; ENOMEM
 */
int replay_use(struct replay *r, const struct pl *nonce, uint32_t nc)
{
	struct entry *e;
	uint64_t id;

	if (!r || !nonce || !nonce->p)
		return EINVAL;

	id = hash_sip(&r->key, nonce->p, nonce->l);
	e = list_ledata(
		hash_lookup(r->entries, (uint32_t)id, entry_equal, &id));
	if (!e)
		return entry_add(r, id, nc);

	list_unlink(&e->le);
	list_append(&r->lru, &e->le, e);

	return entry_use(e, nc);
}


/**
 * Allocate an empty memory
 *
 * @param rp  Memory
 * @param max Nonces that it remembers at most
 *
 * @return 0 if success, otherwise errorcode
 */
int replay_alloc(struct replay **rp, uint32_t max)
{
	struct replay *r;
	int err;

	if (!rp || !max)
		return EINVAL;

	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	hash_key_random(&r->key);
	r->max = max;
	err = hash_alloc(&r->entries, 1024);
	if (err)
		mem_deref(r);
	else
		*rp = r;

	return err;
}
