/**
 * @file test/tool/rtpspray.c  A stranger: RTP at every port of a range
 *
 *   rtpspray ADDR MIN MAX ROUNDS [FILE]
 *
 * Sends a packet of loud noise (or FILE's bytes) to each port, listens
 * meanwhile and for a second after it, and prints what was sent and what
 * came back.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <re.h>


enum {
	RTP_HDR = 12,
	RTP_PAYLOAD = 160, /* 20 ms of G.711 */
	PACKET_MAX = 2048,
	BURST = 25, /* packets between two looks at the socket */
	LINGER_MS = 1000,
};

struct spray {
	int fd;
	uint8_t packet[PACKET_MAX];
	size_t len;
	bool rtp; /* ours: count its sequence number up */
	uint16_t seq;
	unsigned long sent, received;
};


/* a square wave of 2 kHz, full volume */
static void packet_make(struct spray *sp)
{
	static const uint8_t loud[4] = {0x00, 0x00, 0x80, 0x80};
	static const uint8_t ssrc[4] = {'e', 'v', 'i', 'l'};

	sp->rtp = true;
	sp->len = RTP_HDR + RTP_PAYLOAD;
	sp->packet[0] = 0x80;
	memcpy(&sp->packet[8], ssrc, sizeof(ssrc));
	for (size_t i = RTP_HDR; i < sp->len; i++)
		sp->packet[i] = loud[i % 4];
}


static int packet_read(struct spray *sp, const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return errno;

	sp->len = fread(sp->packet, 1, sizeof(sp->packet), f);
	(void)fclose(f);

	return 0;
}


static void packet_next(struct spray *sp)
{
	uint32_t ts = sp->seq * (uint32_t)RTP_PAYLOAD;

	sp->packet[2] = (uint8_t)(sp->seq >> 8);
	sp->packet[3] = (uint8_t)sp->seq;
	for (int i = 0; i < 4; i++)
		sp->packet[4 + i] = (uint8_t)(ts >> (24 - 8 * i));
	++sp->seq;
}


static void drain(struct spray *sp, int wait_ms)
{
	struct pollfd pfd = {.fd = sp->fd, .events = POLLIN};
	uint8_t buf[PACKET_MAX];

	while (poll(&pfd, 1, wait_ms) > 0) {
		if (recv(sp->fd, buf, sizeof(buf), 0) >= 0)
			++sp->received;
	}
}


/* refused ports answer by ICMP, which is an error of a later call */
static void spray_round(struct spray *sp, struct sa *dst, unsigned min,
			unsigned max)
{
	for (unsigned port = min; port <= max; port++) {
		sa_set_port(dst, (uint16_t)port);
		if (sp->rtp)
			packet_next(sp);
		if (sendto(sp->fd, sp->packet, sp->len, 0, &dst->u.sa,
			   dst->len) > 0)
			++sp->sent;
		if (port % BURST == 0)
			drain(sp, 1);
	}
}


static bool port_decode(unsigned *port, const char *text)
{
	*port = (unsigned)strtoul(text, NULL, 10);

	return *port > 0 && *port < 65536;
}


int main(int argc, char **argv)
{
	struct spray sp = {.fd = -1};
	unsigned min, max, rounds;
	struct sa dst;
	int err = 0;

	if (argc < 5 || argc > 6 || sa_set_str(&dst, argv[1], 0) ||
	    !port_decode(&min, argv[2]) || !port_decode(&max, argv[3])) {
		(void)fprintf(stderr,
			      "usage: rtpspray ADDR MIN MAX ROUNDS [FILE]\n");
		return 2;
	}

	if (argc == 6)
		err = packet_read(&sp, argv[5]);
	else
		packet_make(&sp);

	sp.fd = socket(sa_af(&dst), SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (sp.fd < 0)
		err = errno;

	rounds = (unsigned)strtoul(argv[4], NULL, 10);
	for (unsigned i = 0; !err && i < rounds; i++)
		spray_round(&sp, &dst, min, max);
	if (!err)
		drain(&sp, LINGER_MS);

	if (err)
		(void)fprintf(stderr, "rtpspray: %s\n", strerror(err));
	else
		(void)printf("sent %lu received %lu\n", sp.sent, sp.received);
	if (sp.fd >= 0)
		(void)close(sp.fd);

	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
