/**
 * @file bench/media/cable.h  A wire's end: frames out, and in with their time
 */
#ifndef TEST_BENCH_MEDIA_CABLE_H
#define TEST_BENCH_MEDIA_CABLE_H

#include "test/bench/media/lab.h"

enum { CABLE_BATCH = 32, CABLE_FRAME = 256, CABLE_MAC = 6 };

struct mmsghdr;

struct cable {
	int tx, rx;
	uint8_t *ring;
	unsigned at;
	uint8_t macv[2][CABLE_MAC]; /* ours, the other end's */
	uint64_t lost;              /* that found no room in the ring */
};

/** Frames that leave together */
struct cable_batch {
	uint8_t bufv[CABLE_BATCH][CABLE_FRAME];
	size_t lenv[CABLE_BATCH];
	unsigned n;
};

/**
 * Called for each frame
 *
 * @param frame   From its Ethernet header on
 * @param len     Its octets
 * @param at      When it came, CLOCK_REALTIME [ns]
 * @param partial Its checksum was left to a network card
 * @param arg     Handler's argument
 */
typedef void(cable_h)(const uint8_t *frame, size_t len, uint64_t at,
		      bool partial, void *arg);

void cable_open(struct cable *c, const char *dev, enum lab_host peer,
		const char *peer_dev, uint32_t net);
unsigned cable_send(struct cable *c, struct cable_batch *b);
void cable_drain(struct cable *c, cable_h *h, void *arg);
uint64_t cable_lost(struct cable *c);

#endif
