/**
 * @file tcp.h  All connections, of any protocol: listeners, limits, reuse
 */
#ifndef PROXY_SIP_TCP_H
#define PROXY_SIP_TCP_H

#include "proxy/sip/connection.h"

struct metrics;
struct tcp_pool;
struct gate;
struct onlooker;

struct tcp_pool_conf {
	uint32_t per_source, total;
	uint32_t message_ms, idle_ms, connect_ms;
	struct ws_origins ws_origins; /* not owned; outlive the pool */
	uint32_t ws_ping_ms;
	struct gate *gate;               /* who may connect; NULL: all may */
	struct guard *guard;             /* scratch; outlives the pool */
	struct tls_context *tls;         /* outlives the pool; NULL: no TLS */
	const struct onlooker *onlooker; /* outlives the pool; or NULL */
	connection_msg_h *msgh;
	connection_bad_h *badh;
	void *arg;
};

int tcp_pool_alloc(struct tcp_pool **pp, struct timers *timers,
		   struct log *log, struct metrics *metrics,
		   const struct tcp_pool_conf *conf);

/* other limits and deadlines; the rest of conf does not count */
void tcp_pool_limit(struct tcp_pool *p, const struct tcp_pool_conf *conf);

/* bound: with the port that it got */
int tcp_pool_listen(struct tcp_pool *p, enum flow_proto proto,
		    const struct sa *laddr, struct sa *bound);

/* an open connection to hop, or a new one that leaves from local's host */
int tcp_pool_flow(struct flow **fp, struct tcp_pool *p, const struct sa *local,
		  const struct hop *hop);

/* an open one only: a client behind NAT cannot be dialled */
int tcp_pool_find(struct flow **fp, const struct tcp_pool *p,
		  enum flow_proto proto, const struct sa *dst);
uint32_t tcp_pool_count(const struct tcp_pool *p);

/* TLS can be spoken from now on; outlives the pool */
void tcp_pool_tls(struct tcp_pool *p, struct tls_context *tls);

/* accepts no more there; what was accepted lives on, until it is dropped */
void tcp_pool_unlisten(struct tcp_pool *p, enum flow_proto proto,
		       const struct sa *laddr);
void tcp_pool_drop(struct tcp_pool *p, enum flow_proto proto,
		   const struct sa *laddr);

/* accepts no more; open connections live on */
void tcp_pool_stop(struct tcp_pool *p);

/* and closes all connections; no handler is called any more */
void tcp_pool_close(struct tcp_pool *p);

#endif
