/**
 * @file tcp_state.h  What the pool of connections is made of
 *
 * Inside the room: tcp_listener.c takes connections in, tcp_places.c says which,
 * tcp.c knows them all.
 */
#ifndef PROXY_SIP_TCP_STATE_H
#define PROXY_SIP_TCP_STATE_H

#include "common/hash.h"
#include "proxy/sip/tcp.h"

struct tcp_pool {
	struct connection_conf shared;
	struct gate *gate; /* not owned: the transport's */
	uint32_t per_source, total;
	struct list listenerl;
	struct list acceptedl; /* struct connection, who came first in front */
	struct hash *ht;       /* struct connection by its peer's host */
	struct hash_key key;
	uint32_t count;
	struct timers *timers; /* referenced */
	struct log *log;       /* referenced */
	struct counter *connections, *accepted, *opened, *refused, *shed;
};

/* the pool's from here on */
void tcp_pool_admit(struct tcp_pool *p, struct connection *c);
uint32_t tcp_pool_bucket(const struct tcp_pool *p, const struct sa *sa);
/* NULL: there is one, or there is now; else the limit */
const char *tcp_pool_place(struct tcp_pool *p, const struct sa *peer);

#endif
