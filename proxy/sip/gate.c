/**
 * @file gate.c  Sources: who is trusted, who is known
 *
 * What a datagram of a banned source costs is one look into a table; that of
 * a stranger two. Memory is fixed. A million forged sources push out each
 * other, not those who are known and not the bans.
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/gate_state.h"


enum {
	SOURCES = 65536,
	SOURCES_KEPT = 49152,
	FLOWS = 65536,
	ACCOUNTS = 16384,
	PAIRS = 32768,
	BANS = 8192,
	BURST_S = 10,
	KNOWN_FACTOR = 10,
	FAILURES_MS = 300000,
	ACCOUNT_FACTOR = 2, /* of what a single source may fail */
	TRUST_MS = 10000,
	LINES = 50,
	LINES_MS = 10000,
};


static void destructor(void *arg)
{
	struct gate *g = arg;

	timer_cancel(&g->tmr);
	mem_deref(g->sources);
	mem_deref(g->flows);
	mem_deref(g->accounts);
	mem_deref(g->pairs);
	mem_deref(g->bans);
	mem_deref(g->timers);
	mem_deref(g->log);
}


static void count(struct gate *g, struct metrics *m)
{
	g->banned = metrics_counter(m, "gate_bans");
	g->bans_total = metrics_counter(m, "gate_bans_total");
	g->dropped = metrics_counter(m, "gate_banned_dropped_total");
	g->limited = metrics_counter(m, "gate_limited_total");
	g->slowed = metrics_counter(m, "gate_slowed_total");
	g->withheld = metrics_counter(m, "gate_answers_withheld_total");
	g->faults = metrics_counter(m, "gate_faults_total");
}


static void set_rates(struct gate *g)
{
	const struct gate_conf *c = &g->conf;

	g->rate.n = c->requests * BURST_S;
	g->rate_known.n = c->requests * BURST_S * KNOWN_FACTOR;
	g->rate.period_ms = g->rate_known.period_ms = BURST_S * 1000;
	g->rate_all.n = c->strangers;
	g->rate_all.period_ms = 1000;
	g->failures.n = c->failures;
	g->account_failures.n = c->failures * ACCOUNT_FACTOR;
	g->failures.period_ms = g->account_failures.period_ms = FAILURES_MS;
}


/**
 * Allocate the gate
 *
 * @param gp      Pointer to the allocated gate
 * @param timers  Clock
 * @param log     Log, or NULL
 * @param metrics Metrics, or NULL
 * @param conf    Limits, copied
 *
 * @return 0 if success, otherwise errorcode
 */
int gate_alloc(struct gate **gp, struct timers *timers, struct log *log,
	       struct metrics *metrics, const struct gate_conf *conf)
{
	struct gate *g;
	int err;

	if (!gp || !timers || !conf || conf->scannerc > GATE_SCANNER_MAX)
		return EINVAL;

	g = mem_zalloc(sizeof(*g), destructor);
	if (!g)
		return ENOMEM;

	g->conf = *conf;
	g->timers = mem_ref(timers);
	g->log = mem_ref(log);
	hash_key_random(&g->secret);
	set_rates(g);
	count(g, metrics);

	err = throttle_table_alloc(&g->sources, SOURCES,
				   sizeof(struct gate_source), SOURCES_KEPT);
	if (!err)
		err = throttle_table_alloc(&g->flows, FLOWS,
					   sizeof(struct gate_flow), 0);
	if (!err)
		err = throttle_table_alloc(&g->accounts, ACCOUNTS,
					   sizeof(struct gate_account), 0);
	if (!err)
		err = throttle_table_alloc(&g->pairs, PAIRS,
					   sizeof(struct gate_pair), 0);
	if (!err)
		err = bans_alloc(&g->bans, BANS);
	if (err)
		mem_deref(g);
	else
		*gp = g;

	return err;
}


/**
 * Set other limits; bans in force stay, and who is trusted is asked again
 *
 * @param g    Gate
 * @param conf Limits, copied
 */
void gate_reconfigure(struct gate *g, const struct gate_conf *conf)
{
	if (!g || !conf || conf->scannerc > GATE_SCANNER_MAX)
		return;

	g->conf = *conf;
	g->trust_since = timers_now(g->timers);
	set_rates(g);
}


/**
 * Set who knows the configured peers
 *
 * @param g   Gate
 * @param h   Handler, or NULL
 * @param arg Handler argument
 */
void gate_trust(struct gate *g, gate_trust_h *h, void *arg)
{
	if (!g)
		return;

	g->trusth = h;
	g->trust_arg = arg;
}


/**
 * What is remembered of a source; from now on, where it is new
 *
 * @param g   Gate
 * @param sa  Any address of it
 * @param key Its key
 *
 * @return Source
 */
struct gate_source *gate_source(struct gate *g, const struct sa *sa,
				struct throttle_key *key)
{
	struct gate_source *s;

	throttle_key_sa(key, sa);
	s = throttle_table_get(g->sources, key);
	if (!s->seen) {
		s->seen = true;
		s->credit = GATE_ALLOWANCE;
	}

	return s;
}


/**
 * Is it a configured peer?
 *
 * @param g  Gate
 * @param s  Source
 * @param sa Its address
 *
 * @return true if so
 */
bool gate_is_trusted(struct gate *g, struct gate_source *s,
		     const struct sa *sa)
{
	const uint64_t now = timers_now(g->timers);

	if (!g->trusth)
		return false;

	if (!s->asked || s->asked <= g->trust_since ||
	    now - s->asked > TRUST_MS) {
		s->trusted = g->trusth(sa, g->trust_arg);
		s->asked = now ? now : 1;
	}

	return s->trusted;
}


/**
 * Is it the source of a phone of ours, or of a dialog?
 *
 * @param g Gate
 * @param s Source
 *
 * @return true if so
 */
bool gate_is_known(struct gate *g, struct gate_source *s)
{
	if (s->known_until > timers_now(g->timers))
		return true;

	if (s->known_until) {
		s->known_until = 0;
		throttle_table_keep(g->sources, s, false);
	}

	return false;
}


/**
 * A phone is registered there
 *
 * @param g        Gate
 * @param src      Where
 * @param until_ms Until when, monotonic time in ms
 */
void gate_know(struct gate *g, const struct sa *src, uint64_t until_ms)
{
	struct throttle_key key;
	struct gate_source *s;
	struct gate_flow *fl;

	if (!g || !sa_isset(src, SA_ADDR) || until_ms <= timers_now(g->timers))
		return;

	throttle_key_flow(&key, &g->secret, src);
	fl = throttle_table_get(g->flows, &key);
	if (until_ms > fl->known_until)
		fl->known_until = until_ms;

	s = gate_source(g, src, &key);
	if (until_ms <= s->known_until)
		return;

	s->known_until = until_ms;
	throttle_table_keep(g->sources, s, true);
}


/**
 * Is a refusal worth a line in the log?
 *
 * @param g   Gate
 * @param src Whose
 *
 * @return false for strangers who have filled enough lines
 */
bool gate_may_log(struct gate *g, const struct sa *src)
{
	static const struct throttle_rate rate = {LINES, LINES_MS};
	struct throttle_key key;
	struct gate_source *s;

	if (!g || !src)
		return true;

	s = gate_source(g, src, &key);
	if (gate_is_known(g, s) || gate_is_trusted(g, s, src))
		return true;

	return throttle_take(&g->lines, &rate, timers_now(g->timers),
			     THROTTLE_UNIT);
}
