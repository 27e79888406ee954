/**
 * @file tcp.c  All connections, of any protocol: listeners, limits, reuse
 *
 * One table by the peer's host serves both questions: how many connections
 * has this source, and is one open to this destination?
 */
#include <errno.h>
#include <re.h>
#include "common/metrics.h"
#include "proxy/sip/tcp_state.h"


enum { BUCKETS = 1024 };

/** A peer that is looked for, or an address that peers came to */
struct wanted {
	enum flow_proto proto;
	const struct sa *peer;
};


static void destructor(void *data)
{
	struct tcp_pool *p = data;

	tcp_pool_close(p);
	mem_deref(p->ht);
	mem_deref(p->timers);
	mem_deref(p->log);
}


static void close_handler(struct connection *c, void *arg)
{
	struct tcp_pool *p = arg;

	hash_unlink(&c->he);
	list_unlink(&c->le);
	counter_set(p->connections, --p->count);
	mem_deref(c);
}


/**
 * Take a connection in: it is the pool's from here on
 *
 * @param p Pool
 * @param c Connection
 */
void tcp_pool_admit(struct tcp_pool *p, struct connection *c)
{
	hash_append(p->ht, tcp_pool_bucket(p, &c->flow->peer), &c->he, c);
	if (c->accepted)
		list_append(&p->acceptedl, &c->le, c);
	counter_set(p->connections, ++p->count);
}


static void count(struct tcp_pool *p, struct metrics *m)
{
	p->connections = metrics_counter(m, "tcp_connections");
	p->accepted = metrics_counter(m, "tcp_connections_accepted_total");
	p->opened = metrics_counter(m, "tcp_connections_opened_total");
	p->refused = metrics_counter(m, "tcp_connections_refused_total");
	p->shed = metrics_counter(m, "tcp_connections_shed_total");
	p->shared.timeouts = metrics_counter(m,
					     "tcp_connections_timeout_total");
	p->shared.junk = metrics_counter(m, "tcp_connections_junk_total");
	p->shared.pings = metrics_counter(m, "tcp_pings_total");
	p->shared.ws.accepted = metrics_counter(m, "ws_accepted_total");
	p->shared.ws.refused = metrics_counter(m, "ws_refused_total");
	p->shared.ws.silent = metrics_counter(m, "ws_silent_total");
}


/**
 * Set other limits; connections that are there stay, however many they are
 *
 * @param p    Pool
 * @param conf Limits, and deadlines in ms; the rest does not count
 */
void tcp_pool_limit(struct tcp_pool *p, const struct tcp_pool_conf *conf)
{
	if (!p || !conf)
		return;

	p->per_source = conf->per_source;
	p->total = conf->total;
	p->shared.message_ms = conf->message_ms;
	p->shared.idle_ms = conf->idle_ms;
	p->shared.connect_ms = conf->connect_ms;
	p->shared.ws.origins = conf->ws_origins;
	p->shared.ws.ping_ms = conf->ws_ping_ms;
}


static void share(struct tcp_pool *p, const struct tcp_pool_conf *conf)
{
	tcp_pool_limit(p, conf);
	p->gate = conf->gate;
	p->shared.timers = p->timers;
	p->shared.log = p->log;
	p->shared.guard = conf->guard;
	p->shared.tls = conf->tls;
	p->shared.onlooker = conf->onlooker;
	p->shared.msgh = conf->msgh;
	p->shared.badh = conf->badh;
	p->shared.closeh = close_handler;
	p->shared.holder = p;
	p->shared.arg = conf->arg;
}


/**
 * Allocate the pool of connections
 *
 * @param pp      Pointer to the allocated pool
 * @param timers  Clock of the deadlines
 * @param log     Log, or NULL
 * @param metrics Metrics, or NULL
 * @param conf    Limits, deadlines in ms, handlers
 *
 * @return 0 if success, otherwise errorcode
 */
int tcp_pool_alloc(struct tcp_pool **pp, struct timers *timers,
		   struct log *log, struct metrics *metrics,
		   const struct tcp_pool_conf *conf)
{
	struct tcp_pool *p;
	int err;

	if (!pp || !timers || !conf || !conf->guard || !conf->msgh ||
	    !conf->badh)
		return EINVAL;

	p = mem_zalloc(sizeof(*p), destructor);
	if (!p)
		return ENOMEM;

	p->timers = mem_ref(timers);
	p->log = mem_ref(log);
	hash_key_random(&p->key);
	share(p, conf);
	count(p, metrics);

	err = hash_alloc(&p->ht, BUCKETS);
	if (err)
		mem_deref(p);
	else
		*pp = p;

	return err;
}


static bool peer_handler(struct le *le, void *arg)
{
	const struct connection *c = le->data;
	const struct wanted *wanted = arg;

	return !c->flow->closed && c->state != CONNECTION_BROKEN &&
	       c->flow->proto == wanted->proto &&
	       sa_cmp(&c->flow->peer, wanted->peer, SA_ALL);
}


/**
 * The flow of an open connection; none is made
 *
 * @param fp    Pointer to the referenced flow
 * @param p     Pool
 * @param proto Protocol
 * @param dst   The peer's address
 *
 * @return 0 if success, ENOTCONN if there is none
 */
int tcp_pool_find(struct flow **fp, const struct tcp_pool *p,
		  enum flow_proto proto, const struct sa *dst)
{
	struct wanted wanted = {.proto = proto, .peer = dst};
	const struct connection *c;

	if (!fp || !p || !dst)
		return EINVAL;

	c = list_ledata(hash_lookup(p->ht, tcp_pool_bucket(p, dst),
				    peer_handler, &wanted));
	if (!c)
		return ENOTCONN;

	*fp = mem_ref(c->flow);

	return 0;
}


static bool hop_handler(struct le *le, void *arg)
{
	return connection_serves(le->data, arg);
}


/**
 * A flow to a hop: an open connection, or a new one
 *
 * @param fp    Pointer to the referenced flow
 * @param p     Pool
 * @param local Address that a new connection leaves from
 * @param hop   Hop
 *
 * @return 0 if success, ENOSPC at the total limit, otherwise errorcode
 */
int tcp_pool_flow(struct flow **fp, struct tcp_pool *p, const struct sa *local,
		  const struct hop *hop)
{
	struct connection *c;
	int err;

	if (!fp || !p || !local || !hop || !sa_isset(&hop->addr, SA_ALL))
		return EINVAL;

	c = list_ledata(hash_lookup(p->ht, tcp_pool_bucket(p, &hop->addr),
				    hop_handler, (void *)hop));
	if (!c) {
		if (p->count >= p->total)
			return ENOSPC;

		err = connection_open(&c, &p->shared, local, hop);
		if (err)
			return err;

		counter_inc(p->opened);
		tcp_pool_admit(p, c);
	}

	*fp = mem_ref(c->flow);

	return 0;
}


/**
 * How many connections there are
 *
 * @param p Pool
 *
 * @return All that are not closed
 */
uint32_t tcp_pool_count(const struct tcp_pool *p)
{
	return p ? p->count : 0;
}


static bool any_handler(struct le *le, void *arg)
{
	(void)le;
	(void)arg;

	return true;
}


/**
 * Close all connections
 *
 * @param p Pool
 */
void tcp_pool_close(struct tcp_pool *p)
{
	struct le *le;

	if (!p)
		return;

	tcp_pool_stop(p);
	p->total = 0;

	/* whoever watches a flow may close others: always take the first */
	while ((le = hash_apply(p->ht, any_handler, NULL)))
		connection_close(le->data, ECONNABORTED);
}


/**
 * Speak TLS from now on
 *
 * @param p   Pool
 * @param tls Certificates, which outlive it
 */
void tcp_pool_tls(struct tcp_pool *p, struct tls_context *tls)
{
	if (p)
		p->shared.tls = tls;
}


static bool accepted_handler(struct le *le, void *arg)
{
	const struct connection *c = le->data;
	const struct wanted *wanted = arg;

	return c->accepted && c->flow->proto == wanted->proto &&
	       sa_cmp(&c->flow->local, wanted->peer, SA_ALL);
}


/**
 * Close the connections that were accepted on one address
 *
 * @param p     Pool
 * @param proto Protocol
 * @param laddr Address
 */
void tcp_pool_drop(struct tcp_pool *p, enum flow_proto proto,
		   const struct sa *laddr)
{
	struct wanted wanted = {.proto = proto, .peer = laddr};
	struct le *le;

	if (!p)
		return;

	/* whoever watches a flow may close others: always take the first */
	while ((le = hash_apply(p->ht, accepted_handler, &wanted)))
		connection_close(le->data, ECONNABORTED);
}
