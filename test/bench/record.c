/**
 * @file test/bench/record.c  What a recorded packet costs
 *
 * The worker's share is the copy into the ring: it is what a packet of a
 * recorded call waits longer than one of another. The writer's share is spent
 * in a thread of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/resource.h>
#include <re.h>
#include "relay/record/recorder.h"
#include "relay/tap.h"

enum { ROUNDS = 30, PACKETS = 1000, LEN = 172, PAUSE_US = 150000 };


static void must(bool ok, const char *what)
{
	if (ok)
		return;

	perror(what);
	exit(EXIT_FAILURE);
}


static double cpu(int who)
{
	struct rusage ru;

	must(!getrusage(who, &ru), "getrusage");

	return (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) +
	       (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6;
}


static double wall(void)
{
	struct timespec ts;

	must(!clock_gettime(CLOCK_MONOTONIC, &ts), "clock_gettime");

	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}


/* seconds in the handler */
static double copy(struct relay_tap *tap, uint32_t n, uint8_t pt)
{
	uint8_t buf[LEN] = {0x80, pt};
	struct tap_packet pkt = {.p = buf, .len = LEN};
	struct sa src, local;
	double t0;

	(void)sa_set_str(&src, "198.51.100.7", 4000);
	(void)sa_set_str(&local, "203.0.113.1", 16384);
	pkt.src = &src;
	pkt.local = &local;
	t0 = wall();
	for (uint32_t i = 0; i < PACKETS; i++) {
		const uint32_t k = n * PACKETS + i, ts = k / 2 * 160;

		pkt.side = k & 1 ? RELAY_B : RELAY_A;
		pkt.now_us = (uint64_t)(t0 * 1e6);
		buf[4] = (uint8_t)(ts >> 24);
		buf[5] = (uint8_t)(ts >> 16);
		buf[6] = (uint8_t)(ts >> 8);
		buf[7] = (uint8_t)ts;
		tap->packeth(tap, &pkt);
	}

	return wall() - t0;
}


static void bench(struct recorder *r, const char *name, uint8_t pt)
{
	const struct recording_conf conf = {.id = pt + 1u};
	struct recording *rec = NULL;
	struct recording_state st;
	double all0, main0, t = 0;

	must(!recording_alloc(&rec, r, &conf), "recording");
	all0 = cpu(RUSAGE_SELF);
	main0 = cpu(RUSAGE_THREAD);
	for (uint32_t n = 0; n < ROUNDS; n++) {
		t += copy(recording_tap(rec), n, pt);
		(void)usleep(PAUSE_US);
	}
	recording_state(rec, &st);
	(void)printf("%-6s worker %6.1f ns a packet, writer %6.2f us, "
		     "dropped %llu\n",
		     name, 1e9 * t / (ROUNDS * PACKETS),
		     1e6 *
			     (cpu(RUSAGE_SELF) - all0 -
			      (cpu(RUSAGE_THREAD) - main0)) /
			     (ROUNDS * PACKETS),
		     (unsigned long long)st.dropped);
	recording_stop(rec);
}


int main(void)
{
	char dir[] = "/tmp/viaduct-bench-XXXXXX", cmd[64];
	struct recorder_conf conf = {.calls = 2, .call_bytes = 1 << 30};
	struct recorder *r = NULL;

	must(mkdtemp(dir) != NULL, dir);
	conf.dir = dir;
	must(!libre_init(), "libre");
	must(!recorder_alloc(&r, &conf, NULL, NULL), "recorder");
	bench(r, "G.711", 0);
	bench(r, "other", 96);
	mem_deref(r);
	libre_close();
	(void)snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);

	return system(cmd) ? EXIT_FAILURE : EXIT_SUCCESS;
}
