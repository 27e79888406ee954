/**
 * @file engine_socket.c  Moves packets between plain sockets
 *
 * One batch a turn, so that a flooded port does not starve the others; the
 * loop is level-triggered and comes back. Nothing is allocated, copied or
 * locked for a packet.
 *
 * At 20 ms a packet a socket never holds two of them, and for one packet
 * recvmmsg(2) and sendmmsg(2) cost more than recvfrom(2) and sendto(2) do. A
 * port that is read again so soon that it has a burst is read in batches. Nor
 * is each packet worth the control message with its hops: a source's next ones
 * came the same way.
 *
 * Measured on Linux 6.18, 500 ports of one packet each over veth, CPU of both
 * calls and of epoll, of recvmmsg and sendmmsg:
 *
 *   recvfrom, sendto                                 -13 %
 *   edge-triggered                                   -2 %
 *   recvfrom and send on connected sockets           -4 % beside the first
 *
 * So nothing is connected: for so little a call would need six descriptors
 * instead of four, the two more to hear strangers and phones that move. Nor
 * are there segments to offload (GSO, GRO) where a burst is video, whose
 * packets differ in size.
 */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include "relay/engine/engine_socket.h"
#include "relay/engine/hops.h"
#include "relay/engine/leg.h"
#include "relay/engine/port.h"

/* larger datagrams than any media has are dropped, not cut */
enum { BATCH = 16, PACKET_MAX = 9216 };

/* less than between two packets of any audio */
enum { BURST_US = 2000 };

/* every so many reads of a port look at hops: what goes round between two
   relays is soon at its end */
enum { HOPS_EVERY = 16 };

struct engine_socket {
	struct engine engine; /* base class */
	int epfd;             /* not owned */
	struct sa dst;
	struct sa srcv[BATCH];
	struct leg *outv[BATCH]; /* of what is to be sent */
	uint8_t hopsv[BATCH];
	struct iovec rxiov[BATCH], txiov[BATCH];
	struct mmsghdr rxv[BATCH], txv[BATCH];
	_Alignas(struct cmsghdr) uint8_t controlv[BATCH][HOPS_ROOM];
	uint8_t bufv[BATCH][PACKET_MAX];
};


static void rx_prepare(struct engine_socket *e, int i)
{
	e->rxv[i].msg_hdr.msg_namelen = sizeof(e->srcv[i].u);
	e->rxv[i].msg_hdr.msg_controllen = HOPS_ROOM;
}


/* from the port that it came to, or never */
static void reply(const struct forwarder_verdict *v, const struct sa *src)
{
	(void)sendto(v->leg->fd, v->reply->buf, v->reply->end, MSG_DONTWAIT,
		     &src->u.sa, src->len);
	mem_deref(v->reply);
}


/* how many of the n received stand in txiov[], to be sent */
static int judge(struct engine_socket *e, const struct port *port, int n,
		 uint64_t now_us)
{
	struct arrival arr = {.now_us = now_us};
	struct forwarder_verdict v;
	int txc = 0;

	for (int i = 0; i < n; i++) {
		struct msghdr *rx = &e->rxv[i].msg_hdr;
		struct sa *src = &e->srcv[i];

		src->len = rx->msg_namelen;
		arr.hops = hops_read(rx);
		rx_prepare(e, i);

		/* a piece of a datagram is none: judged as empty */
		arr.src = src;
		arr.p = e->bufv[i];
		arr.len = rx->msg_flags & MSG_TRUNC ? 0 : e->rxv[i].msg_len;

		forwarder_judge(&e->engine.forward, port, &arr, &v);
		if (v.out) {
			e->outv[txc] = v.out;
			e->hopsv[txc] = hops_next(arr.hops ? arr.hops
							   : v.leg->hops);
			e->txiov[txc].iov_base = e->bufv[i];
			e->txiov[txc].iov_len = arr.len;
			++txc;
		}
		if (v.reply)
			reply(&v, src);
	}

	return txc;
}


static void send_one(struct engine_socket *e, struct leg *leg, int i)
{
	const ssize_t n = sendto(leg->fd, e->txiov[i].iov_base,
				 e->txiov[i].iov_len, MSG_DONTWAIT,
				 &e->dst.u.sa, e->dst.len);

	forwarder_sent(&e->engine.forward, leg, n >= 0,
		       n > 0 ? (uint64_t)n : 0, 1);
}


/* what the kernel does not take is lost: a relay does not queue */
static void send_run(struct engine_socket *e, struct leg *leg, int from,
		     int to)
{
	uint64_t packets = 0, octets = 0;
	int i = from;

	for (int k = from; k < to; k++)
		e->txv[k].msg_hdr.msg_namelen = e->dst.len;

	while (i < to) {
		const int n = sendmmsg(leg->fd, &e->txv[i], (unsigned)(to - i),
				       MSG_DONTWAIT);

		if (n <= 0) {
			++i;
			continue;
		}

		for (int k = i; k < i + n; k++)
			octets += e->txiov[k].iov_len;
		packets += (uint64_t)n;
		i += n;
	}

	forwarder_sent(&e->engine.forward, leg, packets, octets,
		       (uint64_t)(to - from));
}


/* a stream's come the same way, but when that changes */
static void set_hops(struct leg *leg, uint8_t hops)
{
	if (leg->port->hops == hops)
		return;

	leg->port->hops = hops;
	hops_set(leg->fd, sa_af(&leg->port->local), hops);
}


/* as a rule all of a batch leave from one leg */
static void send_batch(struct engine_socket *e, int txc)
{
	int from = 0;

	while (from < txc) {
		struct leg *leg = e->outv[from];
		int to = from + 1;

		while (to < txc && e->outv[to] == leg &&
		       e->hopsv[to] == e->hopsv[from])
			++to;

		set_hops(leg, e->hopsv[from]);
		if (!latch_target(&leg->latch, &e->dst))
			forwarder_sent(&e->engine.forward, leg, 0, 0,
				       (uint64_t)(to - from));
		else if (to - from == 1)
			send_one(e, leg, from);
		else
			send_run(e, leg, from, to);
		from = to;
	}
}


/* as recvmmsg() would fill it in */
static int recv_one(struct engine_socket *e, int fd)
{
	struct msghdr *rx = &e->rxv[0].msg_hdr;
	const ssize_t n = recvfrom(fd, e->bufv[0], PACKET_MAX,
				   MSG_DONTWAIT | MSG_TRUNC, &e->srcv[0].u.sa,
				   &rx->msg_namelen);

	if (n < 0)
		return 0;

	rx->msg_flags = n > PACKET_MAX ? MSG_TRUNC : 0;
	rx->msg_controllen = 0;
	e->rxv[0].msg_len = (unsigned)n;

	return 1;
}


static unsigned move(struct engine *base, void *ready, uint64_t now_us)
{
	struct engine_socket *e = (struct engine_socket *)base;
	struct port *port = ready;
	bool batch;
	int n;

	if (list_isempty(&port->legl))
		return 0;

	batch = now_us - port->read_us < BURST_US ||
		port->reads++ % HOPS_EVERY == 0;
	port->read_us = now_us;
	n = batch ? recvmmsg(port->fd, e->rxv, BATCH, MSG_DONTWAIT, NULL)
		  : recv_one(e, port->fd);
	if (n <= 0)
		return 0;

	send_batch(e, judge(e, port, n, now_us));

	return (unsigned)n;
}


static int watch(struct engine *base, struct port *port)
{
	const struct engine_socket *e = (struct engine_socket *)base;
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = port};

	return epoll_ctl(e->epfd, EPOLL_CTL_ADD, port->fd, &ev) ? errno : 0;
}


static void unwatch(struct engine *base, struct port *port)
{
	const struct engine_socket *e = (struct engine_socket *)base;

	(void)epoll_ctl(e->epfd, EPOLL_CTL_DEL, port->fd, NULL);
}


static void prepare(struct engine_socket *e, int i)
{
	struct msghdr *rx = &e->rxv[i].msg_hdr;
	struct msghdr *tx = &e->txv[i].msg_hdr;

	e->rxiov[i].iov_base = e->bufv[i];
	e->rxiov[i].iov_len = PACKET_MAX;
	rx->msg_iov = &e->rxiov[i];
	rx->msg_iovlen = 1;
	rx->msg_name = &e->srcv[i].u;
	rx->msg_control = e->controlv[i];
	rx_prepare(e, i);

	tx->msg_iov = &e->txiov[i];
	tx->msg_iovlen = 1;
	tx->msg_name = &e->dst.u;
}


/**
 * Allocate an engine
 *
 * @param ep      Pointer to allocated engine
 * @param epfd    The worker's epoll set, must outlive it
 * @param metrics Metrics (optional)
 * @param h       Event handler, called in the worker's thread
 * @param arg     Handler argument
 *
 * @return 0 if success, otherwise errorcode
 */
int engine_socket_alloc(struct engine **ep, int epfd, struct metrics *metrics,
			forwarder_event_h *h, void *arg)
{
	struct engine_socket *e;

	if (!ep || !h)
		return EINVAL;

	e = mem_zalloc(sizeof(*e), NULL);
	if (!e)
		return ENOMEM;

	e->engine.watchh = watch;
	e->engine.unwatchh = unwatch;
	e->engine.moveh = move;
	e->epfd = epfd;
	forwarder_init(&e->engine.forward, metrics, h, arg);

	for (int i = 0; i < BATCH; i++)
		prepare(e, i);

	*ep = &e->engine;

	return 0;
}
