/**
 * @file tcp.c  All TCP connections: listeners, limits, reuse
 *
 * One table by the peer's host serves both questions: how many connections
 * has this source, and is one open to this destination?
 */
#include <errno.h>
#include <re.h>
#include "common/addr.h"
#include "common/hash.h"
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/sip/tcp.h"


enum { BUCKETS = 1024, BACKLOG = 1024 };

struct tcp_pool {
	struct connection_conf shared;
	uint32_t per_source, total;
	struct list listenerl;
	struct hash *ht; /* struct connection by its peer's host */
	struct hash_key key;
	uint32_t count;
	struct timers *timers; /* referenced */
	struct log *log;       /* referenced */
	struct counter *connections, *accepted, *opened, *refused;
};

struct tcp_listener {
	struct le le;
	struct tcp_pool *pool; /* not owned */
	struct tcp_sock *ts;
	struct sa addr;
};

/** What is counted of one source */
struct census {
	const struct sa *host;
	uint32_t n;
};


static void listener_destructor(void *data)
{
	struct tcp_listener *l = data;

	list_unlink(&l->le);
	mem_deref(l->ts);
}


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
	counter_set(p->connections, --p->count);
	mem_deref(c);
}


/* the pool's from here on */
static void admit(struct tcp_pool *p, struct connection *c)
{
	hash_append(p->ht, hash_sa(&p->key, &c->flow->peer, false), &c->he, c);
	counter_set(p->connections, ++p->count);
}


static bool census_handler(struct le *le, void *arg)
{
	const struct connection *c = le->data;
	struct census *census = arg;

	if (c->accepted && sa_cmp(&c->flow->peer, census->host, SA_ADDR))
		++census->n;

	return false;
}


static uint32_t of_source(const struct tcp_pool *p, const struct sa *host)
{
	struct census census = {.host = host};

	(void)hash_lookup(p->ht, hash_sa(&p->key, host, false), census_handler,
			  &census);

	return census.n;
}


static const char *limit(const struct tcp_pool *p, const struct sa *peer)
{
	if (p->count >= p->total)
		return "total";
	if (of_source(p, peer) >= p->per_source)
		return "per source";

	return NULL;
}


static void accept_handler(const struct sa *peer, void *arg)
{
	struct tcp_listener *l = arg;
	struct tcp_pool *p = l->pool;
	const char *why = limit(p, peer);
	struct connection *c;

	if (!why && connection_accept(&c, &p->shared, l->ts, &l->addr, peer))
		why = "no resources";

	if (why) {
		tcp_reject(l->ts);
		counter_inc(p->refused);
		log_warn(p->log, "tcp.refused", KV_SA("peer", peer),
			 KV_STR("limit", why));
		return;
	}

	counter_inc(p->accepted);
	admit(p, c);
}


static void count(struct tcp_pool *p, struct metrics *m)
{
	p->connections = metrics_counter(m, "tcp_connections");
	p->accepted = metrics_counter(m, "tcp_connections_accepted_total");
	p->opened = metrics_counter(m, "tcp_connections_opened_total");
	p->refused = metrics_counter(m, "tcp_connections_refused_total");
	p->shared.timeouts = metrics_counter(m,
					     "tcp_connections_timeout_total");
	p->shared.junk = metrics_counter(m, "tcp_connections_junk_total");
	p->shared.pings = metrics_counter(m, "tcp_pings_total");
}


static void share(struct tcp_pool *p, const struct tcp_pool_conf *conf)
{
	p->per_source = conf->per_source;
	p->total = conf->total;
	p->shared.timers = p->timers;
	p->shared.log = p->log;
	p->shared.message_ms = conf->message_ms;
	p->shared.idle_ms = conf->idle_ms;
	p->shared.connect_ms = conf->connect_ms;
	p->shared.guard = conf->guard;
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


/**
 * Listen for connections
 *
 * @param p     Pool
 * @param laddr Specific address, port 0 for any
 * @param bound Pointer to the address with the port that it got
 *
 * @return 0 if success, otherwise errorcode
 */
int tcp_pool_listen(struct tcp_pool *p, const struct sa *laddr,
		    struct sa *bound)
{
	struct tcp_listener *l;
	int err;

	if (!p || !laddr || !bound || sa_is_any(laddr))
		return EINVAL;

	l = mem_zalloc(sizeof(*l), listener_destructor);
	if (!l)
		return ENOMEM;

	l->pool = p;
	err = tcp_sock_alloc(&l->ts, laddr, accept_handler, l);
	if (!err)
		err = tcp_sock_bind(l->ts, laddr);
	if (!err)
		err = tcp_sock_local_get(l->ts, &l->addr);
	if (!err)
		err = tcp_sock_listen(l->ts, BACKLOG);
	if (err) {
		mem_deref(l);
		return err;
	}

	list_append(&p->listenerl, &l->le, l);
	*bound = l->addr;

	return 0;
}


static bool peer_handler(struct le *le, void *arg)
{
	const struct connection *c = le->data;

	return !c->flow->closed && c->state != CONNECTION_BROKEN &&
	       sa_cmp(&c->flow->peer, arg, SA_ALL);
}


static struct connection *find_peer(const struct tcp_pool *p,
				    const struct sa *dst)
{
	return list_ledata(hash_lookup(p->ht, hash_sa(&p->key, dst, false),
				       peer_handler, (void *)dst));
}


/**
 * The flow of an open connection; none is made
 *
 * @param fp  Pointer to the referenced flow
 * @param p   Pool
 * @param dst The peer's address
 *
 * @return 0 if success, ENOTCONN if there is none
 */
int tcp_pool_find(struct flow **fp, const struct tcp_pool *p,
		  const struct sa *dst)
{
	const struct connection *c;

	if (!fp || !p || !dst)
		return EINVAL;

	c = find_peer(p, dst);
	if (!c)
		return ENOTCONN;

	*fp = mem_ref(c->flow);

	return 0;
}


/**
 * A flow to a destination: an open connection, or a new one
 *
 * @param fp    Pointer to the referenced flow
 * @param p     Pool
 * @param local Address that a new connection leaves from
 * @param dst   Destination
 *
 * @return 0 if success, ENOSPC at the total limit, otherwise errorcode
 */
int tcp_pool_flow(struct flow **fp, struct tcp_pool *p, const struct sa *local,
		  const struct sa *dst)
{
	struct connection *c;
	int err;

	if (!fp || !p || !local || !sa_isset(dst, SA_ALL))
		return EINVAL;

	c = find_peer(p, dst);
	if (!c) {
		if (p->count >= p->total)
			return ENOSPC;

		err = connection_open(&c, &p->shared, local, dst);
		if (err)
			return err;

		counter_inc(p->opened);
		admit(p, c);
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


/**
 * Accept no more connections
 *
 * @param p Pool
 */
void tcp_pool_stop(struct tcp_pool *p)
{
	if (p)
		list_flush(&p->listenerl);
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
