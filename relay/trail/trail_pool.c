/**
 * @file trail_pool.c  The pages of one worker's trails, in bounded memory
 */
#include <errno.h>
#include <sys/mman.h>
#include "common/metrics.h"
#include "relay/trail/trail.h"
#include "relay/trail/trail_page.h"
#include "relay/trail/trail_pool.h"

struct trail_pool {
	_Atomic uint32_t refs;
	_Atomic(struct trail_page *) given;   /* back, each by its le.data */
	size_t size;                          /* octets of memory */
	uint8_t *memory;                      /* costs as much as was used */
	struct counter *overwritten, *missed; /* not owned */

	/* the worker's */
	size_t made; /* octets that are pages */
	struct list freel;
	struct list agel;
};


/**
 * Allocate pages
 *
 * @param pp      Pool, held by the caller
 * @param bytes   Of all pages together
 * @param metrics Metrics (optional)
 *
 * @return 0 if success, otherwise errorcode
 */
int trail_pool_alloc(struct trail_pool **pp, size_t bytes,
		     struct metrics *metrics)
{
	struct trail_pool *pool;
	void *memory;

	if (!pp || bytes < TRAIL_PAGE_SIZE)
		return EINVAL;

	pool = mem_zalloc(sizeof(*pool), NULL);
	if (!pool)
		return ENOMEM;

	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED) {
		mem_deref(pool);
		return ENOMEM;
	}

	atomic_init(&pool->refs, 1);
	pool->memory = memory;
	pool->size = bytes;
	pool->overwritten = metrics_counter(metrics,
					    "relay_headers_overwritten_total");
	pool->missed = metrics_counter(metrics, "relay_headers_missed_total");
	*pp = pool;

	return 0;
}


/**
 * Hold a pool
 *
 * @param pool Pool, or NULL
 *
 * @return The pool
 */
struct trail_pool *trail_pool_hold(struct trail_pool *pool)
{
	if (pool)
		(void)atomic_fetch_add(&pool->refs, 1);

	return pool;
}


/**
 * Let go of a pool, in whichever thread
 *
 * @param pool Pool, or NULL
 */
void trail_pool_release(struct trail_pool *pool)
{
	if (!pool || atomic_fetch_sub(&pool->refs, 1) != 1)
		return;

	(void)munmap(pool->memory, pool->size);
	mem_deref(pool);
}


/* what was given back since */
static void collect(struct trail_pool *pool)
{
	struct trail_page *page, *next;

	page = atomic_exchange_explicit(&pool->given, NULL,
					memory_order_acquire);
	for (; page; page = next) {
		next = page->le.data;
		list_append(&pool->freel, &page->le, page);
	}
}


static struct trail_page *take_free(struct trail_pool *pool)
{
	struct trail_page *page = list_ledata(pool->freel.head);

	if (page)
		list_unlink(&page->le);

	return page;
}


/* memory that nobody has touched yet */
static struct trail_page *take_new(struct trail_pool *pool)
{
	void *page = pool->memory + pool->made;

	if (pool->size - pool->made < TRAIL_PAGE_SIZE)
		return NULL;

	pool->made += TRAIL_PAGE_SIZE;

	return page;
}


/**
 * Take a page
 *
 * @param pool Pool
 *
 * @return Page of no track, NULL if there is none
 */
struct trail_page *trail_pool_take(struct trail_pool *pool)
{
	struct trail_page *page = take_free(pool);

	if (!page) {
		collect(pool);
		page = take_free(pool);
	}
	if (!page)
		page = take_new(pool);
	if (!page) {
		page = list_ledata(pool->agel.head);
		if (page)
			trail_pool_evict(pool, page);
	}
	if (!page)
		counter_inc(pool->missed);

	return page;
}


/**
 * Count packets that found no page
 *
 * @param pool    Pool
 * @param packets How many
 */
void trail_pool_missed(struct trail_pool *pool, uint64_t packets)
{
	if (packets)
		counter_add(pool->missed, (int64_t)packets);
}


/**
 * Take a page from its track
 *
 * @param pool Pool
 * @param page Page, the caller's then
 */
void trail_pool_evict(struct trail_pool *pool, struct trail_page *page)
{
	counter_add(pool->overwritten, page->packets);
	--page->track->pages;
	list_unlink(&page->age_le);
	list_unlink(&page->le);
}


/**
 * Say that a page may go for others when its turn comes
 *
 * @param pool Pool
 * @param page Page of a track, new
 */
void trail_pool_age(struct trail_pool *pool, struct trail_page *page)
{
	list_append(&pool->agel, &page->age_le, page);
}


/**
 * Give pages back
 *
 * @param pool  Pool, held
 * @param pagel Pages of no call that is up, emptied
 */
void trail_pool_give(struct trail_pool *pool, struct list *pagel)
{
	struct trail_page *const last = list_ledata(pagel->head);
	struct trail_page *first = NULL, *before;
	struct le *le;

	if (!last)
		return;

	while ((le = list_head(pagel))) {
		struct trail_page *page = le->data;

		list_unlink(le);
		le->data = first;
		first = page;
	}

	before = atomic_load_explicit(&pool->given, memory_order_relaxed);
	do {
		last->le.data = before;
	} while (!atomic_compare_exchange_weak_explicit(
		&pool->given, &before, first, memory_order_release,
		memory_order_relaxed));
}
