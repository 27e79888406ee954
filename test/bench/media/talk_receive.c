/**
 * @file bench/media/talk_receive.c  What the ends hear, and when
 *
 * The kernel notes when a packet came, so nobody waits for it: it is fetched
 * some times in a millisecond, which costs little and disturbs nobody.
 */
#include <string.h>
#include <sys/socket.h>
#include "test/bench/media/speech_packet.h"
#include "test/bench/media/talk.h"

enum { BATCH = 64, BUFFER = 256, TICK_NS = 500000 };

struct inbox {
	struct mmsghdr msgv[BATCH];
	struct iovec iov[BATCH];
	struct sockaddr_in srcv[BATCH];
	/* a cmsghdr's alignment */
	uint64_t controlv[BATCH][16];
	uint8_t bufv[BATCH][BUFFER];
};

struct arrival {
	struct in_addr dst;
	uint64_t at; /* CLOCK_REALTIME [ns] */
};


static void inbox_reset(struct inbox *in)
{
	for (unsigned i = 0; i < BATCH; i++) {
		struct msghdr *m = &in->msgv[i].msg_hdr;

		in->iov[i].iov_base = in->bufv[i];
		in->iov[i].iov_len = BUFFER;
		m->msg_iov = &in->iov[i];
		m->msg_iovlen = 1;
		m->msg_name = &in->srcv[i];
		m->msg_namelen = sizeof(in->srcv[i]);
		m->msg_control = in->controlv[i];
		m->msg_controllen = sizeof(in->controlv[i]);
	}
}


static void arrival_read(struct arrival *a, struct msghdr *m)
{
	memset(a, 0, sizeof(*a));
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level == IPPROTO_IP &&
		    c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;

			memcpy(&info, CMSG_DATA(c), sizeof(info));
			a->dst = info.ipi_addr;
		}
		else if (c->cmsg_level == SOL_SOCKET &&
			 c->cmsg_type == SCM_TIMESTAMPNS) {
			struct timespec ts;

			memcpy(&ts, CMSG_DATA(c), sizeof(ts));
			a->at = (uint64_t)ts.tv_sec * 1000000000 +
				(uint64_t)ts.tv_nsec;
		}
	}
}


static void ear_jitter(struct talk_ear *e, int64_t transit)
{
	const int64_t d = transit - e->transit;

	if (e->transit)
		e->jitter += ((double)(d < 0 ? -d : d) - e->jitter) / 16;
	e->transit = transit;
}


static void hear(struct talk_side *s, const struct speech *p,
		 const struct arrival *a)
{
	struct talk_ear *e = &s->earv[p->call];
	const int64_t transit = (int64_t)(a->at - p->sent);

	if (p->seq + 1 == e->next)
		++s->twice;
	else if (p->seq + 1 < e->next)
		++s->reordered;
	if (p->seq + 1 > e->next)
		e->next = p->seq + 1;
	e->last_ns = a->at;
	if (!p->counted)
		return;

	ear_jitter(e, transit);
	++e->got;
	++s->got;
	histogram_add(&s->delays, transit > 0 ? (uint64_t)transit : 0);
}


/* whose is it, who sent it, where did it come to? */
static void take(struct talk_side *s, struct inbox *in, unsigned i)
{
	struct msghdr *m = &in->msgv[i].msg_hdr;
	const struct talk_call *c;
	struct arrival a;
	struct speech p;

	if (!speech_decode(&p, in->bufv[i], in->msgv[i].msg_len)) {
		++s->corrupted;
		return;
	}
	arrival_read(&a, m);
	if (p.call >= s->talk->callc || p.side == s->side) {
		++s->misrouted;
		return;
	}
	c = &s->talk->callv[p.call];
	if (c->phonev[s->side].sin_addr.s_addr != a.dst.s_addr)
		++s->misrouted;
	else if (c->relayv[s->side].sin_addr.s_addr !=
			 in->srcv[i].sin_addr.s_addr ||
		 c->relayv[s->side].sin_port != in->srcv[i].sin_port)
		++s->foreign;
	else
		hear(s, &p, &a);
}


static void drain(struct talk_side *s, struct inbox *in, int fd)
{
	int n;

	do {
		inbox_reset(in);
		n = recvmmsg(fd, in->msgv, BATCH, MSG_DONTWAIT, NULL);
		for (int i = 0; i < n; i++)
			take(s, in, (unsigned)i);
	} while (n == BATCH);
}


/**
 * Receive until it is enough
 *
 * @param arg One side
 *
 * @return NULL
 */
void *talk_receive(void *arg)
{
	struct talk_side *s = arg;
	struct inbox in;
	bool more;

	memset(&in, 0, sizeof(in));
	do {
		more = atomic_load_explicit(&s->talk->receiving,
					    memory_order_relaxed);
		for (int i = 0; i < TALK_SOCKETS; i++)
			drain(s, &in, s->fdv[i]);
		lab_sleep(TICK_NS);
	} while (more);

	return NULL;
}
