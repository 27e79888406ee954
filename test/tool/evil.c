/**
 * @file test/tool/evil.c  Bad frames, in somebody's name
 *
 *   evil IFACE DST_MAC SRC:PORT DST:PORT RATE [SHAPE]
 *
 * Each shape (test/tool/evil/shapes.c) in turn, or the one of that number,
 * RATE a second
 * (0: as fast as it goes) until SIGTERM; prints how many were sent. "evil -l 4|6" lists them.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <re.h>
#include "test/tool/evil/good.h"
#include "test/tool/evil/shapes.h"


enum { FRAME_MAX = 2048 };

static volatile sig_atomic_t stop;


static void stop_handler(int sig)
{
	stop = sig;
}


static int list(int af)
{
	for (size_t i = 0; i < shapes_count(af); i++)
		(void)printf("%zu %s\n", i, shapes_nth(af, i)->name);

	return EXIT_SUCCESS;
}


static bool mac_decode(uint8_t mac[6], const char *text)
{
	return sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1],
		      &mac[2], &mac[3], &mac[4], &mac[5]) == 6;
}


static int link_open(int *fdp, const char *ifname, struct good_ends *ends)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)if_nametoindex(ifname),
	};
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	*fdp = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (*fdp < 0 || bind(*fdp, (struct sockaddr *)&ll, sizeof(ll)) ||
	    ioctl(*fdp, SIOCGIFHWADDR, &ifr))
		return errno;

	memcpy(ends->src_mac, ifr.ifr_hwaddr.sa_data, sizeof(ends->src_mac));

	return 0;
}


/* rate: of a second, 0: as fast as it goes; only: one shape, -1: all */
static void send_all(int fd, const struct good_ends *ends, unsigned long rate,
		     long only)
{
	static uint8_t frame[FRAME_MAX];
	const int af = sa_af(&ends->dst);
	const unsigned long burst = rate / 1000 + 1;
	unsigned long sent = 0;

	for (size_t i = 0; !stop; i++) {
		const size_t k = only < 0 ? i : (size_t)only;
		const struct shape *s = shapes_nth(af, k % shapes_count(af));

		sent += send(fd, frame, s->makeh(frame, ends), 0) > 0;
		if (rate && i % burst == 0)
			(void)poll(NULL, 0, 1);
	}
	(void)printf("sent %lu\n", sent);
}


int main(int argc, char **argv)
{
	struct good_ends ends;
	int fd, err;

	if (argc == 3 && !strcmp(argv[1], "-l"))
		return list(*argv[2] == '6' ? AF_INET6 : AF_INET);

	memset(&ends, 0, sizeof(ends));
	if ((argc != 6 && argc != 7) || !mac_decode(ends.dst_mac, argv[2]) ||
	    sa_decode(&ends.src, argv[3], strlen(argv[3])) ||
	    sa_decode(&ends.dst, argv[4], strlen(argv[4])) ||
	    sa_af(&ends.src) != sa_af(&ends.dst)) {
		(void)fputs("usage: evil IFACE DST_MAC SRC:PORT DST:PORT "
			    "RATE [SHAPE]\n",
			    stderr);
		return 2;
	}

	err = link_open(&fd, argv[1], &ends);
	if (err) {
		(void)fprintf(stderr, "evil: %s\n", strerror(err));
		return EXIT_FAILURE;
	}
	(void)signal(SIGTERM, stop_handler);
	send_all(fd, &ends, strtoul(argv[5], NULL, 10),
		 argc == 7 ? strtol(argv[6], NULL, 10) : -1);
	(void)close(fd);

	return EXIT_SUCCESS;
}
