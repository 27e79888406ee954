/**
 * @file flow.h  Where a message came from is where answers leave to
 *
 * A flow is a connection, or (UDP listener, peer address). Bindings and
 * transactions keep a reference; a closed one refuses to send (ENOTCONN) and
 * has told its watchers. Reference counted by libre's mem.
 */
#ifndef PROXY_SIP_FLOW_H
#define PROXY_SIP_FLOW_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>

enum flow_proto {
	FLOW_UDP = 0,
	FLOW_TCP,
	FLOW_TLS,
	FLOW_WS,
	FLOW_WSS,
	FLOW_PROTO_MAX
};

struct flow;
struct path_mtu;

typedef int(flow_send_h)(struct flow *flow, struct mbuf *mb);
typedef void(flow_close_h)(struct flow *flow, int err, void *arg);
typedef void(flow_failed_h)(struct flow *flow, const struct mbuf *mb, int err,
			    void *arg);

struct flow {
	uint64_t id; /* never used twice in a process */
	enum flow_proto proto;
	struct sa local; /* the listener's, or the connection's */
	struct sa peer;
	bool closed;
	bool accepted; /* the peer opened it */
	char *names;   /* what the peer's verified certificate names: DNS
			* names, separated by spaces; NULL: nothing verified */
	struct path_mtu *path; /* how large requests go there; or NULL */
	flow_send_h *sendh;
	void *owner;        /* the socket or connection; refs it */
	struct list watchl; /* struct flow_watch */
};

/** Embed it, zeroed; unwatch in the owner's destructor */
struct flow_watch {
	struct le le;
	flow_close_h *h;
	flow_failed_h *failedh; /* or NULL; set once, flow_watch() keeps it */
	void *arg;
};

int flow_alloc(struct flow **fp, enum flow_proto proto, const struct sa *local,
	       const struct sa *peer, flow_send_h *sendh, void *owner);

/* sends mb from pos to end; it may be referenced until the batch of messages
 * ends that is being worked on, and must not change. ENOTCONN once closed */
int flow_send(struct flow *flow, struct mbuf *mb);

/* what flow_send() had taken, the kernel has refused: tells the watchers */
void flow_failed(struct flow *flow, const struct mbuf *mb, int err);
void flow_watch(struct flow *flow, struct flow_watch *w, flow_close_h *h,
		void *arg);
void flow_unwatch(struct flow_watch *w);
void flow_close(struct flow *flow, int err);     /* once; tells watchers */
bool flow_reliable(const struct flow *flow);     /* a stream */
const char *flow_proto_name(enum flow_proto p);  /* "UDP", "TCP" for Via */
const char *flow_proto_param(enum flow_proto p); /* "udp" for ;transport= */
int flow_proto_decode(enum flow_proto *p, const struct pl *name); /* either */
bool flow_proto_secure(enum flow_proto p);   /* TLS, WSS */
bool flow_proto_web(enum flow_proto p);      /* WS, WSS: a page in a browser */
uint16_t flow_proto_port(enum flow_proto p); /* 5060, 5061, 80, 443 */

/* does the peer's verified certificate name that host? (RFC 5922) */
bool flow_has_name(const struct flow *flow, const char *host);

#endif
