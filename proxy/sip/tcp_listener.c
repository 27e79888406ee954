/**
 * @file tcp_listener.c  Takes connections in, as many as there may be
 */
#include <errno.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/sip/gate.h"
#include "proxy/sip/tcp_state.h"


enum { BACKLOG = 1024 };

struct tcp_listener {
	struct le le;
	struct tcp_pool *pool; /* not owned */
	struct tcp_sock *ts;
	enum flow_proto proto;
	struct sa addr;
};


static void listener_destructor(void *data)
{
	struct tcp_listener *l = data;

	list_unlink(&l->le);
	mem_deref(l->ts);
}


static bool may_connect(const struct tcp_listener *l, const struct sa *peer)
{
	struct gate *gate = l->pool->gate;

	return gate_may_connect(gate, peer) &&
	       (!flow_proto_secure(l->proto) || gate_may_shake(gate, peer));
}


static void accept_handler(const struct sa *peer, void *arg)
{
	struct tcp_listener *l = arg;
	struct tcp_pool *p = l->pool;
	struct connection *c;
	const char *why;

	/* its ban, or its haste, was said in the log already */
	if (!may_connect(l, peer)) {
		tcp_reject(l->ts);
		counter_inc(p->refused);
		return;
	}

	why = tcp_pool_place(p, peer);
	if (!why &&
	    connection_accept(&c, &p->shared, l->ts, l->proto, &l->addr, peer))
		why = "no resources";

	if (why) {
		tcp_reject(l->ts);
		counter_inc(p->refused);
		log_warn(p->log, "tcp.refused", KV_SA("peer", peer),
			 KV_STR("limit", why));
		return;
	}

	counter_inc(p->accepted);
	tcp_pool_admit(p, c);
}


/**
 * Listen for connections
 *
 * @param p     Pool
 * @param proto Protocol of a stream
 * @param laddr Specific address, port 0 for any
 * @param bound Pointer to the address with the port that it got
 *
 * @return 0 if success, otherwise errorcode
 */
int tcp_pool_listen(struct tcp_pool *p, enum flow_proto proto,
		    const struct sa *laddr, struct sa *bound)
{
	struct tcp_listener *l;
	int err;

	if (!p || !laddr || !bound || sa_is_any(laddr))
		return EINVAL;
	if (!connection_can(&p->shared, proto))
		return EPROTONOSUPPORT;

	l = mem_zalloc(sizeof(*l), listener_destructor);
	if (!l)
		return ENOMEM;

	l->pool = p;
	l->proto = proto;
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


/**
 * Accept no more connections on one address
 *
 * @param p     Pool
 * @param proto Protocol
 * @param laddr Address, as it was bound
 */
void tcp_pool_unlisten(struct tcp_pool *p, enum flow_proto proto,
		       const struct sa *laddr)
{
	struct le *le;

	for (le = p ? list_head(&p->listenerl) : NULL; le; le = le->next) {
		struct tcp_listener *l = le->data;

		if (l->proto == proto && sa_cmp(&l->addr, laddr, SA_ALL)) {
			mem_deref(l);
			return;
		}
	}
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
