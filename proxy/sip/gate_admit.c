/**
 * @file gate_admit.c  Who is heard, and how often
 *
 * What a message of a banned source costs is one look into a table.
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/gate_state.h"


enum {
	LIMITED_MS = 60000,
	SHAKE_COST = 4, /* requests; what a handshake is worth in CPU */
};


/* once a minute for each source, and a few lines for all */
static void log_limited(struct gate *g, struct gate_source *s,
			const struct sa *sa, bool known)
{
	const uint64_t now = timers_now(g->timers);

	counter_inc(g->limited);
	if ((s->limited && now - s->limited < LIMITED_MS) ||
	    (!known && !gate_may_log(g, sa)))
		return;

	s->limited = now ? now : 1;
	log_warn(g->log, "gate.limited", KV_ADDR("source", sa),
		 KV_STR("what", known ? "a known source" : "a stranger"));
}


/* a phone whose neighbours misbehave pays for itself first */
static bool spend_own(struct gate *g, const struct sa *sa)
{
	const uint64_t now = timers_now(g->timers);
	struct throttle_key key;
	struct gate_flow *fl;

	throttle_key_flow(&key, &g->secret, sa);
	fl = throttle_table_find(g->flows, &key);

	return fl && fl->known_until > now &&
	       throttle_take(&fl->requests, &g->rate, now, THROTTLE_UNIT);
}


static bool spend(struct gate *g, struct gate_source *s, bool known,
		  uint32_t n)
{
	const uint64_t now = timers_now(g->timers);
	const uint32_t cost = n * THROTTLE_UNIT;

	if (known)
		return throttle_take(&s->requests, &g->rate_known, now, cost);

	if (!throttle_take(&s->requests, &g->rate, now, cost))
		return false;
	if (throttle_take(&g->all, &g->rate_all, now, cost))
		return true;

	throttle_give(&s->requests, &g->rate, cost);

	return false;
}


/* only strays are charged, and later: ours answer what we have sent */
static bool is_response(const uint8_t *p, size_t len)
{
	return len > 4 && !memcmp(p, "SIP/", 4);
}


/**
 * May a message wait to be looked at?
 *
 * @param g    Gate
 * @param flow Flow that it came over
 * @param p    Its octets
 * @param len  How many
 *
 * @return 0 if success, EACCES: its source is banned, EBUSY: it sends too
 *         much
 */
int gate_let_in(struct gate *g, const struct flow *flow, const uint8_t *p,
		size_t len)
{
	struct throttle_key key;
	struct gate_source *s;
	bool known, pass;

	if (!g || !flow || !p)
		return 0;

	if (flow->names)
		return 0;

	throttle_key_sa(&key, &flow->peer);
	if (bans_hit(g->bans, &key, timers_now(g->timers))) {
		counter_inc(g->dropped);
		return EACCES;
	}

	s = gate_source(g, &flow->peer, &key);
	if (gate_is_trusted(g, s, &flow->peer))
		return 0;

	known = gate_is_known(g, s);
	if (known && spend_own(g, &flow->peer))
		pass = true;
	else if (is_response(p, len))
		pass = !throttle_empty(s->requests,
				       known ? &g->rate_known : &g->rate,
				       timers_now(g->timers));
	else
		pass = spend(g, s, known, 1);

	if (pass)
		return 0;

	log_limited(g, s, &flow->peer, known);

	return EBUSY;
}


/**
 * A message that was let in is looked at now: it may be answered with as much
 *
 * @param g    Gate
 * @param flow Flow that it came over
 * @param len  Its octets
 */
void gate_credit(struct gate *g, const struct flow *flow, size_t len)
{
	struct throttle_key key;
	struct gate_source *s;

	if (!g || !flow || flow->names)
		return;

	/* what it was not answered with before is worth a small burst, no
	 * more */
	s = gate_source(g, &flow->peer, &key);
	if (s->credit > GATE_ALLOWANCE)
		s->credit = GATE_ALLOWANCE;

	s->credit += (int32_t)(len + len / 2);
}


/**
 * May a message be looked at, and answered?
 *
 * @param g    Gate
 * @param flow Flow that it came over
 * @param p    Its octets
 * @param len  How many
 *
 * @return 0 if success, EACCES: its source is banned, EBUSY: it sends too
 *         much
 */
int gate_admit(struct gate *g, const struct flow *flow, const uint8_t *p,
	       size_t len)
{
	const int err = gate_let_in(g, flow, p, len);

	if (!err)
		gate_credit(g, flow, len);

	return err;
}


/**
 * May it connect?
 *
 * @param g    Gate
 * @param peer Address of who wants to
 *
 * @return false if it is banned
 */
bool gate_may_connect(struct gate *g, const struct sa *peer)
{
	struct throttle_key key;

	if (!g || !peer)
		return true;

	throttle_key_sa(&key, peer);
	if (!bans_hit(g->bans, &key, timers_now(g->timers)))
		return true;

	counter_inc(g->dropped);

	return false;
}


/**
 * Is it where phones of ours are, or a configured peer?
 *
 * @param g  Gate; NULL: nobody is a stranger
 * @param sa Address
 *
 * @return true if so
 */
bool gate_knows(struct gate *g, const struct sa *sa)
{
	struct throttle_key key;
	struct gate_source *s;

	if (!g || !sa)
		return true;

	throttle_key_sa(&key, sa);
	s = throttle_table_find(g->sources, &key);
	if (s)
		return gate_is_known(g, s) || gate_is_trusted(g, s, sa);

	return g->trusth && g->trusth(sa, g->trust_arg);
}


/**
 * May it cost us a TLS handshake?
 *
 * @param g    Gate
 * @param peer Address of who wants one
 *
 * @return false if it has had too many
 */
bool gate_may_shake(struct gate *g, const struct sa *peer)
{
	struct throttle_key key;
	struct gate_source *s;
	bool known;

	if (!g || !peer)
		return true;

	throttle_key_sa(&key, peer);
	s = gate_source(g, peer, &key);
	if (gate_is_trusted(g, s, peer))
		return true;

	known = gate_is_known(g, s);
	if (spend(g, s, known, SHAKE_COST))
		return true;

	log_limited(g, s, peer, known);

	return false;
}


/**
 * A response was nobody's
 *
 * @param g    Gate
 * @param flow Flow that it came over
 */
void gate_stray(struct gate *g, const struct flow *flow)
{
	struct throttle_key key;
	struct gate_source *s;

	if (!g || !flow)
		return;

	s = gate_source(g, &flow->peer, &key);
	(void)throttle_drain(&s->requests,
			     gate_is_known(g, s) ? &g->rate_known : &g->rate,
			     timers_now(g->timers), THROTTLE_UNIT);
}
