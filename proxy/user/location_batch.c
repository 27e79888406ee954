/**
 * @file location_batch.c  Changes that are ready: nothing can fail any more
 *
 * A request that changes several bindings of a user changes all or none
 * (RFC 3261 section 10.3): what can fail (memory, bounds) is done before the
 * first one is touched. A refreshed binding stays the same object, so that
 * whoever refers to it need not follow.
 */
#include <string.h>
#include <re.h>
#include "proxy/user/location_batch.h"
#include "proxy/user/location_state.h"


struct change {
	struct binding *b; /* a copy; of what goes: the name alone counts */
	uint32_t expires_s;
};

struct location_batch {
	struct location *l;
	struct user *user; /* perhaps not in the table yet, or any more */
	uint32_t reserved;
	size_t changec;
	struct change changev[];
};


static void destructor(void *arg)
{
	struct location_batch *lb = arg;

	if (lb->l)
		lb->l->reserved -= lb->reserved;
	for (size_t i = 0; i < lb->changec; i++)
		mem_deref(lb->changev[i].b);
	mem_deref(lb->user);
	mem_deref(lb->l);
}


static int check_bounds(struct location_batch *lb)
{
	struct location *l = lb->l;
	const struct list *bindingl = &lb->user->bindingl;
	const size_t have = list_count(bindingl);
	size_t want = have;

	for (size_t i = 0; i < lb->changec; i++) {
		const struct change *chg = &lb->changev[i];
		const bool known = binding_find(bindingl, chg->b) != NULL;

		if (chg->expires_s && !known)
			++want;
		else if (!chg->expires_s && known)
			--want;
	}

	if (want <= have)
		return 0;
	if (want > l->contacts_max ||
	    l->count + l->reserved + (want - have) > l->max)
		return ENOSPC;

	lb->reserved = (uint32_t)(want - have);
	l->reserved += lb->reserved;

	return 0;
}


static int copy_changes(struct location_batch *lb,
			const struct location_change *chgv, size_t chgc)
{
	for (size_t i = 0; i < chgc; i++) {
		const struct location_change *chg = &chgv[i];
		int err;

		if (!chg->b.contact || (chg->expires_s && !chg->b.callid))
			return EINVAL;

		err = binding_copy(&lb->changev[i].b, &chg->b, lb->user->aor);
		if (err)
			return err;

		lb->changev[i].expires_s = chg->expires_s;
		++lb->changec;
	}

	return 0;
}


/**
 * Prepare changes of one address-of-record
 *
 * @param bp   Batch
 * @param l    Location
 * @param aor  Canonical address-of-record
 * @param chgv Changes, no two of one binding
 * @param chgc How many, LOCATION_CHANGES_MAX at most
 *
 * @return 0 if success, otherwise errorcode; ENOSPC: too many bindings
 */
int location_prepare(struct location_batch **bp, struct location *l,
		     const struct pl *aor, const struct location_change *chgv,
		     size_t chgc)
{
	struct location_batch *lb;
	int err = 0;

	if (!bp || !l || !aor || !aor->l || !chgv ||
	    chgc > LOCATION_CHANGES_MAX)
		return EINVAL;

	lb = mem_zalloc(sizeof(*lb) + chgc * sizeof(lb->changev[0]),
			destructor);
	if (!lb)
		return ENOMEM;

	lb->l = mem_ref(l);
	lb->user = mem_ref(location_user(l, aor));
	if (!lb->user)
		err = user_alloc(&lb->user, l, &l->count, aor);
	if (!err)
		err = copy_changes(lb, chgv, chgc);
	if (!err)
		err = check_bounds(lb);
	if (err)
		mem_deref(lb);
	else
		*bp = lb;

	return err;
}


/**
 * Whose bindings a batch changes
 *
 * @param lb Batch
 *
 * @return Address-of-record
 */
const char *location_batch_aor(const struct location_batch *lb)
{
	return lb ? lb->user->aor : "";
}


/**
 * Walk the changes
 *
 * @param lb  Batch
 * @param h   Handler
 * @param arg Its argument
 */
void location_batch_changes(const struct location_batch *lb,
			    location_batch_h *h, void *arg)
{
	if (!lb || !h)
		return;

	for (size_t i = 0; i < lb->changec; i++)
		h(lb->changev[i].b, lb->changev[i].expires_s, arg);
}


static bool is_changed(const struct location_batch *lb,
		       const struct binding *b)
{
	for (size_t i = 0; i < lb->changec; i++) {
		if (binding_find(&lb->user->bindingl, lb->changev[i].b) == b)
			return true;
	}

	return false;
}


/**
 * Walk all bindings that there will be, oldest first
 *
 * @param lb  Batch, not committed yet
 * @param h   Handler
 * @param arg Its argument
 */
void location_batch_result(const struct location_batch *lb,
			   location_batch_h *h, void *arg)
{
	uint64_t now;

	if (!lb || !h)
		return;

	now = timers_now(lb->l->timers);
	for (struct le *le = list_tail(&lb->user->bindingl); le;
	     le = le->prev) {
		const struct binding *b = le->data;

		if (b->expires_at > now && !is_changed(lb, b))
			h(b, (uint32_t)((b->expires_at - now + 999) / 1000),
			  arg);
	}

	for (size_t i = 0; i < lb->changec; i++) {
		if (lb->changev[i].expires_s)
			h(lb->changev[i].b, lb->changev[i].expires_s, arg);
	}
}


static void expire_handler(void *arg)
{
	location_remove(arg);
}


static void close_handler(struct flow *flow, int err, void *arg)
{
	(void)flow;
	(void)err;

	location_lose(arg);
}


static void binding_start(struct user *u, struct binding *b,
			  uint32_t expires_s)
{
	const uint64_t ms = (uint64_t)expires_s * 1000;

	user_take(u, b);
	b->expires_at = timers_now(u->loc->timers) + ms;
	timer_start(u->loc->timers, &b->tmr, ms, expire_handler, b);
	if (b->flow)
		flow_watch(b->flow, &b->watch, close_handler, b);
}


static void refresh(struct user *u, struct binding *b,
		    const struct change *chg)
{
	flow_unwatch(&b->watch);
	binding_absorb(b, chg->b);
	binding_start(u, b, chg->expires_s);
	audience_tell(&u->loc->audience, LOCATION_REFRESHED, b);
}


/* one that takes the place of one that goes: the phone has moved */
static void note_move(const struct location_batch *lb, struct binding *b)
{
	const struct binding *old;

	if (lb->changec != 2)
		return;

	for (size_t i = 0; i < lb->changec; i++) {
		if (lb->changev[i].expires_s)
			continue;

		old = binding_find(&lb->user->bindingl, lb->changev[i].b);
		if (old && !sa_cmp(&old->source, &b->source, SA_ALL))
			b->before = old->source;
	}
}


static void add(struct user *u, const struct change *chg)
{
	struct location *l = u->loc;
	struct binding *b = mem_ref(chg->b);
	struct pl aor;

	binding_start(u, b, chg->expires_s);
	if (!u->he.list) {
		pl_set_str(&aor, u->aor);
		hash_append(l->users, hash_pl(&l->key, &aor), &u->he,
			    mem_ref(u));
		audience_tell(&l->audience, LOCATION_FIRST, b);
	}
	audience_tell(&l->audience, LOCATION_ADDED, b);
}


/* meanwhile a connection may have died: its binding goes the usual way */
static void drop_dead(struct user *u)
{
	struct le *le = list_head(&u->bindingl);

	while (le) {
		struct binding *b = le->data;

		le = le->next;
		if (b->flow && b->flow->closed)
			location_lose(b);
	}
}


/* the table may have lost this user, and have another of its name */
static struct user *current_user(struct location_batch *lb)
{
	struct user *u;
	struct pl aor;

	pl_set_str(&aor, lb->user->aor);
	u = location_user(lb->l, &aor);
	if (u && u != lb->user) {
		mem_deref(lb->user);
		lb->user = mem_ref(u);
	}

	return lb->user;
}


/**
 * Make all changes
 *
 * @param lb Batch; done with afterwards
 */
void location_commit(struct location_batch *lb)
{
	struct user *u;

	if (!lb)
		return;

	u = current_user(lb);
	for (size_t i = 0; i < lb->changec; i++) {
		const struct change *chg = &lb->changev[i];
		struct binding *b = binding_find(&u->bindingl, chg->b);

		if (chg->expires_s && b)
			refresh(u, b, chg);
		if (!chg->expires_s || b)
			continue;

		note_move(lb, chg->b);
		add(u, chg);
	}

	/* removals last, so that a moved user is never without a binding */
	for (size_t i = 0; i < lb->changec; i++) {
		const struct change *chg = &lb->changev[i];
		struct binding *b = chg->expires_s ? NULL
						   : binding_find(&u->bindingl,
								  chg->b);

		if (b)
			location_remove(b);
	}
	drop_dead(u);

	lb->l->reserved -= lb->reserved;
	lb->reserved = 0;
}
