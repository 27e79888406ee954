/**
 * @file test/tool/rtpspray.c  A stranger: RTP at every port of a range
 *
 *   rtpspray [-f] ADDR MIN MAX ROUNDS [FILE]...
 *
 * Sends a packet of loud noise to each port, in an order that is another one
 * in each round, in the next round the first FILE's bytes, and so on in turn.
 * The noise is a stream such as a phone's at each port. Listens meanwhile and
 * for a second after it, and prints what was sent and what came back. SIGTERM
 * ends it early. -f: as fast as this machine can, else some 20 000 a second.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
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
	PACKETS_MAX = 64,
	BURST = 25, /* packets between two looks at the socket */
	LINGER_MS = 1000,
	PORTS_MAX = 65536,
};

struct packet {
	uint8_t buf[PACKET_MAX];
	size_t len;
};

struct spray {
	int fd;
	struct packet packetv[PACKETS_MAX]; /* the first one is ours */
	size_t packetc;
	uint16_t portv[PORTS_MAX];
	size_t portc;
	uint16_t seq;
	bool fast;
	unsigned long sent, received;
};


/* a square wave of 2 kHz, full volume */
static void packet_make(struct packet *pkt)
{
	static const uint8_t loud[4] = {0x00, 0x00, 0x80, 0x80};
	static const uint8_t ssrc[4] = {'e', 'v', 'i', 'l'};

	pkt->len = RTP_HDR + RTP_PAYLOAD;
	pkt->buf[0] = 0x80;
	memcpy(&pkt->buf[8], ssrc, sizeof(ssrc));
	for (size_t i = RTP_HDR; i < pkt->len; i++)
		pkt->buf[i] = loud[i % 4];
}


static int packet_read(struct packet *pkt, const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return errno;

	pkt->len = fread(pkt->buf, 1, sizeof(pkt->buf), f);
	(void)fclose(f);

	return 0;
}


/* a stream like a phone's: sequence number and time go up */
static void packet_next(struct spray *sp)
{
	uint32_t ts = sp->seq * (uint32_t)RTP_PAYLOAD;
	uint8_t *p = sp->packetv[0].buf;

	p[2] = (uint8_t)(sp->seq >> 8);
	p[3] = (uint8_t)sp->seq;
	for (int i = 0; i < 4; i++)
		p[4 + i] = (uint8_t)(ts >> (24 - 8 * i));
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


static volatile sig_atomic_t stop;


static void stop_handler(int sig)
{
	stop = sig;
}


static void shuffle(struct spray *sp)
{
	for (size_t i = sp->portc; i > 1; i--) {
		const size_t k = rand_u32() % i;
		const uint16_t port = sp->portv[i - 1];

		sp->portv[i - 1] = sp->portv[k];
		sp->portv[k] = port;
	}
}


/* refused ports answer by ICMP, which is an error of a later call */
static void spray_round(struct spray *sp, const struct packet *pkt,
			struct sa *dst)
{
	shuffle(sp);
	packet_next(sp);

	for (size_t i = 0; i < sp->portc; i++) {
		sa_set_port(dst, sp->portv[i]);
		if (sendto(sp->fd, pkt->buf, pkt->len, 0, &dst->u.sa,
			   dst->len) >= 0)
			++sp->sent;
		if (i % BURST == 0)
			drain(sp, sp->fast ? 0 : 1);
	}
}


static bool port_decode(unsigned *port, const char *text)
{
	*port = (unsigned)strtoul(text, NULL, 10);

	return *port > 0 && *port < 65536;
}


static int spray(struct spray *sp, struct sa *dst, unsigned min, unsigned max,
		 unsigned rounds)
{
	for (unsigned port = min; port <= max; port++)
		sp->portv[sp->portc++] = (uint16_t)port;

	sp->fd = socket(sa_af(dst), SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (sp->fd < 0)
		return errno;

	(void)signal(SIGTERM, stop_handler);
	for (unsigned i = 0; i < rounds && !stop; i++)
		spray_round(sp, &sp->packetv[i % sp->packetc], dst);
	drain(sp, LINGER_MS);
	(void)close(sp->fd);

	(void)printf("sent %lu received %lu\n", sp->sent, sp->received);

	return 0;
}


int main(int argc, char **argv)
{
	static struct spray sp;
	unsigned min, max;
	struct sa dst;
	int err = 0;

	if (argc > 1 && !strcmp(argv[1], "-f")) {
		sp.fast = true;
		--argc;
		++argv;
	}
	if (argc < 5 || argc >= 5 + PACKETS_MAX ||
	    sa_set_str(&dst, argv[1], 0) || !port_decode(&min, argv[2]) ||
	    !port_decode(&max, argv[3])) {
		(void)fprintf(stderr, "usage: rtpspray [-f] ADDR MIN MAX "
				      "ROUNDS [FILE]...\n");
		return 2;
	}

	packet_make(&sp.packetv[0]);
	sp.packetc = 1;
	for (int i = 5; !err && i < argc; i++)
		err = packet_read(&sp.packetv[sp.packetc++], argv[i]);

	if (!err)
		err = spray(&sp, &dst, min, max,
			    (unsigned)strtoul(argv[4], NULL, 10));
	if (err)
		(void)fprintf(stderr, "rtpspray: %s\n", strerror(err));

	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
