/**
 * @file engine_socket.c  Moves packets between plain sockets, in batches
 *
 * One batch a turn, so that a flooded port does not starve the others; the
 * loop is level-triggered and comes back. Nothing is allocated, copied or
 * locked for a packet.
 */
#include <errno.h>
#include <sys/socket.h>
#include "common/metrics.h"
#include "relay/engine/engine_socket.h"
#include "relay/engine/path.h"
#include "relay/engine/port.h"
#include "relay/tap.h"

/* larger datagrams than any media has are dropped, not cut */
enum { BATCH = 16, PACKET_MAX = 9216 };

struct engine_socket {
	engine_event_h *h;
	void *arg;
	struct counter *forwarded, *dropped, *answered, *unsent;
	struct sa dst;
	struct sa srcv[BATCH];
	struct leg *outv[BATCH]; /* of what is to be sent */
	struct iovec rxiov[BATCH], txiov[BATCH];
	struct mmsghdr rxv[BATCH], txv[BATCH];
	uint8_t bufv[BATCH][PACKET_MAX];
};


static void rx_prepare(struct engine_socket *e, int i)
{
	e->rxv[i].msg_hdr.msg_namelen = sizeof(e->srcv[i].u);
}


/**
 * Allocate an engine
 *
 * @param ep      Pointer to allocated engine
 * @param metrics Metrics (optional)
 * @param h       Event handler, called in the worker's thread
 * @param arg     Handler argument
 *
 * @return 0 if success, otherwise errorcode
 */
int engine_socket_alloc(struct engine_socket **ep, struct metrics *metrics,
			engine_event_h *h, void *arg)
{
	struct engine_socket *e;

	if (!ep || !h)
		return EINVAL;

	e = mem_zalloc(sizeof(*e), NULL);
	if (!e)
		return ENOMEM;

	e->h = h;
	e->arg = arg;
	e->forwarded = metrics_counter(metrics, "relay_packets_total");
	e->answered = metrics_counter(metrics, "relay_checks_answered_total");
	e->dropped = metrics_counter(metrics, "relay_packets_dropped_total");
	e->unsent = metrics_counter(metrics, "relay_packets_unsent_total");

	for (int i = 0; i < BATCH; i++) {
		struct msghdr *rx = &e->rxv[i].msg_hdr;
		struct msghdr *tx = &e->txv[i].msg_hdr;

		e->rxiov[i].iov_base = e->bufv[i];
		e->rxiov[i].iov_len = PACKET_MAX;
		rx->msg_iov = &e->rxiov[i];
		rx->msg_iovlen = 1;
		rx->msg_name = &e->srcv[i].u;
		rx_prepare(e, i);

		tx->msg_iov = &e->txiov[i];
		tx->msg_iovlen = 1;
		tx->msg_name = &e->dst.u;
	}

	*ep = e;

	return 0;
}


static void tell_tap(struct relay_tap *tap, const struct leg *leg,
		     const struct arrival *arr)
{
	const struct tap_packet pkt = {
		.stream = leg->path->stream,
		.side = leg->side,
		.comp = arr->pkt.type == PACKET_RTCP ? RELAY_RTCP : leg->comp,
		.src = arr->src,
		.local = &leg->local,
		.p = arr->p,
		.len = arr->len,
		.now_us = arr->now_us,
	};

	tap->packeth(tap, &pkt);
}


/* from the port that it came to, or never */
static void reply(struct engine_socket *e, struct leg *leg,
		  const struct arrival *arr)
{
	counter_inc(e->answered);
	(void)sendto(leg->fd, arr->reply->buf, arr->reply->end, MSG_DONTWAIT,
		     &arr->src->u.sa, arr->src->len);
	mem_deref(arr->reply);
}


/* how many of the n received stand in txiov[], to be sent */
static int judge(struct engine_socket *e, const struct port *port, int n,
		 uint64_t now_us, int *answers)
{
	struct arrival arr = {.now_us = now_us};
	int txc = 0;

	*answers = 0;
	for (int i = 0; i < n; i++) {
		const struct msghdr *rx = &e->rxv[i].msg_hdr;
		struct sa *src = &e->srcv[i];
		struct leg *leg;

		src->len = rx->msg_namelen;
		rx_prepare(e, i);

		/* a piece of a datagram is none: judged as empty */
		arr.src = src;
		arr.p = e->bufv[i];
		arr.len = rx->msg_flags & MSG_TRUNC ? 0 : e->rxv[i].msg_len;

		leg = port_leg(port, src, arr.p, arr.len);
		if (leg_hear(leg, &arr)) {
			e->outv[txc] = leg_out(leg, &arr);
			e->txiov[txc].iov_base = e->bufv[i];
			e->txiov[txc].iov_len = arr.len;
			++txc;
			if (leg->path->tap)
				tell_tap(leg->path->tap, leg, &arr);
		}

		if (arr.reply) {
			reply(e, leg, &arr);
			++*answers;
		}
		if (arr.event >= 0)
			e->h(leg, (enum relay_event)arr.event, src, e->arg);
	}

	return txc;
}


static void unsent(struct engine_socket *e, struct leg *leg, int n)
{
	leg_sent(leg, 0, 0, (uint64_t)n);
	counter_add(e->unsent, n);
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

	leg_sent(leg, packets, octets, 0);
	counter_add(e->forwarded, (int64_t)packets);
	if (packets < (uint64_t)(to - from))
		unsent(e, leg, to - from - (int)packets);
}


/* as a rule all of a batch leave from one leg */
static void send_batch(struct engine_socket *e, int txc)
{
	int from = 0;

	while (from < txc) {
		struct leg *leg = e->outv[from];
		int to = from + 1;

		while (to < txc && e->outv[to] == leg)
			++to;

		if (latch_target(&leg->latch, &e->dst))
			send_run(e, leg, from, to);
		else
			unsent(e, leg, to - from);
		from = to;
	}
}


/**
 * Move one batch of packets
 *
 * @param e      Engine
 * @param port   Port that can be read, with somebody who listens
 * @param now_us Monotonic time [us]
 *
 * @return Number of packets that came
 */
unsigned engine_socket_move(struct engine_socket *e, const struct port *port,
			    uint64_t now_us)
{
	int n, txc, answers;

	n = recvmmsg(port->fd, e->rxv, BATCH, MSG_DONTWAIT, NULL);
	if (n <= 0)
		return 0;

	txc = judge(e, port, n, now_us, &answers);
	if (txc + answers < n)
		counter_add(e->dropped, n - txc - answers);
	send_batch(e, txc);

	return (unsigned)n;
}
