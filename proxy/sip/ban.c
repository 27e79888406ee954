/**
 * @file ban.c  Sources that are not heard for a while
 */
#include <errno.h>
#include "proxy/sip/ban.h"


enum { DOUBLINGS_MAX = 16 };

struct bans {
	struct throttle_table *table; /* struct ban */
};

/** Walks over those that are in force */
struct walk {
	struct bans *b;
	uint64_t now_ms;
	uint32_t n;
	ban_h *h;
	void *arg;
};


static void destructor(void *arg)
{
	struct bans *b = arg;

	mem_deref(b->table);
}


static uint64_t term_ms(const struct ban_term *term, uint32_t strikes)
{
	const uint32_t n = strikes - 1;
	uint64_t s = (uint64_t)term->first_s
		     << (n < DOUBLINGS_MAX ? n : DOUBLINGS_MAX);

	if (s > term->max_s)
		s = term->max_s > term->first_s ? term->max_s : term->first_s;

	return s * 1000;
}


/**
 * Allocate the list of bans
 *
 * @param bp  Pointer to the allocated list
 * @param max How many it holds
 *
 * @return 0 if success, otherwise errorcode
 */
int bans_alloc(struct bans **bp, uint32_t max)
{
	struct bans *b;
	int err;

	if (!bp || !max)
		return EINVAL;

	b = mem_zalloc(sizeof(*b), destructor);
	if (!b)
		return ENOMEM;

	err = throttle_table_alloc(&b->table, max, sizeof(struct ban), 0);
	if (err)
		mem_deref(b);
	else
		*bp = b;

	return err;
}


/**
 * Is a source banned? It costs one look, however many there are.
 *
 * @param b      Bans
 * @param key    Key of the source
 * @param now_ms Monotonic time in ms
 *
 * @return true if so; what it sent is counted as dropped
 */
bool bans_hit(struct bans *b, const struct throttle_key *key, uint64_t now_ms)
{
	struct ban *ban = b ? throttle_table_find(b->table, key) : NULL;

	if (!ban || ban->until_ms <= now_ms)
		return false;

	++ban->dropped;

	return true;
}


/**
 * Ban a source
 *
 * @param b      Bans
 * @param key    Key of the source
 * @param why    Reason, static
 * @param term   For how long
 * @param now_ms Monotonic time in ms
 *
 * @return Ban, NULL if it is in force already
 */
const struct ban *bans_put(struct bans *b, const struct throttle_key *key,
			   const char *why, const struct ban_term *term,
			   uint64_t now_ms)
{
	struct ban *ban;

	if (!b || !key || !term || !term->first_s)
		return NULL;

	ban = throttle_table_get(b->table, key);
	if (ban->until_ms > now_ms || throttle_key_addr(&ban->source, key))
		return NULL;

	if (ban->until_ms + (uint64_t)term->max_s * 1000 < now_ms)
		ban->strikes = 0;

	++ban->strikes;
	ban->why = why;
	ban->dropped = 0;
	ban->until_ms = now_ms + term_ms(term, ban->strikes);

	return ban;
}


/**
 * Hear a source again, and forget its past
 *
 * @param b      Bans
 * @param source Any address of it
 * @param now_ms Monotonic time in ms
 *
 * @return 0 if success, ENOENT if it is not banned
 */
int bans_remove(struct bans *b, const struct sa *source, uint64_t now_ms)
{
	struct throttle_key key;
	struct ban *ban;

	if (!b || !source)
		return EINVAL;

	throttle_key_sa(&key, source);
	ban = throttle_table_find(b->table, &key);
	if (!ban)
		return ENOENT;

	const bool active = ban->until_ms > now_ms;

	throttle_table_drop(b->table, ban);

	return active ? 0 : ENOENT;
}


static bool walk_handler(const struct throttle_key *key, void *entry,
			 void *arg)
{
	const struct ban *ban = entry;
	struct walk *w = arg;
	(void)key;

	if (ban->until_ms <= w->now_ms)
		return false;

	++w->n;
	if (w->h)
		w->h(ban, w->arg);

	return false;
}


/**
 * Count the bans in force
 *
 * @param b      Bans
 * @param now_ms Monotonic time in ms
 *
 * @return How many there are
 */
uint32_t bans_count(struct bans *b, uint64_t now_ms)
{
	struct walk w = {.now_ms = now_ms};

	if (b)
		(void)throttle_table_apply(b->table, walk_handler, &w);

	return w.n;
}


/**
 * Show the bans in force
 *
 * @param b      Bans
 * @param now_ms Monotonic time in ms
 * @param h      Handler
 * @param arg    Handler argument
 */
void bans_apply(struct bans *b, uint64_t now_ms, ban_h *h, void *arg)
{
	struct walk w = {.now_ms = now_ms, .h = h, .arg = arg};

	if (b && h)
		(void)throttle_table_apply(b->table, walk_handler, &w);
}
