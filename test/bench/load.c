/**
 * @file test/bench/load.c  200 relayed calls at once, and what they lose
 *
 * Each phone sends a packet every 20 ms, spread evenly over them, for five
 * seconds: 20 000 packets/s. Sender, receiver and relay share the machine.
 * Printed: packets lost, the share of one core that the relay's own threads
 * took, and how late packets came (which is the receiver's lateness, too). By
 * sockets, or by the rung that is named: "sk_lookup".
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include "common/timer.h"
#include "relay/relay.h"

enum {
	CALLS = 200,
	SECONDS = 5,
	TICKS = SECONDS * 50,
	SLICES = 20, /* of a tick, one a millisecond */
	LEN = 172,
	STAMP = 12, /* where in the packet its time stands */
	LATE_MAX = CALLS * 2 * TICKS,
};

struct phone {
	int fd;
	struct sa addr, to;
	uint16_t seq;
};

static struct phone phonev[CALLS][2];
static struct relay_session *sessionv[CALLS];
static uint32_t latev[LATE_MAX]; /* us */
static size_t sent, received;


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

	must(!clock_gettime(CLOCK_MONOTONIC, &ts), "clock_gettime");

	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}


static double cpu_s(int who)
{
	struct rusage ru;

	must(!getrusage(who, &ru), "getrusage");

	return (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) +
	       (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6;
}


static void phone_open(struct phone *p, const char *host)
{
	must(!sa_set_str(&p->addr, host, 0), host);
	p->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	must(p->fd >= 0 && !bind(p->fd, &p->addr.u.sa, p->addr.len), "bind");
	p->addr.len = sizeof(p->addr.u);
	must(!getsockname(p->fd, &p->addr.u.sa, &p->addr.len), "getsockname");
}


static void call_open(struct relay *r, size_t i)
{
	struct relay_anchor anchor;
	struct pl id;

	pl_set_str(&id, "load");
	must(!relay_session_alloc(&sessionv[i], r, &id, NULL, NULL) &&
		     !relay_stream_open(sessionv[i], 0, AF_INET, AF_INET),
	     "session");
	for (int s = 0; s < 2; s++) {
		struct phone *p = &phonev[i][s];

		phone_open(p, s ? "127.0.0.3" : "127.0.0.2");
		memset(&anchor, 0, sizeof(anchor));
		anchor.rtp = anchor.signalling = p->addr;
		must(!relay_stream_addr(sessionv[i], 0, (enum relay_side)s,
					RELAY_RTP, &p->to) &&
			     !relay_stream_anchor(sessionv[i], 0,
						  (enum relay_side)s, &anchor),
		     "stream");
	}
}


static void phone_send(struct phone *p)
{
	uint8_t buf[LEN] = {0x80, 8};
	const uint64_t now = now_us();

	buf[2] = (uint8_t)(p->seq >> 8);
	buf[3] = (uint8_t)p->seq++;
	memcpy(&buf[STAMP], &now, sizeof(now));
	if (sendto(p->fd, buf, LEN, 0, &p->to.u.sa, p->to.len) == LEN)
		++sent;
}


static void phone_read(const struct phone *p)
{
	uint8_t buf[LEN];
	uint64_t then;

	while (recv(p->fd, buf, sizeof(buf), 0) == LEN) {
		memcpy(&then, &buf[STAMP], sizeof(then));
		if (received < LATE_MAX)
			latev[received++] = (uint32_t)(now_us() - then);
	}
}


static void read_all(void)
{
	for (size_t i = 0; i < CALLS; i++) {
		phone_read(&phonev[i][0]);
		phone_read(&phonev[i][1]);
	}
}


static void wait_until(uint64_t at)
{
	const struct timespec ts = {.tv_sec = (time_t)(at / 1000000),
				    .tv_nsec = (long)(at % 1000000) * 1000};

	(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}


static void talk(void)
{
	const uint64_t begin = now_us();

	for (uint64_t n = 0; n < (uint64_t)TICKS * SLICES; n++) {
		wait_until(begin + n * 1000);
		for (size_t i = n % SLICES; i < CALLS; i += SLICES) {
			phone_send(&phonev[i][0]);
			phone_send(&phonev[i][1]);
		}
		if (n % 4 == 3)
			read_all();
	}

	for (int i = 0; i < 20; i++) {
		wait_until(now_us() + 10000);
		read_all();
	}
}


static int compare(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}


static void report(double relay_s, double wall_s)
{
	qsort(latev, received, sizeof(latev[0]), compare);
	(void)printf("%d calls, %.0f packets/s: lost %zu of %zu\n", CALLS,
		     (double)sent / SECONDS, sent - received, sent);
	(void)printf("  relay %.1f %% of a core, %.2f us/packet; late by "
		     "%u us p50, %u us p99\n",
		     100 * relay_s / wall_s, 1e6 * relay_s / (double)sent,
		     received ? latev[received / 2] : 0,
		     received ? latev[received * 99 / 100] : 0);
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
				  .port_max = 18383,
				  .latch_packets = 3,
				  .rung = rung(argc, argv),
				  .allow_local = true};
	struct timers *timers = NULL;
	struct relay *r = NULL;
	double others, begin;

	must(!libre_init(), "libre_init");
	must(!sa_set_str(&conf.addrv[0], "127.0.0.1", 0), "address");
	must(!timers_alloc(&timers) &&
		     !relay_alloc(&r, &conf, timers, NULL, NULL),
	     "relay");
	for (size_t i = 0; i < CALLS; i++)
		call_open(r, i);

	begin = (double)now_us() / 1e6;
	others = cpu_s(RUSAGE_SELF) - cpu_s(RUSAGE_THREAD);
	talk();
	report(cpu_s(RUSAGE_SELF) - cpu_s(RUSAGE_THREAD) - others,
	       (double)now_us() / 1e6 - begin);

	for (size_t i = 0; i < CALLS; i++) {
		mem_deref(sessionv[i]);
		(void)close(phonev[i][0].fd);
		(void)close(phonev[i][1].fd);
	}
	mem_deref(r);
	mem_deref(timers);
	libre_close();

	return sent == received ? EXIT_SUCCESS : EXIT_FAILURE;
}
