/**
 * @file resolver_change.c  Other servers of names, while questions are put
 *
 * What is being asked is answered by whom it was asked of: the way there
 * stays open for as long as a question may take.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/sip/resolve_state.h"

/** What is ready */
struct resolver_change {
	struct resolver *r; /* not owned */
	struct resolver_conf conf;
	struct resolve_lookups *lookups;
};

/** Who was asked before */
struct former {
	struct le le;
	struct timer tmr;
	struct resolve_lookups *lookups;
};


static void destructor(void *arg)
{
	struct resolver_change *c = arg;

	mem_deref(c->lookups);
}


static void former_destructor(void *arg)
{
	struct former *f = arg;

	timer_cancel(&f->tmr);
	list_unlink(&f->le);
	mem_deref(f->lookups);
}


static void over_handler(void *arg)
{
	mem_deref(arg);
}


static void set(struct resolver_conf *to, const struct resolver_conf *from)
{
	memcpy(to->serverv, from->serverv, sizeof(to->serverv));
	to->serverc = from->serverc;
	to->deadline_ms = from->deadline_ms;
	to->negative_s = from->negative_s;
	to->stale_s = from->stale_s;
	to->rest_ms = from->rest_ms;
}


/**
 * Make other servers and times ready
 *
 * @param cp   Pointer to what is ready
 * @param r    Resolver
 * @param conf Servers and times
 *
 * @return 0 if success, otherwise errorcode
 */
int resolver_change_alloc(struct resolver_change **cp, struct resolver *r,
			  const struct resolver_conf *conf)
{
	struct resolver_change *c;
	int err;

	if (!cp || !r || !conf || !conf->deadline_ms)
		return EINVAL;

	c = mem_zalloc(sizeof(*c), destructor);
	if (!c)
		return ENOMEM;

	c->r = r;
	c->conf = r->conf;
	set(&c->conf, conf);
	err = resolver_lookups(&c->lookups, r, &c->conf);
	if (err)
		mem_deref(c);
	else
		*cp = c;

	return err;
}


static bool has_other_servers(const struct resolver_change *c)
{
	const struct resolver_conf *was = &c->r->conf;

	if (c->conf.serverc != was->serverc)
		return true;

	for (size_t i = 0; i < was->serverc; i++) {
		if (!sa_cmp(&was->serverv[i], &c->conf.serverv[i], SA_ALL))
			return true;
	}

	return false;
}


/* without memory those who wait hear at their deadline that nobody says */
static void leave(struct resolver *r)
{
	struct former *f = mem_zalloc(sizeof(*f), former_destructor);

	if (!f) {
		mem_deref(r->lookups);
		return;
	}

	f->lookups = r->lookups;
	list_append(&r->formerl, &f->le, f);
	timer_start(r->timers, &f->tmr, r->conf.deadline_ms, over_handler, f);
}


/**
 * Bring them into force
 *
 * Other servers may know other things: what is known is forgotten.
 *
 * @param c What is ready, or NULL; it is gone afterwards
 */
void resolver_change_take(struct resolver_change *c)
{
	struct resolve_cache_conf cc;
	struct resolver *r;

	if (!c)
		return;

	r = c->r;
	leave(r);
	r->lookups = c->lookups;
	c->lookups = NULL;
	if (has_other_servers(c))
		resolve_cache_flush(r->cache);

	set(&r->conf, &c->conf);
	cc = (struct resolve_cache_conf){
		.ttl_max_s = r->conf.ttl_max_s,
		.negative_s = r->conf.negative_s,
		.stale_s = r->conf.stale_s,
	};
	resolve_cache_limit(r->cache, &cc);
	resolve_rest_limit(r->rest, r->conf.rest_ms);
	mem_deref(c);
}
