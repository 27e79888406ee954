/**
 * @file tcp_layer.c  The lowest layer of a connection: its socket
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <re.h>
#include "proxy/sip/connection.h"
#include "proxy/sip/tcp_layer.h"


enum { UNACKED_MS = 32000 }; /* then a peer that does not answer is gone */


static int output(struct layer *l, const uint8_t *p, size_t len)
{
	struct connection *c = l->owner;
	struct mbuf mb = {.buf = (uint8_t *)p, .size = len, .end = len};

	return c->tc ? tcp_send(c->tc, &mb) : ENOTCONN;
}


const struct layer_ops tcp_layer_ops = {.name = "tcp", .output = output};


static void recv_handler(struct mbuf *mb, void *arg)
{
	struct connection *c = arg;
	int err = 0;

	mem_ref(c);
	if (c->state == CONNECTION_OPEN || c->state == CONNECTION_CONNECTING) {
		err = layer_up(&c->bottom, mbuf_buf(mb), mbuf_get_left(mb));
	}
	else if (c->state == CONNECTION_LINGERS) {
		c->discarded += mbuf_get_left(mb);
		if (c->discarded > CONNECTION_DISCARD_MAX)
			err = EPROTO;
	}
	if (err)
		connection_close(c, err);
	mem_deref(c);
}


static void close_handler(int err, void *arg)
{
	connection_close(arg, err);
}


static void estab_handler(void *arg)
{
	struct connection *c = arg;
	int err;

	if (c->state != CONNECTION_CONNECTING)
		return;

	mem_ref(c);
	(void)tcp_conn_local_get(c->tc, &c->flow->local);
	err = layer_established(&c->bottom);
	if (err)
		connection_close(c, err);
	mem_deref(c);
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


/**
 * Accept the connection that a listening socket has
 *
 * @param c  Connection, its layers put on each other
 * @param ts Listening socket
 *
 * @return 0 if success, otherwise errorcode
 */
int tcp_layer_accept(struct connection *c, struct tcp_sock *ts)
{
	int err;

	err = tcp_accept(&c->tc, ts, NULL, recv_handler, close_handler, c);
	if (err)
		return err;

	set_options(c->tc);

	return layer_established(&c->bottom);
}


/**
 * Connect
 *
 * @param c     Connection, its layers put on each other
 * @param local Address to leave from
 * @param peer  Address of the far end
 *
 * @return 0 if success, otherwise errorcode
 */
int tcp_layer_connect(struct connection *c, const struct sa *local,
		      const struct sa *peer)
{
	int err;

	err = tcp_conn_alloc(&c->tc, peer, estab_handler, recv_handler,
			     close_handler, c);
	if (!err)
		err = tcp_conn_bind(c->tc, local);
	if (!err)
		err = tcp_conn_connect(c->tc, peer);
	if (!err)
		set_options(c->tc);

	return err;
}
