/**
 * @file test/bench/relay.c  What a packet through the relay costs
 *
 * One session on loopback, packets of G.711 one at a time (each one wakes the
 * worker, as it is with one call) and in bursts of 16 (as with many), beside
 * a thread that does no more than recvfrom() and sendto(). The time counted is
 * that of the forwarding thread alone. The ratio travels to other machines,
 * microseconds do not. By sockets, or by the rung that is named: "sk_lookup".
 */
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include "common/timer.h"
#include "relay/relay.h"

enum { PACKETS = 60000, LEN = 172, WAIT_MS = 1000 };

/* few enough for a shell with 1024 descriptors */
enum { CALLS = 100 };

struct result {
	double us_packet;
	double packets_s;
	unsigned lost;
};


static void must(bool ok, const char *what)
{
	if (ok)
		return;

	perror(what);
	exit(EXIT_FAILURE);
}


static double seconds(const struct timeval *tv)
{
	return (double)tv->tv_sec + (double)tv->tv_usec / 1e6;
}


static double cpu(int who)
{
	struct rusage ru;

	must(!getrusage(who, &ru), "getrusage");

	return seconds(&ru.ru_utime) + seconds(&ru.ru_stime);
}


static double wall(void)
{
	struct timespec ts;

	must(!clock_gettime(CLOCK_MONOTONIC, &ts), "clock_gettime");

	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}


static int open_socket(const char *host, struct sa *sa)
{
	int fd;

	must(!sa_set_str(sa, host, 0), host);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	must(fd >= 0 && !bind(fd, &sa->u.sa, sa->len), host);
	must(!getsockname(fd, &sa->u.sa, &sa->len), host);

	return fd;
}


static void send_packet(int fd, const struct sa *dst, uint16_t seq)
{
	uint8_t buf[LEN] = {0x80, 8, (uint8_t)(seq >> 8), (uint8_t)seq};

	must(sendto(fd, buf, sizeof(buf), 0, &dst->u.sa, dst->len) == LEN,
	     "sendto");
}


static bool recv_packet(int fd)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};
	uint8_t buf[2048];

	return poll(&pfd, 1, WAIT_MS) == 1 &&
	       recv(fd, buf, sizeof(buf), 0) > 0;
}


static struct result run(int from, const struct sa *dst, int to, int burst)
{
	const double main0 = cpu(RUSAGE_THREAD), all0 = cpu(RUSAGE_SELF);
	const double wall0 = wall();
	struct result r = {.lost = 0};
	uint16_t seq = 0;

	for (int n = 0; n < PACKETS; n += burst) {
		for (int i = 0; i < burst; i++)
			send_packet(from, dst, ++seq);
		for (int i = 0; i < burst; i++) {
			if (!recv_packet(to)) {
				++r.lost;
				break;
			}
		}
	}

	r.packets_s = PACKETS / (wall() - wall0);
	r.us_packet = 1e6 / PACKETS *
		      (cpu(RUSAGE_SELF) - all0 - (cpu(RUSAGE_THREAD) - main0));

	return r;
}


struct echo {
	int in, out;
	struct sa dst;
};


static void *echo_main(void *arg)
{
	const struct echo *e = arg;
	uint8_t buf[2048];

	for (;;) {
		const ssize_t n = recv(e->in, buf, sizeof(buf), 0);

		/* an empty one ends it */
		if (n <= 0)
			return NULL;

		(void)sendto(e->out, buf, (size_t)n, 0, &e->dst.u.sa,
			     e->dst.len);
	}
}


static struct result bench_echo(int burst)
{
	struct sa from_sa, in_sa, out_sa;
	struct result r;
	struct echo e;
	pthread_t thread;
	int from, to;

	from = open_socket("127.0.0.2", &from_sa);
	to = open_socket("127.0.0.3", &e.dst);
	e.in = open_socket("127.0.0.1", &in_sa);
	e.out = open_socket("127.0.0.1", &out_sa);
	must(!pthread_create(&thread, NULL, echo_main, &e), "thread");

	r = run(from, &in_sa, to, burst);

	must(!sendto(from, "", 0, 0, &in_sa.u.sa, in_sa.len), "sendto");
	must(!pthread_join(thread, NULL), "join");
	(void)close(from);
	(void)close(to);
	(void)close(e.in);
	(void)close(e.out);

	return r;
}


static struct relay_session *open_call(struct relay *relay, int af)
{
	struct relay_session *s = NULL;
	struct pl id;

	pl_set_str(&id, "bench");
	must(!relay_session_alloc(&s, relay, &id, NULL, NULL), "session");
	must(!relay_stream_open(s, 0, af, af), "stream");

	return s;
}


static struct result bench_relay(struct relay *relay, int burst)
{
	struct relay_session *s = open_call(relay, AF_INET);
	struct relay_anchor a, b;
	struct result r;
	struct sa at;
	int from, to;

	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	from = open_socket("127.0.0.2", &a.rtp);
	to = open_socket("127.0.0.3", &b.rtp);
	a.signalling = a.rtp;
	b.signalling = b.rtp;
	must(!relay_stream_anchor(s, 0, RELAY_A, &a), "anchor");
	must(!relay_stream_anchor(s, 0, RELAY_B, &b), "anchor");
	must(!relay_stream_addr(s, 0, RELAY_A, RELAY_RTP, &at), "address");

	r = run(from, &at, to, burst);

	(void)close(from);
	(void)close(to);
	mem_deref(s);

	return r;
}


/* three codecs on either side, as with most phones */
static void describe(struct relay_session *s)
{
	static const struct relay_codec codecv[] = {
		{8, "PCMA", 8000, 1},
		{0, "PCMU", 8000, 1},
		{101, "telephone-event", 8000, 1},
	};
	struct relay_terms *terms = NULL;
	struct relay_anchor a;

	must(!relay_terms_alloc(&terms), "terms");
	terms->codecc = sizeof(codecv) / sizeof(codecv[0]);
	memcpy(terms->codecv, codecv, sizeof(codecv));

	memset(&a, 0, sizeof(a));
	(void)sa_set_str(&a.rtp, "127.0.0.2", 20000);
	a.signalling = a.rtp;
	a.terms = terms;
	must(!relay_stream_anchor(s, 0, RELAY_A, &a) &&
		     !relay_stream_anchor(s, 0, RELAY_B, &a),
	     "anchor");
	mem_deref(terms);
}


/* of the process; the kernel has its own for four sockets */
static void bench_memory(struct relay *relay)
{
	static struct relay_session *sv[CALLS];
	const size_t before = mallinfo2().uordblks;

	for (int i = 0; i < CALLS; i++) {
		sv[i] = open_call(relay, AF_INET);
		describe(sv[i]);
	}
	(void)poll(NULL, 0, WAIT_MS / 10);

	(void)printf("memory              %6zu octets a call\n",
		     (mallinfo2().uordblks - before) / CALLS);
	for (int i = 0; i < CALLS; i++)
		mem_deref(sv[i]);
}


static void bench_setup(struct relay *relay)
{
	const double cpu0 = cpu(RUSAGE_SELF);

	for (int i = 0; i < CALLS; i++)
		mem_deref(open_call(relay, AF_INET));

	(void)printf("set-up and removal  %6.1f us of CPU a call\n",
		     1e6 / CALLS * (cpu(RUSAGE_SELF) - cpu0));
}


static void show(const char *name, const struct result *r,
		 const struct result *base)
{
	(void)printf("%-18s %6.2f us  %8.0f packets/s  %4.2f x  lost %u\n",
		     name, r->us_packet, r->packets_s,
		     r->us_packet / base->us_packet, r->lost);
}


static void compare(struct relay *relay, int burst)
{
	struct result echo, moved;

	(void)printf("%d packets, bursts of %d\n", PACKETS, burst);
	echo = bench_echo(burst);
	show("  recvfrom, sendto", &echo, &echo);
	moved = bench_relay(relay, burst);
	show("  relay", &moved, &echo);
}


/* the lowest rung, which all machines have, or the one that is named */
static enum relay_rung rung(int argc, char **argv)
{
	return argc > 1 && !strcmp(argv[1], "sk_lookup") ? RELAY_LOOKUP
							 : RELAY_SOCKETS;
}


int main(int argc, char **argv)
{
	struct relay_conf conf = {.addrc = 1,
				  .port_min = 16384,
				  .port_max = 32767,
				  .latch_packets = 3,
				  .rung = rung(argc, argv),
				  .header_bytes = 32 << 20,
				  .allow_local = true};
	struct timers *timers = NULL;
	struct relay *relay = NULL;

	must(!libre_init(), "libre");
	(void)sa_set_str(&conf.addrv[0], "127.0.0.1", 0);
	must(!timers_alloc_virtual(&timers, 0), "timers");
	must(!relay_alloc(&relay, &conf, timers, NULL, NULL), "relay");

	compare(relay, 1);
	compare(relay, 16);
	bench_memory(relay);
	bench_setup(relay);

	mem_deref(relay);
	mem_deref(timers);
	libre_close();

	return EXIT_SUCCESS;
}
