/**
 * @file record_ring.h  Packets on their way from a worker to the writer
 *
 * One thread pushes, one pops, neither waits: what does not fit is dropped. So
 * is what a second thread would push at the same moment.
 * An entry is in one piece, so it is read where it stands.
 */
#ifndef RELAY_RECORD_RECORD_RING_H
#define RELAY_RECORD_RECORD_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

/* of audio both ways it holds what comes in 11 s, of video in half a second */
enum { RECORD_RING_SIZE = 256 * 1024, RECORD_PACKET_MAX = 9216 };

/** An address that is as large as it must be */
struct record_addr {
	uint8_t v6;    /* 1: IPv6, 0: IPv4 in the first four octets */
	uint8_t isset; /* 0: of neither */
	uint16_t port;
	uint8_t b[16];
};

/** A packet, as it stands in the ring before its octets */
struct record_packet {
	uint64_t now_us; /* monotonic */
	uint32_t len;
	uint8_t stream, side, comp;
	struct record_addr src, local;
};

struct record_ring {
	atomic_flag busy;      /* somebody pushes */
	_Atomic uint64_t head; /* octets ever pushed, the worker's */
	_Atomic uint64_t tail; /* octets ever popped, the writer's */
	_Alignas(8) uint8_t buf[RECORD_RING_SIZE];
};

void record_addr_set(struct record_addr *a, const struct sa *sa);

/* false: full, or larger than packets are */
bool record_ring_push(struct record_ring *r, const struct record_packet *pkt,
		      const uint8_t *p);

/* the oldest one; NULL: empty. It stays until it is popped */
const struct record_packet *record_ring_peek(struct record_ring *r,
					     const uint8_t **pp);
void record_ring_pop(struct record_ring *r);

#endif
