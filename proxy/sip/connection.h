/**
 * @file connection.h  One TCP connection that carries SIP, by way of layers
 *
 * TCP, then TLS where the protocol says so, then WebSocket where it says so,
 * then SIP. It keeps the deadlines: a connect, a handshake, a first and a half
 * message, idleness. A peer that does not read, or that we cannot frame any
 * more, loses its connection, and only that.
 */
#ifndef PROXY_SIP_CONNECTION_H
#define PROXY_SIP_CONNECTION_H

#include "common/timer.h"
#include "proxy/sip/framer.h"
#include "proxy/sip/hop.h"
#include "proxy/sip/layer.h"
#include "proxy/sip/ws_layer.h"

struct log;
struct counter;
struct connection;
struct tls_context;
struct onlooker;

enum {
	CONNECTION_QUEUE_MAX = 65536,   /* octets not taken by the peer */
	CONNECTION_LINGER_MS = 1000,    /* for our last words */
	CONNECTION_DISCARD_MAX = 262144 /* octets unread after them */
};

/* not 0: the peer has lost the thread; close */
typedef int(connection_msg_h)(struct flow *flow, const uint8_t *p, size_t len,
			      void *arg);
/* the guard refused what came; it is closed afterwards */
typedef void(connection_bad_h)(struct flow *flow, const struct guard *g,
			       void *arg);
/* once; drop your reference */
typedef void(connection_close_h)(struct connection *c, void *arg);

/** Shared by all connections; outlives the open ones */
struct connection_conf {
	struct timers *timers;
	struct log *log;
	uint32_t message_ms, idle_ms, connect_ms;
	struct guard *guard;     /* scratch */
	struct tls_context *tls; /* NULL: no certificates, no TLS */
	struct counter *timeouts, *junk, *pings;
	struct ws_conf ws;
	const struct onlooker *onlooker; /* or NULL */
	connection_msg_h *msgh;
	connection_bad_h *badh;
	void *arg;
	connection_close_h *closeh;
	void *holder; /* closeh's argument */
};

enum connection_state {
	CONNECTION_CONNECTING = 0, /* or a layer's handshake is under way */
	CONNECTION_OPEN,
	CONNECTION_BROKEN,  /* a send failed; closed in a moment */
	CONNECTION_LINGERS, /* nothing more is read, our last words leave */
	CONNECTION_CLOSED,
};

struct connection {
	struct le he, le; /* the holder's */
	const struct connection_conf *conf;
	struct tcp_conn *tc;
	struct flow *flow;   /* its owner is this; flow_close() parts them */
	struct layer bottom; /* the lowest: TCP */
	struct layer *tls;   /* or NULL */
	struct layer *ws;    /* or NULL */
	struct layer top;    /* the uppermost: SIP */
	struct framer *framer;
	enum connection_state state;
	bool accepted; /* not opened by us */
	char *host;    /* of the hop that it was opened to; NULL: accepted */
	bool spoken;   /* a whole message came */
	bool partial;  /* the deadline of a half one runs */
	uint8_t bad;   /* so many more bad ones came than good ones */
	struct mbuf *queue;
	size_t discarded;
	int err;
	struct timer tmr;
};

/* are there layers for that protocol? */
bool connection_can(const struct connection_conf *conf, enum flow_proto proto);

/* the listening socket has a connection to accept */
int connection_accept(struct connection **cp,
		      const struct connection_conf *conf, struct tcp_sock *ts,
		      enum flow_proto proto, const struct sa *local,
		      const struct sa *peer);
/* local: address to leave from, its port does not count */
int connection_open(struct connection **cp, const struct connection_conf *conf,
		    const struct sa *local, const struct hop *hop);

/* open, or opening, to that hop; over TLS it was verified for hop->host */
bool connection_serves(const struct connection *c, const struct hop *hop);

/* it has no longer than that to be established */
void connection_hurry(struct connection *c, uint32_t ms);

/* waits while it is connecting; never closes from inside */
int connection_send(struct connection *c, struct mbuf *mb);

/* at once; the flow is closed, its watchers are told */
void connection_close(struct connection *c, int err);

/* the uppermost layer says: we can talk; nothing more is wanted of the peer;
 * something came, and whether it was whole and whether a half one began */
int connection_opened(struct connection *c);
void connection_linger(struct connection *c);
void connection_heard(struct connection *c, bool progress, bool partial);

#endif
