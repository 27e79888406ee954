/**
 * @file transport.h  All listeners and flows; messages in, flows out
 *
 * Datagrams and stream frames pass guard and decoder here; what they refuse is
 * answered once, statelessly, to the source address, or dropped and counted.
 * received and rport of the source are known to build.h through message.src.
 */
#ifndef PROXY_SIP_TRANSPORT_H
#define PROXY_SIP_TRANSPORT_H

#include "proxy/sip/hop.h"
#include "proxy/sip/message.h"
#include "proxy/sip/onlooker.h"
#include "proxy/sip/ws_handshake.h"

struct transport;
struct gate;
struct lobby;
struct timers;
struct log;
struct metrics;
struct tls_conf;
struct tls_store;
struct traffic;

/* the handler may keep references to msg */
typedef void(transport_msg_h)(struct message *msg, void *arg);

struct transport_conf {
	struct gate *gate; /* NULL: all are heard */
	uint32_t tcp_per_source, tcp_total;
	uint32_t tcp_message_ms, tcp_idle_ms, tcp_connect_ms;
	struct ws_origins ws_origins; /* not owned; outlive the transport */
	uint32_t ws_ping_ms;
	const struct tls_conf *tls; /* NULL: no TLS */
};

int transport_alloc(struct transport **tp, struct timers *timers,
		    struct log *log, struct metrics *metrics,
		    const struct transport_conf *conf, transport_msg_h *msgh,
		    void *arg);

/* other limits of connections; those that are there stay */
void transport_limit(struct transport *t, const struct transport_conf *conf);

/* port 0: any (tests); *bound says which. errno of bind/listen */
int transport_listen(struct transport *t, enum flow_proto proto,
		     const struct sa *laddr, struct sa *bound);

/*
 * Nothing new begins on that listener: requests outside of dialogs get a 503,
 * connections are not accepted. After ms it is closed, with the connections
 * that came to it. transport_listen() on the same address takes it back.
 * laddr: as it was bound. ENOENT
 */
int transport_unlisten(struct transport *t, enum flow_proto proto,
		       const struct sa *laddr, uint32_t ms);

/* that listener is reached at adv from outside (1:1 NAT): what messages show.
 * laddr: as it was bound; port 0 in adv: the same port. ENOENT */
int transport_advertise(struct transport *t, enum flow_proto proto,
			const struct sa *laddr, const struct sa *adv);

/*
 * A flow towards dst: an open connection to it, a new one, or UDP from the
 * listener that the kernel's route to dst names (else the first of the
 * family). EAFNOSUPPORT where no listener fits.
 */
int transport_flow(struct flow **fp, struct transport *t,
		   enum flow_proto proto, const struct sa *dst);

/* the same to a hop; over TLS its certificate must name hop->host */
int transport_flow_hop(struct flow **fp, struct transport *t,
		       const struct hop *hop);

/* the same way back: from that very listener, by the open connection to that
 * peer; ENOTCONN where it is gone (nothing is dialled) */
int transport_flow_back(struct flow **fp, struct transport *t,
			enum flow_proto proto, const struct sa *local,
			const struct sa *peer);

/*
 * The way back of a response whose request's connection is gone (RFC 3261
 * section 18.2.2): by the same protocol to the host that it came from, at the
 * port of its Via. For peers: a client behind NAT cannot be dialled. A
 * server_txn_return_h; arg: the transport layer.
 */
int transport_flow_return(struct flow **fp, const struct message *req,
			  void *arg);

/* one of our listening addresses (any protocol), as bound or as advertised;
 * port 0 in sa counts as 5060, and as the listener's protocol's own */
bool transport_is_local(const struct transport *t, const struct sa *sa);

/* same with the host only, any port */
bool transport_is_local_host(const struct transport *t, const struct sa *sa);

/* the address that Via, Record-Route and Contact show for this flow:
 * the listener's, also for an outgoing connection */
void transport_sentby(const struct transport *t, const struct flow *flow,
		      struct sa *sa);

/* a request without transaction (ACK), as it was built for that flow: one that
 * is too large for a datagram by a stream, where the peer is known to take
 * it. With a transaction that is client_txn's affair. */
int transport_send(struct transport *t, struct flow *flow, struct mbuf *mb);

/* the 18.2.2 reply without state: on the request's own flow */
int transport_reply(struct transport *t, const struct message *req,
		    uint16_t scode, const char *reason, const char *extra);

/* who is heard; NULL */
struct gate *transport_gate(const struct transport *t);

/* where messages wait, and new calls are refused when they wait too long */
struct lobby *transport_lobby(const struct transport *t);

/* for tests and the fuzzers: as if it had arrived on that flow */
void transport_input(struct transport *t, struct flow *flow, const uint8_t *p,
		     size_t len);

/* other certificates: load them, which changes nothing yet but that TLS can be
 * spoken; then use them. The paths are copied */
int transport_tls_prepare(struct tls_store **sp, struct transport *t,
			  const struct tls_conf *conf);
void transport_tls_take(struct transport *t, const struct tls_conf *conf,
			struct tls_store *store);

/* load certificates and keys anew; connections live on. EBADMSG: a file is
 * broken, the old one stays. Changed files are seen within seconds without. */
int transport_tls_reload(struct transport *t);

/* who watches peers for datagrams, over UDP; not referenced */
struct traffic *transport_traffic(const struct transport *t);

/* is shown each message that was admitted, also one that does not decode, and
 * each that leaves, in their order; h NULL: no longer. It must not send */
void transport_watch(struct transport *t, onlooker_h *h, onlooker_tie_h *tieh,
		     void *arg);
/* who looks is told whose request of ours that will be */
void transport_tie(const struct transport *t, const struct pl *own,
		   const struct pl *call);

/* stop taking in; connections are closed by the destructor */
void transport_close(struct transport *t);

#endif
