/**
 * @file engine_lookup.c  Moves packets between all ports by a few sockets
 *
 * A program in the kernel steers what comes for a port of ours to its worker's
 * socket; the headers say for which one it was. One batch a turn: the loop is
 * level-triggered and comes back. Nothing is allocated, copied or locked for a
 * packet.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include "common/metrics.h"
#include "relay/engine/datagram.h"
#include "relay/engine/engine_lookup.h"
#include "relay/engine/intake.h"
#include "relay/engine/hops.h"
#include "relay/engine/leg.h"
#include "relay/engine/chute.h"
#include "relay/engine/port.h"
#include "relay/engine/switchboard.h"

/* larger datagrams than any media has are dropped, not cut */
enum { BATCH = CHUTE_MAX, PACKET_MAX = 9216, CONTROL_SIZE = 96 };

/* what others than the known send is taken in small pieces: a flood of it
   has a fifth of our time at most */
enum { BATCH_OTHERS = 16, INTAKES = 2 * STEER_DOORS };

/* some 20 ms of what a worker can do: overload drops packets instead of
   playing stale ones */
enum { RCVBUF = 2 * 1024 * 1024, RCVBUF_OTHERS = 512 * 1024 };

/* packets; more do not fit into that */
enum { QUEUE_OTHERS = 2048 };

/** What comes by one address family and door */
struct intake {
	int fd; /* -1: we have no such address */
	int af;
	enum steer_door door;
};

/** A datagram that came */
struct slot {
	struct sa src;
	struct iovec iov;
	_Alignas(struct cmsghdr) uint8_t control[CONTROL_SIZE];
	uint8_t buf[DATAGRAM_HEAD + PACKET_MAX]; /* headers of ours before */
};

struct engine_lookup {
	struct engine engine;      /* base class */
	struct switchboard *board; /* not owned */
	unsigned worker;
	int epfd; /* not owned */
	struct intake intakev[INTAKES];
	bool introduced; /* somebody comes by the other door from now on */
	struct chute *out;
	struct mmsghdr msgv[BATCH];
	struct slot slotv[BATCH];
};


static void destructor(void *arg)
{
	struct engine_lookup *e = arg;

	mem_deref(e->out);
	for (size_t i = 0; i < INTAKES; i++) {
		if (e->intakev[i].fd >= 0)
			(void)close(e->intakev[i].fd);
	}
}


static uint8_t *payload(struct slot *slot)
{
	return slot->buf + DATAGRAM_HEAD;
}


static void rx_prepare(struct engine_lookup *e, int i)
{
	struct msghdr *msg = &e->msgv[i].msg_hdr;

	msg->msg_namelen = sizeof(e->slotv[i].src.u);
	msg->msg_controllen = sizeof(e->slotv[i].control);
}


/* whoever it is for may have gone while it waited */
static const struct port *find_port(const struct engine_lookup *e,
				    struct msghdr *msg)
{
	const struct port *port;
	struct sa local;

	if (!intake_local(msg, &local))
		return NULL;

	port = switchboard_port(e->board, switchboard_place(e->board, &local),
				e->worker);

	return port && !list_isempty(&port->legl) ? port : NULL;
}


/* from the port that it came to, in the room of what it answers */
static void reply(struct engine_lookup *e, struct slot *slot,
		  const struct forwarder_verdict *v)
{
	const struct chute_item item = {
		.leg = v->leg,
		.dst = &slot->src,
		.payload = payload(slot),
		.len = v->reply->end,
	};

	if (item.len <= PACKET_MAX) {
		memcpy(item.payload, v->reply->buf, item.len);
		chute_add(e->out, &item);
	}
	mem_deref(v->reply);
}


static void pass_on(struct engine_lookup *e, struct slot *slot,
		    const struct arrival *arr, struct leg *out)
{
	struct sa dst;
	const struct chute_item item = {
		.leg = out,
		.dst = &dst,
		.payload = payload(slot),
		.len = arr->len,
		.hops = arr->hops,
		.counted = true,
	};

	if (latch_target(&out->latch, &dst))
		chute_add(e->out, &item);
	else
		forwarder_sent(&e->engine.forward, out, 0, 0, 1);
}


static void judge(struct engine_lookup *e, int i, const struct port *port,
		  struct arrival *arr)
{
	struct slot *slot = &e->slotv[i];
	struct forwarder_verdict v;

	/* a piece of a datagram is none: judged as empty */
	arr->src = &slot->src;
	arr->hops = hops_read(&e->msgv[i].msg_hdr);
	arr->p = payload(slot);
	arr->len = e->msgv[i].msg_hdr.msg_flags & MSG_TRUNC
			   ? 0
			   : e->msgv[i].msg_len;

	forwarder_judge(&e->engine.forward, port, arr, &v);
	if (v.reply)
		reply(e, slot, &v);
	else if (v.out)
		pass_on(e, slot, arr, v.out);
}


/* whose source is locked comes by the other door from now on. Where several
   listen all come by this one: each would take the other's place, and then
   their packets overtake each other */
static void introduce(struct engine_lookup *e, const struct port *port,
		      const struct sa *src)
{
	const struct leg *leg = list_ledata(list_head(&port->legl));

	if (port->legl.head == port->legl.tail && leg->latch.locked &&
	    sa_cmp(&leg->latch.src, src, SA_ALL)) {
		switchboard_know(e->board, port, src);
		e->introduced = true;
	}
}


static void take(struct engine_lookup *e, int i, enum steer_door door,
		 struct arrival *arr)
{
	const struct port *port = find_port(e, &e->msgv[i].msg_hdr);
	struct slot *slot = &e->slotv[i];

	slot->src.len = e->msgv[i].msg_hdr.msg_namelen;
	if (port) {
		judge(e, i, port, arr);
		if (door == STEER_OTHERS)
			introduce(e, port, &slot->src);
	}
	else {
		counter_inc(e->engine.forward.dropped);
	}
	rx_prepare(e, i);
}


static int move_batch(struct engine_lookup *e, const struct intake *intake,
		      int size, uint64_t now_us)
{
	struct arrival arr = {.now_us = now_us};
	struct chute_sum sum;
	int n;

	n = recvmmsg(intake->fd, e->msgv, (unsigned)size, MSG_DONTWAIT, NULL);
	if (n <= 0)
		return 0;

	for (int i = 0; i < n; i++)
		take(e, i, intake->door, &arr);

	chute_send(e->out, &sum);
	counter_add(e->engine.forward.forwarded, (int64_t)sum.sent);
	if (sum.sent < sum.packets)
		counter_add(e->engine.forward.unsent,
			    (int64_t)(sum.packets - sum.sent));

	return n;
}


/* who is introduced has left packets in this queue, maybe: they go before
   those that come by the other door */
static unsigned move(struct engine *base, void *ready, uint64_t now_us)
{
	struct engine_lookup *e = (struct engine_lookup *)base;
	const struct intake *intake = ready;
	const int size = intake->door == STEER_KNOWN ? BATCH : BATCH_OTHERS;
	unsigned total = 0;
	int n;

	e->introduced = false;
	do {
		n = move_batch(e, intake, size, now_us);
		total += n > 0 ? (unsigned)n : 0;
	} while (n == size && e->introduced && total < QUEUE_OTHERS);

	return total;
}


static int watch(struct engine *base, struct port *port)
{
	const struct engine_lookup *e = (struct engine_lookup *)base;

	switchboard_connect(e->board, port, e->worker);

	return 0;
}


static void unwatch(struct engine *base, struct port *port)
{
	const struct engine_lookup *e = (struct engine_lookup *)base;

	switchboard_disconnect(e->board, port);
}


static void prepare(struct engine_lookup *e, int i)
{
	struct slot *slot = &e->slotv[i];
	struct msghdr *msg = &e->msgv[i].msg_hdr;

	slot->iov.iov_base = payload(slot);
	slot->iov.iov_len = PACKET_MAX;
	msg->msg_iov = &slot->iov;
	msg->msg_iovlen = 1;
	msg->msg_name = &slot->src.u;
	msg->msg_control = slot->control;
	rx_prepare(e, i);
}


static int open_intake(struct engine_lookup *e, struct intake *in)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = in};
	int err;

	err = intake_open(&in->fd, in->af,
			  in->door == STEER_KNOWN ? RCVBUF : RCVBUF_OTHERS);
	if (err)
		return err;

	err = switchboard_hear(e->board, e->worker, in->af, in->door, in->fd);
	if (err)
		return err;

	return epoll_ctl(e->epfd, EPOLL_CTL_ADD, in->fd, &ev) ? errno : 0;
}


static bool has_family(const struct relay_conf *conf, int af)
{
	for (size_t i = 0; i < conf->addrc; i++) {
		if (sa_af(&conf->addrv[i]) == af)
			return true;
	}

	return false;
}


static int open_all(struct engine_lookup *e, const struct relay_conf *conf)
{
	int err;

	err = chute_alloc(&e->out, conf);
	for (size_t i = 0; i < INTAKES && !err; i++) {
		if (has_family(conf, e->intakev[i].af))
			err = open_intake(e, &e->intakev[i]);
	}

	return err;
}


/**
 * Allocate an engine
 *
 * @param ep      Pointer to allocated engine
 * @param conf    Whose it is
 * @param metrics Metrics (optional)
 * @param h       Event handler, called in the worker's thread
 * @param arg     Handler argument
 *
 * @return 0 if success, EPERM without CAP_NET_RAW, otherwise errorcode
 */
int engine_lookup_alloc(struct engine **ep,
			const struct engine_lookup_conf *conf,
			struct metrics *metrics, forwarder_event_h *h,
			void *arg)
{
	struct engine_lookup *e;
	int err;

	if (!ep || !conf || !conf->conf || !conf->board || !h)
		return EINVAL;

	e = mem_zalloc(sizeof(*e), destructor);
	if (!e)
		return ENOMEM;

	e->engine.watchh = watch;
	e->engine.unwatchh = unwatch;
	e->engine.moveh = move;
	e->board = conf->board;
	e->worker = conf->worker;
	e->epfd = conf->epfd;
	for (size_t i = 0; i < INTAKES; i++)
		e->intakev[i] = (struct intake){
			.fd = -1,
			.af = i % 2 ? AF_INET6 : AF_INET,
			.door = (enum steer_door)(i / 2),
		};
	forwarder_init(&e->engine.forward, metrics, h, arg);
	for (int i = 0; i < BATCH; i++)
		prepare(e, i);

	err = open_all(e, conf->conf);
	if (err)
		mem_deref(e);
	else
		*ep = &e->engine;

	return err;
}
