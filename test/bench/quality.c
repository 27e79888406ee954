/**
 * @file test/bench/quality.c  What it costs to measure an RTP packet
 *
 * The worst of a few ways to speak: in order, with losses, with two sources
 * in turn, with a digit between. A packet takes some thousand nanoseconds on
 * its way through the relay.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "relay/latch/packet.h"
#include "relay/quality/quality.h"

enum { PACKETS = 5000000, CALLS = 512 };


static double now_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}


/* each of so many calls in turn, so that the caches are not all ours */
static double run(int lose, int sources, int digits)
{
	static struct quality q[CALLS];
	struct packet pkt = {.type = PACKET_RTP, .pt = 8, .payload = 160};
	uint64_t now_us = 1000000;
	const double begin = now_ns();

	memset(q, 0, sizeof(q));
	for (uint32_t i = 0; i < PACKETS; i++) {
		const uint32_t n = i / CALLS;

		if (lose && n % (uint32_t)lose == 0)
			continue;
		pkt.seq = (uint16_t)(sources ? n / 2 : n);
		pkt.ssrc = sources ? n & 1 : 1;
		pkt.ts = n * 160;
		pkt.pt = digits && n & 1 ? 101 : 8;
		now_us += 40;
		quality_add(&q[i % CALLS], &pkt, now_us);
	}

	return (now_ns() - begin) / PACKETS;
}


int main(void)
{
	(void)printf("quality: ns a packet: %.1f in order, %.1f with losses, "
		     "%.1f of two sources, %.1f with digits\n",
		     run(0, 0, 0), run(7, 0, 0), run(0, 1, 0), run(0, 0, 1));

	return 0;
}
