/**
 * @file phone.c  A telephone that is judged octet by octet
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <re.h>
#include "test/tool/truth/phone.h"


enum { RCVBUF = 8 << 20 };


static int socket_open(int *fdp, const struct sa *addr, uint16_t port)
{
	const int rcvbuf = RCVBUF;
	struct sa sa = *addr;
	int fd;

	sa_set_port(&sa, port);
	fd = socket(sa_af(&sa), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return errno;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &rcvbuf,
			 sizeof(rcvbuf));
	if (bind(fd, &sa.u.sa, sa.len)) {
		const int err = errno;

		(void)close(fd);
		return err;
	}
	*fdp = fd;

	return 0;
}


static int netns_enter(struct phone *p, const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "/run/netns/%s", name);
	p->netns = open(path, O_RDONLY | O_CLOEXEC);

	return p->netns < 0 || setns(p->netns, CLONE_NEWNET) ? errno : 0;
}


void phone_close(struct phone *p)
{
	if (p->sip >= 0)
		(void)close(p->sip);
	if (p->media >= 0)
		(void)close(p->media);
	if (p->netns >= 0)
		(void)close(p->netns);
	frames_close(&p->frames);
	parcels_close(&p->out);
}


uint64_t phone_now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}


int phone_open(struct phone *p, const char *name, char **argv)
{
	int err;

	memset(p, 0, sizeof(*p));
	p->sip = p->media = p->netns = p->frames.fd = -1;
	p->name = name;
	p->claim = strcmp(argv[3], "-") != 0 ? argv[3] : NULL;
	p->port = PHONE_RTP_PORT;

	err = sa_set_str(&p->addr, argv[1], PHONE_SIP_PORT);
	if (!err)
		err = sa_set_str(&p->proxy, argv[2], 5060);
	if (!err)
		err = netns_enter(p, argv[0]);
	if (!err)
		err = socket_open(&p->sip, &p->addr, PHONE_SIP_PORT);
	if (!err)
		err = socket_open(&p->media, &p->addr, p->port);
	if (!err)
		err = frames_open(&p->frames, "eth0", PHONE_DSCP);
	if (!err)
		err = parcels_init(&p->out, (uint32_t)name[0] << 24);
	if (err)
		return err;

	p->frames.own = p->addr;
	sa_set_port(&p->frames.own, p->port);

	return 0;
}


int phone_move(struct phone *p)
{
	int err, fd;

	err = setns(p->netns, CLONE_NEWNET) ? errno : 0;
	if (!err)
		err = socket_open(&fd, &p->addr, (uint16_t)(p->port + 2));
	if (err)
		return err;

	(void)close(p->media);
	p->media = fd;
	p->port = (uint16_t)(p->port + 2);
	sa_set_port(&p->frames.own, p->port);

	return 0;
}


void phone_hear(struct phone *p)
{
	static uint8_t buf[UINT16_MAX];
	struct sa src;

	for (;;) {
		ssize_t n;

		src.len = sizeof(src.u);
		n = recvfrom(p->media, buf, sizeof(buf), 0, &src.u.sa,
			     &src.len);
		if (n < 0 && errno == ECONNREFUSED)
			continue;
		if (n < 0)
			break;

		if (sa_cmp(&src, &p->far, SA_ALL))
			parcels_take(&p->peer->out, buf, (size_t)n);
		else
			++p->foreign;
	}
	frames_read(&p->frames);
}


void phone_speak(struct phone *p)
{
	uint8_t buf[PARCELS_PACKET_MAX];
	const size_t len = parcels_next(&p->out, buf);

	if (len && sendto(p->media, buf, len, 0, &p->far.u.sa, p->far.len) < 0)
		++p->unsent;
}
