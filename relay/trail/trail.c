/**
 * @file trail.c  The headers of a stream's packets, as many as there is room
 */
#include <errno.h>
#include <string.h>
#include "relay/trail/trail.h"
#include "relay/trail/trail_page.h"
#include "relay/trail/trail_pool.h"

/* pages, the first and the newest: of audio with a packet each 20 ms the last
 * three and a half minutes, of RTCP the last quarter of an hour; a flood of
 * strangers does not need more than to be seen */
static const uint32_t pages_max[TRAIL_KINDS] = {
	[TRAIL_RTP] = 256,
	[TRAIL_RTCP] = 16,
	[TRAIL_REFUSED] = 8,
};


static void destructor(void *arg)
{
	struct trail *t = arg;

	list_unlink(&t->le);
	trail_seal(t);
	for (int i = 0; i < 2 * TRAIL_KINDS; i++)
		trail_pool_give(
			t->pool,
			&t->trackv[i / TRAIL_KINDS][i % TRAIL_KINDS].pagel);
	trail_pool_release(t->pool);
}


/**
 * Allocate an empty trail
 *
 * @param tp     Pointer to the allocated trail
 * @param pool   Its worker's pages
 * @param stream Number of its stream
 *
 * @return 0 if success, otherwise errorcode
 */
int trail_alloc(struct trail **tp, struct trail_pool *pool, unsigned stream)
{
	struct trail *t;

	if (!tp || !pool)
		return EINVAL;

	t = mem_zalloc(sizeof(*t), destructor);
	if (!t)
		return ENOMEM;

	t->pool = trail_pool_hold(pool);
	t->stream = stream;
	*tp = t;

	return 0;
}


static bool is_target(const struct trail_page *page, const struct sa *dst)
{
	return dst ? sa_cmp(&page->dst, dst, SA_ALL)
		   : sa_af(&page->dst) == AF_UNSPEC;
}


static bool fits(const struct trail_page *page, const struct trail_step *s)
{
	return page->used + trail_record_size(s->kept) <= TRAIL_ROOM &&
	       s->at_us >= page->first_us &&
	       s->at_us - page->first_us <= UINT32_MAX &&
	       sa_cmp(&page->src, s->src, SA_ALL) && is_target(page, s->dst);
}


/* what is taken from the track is the oldest but what it began with */
static struct trail_page *page_for(struct trail_pool *pool,
				   struct trail_track *track, uint32_t max)
{
	struct trail_page *page;

	if (track->pages < max)
		return trail_pool_take(pool);

	page = track->pagel.head->next->data;
	trail_pool_evict(pool, page);

	return page;
}


static struct trail_page *turn_page(struct trail *t, struct trail_track *track,
				    const struct trail_step *s)
{
	struct trail_page *page = page_for(t->pool, track, pages_max[s->kind]);

	if (!page)
		return NULL;

	*page = (struct trail_page){
		.track = track,
		.first_us = s->at_us,
		.src = *s->src,
	};
	if (s->dst)
		page->dst = *s->dst;
	else
		sa_init(&page->dst, AF_UNSPEC);

	if (track->pagel.head)
		trail_pool_age(t->pool, page);
	list_append(&track->pagel, &page->le, page);
	++track->pages;

	return page;
}


/**
 * Note a packet
 *
 * @param t Trail
 * @param s The packet
 */
void trail_note(struct trail *t, const struct trail_step *s)
{
	struct trail_track *track = &t->trackv[s->side][s->kind];
	struct trail_page *page = list_ledata(track->pagel.tail);
	struct trail_record r = {
		.wire = (uint16_t)s->wire,
		.kept = (uint8_t)s->kept,
	};

	if (!page || !fits(page, s))
		page = turn_page(t, track, s);
	if (!page)
		return;

	r.after_us = (uint32_t)(s->at_us - page->first_us);
	if (s->comp == RELAY_RTCP)
		r.flags |= TRAIL_TO_RTCP;
	if (s->out == RELAY_RTCP)
		r.flags |= TRAIL_FROM_RTCP;

	memcpy(page->data + page->used, &r, sizeof(r));
	memcpy(page->data + page->used + sizeof(r), s->p, s->kept);
	page->used = (uint16_t)(page->used + trail_record_size(s->kept));
	++page->packets;
}


/**
 * Count packets of which nothing was noted
 *
 * @param t       Trail
 * @param packets How many
 */
void trail_missed(struct trail *t, uint64_t packets)
{
	trail_pool_missed(t->pool, packets);
}


/**
 * Keep a trail as it is; by its worker
 *
 * @param t Trail, or NULL
 */
void trail_seal(struct trail *t)
{
	if (!t || t->sealed)
		return;

	t->sealed = true;
	for (int i = 0; i < 2 * TRAIL_KINDS; i++) {
		const struct trail_track *track =
			&t->trackv[i / TRAIL_KINDS][i % TRAIL_KINDS];
		const struct le *le;

		for (le = track->pagel.head; le; le = le->next) {
			struct trail_page *page = le->data;

			list_unlink(&page->age_le);
		}
	}
}


/**
 * How much memory does a trail take?
 *
 * @param t Trail, sealed
 *
 * @return Octets of pages, 0: there is no packet in it
 */
size_t trail_bytes(const struct trail *t)
{
	size_t n = 0;

	for (int i = 0; i < 2 * TRAIL_KINDS; i++)
		n += t->trackv[i / TRAIL_KINDS][i % TRAIL_KINDS].pages;

	return n * TRAIL_PAGE_SIZE;
}
