/**
 * @file udp.c  A UDP listener: datagrams in, flows out
 *
 * libre's udp_listen() reads one datagram at a time, cuts it at 8192 octets
 * and hides the socket: this one has its own, read by recvmmsg().
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <time.h>
#include <sys/socket.h>
#include <unistd.h>
#include <re.h>
#include "common/clock.h"
#include "common/metrics.h"
#include "proxy/sip/onlooker.h"
#include "proxy/sip/outbox.h"
#include "proxy/sip/stun_echo.h"
#include "proxy/sip/traffic.h"
#include "proxy/sip/udp.h"


enum {
	BATCH = 32,
	ROUNDS_MAX = 16,      /* batches a turn of the loop */
	DATAGRAM_MAX = 65536, /* one more than there can be */
	RCVBUF_SIZE = 4 * 1024 * 1024,
	AGE_MAX_US = 10000000, /* more is a clock that was set */
};

/** Room for a time stamp of the kernel */
union stamp {
	struct cmsghdr align;
	uint8_t b[CMSG_SPACE(sizeof(struct timespec))];
};

struct udp_listener {
	struct sa addr;
	int fd;
	uint8_t *buf; /* BATCH times DATAGRAM_MAX */
	struct mmsghdr msgv[BATCH];
	struct iovec iov[BATCH];
	struct sa peerv[BATCH];
	union stamp stampv[BATCH];
	struct outbox *box;        /* referenced, or NULL */
	struct traffic *traffic;   /* referenced, or NULL */
	struct onlooker *onlooker; /* referenced, or NULL */
	struct counter *datagrams, *keepalives, *stuns, *garbage;
	udp_input_h *h; /* NULL once stopped */
	udp_room_h *roomh;
	udp_turn_h *turnh;
	void *arg;
};


static void destructor(void *data)
{
	struct udp_listener *l = data;

	udp_listener_close(l);
	mem_deref(l->box);
	mem_deref(l->traffic);
	mem_deref(l->onlooker);
	mem_deref(l->buf);
}


static int send_handler(struct flow *flow, struct mbuf *mb)
{
	struct udp_listener *l = flow->owner;
	int err;

	if (!l || l->fd < 0)
		return ENOTCONN;

	traffic_note(l->traffic, &flow->peer, false);
	err = outbox_send(l->box, l->fd, flow, mb);
	if (!err)
		onlooker_sent(l->onlooker, flow, mb);

	return err;
}


/* a NAT mapping is kept open with line ends, zeros, or nothing at all */
static size_t skip_keepalive(const uint8_t *p, size_t len)
{
	size_t n = 0;

	while (n < len && (p[n] == '\r' || p[n] == '\n'))
		++n;

	return len <= 4 && len && !p[0] ? len : n;
}


/* the first octet of a method, or of "SIP/" */
static bool is_token(uint8_t c)
{
	return isalnum(c) || (c && strchr("-.!%*_+`'~", c));
}


static void input(struct udp_listener *l, const struct sa *peer,
		  const uint8_t *p, size_t len, uint64_t arrived_us)
{
	const size_t skip = skip_keepalive(p, len);
	struct flow *flow = NULL;

	counter_inc(l->datagrams);
	traffic_note(l->traffic, peer, true);
	if (skip == len) {
		counter_inc(l->keepalives);
		return;
	}
	if (stun_echo_is(p, len)) {
		counter_inc(l->stuns);
	}
	else if (!is_token(p[skip]) || !sa_port(peer)) {
		counter_inc(l->garbage);
		return;
	}
	if (udp_listener_flow(&flow, l, peer))
		return;

	l->h(flow, p + skip, len - skip, arrived_us, l->arg);
	mem_deref(flow);
}


static int receive(struct udp_listener *l)
{
	for (size_t i = 0; i < BATCH; i++) {
		l->msgv[i].msg_hdr.msg_namelen = sizeof(l->peerv[i].u);
		l->msgv[i].msg_hdr.msg_controllen = sizeof(l->stampv[i]);
	}

	return recvmmsg(l->fd, l->msgv, BATCH, MSG_DONTWAIT, NULL);
}


static uint64_t wall_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);

	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}


/**
 * How long a datagram has waited in the kernel
 *
 * @param mh     As recvmmsg() has left it
 * @param now_us Now, since 1970
 *
 * @return Time in us, 0 where nothing sensible is known
 */
uint64_t udp_age(struct msghdr *mh, uint64_t now_us)
{
	const struct cmsghdr *c = CMSG_FIRSTHDR(mh);
	struct timespec ts;
	uint64_t then;

	if (!c || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SCM_TIMESTAMPNS)
		return 0;

	memcpy(&ts, CMSG_DATA(c), sizeof(ts));
	then = (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;

	return then < now_us && now_us - then < AGE_MAX_US ? now_us - then : 0;
}


/* what is answered leaves before the next batch is read: how long a reply
 * waits is bounded */
static int take_batch(struct udp_listener *l)
{
	const int n = receive(l);
	const uint64_t wall = wall_us(), now = clock_us();

	outbox_hold(l->box);
	for (int i = 0; i < n && l->h; i++) {
		struct msghdr *mh = &l->msgv[i].msg_hdr;

		l->peerv[i].len = mh->msg_namelen;
		input(l, &l->peerv[i], l->iov[i].iov_base, l->msgv[i].msg_len,
		      now - udp_age(mh, wall));
	}
	outbox_release(l->box);

	return n;
}


static void read_handler(int flags, void *arg)
{
	struct udp_listener *l = arg;
	int n = BATCH;
	(void)flags;

	mem_ref(l);
	for (int round = 0; round < ROUNDS_MAX && n == BATCH && l->h &&
			    (!l->roomh || l->roomh(l->arg));
	     round++)
		n = take_batch(l);
	if (l->h && l->turnh)
		l->turnh(l->arg);
	mem_deref(l);
}


/* not zeroed: pages that no datagram touches cost nothing */
static int alloc_batch(struct udp_listener *l)
{
	l->buf = mem_alloc((size_t)BATCH * DATAGRAM_MAX, NULL);
	if (!l->buf)
		return ENOMEM;

	for (size_t i = 0; i < BATCH; i++) {
		l->iov[i].iov_base = l->buf + i * DATAGRAM_MAX;
		l->iov[i].iov_len = DATAGRAM_MAX;
		l->msgv[i].msg_hdr.msg_name = &l->peerv[i].u.sa;
		l->msgv[i].msg_hdr.msg_iov = &l->iov[i];
		l->msgv[i].msg_hdr.msg_iovlen = 1;
		l->msgv[i].msg_hdr.msg_control = &l->stampv[i];
	}

	return 0;
}


/* the larger buffer is a wish: bursts of registrations after a power cut */
static void set_rcvbuf(int fd)
{
	const int size = RCVBUF_SIZE;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size,
				 sizeof(size));
}


static int open_socket(struct udp_listener *l, const struct sa *laddr)
{
	const int on = 1;

	l->fd = socket(sa_af(laddr), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		       0);
	if (l->fd < 0)
		return errno;

	set_rcvbuf(l->fd);
	(void)setsockopt(l->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	if (sa_af(laddr) == AF_INET6)
		(void)setsockopt(l->fd, IPPROTO_IPV6, IPV6_V6ONLY, &on,
				 sizeof(on));

	if (bind(l->fd, &laddr->u.sa, laddr->len))
		return errno;

	l->addr.len = sizeof(l->addr.u);
	if (getsockname(l->fd, &l->addr.u.sa, &l->addr.len))
		return errno;

	return fd_listen(l->fd, FD_READ, read_handler, l);
}


static void count(struct udp_listener *l, struct metrics *m)
{
	l->datagrams = metrics_counter(m, "sip_datagrams_total");
	l->keepalives = metrics_counter(m, "sip_keepalives_total");
	l->stuns = metrics_counter(m, "sip_stun_total");
	l->garbage = metrics_counter(m, "sip_garbage_total");
}


/**
 * Listen for datagrams
 *
 * @param lp      Pointer to the allocated listener
 * @param laddr   Specific address, port 0 for any
 * @param metrics Metrics, or NULL
 * @param h       Receive handler
 * @param arg     Handler argument
 *
 * @return 0 if success, otherwise errorcode
 */
int udp_listener_alloc(struct udp_listener **lp, const struct sa *laddr,
		       struct metrics *metrics, udp_input_h *h, void *arg)
{
	struct udp_listener *l;
	int err;

	if (!lp || !laddr || !h || sa_is_any(laddr))
		return EINVAL;

	l = mem_zalloc(sizeof(*l), destructor);
	if (!l)
		return ENOMEM;

	l->fd = -1;
	l->h = h;
	l->arg = arg;
	count(l, metrics);

	err = alloc_batch(l);
	if (!err)
		err = open_socket(l, laddr);
	if (err)
		mem_deref(l);
	else
		*lp = l;

	return err;
}


/**
 * The address that it is bound to
 *
 * @param l Listener
 *
 * @return Address with its port
 */
const struct sa *udp_listener_addr(const struct udp_listener *l)
{
	return l ? &l->addr : NULL;
}


/**
 * Set who has to find room for what is read
 *
 * @param l     Listener
 * @param roomh May more be read? NULL: always
 * @param turnh What was there was read, or as much as there is room for; NULL
 */
void udp_listener_turns(struct udp_listener *l, udp_room_h *roomh,
			udp_turn_h *turnh)
{
	if (!l)
		return;

	l->roomh = roomh;
	l->turnh = turnh;
}


/**
 * Tell of each datagram that comes or leaves
 *
 * @param l       Listener
 * @param traffic Who is told, or NULL
 */
void udp_listener_count(struct udp_listener *l, struct traffic *traffic)
{
	if (!l)
		return;

	mem_deref(l->traffic);
	l->traffic = mem_ref(traffic);
}


/**
 * Show each message that leaves
 *
 * @param l        Listener
 * @param onlooker Who is shown it, or NULL
 */
void udp_listener_show(struct udp_listener *l, struct onlooker *onlooker)
{
	if (!l)
		return;

	mem_deref(l->onlooker);
	l->onlooker = mem_ref(onlooker);
}


/**
 * Send what leaves in a batch together
 *
 * @param l   Listener
 * @param box Outbox, or NULL: each datagram leaves at once
 */
void udp_listener_batch(struct udp_listener *l, struct outbox *box)
{
	if (!l)
		return;

	outbox_flush(l->box);
	mem_deref(l->box);
	l->box = mem_ref(box);
}


/**
 * A flow from this listener to a peer
 *
 * @param fp   Pointer to the allocated flow
 * @param l    Listener, referenced by the flow
 * @param peer Address of the peer
 *
 * @return 0 if success, otherwise errorcode
 */
int udp_listener_flow(struct flow **fp, struct udp_listener *l,
		      const struct sa *peer)
{
	if (!l || !peer)
		return EINVAL;

	return flow_alloc(fp, FLOW_UDP, &l->addr, peer, send_handler, l);
}


/**
 * Take in no more datagrams
 *
 * @param l Listener
 */
void udp_listener_stop(struct udp_listener *l)
{
	if (!l || !l->h)
		return;

	l->h = NULL;
	if (l->fd >= 0)
		fd_close(l->fd);
}


/**
 * Close the socket; flows that are still held cannot send any more
 *
 * @param l Listener
 */
void udp_listener_close(struct udp_listener *l)
{
	if (!l)
		return;

	udp_listener_stop(l);
	outbox_flush(l->box);
	if (l->fd >= 0)
		(void)close(l->fd);
	l->fd = -1;
}
