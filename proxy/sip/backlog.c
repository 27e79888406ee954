/**
 * @file backlog.c  Datagrams that wait for their turn
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/sip/backlog.h"

struct backlog {
	struct list v[URGENCY_MAX]; /* struct backlog_entry */
	uint64_t numbers;
	uint32_t n;
	size_t octets;
};


static void entry_destructor(void *arg)
{
	struct backlog_entry *e = arg;

	list_unlink(&e->le);
	mem_deref(e->flow);
}


static void destructor(void *arg)
{
	struct backlog *b = arg;

	for (size_t i = 0; i < URGENCY_MAX; i++)
		list_flush(&b->v[i]);
}


/**
 * Allocate a backlog
 *
 * @param bp Pointer to the allocated backlog
 *
 * @return 0 if success, otherwise errorcode
 */
int backlog_alloc(struct backlog **bp)
{
	struct backlog *b;

	if (!bp)
		return EINVAL;

	b = mem_zalloc(sizeof(*b), destructor);
	if (!b)
		return ENOMEM;

	*bp = b;

	return 0;
}


/**
 * Let a message wait
 *
 * @param b          Backlog
 * @param flow       Flow that it came over, referenced
 * @param p          Its octets, copied
 * @param len        How many
 * @param urgency    How urgent it is
 * @param call       The call that it begins, or NULL
 * @param arrived_us When it came, monotonic
 *
 * @return 0 if success, ENOSPC: too much waits, otherwise errorcode
 */
int backlog_put(struct backlog *b, struct flow *flow, const uint8_t *p,
		size_t len, enum urgency urgency,
		const struct throttle_key *call, uint64_t arrived_us)
{
	struct backlog_entry *e;

	if (!b || !flow || !p || urgency >= URGENCY_MAX)
		return EINVAL;
	if (backlog_full(b))
		return ENOSPC;

	e = mem_alloc(sizeof(*e) + len, entry_destructor);
	if (!e)
		return ENOMEM;

	memset(e, 0, sizeof(*e));
	e->flow = mem_ref(flow);
	e->urgency = urgency;
	e->arrived_us = arrived_us;
	e->number = b->numbers++;
	e->len = len;
	if (call)
		e->call = *call;
	memcpy(e->p, p, len);
	list_append(&b->v[urgency], &e->le, e);
	++b->n;
	b->octets += len;

	return 0;
}


/**
 * Take the one of an urgency that has waited longest
 *
 * @param b       Backlog
 * @param urgency Urgency
 *
 * @return Message, given up by mem_deref(); NULL if there is none
 */
struct backlog_entry *backlog_give_up(struct backlog *b, enum urgency urgency)
{
	struct backlog_entry *e = list_ledata(list_head(&b->v[urgency]));

	if (!e)
		return NULL;

	list_unlink(&e->le);
	--b->n;
	b->octets -= e->len;

	return e;
}


/**
 * Look at the one of an urgency that has waited longest
 *
 * @param b       Backlog
 * @param urgency Urgency
 *
 * @return Message, NULL if there is none
 */
const struct backlog_entry *backlog_oldest(const struct backlog *b,
					   enum urgency urgency)
{
	return list_ledata(list_head(&b->v[urgency]));
}


/**
 * Look at the one that came first
 *
 * @param b Backlog
 *
 * @return Message, NULL if there is none
 */
const struct backlog_entry *backlog_first(const struct backlog *b)
{
	const struct backlog_entry *first = NULL;

	for (size_t i = 0; i < URGENCY_MAX; i++) {
		const struct backlog_entry *e = backlog_oldest(
			b, (enum urgency)i);

		if (e && (!first || e->number < first->number))
			first = e;
	}

	return first;
}


/**
 * Take one
 *
 * @param b      Backlog
 * @param urgent The most urgent one, not the one that came first
 *
 * @return Message, given up by mem_deref(); NULL if there is none
 */
struct backlog_entry *backlog_take(struct backlog *b, bool urgent)
{
	const struct backlog_entry *first = urgent ? NULL : backlog_first(b);
	struct backlog_entry *e = NULL;

	if (first)
		return backlog_give_up(b, first->urgency);

	for (size_t i = 0; urgent && !e && i < URGENCY_MAX; i++)
		e = backlog_give_up(b, (enum urgency)i);

	return e;
}


/**
 * Does the INVITE of a call wait?
 *
 * @param b    Backlog
 * @param call The call
 *
 * @return true if so
 */
bool backlog_has_call(const struct backlog *b, const struct throttle_key *call)
{
	struct le *le;

	LIST_FOREACH(&b->v[URGENCY_CALL], le)
	{
		const struct backlog_entry *e = le->data;

		if (!memcmp(&e->call, call, sizeof(*call)))
			return true;
	}

	return false;
}


/**
 * How many wait?
 *
 * @param b Backlog, or NULL
 *
 * @return Number
 */
uint32_t backlog_count(const struct backlog *b)
{
	return b ? b->n : 0;
}


/**
 * Is there no room for another one?
 *
 * @param b Backlog
 *
 * @return true if so
 */
bool backlog_full(const struct backlog *b)
{
	return b->n >= BACKLOG_MAX || b->octets >= BACKLOG_OCTETS;
}
