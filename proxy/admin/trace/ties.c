/**
 * @file ties.c  Call-IDs of our own that are said for a call's sake
 *
 * All of them live equally long, so that they stand in a list in the order of
 * their ends; they go when somebody looks.
 */
#include <errno.h>
#include <string.h>
#include "common/hash.h"
#include "common/timer.h"
#include "proxy/admin/trace/ties.h"

enum { BUCKETS = 1024 };

struct ties {
	struct hash *ht;
	struct hash_key key;
	struct list l; /* the head ends first */
	uint32_t n;
	struct timers *timers; /* referenced */
};

struct tie {
	struct le he, le;
	uint64_t until;
	struct pl own, call;
	char text[]; /* both */
};


static void tie_destructor(void *arg)
{
	struct tie *tie = arg;

	hash_unlink(&tie->he);
	list_unlink(&tie->le);
}


static void destructor(void *arg)
{
	struct ties *t = arg;

	list_flush(&t->l);
	mem_deref(t->ht);
	mem_deref(t->timers);
}


/**
 * Allocate ties, none yet
 *
 * @param tp     Pointer to allocated ties
 * @param timers Clock
 *
 * @return 0 if success, otherwise errorcode
 */
int ties_alloc(struct ties **tp, struct timers *timers)
{
	struct ties *t;
	int err;

	if (!tp || !timers)
		return EINVAL;

	t = mem_zalloc(sizeof(*t), destructor);
	if (!t)
		return ENOMEM;

	t->timers = mem_ref(timers);
	hash_key_random(&t->key);
	err = hash_alloc(&t->ht, BUCKETS);
	if (err)
		mem_deref(t);
	else
		*tp = t;

	return err;
}


static void drop(struct ties *t, struct tie *tie)
{
	--t->n;
	mem_deref(tie);
}


static void drop_ended(struct ties *t)
{
	const uint64_t now = timers_now(t->timers);
	struct tie *tie;

	while ((tie = list_ledata(list_head(&t->l))) && tie->until <= now)
		drop(t, tie);
}


static bool own_handler(struct le *le, void *arg)
{
	const struct tie *tie = le->data;

	return !pl_cmp(&tie->own, arg);
}


static struct tie *find(const struct ties *t, const struct pl *own)
{
	return list_ledata(hash_lookup(t->ht, hash_pl(&t->key, own),
				       own_handler, (void *)own));
}


static bool is_fit(const struct pl *callid)
{
	return callid && callid->l && callid->l <= TIE_CALLID_MAX;
}


static struct tie *tie_alloc(const struct pl *own, const struct pl *call)
{
	struct tie *tie = mem_zalloc(sizeof(*tie) + own->l + call->l,
				     tie_destructor);

	if (!tie)
		return NULL;

	memcpy(tie->text, own->p, own->l);
	memcpy(tie->text + own->l, call->p, call->l);
	tie->own.p = tie->text;
	tie->own.l = own->l;
	tie->call.p = tie->text + own->l;
	tie->call.l = call->l;

	return tie;
}


/**
 * Tie a Call-ID to a call
 *
 * @param t    Ties, or NULL
 * @param own  Call-ID of ours
 * @param call Call-ID of the call
 */
void ties_put(struct ties *t, const struct pl *own, const struct pl *call)
{
	struct tie *tie;

	if (!t || !is_fit(own) || !is_fit(call))
		return;

	tie = find(t, own);
	if (tie)
		drop(t, tie);
	drop_ended(t);
	while (t->n >= TIES_MAX)
		drop(t, list_ledata(list_head(&t->l)));

	tie = tie_alloc(own, call);
	if (!tie)
		return;

	tie->until = timers_now(t->timers) + TIE_LIFE_MS;
	hash_append(t->ht, hash_pl(&t->key, &tie->own), &tie->he, tie);
	list_append(&t->l, &tie->le, tie);
	++t->n;
}


/**
 * Find the call that a Call-ID is tied to
 *
 * @param t      Ties, or NULL
 * @param callid Call-ID; replaced by the call's where it is tied
 */
void ties_follow(struct ties *t, struct pl *callid)
{
	const struct tie *tie;

	if (!t || !t->n || !callid || !callid->l)
		return;

	drop_ended(t);
	tie = find(t, callid);
	if (tie)
		*callid = tie->call;
}


/**
 * How many there are
 *
 * @param t Ties, or NULL
 *
 * @return Number of ties
 */
uint32_t ties_count(const struct ties *t)
{
	return t ? t->n : 0;
}
