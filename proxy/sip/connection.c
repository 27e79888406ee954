/**
 * @file connection.c  One TCP connection that carries SIP
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/sip/connection.h"


enum { UNACKED_MS = 32000 }; /* then a peer that does not answer is gone */


static void destructor(void *data)
{
	struct connection *c = data;

	timer_cancel(&c->tmr);
	mem_deref(c->tc);
	mem_deref(c->flow);
	mem_deref(c->framer);
	mem_deref(c->queue);
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
				c->state == CONNECTION_CONNECTING ? "connect"
				: c->partial || !c->spoken        ? "message"
							   : "anything"));
	}
	connection_close(c, ETIMEDOUT);
}


static void deadline(struct connection *c, uint32_t ms)
{
	timer_start(c->conf->timers, &c->tmr, ms, timeout_handler, c);
}


/* whoever has not spoken yet gets no more time by line ends */
static void set_deadline(struct connection *c, bool progress)
{
	const bool partial = framer_partial(c->framer);

	if (progress || partial != c->partial) {
		if (partial)
			deadline(c, c->conf->message_ms);
		else if (c->spoken)
			deadline(c, c->conf->idle_ms);
	}
	c->partial = partial;
}


/* our last words leave, what the peer still says is not read */
static void linger(struct connection *c)
{
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


/* never closes from inside: the caller is busy with its own objects */
static int transmit(struct connection *c, struct mbuf *mb)
{
	int err;

	if (c->state == CONNECTION_CONNECTING)
		err = enqueue(c, mb);
	else if (c->state == CONNECTION_OPEN)
		err = tcp_send(c->tc, mb);
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


static int send_handler(struct flow *flow, struct mbuf *mb)
{
	return flow->owner ? transmit(flow->owner, mb) : ENOTCONN;
}


/* RFC 5626 section 4.4.1 */
static void pong(struct connection *c, size_t n)
{
	struct mbuf *mb = mbuf_alloc(2 * n);

	if (!mb)
		return;

	while (n--)
		(void)mbuf_write_str(mb, "\r\n");
	mb->pos = 0;
	(void)transmit(c, mb);
	counter_inc(c->conf->pings);
	mem_deref(mb);
}


/* whole frames, until the stream has no more of them or is not SIP */
static bool take_frames(struct connection *c)
{
	struct frame fr;
	bool progress = false;

	while (c->state == CONNECTION_OPEN) {
		framer_next(c->framer, &fr, c->conf->guard);

		switch (fr.event) {
		case FRAMER_MORE:
			return progress;
		case FRAMER_PING:
			pong(c, fr.n);
			break;
		case FRAMER_MESSAGE:
			c->spoken = true;
			if (c->conf->msgh(c->flow, fr.p, fr.len,
					  c->conf->arg) &&
			    c->state == CONNECTION_OPEN)
				linger(c);
			break;
		case FRAMER_REFUSED:
			c->conf->badh(c->flow, c->conf->guard, c->conf->arg);
			if (c->state == CONNECTION_OPEN)
				linger(c);
			break;
		case FRAMER_JUNK:
			counter_inc(c->conf->junk);
			connection_close(c, EPROTO);
			break;
		}
		progress = true;
	}

	return progress;
}


static void input(struct connection *c, const uint8_t *p, size_t len)
{
	bool progress = false;
	size_t n;

	while (len && c->state == CONNECTION_OPEN) {
		if (framer_push(c->framer, p, len, &n) || !n) {
			connection_close(c, ENOMEM);
			return;
		}
		p += n;
		len -= n;
		progress |= take_frames(c);
	}

	if (c->state == CONNECTION_OPEN)
		set_deadline(c, progress);
}


static void recv_handler(struct mbuf *mb, void *arg)
{
	struct connection *c = arg;

	mem_ref(c);
	if (c->state == CONNECTION_OPEN) {
		input(c, mbuf_buf(mb), mbuf_get_left(mb));
	}
	else if (c->state == CONNECTION_LINGERS) {
		c->discarded += mbuf_get_left(mb);
		if (c->discarded > CONNECTION_DISCARD_MAX)
			connection_close(c, EPROTO);
	}
	mem_deref(c);
}


static void close_handler(int err, void *arg)
{
	connection_close(arg, err);
}


static void estab_handler(void *arg)
{
	struct connection *c = arg;
	struct mbuf *mb = c->queue;

	if (c->state != CONNECTION_CONNECTING)
		return;

	c->state = CONNECTION_OPEN;
	c->spoken = true;
	(void)tcp_conn_local_get(c->tc, &c->flow->local);
	deadline(c, c->conf->idle_ms);

	c->queue = NULL;
	if (!mb)
		return;

	mb->pos = 0;
	(void)transmit(c, mb);
	mem_deref(mb);
}


static void set_options(struct tcp_conn *tc)
{
	const int on = 1, unacked_ms = UNACKED_MS;
	const int fd = tcp_conn_fd(tc);

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacked_ms,
			 sizeof(unacked_ms));
	tcp_conn_txqsz_set(tc, CONNECTION_QUEUE_MAX);
}


static int init(struct connection **cp, const struct connection_conf *conf,
		const struct sa *local, const struct sa *peer)
{
	struct connection *c;
	int err;

	c = mem_zalloc(sizeof(*c), destructor);
	if (!c)
		return ENOMEM;

	c->conf = conf;
	err = framer_alloc(&c->framer);
	if (!err)
		err = flow_alloc(&c->flow, FLOW_TCP, local, peer, send_handler,
				 c);
	if (err)
		mem_deref(c);
	else
		*cp = c;

	return err;
}


/* a half-built one: the flow's reference to it has to go first */
static void discard(struct connection *c)
{
	c->state = CONNECTION_CLOSED;
	flow_close(c->flow, ECONNABORTED);
	mem_deref(c);
}


/**
 * Accept the connection that a listening socket has
 *
 * @param cp    Pointer to the allocated connection
 * @param conf  What all connections share
 * @param ts    Listening socket
 * @param local Its address
 * @param peer  Address of the far end
 *
 * @return 0 if success, otherwise errorcode
 */
int connection_accept(struct connection **cp,
		      const struct connection_conf *conf, struct tcp_sock *ts,
		      const struct sa *local, const struct sa *peer)
{
	struct connection *c;
	int err;

	err = init(&c, conf, local, peer);
	if (err)
		return err;

	err = tcp_accept(&c->tc, ts, NULL, recv_handler, close_handler, c);
	if (err) {
		discard(c);
		return err;
	}

	c->state = CONNECTION_OPEN;
	c->accepted = true;
	set_options(c->tc);
	deadline(c, conf->message_ms);
	*cp = c;

	return 0;
}


/**
 * Connect to a peer; what is sent meanwhile waits
 *
 * @param cp    Pointer to the allocated connection
 * @param conf  What all connections share
 * @param local Address to leave from; its port does not count
 * @param peer  Address of the far end
 *
 * @return 0 if success, otherwise errorcode
 */
int connection_open(struct connection **cp, const struct connection_conf *conf,
		    const struct sa *local, const struct sa *peer)
{
	struct connection *c;
	struct sa any = *local;
	int err;

	sa_set_port(&any, 0);
	err = init(&c, conf, &any, peer);
	if (err)
		return err;

	err = tcp_conn_alloc(&c->tc, peer, estab_handler, recv_handler,
			     close_handler, c);
	if (!err)
		err = tcp_conn_bind(c->tc, &any);
	if (!err)
		err = tcp_conn_connect(c->tc, peer);
	if (err) {
		discard(c);
		return err;
	}

	set_options(c->tc);
	deadline(c, conf->connect_ms);
	*cp = c;

	return 0;
}
