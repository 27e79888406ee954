/**
 * @file flow.c  Where a message came from is where answers leave to
 */
#include <errno.h>
#include <stdatomic.h>
#include <re.h>
#include "proxy/sip/flow.h"


static void destructor(void *data)
{
	struct flow *flow = data;

	list_clear(&flow->watchl);
	mem_deref(flow->owner);
	mem_deref(flow->names);
	mem_deref(flow->path);
}


/*
 * The one counter of the process: a flow's id outlives the flow in what
 * refers to it (logs, bindings), so it is never given out twice.
 */
static uint64_t next_id(void)
{
	static _Atomic uint64_t last;

	return ++last;
}


/**
 * Allocate a flow
 *
 * @param fp    Pointer to the allocated flow
 * @param proto Transport protocol
 * @param local Address of the listener, or of the connection's near end
 * @param peer  Address of the far end
 * @param sendh Sends a buffer; called only while the flow is open
 * @param owner The socket or connection, referenced until the flow closes,
 *              or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int flow_alloc(struct flow **fp, enum flow_proto proto, const struct sa *local,
	       const struct sa *peer, flow_send_h *sendh, void *owner)
{
	struct flow *flow;

	if (!fp || !local || !peer || !sendh || proto >= FLOW_PROTO_MAX)
		return EINVAL;

	flow = mem_zalloc(sizeof(*flow), destructor);
	if (!flow)
		return ENOMEM;

	flow->id = next_id();
	flow->proto = proto;
	flow->local = *local;
	flow->peer = *peer;
	flow->sendh = sendh;
	flow->owner = mem_ref(owner);

	*fp = flow;

	return 0;
}


/**
 * Send a buffer from its position to its end
 *
 * @param flow Flow
 * @param mb   Buffer; its position is the same afterwards
 *
 * @return 0 if success, ENOTCONN once closed, otherwise errorcode
 */
int flow_send(struct flow *flow, struct mbuf *mb)
{
	size_t pos;
	int err;

	if (!flow || !mbuf_get_left(mb))
		return EINVAL;
	if (flow->closed)
		return ENOTCONN;

	pos = mb->pos;
	mem_ref(flow);
	err = flow->sendh(flow, mb);
	mem_deref(flow);
	mb->pos = pos;

	return err;
}


/**
 * Be told once when the flow closes; at most one flow for each watch
 *
 * @param flow Flow; a closed one tells nobody any more
 * @param w    Watch inside its owner, zeroed or unwatched
 * @param h    Called once, after which the watch is free again
 * @param arg  Handler argument
 */
void flow_watch(struct flow *flow, struct flow_watch *w, flow_close_h *h,
		void *arg)
{
	if (!flow || !w || !h)
		return;

	list_unlink(&w->le);
	w->h = h;
	w->arg = arg;
	list_append(&flow->watchl, &w->le, w);
}


/**
 * Stop watching; harmless where nothing is watched
 *
 * @param w Watch
 */
void flow_unwatch(struct flow_watch *w)
{
	if (w)
		list_unlink(&w->le);
}


/**
 * Close a flow, let go of its owner and tell the watchers
 *
 * @param flow Flow
 * @param err  Why; 0 (the peer's orderly end) is told as ECONNRESET
 */
void flow_close(struct flow *flow, int err)
{
	struct le *le;

	if (!flow || flow->closed)
		return;

	flow->closed = true;
	mem_ref(flow);

	/* a watcher may unwatch others: always take the first */
	while ((le = flow->watchl.head)) {
		struct flow_watch *w = le->data;

		list_unlink(&w->le);
		w->h(flow, err ? err : ECONNRESET, w->arg);
	}

	flow->owner = mem_deref(flow->owner);
	mem_deref(flow);
}


/**
 * Tell that a buffer did not leave, though flow_send() had taken it
 *
 * @param flow Flow
 * @param mb   Buffer
 * @param err  Why
 */
void flow_failed(struct flow *flow, const struct mbuf *mb, int err)
{
	struct le *le, *next;

	if (!flow || flow->closed)
		return;

	for (le = flow->watchl.head; le; le = next) {
		struct flow_watch *w = le->data;

		next = le->next;
		if (w->failedh)
			w->failedh(flow, mb, err, w->arg);
	}
}


/**
 * Is it a stream, where nothing is retransmitted?
 *
 * @param flow Flow
 *
 * @return True for a stream
 */
bool flow_reliable(const struct flow *flow)
{
	return flow && flow->proto != FLOW_UDP;
}


static const struct {
	const char *name, *param;
	uint16_t port;
	bool secure;
} protov[FLOW_PROTO_MAX] = {
	[FLOW_UDP] = {"UDP", "udp", 5060, false},
	[FLOW_TCP] = {"TCP", "tcp", 5060, false},
	[FLOW_TLS] = {"TLS", "tls", 5061, true},
	[FLOW_WS] = {"WS", "ws", 80, false},
	[FLOW_WSS] = {"WSS", "wss", 443, true},
};


/**
 * The name of a protocol as a Via writes it
 *
 * @param p Protocol
 *
 * @return Name, "" for an unknown one
 */
const char *flow_proto_name(enum flow_proto p)
{
	return p < FLOW_PROTO_MAX ? protov[p].name : "";
}


/**
 * The name of a protocol as a URI's transport parameter writes it
 *
 * @param p Protocol
 *
 * @return Name, "" for an unknown one
 */
const char *flow_proto_param(enum flow_proto p)
{
	return p < FLOW_PROTO_MAX ? protov[p].param : "";
}


/**
 * The protocol of a name, in either spelling
 *
 * @param p    Pointer to the protocol
 * @param name Of a Via, or of a transport parameter
 *
 * @return 0 if success, ENOENT for an unknown one
 */
int flow_proto_decode(enum flow_proto *p, const struct pl *name)
{
	if (!p || !name)
		return EINVAL;

	for (int i = 0; i < FLOW_PROTO_MAX; i++) {
		if (!pl_strcasecmp(name, protov[i].name)) {
			*p = (enum flow_proto)i;
			return 0;
		}
	}

	return ENOENT;
}


/**
 * Is it encrypted and the peer authenticated?
 *
 * @param p Protocol
 *
 * @return True for TLS and WSS
 */
bool flow_proto_secure(enum flow_proto p)
{
	return p < FLOW_PROTO_MAX && protov[p].secure;
}


/**
 * Is it a WebSocket: is a page in a browser at its far end?
 *
 * @param p Protocol
 *
 * @return True for WS, WSS
 */
bool flow_proto_web(enum flow_proto p)
{
	return p == FLOW_WS || p == FLOW_WSS;
}


/**
 * The port where none is given
 *
 * @param p Protocol
 *
 * @return Port, 0 for an unknown protocol
 */
uint16_t flow_proto_port(enum flow_proto p)
{
	return p < FLOW_PROTO_MAX ? protov[p].port : 0;
}


/**
 * Does the peer's certificate, which was verified, name that host?
 *
 * Whole names only: RFC 5922 section 7.2 forbids wildcards.
 *
 * @param flow Flow
 * @param host Host name
 *
 * @return True if so
 */
bool flow_has_name(const struct flow *flow, const char *host)
{
	struct pl rest, name;

	if (!flow || !flow->names || !host)
		return false;

	pl_set_str(&rest, flow->names);
	while (!re_regex(rest.p, rest.l, "[^ ]+", &name)) {
		if (!pl_strcasecmp(&name, host))
			return true;
		pl_advance(&rest, name.p + name.l - rest.p);
	}

	return false;
}
