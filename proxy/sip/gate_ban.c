/**
 * @file gate_ban.c  Who is not heard for a while, and who is again
 */
#include <errno.h>
#include "proxy/sip/gate_state.h"


enum { COUNT_MS = 10000 };


static void count_handler(void *arg)
{
	struct gate *g = arg;
	const uint32_t n = bans_count(g->bans, timers_now(g->timers));

	counter_set(g->banned, n);
	if (n)
		timer_start(g->timers, &g->tmr, COUNT_MS, count_handler, g);
}


/**
 * Do not hear a source for a while: one line in the log, however much it sends
 *
 * @param g   Gate
 * @param src Any address of it
 * @param why Reason, static
 *
 * @return true if it is banned from now on
 */
bool gate_ban(struct gate *g, const struct sa *src, const char *why)
{
	const struct ban_term term = {g->conf.ban_s, g->conf.ban_max_s};
	const uint64_t now = timers_now(g->timers);
	struct throttle_key key;
	const struct ban *ban;

	throttle_key_sa(&key, src);
	ban = bans_put(g->bans, &key, why, &term, now);
	if (!ban)
		return false;

	counter_inc(g->bans_total);
	if (!timer_isrunning(&g->tmr))
		timer_start(g->timers, &g->tmr, COUNT_MS, count_handler, g);
	counter_add(g->banned, 1);
	log_warn(g->log, "gate.banned", KV_ADDR("source", src),
		 KV_STR("why", why), KV_UINT("seconds", gate_ban_left(g, ban)),
		 KV_UINT("time", ban->strikes));

	return true;
}


/**
 * Show the bans in force
 *
 * @param g   Gate
 * @param h   Handler
 * @param arg Handler argument
 */
void gate_bans(struct gate *g, ban_h *h, void *arg)
{
	if (g)
		bans_apply(g->bans, timers_now(g->timers), h, arg);
}


/**
 * How long does a ban still last?
 *
 * @param g   Gate
 * @param ban Ban, as gate_bans() shows it
 *
 * @return Seconds, rounded up
 */
uint32_t gate_ban_left(const struct gate *g, const struct ban *ban)
{
	uint64_t now;

	if (!g || !ban)
		return 0;

	now = timers_now(g->timers);

	return ban->until_ms > now
		       ? (uint32_t)((ban->until_ms - now + 999) / 1000)
		       : 0;
}


/**
 * Hear a source again
 *
 * @param g      Gate
 * @param source Any address of it
 *
 * @return 0 if success, ENOENT if it is not banned
 */
int gate_unban(struct gate *g, const struct sa *source)
{
	struct throttle_key key;
	int err;

	if (!g || !source)
		return EINVAL;

	err = bans_remove(g->bans, source, timers_now(g->timers));
	if (err)
		return err;

	gate_source(g, source, &key)->failures = 0;
	count_handler(g);
	log_info(g->log, "gate.unbanned", KV_ADDR("source", source));

	return 0;
}


/**
 * Hear a source from now on: it is a peer's, as we have learnt
 *
 * @param g  Gate
 * @param sa Any address of it
 */
void gate_expect(struct gate *g, const struct sa *sa)
{
	const uint64_t now = g ? timers_now(g->timers) : 0;
	struct throttle_key key;
	struct gate_source *s;

	if (!g || !sa)
		return;

	s = gate_source(g, sa, &key);
	s->trusted = true;
	s->asked = now ? now : 1;
	(void)gate_unban(g, sa);
}
