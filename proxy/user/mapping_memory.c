/**
 * @file mapping_memory.c  What was measured of NATs, for phones that come back
 */
#include <errno.h>
#include <string.h>
#include "common/hash.h"
#include "proxy/user/mapping.h"


enum { BUCKETS = 4096, OLD_MS = 24 * 3600 * 1000, KEY_SIZE = 512 };

struct mappings {
	struct hash_key key;
	struct hash *ht;
	struct list lru; /* the head was written last */
	uint32_t n, max;
};

struct memory {
	struct le he, lru;
	uint64_t id;
	uint64_t at; /* when it was learnt, ms */
	struct mapping m;
};


static void memory_destructor(void *arg)
{
	struct memory *x = arg;

	hash_unlink(&x->he);
	list_unlink(&x->lru);
}


static void destructor(void *arg)
{
	struct mappings *t = arg;

	hash_flush(t->ht);
	mem_deref(t->ht);
}


/* 64 keyed bits name a phone: two of the same would only share a guess */
static uint64_t identify(const struct mappings *t,
			 const struct mapping_key *key)
{
	char text[KEY_SIZE];
	int n = re_snprintf(text, sizeof(text), "%j %s %s", key->source,
			    key->aor, key->kind ? key->kind : "");

	return hash_sip(&t->key, text, n < 0 ? strlen(text) : (size_t)n);
}


static bool is_id(struct le *le, void *arg)
{
	const struct memory *x = le->data;

	return x->id == *(const uint64_t *)arg;
}


static struct memory *find(const struct mappings *t, uint64_t id)
{
	return list_ledata(hash_lookup(t->ht, (uint32_t)id, is_id, &id));
}


/**
 * Allocate a memory of mappings
 *
 * @param mp  Pointer to the allocated memory
 * @param max Entries
 *
 * @return 0 if success, otherwise errorcode
 */
int mappings_alloc(struct mappings **mp, uint32_t max)
{
	struct mappings *t;
	int err;

	if (!mp || !max)
		return EINVAL;

	t = mem_zalloc(sizeof(*t), destructor);
	if (!t)
		return ENOMEM;

	t->max = max;
	hash_key_random(&t->key);
	err = hash_alloc(&t->ht, BUCKETS);
	if (err)
		mem_deref(t);
	else
		*mp = t;

	return err;
}


/**
 * What is remembered
 *
 * @param m   Result, zeroed where there is nothing
 * @param t   Memory
 * @param key Who it is about
 * @param now Now, ms
 */
void mappings_get(struct mapping *m, const struct mappings *t,
		  const struct mapping_key *key, uint64_t now)
{
	const struct memory *x = t ? find(t, identify(t, key)) : NULL;

	memset(m, 0, sizeof(*m));
	if (x && now - x->at < OLD_MS)
		*m = x->m;
}


/**
 * Remember; the entry longest unchanged gives way
 *
 * @param t   Memory
 * @param key Who it is about
 * @param m   What was measured
 * @param now Now, ms
 */
void mappings_put(struct mappings *t, const struct mapping_key *key,
		  const struct mapping *m, uint64_t now)
{
	uint64_t id;
	struct memory *x;

	if (!t)
		return;

	id = identify(t, key);
	x = find(t, id);
	if (!x) {
		if (t->n >= t->max) {
			mem_deref(t->lru.tail->data);
			--t->n;
		}

		x = mem_zalloc(sizeof(*x), memory_destructor);
		if (!x)
			return;

		x->id = id;
		hash_append(t->ht, (uint32_t)id, &x->he, x);
		++t->n;
	}

	list_unlink(&x->lru);
	list_prepend(&t->lru, &x->lru, x);
	x->m = *m;
	x->at = now;
}
