/**
 * @file trail_pool.h  The pages of one worker's trails, in bounded memory
 *
 * The worker takes pages; whoever has the last of a trail gives its pages
 * back, in any thread, without a lock. When none is free the oldest page of a
 * call that is up goes, but for those that a call began with.
 */
#ifndef RELAY_TRAIL_TRAIL_POOL_H
#define RELAY_TRAIL_TRAIL_POOL_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

struct counter;
struct metrics;
struct trail_page;
struct trail_pool;

/* held by its maker. ENOMEM */
int trail_pool_alloc(struct trail_pool **pp, size_t bytes,
		     struct metrics *metrics);
struct trail_pool *trail_pool_hold(struct trail_pool *pool);
void trail_pool_release(struct trail_pool *pool);

/* the worker's: a page of no track; NULL: there is none, which is counted */
struct trail_page *trail_pool_take(struct trail_pool *pool);

/* the worker's: a page leaves its track, for its packets were overwritten */
void trail_pool_evict(struct trail_pool *pool, struct trail_page *page);

/* any thread: packets found no page */
void trail_pool_missed(struct trail_pool *pool, uint64_t packets);

/* the worker's: it may be taken from its track from now on */
void trail_pool_age(struct trail_pool *pool, struct trail_page *page);

/* any thread: pages that no worker knows any more, emptied */
void trail_pool_give(struct trail_pool *pool, struct list *pagel);

#endif
