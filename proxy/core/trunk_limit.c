/**
 * @file trunk_limit.c  How many calls a trunk takes
 */
#include <errno.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/core/trunk.h"

enum { MINUTE_MS = 60000 };

/** One call, as long as it lives */
struct slot {
	struct trunk *t; /* referenced */
};


static void slot_destructor(void *arg)
{
	struct slot *s = arg;

	if (!s->t)
		return;

	if (s->t->calls)
		--s->t->calls;
	if (s->t->all)
		counter_set(s->t->active, s->t->calls);
	mem_deref(s->t);
}


/* a bucket that holds a minute's calls, and fills evenly */
static bool take_token(struct trunk *t, uint64_t now)
{
	const uint64_t rate = t->peer->calls_per_minute;
	const uint64_t full = rate * MINUTE_MS;
	const uint64_t passed = t->filled ? now - t->filled : MINUTE_MS;

	t->tokens += (passed < MINUTE_MS ? passed : MINUTE_MS) * rate;
	if (t->tokens > full)
		t->tokens = full;
	t->filled = now ? now : 1;

	if (t->tokens < MINUTE_MS)
		return false;

	t->tokens -= MINUTE_MS;

	return true;
}


static int refuse_call(struct trunk *t, int err, const char *why)
{
	counter_inc(t->refused);
	log_warn(trunks_conf(t->all)->log, "peer.limit",
		 KV_STR("peer", t->peer->name), KV_STR("why", why),
		 KV_UINT("calls", t->calls));

	return err;
}


/**
 * Begin one more call of a trunk
 *
 * @param slotp  The call's place: it is given back when the last reference
 *               goes
 * @param t      Trunk
 * @param always Whatever the limits say: an emergency
 *
 * @return 0 if success; EBUSY: too many at once, EAGAIN: too many a minute
 */
int trunk_admit(void **slotp, struct trunk *t, bool always)
{
	const struct config_peer *peer = t ? t->peer : NULL;
	struct slot *s;

	if (!slotp || !t || !t->all)
		return EINVAL;

	if (!always && peer->calls && t->calls >= peer->calls)
		return refuse_call(t, EBUSY, "calls");

	if (peer->calls_per_minute &&
	    !take_token(t, timers_now(trunks_conf(t->all)->timers)) && !always)
		return refuse_call(t, EAGAIN, "calls_per_minute");

	s = mem_zalloc(sizeof(*s), slot_destructor);
	if (!s)
		return ENOMEM;

	s->t = mem_ref(t);
	counter_set(t->active, ++t->calls);
	*slotp = s;

	return 0;
}
