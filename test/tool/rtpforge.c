/**
 * @file test/tool/rtpforge.c  Datagrams with somebody else's address
 *
 *   rtpforge SRC:PORT DST:PORT COUNT FILE
 *
 * Sends FILE's bytes COUNT times, as if from SRC (IPv4). Needs a raw socket.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <re.h>

enum { PACKET_MAX = 2048, TTL = 64, BURST = 10 };

struct forged {
	struct iphdr ip;
	struct udphdr udp;
	uint8_t buf[PACKET_MAX];
};


/* the kernel fills in length and checksum of IP; 0 is no checksum of UDP */
static void forge(struct forged *f, const struct sa *src, const struct sa *dst,
		  size_t len)
{
	f->ip.version = 4;
	f->ip.ihl = sizeof(f->ip) / 4;
	f->ip.ttl = TTL;
	f->ip.protocol = IPPROTO_UDP;
	f->ip.saddr = htonl(sa_in(src));
	f->ip.daddr = htonl(sa_in(dst));
	f->udp.source = htons(sa_port(src));
	f->udp.dest = htons(sa_port(dst));
	f->udp.len = htons((uint16_t)(sizeof(f->udp) + len));
}


static int send_all(const struct forged *f, const struct sa *dst, size_t len,
		    unsigned long count)
{
	const int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	unsigned long sent = 0;

	if (fd < 0)
		return errno;

	len += sizeof(f->ip) + sizeof(f->udp);
	for (unsigned long i = 0; i < count; i++) {
		sent += sendto(fd, f, len, 0, &dst->u.sa, dst->len) > 0;
		if (i % BURST == 0)
			(void)poll(NULL, 0, 1);
	}
	(void)close(fd);
	(void)printf("sent %lu\n", sent);

	return sent ? 0 : EIO;
}


int main(int argc, char **argv)
{
	static struct forged f;
	struct sa src, dst;
	size_t len;
	FILE *file;
	int err;

	if (argc != 5 || sa_decode(&src, argv[1], strlen(argv[1])) ||
	    sa_decode(&dst, argv[2], strlen(argv[2]))) {
		(void)fprintf(stderr, "usage: rtpforge SRC:PORT DST:PORT "
				      "COUNT FILE\n");
		return 2;
	}

	file = fopen(argv[4], "rb");
	if (!file) {
		perror(argv[4]);
		return EXIT_FAILURE;
	}
	len = fread(f.buf, 1, sizeof(f.buf), file);
	(void)fclose(file);

	forge(&f, &src, &dst, len);
	err = send_all(&f, &dst, len, strtoul(argv[3], NULL, 10));
	if (err)
		(void)fprintf(stderr, "rtpforge: %s\n", strerror(err));

	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
