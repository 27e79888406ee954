/**
 * @file trunk_change.c  Other peers for the trunks, while calls go on
 *
 * A peer that stays keeps its trunk, with the calls that it has; it is probed
 * and registered anew only where that would go somewhere else. One that is
 * gone is left, and is told so where we were registered.
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/core/trunk_probe.h"
#include "proxy/core/trunk_register.h"
#include "proxy/core/trunk_state.h"

struct trunk_change {
	struct trunks *ts; /* not owned */
	struct trunk **v;  /* referenced; in the order of the peers */
	size_t n;
};


static void destructor(void *arg)
{
	struct trunk_change *c = arg;

	while (c->n)
		mem_deref(c->v[--c->n]);
	mem_deref(c->v);
}


/**
 * Prepare the trunks for another configuration
 *
 * @param cp   Pointer to the change; mem_deref() gives it up
 * @param ts   Trunks
 * @param next Configuration
 *
 * @return 0 if success, otherwise errorcode
 */
int trunk_change_alloc(struct trunk_change **cp, struct trunks *ts,
		       const struct config *next)
{
	struct trunk_change *c;
	int err = 0;

	if (!cp || !ts || !next)
		return EINVAL;

	c = mem_zalloc(sizeof(*c), destructor);
	if (!c)
		return ENOMEM;

	c->ts = ts;
	c->v = mem_zalloc((next->peerc + 1) * sizeof(void *), NULL);
	if (!c->v)
		err = ENOMEM;
	for (size_t i = 0; !err && i < next->peerc; i++) {
		struct trunk *t = trunks_of(ts, &next->peerv[i]);

		if (t)
			c->v[i] = mem_ref(t);
		else
			err = trunk_alloc(&c->v[i], ts, &next->peerv[i]);
		if (!err)
			++c->n;
	}

	if (err)
		mem_deref(c);
	else
		*cp = c;

	return err;
}


static bool same_place(const struct config_peer *a,
		       const struct config_peer *b)
{
	if (strcmp(a->uri, b->uri) != 0 || a->addrc != b->addrc)
		return false;

	for (size_t i = 0; i < a->addrc; i++) {
		if (!sa_cmp(&a->addrv[i], &b->addrv[i], SA_ALL))
			return false;
	}

	return true;
}


static bool same_login(const struct config_peer *a,
		       const struct config_peer *b)
{
	return !strcmp(a->user, b->user) &&
	       !strcmp(a->password, b->password) &&
	       !strcmp(a->realm, b->realm);
}


/* what was found out of the old place is not true of the new one */
static void forget(struct trunk *t)
{
	memset(&t->login, 0, sizeof(t->login));
	t->down = false;
	t->rest_until = 0;
	t->hostn = 0;
	memset(t->hostv, 0, sizeof(t->hostv));
}


static void restart(struct trunk *t, const struct config_peer *old)
{
	const struct config_peer *peer = t->peer;
	const bool stays = same_place(old, peer) && same_login(old, peer);
	int err = 0;

	if (!stays)
		forget(t);

	if (!stays || old->probe != peer->probe) {
		t->probe = mem_deref(t->probe);
		t->down = false;
	}
	if (!stays || old->expires != peer->expires)
		t->reg = mem_deref(t->reg);
	else if (!peer->do_register) {
		trunk_registration_leave(t->reg, &t->all->leavel);
		t->reg = NULL;
	}

	counter_set(t->up, !t->down);
	if (!t->probe && peer->probe)
		err = trunk_probe_alloc(&t->probe, t);
	if (!t->reg && peer->do_register)
		err |= trunk_registration_alloc(&t->reg, t);
	if (err)
		log_error(t->all->conf.log, "peer.change",
			  KV_STR("peer", peer->name),
			  KV_STR("why", "out of memory"));
}


static void adopt(struct trunk *t, const struct config_peer *peer)
{
	const struct config_peer *old = t->peer;

	t->peer = config_peer_hold(peer);
	restart(t, old);
	config_peer_release(old);
}


static bool has(const struct trunk_change *c, const struct trunk *t)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i] == t)
			return true;
	}

	return false;
}


static void leave(struct trunk *t)
{
	struct trunk_registration *reg = t->reg;

	t->reg = NULL;
	trunk_registration_leave(reg, &t->all->leavel);
	trunk_part(t);
	mem_deref(t);
}


/**
 * The other configuration is in force now
 *
 * @param c Change, used up; the configuration that the trunks work with has
 *          the peers that it was made for
 */
void trunk_change_take(struct trunk_change *c)
{
	struct trunks *ts = c->ts;
	struct trunk **old = ts->trunkv;
	const size_t n = ts->trunkc;

	for (size_t i = 0; i < n; i++) {
		if (!has(c, old[i]))
			leave(old[i]);
		else
			mem_deref(old[i]);
	}

	ts->trunkv = c->v;
	ts->trunkc = c->n;
	c->v = old;
	c->n = 0;
	for (size_t i = 0; i < ts->trunkc; i++)
		adopt(ts->trunkv[i], &ts->conf.cfg->peerv[i]);
	mem_deref(c);
}
