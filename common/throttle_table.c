/**
 * @file throttle_table.c  What is remembered of strangers: fixed memory
 *
 * Entries lie in one block and are named by their numbers, so a full table
 * costs what an empty one does and nothing is allocated for anybody. Two
 * rings, the kept and the loose, each with the entry touched last in front.
 */
#include <errno.h>
#include <string.h>
#include "common/throttle.h"


enum { NONE = UINT32_MAX, LOOSE = 0, KEPT = 1, RINGS = 2, ALIGN = 8 };

struct slot {
	struct throttle_key key;
	uint32_t chain;      /* next of the same bucket */
	uint32_t prev, next; /* of the ring */
	uint32_t ring;
};

struct throttle_table {
	uint8_t *slotv;    /* max times stride */
	uint32_t *bucketv; /* mask + 1 */
	uint32_t headv[RINGS], tailv[RINGS], countv[RINGS];
	uint32_t max, mask, kept_max;
	uint32_t fresh; /* slots never used yet */
	uint32_t freed; /* dropped ones, by chain */
	size_t stride, size;
	struct hash_key secret;
};


static void destructor(void *arg)
{
	struct throttle_table *t = arg;

	mem_deref(t->slotv);
	mem_deref(t->bucketv);
}


static struct slot *slot(const struct throttle_table *t, uint32_t i)
{
	return (void *)(t->slotv + i * t->stride);
}


static void *entry_of(struct slot *s)
{
	return s + 1;
}


static struct slot *slot_of(void *entry)
{
	return (struct slot *)entry - 1;
}


static uint32_t number(const struct throttle_table *t, const struct slot *s)
{
	return (uint32_t)((size_t)((const uint8_t *)s - t->slotv) / t->stride);
}


static uint32_t *bucket(const struct throttle_table *t,
			const struct throttle_key *key)
{
	const uint64_t h = hash_sip(&t->secret, key->b, sizeof(key->b));

	return &t->bucketv[(h ^ h >> 32) & t->mask];
}


static void ring_take(struct throttle_table *t, struct slot *s)
{
	if (s->prev == NONE)
		t->headv[s->ring] = s->next;
	else
		slot(t, s->prev)->next = s->next;

	if (s->next == NONE)
		t->tailv[s->ring] = s->prev;
	else
		slot(t, s->next)->prev = s->prev;

	--t->countv[s->ring];
}


static void ring_put(struct throttle_table *t, struct slot *s, uint32_t ring)
{
	const uint32_t i = number(t, s);

	s->ring = ring;
	s->prev = NONE;
	s->next = t->headv[ring];
	if (s->next == NONE)
		t->tailv[ring] = i;
	else
		slot(t, s->next)->prev = i;

	t->headv[ring] = i;
	++t->countv[ring];
}


static void touch(struct throttle_table *t, struct slot *s)
{
	if (s->prev == NONE)
		return;

	ring_take(t, s);
	ring_put(t, s, s->ring);
}


static void unchain(struct throttle_table *t, const struct slot *s)
{
	const uint32_t i = number(t, s);
	uint32_t *at = bucket(t, &s->key);

	while (*at != i)
		at = &slot(t, *at)->chain;
	*at = s->chain;
}


/* one that nobody uses, or that of whoever was quiet the longest */
static struct slot *vacant(struct throttle_table *t)
{
	struct slot *s;

	if (t->freed != NONE) {
		s = slot(t, t->freed);
		t->freed = s->chain;
		return s;
	}
	if (t->fresh < t->max)
		return slot(t, t->fresh++);

	s = slot(t, t->tailv[t->countv[LOOSE] ? LOOSE : KEPT]);
	unchain(t, s);
	ring_take(t, s);

	return s;
}


/**
 * Allocate a table
 *
 * @param tp       Pointer to the allocated table
 * @param max      Entries
 * @param size     Octets of each
 * @param kept_max How many of them may be kept, less than max
 *
 * @return 0 if success, otherwise errorcode
 */
int throttle_table_alloc(struct throttle_table **tp, uint32_t max, size_t size,
			 uint32_t kept_max)
{
	struct throttle_table *t;
	uint32_t buckets = 1;

	if (!tp || !max || max > NONE / 4 || !size || kept_max >= max)
		return EINVAL;

	t = mem_zalloc(sizeof(*t), destructor);
	if (!t)
		return ENOMEM;

	while (buckets < max)
		buckets *= 2;

	t->max = max;
	t->mask = buckets - 1;
	t->kept_max = kept_max;
	t->size = size;
	t->stride = sizeof(struct slot) + (size + ALIGN - 1) / ALIGN * ALIGN;
	t->freed = NONE;
	hash_key_random(&t->secret);
	for (int i = 0; i < RINGS; i++)
		t->headv[i] = t->tailv[i] = NONE;

	/* not zeroed: pages that nobody needs cost nothing */
	t->slotv = mem_alloc(max * t->stride, NULL);
	t->bucketv = mem_alloc(buckets * sizeof(*t->bucketv), NULL);
	if (!t->slotv || !t->bucketv) {
		mem_deref(t);
		return ENOMEM;
	}
	memset(t->bucketv, 0xff, buckets * sizeof(*t->bucketv));

	*tp = t;

	return 0;
}


/**
 * Find an entry
 *
 * @param t   Table
 * @param key Key
 *
 * @return Entry, NULL if there is none
 */
void *throttle_table_find(struct throttle_table *t,
			  const struct throttle_key *key)
{
	uint32_t i;

	if (!t || !key)
		return NULL;

	for (i = *bucket(t, key); i != NONE; i = slot(t, i)->chain) {
		struct slot *s = slot(t, i);

		if (!memcmp(&s->key, key, sizeof(*key))) {
			touch(t, s);
			return entry_of(s);
		}
	}

	return NULL;
}


/**
 * Find an entry or make one, where need be in the place of another
 *
 * @param t   Table
 * @param key Key
 *
 * @return Entry, zeroed where it is new
 */
void *throttle_table_get(struct throttle_table *t,
			 const struct throttle_key *key)
{
	void *entry = throttle_table_find(t, key);
	struct slot *s;
	uint32_t *at;

	if (entry || !t || !key)
		return entry;

	s = vacant(t);
	at = bucket(t, key);
	s->key = *key;
	s->chain = *at;
	*at = number(t, s);
	ring_put(t, s, LOOSE);
	memset(entry_of(s), 0, t->size);

	return entry_of(s);
}


/**
 * Keep an entry where others are forgotten, or no longer
 *
 * The bound holds: beyond it the one kept that was quiet the longest is as
 * any other again.
 *
 * @param t     Table
 * @param entry Entry
 * @param keep  true to keep it
 */
void throttle_table_keep(struct throttle_table *t, void *entry, bool keep)
{
	struct slot *s;

	if (!t || !entry)
		return;

	s = slot_of(entry);
	if (s->ring == (keep ? KEPT : LOOSE))
		return;

	ring_take(t, s);
	ring_put(t, s, keep ? KEPT : LOOSE);
	if (t->countv[KEPT] <= t->kept_max)
		return;

	s = slot(t, t->tailv[KEPT]);
	ring_take(t, s);
	ring_put(t, s, LOOSE);
}


/**
 * Forget an entry
 *
 * @param t     Table
 * @param entry Entry
 */
void throttle_table_drop(struct throttle_table *t, void *entry)
{
	struct slot *s;

	if (!t || !entry)
		return;

	s = slot_of(entry);
	unchain(t, s);
	ring_take(t, s);
	s->chain = t->freed;
	t->freed = number(t, s);
}


/**
 * Count the entries
 *
 * @param t Table
 *
 * @return How many there are
 */
uint32_t throttle_table_count(const struct throttle_table *t)
{
	return t ? t->countv[LOOSE] + t->countv[KEPT] : 0;
}


/**
 * Walk over the entries
 *
 * @param t   Table
 * @param h   Handler
 * @param arg Handler argument
 *
 * @return The entry that it stopped at, or NULL
 */
void *throttle_table_apply(struct throttle_table *t, throttle_table_h *h,
			   void *arg)
{
	if (!t || !h)
		return NULL;

	for (int ring = 0; ring < RINGS; ring++) {
		uint32_t i = t->headv[ring];

		while (i != NONE) {
			struct slot *s = slot(t, i);
			const uint32_t next = s->next;

			if (h(&s->key, entry_of(s), arg))
				return entry_of(s);
			i = next;
		}
	}

	return NULL;
}
