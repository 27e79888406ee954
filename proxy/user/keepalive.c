/**
 * @file keepalive.c  Keeps the NAT mappings of bindings open
 *
 * A NAT forgets a UDP mapping after 30 s of silence, often. Bindings that the
 * comparison found behind one get a double CRLF, or an OPTIONS, through the
 * flow that they registered over. Each has a timer of its own, with 10 % of
 * jitter, so that phones which registered together do not stay together.
 *
 * OPTIONS also tells whether the phone still answers; a silent one is reported
 * but stays bound: its registration ends when it said so. A binding with a
 * Path is its edge proxy's business, a WebSocket has pings of its own. How the
 * interval grows where a NAT remembers longer: keepalive_trial.c.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/user/keepalive_state.h"


enum { BUCKETS = 4096, MAPPINGS_MAX = 20000 };


static void ping_destructor(void *arg)
{
	struct ping *p = arg;

	timer_cancel(&p->tmr);
	traffic_unwatch(&p->watch);
	hash_unlink(&p->he);
	client_txn_forget(p->ct);
	mem_deref(p->ct);
	mem_deref(p->b);
}


static uint32_t binding_hash(const struct binding *b)
{
	return (uint32_t)((uintptr_t)b >> 4);
}


static bool ping_equal(struct le *le, void *arg)
{
	const struct ping *p = le->data;

	return p->b == arg;
}


static struct ping *ping_find(const struct keepalive *k, struct binding *b)
{
	return list_ledata(
		hash_lookup(k->pings, binding_hash(b), ping_equal, b));
}


static void ping_add(struct keepalive *k, struct binding *b)
{
	struct ping *p = mem_zalloc(sizeof(*p), ping_destructor);

	if (!p)
		return;

	p->k = k;
	p->b = mem_ref(b);
	hash_append(k->pings, binding_hash(b), &p->he, p);
	trial_begin(p);
	ping_schedule(p);
}


static void refreshed(struct ping *p)
{
	ping_alive(p);
	trial_beat(p);
	ping_schedule(p); /* it was silent until now, at most */
}


static bool wanted(const struct binding *b)
{
	return binding_flow(b) && !b->path && b->verdict.media == NAT_RELAY &&
	       !flow_proto_web(b->flow->proto);
}


static void location_handler(enum location_event ev, struct binding *b,
			     void *arg)
{
	struct keepalive *k = arg;
	struct ping *p;

	if (ev == LOCATION_FIRST || ev == LOCATION_LAST)
		return;

	p = ping_find(k, b);
	if (ev == LOCATION_REMOVED || !wanted(b))
		mem_deref(p);
	else if (!p)
		ping_add(k, b);
	else
		refreshed(p);
}


static void destructor(void *arg)
{
	struct keepalive *k = arg;

	location_unlisten(k->loc, location_handler, k);
	hash_flush(k->pings);
	mem_deref(k->pings);
	mem_deref(k->mappings);
	mem_deref(k->traffic);
	mem_deref(k->crlf);
	mem_deref(k->agent);
	mem_deref(k->loc);
	mem_deref(k->timers);
	mem_deref(k->log);
}


static int start(struct keepalive *k, const struct hash_key *branch_key,
		 struct transport *tp, struct txns *txns)
{
	int err;

	k->crlf = mbuf_alloc(4);
	if (!k->crlf)
		return ENOMEM;

	err = mbuf_write_str(k->crlf, "\r\n\r\n");
	k->crlf->pos = 0;
	err |= hash_alloc(&k->pings, BUCKETS);
	if (err)
		return err;

	k->traffic = mem_ref(transport_traffic(tp));
	err = mappings_alloc(&k->mappings, MAPPINGS_MAX);
	if (err)
		return err;

	err = agent_alloc(&k->agent, tp, txns, branch_key);
	if (err)
		return err;

	return k->cfg->registrar.keepalive
		       ? location_listen(k->loc, location_handler, k)
		       : 0;
}


/**
 * Allocate the keepalive; it follows the location from now on
 *
 * @param kp         Keepalive
 * @param cfg        Configuration, not owned; interval 0: does nothing
 * @param branch_key Key of our branches
 * @param loc        Location
 * @param tp         Transport
 * @param txns       Transactions
 * @param timers     Timers
 * @param log        Log, or NULL
 * @param metrics    Counters, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int keepalive_alloc(struct keepalive **kp, const struct config *cfg,
		    const struct hash_key *branch_key, struct location *loc,
		    struct transport *tp, struct txns *txns,
		    struct timers *timers, struct log *log,
		    struct metrics *metrics)
{
	struct keepalive *k;
	int err;

	if (!kp || !cfg || !branch_key || !loc || !tp || !txns || !timers)
		return EINVAL;

	k = mem_zalloc(sizeof(*k), destructor);
	if (!k)
		return ENOMEM;

	k->cfg = cfg;
	k->loc = mem_ref(loc);
	k->timers = mem_ref(timers);
	k->log = mem_ref(log);
	k->sent = metrics_counter(metrics, "keepalive_sent_total");
	k->failed = metrics_counter(metrics, "keepalive_failed_total");
	k->unreachable = metrics_counter(metrics,
					 "keepalive_unreachable_total");
	k->trials = metrics_counter(metrics, "keepalive_trials_total");
	k->lived = metrics_counter(metrics, "keepalive_lived_total");
	k->died = metrics_counter(metrics, "keepalive_died_total");
	err = start(k, branch_key, tp, txns);
	if (err)
		mem_deref(k);
	else
		*kp = k;

	return err;
}


/**
 * What is known of a binding's mapping
 *
 * @param k Keepalive
 * @param b Binding
 * @param v Result
 *
 * @return 0 if success, ENOENT for one that is not kept alive
 */
int keepalive_view(const struct keepalive *k, struct binding *b,
		   struct keepalive_view *v)
{
	const struct ping *p;

	if (!k || !b || !v)
		return EINVAL;

	p = ping_find(k, b);
	if (!p)
		return ENOENT;

	v->interval_s = ping_interval(p);
	v->lived_s = p->m.lived;
	v->died_s = p->m.died;
	v->unanswered = p->lost;

	return 0;
}
