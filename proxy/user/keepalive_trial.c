/**
 * @file keepalive_trial.c  How long does this phone's NAT remember?
 *
 * Method. A longer interval can only be found by a longer silence, and a
 * silence that is too long cuts the phone off until it speaks itself. So a
 * silence is tried only where the phone is about to speak: phones register
 * again at a time that can be foretold (rhythm.c), and a trial ends some
 * seconds before it.
 *
 *   - OPENING: an OPTIONS which the phone answers; its answer renews the
 *     mapping in every NAT.
 *   - SILENT: nothing goes either way. Where something did after all (a call,
 *     a keepalive of the phone's own), the trial says nothing.
 *   - ASKING: an OPTIONS. Its answer from the same address, before anything
 *     else came from there, shows that the mapping is alive. If there is none
 *     when the phone registers, it was not. If the phone does not register
 *     either, it is gone, and that says nothing.
 *
 * Silences grow by half, so a mapping that dies has been dead for less than a
 * third of the silence, and lives again some seconds later with the REGISTER:
 * never as long as a fixed interval leaves a phone whose NAT has forgotten
 * it, which is until that same REGISTER, from any time before. After a failure
 * the step is halved. The interval that is used is two thirds of what was seen
 * to live, and each keepalive is an OPTIONS then. The first one that is not
 * answered takes it back to the configured one, and where the phone registers
 * after that, or from another port, the mapping is believed dead. What died is
 * tried again after a day.
 *
 * Limit: where a NAT begins to forget sooner than it did when it was measured,
 * a phone is out of reach until it registers. "keepalive_max = 0" is for
 * networks where that happens.
 */
#include <string.h>
#include <re.h>
#include "common/addr.h"
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/user/keepalive_state.h"


enum {
	LEAD_MS = 6000,    /* from the question to the REGISTER, as foretold */
	ANSWER_MS = 4000,  /* an answer that comes later is not counted */
	UNHEARD_MS = 1500, /* three OPTIONS (T1 500 ms) are not all lost */
	LATE_MS = 10000,   /* a phone that does not register is gone */
	MUTE_MAX = 3,
	DAY_MS = 24 * 3600 * 1000,
};


static uint64_t now_ms(const struct ping *p)
{
	return timers_now(p->k->timers);
}


static struct mapping_key own_key(const struct ping *p)
{
	const struct mapping_key key = {&p->b->source, p->b->user_agent,
					p->b->aor};

	return key;
}


static struct mapping_key kind_key(const struct ping *p)
{
	const struct mapping_key key = {&p->b->source, p->b->user_agent, ""};

	return key;
}


/* others of its kind behind the same address */
static uint32_t hint(const struct ping *p)
{
	const struct mapping_key key = kind_key(p);
	struct mapping m;

	mappings_get(&m, p->k->mappings, &key, now_ms(p));

	return m.lived;
}


static void publish(struct ping *p)
{
	const struct mapping_bounds b = ping_bounds(p);
	const struct mapping_key own = own_key(p), kind = kind_key(p);

	p->b->mapping_s = p->m.lived;
	mappings_put(p->k->mappings, &own, &p->m, now_ms(p));
	if (p->m.lived > hint(p))
		mappings_put(p->k->mappings, &kind, &p->m, now_ms(p));

	log_info(p->k->log, "keepalive.mapping", KV_STR("aor", p->b->aor),
		 KV_STR("contact", p->b->contact),
		 KV_SA("source", &p->b->source), KV_UINT("lived", p->m.lived),
		 KV_UINT("died", p->m.died),
		 KV_UINT("interval", mapping_interval(&p->m, &b)));
}


static void lived(struct ping *p, uint32_t s)
{
	counter_inc(p->k->lived);
	mapping_lived(&p->m, s);
	publish(p);
}


static void died(struct ping *p, uint32_t s)
{
	counter_inc(p->k->died);
	mapping_died(&p->m, s);
	p->learnt_at = now_ms(p);
	publish(p);
}


static void trial_end(struct ping *p)
{
	traffic_unwatch(&p->watch);
	p->trial = TRIAL_NONE;
}


/* the next silence, where it fits before the next REGISTER */
static void plan(struct ping *p)
{
	const struct mapping_bounds b = ping_bounds(p);
	const uint64_t now = now_ms(p);
	uint64_t need;

	p->open_at = 0;
	if (p->m.died && now - p->learnt_at > DAY_MS)
		p->m.died = 0;

	p->gap_s = mapping_trial(&p->m, &b, hint(p));
	need = (uint64_t)p->gap_s * 1000 + LEAD_MS;
	if (!p->gap_s || !p->k->traffic || p->mute >= MUTE_MAX ||
	    p->rhythm.next_ms <= need)
		return;

	p->open_at = now + p->rhythm.next_ms - need;
}


static uint32_t granted_ms(const struct ping *p)
{
	const uint64_t now = now_ms(p);

	if (p->b->expires_at <= now || p->b->expires_at - now > UINT32_MAX)
		return 0;

	return (uint32_t)(p->b->expires_at - now);
}


static void recall(struct ping *p)
{
	const struct mapping_key key = own_key(p);

	mappings_get(&p->m, p->k->mappings, &key, now_ms(p));
	if (!p->m.lived)
		p->m.lived = p->b->mapping_s; /* before a restart */
	p->learnt_at = now_ms(p);
	p->mute = 0;
}


/**
 * A binding is new: what is remembered of it counts
 *
 * @param p Ping
 */
void trial_begin(struct ping *p)
{
	recall(p);
	p->b->mapping_s = p->m.lived;
	p->peer = p->b->flow->peer;
	rhythm_beat(&p->rhythm, now_ms(p), granted_ms(p));
}


/**
 * The phone has registered again
 *
 * @param p Ping
 */
void trial_beat(struct ping *p)
{
	const struct sa *peer = &p->b->flow->peer;
	const bool moved = !sa_cmp(&p->peer, peer, SA_ALL);

	if (!addr_same_host(&p->peer, peer))
		recall(p); /* another NAT */
	else if (p->suspect_s)
		died(p, p->suspect_s);
	else if (p->trial == TRIAL_ASKING &&
		 now_ms(p) - p->asked_at >= UNHEARD_MS)
		died(p, p->gap_s);
	else if (moved && ping_is_slow(p))
		died(p, ping_interval(p));

	p->suspect_s = 0;
	p->peer = *peer;
	p->b->mapping_s = p->m.lived;
	if (p->trial != TRIAL_NONE || moved)
		ping_drop_options(p);
	trial_end(p);
	rhythm_beat(&p->rhythm, now_ms(p), granted_ms(p));
	plan(p);
}


static void open_trial(struct ping *p)
{
	p->open_at = 0;
	p->trial = TRIAL_OPENING;
	ping_drop_options(p);
	timer_start(p->k->timers, &p->tmr, ANSWER_MS, ping_timeout, p);
	counter_inc(p->k->trials);
	(void)ping_options(p);
}


static void ask(struct ping *p)
{
	p->trial = TRIAL_ASKING;
	p->asked_at = now_ms(p);
	traffic_watch(p->k->traffic, &p->watch, &p->peer);
	timer_start(p->k->timers, &p->tmr, LEAD_MS + LATE_MS, ping_timeout, p);
	(void)ping_options(p);
}


/**
 * A ping's time has come
 *
 * @param p Ping
 *
 * @return False where it is time for an ordinary keepalive
 */
bool trial_timeout(struct ping *p)
{
	switch (p->trial) {
	case TRIAL_NONE:
		if (!p->open_at || now_ms(p) < p->open_at)
			return false;
		open_trial(p);
		return true;

	case TRIAL_OPENING: /* it does not answer OPTIONS, or is away */
		++p->mute;
		break;

	case TRIAL_SILENT:
		if (!p->watch.in && !p->watch.out) {
			ask(p);
			return true;
		}
		break;

	case TRIAL_ASKING:
		break;
	}

	ping_drop_options(p);
	trial_end(p);

	return false;
}


/**
 * The phone has answered an OPTIONS
 *
 * @param p    Ping
 * @param resp Its final response
 */
void trial_answered(struct ping *p, const struct message *resp)
{
	const bool same = sa_cmp(&resp->src, &p->peer, SA_ALL);

	if (p->suspect_s && same)
		p->suspect_s = 0; /* it was the network */

	if (p->trial == TRIAL_OPENING && same) {
		p->mute = 0;
		p->trial = TRIAL_SILENT;
		traffic_watch(p->k->traffic, &p->watch, &p->peer);
		timer_start(p->k->timers, &p->tmr, (uint64_t)p->gap_s * 1000,
			    ping_timeout, p);
	}
	else if (p->trial == TRIAL_ASKING) {
		/* nothing but the answer: no REGISTER came before it */
		if (same && p->watch.in == 1 &&
		    now_ms(p) - p->asked_at <= ANSWER_MS)
			lived(p, p->gap_s);
		trial_end(p);
		ping_schedule(p);
	}
}


/**
 * The phone has not answered an OPTIONS
 *
 * @param p Ping
 */
void trial_lost(struct ping *p)
{
	if (p->trial != TRIAL_NONE || !ping_is_slow(p))
		return;

	/* or the phone is away: it will show */
	p->suspect_s = ping_interval(p);
	p->open_at = 0;
	ping_schedule(p);
}
