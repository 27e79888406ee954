/**
 * @file bench/media/cable.c  A wire's end: frames out, and in with their time
 *
 * By packet sockets: the phones are not what is measured, and so cost a
 * third of what UDP sockets do. What comes is written into a ring by the
 * kernel with its time, before anybody wakes up, and then dropped by a rule
 * (scripts/bench_media), so that no stack of the phones' hosts sees it.
 */
#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include "test/bench/media/cable.h"

enum {
	FRAME_SIZE = 512,
	FRAMES = 65536,
	BLOCK_SIZE = 1 << 16,
	RING = FRAME_SIZE * FRAMES,
	BUFFER = 1 << 26,
};


static void set_option(int fd, int level, int name, int value)
{
	must(!setsockopt(fd, level, name, &value, sizeof(value)),
	     "setsockopt");
}


static void get_mac(uint8_t *mac, enum lab_host host, const char *dev)
{
	struct ifreq ifr = {.ifr_name = ""};
	int fd;

	lab_enter(host);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	(void)strncpy(ifr.ifr_name, dev, IFNAMSIZ - 1);
	must(fd >= 0 && !ioctl(fd, SIOCGIFHWADDR, &ifr), dev);
	memcpy(mac, ifr.ifr_hwaddr.sa_data, CABLE_MAC);
	(void)close(fd);
	lab_leave();
}


/* IPv4 to one of a network's 65536 addresses: those of one side */
static void set_filter(int fd, uint32_t net)
{
	struct sock_filter codev[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x0800, 0, 3),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 30),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, net >> 16, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog prog = {.len = sizeof(codev) / sizeof(*codev),
					.filter = codev};

	must(!setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog,
			 sizeof(prog)),
	     "filter");
}


/* no protocol: it receives nothing until it is bound to one */
static int packet_socket(const char *dev, uint16_t protocol, uint32_t net)
{
	struct sockaddr_ll sll = {.sll_family = AF_PACKET,
				  .sll_protocol = htons(protocol),
				  .sll_ifindex = (int)if_nametoindex(dev)};
	const int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	must(fd >= 0 && sll.sll_ifindex, dev);
	if (protocol) {
		struct tpacket_req req = {.tp_block_size = BLOCK_SIZE,
					  .tp_block_nr = RING / BLOCK_SIZE,
					  .tp_frame_size = FRAME_SIZE,
					  .tp_frame_nr = FRAMES};

		set_option(fd, SOL_PACKET, PACKET_VERSION, TPACKET_V2);
		set_option(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
		set_filter(fd, net);
		must(!setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &req,
				 sizeof(req)),
		     "ring");
	}
	else {
		set_option(fd, SOL_PACKET, PACKET_QDISC_BYPASS, 1);
		set_option(fd, SOL_SOCKET, SO_SNDBUFFORCE, BUFFER);
	}
	must(!bind(fd, (struct sockaddr *)&sll, sizeof(sll)), dev);

	return fd;
}


/**
 * Open a wire's end on the phones' host
 *
 * @param c        Filled in
 * @param dev      Its interface
 * @param peer     Host at the other end
 * @param peer_dev Its interface
 * @param net      Whose frames are received, a /16
 */
void cable_open(struct cable *c, const char *dev, enum lab_host peer,
		const char *peer_dev, uint32_t net)
{
	memset(c, 0, sizeof(*c));
	get_mac(c->macv[0], LAB_PHONES_HOST, dev);
	get_mac(c->macv[1], peer, peer_dev);
	lab_enter(LAB_PHONES_HOST);
	c->tx = packet_socket(dev, 0, net);
	c->rx = packet_socket(dev, ETH_P_ALL, net);
	lab_leave();
	c->ring = mmap(NULL, RING, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_POPULATE, c->rx, 0);
	must(c->ring != MAP_FAILED, "ring");
}


/**
 * Send frames
 *
 * @param c Cable
 * @param b Frames, none afterwards
 *
 * @return How many the kernel did not take
 */
unsigned cable_send(struct cable *c, struct cable_batch *b)
{
	struct mmsghdr msgv[CABLE_BATCH];
	struct iovec iov[CABLE_BATCH];
	unsigned done = 0, refused = 0;

	memset(msgv, 0, b->n * sizeof(*msgv));
	for (unsigned i = 0; i < b->n; i++) {
		iov[i].iov_base = b->bufv[i];
		iov[i].iov_len = b->lenv[i];
		msgv[i].msg_hdr.msg_iov = &iov[i];
		msgv[i].msg_hdr.msg_iovlen = 1;
	}

	while (done < b->n) {
		const int n = sendmmsg(c->tx, msgv + done, b->n - done, 0);

		if (n > 0) {
			done += (unsigned)n;
		}
		else if (errno != EINTR) {
			++refused;
			++done;
		}
	}
	b->n = 0;

	return refused;
}


/**
 * Take all frames that have come
 *
 * @param c   Cable
 * @param h   Called for each, NULL: they are thrown away
 * @param arg Its argument
 */
void cable_drain(struct cable *c, cable_h *h, void *arg)
{
	for (;;) {
		uint8_t *slot = c->ring + (size_t)c->at * FRAME_SIZE;
		/* the kernel aligns slots */
		struct tpacket2_hdr *hdr = (void *)slot;
		const uint32_t status = __atomic_load_n(&hdr->tp_status,
							__ATOMIC_ACQUIRE);

		if (!(status & TP_STATUS_USER))
			return;
		if (h && hdr->tp_snaplen == hdr->tp_len)
			h(slot + hdr->tp_mac, hdr->tp_len,
			  (uint64_t)hdr->tp_sec * 1000000000 + hdr->tp_nsec,
			  status & TP_STATUS_CSUMNOTREADY, arg);
		__atomic_store_n(&hdr->tp_status, TP_STATUS_KERNEL,
				 __ATOMIC_RELEASE);
		c->at = (c->at + 1) % FRAMES;
	}
}


/**
 * How many frames found no room
 *
 * @param c Cable
 *
 * @return Number, of all that came so far
 */
uint64_t cable_lost(struct cable *c)
{
	struct tpacket_stats st = {.tp_drops = 0};
	socklen_t len = sizeof(st);

	/* the kernel begins anew each time */
	if (!getsockopt(c->rx, SOL_PACKET, PACKET_STATISTICS, &st, &len))
		c->lost += st.tp_drops;

	return c->lost;
}
