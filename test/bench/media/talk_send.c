/**
 * @file bench/media/talk_send.c  Each packet at its time
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include "test/bench/media/speech_packet.h"
#include "test/bench/media/talk.h"

enum { BATCH = 32, TICK_NS = 100000 };

/* room for IP_PKTINFO, aligned as a cmsghdr has to be */
union control {
	struct cmsghdr hdr;
	char buf[CMSG_SPACE(sizeof(struct in_pktinfo))];
};

struct batch {
	struct mmsghdr msgv[BATCH];
	struct iovec iov[BATCH];
	union control controlv[BATCH];
	uint8_t bufv[BATCH][SPEECH_LEN];
	unsigned n, counted;
};


static void batch_init(struct batch *b)
{
	memset(b, 0, sizeof(*b));
	for (unsigned i = 0; i < BATCH; i++) {
		struct msghdr *m = &b->msgv[i].msg_hdr;

		b->iov[i].iov_base = b->bufv[i];
		b->iov[i].iov_len = SPEECH_LEN;
		m->msg_iov = &b->iov[i];
		m->msg_iovlen = 1;
		m->msg_control = &b->controlv[i];
		m->msg_controllen = sizeof(b->controlv[i]);
		m->msg_namelen = sizeof(struct sockaddr_in);
		b->controlv[i].hdr.cmsg_level = IPPROTO_IP;
		b->controlv[i].hdr.cmsg_type = IP_PKTINFO;
		b->controlv[i].hdr.cmsg_len = CMSG_LEN(
			sizeof(struct in_pktinfo));
	}
}


static void batch_add(struct batch *b, struct talk_side *s,
		      const struct speech *p)
{
	struct talk_call *c = &s->talk->callv[p->call];
	struct in_pktinfo info = {.ipi_spec_dst = c->phonev[s->side].sin_addr};

	speech_encode(b->bufv[b->n], p);
	memcpy(CMSG_DATA(&b->controlv[b->n].hdr), &info, sizeof(info));
	b->msgv[b->n].msg_hdr.msg_name = &c->relayv[s->side];
	b->counted += p->counted;
	++b->n;
}


/* one that the kernel does not take is passed over */
static void batch_send(struct batch *b, struct talk_side *s, unsigned at)
{
	unsigned done = 0;

	while (done < b->n) {
		const int n = sendmmsg(s->fdv[at], b->msgv + done, b->n - done,
				       0);

		if (n > 0) {
			done += (unsigned)n;
		}
		else if (errno != EINTR) {
			++s->unsent;
			++done;
		}
	}
	s->sent += b->counted;
	b->n = b->counted = 0;
}


/* packets FROM to TO of this side, in the order in which they are due */
static void send_due(struct batch *b, struct talk_side *s, uint64_t from,
		     uint64_t to)
{
	const struct talk *t = s->talk;

	while (from < to) {
		struct speech p = {.side = (uint8_t)s->side};
		const unsigned at = talk_socket((uint32_t)(from % t->callc));

		p.sent = lab_clock(CLOCK_REALTIME);
		p.counted = atomic_load_explicit(&t->counting,
						 memory_order_relaxed);
		for (; from < to && b->n < BATCH; from++) {
			p.call = (uint32_t)(from % t->callc);
			p.seq = (uint32_t)(from / t->callc);
			if (talk_socket(p.call) != at)
				break;
			batch_add(b, s, &p);
		}
		batch_send(b, s, at);
	}
}


/* how many packets of a side are due NS after the beginning */
static uint64_t due_after(const struct talk *t, uint64_t ns)
{
	const uint64_t round = ns / t->pace.period_ns;

	if (t->pace.burst)
		return (round + 1) * t->callc;

	return round * t->callc +
	       ns % t->pace.period_ns * t->callc / t->pace.period_ns;
}


/**
 * Send until it is enough
 *
 * @param arg One side
 *
 * @return NULL
 */
void *talk_send(void *arg)
{
	struct talk_side *s = arg;
	const struct talk *t = s->talk;
	const uint64_t start = lab_clock(CLOCK_MONOTONIC);
	uint64_t done = 0, wake = start;
	struct batch b;

	(void)prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0);
	batch_init(&b);

	while (atomic_load_explicit(&t->sending, memory_order_relaxed)) {
		const uint64_t now = lab_clock(CLOCK_MONOTONIC);
		const uint64_t due = due_after(t, now - start);
		struct timespec ts;

		if (now - wake > s->behind_ns)
			s->behind_ns = now - wake;
		send_due(&b, s, done, due);
		done = due;

		wake += (lab_clock(CLOCK_MONOTONIC) - wake) / TICK_NS *
				TICK_NS +
			TICK_NS;
		ts.tv_sec = (time_t)(wake / 1000000000);
		ts.tv_nsec = (long)(wake % 1000000000);
		(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts,
				      NULL);
	}

	return NULL;
}
