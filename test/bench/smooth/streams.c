/**
 * @file bench/smooth/streams.c  RTP in good time, and how late it comes
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include "test/bench/smooth/streams.h"

enum {
	STEPS = 20, /* ms of a packet: the ends are spread over it */
	RTP_LEN = 172,
	STAMP_AT = 12,
	DELAYS_MAX = 1000000,
};


/**
 * End with a word if that is not so
 *
 * @param ok   Is it?
 * @param what What it is about
 */
void must(bool ok, const char *what)
{
	if (ok)
		return;

	perror(what);
	exit(EXIT_FAILURE);
}


static uint64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	must(!clock_gettime(id, &ts), "clock_gettime");

	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}


/**
 * Sleep until some time after the last time
 *
 * @param at Monotonic time [ns], raised by that
 * @param ns How much later
 */
void sleep_for(uint64_t *at, uint64_t ns)
{
	struct timespec ts;

	*at = (*at ? *at : clock_ns(CLOCK_MONOTONIC)) + ns;
	ts.tv_sec = (time_t)(*at / 1000000000);
	ts.tv_nsec = (long)(*at % 1000000000);
	(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}


/**
 * Open a socket that says when packets came
 *
 * @param host Its address
 *
 * @return Descriptor
 */
int open_socket(const char *host)
{
	int fd, on = 1, room = 1 << 20;
	struct sa sa;

	must(!sa_set_str(&sa, host, 0), host);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	must(fd >= 0 && !bind(fd, &sa.u.sa, sa.len) &&
		     !setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on,
				 sizeof(on)) &&
		     !setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room,
				 sizeof(room)),
	     host);

	return fd;
}


/**
 * The port of a socket
 *
 * @param fd Descriptor
 *
 * @return Port
 */
uint16_t port_of(int fd)
{
	struct sa sa;

	sa.len = sizeof(sa.u);
	must(!getsockname(fd, &sa.u.sa, &sa.len), "getsockname");

	return sa_port(&sa);
}


/* the other child: what a relay cannot do without */
static void serve_bare(const struct streams *s, const int *fdv)
{
	const int fd = epoll_create1(EPOLL_CLOEXEC);

	for (int i = 0; i < BARE; i++) {
		struct epoll_event ev = {.events = EPOLLIN, .data.fd = i};

		must(!epoll_ctl(fd, EPOLL_CTL_ADD, fdv[i], &ev), "epoll");
	}

	for (;;) {
		struct epoll_event evv[64];
		const int n = epoll_wait(fd, evv, 64, -1);

		for (int k = 0; k < n; k++) {
			const int i = evv[k].data.fd;
			const struct sa *to = &s->endv[ENDS + BARE + i].relay;
			uint8_t buf[RTP_LEN];

			if (recv(fdv[i], buf, sizeof(buf), MSG_DONTWAIT) ==
			    RTP_LEN)
				(void)sendto(fdv[i], buf, sizeof(buf), 0,
					     &to->u.sa, to->len);
		}
	}
}


/**
 * Start a process that does no more than recv() and sendto()
 *
 * @param s Streams
 *
 * @return Its id
 */
pid_t streams_bare(struct streams *s)
{
	int fdv[BARE];
	pid_t pid;

	for (int i = 0; i < BARE; i++) {
		struct end *from = &s->endv[ENDS + i], *to = from + BARE;

		fdv[i] = open_socket("127.0.1.4");
		from->fd = open_socket("127.0.1.1");
		to->fd = open_socket("127.0.1.2");
		(void)sa_set_str(&from->relay, "127.0.1.4", port_of(fdv[i]));
		(void)sa_set_str(&to->relay, "127.0.1.2", port_of(to->fd));
	}

	pid = fork();
	must(pid >= 0, "fork");
	if (!pid)
		serve_bare(s, fdv);

	for (int i = 0; i < BARE; i++)
		(void)close(fdv[i]);

	return pid;
}


static void send_packet(struct streams *s, struct end *e, struct delays *d)
{
	uint8_t buf[RTP_LEN] = {0x80, 8};
	const uint16_t seq = htons(e->seq++);
	const uint64_t now = clock_ns(CLOCK_REALTIME);

	memcpy(buf + 2, &seq, sizeof(seq));
	memcpy(buf + STAMP_AT, &now, sizeof(now));
	if (sendto(e->fd, buf, sizeof(buf), 0, &e->relay.u.sa, e->relay.len) ==
		    RTP_LEN &&
	    atomic_load(&s->measuring))
		atomic_fetch_add(&d->sent, 1);
}


/**
 * Send a packet of each stream every 20 ms, in a thread
 *
 * @param arg Streams
 *
 * @return arg
 */
void *streams_send(void *arg)
{
	struct streams *s = arg;
	uint64_t at = 0;

	while (!atomic_load(&s->stop)) {
		for (int step = 0; step < STEPS; step++) {
			for (int i = step; i < ENDS; i += STEPS)
				send_packet(s, &s->endv[i], &s->calls);
			for (int i = step; i < BARE; i += STEPS)
				send_packet(s, &s->endv[ENDS + i], &s->bare);
			sleep_for(&at, 1000000);
		}
	}

	return arg;
}


static void receive_packet(struct streams *s, const struct end *e)
{
	struct delays *d = e < &s->endv[ENDS] ? &s->calls : &s->bare;
	char control[CMSG_SPACE(sizeof(struct timespec))];
	uint8_t buf[RTP_LEN];
	struct iovec iov = {.iov_base = buf, .iov_len = sizeof(buf)};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control,
			     .msg_controllen = sizeof(control)};
	const struct cmsghdr *c;
	struct timespec came;
	uint64_t then, now;
	size_t i;

	if (recvmsg(e->fd, &msg, MSG_DONTWAIT) != RTP_LEN)
		return;

	c = CMSG_FIRSTHDR(&msg);
	if (!c || !atomic_load(&s->measuring))
		return;

	memcpy(&came, CMSG_DATA(c), sizeof(came));
	memcpy(&then, buf + STAMP_AT, sizeof(then));
	now = (uint64_t)came.tv_sec * 1000000000 + (uint64_t)came.tv_nsec;
	i = atomic_fetch_add(&d->c, 1);
	if (i < DELAYS_MAX)
		d->v[i] = now > then ? (uint32_t)((now - then) / 1000) : 0;
}


/**
 * Take in what comes, in a thread
 *
 * @param arg Streams
 *
 * @return arg
 */
void *streams_receive(void *arg)
{
	struct streams *s = arg;
	struct epoll_event evv[64];

	while (!atomic_load(&s->stop)) {
		const int n = epoll_wait(s->epfd, evv, 64, 100);

		for (int i = 0; i < n; i++)
			receive_packet(s, evv[i].data.ptr);
	}

	return arg;
}


/**
 * Watch all streams, and make room for what is measured
 *
 * @param s Streams with open sockets
 */
void streams_watch(struct streams *s)
{
	s->epfd = epoll_create1(EPOLL_CLOEXEC);
	must(s->epfd >= 0, "epoll");
	for (int i = 0; i < ALL; i++) {
		struct epoll_event ev = {.events = EPOLLIN,
					 .data.ptr = &s->endv[i]};

		must(!epoll_ctl(s->epfd, EPOLL_CTL_ADD, s->endv[i].fd, &ev),
		     "epoll");
	}

	s->calls.v = calloc(DELAYS_MAX, sizeof(*s->calls.v));
	s->bare.v = calloc(DELAYS_MAX, sizeof(*s->bare.v));
	must(s->calls.v && s->bare.v, "memory");
}


/**
 * Begin to measure
 *
 * @param s Streams
 */
void streams_begin(struct streams *s)
{
	struct delays *const dv[] = {&s->calls, &s->bare};

	for (size_t i = 0; i < ARRAY_SIZE(dv); i++) {
		atomic_store(&dv[i]->c, 0);
		atomic_store(&dv[i]->sent, 0);
	}
	atomic_store(&s->measuring, true);
}


static int compare(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}


/**
 * Print how late packets were
 *
 * @param what What this was
 * @param d    Their delays, sorted afterwards
 *
 * @return What 99 of 100 packets did not take longer than [us]
 */
uint32_t streams_show(const char *what, struct delays *d)
{
	const size_t n = min(atomic_load(&d->c), (size_t)DELAYS_MAX);
	const size_t sent = atomic_load(&d->sent);
	uint32_t p50, p99;

	must(n > 0 && sent > 0, "packets");
	qsort(d->v, n, sizeof(*d->v), compare);
	p50 = d->v[n / 2];
	p99 = d->v[n * 99 / 100];
	(void)printf("%-24s %7zu packets, lost %5.2f %%, p50 %6.2f ms, "
		     "p99 %6.2f ms, most %6.2f ms\n",
		     what, sent,
		     n < sent ? 100.0 * (double)(sent - n) / (double)sent
			      : 0.0,
		     p50 / 1e3, p99 / 1e3, d->v[n - 1] / 1e3);

	return p99;
}
