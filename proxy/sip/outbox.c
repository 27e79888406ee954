/**
 * @file outbox.c  Datagrams that leave together, at the end of a batch
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <re.h>
#include "common/metrics.h"
#include "proxy/sip/flow.h"
#include "proxy/sip/outbox.h"


struct letter {
	int fd; /* not owned; the box is flushed before it closes */
	struct flow *flow;
	struct mbuf *mb;
};

struct outbox {
	struct letter letterv[OUTBOX_MAX];
	struct mmsghdr msgv[OUTBOX_MAX];
	struct iovec iov[OUTBOX_MAX];
	unsigned n;
	unsigned holds;
	bool flushing;
	struct metrics *metrics; /* referenced */
	struct counter *lost, *batches;
};


static void destructor(void *data)
{
	struct outbox *o = data;

	outbox_flush(o);
	mem_deref(o->metrics);
}


/* full buffers and ICMP errors of others: as if the network had lost it */
static bool is_loss(int err)
{
	return err == EAGAIN || err == EWOULDBLOCK || err == ENOBUFS ||
	       err == ECONNREFUSED || err == EINTR;
}


static int refused(struct outbox *o, int err)
{
	if (!is_loss(err))
		return err;

	if (o)
		counter_inc(o->lost);

	return 0;
}


static int send_now(struct outbox *o, int fd, const struct flow *flow,
		    struct mbuf *mb)
{
	const ssize_t n = sendto(fd, mbuf_buf(mb), mbuf_get_left(mb),
				 MSG_DONTWAIT | MSG_NOSIGNAL, &flow->peer.u.sa,
				 flow->peer.len);

	return n < 0 ? refused(o, errno) : 0;
}


/* from there on, as many as leave by the same socket */
static unsigned run_of(const struct outbox *o, unsigned first)
{
	unsigned n = first + 1;

	while (n < o->n && o->letterv[n].fd == o->letterv[first].fd)
		++n;

	return n - first;
}


/* how many are done with: sent, or the first of them refused */
static unsigned send_run(struct outbox *o, unsigned first, unsigned count)
{
	const struct letter *l = &o->letterv[first];
	const int n = sendmmsg(l->fd, &o->msgv[first], count,
			       MSG_DONTWAIT | MSG_NOSIGNAL);
	int err;

	if (n > 0)
		return (unsigned)n;

	err = refused(o, n < 0 ? errno : EAGAIN);
	if (err)
		flow_failed(l->flow, l->mb, err);

	return 1;
}


static void put(struct outbox *o, int fd, struct flow *flow, struct mbuf *mb)
{
	struct letter *l = &o->letterv[o->n];

	l->fd = fd;
	l->flow = mem_ref(flow);
	l->mb = mem_ref(mb);
	o->iov[o->n].iov_base = mbuf_buf(mb);
	o->iov[o->n].iov_len = mbuf_get_left(mb);
	o->msgv[o->n].msg_hdr = (struct msghdr){
		.msg_name = &flow->peer.u.sa,
		.msg_namelen = flow->peer.len,
		.msg_iov = &o->iov[o->n],
		.msg_iovlen = 1,
	};
	++o->n;
}


/**
 * Allocate an outbox
 *
 * @param op      Pointer to the allocated outbox
 * @param metrics Metrics, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int outbox_alloc(struct outbox **op, struct metrics *metrics)
{
	struct outbox *o;

	if (!op)
		return EINVAL;

	o = mem_zalloc(sizeof(*o), destructor);
	if (!o)
		return ENOMEM;

	o->metrics = mem_ref(metrics);
	o->lost = metrics_counter(metrics, "sip_datagrams_unsent_total");
	o->batches = metrics_counter(metrics, "sip_send_batches_total");
	*op = o;

	return 0;
}


/**
 * Begin a batch
 *
 * @param o Outbox, or NULL
 */
void outbox_hold(struct outbox *o)
{
	if (o)
		++o->holds;
}


/**
 * End a batch
 *
 * @param o Outbox, or NULL
 */
void outbox_release(struct outbox *o)
{
	if (o && o->holds && !--o->holds)
		outbox_flush(o);
}


/**
 * Send a datagram, at the end of the batch if there is one
 *
 * @param o    Outbox, or NULL: at once
 * @param fd   Socket
 * @param flow Flow to the peer; referenced while it waits
 * @param mb   Datagram; not to be changed any more
 *
 * @return 0 if success, otherwise errorcode
 */
int outbox_send(struct outbox *o, int fd, struct flow *flow, struct mbuf *mb)
{
	if (fd < 0 || !flow || !mbuf_get_left(mb))
		return EINVAL;
	if (!o || !o->holds || o->flushing)
		return send_now(o, fd, flow, mb);

	if (o->n == OUTBOX_MAX || mbuf_get_left(mb) > OUTBOX_LARGE)
		outbox_flush(o);
	if (mbuf_get_left(mb) > OUTBOX_LARGE)
		return send_now(o, fd, flow, mb);

	put(o, fd, flow, mb);

	return 0;
}


/**
 * Send what waits
 *
 * @param o Outbox, or NULL
 */
void outbox_flush(struct outbox *o)
{
	if (!o || o->flushing)
		return;

	o->flushing = true;
	for (unsigned i = 0; i < o->n;) {
		i += send_run(o, i, run_of(o, i));
		counter_inc(o->batches);
	}

	for (unsigned i = 0; i < o->n; i++) {
		mem_deref(o->letterv[i].mb);
		mem_deref(o->letterv[i].flow);
	}
	o->n = 0;
	o->flushing = false;
}
