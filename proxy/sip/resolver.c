/**
 * @file resolver.c  What all questions of names share, and the hops that rest
 */
#include <errno.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/sip/resolve_state.h"


enum {
	CACHE_MIN = 64,     /* more than one question touches */
	LOOKUPS_OF_ONE = 4, /* of a question, in the mean */
	REST_MAX = 1024,
};


/* those who still ask are told by nobody */
static void destructor(void *arg)
{
	struct resolver *r = arg;
	struct le *le = r->queryl.head;

	while (le) {
		struct resolve_query *q = le->data;

		le = le->next;
		list_unlink(&q->le);
		timer_cancel(&q->deadline);
		list_flush(&q->waitl);
		q->r = NULL;
	}

	list_flush(&r->formerl);
	mem_deref(r->lookups);
	mem_deref(r->cache);
	mem_deref(r->hosts);
	mem_deref(r->rest);
}


/**
 * There is a listener, so hops of that kind can be sent to
 *
 * @param r     Resolver, or NULL
 * @param proto Protocol; WebSockets come to us, we open none (RFC 7118)
 * @param af    Address family
 */
void resolver_can_send(struct resolver *r, enum flow_proto proto, int af)
{
	if (!r || proto >= FLOW_PROTO_MAX || flow_proto_web(proto))
		return;

	if (af == AF_INET6)
		r->conf.can6[proto] = true;
	else
		r->conf.can4[proto] = true;
}


/**
 * A hop timed out, refused, or said 503: it rests
 *
 * @param r   Resolver, or NULL
 * @param hop Hop
 */
void resolver_hop_failed(struct resolver *r, const struct hop *hop)
{
	if (!r || !hop)
		return;

	if (resolve_rest_add(r->rest, hop, timers_now(r->timers)))
		log_warn(r->log, "hop.rests",
			 KV_STR("proto", flow_proto_name(hop->proto)),
			 KV_SA("address", &hop->addr),
			 KV_UINT("ms", r->conf.rest_ms));
}


/**
 * A hop answered: it need not rest any longer
 *
 * @param r   Resolver, or NULL
 * @param hop Hop
 */
void resolver_hop_works(struct resolver *r, const struct hop *hop)
{
	if (r && hop)
		resolve_rest_end(r->rest, hop);
}


/**
 * Open the way to the servers of names
 *
 * @param lp   Pointer to what asks them
 * @param r    Resolver
 * @param conf Servers, and the time that they have
 *
 * @return 0 if success, otherwise errorcode
 */
int resolver_lookups(struct resolve_lookups **lp, const struct resolver *r,
		     const struct resolver_conf *conf)
{
	struct resolve_channel *channel = NULL;
	int err;

	/* half the deadline, so that NAPTR may fail and SRV be asked */
	err = resolve_channel_alloc(&channel, conf->serverv, conf->serverc,
				    conf->deadline_ms / 2, r->timers, r->log);
	if (err)
		return err;

	return resolve_lookups_alloc(lp, channel,
				     conf->pending_max * LOOKUPS_OF_ONE,
				     r->timers, r->log, r->metrics);
}


static int start(struct resolver *r)
{
	const struct resolver_conf *conf = &r->conf;
	const struct resolve_cache_conf cc = {
		.max = conf->cache_max < CACHE_MIN ? CACHE_MIN
						   : conf->cache_max,
		.ttl_max_s = conf->ttl_max_s,
		.negative_s = conf->negative_s,
		.stale_s = conf->stale_s,
	};
	int err;

	/* no such file: no such names */
	if (conf->hosts &&
	    resolve_hosts_read(&r->hosts, conf->hosts) == ENOMEM)
		return ENOMEM;

	err = resolve_cache_alloc(&r->cache, &cc);
	if (!err)
		err = resolve_rest_alloc(&r->rest, conf->rest_ms, REST_MAX);
	if (!err)
		err = resolver_lookups(&r->lookups, r, conf);

	return err;
}


/**
 * Allocate a resolver
 *
 * @param rp      Pointer to the allocated resolver
 * @param conf    Its bounds, and what we can send by
 * @param timers  Timers (not owned)
 * @param log     Log or NULL (not owned)
 * @param metrics Metrics or NULL (not owned)
 *
 * @return 0 if success, otherwise errorcode
 */
int resolver_alloc(struct resolver **rp, const struct resolver_conf *conf,
		   struct timers *timers, struct log *log,
		   struct metrics *metrics)
{
	struct resolver *r;
	int err;

	if (!rp || !conf || !timers || !conf->deadline_ms)
		return EINVAL;

	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	r->conf = *conf;
	r->timers = timers;
	r->log = log;
	r->metrics = metrics;
	r->count.questions = metrics_counter(metrics, "dns_questions_total");
	r->count.cached = metrics_counter(metrics, "dns_cache_hits_total");
	r->count.failed = metrics_counter(metrics, "dns_nowhere_total");
	r->count.refused = metrics_counter(metrics, "dns_refused_total");

	err = start(r);
	if (err)
		mem_deref(r);
	else
		*rp = r;

	return err;
}
