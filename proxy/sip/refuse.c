/**
 * @file refuse.c  What the guard refused: answered once, or dropped
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/hash.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/sip/census.h"
#include "proxy/sip/build.h"
#include "proxy/sip/gate.h"
#include "proxy/sip/listener.h"
#include "proxy/sip/refuse.h"
#include "proxy/sip/refuse_brief.h"


/* sources that share a slot share its budget: fewer answers, never more */
enum { SLOTS = 1024 };

struct refuse {
	uint8_t sentv[SLOTS]; /* this second, by the source's hash */
	uint32_t sent;
	uint64_t second;
	struct hash_key key;
	struct timers *timers; /* referenced */
	struct log *log;       /* referenced */
	struct gate *gate;     /* referenced */
	struct counter *refused, *answered, *dropped;
	struct census census;
};


static void destructor(void *data)
{
	struct refuse *r = data;

	mem_deref(r->timers);
	mem_deref(r->log);
	mem_deref(r->gate);
}


/* a stream's source is no forgery, and it loses its connection anyway */
static bool within_budget(struct refuse *r, const struct flow *flow)
{
	const uint64_t now_s = timers_now(r->timers) / 1000;
	uint8_t *slot;

	if (flow_reliable(flow))
		return true;

	if (now_s != r->second) {
		memset(r->sentv, 0, sizeof(r->sentv));
		r->sent = 0;
		r->second = now_s;
	}

	slot = &r->sentv[hash_sa(&r->key, &flow->peer, false) % SLOTS];
	if (*slot >= REFUSE_PER_SOURCE || r->sent >= REFUSE_TOTAL)
		return false;

	++*slot;
	++r->sent;

	return true;
}


static int answer(struct refuse *r, struct flow *flow, const struct guard *g,
		  size_t len)
{
	struct mbuf *mb = NULL;
	size_t limit;
	int err;

	if (!g->status || !listener_may_send(&flow->peer))
		return ENOENT;

	err = build_error(&mb, g, &flow->peer);
	if (err)
		return err;

	limit = gate_reply_limit(r->gate, flow, len);
	if (limit)
		(void)refuse_brief(&mb, limit);
	err = within_budget(r, flow) &&
			      gate_reply_charge(r->gate, flow, mb->end)
		      ? flow_send(flow, mb)
		      : EBUSY;
	if (!err)
		census_out(&r->census, g->status);
	mem_deref(mb);

	return err;
}


/**
 * Allocate what answers refused messages
 *
 * @param rp      Pointer to the allocated object
 * @param timers  Clock of the budget
 * @param log     Log, or NULL
 * @param metrics Metrics, or NULL
 * @param gate    Hears of the sources; NULL: nobody does
 *
 * @return 0 if success, otherwise errorcode
 */
int refuse_alloc(struct refuse **rp, struct timers *timers, struct log *log,
		 struct metrics *metrics, struct gate *gate)
{
	struct refuse *r;

	if (!rp || !timers)
		return EINVAL;

	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	hash_key_random(&r->key);
	r->timers = mem_ref(timers);
	r->log = mem_ref(log);
	r->gate = mem_ref(gate);
	census_init(&r->census, metrics);
	r->refused = metrics_counter(metrics, "sip_refused_total");
	r->answered = metrics_counter(metrics, "sip_refused_answered_total");
	r->dropped = metrics_counter(metrics, "sip_dropped_total");

	*rp = r;

	return 0;
}


/**
 * Answer a refused message, or drop it
 *
 * @param r    What answers
 * @param flow Flow that it came over
 * @param g    Why, and what of it was read
 * @param len  Octets that came
 */
void refuse_message(struct refuse *r, struct flow *flow, const struct guard *g,
		    size_t len)
{
	const int err = answer(r, flow, g, len);

	gate_malformed(r->gate, flow);

	counter_inc(r->refused);
	counter_inc(err ? r->dropped : r->answered);
	if (!gate_may_log(r->gate, &flow->peer))
		return;

	log_info(r->log, "sip.refused", KV_SA("src", &flow->peer),
		 KV_STR("proto", flow_proto_name(flow->proto)),
		 KV_UINT("status", err ? 0 : g->status),
		 KV_STR("why", g->why ? g->why : "not SIP"));
}
