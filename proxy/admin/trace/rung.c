/**
 * @file rung.c  A message of a call's ladder
 */
#include <string.h>
#include "common/clock.h"
#include "proxy/admin/trace/rung.h"


static void destructor(void *data)
{
	struct rung *r = data;

	list_unlink(&r->le);
}


/**
 * Keep a message
 *
 * @param s Message
 *
 * @return Rung in no list; NULL: no memory
 */
struct rung *rung_alloc(const struct sighting *s)
{
	const size_t kept = s->len < LADDER_TEXT_MAX ? s->len
						     : LADDER_TEXT_MAX;
	struct rung *r = mem_alloc(sizeof(*r) + kept, destructor);

	if (!r)
		return NULL;

	*r = (struct rung){
		.wall_us = s->wall_us,
		.at_us = clock_us(),
		.local = s->flow->local,
		.peer = s->flow->peer,
		.proto = s->flow->proto,
		.sent = s->sent,
		.len = s->len,
		.kept = kept,
	};
	memcpy(r->text, s->p, kept);

	return r;
}


/**
 * Make a rung of what was one
 *
 * @param head What it says of its text; its list is not looked at
 * @param text The text that was kept
 *
 * @return Rung in no list; NULL: no memory
 */
struct rung *rung_copy(const struct rung *head, const void *text)
{
	struct rung *r = mem_zalloc(sizeof(*r) + head->kept, destructor);

	if (!r)
		return NULL;

	*r = *head;
	r->le = (struct le)LE_INIT;
	memcpy(r->text, text, head->kept);

	return r;
}


/**
 * Is it the same message by the same way?
 *
 * @param a Rung
 * @param b Rung
 *
 * @return True if so
 */
bool rung_is_same(const struct rung *a, const struct rung *b)
{
	return a->len == b->len && a->sent == b->sent &&
	       !memcmp(a->text, b->text, a->kept) &&
	       sa_cmp(&a->peer, &b->peer, SA_ALL);
}
