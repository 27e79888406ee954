/**
 * @file connection.c  One TCP connection that carries SIP
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/sip/connection.h"
#include "proxy/sip/connection_stack.h"
#include "proxy/sip/onlooker.h"
#include "proxy/sip/tcp_layer.h"


static void destructor(void *data)
{
	struct connection *c = data;

	timer_cancel(&c->tmr);
	mem_deref(c->tc);
	mem_deref(c->flow);
	mem_deref(c->framer);
	mem_deref(c->ws);
	mem_deref(c->tls);
	mem_deref(c->queue);
	mem_deref(c->host);
}


/**
 * Close a connection at once
 *
 * @param c   Connection
 * @param err Why; 0: the peer's orderly end
 */
void connection_close(struct connection *c, int err)
{
	if (!c || c->state == CONNECTION_CLOSED)
		return;

	mem_ref(c);
	if (c->state == CONNECTION_OPEN)
		layer_end(&c->top);
	c->state = CONNECTION_CLOSED;
	timer_cancel(&c->tmr);
	c->tc = mem_deref(c->tc);
	c->queue = mem_deref(c->queue);

	c->conf->closeh(c, c->conf->holder);
	flow_close(c->flow, err);
	mem_deref(c);
}


static void timeout_handler(void *arg)
{
	struct connection *c = arg;

	if (c->state == CONNECTION_BROKEN) {
		connection_close(c, c->err);
		return;
	}

	if (c->state != CONNECTION_LINGERS) {
		counter_inc(c->conf->timeouts);
		log_info(c->conf->log, "tcp.timeout",
			 KV_SA("peer", &c->flow->peer),
			 KV_STR("waited_for",
				c->state == CONNECTION_CONNECTING
					? c->accepted ? "handshake" : "connect"
				: c->partial || !c->spoken ? "message"
							   : "anything"));
	}
	connection_close(c, ETIMEDOUT);
}


static void deadline(struct connection *c, uint32_t ms)
{
	timer_start(c->conf->timers, &c->tmr, ms, timeout_handler, c);
}


/**
 * Something came: whoever has not spoken yet gets no more time by line ends
 *
 * @param c        Connection
 * @param progress Something whole came
 * @param partial  A message has begun and is not there yet
 */
void connection_heard(struct connection *c, bool progress, bool partial)
{
	if (!c || c->state != CONNECTION_OPEN)
		return;

	if (progress || partial != c->partial) {
		if (partial)
			deadline(c, c->conf->message_ms);
		else if (c->spoken)
			deadline(c, c->conf->idle_ms);
	}
	c->partial = partial;
}


/**
 * End it in order: our last words leave, what the peer still says is not read
 *
 * @param c Connection
 */
void connection_linger(struct connection *c)
{
	if (!c || !c->tc ||
	    (c->state != CONNECTION_OPEN && c->state != CONNECTION_CONNECTING))
		return;

	layer_end(&c->top);
	c->state = CONNECTION_LINGERS;
	if (!tcp_conn_txqsz(c->tc))
		(void)shutdown(tcp_conn_fd(c->tc), SHUT_WR);
	deadline(c, CONNECTION_LINGER_MS);
	flow_close(c->flow, EPROTO);
}


static int enqueue(struct connection *c, struct mbuf *mb)
{
	if (!c->queue)
		c->queue = mbuf_alloc(mbuf_get_left(mb));
	if (!c->queue)
		return ENOMEM;
	if (c->queue->end + mbuf_get_left(mb) > CONNECTION_QUEUE_MAX)
		return ENOSPC;

	return mbuf_write_mem(c->queue, mbuf_buf(mb), mbuf_get_left(mb));
}


/**
 * Send a message, or let it wait for the connection
 *
 * It never closes from inside: the caller is busy with its own objects.
 *
 * @param c  Connection
 * @param mb Message
 *
 * @return 0 if success, otherwise errorcode
 */
int connection_send(struct connection *c, struct mbuf *mb)
{
	int err;

	if (!c || !mb)
		return EINVAL;

	if (c->state == CONNECTION_CONNECTING)
		err = enqueue(c, mb);
	else if (c->state == CONNECTION_OPEN)
		err = layer_down(&c->top, mbuf_buf(mb), mbuf_get_left(mb));
	else
		return ENOTCONN;

	if (err) {
		c->state = CONNECTION_BROKEN;
		c->err = err;
		deadline(c, 0);
	}
	else if (c->state == CONNECTION_OPEN && c->spoken && !c->partial) {
		deadline(c, c->conf->idle_ms);
	}

	return err;
}


/**
 * Give it less time to be established
 *
 * @param c  Connection
 * @param ms At most so long from now
 */
void connection_hurry(struct connection *c, uint32_t ms)
{
	if (c && c->state == CONNECTION_CONNECTING &&
	    c->tmr.at > timers_now(c->conf->timers) + ms)
		deadline(c, ms);
}


static int send_handler(struct flow *flow, struct mbuf *mb)
{
	struct connection *c = flow->owner;
	int err = c ? connection_send(c, mb) : ENOTCONN;

	if (!err)
		onlooker_sent(c->conf->onlooker, flow, mb);

	return err;
}


/**
 * All layers are established: what waited leaves
 *
 * @param c Connection
 *
 * @return 0 if success, otherwise errorcode
 */
int connection_opened(struct connection *c)
{
	struct mbuf *mb;

	if (!c || c->state != CONNECTION_CONNECTING)
		return EINVAL;

	c->state = CONNECTION_OPEN;
	/* whoever asked for a WebSocket has spoken */
	c->spoken = !c->accepted || c->ws;
	deadline(c, c->spoken ? c->conf->idle_ms : c->conf->message_ms);

	mb = c->queue;
	c->queue = NULL;
	if (!mb)
		return 0;

	mb->pos = 0;
	(void)connection_send(c, mb);
	mem_deref(mb);

	return 0;
}


/* a half-built one: the flow's reference to it has to go first */
static void discard(struct connection *c)
{
	c->state = CONNECTION_CLOSED;
	flow_close(c->flow, ECONNABORTED);
	mem_deref(c);
}


static int init(struct connection **cp, const struct connection_conf *conf,
		enum flow_proto proto, const struct sa *local,
		const struct sa *peer)
{
	struct connection *c;
	int err;

	c = mem_zalloc(sizeof(*c), destructor);
	if (!c)
		return ENOMEM;

	c->conf = conf;
	err = framer_alloc(&c->framer);
	if (!err)
		err = flow_alloc(&c->flow, proto, local, peer, send_handler,
				 c);
	if (err) {
		mem_deref(c);
		return err;
	}

	*cp = c;

	return 0;
}


/**
 * Accept the connection that a listening socket has
 *
 * @param cp    Pointer to the allocated connection
 * @param conf  What all connections share
 * @param ts    Listening socket
 * @param proto Protocol that is spoken there
 * @param local Its address
 * @param peer  Address of the far end
 *
 * @return 0 if success, otherwise errorcode
 */
int connection_accept(struct connection **cp,
		      const struct connection_conf *conf, struct tcp_sock *ts,
		      enum flow_proto proto, const struct sa *local,
		      const struct sa *peer)
{
	struct connection *c;
	int err;

	err = init(&c, conf, proto, local, peer);
	if (err)
		return err;

	c->accepted = c->flow->accepted = true;
	deadline(c, conf->connect_ms);
	err = connection_stack(c);
	if (!err)
		err = tcp_layer_accept(c, ts);
	if (err) {
		discard(c);
		return err;
	}

	*cp = c;

	return 0;
}


/**
 * Connect to a hop; what is sent meanwhile waits
 *
 * @param cp    Pointer to the allocated connection
 * @param conf  What all connections share
 * @param local Address to leave from; its port does not count
 * @param hop   Protocol, address, and host that a certificate must name
 *
 * @return 0 if success, otherwise errorcode
 */
int connection_open(struct connection **cp, const struct connection_conf *conf,
		    const struct sa *local, const struct hop *hop)
{
	struct connection *c;
	struct sa any = *local;
	int err;

	sa_set_port(&any, 0);
	err = init(&c, conf, hop->proto, &any, &hop->addr);
	if (err)
		return err;

	deadline(c, conf->connect_ms);
	err = str_dup(&c->host, hop->host);
	if (!err)
		err = connection_stack(c);
	if (!err)
		err = tcp_layer_connect(c, &any, &hop->addr);
	if (err) {
		discard(c);
		return err;
	}

	*cp = c;

	return 0;
}


/**
 * Can what is meant for a hop leave by this connection?
 *
 * @param c   Connection
 * @param hop Hop
 *
 * @return True if so
 *
 * RFC 5923 section 4: in TLS an address alone says nothing
 */
bool connection_serves(const struct connection *c, const struct hop *hop)
{
	if (!c || !hop || c->flow->closed || c->state == CONNECTION_BROKEN)
		return false;
	if (c->flow->proto != hop->proto ||
	    !sa_cmp(&c->flow->peer, &hop->addr, SA_ALL))
		return false;
	if (!flow_proto_secure(hop->proto))
		return true;

	return (c->host && !str_casecmp(c->host, hop->host)) ||
	       flow_has_name(c->flow, hop->host);
}
