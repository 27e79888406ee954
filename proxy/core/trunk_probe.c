/**
 * @file trunk_probe.c  Does that trunk answer? OPTIONS, now and then
 *
 * Whatever it answers, it lives; but a 503 or 408 means that it cannot take a
 * call now. Two misses and it is down, one answer and it is up.
 */
#include <errno.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/core/trunk_ask.h"
#include "proxy/core/trunk_probe.h"
#include "proxy/sip/agent.h"

enum { FIRST_MIN_MS = 50, FIRST_SPREAD_MS = 200, JITTER_PERCENT = 10 };

struct trunk_probe {
	struct trunk *t; /* not owned */
	struct trunk_ask *ask;
	struct timer tmr;
	char callid[AGENT_TAG_SIZE];
	uint32_t cseq;
	uint32_t misses;
};


static void destructor(void *arg)
{
	struct trunk_probe *p = arg;

	timer_cancel(&p->tmr);
	mem_deref(p->ask);
}


static void missed(struct trunk_probe *p, int err, uint16_t scode)
{
	struct trunk *t = p->t;

	if (t->down || ++p->misses < TRUNK_PROBE_MISSES)
		return;

	t->down = true;
	counter_set(t->up, 0);
	log_warn(trunks_conf(t->all)->log, "peer.down",
		 KV_STR("peer", t->peer->name), KV_ERRNO("err", err),
		 KV_UINT("status", scode));
}


static void answered(struct trunk_probe *p)
{
	struct trunk *t = p->t;

	p->misses = 0;
	t->rest_until = 0;
	if (!t->down)
		return;

	t->down = false;
	counter_set(t->up, 1);
	log_info(trunks_conf(t->all)->log, "peer.up",
		 KV_STR("peer", t->peer->name));
}


static void probe_handler(void *arg);


static void again(struct trunk_probe *p)
{
	const uint32_t ms = p->t->peer->probe * 1000;
	const uint32_t spread = ms * JITTER_PERCENT / 100;

	timer_start(trunks_conf(p->t->all)->timers, &p->tmr,
		    ms - rand_u32() % (spread + 1), probe_handler, p);
}


static void answer_handler(int err, const struct message *resp,
			   struct flow *flow, void *arg)
{
	struct trunk_probe *p = arg;
	const uint16_t scode = resp ? resp->scode : 0;
	(void)flow;

	p->ask = mem_deref(p->ask);
	if (err || scode == 503 || scode == 408)
		missed(p, err, scode);
	else
		answered(p);

	again(p);
}


static void probe_handler(void *arg)
{
	struct trunk_probe *p = arg;
	const struct config_peer *peer = p->t->peer;
	char tag[AGENT_TAG_SIZE];
	const struct trunk_question q = {
		.met = "OPTIONS",
		.callid = p->callid,
		.tag = tag,
		.cseq = &p->cseq,
		.extra = "Accept: application/sdp\r\n",
	};

	agent_tag(tag, 'p');
	if (trunk_ask(&p->ask, p->t, &q, peer->deadline * 1000, answer_handler,
		      p))
		again(p);
}


/**
 * Begin to probe a trunk
 *
 * @param pp Pointer to allocated probe
 * @param t  Trunk that owns it
 *
 * @return 0 if success, otherwise errorcode
 */
int trunk_probe_alloc(struct trunk_probe **pp, struct trunk *t)
{
	struct trunk_probe *p;

	if (!pp || !t)
		return EINVAL;

	p = mem_zalloc(sizeof(*p), destructor);
	if (!p)
		return ENOMEM;

	p->t = t;
	agent_tag(p->callid, 'p');
	timer_start(trunks_conf(t->all)->timers, &p->tmr,
		    FIRST_MIN_MS + rand_u32() % FIRST_SPREAD_MS, probe_handler,
		    p);
	*pp = p;

	return 0;
}
