/**
 * @file test/tool/badline.c  A bad line between two network interfaces
 *
 *   badline IFACE1 IFACE2 LOSS DELAY JITTER [SEED]
 *
 * Forwards frames both ways. Of those from the first to the second interface
 * LOSS % are lost and the others come DELAY ms later, give or take JITTER.
 * What netem would do, for kernels without it. Checksums that are left to the
 * hardware stay so, since frames pass with their virtio header.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

enum { FRAME_MAX = 66000, QUEUE_MAX = 2048, BATCH = 64, US = 1000000 };

struct frame {
	uint64_t due_us;
	size_t len;
	uint8_t buf[];
};

struct line {
	int fdv[2];
	double loss; /* of 1 */
	uint64_t delay_us, jitter_us;
	struct frame *queuev[QUEUE_MAX]; /* soonest first */
	size_t queuec;
};


static void must(bool ok, const char *what)
{
	if (ok)
		return;

	perror(what);
	exit(EXIT_FAILURE);
}


static uint64_t now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * US + (uint64_t)ts.tv_nsec / 1000;
}


static double dice(void)
{
	return (double)random() / 2147483648.0;
}


static int open_side(const char *name)
{
	const int on = 1;
	struct packet_mreq mr = {.mr_type = PACKET_MR_PROMISC};
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
	};
	int fd;

	ll.sll_ifindex = mr.mr_ifindex = (int)if_nametoindex(name);
	must(ll.sll_ifindex > 0, name);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
	must(fd >= 0, "socket");
	must(!setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)),
	     "PACKET_VNET_HDR");
	must(!setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
			 sizeof(on)),
	     "PACKET_IGNORE_OUTGOING");
	must(!setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &mr,
			 sizeof(mr)),
	     "promiscuous");
	must(!bind(fd, (struct sockaddr *)&ll, sizeof(ll)), name);

	return fd;
}


/* what cannot be sent now is lost, as on any line */
static void put(int fd, const uint8_t *p, size_t len)
{
	if (send(fd, p, len, MSG_DONTWAIT) < 0 && errno != EAGAIN &&
	    errno != ENOBUFS)
		perror("send");
}


static void enqueue(struct line *l, const uint8_t *p, size_t len)
{
	struct frame *f;
	size_t i;

	if (l->queuec >= QUEUE_MAX || dice() < l->loss)
		return;

	f = malloc(sizeof(*f) + len);
	must(f != NULL, "malloc");
	f->due_us = now_us() + l->delay_us - l->jitter_us +
		    (uint64_t)(2 * (double)l->jitter_us * dice());
	f->len = len;
	memcpy(f->buf, p, len);

	for (i = l->queuec++; i && l->queuev[i - 1]->due_us > f->due_us; i--)
		l->queuev[i] = l->queuev[i - 1];
	l->queuev[i] = f;
}


static void deliver(struct line *l)
{
	const uint64_t now = now_us();
	size_t n = 0;

	for (; n < l->queuec && l->queuev[n]->due_us <= now; n++) {
		put(l->fdv[1], l->queuev[n]->buf, l->queuev[n]->len);
		free(l->queuev[n]);
	}

	l->queuec -= n;
	for (size_t i = 0; n && i < l->queuec; i++)
		l->queuev[i] = l->queuev[i + n];
}


static void take(struct line *l, int side)
{
	static uint8_t buf[FRAME_MAX];

	for (int i = 0; i < BATCH; i++) {
		const ssize_t n = recv(l->fdv[side], buf, sizeof(buf),
				       MSG_DONTWAIT);

		if (n <= 0)
			return;
		if (side)
			put(l->fdv[0], buf, (size_t)n);
		else
			enqueue(l, buf, (size_t)n);
	}
}


static struct timespec wait_for(const struct line *l)
{
	const uint64_t now = now_us();
	uint64_t us = US;

	if (l->queuec)
		us = l->queuev[0]->due_us > now ? l->queuev[0]->due_us - now
						: 0;

	return (struct timespec){(time_t)(us / US), (long)(us % US) * 1000};
}


int main(int argc, char *argv[])
{
	static struct line l;

	if (argc < 6) {
		(void)fputs("usage: badline IFACE1 IFACE2 LOSS DELAY JITTER "
			    "[SEED]\n",
			    stderr);
		return 2;
	}

	l.fdv[0] = open_side(argv[1]);
	l.fdv[1] = open_side(argv[2]);
	l.loss = atof(argv[3]) / 100;
	l.delay_us = (uint64_t)(atof(argv[4]) * 1000);
	l.jitter_us = (uint64_t)(atof(argv[5]) * 1000);
	must(l.jitter_us <= l.delay_us, "JITTER");
	srandom(argc > 6 ? (unsigned)atoi(argv[6]) : 1);
	(void)puts("ready");
	(void)fflush(stdout);

	for (;;) {
		struct pollfd pfdv[2] = {{l.fdv[0], POLLIN, 0},
					 {l.fdv[1], POLLIN, 0}};
		const struct timespec ts = wait_for(&l);

		must(ppoll(pfdv, 2, &ts, NULL) >= 0 || errno == EINTR,
		     "ppoll");
		for (int side = 0; side < 2; side++) {
			if (pfdv[side].revents)
				take(&l, side);
		}
		deliver(&l);
	}
}
