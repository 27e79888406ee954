/**
 * @file metrics.c  Named counters, safe to bump from any thread
 *
 * The list only grows, in order of names, by release stores: readers walk it
 * without a lock while another thread registers.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <re.h>
#include "common/metrics.h"


struct counter {
	_Atomic(struct counter *) next; /* owned */
	atomic_uint_fast64_t value;
	char name[];
};

struct metrics {
	_Atomic(struct counter *) head; /* owned */
	pthread_mutex_t lock;           /* of registration */
};


static void destructor(void *arg)
{
	struct metrics *m = arg;
	struct counter *c = atomic_load(&m->head);

	while (c) {
		struct counter *next = atomic_load(&c->next);

		mem_deref(c);
		c = next;
	}

	(void)pthread_mutex_destroy(&m->lock);
}


/* with the lock held */
static struct counter *find_or_add(struct metrics *m, const char *name)
{
	_Atomic(struct counter *) *at = &m->head;
	struct counter *c, *fresh;

	while ((c = atomic_load(at)) && strcmp(c->name, name) < 0)
		at = &c->next;

	if (c && !strcmp(c->name, name))
		return c;

	fresh = mem_zalloc(sizeof(*fresh) + strlen(name) + 1, NULL);
	if (!fresh)
		return NULL;

	memcpy(fresh->name, name, strlen(name) + 1);
	atomic_init(&fresh->value, 0);
	atomic_init(&fresh->next, c);
	atomic_store_explicit(at, fresh, memory_order_release);

	return fresh;
}


/**
 * Allocate a registry
 *
 * @param mp Pointer to the new registry
 *
 * @return 0 if success, otherwise errorcode
 */
int metrics_alloc(struct metrics **mp)
{
	struct metrics *m;

	if (!mp)
		return EINVAL;

	m = mem_zalloc(sizeof(*m), destructor);
	if (!m)
		return ENOMEM;

	atomic_init(&m->head, NULL);
	(void)pthread_mutex_init(&m->lock, NULL);

	*mp = m;

	return 0;
}


/**
 * The counter of a name, made at the first request; it lives as long as the
 * registry and is owned by it
 *
 * @param m    Registry
 * @param name Name, with labels where there are some
 *
 * @return Counter; NULL when out of memory or without a registry
 */
struct counter *metrics_counter(struct metrics *m, const char *name)
{
	struct counter *c;

	if (!m || !name)
		return NULL;

	(void)pthread_mutex_lock(&m->lock);
	c = find_or_add(m, name);
	(void)pthread_mutex_unlock(&m->lock);

	return c;
}


/**
 * Call a handler for each counter, in order of names
 *
 * @param m   Registry
 * @param h   Handler; it may register counters
 * @param arg Its argument
 */
void metrics_apply(const struct metrics *m, metrics_h *h, void *arg)
{
	struct counter *c;

	if (!m || !h)
		return;

	for (c = atomic_load(&m->head); c; c = atomic_load(&c->next))
		h(c->name, counter_value(c), arg);
}


/**
 * Add one
 *
 * @param c Counter
 */
void counter_inc(struct counter *c)
{
	counter_add(c, 1);
}


/**
 * Add, or take away (for gauges)
 *
 * @param c Counter
 * @param n What to add
 */
void counter_add(struct counter *c, int64_t n)
{
	if (c)
		atomic_fetch_add_explicit(&c->value, (uint64_t)n,
					  memory_order_relaxed);
}


/**
 * Set a gauge
 *
 * @param c Counter
 * @param n New value
 */
void counter_set(struct counter *c, uint64_t n)
{
	if (c)
		atomic_store_explicit(&c->value, n, memory_order_relaxed);
}


/**
 * Read
 *
 * @param c Counter
 *
 * @return Value, 0 without counter
 */
uint64_t counter_value(const struct counter *c)
{
	return c ? atomic_load_explicit(&c->value, memory_order_relaxed) : 0;
}
